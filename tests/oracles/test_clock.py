"""Timers, stages and rhythms beside sismic's simulated clock, which knows nothing of our dates.

Its clock counts days. Where a policy counts months, the day on which one ends is worked out here by
counting on the calendar, and not by the library that the engine uses for that: a state chart only
knows lengths of time. What it checks is when things happen as time goes by, in jumps of any
length, and that a timer begins anew with its state.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sismic.clock import SimulatedClock
from sismic.interpreter import Interpreter
from sismic.io import import_from_yaml

from pledgeflow.domain.commands import Tick
from pledgeflow.domain.events import Cycle, Moved
from pledgeflow.domain.values import seal
from pledgeflow.policy.compiled.rules import Policy, StageRule
from pledgeflow.policy.duties.rhythms import Every, Span, windows
from pledgeflow.policy.judging.timing import out_of_stage
from pledgeflow.testing._simulation.walks import Walk
from tests.dice import CATALOGUE, START, deployable
from tests.strategies import full_town
from tests.tiny import TEXT, Desk, loaded, tiny

DAY = timedelta(days=1)
LATE = 10
"""So many days late an act may be entered, and overtake a timer."""
TIMER = """
statechart:
  name: timer
  preamble: |
    fired = []
  root state:
    name: root
    initial: waiting
    states:
      - name: waiting
        transitions:
          - target: gone
            guard: after(length)
            action: fired.append(time)
          - target: resting
            event: rest
      - name: resting
        transitions:
          - target: waiting
            event: go_on
      - name: gone
"""
STAGE = """
statechart:
  name: stage
  root state:
    name: root
    initial: early
    states:
      - name: early
        transitions: [{target: within, guard: time >= first}]
      - name: within
        transitions: [{target: late, guard: time > last}]
      - name: late
"""
RHYTHM = """
statechart:
  name: rhythm
  preamble: |
    met = 0
  root state:
    name: root
    initial: running
    states:
      - name: running
        transitions:
          - target: running
            guard: time > dues[met]
            action: met += 1
"""


def chart(text: str, **context: Any) -> tuple[Interpreter, SimulatedClock]:
    """A chart at the beginning of the first day."""
    clock = SimulatedClock()
    run = Interpreter(import_from_yaml(text), clock=clock, initial_context=context)
    run.execute()
    return run, clock


def at(run: Interpreter) -> str:
    return str(run.configuration[-1])


def months_later(day: date, months: int) -> date:
    """So many months later: the same day of the month, or the last one there is."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def jumps(seed: int, upto: int) -> Iterator[int]:
    """Days on which somebody looks: now every one, now after a long silence."""
    chance, day = Random(seed), 0
    while day <= upto:
        yield day
        day += chance.choice([1, 1, 1, 2, 7, 40])


STEPS = TEXT[TEXT.index("      revise:\n        source") : TEXT.index("evaluation:\n")]
SET_ASIDE = """\
      lapse: {source: todo, dest: done, after: %s, cite: T-1}
      rest: {trigger: do, source: todo, dest: resting, by: promisor, cite: T-1}
      go_on: {trigger: revise, source: resting, dest: todo, by: promisor, cite: T-1}
"""
TODO = "      todo: {zh: 待, en: to do}\n"


