"""What a duty amounts to in one stream: its instances, and which act met each of them.

Pure, and computed anew whenever somebody asks: that something is overdue is never stored. An
instance is listed whether or not anybody looks, so a year's silence changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from pledgeflow.domain.calendars import DAY, Calendar, Days, working_days_after
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

    @property
    def counted(self) -> tuple[str, ...]:
        """The commands that meet it or give rise to it."""
        after = self.rhythm.command if isinstance(self.rhythm, After) else ""
        return (*self.met_by, after) if after else self.met_by


@dataclass(frozen=True, slots=True)
class Owed:
    """One instance of a duty.

    since: the first day on which an act meets it; due: the last; met_on: when it was, if it was;
    lapses: from when on it is past making good, because the next one has come, or the subject has
    left the states that it belongs to; known: the day of what brought it about, before which nobody
    could know of it; done: how many of the acts that it takes there have been
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
    known: date = date.min
    done: int = 0

    def status(self, today: date) -> Status:
        """How it stands on a day."""
        if self.met_on is not None and self.met_on <= today:
            return Status.MET if self.met_on <= self.due else Status.LATE
        if today <= self.due:
            return Status.OPEN
        passed = self.lapses is not None and self.lapses <= today
        return Status.MISSED if passed else Status.OVERDUE

    def still(self, today: date) -> bool:
        """Whether somebody still has to do something about it, as far as that is known by then."""
        return self.known <= today and self.status(today) in (Status.OPEN, Status.OVERDUE)


class _Start(NamedTuple):
    """What a delay runs from. version: only later acts meet it; known: when it happened, if it did."""

    since: date
    due: date
    version: int
    known: date = date.min


class _Case(NamedTuple):
    """A duty of one subject in a stream as it stands."""

    duty: Duty
    state: State
    subject: Subject


def instances(duty: Duty, state: State, calendar: Calendar) -> Iterator[Owed]:
    """Every instance of a duty in a stream as it stands, subject by subject, in order of due date.

    Raises CalendarError where working days are asked about that nobody has announced.
    """
    for subject in state.children(duty.each) if duty.each else (state.subjects[state.root],):
        case = _Case(duty, state, subject)
        match duty.rhythm:
            case After() as after:
                yield from sorted(_delayed(case, after, calendar), key=lambda owed: owed.due)
            case rhythm:
                yield from _rhythmic(case, rhythm)


def _rhythmic(case: _Case, rhythm: Rhythm) -> Iterator[Owed]:
    run = _span(case)
    if run is None:
        return
    begun = case.subject.passages[0].on
    one_off = isinstance(rhythm, OnDay)
    days = sorted(act.occurred_on for act in _acts(case))
    found: list[Owed] = []
    for since, due in windows(rhythm, run):
        if due < begun:
            continue
        window = Window(max(since, begun), due)
        counting = [day for day in days if window.since <= day and (one_off or day <= window.due)]
        owed = _owed(case, window, counting, run.first if case.duty.begins.state else begun)
        if _is_owed(case, owed):
            found.append(owed)
    for owed, then in zip_longest(found, found[1:]):
        yield owed if owed.met_on is not None else _lapsing(case, owed, then)


def _span(case: _Case) -> Span | None:
    """Where a rhythm runs for a subject; None while the state it begins with is not entered."""
    duty, starts = case.duty, case.state.cycle.starts
    first, last = starts, starts + duty.last - DAY
    if duty.begins.state:
        entered = [passage.on for passage in _passages(case, duty.begins)]
        if not entered:
            return None
        first = entered[0]
    elif duty.begins.day is not None:
        first = duty.begins.day.within(starts)
    if duty.ends.day is not None:
        last = duty.ends.day.within(starts)
    return Span(first, last, starts)


def _lapsing(case: _Case, owed: Owed, then: Owed | None) -> Owed:
    """An unmet instance lapses when the next one is met or past, or its subject has gone on."""
    left = _left(case, owed.due)
    days = [left] if left is not None else []
    if then is not None:
        days.append(then.met_on if then.met_on is not None else then.due + DAY)
    return replace(owed, lapses=min(days, default=None))


def _delayed(case: _Case, after: After, calendar: Calendar) -> Iterator[Owed]:
    """Each is met by acts of its own: what answers one question does not answer the next."""
    for start, days in _answered(case, _starts(case, after, calendar)):
        owed = _owed(case, Window(start.since, start.due), days, start.known)
        if _is_owed(case, owed):
            yield owed if owed.met_on is not None else replace(owed, lapses=_left(case, owed.due))


