"""The nearest other figures, days, periods and words: one up, one down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from pledgeflow.policy.words import MonthDay

_PART = re.compile(r"(\d+)([YMWD])")
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?(%?)")
_LEAP = 2024
"""A year that has every day of a year."""


def counts(number: int) -> Iterator[tuple[bool, int]]:
    """(whether it is more, the figure), one up and one down."""
    yield True, number + 1
    yield False, number - 1


def numbers(text: str) -> Iterator[tuple[bool, str]]:
    """The same of a number that is written as text: its last digit, or what stands above the line."""
    top, line, bottom = text.partition("/")
    if line:
        for more, number in counts(int(top)):
            yield more, f"{number}/{bottom}"
        return
    found = _NUMBER.fullmatch(text)
    if found is None:
        return
    whole, decimals, percent = found[1], found[2] or "", found[3]
    for more, number in counts(int(whole + decimals)):
        if number >= 0:
            digits = f"{number:0{len(decimals) + 1}}"
            cut = len(digits) - len(decimals)
            shown = f"{digits[:cut]}.{digits[cut:]}" if decimals else digits
            yield more, shown + percent


def periods(text: str) -> Iterator[tuple[bool, str]]:
    """(whether it is longer, the period): by one of its own smallest units, of a single year by a
    month.
    """
    parts = _PART.findall(text)
    if not parts:
        return
    if text == "P1Y":
        yield True, "P13M"
        yield False, "P11M"
        return
    number, unit = parts[-1]
    head = "P" + "".join(n + u for n, u in parts[:-1])
    yield True, f"{head}{int(number) + 1}{unit}"
    less = {("1", "M"): "3W", ("1", "W"): "6D"}.get((number, unit))
    yield False, head + (less or f"{int(number) - 1}{unit}")


def year_days(text: str) -> Iterator[tuple[bool, str]]:
    """(whether it is later, the day of the year): the days beside it."""
    ahead = text.removeprefix("next ")
    years = 1 if ahead != text else 0
    month, day = ahead.split("-")
    here = date(_LEAP + years, int(month), int(day)) if ahead != "02-29" else date(_LEAP, 2, 29)
    for later, there in ((True, here + timedelta(1)), (False, here - timedelta(1))):
        if _LEAP <= there.year <= _LEAP + 1:
            yield later, str(MonthDay(there.month, there.day, there.year - _LEAP))


def days(text: str) -> Iterator[tuple[bool, str]]:
    """(whether it is later, the date): the days beside it."""
    here = date.fromisoformat(text)
    yield True, (here + timedelta(1)).isoformat()
    yield False, (here - timedelta(1)).isoformat()


def next_of(names: list[str], name: str) -> str | None:
    """The one after it, the first after the last; None where there is no other."""
    if name not in names:
        return None
    other = names[(names.index(name) + 1) % len(names)]
    return other if other != name else None


def beside(names: list[str], name: str) -> Iterator[str]:
    """The one before it and the one after it."""
    if name in names:
        place = names.index(name)
        yield from names[max(place - 1, 0) : place]
        yield from names[place + 1 : place + 2]


def further(names: list[str], some: list[str]) -> str | None:
    """The one after the last of some, or else before the first; None where that is all of them."""
    places = [names.index(name) for name in some if name in names]
    if not places:
        return None
    after, before = names[max(places) + 1 :], names[: min(places)]
    return next(iter((*after[:1], *before[-1:])), None)
