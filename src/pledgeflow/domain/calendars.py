"""Which days are working days, as data: holidays, make-up workdays, and the years that are known.

Beside `people`, and as pure: whoever calls `decide` brings a calendar, as it brings a directory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from pledgeflow.errors import CalendarError

DAY = timedelta(days=1)
SATURDAY = 5


class Calendar(Protocol):
    """Knows of each day whether it is a working day."""

    def working(self, day: date) -> bool:
        """Whether people work on that day. Raises CalendarError for a year nobody has announced."""
        ...


@dataclass(frozen=True, slots=True)
class Days:
    """A calendar as data.

    years: those that have been announced; off: holidays; on: weekend days on which people work;
    weekends: whether an unannounced year counts as one whose weekends alone are free
    """

    years: frozenset[int] = frozenset()
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    weekends: bool = False

    def working(self, day: date) -> bool:
        """See `Calendar.working`."""
        if day in self.on or day in self.off:
            return day in self.on
        if day.year not in self.years and not self.weekends:
            raise CalendarError(
                f"the working days of {day.year} are not announced; name them in a calendar file, "
                "or write `fallback: weekends` there"
            )
        return day.weekday() < SATURDAY


UNANNOUNCED = Days()
"""The calendar of whoever brings none: every year is unannounced."""


def working_days_after(calendar: Calendar, day: date, number: int) -> date:
    """The `number`-th working day after `day`. Raises CalendarError."""
    left = number
    while left:
        day += DAY
        left -= calendar.working(day)
    return day
