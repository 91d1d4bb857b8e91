"""Rhythms: the windows in which something is to be done, each ending with its due date.

Pure. Everything is counted from the first day of the span, so that months end where they end: a
month from 31 January ends before 28 February, and the next one before 31 March.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from pledgeflow.domain.calendars import DAY
from pledgeflow.policy.words import MonthDay

MOST = 1_000
"""Windows of one duty in one cycle; more are refused when a policy is loaded."""


class Span(NamedTuple):
    """Where a rhythm runs: first and last day, and the first day of the cycle."""

    first: date
    last: date
    starts: date


class Window(NamedTuple):
    """From a day to the due date, both included."""

    since: date
    due: date


@dataclass(frozen=True, slots=True)
class Every:
    """Periods of one length, one after the other; each is due on its last day."""

    period: relativedelta

    def dues(self, span: Span) -> Iterator[date]:
        """The last day of each period."""
        number = 0
        while True:
            number += 1
            try:
                yield span.first + self.period * number - DAY
            except (ValueError, OverflowError):
                # It would end after the calendar itself.
                return


@dataclass(frozen=True, slots=True)
class ByRule:
    """The days of a recurrence rule; each window begins after the day before it."""

    rule: str

    def dues(self, span: Span) -> Iterator[date]:
        """Each day, from the first day of the span."""
        start = datetime.combine(span.first, time.min)
        return (moment.date() for moment in rrulestr(self.rule, dtstart=start))


@dataclass(frozen=True, slots=True)
class OnDay:
    """One day of the cycle."""

    day: MonthDay

    def dues(self, span: Span) -> Iterator[date]:
        """The day."""
        return iter((self.day.within(span.starts),))


Rhythm = Every | ByRule | OnDay


@lru_cache(maxsize=4096)
def windows(rhythm: Rhythm, span: Span) -> tuple[Window, ...]:
    """The windows of a rhythm that fall due inside a span, in order; at most MOST + 1."""
    return tuple(islice(_windows(rhythm, span), MOST + 1))


def _windows(rhythm: Rhythm, span: Span) -> Iterator[Window]:
    since = span.first
    for due in rhythm.dues(span):
        if due > span.last:
            return
        if due >= since:
            yield Window(since, due)
            since = due + DAY
