"""An extract of a directory: just what one decision reads, as of a day, however large it is.

Above `directory`. `Directory` is what the engine asks for extracts: the store's own tables, or a
host's. Whoever has rows that can be looked up by key (`Rows`) gets extracts from `around` and
`members`; everybody and every organization in an extract is as in the whole view of that day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.domain.people import WORK, View


class Directory(Protocol):
    """Who is who in a jurisdiction, as of a day."""

    def around(self, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """What a decision about these people and organizations reads.

        They themselves, the organizations they belong to and all above, whoever holds a post in
        any of these, and whoever stands in a relation to one of the ids or of their organizations.
        Ids that nobody has are left out.
        """

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        """Whose work unit an organization is, and its posts; for "", the whole jurisdiction."""


class Rows(Protocol):
    """The rows of one directory by their keys, in the directory's order for each key."""

    def people(self, persons: Collection[str]) -> Iterable[PersonRow]:
        """Of these people."""

    def organizations(self, ids: Collection[str]) -> Iterable[OrganizationRow]:
        """These organizations."""

    def memberships(self, persons: Collection[str]) -> Iterable[MembershipRow]:
        """Where these people belong."""

    def posts(self, organizations: Collection[str]) -> Iterable[PostRow]:
        """The posts of these organizations."""

    def relations(self, targets: Collection[str]) -> Iterable[RelationRow]:
        """Who stands in a relation to these."""

    def belonging(self, organization: str) -> Iterable[MembershipRow]:
        """Who belongs to an organization."""


def extract(rows: Rows, ids: Collection[str]) -> DirectoryData:
    """What `Directory.around` tells of a day, of whichever day."""
    named = frozenset(ids)
    homes = {row.organization for row in rows.memberships(named)}
    organizations = _upwards(rows, named | homes)
    posts = tuple(rows.posts(organizations.keys()))
    relations = tuple(rows.relations(named | homes))
    persons = named | {row.person for row in posts} | {row.person for row in relations}
    return DirectoryData(
        tuple(rows.people(persons)),
        tuple(organizations.values()),
        tuple(rows.memberships(persons)),
        posts,
        relations,
    )


def members(rows: Rows, organization: str, on: date) -> View:
    """See `Directory.members`, of one organization."""
    places = (organization,)
    held = tuple(rows.posts(places))
    working = {row.person for row in rows.belonging(organization) if row.venue == WORK}
    persons = working | {row.person for row in held}
    return DirectoryData(
        tuple(rows.people(persons)),
        tuple(rows.organizations(places)),
        tuple(rows.memberships(persons)),
        held,
    ).view(on)


def _upwards(rows: Rows, ids: Collection[str]) -> dict[str, OrganizationRow]:
    """Those of the ids that are organizations, and all above them; a loop is gone round once."""
    found: dict[str, OrganizationRow] = {}
    wanted = frozenset(ids)
    while wanted:
        level = {row.organization: row for row in rows.organizations(wanted)}
        found |= level
        above = {row.parent for row in level.values() if row.parent is not None}
        wanted = frozenset(above - found.keys())
    return found


class Indexed:
    """A directory in memory, looked up by key; an index is made when it is first used."""

    def __init__(self, data: DirectoryData) -> None:
        self.data = data

    def around(self, ids: Collection[str], on: date) -> View:
        """See `Directory.around`."""
        return extract(self, ids).view(on)

    def members(self, organization: str, on: date) -> View:
        """See `Directory.members`."""
        return members(self, organization, on) if organization else self.data.view(on)

    def people(self, persons: Collection[str]) -> Iterable[PersonRow]:
        """See `Rows.people`."""
        return _of(self._people, persons)

    def organizations(self, ids: Collection[str]) -> Iterable[OrganizationRow]:
        """See `Rows.organizations`."""
        return _of(self._organizations, ids)

    def memberships(self, persons: Collection[str]) -> Iterable[MembershipRow]:
        """See `Rows.memberships`."""
        return _of(self._homes, persons)

    def posts(self, organizations: Collection[str]) -> Iterable[PostRow]:
        """See `Rows.posts`."""
        return _of(self._posts, organizations)

    def relations(self, targets: Collection[str]) -> Iterable[RelationRow]:
        """See `Rows.relations`."""
        return _of(self._relations, targets)

    def belonging(self, organization: str) -> Iterable[MembershipRow]:
        """See `Rows.belonging`."""
        return _of(self._members, (organization,))

    @cached_property
    def _people(self) -> _Index[PersonRow]:
        return _by(self.data.people, lambda row: row.person)

    @cached_property
    def _organizations(self) -> _Index[OrganizationRow]:
        return _by(self.data.organizations, lambda row: row.organization)

    @cached_property
    def _homes(self) -> _Index[MembershipRow]:
        return _by(self.data.memberships, lambda row: row.person)

    @cached_property
    def _members(self) -> _Index[MembershipRow]:
        return _by(self.data.memberships, lambda row: row.organization)

    @cached_property
    def _posts(self) -> _Index[PostRow]:
        return _by(self.data.posts, lambda row: row.organization)

    @cached_property
    def _relations(self) -> _Index[RelationRow]:
        return _by(self.data.relations, lambda row: row.target)


_Row = TypeVar("_Row")
_Index = Mapping[str, list[_Row]]


def _by(rows: Iterable[_Row], key: Callable[[_Row], str]) -> _Index[_Row]:
    index: dict[str, list[_Row]] = {}
    for row in rows:
        index.setdefault(key(row), []).append(row)
    return index


def _of(index: _Index[_Row], keys: Iterable[str]) -> list[_Row]:
    return [row for key in keys for row in index.get(key, ())]