def _answered(case: _Case, starts: Iterator[_Start]) -> Iterator[tuple[_Start, list[date]]]:
    """Each start with the days of the acts that count towards what runs from it."""
    left = sorted(_acts(case), key=lambda act: act.version)
    for start in starts:
        mine = [a for a in left if a.version > start.version and a.occurred_on >= start.since]
        taken = mine[: case.duty.at_least]
        left = [act for act in left if act not in taken]
        yield start, sorted(act.occurred_on for act in taken)


def wherever(duty: Duty) -> Duty:
    """The same duty without the states in which it is one: what it may come to, there or later."""
    begins, ends = (bound if not bound.state else Bound() for bound in (duty.begins, duty.ends))
    free = replace(duty, under=frozenset(), among=frozenset(), ends_with={})
    return replace(free, begins=begins, ends=ends)


def unmet_from(duty: Duty, state: State, calendar: Calendar) -> Iterator[date]:
    """A day for every instance that no act has met: it is due on no earlier one.

    It is the due date itself; or, where working days are counted, what they are counted from, so
    that it holds whichever days turn out to be working days.
    """
    after = duty.rhythm
    if not (isinstance(after, After) and after.delay.within is None):
        yield from (o.due for o in instances(duty, state, calendar) if o.met_on is None)
        return
    for subject in state.children(duty.each) if duty.each else (state.subjects[state.root],):
        case = _Case(duty, state, subject)
        for start, days in _answered(case, _starts(case, after, _EVERY_WEEKDAY)):
            if len(days) < duty.at_least:
                yield start.since


_EVERY_WEEKDAY = Days(weekends=True)


def _starts(case: _Case, after: After, calendar: Calendar) -> Iterator[_Start]:
    if after.field:
        day = case.subject.content.get(after.field)
        if isinstance(day, date):
            with suppress(OverflowError, ValueError):  # after the last year there is
                yield _Start(day + DAY, after.delay.after(day, calendar), 0)
        return
    if after.command:
        told = case.state.records.get(after.command, ())
        begins = [(r.occurred_on, r.version) for r in told if _concerns(case, r)]
    else:
        bound = Bound(state=after.state, of_root=after.of_root)
        begins = [(passage.on, passage.version) for passage in _passages(case, bound)]
    for day, version in begins:
        yield _Start(day, after.delay.after(day, calendar), version, day)


def _acts(case: _Case) -> Iterator[Recorded]:
    for command in case.duty.met_by:
        for record in case.state.records.get(command, ()):
            if _concerns(case, record):
                yield record


def _concerns(case: _Case, record: Recorded) -> bool:
    """Whether a record is about a subject: the whole is about all, an item about its own."""
    duty, state, subject = case
    if subject.id == state.root:
        return True
    about = record.fields.get(duty.pointers.get(record.command, ""), record.subject)
    return about in (subject.id, subject.of, state.root)


def _owed(case: _Case, window: Window, days: list[date], known: date) -> Owed:
    """An instance, and whether so many days of acts are enough to meet it."""
    duty, least = case.duty, case.duty.at_least
    return Owed(
        duty=duty.id,
        subject=case.subject.id,
        since=window.since,
        due=window.due,
        met_on=days[least - 1] if len(days) >= least else None,
        rule=duty.rule,
        clauses=duty.clauses,
        owner=duty.owner,
        known=max(known, case.subject.passages[0].on),
        done=min(len(days), least),
    )


def _is_owed(case: _Case, owed: Owed) -> bool:
    """What was done in time stands; otherwise it is owed if everything was in place when due."""
    done = owed.met_on is not None and owed.met_on <= owed.due
    return done or _in_place(case, owed.due)


def _in_place(case: _Case, day: date) -> bool:
    """Whether root and item are, at the end of a day, where the duty has them."""
    duty, state, subject = case
    places = [(state.subjects[state.root], duty.under)]
    if duty.each:
        places.append((subject, duty.among))
    for thing, wanted in places:
        now = thing.state_on(day)
        if now not in wanted if wanted else now in duty.ends_with.get(thing.lifecycle, ()):
            return False
    if not duty.ends.state:
        return True
    return all(passage.on > day for passage in _passages(case, duty.ends))


def _left(case: _Case, due: date) -> date | None:
    """The first day after the due date on which something is no longer in place, if there is one."""
    things = (case.state.subjects[case.state.root], case.subject)
    moves = sorted(p.on for thing in things for p in thing.passages if p.on > due)
    return next((day for day in moves if not _in_place(case, day)), None)


def _passages(case: _Case, bound: Bound) -> Iterator[Passage]:
    thing = case.state.subjects[case.state.root] if bound.of_root else case.subject
    return (passage for passage in thing.passages if passage.state == bound.state)
