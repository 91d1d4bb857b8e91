"""People and organizations as of a date, in Popolo's words; a view holds just what a decision reads.

A `View` is data, not a directory: whoever calls `decide` fetches it as of the date of the act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pledgeflow.errors import DirectoryError

WORK = ""
"""The venue of a pledge at the work unit; a pledge at the residence names its venue."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person belongs to an organization, at a venue (the work unit unless named)."""

    organization: str
    venue: str = WORK


@dataclass(frozen=True, slots=True)
class Person:
    """A pseudonymous id with what rules ask about: kinds (`in_service`, `retired`, …), memberships."""

    id: str
    kinds: frozenset[str] = frozenset()
    memberships: tuple[Membership, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization: its kind, the one above it, and who holds which post (post -> person ids)."""

    id: str
    kind: str
    parent: str | None = None
    posts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """The part of a directory a decision reads, as of one date.

    persons, organizations: by id; relations: (relation, target id) -> ids of persons, such as
    ("contact", promisor) -> who is the promisor's contact.
    """

    persons: Mapping[str, Person] = field(default_factory=dict)
    organizations: Mapping[str, Organization] = field(default_factory=dict)
    relations: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def home(self, owner: str, venue: str) -> str:
        """The organization in which `owner` pledges at `venue`; an organization pledges as itself.

        Raises DirectoryError where there is none, or more than one.
        """
        if owner in self.organizations:
            return owner
        person = self.persons.get(owner)
        if person is None:
            raise DirectoryError(f"nobody and no organization is called `{owner}` on this date")
        homes = [m.organization for m in person.memberships if m.venue == venue]
        if len(homes) == 1:
            return homes[0]
        where = f"at the venue `{venue}`" if venue else "as the work unit"
        if homes:
            named = ", ".join(f"`{home}`" for home in homes)
            raise DirectoryError(f"`{owner}` has several organizations {where}: {named}; keep one")
        raise DirectoryError(f"`{owner}` belongs to no organization {where}; add a membership")

    def ancestors(self, organization: str) -> Iterator[Organization]:
        """The organizations above, nearest first; a loop in the directory is an error."""
        seen = {organization}
        current = self.organizations.get(organization)
        while current is not None and current.parent is not None:
            if current.parent in seen:
                raise DirectoryError(f"`{current.parent}` stands above itself in the directory")
            seen.add(current.parent)
            current = self.organizations.get(current.parent)
            if current is not None:
                yield current

    def of_kinds(
        self,
        organization: str,
        kinds: tuple[tuple[str, bool], ...],
        *,
        posts: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        """Ids of those whose work unit is `organization` ("": any), sorted.

        kinds: (kind, wanted) pairs; who has a kind that is not wanted is left out.
        posts: whoever holds one of these in their work unit is in, of whatever kind.
        """
        found: set[str] = set()
        for person in self.persons.values():
            of_them = all((kind in person.kinds) is wanted for kind, wanted in kinds)
            for home in person.memberships:
                if home.venue != WORK or organization not in ("", home.organization):
                    continue
                holds = any(person.id in self.holders(home.organization, post) for post in posts)
                if holds or (of_them and (kinds or not posts)):
                    found.add(person.id)
        return tuple(sorted(found))

    def holders(self, organization: str | None, post: str) -> tuple[str, ...]:
        """Who holds `post` in `organization`; nobody where either is unknown."""
        found = self.organizations.get(organization) if organization is not None else None
        return found.posts.get(post, ()) if found is not None else ()
