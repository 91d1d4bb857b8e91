"""Calendars: what was announced, and files of working days over it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.errors import CalendarError, PolicyError
from pledgeflow.service.calendars import Announced, announced, read_calendar


def written(folder: Path, text: str) -> Path:
    path = folder / "days.yaml"
    path.write_text(text, "utf-8")
    return path


def test_what_was_announced_has_make_up_workdays() -> None:
    calendar = Announced()
    assert not calendar.working(date(2025, 10, 1))
    assert calendar.working(date(2025, 9, 28))
    assert not calendar.working(date(2025, 9, 27))
    assert calendar.working(date(2025, 9, 29))


def test_a_year_is_announced_by_more_than_a_day_of_it() -> None:
    last = max(announced().years)
    with pytest.raises(CalendarError, match=f"{last + 1} are not announced"):
        Announced().working(date(last + 1, 1, 1))


def test_a_file_announces_a_year_and_changes_days_of_others(tmp_path: Path) -> None:
    text = (
        "2035: {holidays: [2035-01-01], workdays: [2035-01-06]}\n2025: {workdays: [2025-10-01]}\n"
    )
    calendar = read_calendar(written(tmp_path, text))
    assert not calendar.working(date(2035, 1, 1))
    assert calendar.working(date(2035, 1, 6))
    assert calendar.working(date(2035, 1, 2))
    assert calendar.working(date(2025, 10, 1))
    assert not calendar.working(date(2025, 10, 2))
    with pytest.raises(CalendarError, match="2036 are not announced"):
        calendar.working(date(2036, 1, 1))


def test_a_file_may_be_json(tmp_path: Path) -> None:
    text = '{"2035": {"holidays": ["2035-01-01"]}, "fallback": "weekends"}'
    calendar = read_calendar(written(tmp_path, text))
    assert not calendar.working(date(2035, 1, 1))
    assert calendar.working(date(2036, 1, 1))
    assert not calendar.working(date(2025, 10, 1))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("fallback: always", "1:1", "the only fallback is `weekends`"),
        ("next: {}", "1:1", "`next` is no year; write one as in 2027"),
        ("20277: {}", "1:1", "`20277` is no year"),
        ("1066: {}", "1:1", "`1066` is no year"),
        ("2035: [2035-01-01]", "1:1", "write the days of 2035 under `holidays:` and `workdays:`"),
        ("2035: {feasts: []}", "1:1", "write the days of 2035 under"),
        ("2035: {holidays: 2035-01-01}", "1:8", "write a list of at most 366 days here"),
        ("2035:\n  holidays: [2036-01-01]", "2:14", "`2036-01-01` is no day of 2035; write one as"),
        ("2035:\n  holidays: [someday]", "2:14", "`someday` is no day of 2035"),
        (
            "2035:\n  holidays: [2035-01-01]\n  workdays: [2035-01-01]",
            "3:3",
            "2035-01-01 is both; keep one",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_said_where_it_stands(
    tmp_path: Path, text: str, place: str, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PolicyError) as refused:
        read_calendar(path)
    (problem,) = refused.value.problems
    assert str(problem).startswith(f"{path}:{place}: {message}")


def test_too_many_days_are_not_read(tmp_path: Path) -> None:
    days = ", ".join(["2035-01-01"] * 367)
    with pytest.raises(PolicyError, match="at most 366 days"):
        read_calendar(written(tmp_path, f"2035: {{holidays: [{days}]}}"))


def test_the_announcements_are_read_when_they_are_asked_about() -> None:
    code = "import sys, pledgeflow.service; print('chinese_calendar' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
