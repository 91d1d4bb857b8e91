"""Two small policies run together without any of what `diff` does to be fast: the judge of it.

Concrete states, every input that `tests.planted.listing` lists, the same command put to both. What
is called the same is the same; a step that only one of them has is taken by that one alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pledgeflow.decision import answered
from pledgeflow.domain.commands import AnyCommand, Command
from pledgeflow.domain.events import Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.rules import Policy
from tests.planted.brute import DAYS, DUES, start
from tests.planted.listing import World, key

Told = tuple[str, str, str, str]
"""Which side accepts, which step, and the code and the rule of a reason of the other."""


def differing(
    left: Policy, right: Policy, promisor: str = "mo", days: tuple[date, ...] = DAYS
) -> dict[Told, int]:
    """What one takes and the other refuses -> how many inputs lead there at least."""
    worlds = [World(policy, promisor, days, DUES, amending=False) for policy in (left, right)]
    pairs = [(start(worlds[0]), start(worlds[1]), days[0], 0)]
    known = {_form(*pairs[0][:3])}
    found: dict[Told, int] = {}
    for one, two, today, depth in pairs:
        for command, day in _inputs(worlds, (one, two), today):
            answers = [
                _answer(world, state, (command, day), worlds[1 - here])
                for here, (world, state) in enumerate(zip(worlds, (one, two), strict=True))
            ]
            for here, verdict in enumerate(answers):
                taken = answers[1 - here]
                if isinstance(verdict, Verdict) and not isinstance(taken, Verdict) and taken:
                    side = ("right", "left")[here]
                    for reason in verdict.reasons:
                        told = (side, command.name, reason.code, reason.rule)
                        found.setdefault(told, depth)
            after = [
                fold(state, answer)
                for state, answer in zip((one, two), answers, strict=True)
                if not isinstance(answer, Verdict)
            ]
            if len(after) == len(answers):
                form = _form(after[0], after[1], day)
                if form not in known:
                    known.add(form)
                    pairs.append((after[0], after[1], day, depth + 1))
    return found


def _answer(
    world: World, state: State, given: tuple[AnyCommand, date], other: World
) -> tuple[Event, ...] | Verdict:
    """What comes of a command; nothing does, where only the other side has the step."""
    command, day = given
    here, there = (command.name in each.rules.commands for each in (world, other))
    if there and not here:
        return ()
    return answered(world.policy, state, command, world.facts(day))


def _inputs(
    worlds: list[World], states: tuple[State, State], today: date
) -> Iterator[tuple[AnyCommand, date]]:
    seen = set()
    for world, state in zip(worlds, states, strict=True):
        for command, day in world.inputs(state, today):
            fields = command.fields if isinstance(command, Command) else {}
            who = (command.actor, command.capacity) if isinstance(command, Command) else ()
            form = (command.name, who, tuple(sorted(fields.items())), day)
            if form not in seen:
                seen.add(form)
                yield command, day


def _form(one: State, two: State, today: date) -> tuple[str, str]:
    return key(one, today), key(two, today)