def lapsing(after: str) -> Policy:
    """Items that lapse, can be set aside, and taken up again."""
    resting = f"{TODO}      resting: {{zh: 歇, en: resting}}\n"
    return loaded(tiny((TODO, resting), (STEPS, SET_ASIDE % after)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("after", "days"), [("P9D", 9), ("P3W", 21), ("P2M", 0), ("P1Y", 0)])
def test_a_timer_fires_when_a_simulated_clock_says(after: str, days: int, seed: int) -> None:
    months = {"P2M": 2, "P1Y": 12}.get(after, 0)
    desk, chance = Desk(lapsing(f"{{period: {after}}}")), Random(seed)
    desk.do("propose", START, title=seal("anything", "salt"))

    def due(since: date) -> date:
        return months_later(since, months) if months else since + days * DAY

    since, left = START, 3
    run, clock = chart(TIMER, length=(due(since) - since).days + LATE + 1)
    for number in jumps(seed, 2000):
        day = START + number * DAY
        clock.time = number
        run.execute()
        desk.today = day
        desk.give(Tick(day))
        item = desk.state.subjects["commitment/1"]
        assert {"waiting": "todo", "resting": "resting", "gone": "done"}[at(run)] == item.state
        if item.state == "done":
            assert [e.on for e in desk.events if isinstance(e, Moved)] == [due(since)]
            return
        if item.state == "todo" and left and chance.random() < 0.05:
            left -= 1
            desk.do("do", day, item=item.id)
            run.queue("rest").execute()
        elif item.state == "resting" and chance.random() < 0.5:
            desk.do("revise", day, item=item.id)
            since = day
            run.context["length"] = (due(since) - since).days + LATE + 1
            run.queue("go_on").execute()
    raise AssertionError("it never fired")


def timed_tracks() -> list[tuple[str, str]]:
    """Those whose first state waits for time."""
    return [
        (name, track)
        for name in deployable()
        for track, rules in CATALOGUE.load(name).tracks.items()
        if any(
            step.waits is not None and step.waits.period is not None and not step.waits.field
            for step in rules.timers.get(rules.root, {}).get(
                rules.lifecycles[rules.root].initial, ()
            )
        )
    ]


@pytest.mark.parametrize(("name", "track"), timed_tracks())
def test_a_year_closes_when_a_simulated_clock_says(name: str, track: str) -> None:
    policy = CATALOGUE.load(name)
    rules = policy.tracks[track]
    root = rules.lifecycles[rules.root]
    ((step,),) = [rules.timers[rules.root][root.initial]]
    period = step.waits.period if step.waits is not None else None
    assert period is not None
    due = months_later(START, period.years * 12 + period.months) + period.days * DAY
    assert rules.late_entry is not None
    length = (due - START).days + rules.late_entry.days + 1
    run, clock = chart(TIMER, length=length)
    walk = Walk.of(policy, full_town(policy, track))
    for number in [*range(0, length - 2, 50), length - 2, length - 1, length, length + 1]:
        clock.time = number
        run.execute()
        walk.today = START + number * DAY
        walk.ask(Tick(walk.today))
        assert (at(run) == "gone") == (walk.state.subjects[rules.root].state == step.dest)
    assert at(run) == "gone"


def stages() -> list[tuple[str, str, StageRule]]:
    found = {
        (name, step.stage.id): step.stage
        for name in deployable()
        for rules in CATALOGUE.load(name).tracks.values()
        for by_lifecycle in rules.steps.values()
        for by_state in by_lifecycle.values()
        for alternatives in by_state.values()
        for step in alternatives
        if step.stage is not None
    }
    return [(*key, stage) for key, stage in found.items()]


@pytest.mark.parametrize(("name", "stage", "rule"), stages())
def test_a_stage_is_when_a_simulated_clock_says(name: str, stage: str, rule: StageRule) -> None:
    declared = CATALOGUE.load(name).document.cycle
    assert declared is not None
    spec = declared.stages[stage]
    first, last = (
        None
        if bound is None
        else (date(START.year + ("next" in str(bound)), bound.month, bound.day) - START).days
        for bound in (spec.from_, spec.until)
    )
    run, clock = chart(
        STAGE, first=-1 if first is None else first, last=10**6 if last is None else last
    )
    near = {b + n for b in (first, last) if b is not None for n in (-1, 0, 1) if b + n >= 0}
    for number in sorted({*near, *jumps(len(stage), 800)}):
        clock.time = number
        run.execute()
        missed = out_of_stage(rule, Cycle("2025", START), START + number * DAY)
        kind = missed if isinstance(missed, str | None) else missed.code
        ours = {"before_stage": "early", "after_stage": "late", None: "within"}.get(kind, kind)
        assert ours == at(run), START + number * DAY


def rhythms() -> list[tuple[int, int]]:
    """Years, months and days of every rhythm there is, as months and days."""
    found = {
        (duty.rhythm.period.years * 12 + duty.rhythm.period.months, duty.rhythm.period.days)
        for name in deployable()
        for rules in CATALOGUE.load(name).tracks.values()
        for duty in rules.duties.values()
        if isinstance(duty.rhythm, Every)
    }
    return sorted(found)


@pytest.mark.parametrize("first", [START, date(2024, 1, 31), date(2023, 8, 29)])
@pytest.mark.parametrize(("months", "days"), rhythms())
def test_a_rhythm_beats_when_a_simulated_clock_says(months: int, days: int, first: date) -> None:
    (rhythm,) = {
        duty.rhythm
        for name in deployable()
        for rules in CATALOGUE.load(name).tracks.values()
        for duty in rules.duties.values()
        if isinstance(duty.rhythm, Every)
        and duty.rhythm.period.years * 12 + duty.rhythm.period.months == months
        and duty.rhythm.period.days == days
    }
    dues = [
        (months_later(first, months * n) + (days * n - 1) * DAY - first).days for n in range(1, 60)
    ]
    run, clock = chart(RHYTHM, dues=[*dues, 10**6])
    found = windows(rhythm, Span(first, first + 800 * DAY, first))
    for number in jumps(months, 800):
        clock.time = number
        run.execute()
        past = sum(1 for window in found if window.due < first + number * DAY)
        assert run.context["met"] == past, number
