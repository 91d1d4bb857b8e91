"""The demonstration: every policy is lived through, alike for a seed, and nothing is made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import app, demo
from pledgeflow.cli.options import Lang
from pledgeflow.cli.results import result_table
from pledgeflow.demo import Outcome, Setting, months, play
from pledgeflow.demo.company import Stage, play_all
from pledgeflow.demo.counting import figures, telling, telling_besides
from pledgeflow.demo.needs import needs_of
from pledgeflow.demo.others import owners, places
from pledgeflow.demo.world import World
from pledgeflow.errors import Ruling
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore

CATALOGUE = Catalogue()
NAMES = [n for n in CATALOGUE.names() if not CATALOGUE.load(n).document.abstract]
QUICK = ("feicheng", "huimin")
SHARE = [
    # the others with the long tests
    name if name in QUICK else pytest.param(name, marks=pytest.mark.stress)
    for name in NAMES
]
FEW = Setting(people=6, seed=3, lang="en")


@cache
def lived(name: str) -> Outcome:
    return play(MemoryStore(), CATALOGUE, name, FEW)


@pytest.mark.parametrize("name", SHARE)
def test_a_year_is_alike_for_a_seed_and_comes_to_an_end(name: str) -> None:
    ticks: list[int] = []
    first = play(MemoryStore(), CATALOGUE, name, FEW, lambda: ticks.append(1))
    assert len(ticks) == months(CATALOGUE, name)
    found = figures(first)
    assert found == figures(lived(name))
    assert first.refusals == lived(name).refusals
    assert first.besides == lived(name).besides
    assert found.published
    assert found.items
    assert not first.unfinished
    assert not first.muddles


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_was_refused_by_the_engine(name: str) -> None:
    outcome = lived(name)
    shown = telling(outcome.refusals)
    assert 2 <= len(shown) <= 3
    assert all(refusal in outcome.refusals for refusal in shown)
    assert all(refusal.verdict.ruling is not Ruling.PERMITTED for refusal in shown)
    assert len({refusal.verdict.ruling for refusal in shown}) == len(shown)


def test_what_got_stuck_is_said() -> None:
    outcome = lived(NAMES[0])
    rules = outcome.policy.tracks[outcome.rows[0].track]
    stuck = replace(outcome.rows[0], state=rules.lifecycles[rules.root].initial)
    other = replace(outcome, rows=[stuck, *outcome.rows[1:]], muddles=["`open`: `on` is missing"])
    console = Console(record=True, width=80, file=StringIO())
    console.print(result_table(other, figures(other), Lang.EN))
    told = " ".join(console.export_text().split())
    assert "not finished 1" in told
    assert "not played 1 (`open`: `on` is missing)" in told


@pytest.mark.parametrize("name", NAMES)
def test_every_role_of_a_policy_can_be_filled(name: str) -> None:
    policy = CATALOGUE.load(name, on=date(2025, 1, 1))
    needs = needs_of(policy)
    directory = World(needs, Random(1), "zh").build(30)
    view = directory.view(date(2025, 1, 1))
    venues = ("", *policy.document.venues)
    everybody = (*view.persons, *view.organizations)
    tracks = {policy.track_of(view, who, venue) for who in everybody for venue in venues}
    pledging = {n for n, track in policy.document.tracks.items() if track.aggregate == "pledge"}
    assert tracks - {None} == pledging
    assert needs.posts


@pytest.mark.parametrize("name", NAMES)
def test_every_year_selection_and_filing_has_an_organization(name: str) -> None:
    policy = CATALOGUE.load(name, on=date(2025, 1, 1))
    view = World(needs_of(policy), Random(1), "en").build(30).view(date(2025, 1, 1))
    found = {track for place in places(policy) for _, track in owners(policy, view, place)}
    tracks = policy.document.tracks.items()
    assert found == {track for track, rules in tracks if rules.aggregate != "pledge"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_pledge_is_lived_too(name: str) -> None:
    outcome, found = lived(name), lived(name).besides
    tracks = outcome.policy.document.tracks.values()
    assert set(found.streams) == {t.aggregate for t in tracks} - {"pledge"}
    assert found.duties["met"]
    assert found.events > sum(found.streams.values())
    assert any(found.ledgers.values())
    assert any(rate.value is not None for rate in found.indicators.values())
    assert found.filings == found.streams.get("filing", 0)
    shown = telling_besides(outcome.refusals)
    assert all(refusal in outcome.refusals for refusal in shown)


def test_forgotten_duties_ballots_and_awards_are_among_what_happens() -> None:
    found = [lived(name).besides for name in NAMES]
    for status in ("late", "overdue", "missed"):
        assert any(each.duties.get(status) for each in found)
    assert any(each.fates.get("conferred") for each in found)
    assert any(each.ballots for each in found)
    assert any(each.approved for each in found)
    shown = [refusal for name in NAMES for refusal in telling_besides(lived(name).refusals)]
    assert shown
    assert all(refusal.verdict.reasons for refusal in shown)


def test_policies_side_by_side_come_out_as_one_after_the_other(tmp_path: Path) -> None:
    ticks: list[str] = []
    found = []
    for workers in (1, 2):
        stage = Stage(CATALOGUE.roots, f"sqlite:///{tmp_path / str(workers)}.db", FEW)
        found.append(play_all(stage, QUICK, ticks.append, workers=workers))
    first, second = found
    assert [o.cycle.policy for o in first] == [o.cycle.policy for o in second] == [*QUICK]
    assert [figures(o) for o in first] == [figures(o) for o in second]
    assert [o.besides for o in first] == [o.besides for o in second]
    assert len(ticks) == 2 * sum(months(CATALOGUE, name) for name in QUICK)


class Few(Catalogue):
    """Two policies are lived through sooner than all of them."""

    def names(self) -> list[str]:
        return [*QUICK]


@pytest.fixture(scope="module", params=[Few, pytest.param(Catalogue, marks=pytest.mark.stress)])
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("demo")
    db = folder / "year.db"
    words = ["demo", "--db", str(db), "--people", "4", "--lang", "en"]
    chinese = {"LANG": "zh_CN.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "Catalogue", request.param)
        return db, CliRunner().invoke(app, words, env=chinese)


def ask(db: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--db", str(db), "--lang", "en"])


def rows(db: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ask(db, "pledges", "--format", "json").stdout)
    return found


def test_the_demonstration_says_what_came_of_it_and_what_to_try(
    played: tuple[Path, Result],
) -> None:
    db, result = played
    assert result.exit_code == 0, result.output
    for name in QUICK:
        assert f"{name}/2025" in result.stdout
    for row in ("duties", "ledgers", "indicators", "duties met"):
        assert f"\n{row} " in result.stdout
    assert "and elsewhere than in pledges:" in result.stdout
    tried = [
        line.split()[1:] for line in result.stdout.splitlines() if line.startswith("  pledgeflow ")
    ]
    assert len(tried) >= 3
    for words in tried:
        # The names in it are in that language, and the environment's is another.
        assert words[-2:] == ["--lang", "en"]
        again = CliRunner().invoke(app, words)
        assert again.exit_code in (0, 1), again.output
        assert again.stdout
    assert rows(db)


def test_a_database_that_is_in_use_is_left_alone(played: tuple[Path, Result]) -> None:
    db, _ = played
    before = rows(db)
    result = ask(db, "demo")
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert rows(db) == before


def test_the_pledges_are_listed(played: tuple[Path, Result]) -> None:
    db, _ = played
    listed = ask(db, "pledges", "--jurisdiction", QUICK[0])
    assert listed.exit_code == 0
    assert listed.stdout.count(f"{QUICK[0]}/2025/") == sum(
        row["pledge"].startswith(f"{QUICK[0]}/") for row in rows(db)
    )


def test_a_history_is_told_with_words_until_they_are_erased(played: tuple[Path, Result]) -> None:
    db, _ = played
    pledge = rows(db)[0]["pledge"]
    events = json.loads(ask(db, "log", pledge, "--format", "json").stdout)
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    words = {k: v for event in events for k, v in event["words"].items()}
    assert all(words.values())
    with SqlStore(f"sqlite:///{db}") as store:
        store.erase(pledge.partition("/")[0], words)
    told = ask(db, "log", pledge)
    assert told.exit_code == 0
    assert "(redacted)" in told.stdout
    after = json.loads(ask(db, "log", pledge, "--format", "json").stdout)
    assert not any(v for event in after for v in event["words"].values())


def test_a_refusal_is_explained_and_ends_with_one(played: tuple[Path, Result]) -> None:
    db, _ = played
    row = next(r for r in rows(db) if "unit" not in r["pledge"])
    promisor = row["pledge"].split("/")[-1]
    words = ["explain", row["pledge"], "--actor", promisor, "--do", "open", "--on", "2026-02-01"]
    result = ask(db, *words)
    assert result.exit_code == 1, result.output
    assert "forbidden" in result.stdout
    data = json.loads(ask(db, *words, "--format", "json").stdout)
    assert data["ruling"] == "forbidden"
    assert "wrong_state" in {reason["code"] for reason in data["reasons"]}
    assert all(reason["text"].keys() == {"zh", "en"} for reason in data["reasons"])


def test_without_a_step_everything_is_explained(played: tuple[Path, Result]) -> None:
    db, _ = played
    row = rows(db)[0]
    promisor = row["pledge"].split("/")[-1]
    words = ["explain", row["pledge"], "--actor", promisor, "--on", "2026-02-01"]
    assert ask(db, *words).exit_code == 0
    data = json.loads(ask(db, *words, "--format", "json").stdout)
    assert {"command", "subject", "ruling", "reasons", "needs"} == data[0].keys()


@pytest.mark.parametrize(
    "words",
    [
        ("log", "nowhere"),
        ("log", "nowhere/2025/nobody"),
        ("explain", "nowhere/2025/nobody", "--actor", "nobody", "--do", "open"),
    ],
)
def test_a_pledge_that_is_not_there_is_a_message(
    played: tuple[Path, Result], words: tuple[str, ...]
) -> None:
    result = ask(played[0], *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("pledgeflow: ")


def test_a_field_that_makes_no_sense_is_a_message(played: tuple[Path, Result]) -> None:
    db, _ = played
    row = rows(db)[0]
    promisor = row["pledge"].split("/")[-1]
    for field in ("nonsense", "nonsense=1"):
        words = ["explain", row["pledge"], "--actor", promisor, "--do", "open", "--field", field]
        result = ask(db, *words)
        assert result.exit_code == 2, result.output
        assert "nonsense" in result.stderr


def test_there_has_to_be_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["pledges", "--lang", "en"])
    assert result.exit_code == 2
    assert "pledgeflow demo" in result.stderr
    assert not list(tmp_path.iterdir())
    (tmp_path / "other.db").write_bytes(b"not a database")
    assert CliRunner().invoke(app, ["pledges", "--db", "other.db"]).exit_code == 2
