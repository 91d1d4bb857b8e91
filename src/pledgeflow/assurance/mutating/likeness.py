"""The third stage: whether a mutant is the same policy in other words.

Both are run together from the same beginnings with the same inputs. As long as each is answered
alike, both are in the same state; the first answer that differs ends it. Only where everything that
the bounds allow was gone through, in every track that has changed, they are equivalent. When a step
is open (`while`), since when records count (`since`), and what an item can belong to (`of`) is also
told from `together`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.exploring.graph import Input
from pledgeflow.assurance.exploring.inputs import Inputs
from pledgeflow.assurance.exploring.keys import Keys
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.world import World, world_of
from pledgeflow.assurance.mutating.asking import DAY, changed
from pledgeflow.assurance.mutating.belonging import belong_alike
from pledgeflow.assurance.mutating.kinds import Kind
from pledgeflow.assurance.mutating.mutations import TRACKS, Mutation, own
from pledgeflow.assurance.mutating.together import Together, opens_alike
from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import answered
from pledgeflow.domain.commands import Tick
from pledgeflow.domain.events import Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import DirectoryError, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.conditions import Graded, Stands
from pledgeflow.policy.guards.history import NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import CalledFor, Items

BOUNDS = Bounds(states=1_000, items=2, months=18, merges=0)
"""How far both are run together."""


STRUCTURE = frozenset(
    {
        Kind.DROP_GUARD,
        Kind.DROP_TRANSITION,
        Kind.DROP_COMPLETION,
        Kind.DROP_TIMER,
        Kind.DROP_OUTCOME,
        Kind.DROP_SOURCE,
        Kind.WIDEN_SOURCE,
        Kind.CHANGE_STATE,
        Kind.WIDEN_ROLE,
        Kind.SWAP_ORDER,
    }
)
"""The kinds of which a complete exploration says all there is to say."""
MATCH = "match"
"""Whom a track is for, which is gone through by itself."""
STATES = frozenset({"in", "all", "any", "none", "while", "state"})
"""Where sets of states stand, of which this is so too."""


class Judge(Protocol):
    """Decides whether two forms of a policy behave alike in a track; never by guessing."""

    def alike(self, policies: tuple[Policy, Policy], track: str) -> bool:
        """Whether everything was gone through, and nothing differed."""


@dataclass(slots=True)
class Likeness:
    """Decides whether a mutant is equivalent. judge: who compares a single track"""

    catalogue: Catalogue
    name: str
    judge: Judge

    def equivalent(self, mutant: Catalogue, mutation: Mutation) -> bool:
        """Whether it was shown that no command is ever answered otherwise."""
        for_whom = mutation.path[:1] == (TRACKS,) and mutation.path[2:3] == (MATCH,)
        opening = "while" in mutation.path or mutation.path[-1] in ("since", "of")
        if not (for_whom or opening or _telling(mutation)):
            return False
        before, after = (each.load(self.name, on=DAY) for each in (self.catalogue, mutant))
        if for_whom:
            return belong_alike(before, after)
        tracks = changed(before, after)
        if not tracks or _besides(before) != _besides(after):
            return False
        if opening and all(_opens_alike((before, after), t, mutation) for t in tracks):
            return True
        if not _telling(mutation) or not all(_about_standing(before, t, mutation) for t in tracks):
            return False
        return all(self.judge.alike((before, after), track) for track in tracks)


def _opens_alike(policies: tuple[Policy, Policy], track: str, mutation: Mutation) -> bool:
    """Whether that is proved by where the whole and its items can stand together."""
    one, two = (Together(each.tracks[track].source, each.tracks[track].root) for each in policies)
    return opens_alike(one, two, own(mutation.path))


def _telling(mutation: Mutation) -> bool:
    """Whether an exploration would meet the change if it made a difference: one of where things
    stand and who acts. Of what a command says it tries only a few of all values.
    """
    if "final" in mutation.path:
        return False  # what has ended is told in views, and those are not looked at
    if mutation.kind is Kind.DROP_MEMBER:
        return not STATES.isdisjoint(mutation.path[-2:])
    return mutation.kind in STRUCTURE


def _about_standing(policy: Policy, track: str, mutation: Mutation) -> bool:
    """Whether what is taken out, if it is a guard, asks only where things stand and what has been:
    of what somebody may say, and of whom a field may name, an exploration tries too little.
    """
    if mutation.kind is not Kind.DROP_GUARD:
        return True
    match own(mutation.path):
        case ("lifecycles", lifecycle, "transitions", name, "guards" | "when" as part, guard):
            rules = policy.tracks[track].source.lifecycles.get(lifecycle)
            step = rules.transitions.get(name) if rules is not None else None
            asked = (step.guards if part == "guards" else step.when or {}) if step else {}
            return guard not in asked or _standing(asked[guard])
        case _:
            return False


def _standing(guard: object) -> bool:
    match guard:
        case Stands() | Graded():
            return True
        case CalledFor():
            return guard.if_ is None
        case PrecededBy() | NotPrecededBy():
            return guard.if_ is None and not guard.saying
        case Items():
            said = guard.saying or guard.fields or isinstance(guard.more_than, str)
            return guard.if_ is None and not said and not isinstance(guard.fewer_than, str)
        case _:
            return False


def _besides(policy: Policy) -> object:
    """What no exploration of a track speaks of: views over many streams, and who pledges at all."""
    document = policy.document
    return (
        document.ledgers,
        document.coverage,
        document.indicators,
        document.responsible,
        document.effective,
        document.late_entry,
        document.cycle,
        {name: track.model_copy(update={"rules": {}}) for name, track in document.tracks.items()},
        [
            (s.roles, s.commands, s.ballots, s.duties, s.reactions)
            for s in (rules.source for rules in policy.tracks.values())
        ],
    )


@dataclass(slots=True)
class Product:
    """Runs both together. _fits: track -> whether it fits into the bounds without any mutation"""

    bounds: Bounds = BOUNDS
    _fits: dict[str, bool] = field(default_factory=dict)

    def alike(self, policies: tuple[Policy, Policy], track: str) -> bool:
        """See `Judge`. Where the policy as it is does not fit, no mutant is looked at."""
        if track not in self._fits:
            self._fits[track] = _alike((policies[0], policies[0]), track, self.bounds)
        return self._fits[track] and _alike(policies, track, self.bounds)


def _alike(policies: tuple[Policy, Policy], track: str, bounds: Bounds) -> bool:
    try:
        world, other = (world_of(policy, track) for policy in policies)
    except DirectoryError:
        return False
    if world.view != other.view or _begun(world) != _begun(other):
        return False
    return _Pair(policies, track, world, bounds).run()


def _begun(world: World) -> object:
    return [(state.stream, state.track, state.subjects) for state in world.starts]


class _Pair:
    """Two forms of a track on the way together."""

    def __init__(
        self, policies: tuple[Policy, Policy], track: str, world: World, bounds: Bounds
    ) -> None:
        self._policies, self._bounds, self._world = policies, bounds, world
        outlooks = [Outlook(policy.tracks[track]) for policy in policies]
        both = list(zip(policies, outlooks, strict=True))
        self._keys = [Keys(policy, outlook) for policy, outlook in both]
        self._inputs = [Inputs(policy, world, outlook, bounds) for policy, outlook in both]
        self._known: set[Hashable] = set()
        self._queue: deque[tuple[State, date]] = deque()
        self._untaken = set(_steps(policies[0], track))

    def run(self) -> bool:
        """Whether all was gone through, every step was taken in it, and nothing differed.

        Where how another stream stands is not made up as a step asks for it, nothing is known of
        what comes after that step.
        """
        for start in self._world.starts:
            self._meet(start, self._world.cycle.starts)
        while self._queue:
            if len(self._known) > self._bounds.states or not self._same(*self._queue.popleft()):
                return False
        return not self._untaken

    def _meet(self, state: State, today: date) -> None:
        key = tuple(
            keys.key(state, inputs.on(today), None)
            for keys, inputs in zip(self._keys, self._inputs, strict=True)
        )
        if key not in self._known:
            self._known.add(key)
            self._queue.append((state, today))

    def _same(self, state: State, today: date) -> bool:
        for given in self._given(state, today):
            one, two = (
                answered(policy, state, given.command, given.facts) for policy in self._policies
            )
            if _plain(one) != _plain(two):
                return False
            # What the bounds keep out is only asked about.
            if not isinstance(one, Verdict) and not given.beyond:
                self._untaken.difference_update(getattr(event, "rule", "") for event in one)
                command = given.command
                day = command.occurred_on if isinstance(command, Tick) else today
                self._meet(fold(state, one) if one else state, day)
        return True

    def _given(self, state: State, today: date) -> Iterator[Input]:
        """What either of them thinks may happen, each input once."""
        seen: set[str] = set()
        for keys, inputs in zip(self._keys, self._inputs, strict=True):
            for given in inputs.of(state, today, keys):
                form = f"{given.command} {given.facts.elsewhere}"
                if form not in seen:
                    seen.add(form)
                    yield given


def _steps(policy: Policy, track: str) -> Iterator[str]:
    """The steps of a track, by the paths that events name."""
    for name, lifecycle in policy.tracks[track].source.lifecycles.items():
        yield from (f"lifecycles.{name}.transitions.{step}" for step in lifecycle.transitions)


def _plain(answer: Verdict | tuple[Event, ...]) -> object:
    """An answer without the digest of the policy that gave it."""
    if isinstance(answer, Verdict):
        return answer
    # Each event of a kind that names the policy has its digest in a field of that name.
    return tuple(
        tuple(v for name, v in zip(e._fields, e, strict=True) if name != "policy") for e in answer
    )
