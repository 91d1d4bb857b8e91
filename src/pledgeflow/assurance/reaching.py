"""What can still come of a stream from where it is: for scenarios that ask for it.

Explored as by `verify`, from the one state that the scenario ends in, until something is found.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from pledgeflow.assurance.exploring import Bounds, Scope, explore
from pledgeflow.assurance.exploring.world import World
from pledgeflow.assurance.verifying.claims import claims
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.domain.events import Added, Event, Moved, OutcomeArose, Recorded
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.rules import Policy

MOST = 20_000
"""States that are looked at before it is given up."""


class _ReachedError(Exception):
    """It has been found."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is looked for: a state of everything of a lifecycle, a step, or an outcome; until when."""

    states: tuple[str, ...]
    commands: tuple[str, ...]
    outcome: str = ""
    by: date | None = None

    def met_by(self, event: Event) -> bool:
        """Whether an event is a step or an outcome that is looked for, and in time."""
        if isinstance(event, Recorded):
            in_time = self.by is None or event.occurred_on <= self.by
            return event.command in self.commands and in_time
        if isinstance(event, OutcomeArose):
            return event.outcome == self.outcome and (self.by is None or event.on <= self.by)
        return False


@dataclass(slots=True)
class _Seeker:
    """Follows where the subjects of a lifecycle are. begins: where they are at first."""

    goal: Goal
    lifecycle: str
    begins: frozenset[tuple[str, str]]

    def watch(self, watched: Hashable, events: tuple[Event, ...]) -> Hashable:
        """Where they are after some events. Raises _ReachedError."""
        places = dict(watched if isinstance(watched, frozenset) else self.begins)
        moved = False
        for event in events:
            if self.goal.met_by(event):
                raise _ReachedError
            match event:
                case Added(subject=subject, state=state) if event.lifecycle == self.lifecycle:
                    places[subject] = state
                case Moved(subject=subject, dest=state) if subject in places:
                    places[subject], moved = state, True
                case _:
                    pass
        if moved and self.arrived(places.values()):
            raise _ReachedError
        return frozenset(places.items())

    def arrived(self, states: Iterable[str]) -> bool:
        """Whether all are where they are wanted."""
        wanted = self.goal.states
        return bool(wanted) and all(state in wanted for state in states)


def reachable(policy: Policy, state: State, today: tuple[View, date], goal: Goal) -> bool:
    """Whether some way leads from a state on a day to a goal.

    Raises PledgeflowError where that is not found out within so many states.
    """
    view, day = today
    rules = policy.ruleset(state)
    homes = (n for n, one in rules.lifecycles.items() if set(goal.states) & one.states.keys())
    lifecycle = next(homes, "")
    there = state.children(lifecycle)
    seeker = _Seeker(goal, lifecycle, frozenset((s.id, s.state) for s in there))
    if there and seeker.arrived(s.state for s in there):
        return True
    world = World(view, state.cycle, (state,))
    try:
        explored = explore(
            policy,
            state.track,
            bounds=Bounds(MOST),
            scope=Scope(begin=(world, day)),
            watch=seeker.watch,
        )
    except _ReachedError:
        return True
    if explored.unexplored:
        raise PledgeflowError(f"in {MOST} states no way was found, and there are more")
    return False


def keeps(
    policy: Policy, state: State, events: Iterable[Event], asked: tuple[str, date]
) -> bool | None:
    """Whether what happened keeps to a declared property by a day; None if there is none of it."""
    name, day = asked
    declared = Declared(policy.document, policy.ruleset(state))
    claim = next((claim for claim in claims(declared) if claim.id == name), None)
    if claim is None:
        return None
    waiting, broken = claim.step(claim.start(state.cycle.starts), events)
    return not broken and not claim.late(waiting, day)
