"""Dates: how late an act may be entered, which stage it falls into, and which timers are due."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from dateutil.relativedelta import relativedelta

from pledgeflow.domain.events import Cycle
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.compiled.rules import Ruleset, StageRule, Step, Timer

Missed = Literal["early", "late"]


def out_of_time(rules: Ruleset, on: date, today: date) -> Reason | None:
    """Why an act that happened on `on` cannot be entered today: it is to come, or too long ago."""
    if on == today:
        return None
    if on > today:
        return Reason(
            "in_the_future",
            "",
            required={"not_after": today},
            found={"on": on},
            remedy=(RemedyStep("", not_before=on),),
            ruling=Ruling.NOT_YET,
        )
    if rules.late_entry is not None and on + rules.late_entry < today:
        return Reason(
            "entered_too_late",
            "late_entry",
            rules.late_entry_clauses,
            required={"not_before": today - rules.late_entry},
            found={"on": on},
            ruling=Ruling.TOO_LATE,
        )
    return None


def out_of_stage(stage: StageRule, cycle: Cycle, on: date) -> Reason | Missed | None:
    """How a day misses a stage, if it does: the reason where that is refused, else what is recorded."""
    first, last = stage.days(cycle.starts)
    if first is not None and on < first:
        return _outside("before_stage", stage, first, on) if stage.refuses_early else "early"
    if last is not None and on > last:
        return _outside("after_stage", stage, last, on) if stage.refuses_late else "late"
    return None


def _outside(code: str, stage: StageRule, bound: date, on: date) -> Reason:
    early = code == "before_stage"
    return Reason(
        code,
        stage.rule,
        stage.clauses,
        {"stage": stage.id, "day": bound},
        {"on": on},
        (RemedyStep("", not_before=bound),) if early else (),
        Ruling.NOT_YET if early else Ruling.TOO_LATE,
    )


def may_be_due(rules: Ruleset, state: State) -> bool:
    """Whether any subject is where a timer runs at all; a quick look before the dates are read."""
    timers = rules.timers
    for subject in state.subjects.values():
        if subject.lifecycle in timers and subject.state in timers[subject.lifecycle]:
            return True
    return False


def due_timers(rules: Ruleset, state: State, today: date) -> Iterator[tuple[date, Subject, Step]]:
    """The timed steps that are due, and can no longer be overtaken by a late entry.

    In the order of the days on which they could fire first, so that one look after a long silence
    finds them in the order in which one a day would have.
    """
    due = [timer for timer in running(rules, state) if timer[0] <= today]
    due.sort(key=lambda timer: (timer[0], timer[1], timer[2].id))
    return ((day, subject, step) for _, day, subject, step in due)


def wake(rules: Ruleset, state: State, after: date | None = None) -> date | None:
    """The first day on which a timer may fire; None if none may before the pledge changes.

    after: time has passed up to that day. A timer that did not fire by then is held back for good,
    or, where something else than the pledge itself has a say in it, to the next day.
    """
    days: list[date] = []
    for wakes, _, _, step in running(rules, state):
        if after is None or wakes > after:
            days.append(wakes)
        elif not all(check.alone for check in step.checks):
            days.append(after + _A_DAY)
    return min(days, default=None)


_A_DAY = timedelta(days=1)


def running(rules: Ruleset, state: State) -> Iterator[tuple[date, date, Subject, Step]]:
    """Every timer that runs: the first day on which it could fire, its due day, subject and step."""
    for subject in state.subjects.values():
        for step in rules.timers.get(subject.lifecycle, {}).get(subject.state, ()):
            if step.waits is None or (day := _due_day(step.waits, state, subject)) is None:
                continue
            last = day if rules.late_entry is None else _later(day, rules.late_entry)
            if last is not None and last < date.max:
                yield max(last + _A_DAY, subject.since), day, subject, step


def _due_day(timer: Timer, state: State, subject: Subject) -> date | None:
    if timer.stage is not None:
        return timer.stage.days(state.cycle.starts)[1]
    day = subject.since
    if timer.field is not None:
        value = subject.content.get(timer.field)
        if not isinstance(value, date):
            return None
        day = value
    return _later(day, timer.period) if timer.period is not None else day


@lru_cache(maxsize=4_096)
def _later(day: date, period: relativedelta) -> date | None:
    """A day so much later; None after the last year there is. Periods take long to add."""
    with suppress(OverflowError, ValueError):
        return day + period
    return None
