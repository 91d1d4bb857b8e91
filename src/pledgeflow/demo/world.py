"""A sample directory in which every role of a policy can be filled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from random import Random

from pledgeflow.demo.names import people
from pledgeflow.demo.needs import OWN, SUPERIOR, Needs
from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)

PER_UNIT = 9
OTHERS = 0.25
EVERY_THIRD = 3
UNIT = "unit"
ORDINALS = "一二三四五六七八九十"


class World:
    """Builds a directory. people: how many, beside those who work in the bodies above."""

    def __init__(self, needs: Needs, rng: Random, lang: str) -> None:
        self._needs, self._rng, self._lang = needs, rng, lang
        self._fresh = people(rng, lang)
        self._people: list[PersonRow] = []
        self._organizations: list[OrganizationRow] = []
        self._memberships: list[MembershipRow] = []
        self._posts: list[PostRow] = []
        self._relations: list[RelationRow] = []

    def build(self, number: int) -> DirectoryData:
        """The bodies above, some units below them, and this many people in those."""
        above = self._upper()
        self._apart(above[0])
        units = [self._unit(i, above[0]) for i in range(max(2, number // PER_UNIT))]
        kinds = self._mixture()
        for unit, place in zip(cycle(units), range(number), strict=False):
            posts = self._needs.posts.get(OWN, ())
            turn = place // len(units)
            first = turn < len(posts)
            person = self._person(
                (self._leading(turn) if first else next(kinds)) | self._one(self._needs.trades),
                unit,
            )
            if first:
                self._posts.append(PostRow(unit, posts[turn], person))
        self._person(frozenset(), units[0])  # nobody's promisor
        self._relate([row.organization for row in self._organizations])
        self._settle(above[0])
        return DirectoryData.of(
            self._people,
            self._organizations,
            memberships=self._memberships,
            posts=self._posts,
            relations=self._relations,
        )

    def _upper(self) -> list[str]:
        """The bodies above, nearest first, with their posts filled."""
        parent: str | None = None
        made: list[str] = []
        for kinds in reversed(self._needs.levels.above):
            parent = self._body(kinds, parent)
            made.insert(0, parent)
        return made

    def _body(self, kinds: frozenset[str], parent: str | None) -> str:
        """A body with its posts filled; it is called as what a role or a track calls it."""
        known = [kind for kind in sorted(kinds) if kind in self._needs.posts] or sorted(kinds)
        key = known[0]
        named = self._needs.labels.get(key)
        name = (named.zh if self._lang == "zh" else named.en) if named is not None else key
        pledges = any(unit <= kinds for unit in self._needs.bodies)
        kinds |= self._one(self._needs.lines) if pledges else frozenset()
        self._organizations.append(OrganizationRow(key, key, name, parent, kinds))
        own = (self._needs.posts.get(place, ()) for place in (*sorted(kinds), OWN, SUPERIOR))
        for post in dict.fromkeys(post for posts in own for post in posts):
            self._posts.append(PostRow(key, post, self._person(frozenset())))
        if kinds & set(self._needs.members):
            for _ in range(3):
                self._person(frozenset(), key)
        return key

    def _apart(self, parent: str) -> None:
        """Bodies beside the units, which pledge nothing."""
        for kinds in self._needs.levels.apart:
            self._body(kinds, parent)

    def _unit(self, number: int, parent: str) -> str:
        above = self._needs.levels.above
        free = [b for b in self._needs.bodies if not any(b <= kinds for kinds in above)]
        bodies = free or self._needs.bodies or self._needs.levels.units
        kinds = bodies[number % len(bodies)] if bodies else frozenset[str]()
        kind = min(kinds, default=UNIT)
        kinds |= self._one(self._needs.lines)
        name = f"{UNIT} {number + 1}"
        if self._lang == "zh":
            name = f"第{ORDINALS[number] if number < len(ORDINALS) else number + 1}单位"
        key = f"{UNIT}_{number + 1}"
        self._organizations.append(OrganizationRow(key, kind, name, parent, kinds))
        return key

    def _settle(self, parent: str) -> None:
        """An organization for each other venue, and some of those who may pledge there."""
        for venue, kinds in self._needs.venues.items():
            label = self._needs.labels.get(venue)
            name = (label.zh if self._lang == "zh" else label.en) if label is not None else venue
            self._organizations.append(OrganizationRow(venue, venue, name, parent))
            for post in self._needs.posts.get(OWN, ()):
                self._posts.append(PostRow(venue, post, self._person(frozenset())))
            ordinary = next(iter(self._needs.people), frozenset())
            rows = enumerate(self._people)
            living = [(i, row) for i, row in rows if ordinary and row.kinds >= ordinary]
            for i, row in living[::EVERY_THIRD]:
                self._people[i] = replace(row, kinds=row.kinds | kinds)
                self._memberships.append(MembershipRow(row.person, venue, venue))

    def _one(self, kinds: tuple[str, ...]) -> frozenset[str]:
        return frozenset({self._rng.choice(kinds)}) if kinds else frozenset()

    def _leading(self, turn: int) -> frozenset[str]:
        """What the holder of a unit's first post is, and of the others."""
        ordinary = self._needs.people[0] if self._needs.people else frozenset()
        return ordinary | self._needs.singled_out if turn == 0 else ordinary

    def _mixture(self) -> Iterator[frozenset[str]]:
        """One of each kind of promisor; of the rest most are of the first, some of the others."""
        kinds = self._needs.people or (frozenset[str](),)
        rest = kinds[1:] or kinds
        yield from kinds
        while True:
            yield self._rng.choice(rest) if self._rng.random() < OTHERS else kinds[0]

    def _person(self, kinds: frozenset[str], unit: str | None = None) -> str:
        key, name = next(self._fresh)
        self._people.append(PersonRow(key, name, kinds))
        if unit is not None:
            self._memberships.append(MembershipRow(key, unit))
        return key

    def _relate(self, units: list[str]) -> None:
        """Somebody from elsewhere for each relation: to a unit, or to each of its people."""
        members = [(row.person, row.organization) for row in self._memberships]
        for (relation, to), kinds in self._needs.relations.items():
            if to == OWN:
                for unit in units:
                    for person in islice(self._elsewhere(kinds), 2):
                        self._relations.append(RelationRow(relation, person, unit))
                continue
            for target, home in members:
                others = [person for person, unit in members if unit != home]
                chosen = self._rng.choice(others or [p for p, _ in members if p != target])
                self._relations.append(RelationRow(relation, chosen, target))

    def _elsewhere(self, kinds: frozenset[str]) -> Iterator[str]:
        """People who do not belong to a unit, made as they are needed."""
        while True:
            yield self._person(kinds)
