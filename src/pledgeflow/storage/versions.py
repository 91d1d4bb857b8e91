"""Which version of our tables a database has: one row in one table says so, to everybody.

The table is the one in which alembic keeps the number of the last script that ran; a database that
was made all at once has it too. It is read here with a plain statement, without alembic. Used by
`sql` and by `upgrading`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, column, func, insert, inspect, select, table

from pledgeflow.storage import tables
from pledgeflow.storage.errors import (
    ForeignDatabaseError,
    NewSchemaError,
    OldSchemaError,
    SchemaError,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

MARKER = tables.marker.name
OLD_COLUMN = "schema"
"""What the column was called until version 3, where it held a plain number."""


def revision(version: int) -> str:
    """The name that alembic knows a version by."""
    return f"{version:04}"


def alone(connection: Connection) -> None:
    """Until the transaction ends, nobody else makes or changes tables; on SQLite nobody can anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(MARKER))))


def found(connection: Connection, database: str) -> int | None:
    """The version of our tables that is there; None if none of them is.

    Raises ForeignDatabaseError where something else has a table of that name.
    """
    inspector = inspect(connection)
    if not inspector.has_table(MARKER):
        return None
    names = [each["name"] for each in inspector.get_columns(MARKER)]
    if names in ([tables.marker.c.version_num.name], [OLD_COLUMN]):
        marked = select(column(names[0], String)).select_from(table(MARKER))
        kept = connection.scalars(marked).all()
        if len(kept) == 1 and str(kept[0]).isdecimal():
            return int(kept[0])
    raise ForeignDatabaseError(f"`{database}` has a table `{MARKER}` that is not ours")


def mark(connection: Connection) -> None:
    """Say in a database that was made just now which version its tables are of."""
    connection.execute(insert(tables.marker), {"version_num": revision(tables.SCHEMA)})


def mismatch(version: int, database: str) -> SchemaError | None:
    """What there is to say of tables of that version; nothing if it is the one this code needs."""
    if version < tables.SCHEMA:
        return OldSchemaError(database, version, tables.SCHEMA)
    if version > tables.SCHEMA:
        return NewSchemaError(database, version, tables.SCHEMA)
    return None
