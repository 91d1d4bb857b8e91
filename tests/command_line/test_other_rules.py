"""`backtest` and `migrate` on the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from tests.command_line.test_cli_database import FINDINGS, FINE, UNUSABLE, run
from tests.migrating import MAP, RENAMED
from tests.town import FILE, REGISTER, Town, town


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the town's database, and the policy that follows it."""
    with SqlStore(f"sqlite:///{tmp_path / 'town.db'}") as store:
        Town(store=store).rated()
    return _later(tmp_path)


def _later(folder: Path, *changes: tuple[str, str]) -> Path:
    (folder / "later").mkdir(exist_ok=True)
    text = town(*RENAMED, *changes)
    (folder / "later" / "policy.yaml").write_text(text, encoding="utf-8")
    (folder / "later" / "clauses.yaml").write_bytes(REGISTER.read_bytes())
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    return folder


def db(place: Path) -> tuple[str, ...]:
    return "--db", str(place / "town.db")


def migrate(place: Path, *words: str) -> tuple[str, ...]:
    paths = ("--to", str(place / "later"), "--map", str(place / "map.yaml"))
    return "migrate", "t/2025", *paths, *db(place), *words


# --- backtest -----------------------------------------------------------------------------------------


def test_under_its_own_policy_nothing_comes_out_otherwise(place: Path) -> None:
    result = run("backtest", "--policy", str(FILE), *db(place))
    assert result.exit_code == FINE, result.output
    assert "that come out otherwise, or may 0" in " ".join(result.stdout.split())
    found = json.loads(
        run("backtest", "--policy", str(FILE), "--all", "--format", "json", *db(place)).stdout
    )
    assert [row["pledge"] for row in found["pledges"]] == [
        "t/2025/an",
        "t/2025/bo",
        "t/2025/cai",
        "t/2025/east@year",
    ]
    assert not any(row["differs"] for row in found["pledges"])
    assert (found["totals"]["streams"], found["totals"]["differing"]) == (4, 0)


def test_refusals_are_told_with_their_clauses(place: Path) -> None:
    _later(place, ("dest: standing_by, by: promisor", "dest: standing_by, by: secretary"))
    words = ("backtest", "--policy", str(place / "later"), *db(place))
    result = run(*words)
    assert result.exit_code == FINDINGS, result.output
    for said in (
        "t/2025/cai  1 refused; 1 refused in consequence",
        "[T-01]",
        "→ judge",
        "by meaning",
    ):
        assert said in result.stdout, said
    chinese = run(*words, "--lang", "zh").stdout
    for said in ("不予准许1步；因而不准1步", "依据条款", "按含义", "步骤对照"):
        assert said in chinese, said
    found = json.loads(run(*words, "--format", "json").stdout)
    refused = [each for row in found["pledges"] for each in row["refused"]]
    assert [each["consequent"] for each in refused] == [False, True] * 3
    (reason,) = refused[0]["reasons"]
    assert (reason["code"], reason["clauses"]) == ("not_in_capacity", ["T-01"])
    assert set(reason["text"]) == {"zh", "en"}
    assert refused[1]["reasons"][0]["text"] == {}
    assert found["totals"]["by_clause"] == {"T-01": 3}
    mapped = (*words, "--map", str(place / "map.yaml"), "--format", "json")
    names = json.loads(run(*mapped).stdout)["totals"]["names"]
    assert [(name["command"], name["to"], name["how"]) for name in names] == [
        ("rate", "judge", "told")
    ]


def test_what_cannot_be_asked(place: Path) -> None:
    for words, said in (
        (("--policy", "nowhere"), "there is no policy `nowhere`"),
        (("--policy", "base"), "`base` is only for others to extend; name one that does"),
        (("--policy", str(FILE), "--jurisdiction", "x"), "there is no jurisdiction `x`"),
        (("--policy", str(FILE), "--cycle", "1999"), "nothing is recorded there"),
    ):
        result = run("backtest", *words, *db(place))
        assert result.exit_code == UNUSABLE, result.output
        assert said in result.stderr
    result = run("backtest", "--policy", str(FILE), "--cycle", "1999", *db(place), "--lang", "zh")
    assert "那里没有记录" in result.stderr


# --- migrate ------------------------------------------------------------------------------------------


def test_trying_writes_nothing_and_doing_does_it_once(place: Path) -> None:
    tried = run(*migrate(place, "--dry-run"))
    assert tried.exit_code == FINE, tried.output
    for said in ("member promised", "member standing_by", "4 would go over; nothing was written"):
        assert said in tried.stdout
    by = ("--actor", "mayor", "--on", "2025-06-20")
    done = json.loads(run(*migrate(place, *by, "--format", "json")).stdout)
    assert len(done["migrated"]) == 4
    assert done["findings"] == []
    again = json.loads(run(*migrate(place, *by, "--format", "json")).stdout)
    assert (again["migrated"], again["staying"]) == ([], {"there": 4})
    told = run("log", "t/2025/cai", *db(place)).stdout
    assert "goes over to the rules later" in told
    assert "改按 later" in run("log", "t/2025/cai", *db(place), "--lang", "zh").stdout
    for words in (("pledges",), ("duties", "t", "--on", "2025-07-01"), ("cycle", "list")):
        assert run(*words, *db(place)).exit_code in (FINE, FINDINGS)
    with SqlStore(f"sqlite:///{place / 'town.db'}") as store:
        engine = Engine(store, clock=lambda: date(2025, 7, 2))
        step = {"do": "grade", "actor": "an", "capacity": "secretary", "on": "2025-07-01"}
        engine.do("t/2025/cai", {**step, "tier": "good"})


def test_what_stands_against_it_is_told(place: Path) -> None:
    text = MAP.replace("promised: standing_by, ", "")
    (place / "map.yaml").write_text(text, encoding="utf-8")
    result = run(*migrate(place, "--actor", "mayor", "--on", "2025-06-20"))
    assert result.exit_code == FINDINGS, result.output
    said = " ".join(result.stdout.split())
    assert (
        "member: the map forgets the state pledge/promised: 3 in it: t/2025/an, t/2025/bo" in said
    )
    assert "nothing was migrated; mend the map first" in said
    chinese = "".join(run(*migrate(place, "--dry-run", "--lang", "zh")).stdout.split())
    assert "member:对照表漏了状态pledge/promised：3处t/2025/an、t/2025/bo、t/2025/cai" in chinese


def test_how_it_is_used_wrongly(place: Path) -> None:
    result = run(*migrate(place))
    assert result.exit_code == UNUSABLE
    assert "say who orders it with `--actor`" in result.stderr
    early = run(*migrate(place, "--actor", "mayor", "--on", "2025-06-01"))
    assert early.exit_code == UNUSABLE
    assert "the new rules hold from 2025-06-15, after 2025-06-01" in early.stderr
    (place / "map.yaml").write_text(MAP + "stats: {}\n", encoding="utf-8")
    typed = run(*migrate(place, "--dry-run"))
    assert typed.exit_code == UNUSABLE
    assert "map.yaml:12:1: stats: there is no key `stats`; perhaps `states`" in typed.stderr
