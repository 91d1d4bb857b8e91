"""One after the other, where a database would let two at it at once. Used by `shelves`.

SQLite lets one write at a time anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy import Connection


def take_turn(connection: Connection, jurisdiction: str) -> None:
    """Until the transaction ends, nobody else replaces what a jurisdiction has as a whole.

    That is its cycles and its directory; what happens in streams goes on.
    """
    if connection.dialect.name == "postgresql":
        name = func.hashtextextended(f"pledgeflow {jurisdiction}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(name)))
