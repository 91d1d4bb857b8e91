"""From a URL to an engine of our own; used by `sql`. The database itself is not touched yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from pledgeflow.storage import sqlite
from pledgeflow.storage.errors import DatabaseURLError

_POSTGRES = "postgresql+psycopg"
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": _POSTGRES,  # as some hosts of databases write it
    "postgresql": _POSTGRES,
    _POSTGRES: _POSTGRES,
}
_OPTIONS = frozenset({"cache", "immutable", "mode", "nolock", "psow", "timeout", "uri", "vfs"})
"""What may follow a file's name after a `?`."""


def opened(url: str) -> Engine:
    """An engine for the database at a URL. Raises DatabaseURLError where there can be none."""
    parsed = _parsed(url)
    options: dict[str, Any] = {}
    if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
        # a database in memory is its connection: threads take turns with the only one
        options = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
        options["connect_args"] = {"check_same_thread": False}
    try:
        engine = create_engine(parsed, **options)
    except ImportError as error:
        raise DatabaseURLError(
            f"the driver `{error.name or 'psycopg'}` is not installed; "
            "pip install 'pledgeflow[postgres]'"
        ) from error
    if parsed.drivername == "sqlite":
        listen(engine, "connect", lambda connection, _: sqlite.prepare(connection))
    else:
        listen(engine, "connect", lambda connection, _: _prepared(connection))
    return engine


def _prepared(connection: Any) -> None:
    """What was acknowledged has to outlive a loss of power, whatever the server would do otherwise.

    Everything but `off` waits for the log at least.
    """
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError) as error:
        raise DatabaseURLError(
            "no database URL; write one like sqlite:///pledges.db, or like "
            "postgresql://user@server/pledges"
        ) from error
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise DatabaseURLError(
            f"`{parsed.drivername}` is no database that pledgeflow works with; begin the URL with "
            "`sqlite://` or `postgresql://`"
        )
    if driver == "sqlite" and (unknown := sorted(parsed.query.keys() - _OPTIONS)):
        raise DatabaseURLError(
            f"`{unknown[0]}` is nothing that can be said of a file; leave it out of the URL"
        )
    return parsed.set(drivername=driver)
