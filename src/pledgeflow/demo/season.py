"""The months and days of a simulated cycle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from pledgeflow.demo.acting import Case
from pledgeflow.policy.language.cycles import CycleRules
from pledgeflow.policy.words import period

VISITS = (4, 11, 19, 26)
"""The days of a month on which somebody looks after a pledge, give or take."""
GRACE = timedelta(days=45)
"""So long after the cycle's end what is left is still done."""


def months_of(rules: CycleRules | None, starts: date) -> list[date]:
    """The last day of each month played: to the cycle's end, or its last stage's, and on."""
    ends = ends_of(rules, starts)
    stages = rules.stages.values() if rules is not None else ()
    lasts = (stage.until.within(starts) for stage in stages if stage.until is not None)
    until = max(ends, *lasts, ends) + GRACE
    found: list[date] = []
    day = starts
    while day <= until:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        found.append(following - timedelta(days=1))
        day = following
    return found


def ends_of(rules: CycleRules | None, starts: date) -> date:
    """The first day after the cycle."""
    return starts + period(rules.every if rules is not None else "P1Y")


def visits(last: date, cases: list[Case], rng: Random) -> Iterator[tuple[date, Case]]:
    """Who looks after which pledge when in the month that ends on `last`."""
    planned = [
        (last.replace(day=day + rng.randint(-2, 2)), number)
        for day in VISITS
        for number in range(len(cases))
    ]
    return ((day, cases[number]) for day, number in sorted(planned))
