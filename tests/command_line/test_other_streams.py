"""Years, selections and filings on the command line, in both languages and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from pledgeflow.storage.sql import SqlStore
from tests.town import FILE, REGISTER, SELECTION, TOWN, YEAR, Town, day

FINE, UNUSABLE = 0, 2
FILING = "t/2025/east@filing"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of the town, in which somebody loses eligibility after being put forward."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    with SqlStore(f"sqlite:///{path}") as store:
        town = Town(store=store).forwarded()
        town.do(TOWN, "announce", day(7, 5), "mayor", places=1)
        town.do(TOWN, "give_notice", day(7, 5), "mayor")
        town.do(TOWN, "object", day(7, 6), "mayor", candidacy=1, what="never there")
        town.do(TOWN, "confer", day(7, 12), "mayor", candidacy=1)
        town.do("t/2025/cai", "reopen", day(7, 16), "mayor", "superior")
        town.do("t/2025/cai", "grade", day(7, 17), "an", tier="poor")
        town.do(FILING, "draft", day(2, 1), "an", rules="town", holds_from="2025-03-01")
        for who, capacity in (("an", "secretary"), ("bo", "deputy")):
            town.do(FILING, "file", day(2, 2), who, capacity)
        town.do(FILING, "approve", day(2, 3), "mayor", "superior")
    return path


def run(database: Path, *words: str, lang: str = "en") -> Result:
    args = [*words, "--db", str(database), "--lang", lang]
    return CliRunner().invoke(app, args, env={"COLUMNS": "160"})


def printed(database: Path, *words: str, lang: str = "en") -> str:
    result = run(database, *words, lang=lang)
    assert result.exit_code == FINE, result.stderr
    return " ".join(result.stdout.split())


def test_awards_are_shown_level_by_level(database: Path) -> None:
    shown = printed(database, "awards", "t/2025")
    assert shown.index(SELECTION) < shown.index(TOWN)
    assert "selection of the town · under notice · places: 1" in shown
    assert "bo conferred awarded 2025-07-12 1 confer the award: mayor" in shown
    assert "(from t/2025/cai, 13) grade: poor (confirmed)" in shown
    shown = printed(database, "awards", "t/2025", "--organization", "east", lang="zh")
    assert "支部推荐 · 进行中" in shown
    assert "cai 已退出 已取消 2025-07-17" in shown
    assert TOWN not in shown


def test_awards_for_programs(database: Path) -> None:
    lower, upper = json.loads(run(database, "awards", "t/2025", "--format", "json").stdout)
    assert (lower["level"], upper["level"], upper["places"]) == (0, 1, 1)
    bo, cai = upper["candidates"]
    assert (bo["who"], bo["result"], bo["objections"]) == ("bo", "conferred", 1)
    assert cai["by"]["reaction"] == "dropped_by_town"
    assert cai["by"]["from"] == {"stream": "t/2025/cai", "version": 13}


def test_no_selection_has_begun(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with SqlStore(f"sqlite:///{path}") as store:
        Town(store=store)
    assert "no selection has begun" in run(path, "awards", "t/2025").stderr
    assert "没有开始的评选" in run(path, "awards", "t/2025", lang="zh").stderr
    assert "no policy was filed" in run(path, "filings", "t").stderr
    assert "没有报送的办法" in run(path, "filings", "t", lang="zh").stderr


def test_dates_stay_whole_however_narrow_the_page(database: Path) -> None:
    environment = {"PLEDGEFLOW_DB": str(database), "COLUMNS": "60"}
    page = CliRunner().invoke(app, ["filings", "t", "--lang", "en"], env=environment).stdout
    for date in ("2025-02-01", "2025-02-03", "2025-03-01"):
        assert date in page


def test_filings_and_what_is_in_force(database: Path) -> None:
    shown = printed(database, "filings", "t")
    assert "2025-02-01 2025-02-03 2025-03-01 — approved" in shown
    (found,) = json.loads(run(database, "filings", "t", "--format", "json").stdout)
    assert f"town@{found['digest']}" in shown
    assert (
        "no filed policy is in force" in run(database, "filings", "t", "--on", "2025-02-20").stderr
    )
    later = printed(database, "filings", "t", "--on", "2025-03-20", lang="zh")
    assert "已批准" in later


@pytest.mark.parametrize("on", [(), ("--on", "2025-03-20")])
def test_of_an_organization_that_is_misspelt_nothing_is_listed(
    database: Path, on: tuple[str, ...]
) -> None:
    result = run(database, "filings", "t", "--organization", "brnch", *on)
    assert result.exit_code == UNUSABLE
    assert "the directory has no organization `brnch`" in result.stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("act", ["do", "explain"])
def test_a_place_that_the_policy_does_not_have_is_told_with_those_that_it_has(
    database: Path, act: str, lang: str
) -> None:
    step = ("--do", "draft", "--capacity", "secretary", "--actor", "an")
    result = run(database, act, "t/2025/east@filings", *step, lang=lang)
    assert result.exit_code == 1
    assert "`@filings`" in result.stderr
    for place in ("`@filing`", "`@selection`", "`@year`"):
        assert place in result.stderr


def test_a_step_that_is_open_for_one_item_is_not_listed_as_closed(tmp_path: Path) -> None:
    path = tmp_path / "town.db"
    with SqlStore(f"sqlite:///{path}") as store:
        town = Town(store=store).forwarded()
        town.do(TOWN, "announce", day(7, 5), "mayor", places=1)
        town.do(TOWN, "give_notice", day(7, 5), "mayor")
        town.do(TOWN, "confer", day(7, 12), "mayor", candidacy=1)
    page = run(path, "explain", TOWN, "--actor", "mayor", "--on", "2025-07-13").stdout
    now, _, closed = page.partition("open in other states only")
    assert "\ndrop           candidacy 2 " in now
    assert "announce the places" in closed
    assert "drop a candidate" not in closed


def test_everything_with_a_stream_is_listed(database: Path) -> None:
    assert YEAR not in printed(database, "pledges")
    shown = printed(database, "pledges", "--all")
    for stream in ("t/2025/an", YEAR, SELECTION, TOWN, FILING):
        assert stream in shown
    assert "year of the branch" in shown
    assert "支部年度工作" in printed(database, "pledges", "--all", lang="zh")


def test_a_log_says_from_which_stream_something_came(database: Path) -> None:
    shown = printed(database, "log", TOWN)
    assert f"{TOWN} · hill · selection of the town" in shown
    assert "who is graded poor is no candidate of the town any more (from t/2025/cai, 13)" in shown
    assert "（自 t/2025/cai 第13号）" in printed(database, "log", TOWN, lang="zh")
    assert "policy: town (" in printed(database, "log", FILING)
    found = run(database, "log", "t/2025/west@year")
    assert found.exit_code == UNUSABLE
    assert "`t/2025/west@year` has not begun; perhaps `t/2025/east@year`" in found.stderr
    assert "尚未开始" in run(database, "log", "t/2025/west@year", lang="zh").stderr


def test_what_could_not_follow_is_told(database: Path) -> None:
    step = ("do", YEAR, "--do", "hold_rating", "--actor", "an", "--capacity", "secretary")
    said = (*step, "--set", "results=cai=good,mayor=poor")
    shown = printed(database, *said, "--on", "2025-08-01")
    assert "could not follow elsewhere: t/2025/cai · cai · rate" in shown
    assert "`rate` is open only while the pledge is `promised`" in shown
    assert "t/2025/mayor · mayor · rate this policy is for `member`; this promisor" in shown
    shown = printed(database, *said, "--on", "2025-08-02", lang="zh")
    assert "未能在别处随之办理：" in shown
    done = run(database, *said, "--on", "2025-08-03", "--format", "json")
    first, second = json.loads(done.stdout)["unmet"]
    assert (first["pledge"], first["command"]) == ("t/2025/cai", "rate")
    assert first["reasons"][0]["code"] == "wrong_state"
    assert second["ruling"] == "silent"
    wrong = run(database, *step, "--set", "results=nobody=good", "--on", "2025-08-04")
    assert "no person is called `nobody`" in wrong.stderr


def test_a_policy_is_filed_by_its_path_and_a_cycle_opened_with_it(
    database: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "policy.yaml").write_text(
        FILE.read_text(encoding="utf-8").replace("policy: town", "policy: mine"), encoding="utf-8"
    )
    (tmp_path / "mine" / "clauses.yaml").write_bytes(REGISTER.read_bytes())
    step = ("do", FILING, "--do", "draft", "--actor", "an", "--capacity", "secretary")
    path = str(tmp_path / "mine")
    shown = printed(database, *step, "--set", f"rules={path}", "--on", "2025-09-01")
    assert "policy: mine (" in shown
    *_, last = json.loads(run(database, "filings", "t", "--format", "json").stdout)
    named = f"{last['policy']}@{last['digest']}"
    opened = run(database, "cycle", "open", "t", named, "--cycle", "2026")
    assert opened.exit_code == FINE, opened.stderr
    assert "under mine" in opened.stdout
    wrong = run(database, *step, "--set", "rules=nowhere", "--on", "2025-09-02")
    assert "there is no policy `nowhere`" in wrong.stderr
