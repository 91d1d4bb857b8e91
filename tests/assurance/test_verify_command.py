"""`pledgeflow verify`: what it prints, in both languages and as data, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.assurance.verifying.promises import PROMISES
from pledgeflow.assurance.verifying.verifying import verify
from pledgeflow.cli import app
from tests.assurance.policies import kept
from tests.planted.brute import HERE
from tests.tiny import tiny

FINE, FINDINGS, UNUSABLE = 0, 1, 2


def run(*words: str, lang: str = "en") -> Result:
    return CliRunner().invoke(app, ["verify", *words, "--lang", lang], env={"COLUMNS": "200"})


def path(name: str) -> str:
    """The folder of a planted policy, whose parents stand beside it."""
    return str(HERE / name)


def data(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--format", "json").stdout)
    return found


def test_what_is_sound_holds() -> None:
    result = run(path("sound"))
    assert result.exit_code == FINE
    assert "assumed: time moves" in result.stdout
    assert "nobody judges the own pledge" in result.stdout
    assert "0 violations" in result.stdout


def test_the_result_is_data() -> None:
    found = data(path("sound"))
    assert found["policy"] == "sound"
    assert found["complete"] is True
    assert found["violations"] == []
    assert found["states"] == sum(track["states"] for track in found["tracks"])
    assert found["seconds"] >= 0
    assert set(found["bounds"]) == {"states", "items", "months", "unusual"}


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A policy with a guard taken out, beside nothing else."""
    text = (HERE / "sound" / "policy.yaml").read_text(encoding="utf-8")
    agreed = re.search(r" +guards:\n +agreed:.*\n", text)
    assert agreed is not None
    folder = tmp_path / "sound"
    folder.mkdir()
    (folder / "policy.yaml").write_text(text.replace(agreed[0], ""), encoding="utf-8")
    return str(folder)


def test_a_violation_comes_with_its_shortest_trace(broken: str) -> None:
    (violation,) = data(broken)["violations"]
    assert violation["property"] == "published_unapproved"
    assert violation["about"] == "consent"
    assert violation["possible"] is False
    assert [step["do"] for step in violation["trace"]] == [
        "propose",
        "submit",
        "approve",
        "sign",
        "publish",
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_violation_is_told_in_words(broken: str, lang: str) -> None:
    result = run(broken, lang=lang)
    assert result.exit_code == FINDINGS
    words = {"zh": ("不成立", "提出", "公开"), "en": ("violated", "propose", "publish")}
    assert all(word in result.stdout for word in words[lang])


def test_the_chinese_has_no_english_words_but_names(broken: str) -> None:
    result = run(broken, lang="zh")
    names = {"promisor", "home", "secretary", "deputy", "member", "top", "above"}
    words = set(re.findall(r"[a-z]+", result.stdout)) - names
    assert not words


def test_a_scenario_is_written(broken: str) -> None:
    folder = Path(broken) / "scenarios"
    result = run(broken, "--write", str(folder))
    assert result.exit_code == FINDINGS
    assert "written" in result.stderr
    played = CliRunner().invoke(app, ["test", broken, "--format", "json"])
    assert json.loads(played.stdout)["failed"] == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_written_before_is_not_written_over(broken: str, lang: str) -> None:
    folder = Path(broken) / "scenarios"
    folder.mkdir()
    (folder / "verified.yaml").write_text("# edited", encoding="utf-8")
    result = run(broken, "--write", str(folder), lang=lang)
    assert result.exit_code == UNUSABLE
    assert {"zh": "已经存在", "en": "is there already"}[lang] in result.stderr
    assert (folder / "verified.yaml").read_text(encoding="utf-8") == "# edited"


@pytest.mark.parametrize(
    ("lang", "why"), [("zh", "取决于探索的范围"), ("en", "rests on the bounds")]
)
def test_what_rests_on_the_bounds_is_said_to(lang: str, why: str, tmp_path: Path) -> None:
    result = run(path("sound"), "--bound", "5", "--write", str(tmp_path), lang=lang)
    assert why in result.stderr


def test_a_bound_that_is_too_small_is_told_and_is_no_pass() -> None:
    result = run(path("sound"), "--bound", "5")
    assert result.exit_code == FINDINGS
    assert "holds in what was explored" in result.stdout
    assert "states were not looked at" in result.stdout
    assert "not everything was explored" in result.stdout
    found = data(path("sound"), "--bound", "5")
    assert found["complete"] is False
    assert found["tracks"][0]["unexplored"]
    assert "holds" not in found["tracks"][0]["properties"].values()
    assert all(v["possible"] for v in found["violations"])


def test_one_track_by_name() -> None:
    assert [t["track"] for t in data(path("sound"), "--track", "member")["tracks"]] == ["member"]
    result = run(path("sound"), "--track", "elder")
    assert result.exit_code == UNUSABLE
    assert "has no track `elder`; it has `member`" in result.stderr


def test_what_is_wrongly_used_is_told() -> None:
    assert run().exit_code == UNUSABLE
    assert run("no_such_policy").exit_code == UNUSABLE


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_properties_are_listed(lang: str) -> None:
    result = run("--properties", lang=lang)
    assert result.exit_code == FINE
    for promise in PROMISES:
        assert promise.id in result.stdout
        assert promise.ask.__doc__


def test_an_abstract_policy_has_nothing_to_explore() -> None:
    result = run("base")
    assert result.exit_code == FINE
    assert "no track to explore" in result.stderr


FAR = (
    ("      revise:\n", "      revise:\n        while: {pledge: [open]}\n"),
    (
        "  submit:\n    means",
        "  remind: {means: reminder, label: {zh: 催, en: remind}, "
        "fields: {item: commitment}}\n  submit:\n    means",
    ),
    (
        "      do:\n        source",
        "      remind: {source: todo, stays: true, by: secretary, "
        "guards: {over: {is: due, passed: true, cite: T-1}}, cite: T-1}\n      do:\n        source",
    ),
    (
        "outcomes: {}",
        "outcomes: {}\nduties:\n  reminded: {label: {zh: 催办, en: reminded}, "
        "owner: secretary, met_by: remind, each: commitment, in: [todo], while: [closed], "
        "after: {field: due, within: P7D}, cite: T-1}",
    ),
)


def test_what_is_due_after_all_days_that_are_explored_is_not_asked_about(tmp_path: Path) -> None:
    """An item may be due in twenty years, and nobody can be late with it before that."""
    report = verify(kept(tiny(*FAR), tmp_path), "tiny")
    assert report.complete
    assert not [one for one in report.violations if one.property == "duty_unmeetable"]
