"""Dates: how late an act may be entered, which stage it falls into, and which timers are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

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
    """The timed steps that are due, and can no longer be overtaken by a late entry; first due first."""
    due = [
        (day, subject, step)
        for subject in state.subjects.values()
        for step in rules.timers.get(subject.lifecycle, {}).get(subject.state, ())
        if step.waits is not None and (day := _due_day(step.waits, state, subject)) is not None
        if (day if rules.late_entry is None else day + rules.late_entry) < today
    ]
    return iter(sorted(due, key=lambda item: (item[0], item[1].id)))


def _due_day(timer: Timer, state: State, subject: Subject) -> date | None:
    if timer.stage is not None:
        return timer.stage.days(state.cycle.starts)[1]
    day = subject.since
    if timer.field is not None:
        value = subject.content.get(timer.field)
        if not isinstance(value, date):
            return None
        day = value
    return day + timer.period if timer.period is not None else day
