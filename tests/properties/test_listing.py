"""What is owed is found by the days that are kept, wherever looking into every stream finds it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.domain.calendars import Calendar, Days
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import RefusedError
from pledgeflow.service import Engine
from pledgeflow.service.casework import ready
from tests.properties.test_time_passing import a_story, engine_for
from tests.strategies import Dice, examples

YEARS = frozenset(range(2024, 2030))


def some_days(dice: Dice) -> Calendar:
    """A calendar in which some weeks are free, and some weekends are not."""
    first = date(2025, 1, 1) + timedelta(days=dice.number(300))
    off = frozenset(first + timedelta(days=n) for n in range(dice.number(20)))
    return Days(years=YEARS, off=off)


def listed(
    engine: Engine, until: date, today: date, clock: date
) -> list[tuple[StreamId, date, str, str]]:
    engine.clock = lambda: clock
    found = engine.duties("town", until=until, today=today)
    return sorted((due.stream, due.owed.due, due.owed.duty, due.owed.subject) for due in found)


def lists_alike(name: str, dice: Dice, length: int) -> None:
    walk = a_story(name, dice, length)
    engine = engine_for(name, walk.town)
    engine.calendar = some_days(dice)
    for today, command in walk.told:
        with suppress(RefusedError):
            on = command.occurred_on
            engine._run(walk.town.stream, ready(command), today=today, on=on)
    # Whoever announces other days later has not moved what is kept.
    engine.calendar = some_days(dice)
    today = walk.today + timedelta(days=dice.number(200))
    everything = listed(engine, date.max, today, clock=date.max)
    days = sorted({due for _, due, _, _ in everything})
    for due in {*days[:2], dice.pick(days or [today])}:
        for until in (due - timedelta(days=1), due):
            found = [one for one in everything if one[1] <= until]
            assert listed(engine, until, today, clock=today) == found


@examples(0.5)
@given(st.data())
def test_what_is_kept_leads_to_all_that_is_owed(data: st.DataObject) -> None:
    lists_alike("sampler", Dice(data.draw), 8)


@pytest.mark.stress
@examples(1, stress=500)
@given(st.data())
def test_what_is_kept_leads_to_all_that_is_owed_on_long_walks(data: st.DataObject) -> None:
    lists_alike("sampler", Dice(data.draw), 40)
