"""Towns to play in: every role of a policy is held by somebody, or perhaps not.

A town is about one stream, of a promisor at a place; the others in it are as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from pledgeflow.domain.commands import PLEDGE, StreamId
from pledgeflow.domain.facts import Fact, Look
from pledgeflow.domain.people import WORK, Membership, Organization, Person, View
from pledgeflow.domain.states import State
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.payload import Listed
from pledgeflow.policy.language.people import Role
from pledgeflow.policy.language.tracks import Track
from pledgeflow.testing._simulation.dice import Dice

HOME = "home"
START = date(2025, 1, 1)
"""The first day of a town's cycle."""


@dataclass(frozen=True, slots=True)
class Town:
    """A directory as of any day, and whose stream it is about, at which place (`Track.place`).

    missing: others who come first; others: (owner, place) -> another stream that has begun
    """

    view: View
    promisor: str
    missing: tuple[str, ...] = ()
    venue: str = WORK
    others: Mapping[tuple[str, str], State] = field(default_factory=dict)

    @property
    def stream(self) -> StreamId:
        """The stream that it is about."""
        return StreamId("town", "2025", self.promisor, self.venue)

    @property
    def key(self) -> tuple[str, str]:
        """Whose stream it is about, and which of theirs."""
        return self.promisor, self.venue

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody, in order."""
        return tuple(sorted(self.view.persons))

    def seen(self, look: Look, own: State) -> Fact:
        """How another stream stands; one's own, where that is the one asked about."""
        owner: str | None = look.owner
        if look.above:
            owner = next((above.id for above in self.view.ancestors(look.owner)), None)
        state = self.others.get((owner, look.venue)) if owner is not None else None
        if (owner, look.venue) == (own.stream.promisor, own.stream.venue):
            state = own if own.version else None
        if owner is None:
            return Fact(None, "directory", look.on, 0)
        stream = StreamId(look.jurisdiction, look.cycle, owner, look.venue)
        return Fact(state, str(stream), look.on, state.version if state is not None else 0)


def roles_of(policy: Policy) -> tuple[Role, ...]:
    """Every role of the policy, those that only one track has too."""
    sources = (rules.source for rules in policy.tracks.values())
    return tuple(role for rules in sources for role in rules.roles.values())


def posts_of(policy: Policy) -> tuple[str, ...]:
    """Every post that some role or track names."""
    named = [
        *(p for role in roles_of(policy) for p in role.chaired_by),
        *(p for role in roles_of(policy) if role.person for p in role.person.post),
        *(p for track in policy.document.tracks.values() for p in track.represented_by),
    ]
    return tuple(dict.fromkeys(named))


def bodies_of(policy: Policy) -> tuple[str, ...]:
    """Every kind of organization that stands above the promisor's own in some role."""
    bodies = (role.organization for role in roles_of(policy))
    return tuple(dict.fromkeys(body.kind for body in bodies if body and body.kind))


def relations_of(policy: Policy) -> Mapping[tuple[str, bool], frozenset[str]]:
    """Every relation, and whether it is one to the promisor (else to the own organization), with
    the kinds that whoever stands in it has to be of.
    """
    persons = [role.person for role in roles_of(policy) if role.person is not None]
    return {(p.relation, p.to != "own"): _wanted(p.kinds) for p in persons if p.relation}


def kinds_listed(policy: Policy, track: str) -> tuple[str, ...]:
    """The kinds of promisor that have a list of their own in some guard of a track."""
    return tuple(
        dict.fromkeys(
            kind
            for lifecycle in policy.tracks[track].lifecycles.values()
            for transition in lifecycle.transitions.values()
            for guard in transition.guards.values()
            if isinstance(guard, Listed)
            for kind in guard.kinds
        )
    )


def _wanted(match: Mapping[str, bool] | None) -> frozenset[str]:
    return frozenset(kind for kind, value in (match or {}).items() if value)


def organized(policy: Policy, own: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """What the organizations are called that have tracks: one's own, and the one above it.

    own: what one's own has to be called, if it has to
    """
    tracks = policy.document.tracks.values()
    found = (_wanted(track.match.organization) for track in tracks if track.aggregate != PLEDGE)
    others = [kinds for kinds in dict.fromkeys(found) if kinds and not kinds <= own]
    called = [own, *others] if own else others
    return dict(zip((HOME, "above"), called, strict=False))


def full_town(policy: Policy, track: str) -> Town:
    """Every post and relation is held by somebody of its own, and nobody judges themselves."""
    return _town(policy, track, lambda standard: (standard,))


Held = Callable[[str], tuple[str, ...]]
"""Who holds a post, given who would in a full town."""


def _town(policy: Policy, name: str, held: Held, extra: int = 0, kind: int = 0) -> Town:
    track = policy.document.tracks[name]
    listed = kinds_listed(policy, name)
    own = frozenset(listed[kind % len(listed)] for _ in listed[:1])
    town = _built(policy, track, held, extra, own)
    # Of what a list is for, only what leaves the promisor in the track.
    with suppress(DirectoryError):
        if policy.track_of(town.view, town.promisor, town.venue) == name:
            return town
    return _built(policy, track, held, extra, frozenset())


def _built(policy: Policy, track: Track, held: Held, extra: int, more: frozenset[str]) -> Town:
    promisor = "pat" if track.match.person is not None else HOME
    home, wanted = track.match.venue, _wanted(track.match.organization)
    chain = [HOME, "above", *bodies_of(policy), *(f"top{i}" for i in range(extra)), "top"]
    kinds = organized(policy, wanted | more if promisor == HOME else frozenset())
    organizations: dict[str, Organization] = {}
    persons: dict[str, Person] = {
        "pat": Person("pat", _wanted(track.match.person) | more, (Membership(HOME, home),))
    }
    for name, parent in zip(chain, [*chain[1:], None], strict=True):
        posts: dict[str, tuple[str, ...]] = {}
        for post in posts_of(policy):
            standard = f"{name}_{post}"
            persons[standard] = Person(standard, memberships=(Membership(name),))
            posts[post] = held(standard)
        called = kinds.get(name, frozenset[str]())
        kind = name if name in bodies_of(policy) else min(called, default="branch")
        organizations[name] = Organization(name, kind, parent, posts, called)
    for member in ("mo", "moe"):
        persons[member] = Person(member, memberships=(Membership(HOME),))
    relations: dict[tuple[str, str], tuple[str, ...]] = {}
    for (relation, to_promisor), kinds_asked in relations_of(policy).items():
        standard = f"rel_{relation}"
        persons[standard] = Person(standard, kinds_asked, (Membership(HOME),))
        whose = (promisor, "mo", "moe") if to_promisor else (HOME,)
        relations.update(dict.fromkeys([(relation, each) for each in whose], held(standard)))
    persons["lee"] = Person("lee", frozenset({"in_service", "leading"}), (Membership("top"),))
    return Town(View(persons, organizations, relations), promisor, venue=track.place)


def any_town(policy: Policy, track: str, dice: Dice) -> Town:
    """Posts are vacant, shared, or held by whoever pledges; the promisor may hold every one."""
    everywhere = dice.rarely(6)

    def held(standard: str) -> tuple[str, ...]:
        one, two = (standard,), (standard, "moe")
        options = [one, (standard, "pat"), (), ("pat",), ("mo",), ("pat", "mo"), two]
        return ("pat",) if everywhere else dice.pick(options)

    most = max(0, len(kinds_listed(policy, track)) - 1)
    town = _town(policy, track, held, dice.number(2), dice.number(most))
    return replace(town, missing=("lee",)) if dice.rarely(4) else town
