"""What a duty amounts to in one stream: its instances, and which act met each of them.

Pure, and computed anew whenever somebody asks: that something is overdue is never stored. An
instance is listed whether or not anybody looks, so a year's silence changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from pledgeflow.domain.calendars import DAY, Calendar, working_days_after
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import Passage, State, Subject
from pledgeflow.errors import Reason
from pledgeflow.policy.duties.rhythms import OnDay, Rhythm, Span, Window, windows
from pledgeflow.policy.words import MonthDay


class Status(StrEnum):
    """How an instance stands on a day: exactly one of these."""

    OPEN = "open"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a duty begins or ends: a day of the cycle, or entering a state. Neither: the cycle's."""

    day: MonthDay | None = None
    state: str = ""
    of_root: bool = True


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after something: a period, or so many working days."""

    within: relativedelta | None
    working_days: int = 0

    def after(self, day: date, calendar: Calendar) -> date:
        """The due date. Raises CalendarError."""
        if self.within is not None:
            return day + self.within
        return working_days_after(calendar, day, self.working_days)


@dataclass(frozen=True, slots=True)
class After:
    """One instance after each act, each entering of a state, or a date that the item names."""

    delay: Delay
    command: str = ""
    state: str = ""
    of_root: bool = True
    field: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A compiled duty.

    met_by: commands, of which `at_least` acts meet an instance; pointers: command -> the field
    that names its item; each: the lifecycle of whose items everyone has it ("": the whole has);
    under, among: states in which the root and the item have to be; ends_with: states in which
    a subject has nothing to do any more, by lifecycle; last: how long after the cycle's first
    day a rhythm may run; condition: nothing, or a reason why the duty is none here
    """

    id: str
    rule: str
    clauses: tuple[str, ...]
    owner: str
    met_by: tuple[str, ...]
    rhythm: Rhythm | After
    last: relativedelta
    at_least: int = 1
    begins: Bound = Bound()
    ends: Bound = Bound()
    under: frozenset[str] = frozenset()
    each: str = ""
    among: frozenset[str] = frozenset()
    ends_with: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pointers: Mapping[str, str] = field(default_factory=dict)
    condition: Callable[[State, Subject, AnyCommand, Facts], Reason | None] | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One instance of a duty.

    since: the first day on which an act meets it; due: the last; met_on: when it was, if it was;
    lapses: from when on it is past making good, because the next one has come, or the subject has
    left the states that it belongs to
    """

    duty: str
    subject: str
    since: date
    due: date
    met_on: date | None
    rule: str
    clauses: tuple[str, ...]
    owner: str
    lapses: date | None = None

    def status(self, today: date) -> Status:
        """How it stands on a day."""
        if self.met_on is not None and self.met_on <= today:
            return Status.MET if self.met_on <= self.due else Status.LATE
        if today <= self.due:
            return Status.OPEN
        passed = self.lapses is not None and self.lapses <= today
        return Status.MISSED if passed else Status.OVERDUE

    def still(self, today: date) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status(today) in (Status.OPEN, Status.OVERDUE)


class _Start(NamedTuple):
    """What a delay runs from. version: only later acts meet it."""

    since: date
    due: date
    version: int


def instances(duty: Duty, state: State, calendar: Calendar) -> Iterator[Owed]:
    """Every instance of a duty in a stream as it stands, subject by subject, in order of due date.

    Raises CalendarError where working days are asked about that nobody has announced.
    """
    for subject in state.children(duty.each) if duty.each else (state.subjects[state.root],):
        acts = sorted(_acts(duty, state, subject), key=lambda act: act.version)
        if isinstance(duty.rhythm, After):
            yield from sorted(_delayed(duty, state, subject, (acts, calendar)), key=_by_due)
        else:
            yield from _rhythmic(duty, state, subject, acts)


def _by_due(owed: Owed) -> date:
    return owed.due


def span(duty: Duty, state: State, subject: Subject) -> Span | None:
    """Where a rhythm runs for a subject; None while the state it begins with is not entered."""
    starts = state.cycle.starts
    first, last = starts, starts + duty.last - DAY
    if duty.begins.state:
        entered = [p.on for p in _passages(duty.begins, state, subject)]
        if not entered:
            return None
        first = entered[0]
    elif duty.begins.day is not None:
        first = duty.begins.day.within(starts)
    if duty.ends.day is not None:
        last = duty.ends.day.within(starts)
    return Span(first, last, starts)


def _rhythmic(duty: Duty, state: State, subject: Subject, acts: list[Recorded]) -> Iterator[Owed]:
    if isinstance(duty.rhythm, After) or (run := span(duty, state, subject)) is None:
        return
    begun = subject.passages[0].on
    one_off = isinstance(duty.rhythm, OnDay)
    days = sorted(act.occurred_on for act in acts)
    found: list[Owed] = []
    for since, due in windows(duty.rhythm, run):
        if due < begun:
            continue
        window = Window(max(since, begun), due)
        counting = [day for day in days if window.since <= day and (one_off or day <= window.due)]
        owed = _owed(duty, subject, window, _enough(duty, counting))
        if _is_owed(duty, state, subject, owed):
            found.append(owed)
    for owed, then in zip(found, [*found[1:], None], strict=True):
        yield owed if owed.met_on is not None else _lapsing(duty, state, subject, (owed, then))


def _lapsing(duty: Duty, state: State, subject: Subject, pair: tuple[Owed, Owed | None]) -> Owed:
    """An unmet instance lapses when the next one is met or due, or its subject has gone on."""
    owed, then = pair
    left = _left(duty, state, subject, owed.due)
    days = [left] if left is not None else []
    if then is not None:
        days.append(then.met_on if then.met_on is not None else then.due + DAY)
    return replace(owed, lapses=min(days, default=None))


def _delayed(
    duty: Duty, state: State, subject: Subject, by: tuple[list[Recorded], Calendar]
) -> Iterator[Owed]:
    """Each is met by acts of its own: what answers one question does not answer the next."""
    acts, calendar = by
    left = list(acts)
    for start in _starts(duty, state, subject, calendar):
        mine = [a for a in left if a.version > start.version and a.occurred_on >= start.since]
        taken = mine[: duty.at_least]
        left = [act for act in left if act not in taken]
        met = max(a.occurred_on for a in taken) if len(taken) == duty.at_least else None
        owed = _owed(duty, subject, Window(start.since, start.due), met)
        if _is_owed(duty, state, subject, owed):
            lapses = _left(duty, state, subject, owed.due) if met is None else None
            yield replace(owed, lapses=lapses)


def _starts(duty: Duty, state: State, subject: Subject, calendar: Calendar) -> Iterator[_Start]:
    after = duty.rhythm
    if not isinstance(after, After):
        return
    if after.field:
        day = subject.content.get(after.field)
        if isinstance(day, date):
            yield _Start(day + DAY, after.delay.after(day, calendar), 0)
        return
    if after.command:
        told = state.records.get(after.command, ())
        begins = [(r.occurred_on, r.version) for r in told if _concerns(duty, r, state, subject)]
    else:
        bound = Bound(state=after.state, of_root=after.of_root)
        begins = [(p.on, p.version) for p in _passages(bound, state, subject)]
    for day, version in begins:
        yield _Start(day, after.delay.after(day, calendar), version)


def _acts(duty: Duty, state: State, subject: Subject) -> Iterator[Recorded]:
    for command in duty.met_by:
        for record in state.records.get(command, ()):
            if _concerns(duty, record, state, subject):
                yield record


def _concerns(duty: Duty, record: Recorded, state: State, subject: Subject) -> bool:
    """Whether a record is about a subject: the whole is about all, an item about its own."""
    if subject.id == state.root:
        return True
    about = record.fields.get(duty.pointers.get(record.command, ""), record.subject)
    return about in (subject.id, subject.of, state.root)


def _owed(duty: Duty, subject: Subject, window: Window, met: date | None) -> Owed:
    return Owed(
        duty.id, subject.id, window.since, window.due, met, duty.rule, duty.clauses, duty.owner
    )


def _enough(duty: Duty, days: list[date]) -> date | None:
    return days[duty.at_least - 1] if len(days) >= duty.at_least else None


def _is_owed(duty: Duty, state: State, subject: Subject, owed: Owed) -> bool:
    """What was done in time stands; otherwise it is owed if everything was in place when due."""
    done = owed.met_on is not None and owed.met_on <= owed.due
    return done or _in_place(duty, state, subject, owed.due)


def _in_place(duty: Duty, state: State, subject: Subject, day: date) -> bool:
    """Whether root and item are, on a day, where the duty has them."""
    root = state.subjects[state.root]
    for thing, wanted in ((root, duty.under), (subject, duty.among)):
        now = thing.state_on(day)
        if now not in wanted if wanted else now in duty.ends_with.get(thing.lifecycle, ()):
            return False
    if not duty.ends.state:
        return True
    return all(passage.on > day for passage in _passages(duty.ends, state, subject))


def _left(duty: Duty, state: State, subject: Subject, due: date) -> date | None:
    """The first day after the due date on which something is no longer in place; None if none is."""
    root = state.subjects[state.root]
    moves = sorted(p.on for thing in (root, subject) for p in thing.passages if p.on > due)
    return next((day for day in moves if not _in_place(duty, state, subject, day)), None)


def _passages(bound: Bound, state: State, subject: Subject) -> Iterator[Passage]:
    thing = state.subjects[state.root] if bound.of_root else subject
    return (passage for passage in thing.passages if passage.state == bound.state)
