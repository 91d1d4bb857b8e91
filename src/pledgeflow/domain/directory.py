"""People and organizations over time, as dated rows; a `View` is what they amount to on one day.

Above `people`, and as pure: stores keep these rows, files are read into them, decisions see only a
view. Dates are inclusive at both ends; a row without them holds always, and rows may overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

from pledgeflow.domain.people import WORK, Membership, Organization, Person, View
from pledgeflow.errors import DirectoryError


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody is known, with these kinds, for a time. name: "" where it is unknown or erased."""

    person: str
    name: str = ""
    kinds: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization, and the one above it."""

    organization: str
    kind: str
    name: str = ""
    parent: str | None = None
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A person belongs to an organization at a venue for a time."""

    person: str
    organization: str
    venue: str = WORK
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A person holds a post of an organization for a time."""

    organization: str
    post: str
    person: str
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A person stands in a relation (such as `contact`) to a person or organization for a time."""

    relation: str
    person: str
    target: str
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class DirectoryData:
    """A whole directory; build it with `of` or `from_tree`, which check it."""

    people: tuple[PersonRow, ...] = ()
    organizations: tuple[OrganizationRow, ...] = ()
    memberships: tuple[MembershipRow, ...] = ()
    posts: tuple[PostRow, ...] = ()
    relations: tuple[RelationRow, ...] = ()

    @classmethod
    def of(
        cls,
        people: Iterable[PersonRow] = (),
        organizations: Iterable[OrganizationRow] = (),
        *,
        memberships: Iterable[MembershipRow] = (),
        posts: Iterable[PostRow] = (),
        relations: Iterable[RelationRow] = (),
    ) -> DirectoryData:
        """A directory whose rows fit together.

        Raises DirectoryError: an unknown person or organization, an organization twice or above
        itself, an id that is both, a row that ends before it begins.
        """
        data = cls(
            tuple(people), tuple(organizations), tuple(memberships), tuple(posts), tuple(relations)
        )
        _check(data)
        return data

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any]) -> DirectoryData:
        """A directory from a file that has been read into mappings, lists and text.

        Keys: `organizations`, `people`, `relations` (relation -> target -> persons). Raises
        DirectoryError naming the place, such as `people.wang.member_of`.
        """
        return _read(tree)

    @property
    def names(self) -> Mapping[str, str]:
        """Id -> name, of people and organizations; those without a name are left out."""
        named = [(row.organization, row.name) for row in self.organizations]
        named += [(row.person, row.name) for row in self.people]
        return {key: name for key, name in named if name}

    def view(self, on: date) -> View:
        """Who was who on that day; what refers to somebody unknown on that day is left out."""
        kinds: dict[str, frozenset[str]] = {}
        for person in _holding(self.people, on):
            kinds[person.person] = kinds.get(person.person, frozenset()) | person.kinds
        homes: dict[str, dict[Membership, None]] = {}
        for member in _holding(self.memberships, on):
            homes.setdefault(member.person, {})[Membership(member.organization, member.venue)] = (
                None
            )
        posts: dict[str, dict[str, dict[str, None]]] = {}
        for post in _holding(self.posts, on):
            if post.person in kinds:
                posts.setdefault(post.organization, {}).setdefault(post.post, {})[post.person] = (
                    None
                )
        relations: dict[tuple[str, str], dict[str, None]] = {}
        for row in _holding(self.relations, on):
            if row.person in kinds:
                relations.setdefault((row.relation, row.target), {})[row.person] = None
        return View(
            {key: Person(key, kinds[key], tuple(homes.get(key, ()))) for key in kinds},
            {
                row.organization: Organization(
                    row.organization,
                    row.kind,
                    row.parent,
                    {post: tuple(held) for post, held in posts.get(row.organization, {}).items()},
                    row.kinds,
                )
                for row in self.organizations
            },
            {key: tuple(persons) for key, persons in relations.items()},
        )

    def of_kinds(
        self,
        organization: str,
        kinds: tuple[tuple[str, bool], ...],
        on: date,
        *,
        posts: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        """Those of these kinds on that day; see `View.of_kinds`."""
        return self.view(on).of_kinds(organization, kinds, posts=posts)


_Row = TypeVar("_Row", PersonRow, MembershipRow, PostRow, RelationRow)


def _holding(rows: Iterable[_Row], on: date) -> Iterator[_Row]:
    for row in rows:
        begun = row.valid_from is None or row.valid_from <= on
        if begun and (row.valid_until is None or on <= row.valid_until):
            yield row


def _check(data: DirectoryData) -> None:
    people = {row.person for row in data.people}
    organizations = {row.organization: row for row in data.organizations}
    if "" in people or "" in organizations:
        raise DirectoryError("a person or an organization has no id")
    for kind, ids in (("people", people), ("organizations", organizations)):
        for key in ids:
            if set(key) & set("/@") or not key.isprintable():
                # A pledge is named jurisdiction/cycle/promisor@venue: it could never be named.
                _fail(f"{kind}.{key}", "an id has no `/`, no `@` and no line break; take it out")
    if len(organizations) < len(data.organizations):
        twice = Counter(row.organization for row in data.organizations).most_common(1)[0][0]
        _fail(f"organizations.{twice}", "this organization is there twice; keep one")
    for both in sorted(people & organizations.keys()):
        _fail(f"organizations.{both}", "a person has this id too; rename one")
    for row in data.organizations:
        _check_above(row, organizations)
    for person in data.people:
        _check_days(person, f"people.{person.person}")
    for member in data.memberships:
        place = f"people.{member.person}.member_of"
        _check_known(member.person, people, place)
        _check_known(member.organization, organizations, place)
        _check_days(member, place)
    for post in data.posts:
        place = f"organizations.{post.organization}.posts.{post.post}"
        _check_known(post.organization, organizations, place)
        _check_known(post.person, people, place)
        _check_days(post, place)
    for relation in data.relations:
        place = f"relations.{relation.relation}.{relation.target}"
        if relation.target not in organizations and relation.target not in people:
            _fail(place, f"nobody and no organization is called `{relation.target}`")
        _check_known(relation.person, people, place)
        _check_days(relation, place)


def _check_above(row: OrganizationRow, organizations: Mapping[str, OrganizationRow]) -> None:
    place, seen = f"organizations.{row.organization}.parent", {row.organization}
    while row.parent is not None:
        _check_known(row.parent, organizations, place)
        if row.parent in seen:
            _fail(place, f"`{row.parent}` stands above itself")
        seen.add(row.parent)
        row = organizations[row.parent]


def _check_known(key: str, known: Container[str], place: str) -> None:
    if key not in known:
        what = "organization" if isinstance(known, dict) else "person"
        _fail(place, f"no {what} is called `{key}`")


def _check_days(row: PersonRow | MembershipRow | PostRow | RelationRow, place: str) -> None:
    if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
        _fail(place, f"ends on {row.valid_until}, before it begins")


def _fail(place: str, message: str) -> NoReturn:
    raise DirectoryError(f"{place}: {message}")


_DAYS = ("from", "until")


def _read(tree: object) -> DirectoryData:
    top = _mapping(tree, "directory", ("organizations", "people", "relations"))
    organizations: list[OrganizationRow] = []
    posts: list[PostRow] = []
    for key, entry in _mapping(top.get("organizations"), "organizations").items():
        place = f"organizations.{key}"
        said = _mapping(entry, place, ("name", "kind", "parent", "kinds", "posts"))
        organizations.append(
            OrganizationRow(
                key,
                _text(said.get("kind"), f"{place}.kind"),
                _name(said.get("name"), f"{place}.name"),
                _text(said["parent"], f"{place}.parent") if said.get("parent") else None,
                _kinds(said.get("kinds"), f"{place}.kinds"),
            )
        )
        for post, held in _mapping(said.get("posts"), f"{place}.posts").items():
            rows = _held(held, f"{place}.posts.{post}")
            posts += [PostRow(key, post, person, *days) for person, *days in rows]
    people: list[PersonRow] = []
    memberships: list[MembershipRow] = []
    for key, entry in _mapping(top.get("people"), "people").items():
        place = f"people.{key}"
        said = _mapping(entry, place, ("name", "kinds", "member_of", "memberships", *_DAYS))
        kinds = _kinds(said.get("kinds"), f"{place}.kinds")
        people.append(
            PersonRow(key, _name(said.get("name"), f"{place}.name"), kinds, *_days(said, place))
        )
        if "member_of" in said:
            home = _text(said["member_of"], f"{place}.member_of")
            memberships.append(MembershipRow(key, home))
        memberships += _memberships(key, said.get("memberships"), f"{place}.memberships")
    relations = [
        RelationRow(relation, person, target, *days)
        for relation, targets in _mapping(top.get("relations"), "relations").items()
        for target, held in _mapping(targets, f"relations.{relation}").items()
        for person, *days in _held(held, f"relations.{relation}.{target}")
    ]
    return DirectoryData.of(
        people, organizations, memberships=memberships, posts=posts, relations=relations
    )


def _memberships(person: str, value: object, place: str) -> Iterator[MembershipRow]:
    if value is not None and not isinstance(value, list):
        _fail(place, "write a list here")
    for i, entry in enumerate(value or ()):
        said = _mapping(entry, f"{place}.{i}", ("organization", "venue", *_DAYS))
        home = _text(said.get("organization"), f"{place}.{i}.organization")
        venue = _text(said["venue"], f"{place}.{i}.venue") if said.get("venue") else WORK
        yield MembershipRow(person, home, venue, *_days(said, f"{place}.{i}"))


def _held(value: object, place: str) -> Iterator[tuple[str, date | None, date | None]]:
    """Persons with their dates: one, a list of them (some as {person, from, until}), or a set."""
    for i, entry in enumerate(value if isinstance(value, list) else _members(value, place)):
        if isinstance(entry, Mapping):
            said = _mapping(entry, f"{place}.{i}", ("person", *_DAYS))
            person = _text(said.get("person"), f"{place}.{i}.person")
            yield person, *_days(said, f"{place}.{i}")
        else:
            yield _text(entry, place), None, None


def _members(value: object, place: str) -> tuple[str, ...]:
    """A set of words: a list, a mapping to true, or a single one."""
    match value:
        case None:
            return ()
        case list():
            return tuple(_text(item, place) for item in value)
        case Mapping():
            for key, chosen in value.items():
                if chosen not in (True, False, "true", "false"):
                    _fail(f"{place}.{key}", "write `true` here, or a list of names above")
            return tuple(_text(key, place) for key, on in value.items() if on in (True, "true"))
        case _:
            return (_text(value, place),)


def _kinds(value: object, place: str) -> frozenset[str]:
    return frozenset(_members(value, place))


def _days(said: Mapping[str, object], place: str) -> tuple[date | None, date | None]:
    begin, end = (_day(said.get(key), f"{place}.{key}") for key in _DAYS)
    return begin, end


def _day(value: object, place: str) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        _fail(place, f"`{value}` is no date; write it like 2025-03-31")


def _name(value: object, place: str) -> str:
    """A name, or the first of several languages' (the Chinese one where there is one)."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        names = {key: _text(name, f"{place}.{key}") for key, name in value.items()}
        return names.get("zh", next(iter(names.values()), ""))
    return _text(value, place)


def _text(value: object, place: str) -> str:
    # ids such as 12 may arrive as numbers
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        _fail(place, "write a name or an id here")
    return str(value)


def _mapping(value: object, place: str, allowed: Sequence[str] = ()) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        _fail(place, "write a mapping here")
    for key in value:
        if allowed and key not in allowed:
            known = ", ".join(f"`{name}`" for name in allowed)
            _fail(f"{place}.{key}", f"nothing is called so here; known are {known}")
    return {_text(key, place): entry for key, entry in value.items()}
