"""Rhythms, recurrence rules as a policy may write them, and working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import BaseModel, ValidationError

from pledgeflow.domain.calendars import UNANNOUNCED, Days, working_days_after
from pledgeflow.errors import CalendarError
from pledgeflow.policy.duties.recurrence import LONGEST, RRule
from pledgeflow.policy.duties.rhythms import MOST, ByRule, Every, OnDay, Span, windows
from pledgeflow.policy.words import MonthDay, period

YEAR = Span(date(2024, 1, 1), date(2024, 12, 31), date(2024, 1, 1))


def due(rhythm: Every | ByRule | OnDay, span: Span = YEAR) -> list[date]:
    return [window.due for window in windows(rhythm, span)]


def test_months_end_where_they_end() -> None:
    span = Span(date(2024, 1, 31), date(2024, 6, 30), date(2024, 1, 31))
    assert due(Every(period("P1M")), span) == [
        date(2024, 2, 28),
        date(2024, 3, 30),
        date(2024, 4, 29),
        date(2024, 5, 30),
        date(2024, 6, 29),
    ]
    assert due(Every(period("P1M")))[:2] == [date(2024, 1, 31), date(2024, 2, 29)]


def test_windows_lie_end_to_end() -> None:
    found = windows(Every(period("P4M")), YEAR)
    assert [w.since for w in found] == [date(2024, 1, 1), date(2024, 5, 1), date(2024, 9, 1)]
    by_rule = windows(ByRule("FREQ=WEEKLY;BYDAY=FR"), YEAR)
    assert by_rule[1].since == by_rule[0].due + timedelta(1) == date(2024, 1, 6)


def test_a_period_that_leads_out_of_the_calendar_is_none() -> None:
    assert due(Every(period("P999Y"))) == []
    late = Span(date(9999, 1, 1), date(9999, 12, 31), date(9999, 1, 1))
    assert due(Every(period("P7M")), late) == [date(9999, 7, 31)]


def test_a_rule_that_ends_or_is_out_of_the_span_stops() -> None:
    assert due(ByRule("FREQ=DAILY;COUNT=2")) == [date(2024, 1, 1), date(2024, 1, 2)]
    assert due(ByRule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")) == [date(2024, 2, 29)]
    assert due(ByRule("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30")) == []


def test_one_day_is_due_if_it_lies_in_the_span() -> None:
    assert due(OnDay(MonthDay(2, 29))) == [date(2024, 2, 29)]
    assert due(OnDay(MonthDay(1, 31, 1))) == []
    assert due(OnDay(MonthDay(1, 31)), Span(date(2024, 3, 1), date(2024, 5, 1), YEAR.starts)) == []


def test_there_is_an_end_to_what_is_expanded() -> None:
    assert len(
        due(Every(period("P1D")), Span(date(2000, 1, 1), date(2020, 1, 1), YEAR.starts))
    ) == (MOST + 1)


class Holder(BaseModel):
    rule: RRule


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=2",
        "FREQ=WEEKLY;BYDAY=MO,FR;WKST=SU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=-1,15;BYMONTH=1,7",
        "FREQ=YEARLY;BYDAY=MO;BYMONTH=9;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=7,12;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=28",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYMONTHDAY=29,30,31",
        "FREQ=YEARLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=4MO",
    ],
)
def test_a_rule_that_counts_in_days_is_taken(rule: str) -> None:
    assert Holder(rule=rule).rule == rule


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("monthly", "`monthly` is no recurrence rule; write one as in"),
        ("", "is no recurrence rule"),
        ("FREQ=MONTHLY;", "is no recurrence rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1\nFREQ=SECONDLY", "is no recurrence rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=" + "1," * LONGEST + "1", "is no recurrence rule"),
        ("FREQ=SECONDLY", "say how often with FREQ=DAILY"),
        ("INTERVAL=2", "say how often with FREQ=DAILY"),
        ("FREQ=DAILY;UNTIL=20251231", "write the end under `until:`"),
        (
            "FREQ=DAILY;BYHOUR=3",
            "`BYHOUR` cannot stand beside FREQ=DAILY; known are COUNT, INTERVAL",
        ),
        ("FREQ=WEEKLY;BYMONTH=2", "`BYMONTH` cannot stand beside FREQ=WEEKLY"),
        ("FREQ=DAILY;FREQ=DAILY", "is there twice"),
        ("FREQ=DAILY;INTERVAL=1,2", "only the parts that begin with BY take several"),
        ("FREQ=DAILY;INTERVAL=0", "`INTERVAL` cannot be `0`"),
        ("FREQ=DAILY;INTERVAL=99999", "`INTERVAL` cannot be `99999`"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "`BYMONTHDAY` cannot be `32`"),
        ("FREQ=MONTHLY;BYMONTHDAY=1-1", "`BYMONTHDAY` cannot be `1-1`"),
        ("FREQ=MONTHLY;BYDAY=XX", "`BYDAY` cannot be `XX`"),
        ("FREQ=WEEKLY;BYDAY=1MO", "`BYDAY` cannot be `1MO`"),
        ("FREQ=WEEKLY;WKST=1", "`WKST` cannot be `1`"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "not every month has 29 days, and nothing would be owed in the others; "
            "write `BYMONTHDAY=-1` for the last day of each",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=15,31", "write `BYMONTHDAY=-1` for the last day of each"),
        ("FREQ=YEARLY;BYMONTH=6,7;BYMONTHDAY=-31", "`BYMONTHDAY=1` for the first day of each"),
        ("FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYSETPOS=-1", "not every month has 29 days"),
        (
            "FREQ=MONTHLY;BYDAY=5FR",
            "not every month has five FR, and nothing would be owed in the others; "
            "write `BYDAY=-1FR` for the last one of each",
        ),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TU,-5MO", "write `BYDAY=1MO` for the first one of each"),
    ],
)
def test_what_is_no_rule_or_might_never_end_is_refused(rule: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Holder(rule=rule)
    assert message in str(refused.value)


# --- working days -------------------------------------------------------------------------------

HOLIDAY, MAKE_UP = date(2025, 3, 4), date(2025, 3, 8)
KNOWN = Days(frozenset({2025}), frozenset({HOLIDAY}), frozenset({MAKE_UP}))


def test_holidays_are_left_out_and_make_up_days_counted() -> None:
    assert not KNOWN.working(HOLIDAY)
    assert KNOWN.working(MAKE_UP)
    assert not KNOWN.working(date(2025, 3, 9))
    assert working_days_after(KNOWN, date(2025, 3, 3), 4) == MAKE_UP


def test_a_year_that_nobody_announced_is_no_guess() -> None:
    with pytest.raises(CalendarError) as refused:
        working_days_after(KNOWN, date(2025, 12, 31), 1)
    assert str(refused.value) == (
        "the working days of 2026 are not announced; name them in a calendar file, "
        "or write `fallback: weekends` there"
    )
    with pytest.raises(CalendarError):
        UNANNOUNCED.working(HOLIDAY)


def test_a_declared_fallback_has_free_weekends() -> None:
    fallback = Days(weekends=True)
    assert fallback.working(date(2026, 1, 2))
    assert not fallback.working(date(2026, 1, 3))
