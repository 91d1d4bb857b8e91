"""Brings a database to the version of the tables that this code needs; nothing else needs alembic.

All of an upgrade is one transaction, in which nobody else writes: it is done, or nothing is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Integer, MetaData, column, inspect, table, text

from pledgeflow.errors import StorageError
from pledgeflow.storage import migrations, tables
from pledgeflow.storage.errors import NewSchemaError
from pledgeflow.storage.securing import secure_again, see_all_or_fail
from pledgeflow.storage.versions import MARKER, OLD_COLUMN, alone, found, revision

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pledgeflow.storage.sql import SqlStore

_OLD = 3
"""Until this version the table that says so had a column of another name, which alembic cannot read."""

_ONE = Lock()
"""Alembic keeps what it is doing in its modules: in one process it does one thing at a time."""

What = Literal["missing", "extra", "changed"]
_WHAT: dict[str, What] = {"add": "missing", "remove": "extra"}

Told = Callable[[int], None]
"""Is told of how many events more the new version knows."""


class Difference(NamedTuple):
    """Something that is not as in a new database. name: a table, an index, or `table.column`."""

    what: What
    name: str


def upgrade(store: SqlStore, *, told: Told = lambda _: None) -> int | None:
    """Bring the store's database to `tables.SCHEMA`, or make it: all tables, the ballots' too.

    Returns the version that it had, None if it was empty. Raises NewSchemaError, or
    ForeignDatabaseError where what is there is not ours.
    """
    with store.unchecked(write=True) as connection:
        see_all_or_fail(connection)
        _alone(connection)
        before = found(connection, store.name)
        if before is not None and before > tables.SCHEMA:
            raise NewSchemaError(store.name, before, tables.SCHEMA)
        if before is None:
            store.check_vacant(connection)
            tables.marker.create(connection)
        elif before <= _OLD:
            _moved(connection, tables.marker.c.version_num, revision(before))
        with _ONE:
            command.upgrade(_config(connection, told), revision(tables.SCHEMA))
        secure_again(connection, tables.METADATA)
    return before


def downgrade(store: SqlStore, version: int) -> None:
    """Bring the store's database back to an older version; what only the newer one holds is lost.

    Raises StorageError where there was no such version.
    """
    if version < _OLD:
        raise StorageError(
            f"version {_OLD} of the tables is the first one; there is none before it"
        )
    with store.unchecked(write=True) as connection:
        see_all_or_fail(connection)
        _alone(connection)
        with _ONE:
            command.downgrade(_config(connection, lambda _: None), revision(version))
        if version <= _OLD:
            _moved(connection, Column(OLD_COLUMN, Integer), version)


def version_of(store: SqlStore) -> int | None:
    """The version of the tables in the store's database; None if it has none of ours."""
    with store.unchecked() as connection:
        return found(connection, store.name)


def differences(store: SqlStore, *kept: MetaData) -> list[Difference]:
    """What is otherwise in the store's database than in a new one, apart from what is not ours.

    kept: the tables to look at; those of one that has none at all in the database are left out
    """
    told: list[Difference] = []
    with store.unchecked() as connection:
        there = set(inspect(connection).get_table_names())
        for metadata in kept:
            if there & metadata.tables.keys():
                told += _compared(connection, metadata)
    return sorted(told)


def _config(connection: Connection, told: Told) -> Config:
    """Where alembic finds the scripts, and what it gives to them."""
    config = Config(attributes={"connection": connection, "told": told})
    folder = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def _alone(connection: Connection) -> None:
    """Nobody else upgrades meanwhile, nor adds events; on SQLite nobody else writes anyway."""
    alone(connection)
    events = tables.events.name
    if connection.dialect.name == "postgresql" and inspect(connection).has_table(events):
        connection.execute(text(f"LOCK TABLE {events} IN ACCESS EXCLUSIVE MODE"))


def _moved(connection: Connection, to: Column[Any], now: str | int) -> None:
    """The version is in this column from now on; alembic looks for it before any script runs."""
    (there,) = inspect(connection).get_columns(MARKER)
    name = there["name"]
    if name != to.name:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(MARKER) as marker:
            marker.alter_column(
                name,
                new_column_name=to.name,
                existing_type=there["type"],
                type_=to.type,
                postgresql_using=f"{name}::{to.type.compile(connection.dialect)}",
            )
    connection.execute(table(MARKER, column(to.name)).update().values({to.name: now}))


def _compared(connection: Connection, metadata: MetaData) -> list[Difference]:
    def ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in metadata.tables

    options = {"include_name": ours, "compare_type": True}
    context = MigrationContext.configure(connection, opts=options)
    told: list[Difference] = []
    for each in compare_metadata(context, metadata):
        told += map(_difference, each if isinstance(each, list) else [each])
    return told


def _difference(step: tuple[Any, ...]) -> Difference:
    """From what alembic would do about it: `add_column`, and to what."""
    act, *about = step
    what = _WHAT.get(act.partition("_")[0], "changed")
    match about:
        case [_, str(name), Column() as column]:
            return Difference(what, f"{name}.{column.name}")
        case [_, str(name), str(column), *_]:
            return Difference(what, f"{name}.{column}")
        case _:
            return Difference(what, str(about[0].name))
