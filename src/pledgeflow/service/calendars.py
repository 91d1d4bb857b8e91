"""Which days are working days: what the state has announced, and what a file says over it.

The core gets a calendar as data; here it is looked up. The library that knows the announcements is
imported when a working day is first asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

from pledgeflow.catalogue import read_file
from pledgeflow.domain.calendars import UNANNOUNCED, Calendar, Days
from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.files.reading import Source

FALLBACK, WEEKENDS = "fallback", "weekends"
KINDS = ("holidays", "workdays")
YEARS = range(1900, 2200)
MOST_DAYS = 366
FEWEST = 7


@cache
def announced() -> Days:
    """Holidays and make-up workdays as announced, for the years that the library knows."""
    known = import_module("chinese_calendar.constants")
    off, on = frozenset(known.holidays), frozenset(known.workdays)
    days = Counter(day.year for day in off)
    # A holiday that reaches over New Year does not announce the next one.
    return Days(frozenset(year for year, number in days.items() if number >= FEWEST), off, on)


@dataclass(frozen=True, slots=True)
class Announced:
    """The announced calendar with a file's days over it.

    over: what the file says; it announces every year that it names
    """

    over: Days = UNANNOUNCED

    def working(self, day: date) -> bool:
        """See `Calendar.working`."""
        over = self.over
        if day in over.on or day in over.off:
            return day in over.on
        known = announced()
        return known.working(day) if day.year in known.years else over.working(day)


def read_calendar(path: Path) -> Calendar:
    """A calendar file: `2027: {holidays: [2027-01-01, …], workdays: […]}` for each year.

    A year that is announced anyway is changed by it in these days; `fallback: weekends` lets
    all other years pass with free weekends. Raises PolicyError with every mistake.
    """
    source = read_file(path)
    tree = source.tree if isinstance(source.tree, dict) else {}
    problems: list[Problem] = []
    years: set[int] = set()
    days: dict[str, set[date]] = {kind: set() for kind in KINDS}
    for key, entry in tree.items():
        if key == FALLBACK:
            if entry != WEEKENDS:
                problems.append(_problem(source, (key,), "the only fallback is `weekends`"))
            continue
        year = int(key) if key.isascii() and key.isdigit() and len(key) == len("2027") else 0
        if year not in YEARS:
            problems.append(_problem(source, (key,), f"`{key}` is no year; write one as in 2027"))
            continue
        years.add(year)
        for kind, day in _listed(source, key, problems):
            if day in days[(kind == KINDS[0] and KINDS[1]) or KINDS[0]]:
                problems.append(_problem(source, (key, kind), f"{day} is both; keep one"))
            days[kind].add(day)
    if problems:
        raise PolicyError(tuple(problems))
    over = Days(
        frozenset(years),
        frozenset(days["holidays"]),
        frozenset(days["workdays"]),
        tree.get(FALLBACK) == WEEKENDS,
    )
    return Announced(over)


def _listed(source: Source, year: str, problems: list[Problem]) -> Iterator[tuple[str, date]]:
    entry = source.tree[year] if isinstance(source.tree, dict) else None
    if not isinstance(entry, Mapping) or not entry.keys() <= set(KINDS):
        known = " and ".join(f"`{kind}:`" for kind in KINDS)
        problems.append(_problem(source, (year,), f"write the days of {year} under {known}"))
        return
    for kind, written in entry.items():
        if not isinstance(written, list) or len(written) > MOST_DAYS:
            problems.append(
                _problem(source, (year, kind), f"write a list of at most {MOST_DAYS} days here")
            )
            continue
        for number, text in enumerate(written):
            day = _day(text)
            if day is None or str(day.year) != year:
                message = f"`{text}` is no day of {year}; write one as in {year}-10-01"
                problems.append(_problem(source, (year, kind, number), message))
            else:
                yield kind, day


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _problem(source: Source, place: tuple[str | int, ...], message: str) -> Problem:
    return source.marks.at(place).problem(message)
