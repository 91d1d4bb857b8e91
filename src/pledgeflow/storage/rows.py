"""A directory's tables, looked up by key: what extracts are made of. Used by `shelves` alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import bindparam

from pledgeflow.domain.directory import (
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.storage import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select, Table

STEP = 500
"""So many keys are asked for at a time: databases bound the values of one statement."""

_Row = TypeVar("_Row", PersonRow, OrganizationRow, MembershipRow, PostRow, RelationRow)


@dataclass(frozen=True, slots=True)
class TableRows:
    """The `Rows` of a jurisdiction, by way of a connection."""

    connection: Connection
    jurisdiction: str

    def people(self, persons: Collection[str]) -> Iterable[PersonRow]:
        """See `Rows.people`."""
        return self._of(PersonRow, tables.people, "person", persons)

    def organizations(self, ids: Collection[str]) -> Iterable[OrganizationRow]:
        """See `Rows.organizations`."""
        return self._of(OrganizationRow, tables.organizations, "organization", ids)

    def memberships(self, persons: Collection[str]) -> Iterable[MembershipRow]:
        """See `Rows.memberships`."""
        return self._of(MembershipRow, tables.memberships, "person", persons)

    def posts(self, organizations: Collection[str]) -> Iterable[PostRow]:
        """See `Rows.posts`."""
        return self._of(PostRow, tables.posts, "organization", organizations)

    def relations(self, targets: Collection[str]) -> Iterable[RelationRow]:
        """See `Rows.relations`."""
        return self._of(RelationRow, tables.relations, "target", targets)

    def belonging(self, organization: str) -> Iterable[MembershipRow]:
        """See `Rows.belonging`."""
        return self._of(MembershipRow, tables.memberships, "organization", (organization,))

    def _of(self, cls: type[_Row], table: Table, key: str, wanted: Collection[str]) -> list[_Row]:
        asked, found = _asking(tuple(f.name for f in fields(cls)), table, key), list[Any]()
        for some in batches(wanted):
            here = {"jurisdiction": self.jurisdiction, "wanted": some}
            found += self.connection.execute(asked, here).all()
        # Asked to put them in order, SQLite goes through the whole table in that order instead.
        found.sort(key=lambda row: int(row[0]))
        return [cls(*row[1:]) for row in found]


@cache
def _asking(named: tuple[str, ...], table: Table, key: str) -> Select[Any]:
    """The statement for the rows of some keys; made once, since making it takes longer than it."""
    columns = (table.c.row, *(table.c[name] for name in named))
    here = (
        table.c.jurisdiction == bindparam("jurisdiction"),
        table.c[key].in_(bindparam("wanted", expanding=True)),
    )
    return table.select().with_only_columns(*columns).where(*here)


def batches(keys: Iterable[str]) -> list[list[str]]:
    """The keys, so many at a time."""
    every = list(keys)
    return [every[i : i + STEP] for i in range(0, len(every), STEP)]
