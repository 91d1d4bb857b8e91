"""The smallest town in which a track can be gone through: everybody whom its roles ask for.

Derived from the policy alone. Every post and relation is held by somebody of its own, above the
promisor's organization stand all bodies that a role names, and there is a promisor for each kind
that a rule tells apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pydantic import BaseModel

from pledgeflow.decision import begin
from pledgeflow.domain.calendars import Calendar, Days
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.states import State
from pledgeflow.errors import DirectoryError, RefusedError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.conditions import Promisor
from pledgeflow.policy.guards.payload import Listed
from pledgeflow.policy.language.people import Role
from pledgeflow.policy.language.schema import Rules

JURISDICTION = "sample"
YEAR = 2025
HOME, ABOVE, TOP = "home", "above", "top"
CALENDAR: Calendar = Days(weekends=True)


@dataclass(frozen=True, slots=True)
class World:
    """Who there is, and the streams that begin. missing: one who may have to come first."""

    view: View
    cycle: Cycle
    starts: tuple[State, ...]
    missing: str = "other"
    calendar: Calendar = field(default_factory=lambda: CALENDAR)

    def reaches(self, day: date, months: int) -> bool:
        """Whether time may go on to a day. months: from the cycle's first day, at most"""
        starts = self.cycle.starts
        return (day.year - starts.year) * 12 + day.month - starts.month < months


def world_of(policy: Policy, track: str) -> World:
    """The world of a track. Raises DirectoryError where no promisor fits into it."""
    return worlds_of(((policy, track),))[0]


def worlds_of(sides: Sequence[tuple[Policy, str]]) -> tuple[World, ...]:
    """A world for each of several policies' tracks, with one town and the same promisors in all.

    Raises DirectoryError where nobody is the promisor of every one of them.
    """
    wanted = _wanted(sides)
    base = frozenset(kind for kind, value in wanted.items() if value)
    barred = frozenset(kind for kind, value in wanted.items() if not value)
    sources = [policy.tracks[track].source for policy, track in sides]
    told = dict.fromkeys(kind for source in sources for kind in _told(source))
    kinds = [base, *(base | {kind} for kind in told if kind not in base | barred)]
    matches = [policy.document.tracks[track].match for policy, track in sides]
    person = matches[0].person is not None
    venues = tuple(dict.fromkeys(match.venue if person else "" for match in matches))
    town = _Town([policy for policy, _ in sides], venues)
    names = [f"promisor_{i + 1}" if person else f"{HOME}_{i + 1}" for i in range(len(kinds))]
    for name, called in zip(names, kinds, strict=True):
        town.settle(name, called, person=person)
    last = tuple(role for source in sources for role in _last(source))
    names += town.without(base, last, person=person)
    view = town.view()
    begun: list[tuple[Cycle, dict[str, State]]] = []
    for policy, track in sides:
        cycle = Cycle(str(YEAR), _first_day(policy))
        place = policy.document.tracks[track].place
        streams = (StreamId(JURISDICTION, cycle.id, name, place) for name in names)
        states = _begun(policy, track, view, streams, cycle)
        begun.append((cycle, {state.stream.promisor: state for state in states}))
    fitting = [name for name in names if all(name in states for _, states in begun)]
    if not fitting:
        tracks = " and ".join(f"`{track}`" for _, track in sides)
        raise DirectoryError(f"nobody in the sample fits into the track {tracks}")
    return tuple(
        World(view, cycle, tuple(states[name] for name in fitting)) for cycle, states in begun
    )


def _wanted(sides: Sequence[tuple[Policy, str]]) -> dict[str, bool]:
    """What a promisor of all the tracks has to be called, and what not."""
    wanted: dict[str, bool] = {}
    people: set[bool] = set()
    for policy, track in sides:
        match = policy.document.tracks[track].match
        people.add(match.person is not None)
        kinds = (match.person if match.person is not None else match.organization) or {}
        if any(wanted.get(kind, value) is not value for kind, value in kinds.items()):
            raise DirectoryError(f"nobody is a promisor of `{track}` and of the other track too")
        wanted |= kinds
    if len(people) > 1:
        raise DirectoryError("a person is the promisor of one track, an organization of the other")
    return wanted


def _begun(
    policy: Policy, track: str, view: View, streams: Iterator[StreamId], cycle: Cycle
) -> Iterator[State]:
    for stream in streams:
        try:
            state = begin(policy, stream, cycle, view)
        except (DirectoryError, RefusedError):
            continue
        if state.track == track:
            yield state


