"""Cleaning up on PostgreSQL after what was deleted or replaced, so that nothing lingers. For `sql`.

A table is written anew, and nobody reads or writes it meanwhile; where it is partitioned, only the
parts that a jurisdiction's rows can be in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pledgeflow.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PARTS = text(
    "SELECT relid::regclass::text, pg_get_partition_constraintdef(relid) "
    "FROM pg_partition_tree(CAST(:name AS regclass)) WHERE isleaf"
)
_MAINTAIN = "has_table_privilege(oid, 'MAINTAIN')"
_OWN = "pg_has_role(relowner, 'USAGE')"
"""What cleaning up takes: from version 17 on, and before."""


def clean(connection: Connection, name: str, jurisdiction: str, database: str) -> None:
    """Write a table anew. connection: one that commits by itself

    Raises StorageError where this role may not do that.
    """
    for part in _parts(connection, name, jurisdiction):
        # A role that may not is only warned, and the table is left as it is.
        _check_allowed(connection, part, database)
        connection.execute(text(f"VACUUM (FULL) {part}"))


def _parts(connection: Connection, name: str, jurisdiction: str) -> list[str]:
    parts = connection.execute(_PARTS, {"name": name}).all()
    return [part for part, rule in parts if _holds(connection, rule, jurisdiction)] or [name]


def _holds(connection: Connection, rule: str | None, jurisdiction: str) -> bool:
    """Whether rows of a jurisdiction can be in a part. rule: as PostgreSQL writes it"""
    if rule is None:
        return True
    escaped = rule.replace("%", "%%")
    asked = f"SELECT {escaped} FROM (SELECT CAST(%s AS varchar) AS jurisdiction) AS each"
    try:
        return bool(connection.exec_driver_sql(asked, (jurisdiction,)).scalar())
    except DBAPIError:  # it is divided by something else as well
        return True


def _check_allowed(connection: Connection, part: str, database: str) -> None:
    allowed = _MAINTAIN if (connection.dialect.server_version_info or ()) >= (17,) else _OWN
    asked = text(f"SELECT {allowed} FROM pg_class WHERE oid = CAST(:name AS regclass)")
    if not connection.scalar(asked, {"name": part}):
        raise StorageError(
            f"`{database}` lets this role delete from `{part}`, but not clean up after it; "
            "grant it MAINTAIN there"
        )
