"""What is owed: dates that lie where they should, and instances that nothing unrelated changes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pledgeflow.domain.calendars import Days, working_days_after
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.duties.recurrence import RRule
from pledgeflow.policy.duties.rhythms import MOST, ByRule, Every, OnDay, Rhythm, Span, windows
from pledgeflow.policy.judging.owing import Owed, Status, owed
from pledgeflow.policy.words import MonthDay, period
from pledgeflow.service.calendars import announced
from tests.strategies import CATALOGUE, Asked, Dice, a_walk, examples, wander
from tests.tiny import Desk, loaded
from tests.unit.test_duties import NOTE, with_duty

DAY = timedelta(days=1)
CALENDAR = Days(weekends=True)
FAR = date(2028, 1, 1)

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
lengths = st.sampled_from(["P1M", "P2M", "P3M", "P6M", "P1Y", "P1W", "P10D", "P1M3D"])
NUMBERS = st.integers(-31, 31).filter(bool)
rules = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 400)),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 9), st.just("MO,TH")),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, NUMBERS),
    st.builds("FREQ=MONTHLY;BYDAY={}FR;INTERVAL={}".format, st.integers(1, 5), st.integers(1, 5)),
    st.builds(
        "FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}".format, st.integers(1, 12), st.integers(1, 31)
    ),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY={}MO".format, st.integers(1, 12), st.integers(-5, -1)),
    st.builds("FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS={}".format, st.integers(-9, 9).filter(bool)),
)
rhythms: st.SearchStrategy[Rhythm] = st.one_of(
    lengths.map(lambda text: Every(period(text))),
    rules.map(ByRule),
    st.builds(lambda day: OnDay(MonthDay(day.month, day.day)), days),
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(days)
    return Span(first, first + timedelta(days=draw(st.integers(0, 800))), first)


@given(rhythms, spans())
def test_due_dates_increase_and_lie_in_the_span(rhythm: Rhythm, span: Span) -> None:
    found = windows(rhythm, span)
    assert len(found) <= MOST + 1
    assert all(span.first <= w.since <= w.due <= span.last for w in found)
    assert all(a.due + DAY == b.since for a, b in pairwise(found))
    if found:
        assert found[0].since == span.first


@given(st.sampled_from([1, 3, 6, 12]), spans())
def test_months_end_on_the_day_before_they_begin_again(months: int, span: Span) -> None:
    for number, window in enumerate(windows(Every(period(f"P{months}M")), span), start=1):
        after, total = window.due + DAY, span.first.month - 1 + months * number
        assert (after.year, after.month) == (span.first.year + total // 12, total % 12 + 1)
        # The day is that of the first month, or the last there is.
        last = (after.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY
        assert after.day == min(span.first.day, last.day)


@given(st.integers(0, 23), st.integers(1, 12))
def test_whole_months_end_with_the_month(start: int, months: int) -> None:
    first = date(2023 + start // 12, start % 12 + 1, 1)
    span = Span(first, date(2030, 1, 1), first)
    assert all((w.due + DAY).day == 1 for w in windows(Every(period(f"P{months}M")), span))


class Holder(BaseModel):
    rule: RRule


@examples(0.2)
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.dictionaries(
        st.sampled_from(
            ["INTERVAL", "COUNT", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"]
        ),
        st.sampled_from(["1", "2", "29", "30", "-1", "-31", "1,7", "MO", "5MO", "-5SU", "366"]),
        max_size=4,
    ),
    spans(),
)
def test_every_rule_that_is_taken_comes_to_an_end(
    freq: str, parts: dict[str, str], span: Span
) -> None:
    text = ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in parts.items())])
    try:
        rule = Holder(rule=text).rule
    except ValueError:
        return
    assert all(span.first <= window.due <= span.last for window in windows(ByRule(rule), span))


KNOWN = st.dates(date(2012, 1, 1), date(2026, 10, 1))


@given(KNOWN, st.integers(1, 40))
def test_working_days_are_those_that_the_calendar_lists(day: date, number: int) -> None:
    listed: list[date] = import_module("chinese_calendar").get_workdays(
        day + DAY, day + timedelta(days=90)
    )
    assert working_days_after(announced(), day, number) == listed[number - 1]


@given(st.frozensets(days, max_size=9), st.frozensets(days, max_size=9), days, st.integers(1, 20))
def test_working_days_are_counted_one_by_one(
    off: frozenset[date], on: frozenset[date], day: date, number: int
) -> None:
    calendar = Days(off=off, on=on, weekends=True)
    end = working_days_after(calendar, day, number)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    worked = [d for d in between if d in on or (d not in off and d.isoweekday() <= 5)]
    assert len(worked) == number
    assert worked[-1] == end


# --- on walks through a policy with duties of every kind -----------------------------------------


@cache
def sampler() -> Policy:
    return CATALOGUE.load("sampler")


def listed(state: State, until: date = FAR) -> list[Owed]:
    return list(owed(sampler().ruleset(state), state, CALENDAR, until=until))


def walked(data: st.DataObject, length: int) -> Iterator[Asked]:
    dice = Dice(data.draw)
    return wander(a_walk(sampler(), dice), dice, length)


@examples(0.2, stress=200)
@given(st.data(), st.integers(0, 700))
def test_what_is_listed_earlier_is_a_beginning_of_what_is_listed_later(
    data: st.DataObject, ahead: int
) -> None:
    until = date(2025, 1, 1) + timedelta(days=ahead)
    for asked in walked(data, 15):
        whole = listed(asked.after)
        assert listed(asked.after, until) == [one for one in whole if one.due <= until]

        assert all(one.since <= one.due for one in whole)


@examples(0.2, stress=200)
@given(st.data())
def test_every_instance_stands_in_one_way_each_day_and_goes_on_to_its_end(
    data: st.DataObject,
) -> None:
    """Open first; then met or overdue; then late or missed; nothing comes back."""
    order = [Status.OPEN, Status.MET, Status.OVERDUE, Status.LATE, Status.MISSED]
    for asked in walked(data, 10):
        for one in listed(asked.after):
            seen = [one.status(one.since + timedelta(days=n)) for n in range(0, 800, 7)]
            assert [order.index(s) for s in seen] == sorted(order.index(s) for s in seen)
            assert (one.met_on is None) is (seen[-1] in (Status.MISSED, Status.OVERDUE))


@examples(0.2, stress=200)
@given(st.data())
def test_a_later_act_never_turns_what_was_met_unmet(data: st.DataObject) -> None:
    def met(state: State) -> set[tuple[str, str, date]]:
        return {(o.duty, o.subject, o.since) for o in listed(state) if _in_time(o)}

    for asked in walked(data, 25):
        if any(isinstance(event, Recorded) for event in asked.events):
            assert met(asked.before) <= met(asked.after)


def _in_time(one: Owed) -> bool:
    return one.met_on is not None and one.met_on <= one.due


@examples(0.2, stress=200)
@given(st.data())
def test_records_that_have_nothing_to_do_with_it_change_nothing(data: st.DataObject) -> None:
    for asked in walked(data, 12):
        state = asked.after
        rules = sampler().ruleset(state)
        named = {c for duty in rules.duties.values() for c in duty.met_by}
        named |= {getattr(duty.rhythm, "command", "") for duty in rules.duties.values()}
        names = list(state.records)
        shuffled = data.draw(st.permutations(names))
        kept = {name: state.records[name] for name in shuffled}
        mine = {name: records for name, records in kept.items() if name in named}
        for records in (kept, mine):
            assert listed(replace(state, records=records)) == listed(state)


# --- a daily run, and one after a year's silence -------------------------------------------------


@given(st.lists(st.dates(date(2025, 1, 2), date(2025, 12, 30)), max_size=12).map(sorted))
def test_whoever_looks_once_sees_what_one_saw_who_looked_every_day(when: list[date]) -> None:
    """Looking, and asking on the way, leaves no trace: only acts do."""
    at = Desk(loaded(with_duty(f"{NOTE}, every: P1M")))
    daily = Desk(loaded(with_duty(f"{NOTE}, every: P1M")))
    acts, day = list(when), date(2025, 1, 1)
    while day <= date(2025, 12, 31):
        list(owed(daily.policy.tracks["member"], daily.state, CALENDAR, until=day))
        while acts and acts[0] == day:
            daily.do("note", acts.pop(0))
        day += DAY
    for one in when:
        at.do("note", one)
    rules_ = at.policy.tracks["member"]
    seen = [list(owed(rules_, desk.state, CALENDAR, until=FAR)) for desk in (at, daily)]
    assert seen[0] == seen[1]
    months = {one.month for one in when}
    assert {o.due.month for o in seen[0] if o.met_on is not None} == months


@pytest.mark.parametrize("today", [date(2025, 4, 1), date(2027, 1, 1)])
def test_missed_and_overdue_are_told_apart_by_the_day_alone(today: date) -> None:
    at = Desk(loaded(with_duty(f"{NOTE}, every: P3M")))
    found = list(owed(at.policy.tracks["member"], at.state, CALENDAR, until=FAR))
    past = [one for one in found if one.due < today]
    assert [one.status(today) for one in past] == [
        *([Status.MISSED] * (len(past) - 1)),
        Status.OVERDUE,
    ]