def _last(rules: Rules) -> Iterator[Role]:
    """The roles after which nobody steps in: where they are vacant, nobody acts."""
    for name in rules.roles:
        seen = [name]
        while (then := rules.roles[seen[-1]].otherwise) in rules.roles and then not in seen:
            seen.append(str(then))
        yield rules.roles[seen[-1]]


def _first_day(policy: Policy) -> date:
    cycle = policy.document.cycle
    january = date(YEAR, 1, 1)
    return cycle.starts.within(january) if cycle is not None else january


def _told(rules: BaseModel) -> Iterator[str]:
    """The kinds of promisor that some rule tells apart, wherever it stands."""
    for model in models(rules):
        if isinstance(model, Promisor):
            yield from model.kinds
        elif isinstance(model, Listed):
            # Kinds that have a list are alike but for what stands on it: one stands for all.
            yield from tuple(model.kinds)[:1]


def models(value: object) -> Iterator[BaseModel]:
    """Every part of what a policy says, with all parts of it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from models(each)


class _Town:
    """Builds the directory."""

    def __init__(self, policies: Sequence[Policy], venues: tuple[str, ...]) -> None:
        self._venues = venues
        self._roles = tuple(role for policy in policies for role in _roles(policy))
        self._posts = _posts(policies, self._roles)
        self._persons: dict[str, Person] = {}
        self._organizations: dict[str, Organization] = {}
        self._relations: dict[tuple[str, str], tuple[str, ...]] = {}
        bodies = (role.organization for role in self._roles)
        kinds = tuple(dict.fromkeys(b.kind for b in bodies if b is not None and b.kind))
        self._chain = (ABOVE, *kinds, TOP)
        for name, parent in zip(self._chain, (*self._chain[1:], None), strict=True):
            self._body(name, parent, frozenset())
        self._person("other", TOP)

    def view(self) -> View:
        """What was built."""
        return View(self._persons, self._organizations, self._relations)

    def settle(self, promisor: str, kinds: frozenset[str], *, person: bool) -> None:
        """A promisor: a person in a home organization of its own, or an organization."""
        home = promisor.replace("promisor", HOME)
        self._body(home, self._chain[0], frozenset() if person else kinds)
        for n in (1, 2):
            self._person(f"{home}_member_{n}", home)
        if person:
            memberships = tuple(Membership(home, venue) for venue in self._venues)
            self._persons[promisor] = Person(promisor, kinds, memberships)
        for role in self._roles:
            asked = role.person
            if asked is None or asked.relation is None:
                continue
            name = f"{home}_{asked.relation}"
            wanted = frozenset(kind for kind, value in asked.kinds.items() if value)
            known = self._persons.get(name)
            called = wanted | known.kinds if known is not None else wanted
            self._persons[name] = Person(name, called, (Membership(home),))
            for target in (promisor, home):
                self._relations[asked.relation, target] = (name,)

    def without(self, kinds: frozenset[str], last: tuple[Role, ...], *, person: bool) -> list[str]:
        """Promisors whom such a role fails: nobody is related to them, or they hold the post."""
        asked = [role.person for role in last if role.person is not None]
        names: list[str] = []
        if any(one.relation is not None for one in asked):
            names.append("promisor_alone" if person else f"{HOME}_alone")
            related = dict(self._relations)
            self.settle(names[0], kinds, person=person)
            self._relations = related
        posts = [p for one in asked if one.of in (None, "own") for p in one.post]
        if posts and person:
            names.append("promisor_in_post")
            self.settle(names[-1], kinds, person=True)
            home = self._organizations[f"{HOME}_in_post"]
            held = {p: (names[-1],) if p in posts else who for p, who in home.posts.items()}
            self._organizations[home.id] = replace(home, posts=held)
        return names

    def _body(self, name: str, parent: str | None, kinds: frozenset[str]) -> None:
        posts: dict[str, tuple[str, ...]] = {}
        for post in self._posts:
            posts[post] = (self._person(f"{name}_{post}", name),)
        kind = name if name in self._chain else min(kinds, default="unit")
        self._organizations[name] = Organization(name, kind, parent, posts, kinds)
        self._person(f"{name}_staff", name)

    def _person(self, name: str, home: str) -> str:
        self._persons[name] = Person(name, memberships=(Membership(home),))
        return name


def _roles(policy: Policy) -> Iterator[Role]:
    for rules in policy.tracks.values():
        yield from rules.source.roles.values()


def _posts(policies: Sequence[Policy], roles: tuple[Role, ...]) -> tuple[str, ...]:
    tracks = [track for policy in policies for track in policy.document.tracks.values()]
    named = [
        *(post for role in roles for post in role.chaired_by),
        *(post for role in roles if role.person for post in role.person.post),
        *(post for track in tracks for post in track.represented_by),
    ]
    return tuple(dict.fromkeys(named))
