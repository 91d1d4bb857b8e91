"""What only PostgreSQL has to be told; used by whoever makes tables there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pledgeflow.storage import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection


def alone(connection: Connection) -> None:
    """Until the transaction ends, nobody else makes tables; on SQLite nobody can anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(tables.marker.name))))
