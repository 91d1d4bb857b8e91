"""Time passes as if it had been told every day: at once, twice, backwards, after a year's silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.decision import decide, needed
from pledgeflow.domain.commands import AnyCommand, Tick
from pledgeflow.domain.events import Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Fact, Facts, Look
from pledgeflow.errors import RefusedError
from pledgeflow.service import Engine
from pledgeflow.service.casework import ready
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.testing._simulation.rows import rows_of
from tests.strategies import (
    CALENDAR,
    CATALOGUE,
    START,
    Asked,
    Dice,
    Town,
    Walk,
    any_town,
    blank,
    deepen,
    examples,
    full_town,
    wander,
)

A_DAY = timedelta(days=1)
END = START + timedelta(days=700)
Told = Sequence[tuple[date, AnyCommand]]


@dataclass(slots=True)
class Noted(Walk):
    """A walk of which every command is kept, with the day of its entry."""

    told: list[tuple[date, AnyCommand]] = field(default_factory=list)

    def ask(self, command: AnyCommand) -> Asked:
        self.told.append((self.today, command))
        return Walk.ask(self, command)


def a_story(name: str, dice: Dice, length: int) -> Noted:
    policy = CATALOGUE.load(name)
    track = dice.pick(tuple(policy.tracks))
    town = full_town(policy, track) if dice.number(1) else any_town(policy, track, dice)
    # The others who come first have no pledges here: there are none.
    persons = {key: person for key, person in town.view.persons.items() if key != "lee"}
    town = replace(town, view=replace(town.view, persons=persons), missing=())
    # The years of organizations have begun with the cycle; nothing else has.
    engine = engine_for(name, town)
    begun = [row.stream for row in engine.store.pledges("town")]
    years = {(s.promisor, s.venue): engine.state(s) for s in begun}
    state = years.pop(town.key, blank(policy, town))
    walk = Noted(policy, replace(town, others=years), state)
    deepen(walk, dice, dice.number(2))
    for _ in wander(walk, dice, length):
        pass
    return walk


def engine_for(name: str, town: Town) -> Engine:
    engine = Engine(MemoryStore(), CATALOGUE, calendar=CALENDAR)
    engine.put_directory("town", rows_of(town.view))
    engine.open_cycle("town", name, cycle="2025", starts=START)
    return engine


def played(walk: Noted, between: Callable[[Engine, date, date], None]) -> list[Event]:
    """What became of the commands, and of time up to the end. between: how it is told of time."""
    engine, stream = engine_for(walk.policy.name, walk.town), walk.town.stream
    last = START
    for today, command in walk.told:
        between(engine, last, today)
        last = today
        with suppress(RefusedError):
            engine._run(stream, ready(command), today=today, on=command.occurred_on)
    between(engine, last, END)
    engine.tick("town", END)
    assert not list(engine.store.due("town", "timer", END))
    return [stored.event for stored in engine.history(stream)]


def daily(engine: Engine, last: date, today: date) -> None:
    for day in range((today - last).days):
        engine.tick("town", last + (day + 1) * A_DAY)


def never(engine: Engine, last: date, today: date) -> None:
    """Nobody tells it."""


def as_it_comes(dice: Dice) -> Callable[[Engine, date, date], None]:
    """Now and then, some days twice, some after a later one."""

    def between(engine: Engine, last: date, today: date) -> None:
        span = (today - last).days
        for _ in range(dice.number(3)):
            day = last + timedelta(days=dice.number(span))
            engine.tick("town", day)
            if dice.number(1):
                assert engine.tick("town", day) == 0
            if dice.number(1):
                assert engine.tick("town", day - timedelta(days=dice.number(400))) == 0

    return between


def naively(walk: Noted) -> list[Event]:
    """The same by the core alone: every day, whether anything is due or not."""
    engine, stream = engine_for(walk.policy.name, walk.town), walk.town.stream
    state, events = engine.state(stream), [kept.event for kept in engine.history(stream)]
    commands = list(walk.told)
    for number in range((END - START).days + 1):
        day = START + number * A_DAY
        today: list[AnyCommand] = [Tick(day)] if state.version else []
        while commands and commands[0][0] <= day:
            today.append(commands.pop(0)[1])
        for command in today:
            queries = needed(walk.policy, state, command)
            elsewhere = {
                query: walk.town.seen(query, state)
                if isinstance(query, Look)
                else Fact((), "pledges", query.on, 0)  # there is nobody who comes first
                for query in queries
            }
            facts = Facts(day, walk.town.view, elsewhere, CALENDAR)
            with suppress(RefusedError):
                brought = decide(walk.policy, state, command, facts)
                state = fold(state, brought)
                events += brought
    return events


def passes_alike(name: str, dice: Dice, length: int) -> None:
    walk = a_story(name, dice, length)
    told = naively(walk)
    for between in (daily, never, as_it_comes(dice)):
        assert played(walk, between) == told


TIMED = ("sampler", "huimin")
"""Policies with timers: the tests' own has several, the other the one that all five share."""


@pytest.mark.parametrize("name", TIMED)
@examples(0.3)
@given(st.data())
def test_however_it_is_told_of_time_the_same_happens(name: str, data: st.DataObject) -> None:
    passes_alike(name, Dice(data.draw), 6)


@pytest.mark.stress
@pytest.mark.parametrize("name", TIMED)
@examples(1, stress=300)
@given(st.data())
def test_however_it_is_told_of_time_the_same_happens_in_long_stories(
    name: str, data: st.DataObject
) -> None:
    passes_alike(name, Dice(data.draw), 30)
