"""What is owed is done by most in time, by some late, when it is urged; by a few never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Wish
from pledgeflow.domain.facts import Facts
from pledgeflow.policy.guards.duties import Owing
from pledgeflow.policy.judging.owing import Owed, Status, applies, owed

AHEAD = timedelta(days=14)
"""How long before its due date somebody thinks of a duty."""
URGED = 0.7
"""How often urging helps."""


def meet(case: Case, on: date) -> None:
    """Do what is due soon; urge what is overdue."""
    if not case.ways.rules.duties or not case.state.version:
        return
    rules, state, calendar = case.ways.rules, case.state, case.engine.calendar
    facts = Facts(on, case.view, calendar=calendar)
    for one in list(owed(rules, state, calendar, until=on + AHEAD)):
        if not one.still(on) or one.since > on or not applies(rules, state, one, facts):
            continue
        thinks = case.temper.goes_on
        if one.status(on) is Status.OVERDUE:
            thinks = URGED if _urge(case, one, on) else thinks / 2
        if case.rng.random() < thinks:
            _do(case, one, on)


def _do(case: Case, one: Owed, on: date) -> None:
    rule = case.ways.rules.source.duties[one.duty]
    # What a duty follows from is not done again to meet it: that would be owed in turn.
    after = rule.after.command if rule.after is not None else None
    never = (after,) if after is not None else ()
    for command in rule.met_by:
        if case.attempted(Wish(command, one.subject), on, one.subject, never):
            return


def _urge(case: Case, one: Owed, on: date) -> bool:
    """Whether somebody urges it, once: a step that may only be taken of what is overdue."""
    key = (one.duty, one.subject, one.due)
    if key in case.urged:
        return True
    for command, lifecycle in _urging(case, one.duty):
        subject = case.state.subjects[one.subject]
        about = subject.id if subject.lifecycle == lifecycle else ""
        if case.attempted(Wish(command, about or None), on, f"{one.subject} {one.duty}"):
            case.urged.add(key)
            return True
    return False


def _urging(case: Case, duty: str) -> Iterator[tuple[str, str]]:
    """The steps that a guard allows where this duty is overdue."""
    for name, lifecycle in case.ways.rules.lifecycles.items():
        for key, transition in lifecycle.transitions.items():
            for guard in transition.guards.values():
                if isinstance(guard, Owing) and guard.duty == duty and guard.overdue:
                    yield transition.trigger or key, name
