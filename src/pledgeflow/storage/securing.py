"""Row-level security on PostgreSQL: a session sees the jurisdiction that it names, and no other.

Beside `sql`, and optional: the engine names the jurisdiction in every statement anyway. With it a
mistake in a host's own query, or a condition that somebody got into one, shows nothing of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, bindparam, text

from pledgeflow.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pledgeflow.storage.sql import SqlStore

SETTING = "pledgeflow.jurisdiction"
"""What a session says it is about: in its URL, `options=-cpledgeflow.jurisdiction%3D…`."""
POLICY = "of_jurisdiction"

_OURS = text("""
    SELECT c.oid::regclass::text, root.relname,
           EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = :policy)
    FROM pg_class c
    JOIN pg_class root ON root.oid = coalesce(pg_partition_root(c.oid), c.oid)
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND root.relname IN :names
    ORDER BY c.relname
""").bindparams(bindparam("names", expanding=True))
"""Our tables and their partitions, and whether they are secured; whoever names a partition passes
by what was said of the table."""


def secure(store: SqlStore, *kept: MetaData) -> list[str]:
    """Let sessions see one jurisdiction in all these tables, their owner's sessions too.

    Returns which tables; those that belong to no jurisdiction are left open. Saying it again does
    no harm. Raises StorageError where the database is no PostgreSQL, or a table is missing.
    """
    names = _of_jurisdictions(kept)
    with store.unchecked(write=True) as connection:
        if connection.dialect.name != "postgresql":
            raise StorageError(
                f"`{store.name}` has no row-level security; give each jurisdiction a database"
            )
        found = _found(connection, names)
        if missing := sorted(names - {root for _, root, _ in found}):
            raise StorageError(
                f"`{store.name}` has no table `{missing[0]}` yet; run `pledgeflow db upgrade`"
            )
        return _put(connection, found)


def secure_again(connection: Connection, *kept: MetaData) -> None:
    """After tables were made or changed: if some of these are secured, all of them are."""
    if connection.dialect.name == "postgresql":
        found = _found(connection, _of_jurisdictions(kept))
        if any(secured for *_, secured in found):
            _put(connection, found)


def see_all_or_fail(connection: Connection) -> None:
    """Until the transaction ends, fail where security would hide a row: for what changes tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL row_security = off"))


def _of_jurisdictions(kept: Iterable[MetaData]) -> set[str]:
    every = (table for metadata in kept for table in metadata.tables.values())
    return {table.name for table in every if "jurisdiction" in table.columns}


def _found(connection: Connection, names: Iterable[str]) -> list[tuple[str, str, bool]]:
    rows = connection.execute(_OURS, {"names": sorted(names), "policy": POLICY})
    return [(str(name), str(root), bool(secured)) for name, root, secured in rows]


def _put(connection: Connection, found: Iterable[tuple[str, str, bool]]) -> list[str]:
    here = f"jurisdiction = current_setting('{SETTING}', true)"
    done = []
    for name, _, secured in found:
        if not secured:
            connection.execute(
                text(f"CREATE POLICY {POLICY} ON {name} USING ({here}) WITH CHECK ({here})")
            )
        connection.execute(text(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"))
        connection.execute(text(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"))
        done.append(name)
    return done
