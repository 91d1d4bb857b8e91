"""`pledgeflow diff`: how it ends, in both languages and as data."""

from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from tests.planted.brute import HERE

SOUND, LAX = str(HERE / "sound"), str(HERE / "no_consent")


def run(*words: str, lang: str = "en") -> Result:
    return CliRunner().invoke(app, ["diff", *words, "--lang", lang], env={"COLUMNS": "200"})


def test_the_same_is_no_difference() -> None:
    result = run(SOUND, SOUND)
    assert result.exit_code == 0
    assert "0 differences" in result.stdout


def test_what_differs_ends_with_one() -> None:
    result = run(SOUND, LAX, lang="zh")
    assert result.exit_code == 1
    assert "no_consent 允许，sound 不允许" in result.stdout


def test_a_loosened_policy_does_not_refine() -> None:
    ((found),) = json.loads(run(SOUND, LAX, "--refines", "--format", "json").stdout)
    assert found["refines"] is False
    assert {d["accepting"] for d in found["differences"]} == {"right"}


def test_an_unknown_track_is_wrong_usage() -> None:
    assert run(SOUND, LAX, "--track", "nobody").exit_code == 2
