"""Where a database can be, and what is in it, told by the database itself."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.event import listen, remove
from sqlalchemy.pool import Pool

from pledgeflow.storage.sql import SqlStore

HERE = Path(__file__).parent
Rows = dict[str, list[dict[str, Any]]]


class Place(Protocol):
    """Where a database is, or can be made."""

    @property
    def url(self) -> str:
        """What to open it by."""

    def run(self, script: str) -> None:
        """Run statements in it, in one transaction."""

    def old(self) -> str:
        """What old code wrote here, as a script."""


@dataclass(frozen=True)
class File:
    """A file of SQLite."""

    path: Path

    @property
    def url(self) -> str:
        """What to open it by."""
        return f"sqlite:///{self.path}"

    def run(self, script: str) -> None:
        """Run statements in it."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.executescript(script)

    def old(self) -> str:
        """What old code wrote to a file."""
        return (HERE / "schema3.sqlite.sql").read_text("utf-8")


@dataclass(frozen=True)
class Server:
    """A database on a server of PostgreSQL."""

    url: str

    @property
    def name(self) -> str:
        """What the server calls it."""
        return make_url(self.url).database or ""

    def run(self, script: str) -> None:
        """Run statements in it, in one transaction."""
        with psycopg.connect(self.url) as connection:
            connection.execute(script.encode())

    def old(self) -> str:
        """What old code wrote to a server."""
        return (HERE / "schema3.postgresql.sql").read_text("utf-8")


@contextmanager
def connections() -> Iterator[list[Any]]:
    """Every connection that is made meanwhile."""
    made: list[Any] = []

    def told(connection: Any, _: object) -> None:
        made.append(connection)

    listen(Pool, "connect", told)
    try:
        yield made
    finally:
        remove(Pool, "connect", told)


COPIES = 60
_EVENTS = "cycle, promisor, venue, version, kind, command, occurred_on, recorded_at, data"
MANY = "; ".join(
    f"INSERT INTO events (jurisdiction, {_EVENTS}) "
    f"SELECT 't{number}', {_EVENTS} FROM events WHERE jurisdiction = 't'"
    for number in range(COPIES)
)
"""Makes so many events that they are not all looked at at once."""


def filled(place: Place, *, more: str = "") -> Place:
    """A database as old code left it."""
    place.run(place.old())
    if more:
        place.run(more)
    return place


def rows(place: Place) -> Rows:
    """Everything in every table, in the order of the keys."""
    with SqlStore(place.url) as store, store.unchecked() as connection:
        return {name: _rows(connection, name) for name in inspect(connection).get_table_names()}


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    found = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
    return sorted((dict(row) for row in found), key=repr)


def shape(place: Place) -> dict[str, Any]:
    """What the tables are, column by column in their order, with keys, indexes and triggers."""
    with SqlStore(place.url) as store, store.unchecked() as connection:
        inspector = inspect(connection)
        found = {
            name: {
                "columns": [
                    (c["name"], str(c["type"]), c["nullable"], c.get("default"))
                    for c in inspector.get_columns(name)
                ],
                "key": inspector.get_pk_constraint(name),
                "indexes": sorted(map(_index, inspector.get_indexes(name))),
                "unique": inspector.get_unique_constraints(name),
                "foreign": inspector.get_foreign_keys(name),
                "checks": inspector.get_check_constraints(name),
            }
            for name in sorted(inspector.get_table_names())
        }
        return {**found, "rest": _rest(connection)}


def _index(index: Any) -> tuple[Any, ...]:
    return index["name"], index["column_names"], bool(index["unique"])


def _rest(connection: Connection) -> list[str]:
    """What no inspector tells: triggers, and tables without row ids; row-level security."""
    if connection.dialect.name == "sqlite":
        every = connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all()
        guards = [sql for kind, _, sql in every if kind == "trigger"]
        without = [name for _, name, sql in every if re.search("WITHOUT ROWID", sql or "")]
        return sorted([*guards, *without])
    functions = connection.scalars(
        text(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
    )
    triggers = connection.scalars(
        text("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
    )
    secured = connection.scalars(
        text(
            "SELECT relname || relrowsecurity || relforcerowsecurity FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    )
    return sorted([*functions, *triggers, *secured])
