"""`pledgeflow duties`: what is owed, as people and as programs read it, in both languages."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import duties as listing
from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from tests.command_line.test_cli_database import FINE, UNUSABLE, run
from tests.unit.test_duties_listed import MEETING, engine, step


@pytest.fixture
def db(tmp_path: Path) -> str:
    engine(tmp_path)
    return filled(tmp_path)


def filled(folder: Path) -> str:
    """The same town in a database."""
    path = str(folder / "town.db")
    with SqlStore(f"sqlite:///{path}") as store:
        made = Engine(store, Catalogue((folder,)), lambda: date(2025, 6, 1))
        made.put_directory("town", engine(folder).store.directory("town"))
        made.open_cycle("town", str(folder / "tiny"), cycle="2025")
        for name in ("wang", "li", "zhou"):
            step(made, name, "2025-03-03")
    return path


def test_what_is_owed_is_printed_with_who_owes_it(db: str) -> None:
    result = run("duties", "town", "--db", db, "--on", "2025-08-01", "--until", "2025-09-30")
    assert result.exit_code == FINE, result.output
    rows = [re.split(r"\s{2,}", line.strip()) for line in result.stdout.splitlines()]
    assert rows[0] == ["due", "status", "duty", "pledge", "about", "owed by", "clauses"]
    assert ["2025-06-30", "overdue", "duty", "town/2025/wang", "li, now qian (secretary)",
            "T-1"] in rows  # fmt: skip
    assert ["2025-09-30", "open", "duty", "town/2025/zhou", "sun (secretary)", "T-1"] in rows
    assert len(rows) == 7


def test_where_a_row_does_not_fit_the_address_stands_whole_above_it(db: str) -> None:
    words = ("duties", "town", "--db", db, "--on", "2025-08-01", "--until", "2025-09-30")
    lines = run(*words, COLUMNS="56").stdout.splitlines()
    assert max(len(line) for line in lines) <= 56
    assert lines[0].split() == ["due", "status", "duty", "about", "owed", "by", "clauses"]
    assert sum(line.startswith("town/") for line in lines) == 3
    assert lines[lines.index("town/2025/wang") + 1].startswith("2025-06-30  overdue  duty ")
    assert "town/2025/wang" in run("pledges", "--db", db, COLUMNS="20").stdout.splitlines()


def test_it_is_said_in_chinese_too(db: str) -> None:
    result = run("duties", "town", "--db", db, "--on", "2025-08-01", "--lang", "zh")
    assert result.exit_code == FINE, result.output
    assert "逾期" in result.stdout
    assert "li，现为qian (书记)" in result.stdout
    ids = {"li", "qian", "zhao", "sun", "town", "wang", "zhou", "T"}
    assert set(re.findall("[A-Za-z]+", result.stdout)) <= ids
    nothing = run("duties", "town", "--db", db, "--on", "2025-03-31", "--lang", "zh", "--until",
                  "2025-03-31")  # fmt: skip
    assert "没有待履行的职责" in nothing.stderr


def test_one_persons_list_is_in_order_of_due_date(db: str) -> None:
    words = ("--actor", "qian", "--on", "2025-08-01", "--until", "2026-01-01", "--format", "json")
    result = run("duties", "town", "--db", db, *words)
    found = json.loads(result.stdout)
    assert [row["due"] for row in found] == sorted(row["due"] for row in found)
    assert found[0] == {
        "pledge": "town/2025/li",
        "organization": "branch",
        "duty": "d",
        "subject": "pledge",
        "since": "2025-04-01",
        "due": "2025-06-30",
        "status": "overdue",
        "role": "secretary",
        "owners": ["zhao"],
        "passed_to": ["qian"],
        "rule": "duties.d",
        "clauses": ["T-1"],
    }


def test_an_organizations_list_and_one_that_is_empty(db: str) -> None:
    works = run("duties", "town", "--db", db, "--organization", "works", "--on", "2025-06-01",
                "--format", "json")  # fmt: skip
    assert [row["pledge"] for row in json.loads(works.stdout)] == ["town/2025/zhou"]
    none = run("duties", "town", "--db", db, "--actor", "wang", "--format", "json")
    assert json.loads(none.stdout) == []
    plain = run("duties", "town", "--db", db, "--actor", "wang")
    assert plain.stdout == ""
    assert "nothing is owed" in plain.stderr


def test_a_long_list_is_printed_part_by_part(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("duties", "town", "--db", db, "--on", "2025-06-01", "--until", "2026-01-01")
    whole = run(*words).stdout.splitlines()
    monkeypatch.setattr(listing, "ROWS", 4)
    parts = run(*words).stdout.splitlines()
    assert len(parts) == len(whole) + 2
    assert sum(line.startswith("due ") for line in parts) == 3


def test_working_days_come_from_the_file_that_is_named(tmp_path: Path) -> None:
    asks = MEETING.replace("note, every: P3M", "submit, after: {command: note, working_days: 3}")
    engine(tmp_path, asks)
    path = str(tmp_path / "town.db")
    with SqlStore(f"sqlite:///{path}") as store:
        made = Engine(store, Catalogue((tmp_path,)), lambda: date(2035, 6, 1))
        made.put_directory("town", engine(tmp_path, asks).store.directory("town"))
        made.open_cycle("town", str(tmp_path / "tiny"), cycle="2035")
        made.do("town/2035/wang", {"do": "note", "actor": "wang", "capacity": "promisor",
                                   "on": "2035-06-01"})  # fmt: skip
    words = ("duties", "town", "--db", path, "--on", "2035-06-01", "--format", "json")
    unknown = run(*words)
    assert unknown.exit_code == UNUSABLE
    assert "the working days of 2035 are not announced; name them in a calendar file" in (
        unknown.stderr
    )
    assert "2035年的工作日尚未公布" in run(*words, "--lang", "zh").stderr
    days = tmp_path / "days.yaml"
    days.write_text("2035: {holidays: [2035-06-04]}", "utf-8")
    for found in (run(*words, "--calendar", str(days)), run(*words, PLEDGEFLOW_CALENDAR=str(days))):
        assert [row["due"] for row in json.loads(found.stdout)] == ["2035-06-07"]
    days.write_text("2035: {holidays: [someday]}", "utf-8")
    wrong = run(*words, "--calendar", str(days), "--lang", "zh")
    assert wrong.exit_code == UNUSABLE
    assert "`someday` 不是2035年的日期" in wrong.stderr


def test_a_place_or_a_cycle_that_is_not_there_is_named(db: str) -> None:
    assert "there is no jurisdiction `twon`" in run("duties", "twon", "--db", db).stderr
    assert "has no cycle `2031`" in run("duties", "town", "--db", db, "--cycle", "2031").stderr


@pytest.mark.parametrize(
    ("lang", "cycle", "until"),
    [
        ("en", "`town/2025` is a cycle; write `town --cycle 2025`", "`--until 2025-05-01` lies"),
        ("zh", "`town/2025` 是期间；请写成 `town --cycle 2025`", "`--until 2025-05-01` 早于"),
    ],
)
def test_a_cycle_and_days_in_the_wrong_order_are_told_how_to_be_written(
    db: str, lang: str, cycle: str, until: str
) -> None:
    wrong = run("duties", "town/2025", "--db", db, "--lang", lang)
    assert (wrong.exit_code, cycle in wrong.stderr) == (UNUSABLE, True)
    words = ("--on", "2025-06-01", "--until", "2025-05-01", "--lang", lang)
    wrong = run("duties", "town", "--db", db, *words)
    assert (wrong.exit_code, until in wrong.stderr) == (UNUSABLE, True)
    same = ("--on", "2025-06-01", "--until", "2025-06-01")
    assert run("duties", "town", "--db", db, *same).exit_code == FINE
    assert "no jurisdiction `x/y`" in run("duties", "x/y", "--db", db).stderr


def test_the_last_month_there_is_has_duties_too(db: str) -> None:
    result = run("duties", "town", "--db", db, "--on", "9999-12-15")
    assert result.exit_code == FINE, result.output


@pytest.mark.parametrize(("lang", "word"), [("en", "nobody is called"), ("zh", "没有")])
def test_who_is_misspelt_is_told(db: str, lang: str, word: str) -> None:
    for words in (("--actor", "qiann"), ("--organization", "brnch")):
        result = run("duties", "town", "--db", db, *words, "--lang", lang)
        assert result.exit_code == UNUSABLE
        assert word in result.stderr or "no organization" in result.stderr
