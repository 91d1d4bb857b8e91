"""Items that go on from one cycle into the next: what leaves the one, and how it comes in."""

from __future__ import annotations

from pledgeflow.domain.commands import Carried, TakeOver
from pledgeflow.domain.events import Event, Moved
from pledgeflow.domain.states import State, Subject
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.judging.consequences import Unfolding, take_over

ARRIVED = frozenset({"carried", "carried_from"})
"""What an item's content says of where it came from, beside what was promised."""


def taken_over(
    policy: Policy, rules: Ruleset, state: State, command: TakeOver
) -> tuple[Event, ...]:
    """The carried items that are not here yet, as they come in."""
    unfolding = Unfolding(rules, state, None, on=command.occurred_on, digest=policy.digest)
    for carried in command.items:
        # Another policy may know no such item, or no such state; what it cannot hold stays out.
        known = rules.lifecycles.get(carried.lifecycle)
        if known is not None and carried.state in known.states:
            take_over(unfolding, carried)
    return tuple(unfolding.events)


def carried(policy: Policy, state: State) -> tuple[Carried, ...]:
    """The items that go on from this pledge into the promisor's next cycle."""
    carrying = policy.tracks[state.track].carrying
    if not carrying:
        return ()
    moves = (e for effects in state.effects.values() for e in effects if isinstance(e, Moved))
    return tuple(
        Carried(
            origin=f"{state.stream.cycle}/{subject.id}",
            lifecycle=subject.lifecycle,
            state=carrying[event.rule],
            content={k: v for k, v in subject.content.items() if k not in ARRIVED},
            times=_times(subject) + 1,
        )
        for event in moves
        if event.rule in carrying and event.subject in state.subjects
        for subject in (state.subjects[event.subject],)
    )


def _times(subject: Subject) -> int:
    times = subject.content.get("carried", 0)
    return times if isinstance(times, int) else 0
