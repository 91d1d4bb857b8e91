"""`pledgeflow diff`: how it ends, in both languages and as data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from tests.planted.brute import HERE

SOUND = str(HERE / "sound")


def run(*words: str, lang: str = "en") -> Result:
    return CliRunner().invoke(app, ["diff", *words, "--lang", lang], env={"COLUMNS": "200"})


@pytest.fixture
def lax(tmp_path: Path) -> str:
    """The sound policy with a guard taken out."""
    text = (HERE / "sound" / "policy.yaml").read_text(encoding="utf-8")
    agreed = re.search(r" +guards:\n +agreed:.*\n", text)
    assert agreed is not None
    (tmp_path / "sound").mkdir()
    (tmp_path / "sound" / "policy.yaml").write_text(text.replace(agreed[0], ""), encoding="utf-8")
    return str(tmp_path / "sound")


def test_the_same_is_no_difference() -> None:
    result = run(SOUND, SOUND)
    assert result.exit_code == 0
    assert "0 differences" in result.stdout


def test_what_differs_ends_with_one(lax: str) -> None:
    result = run(SOUND, lax, lang="zh")
    assert result.exit_code == 1
    assert "sound 允许，sound 不允许" in result.stdout


def test_a_loosened_policy_does_not_refine(lax: str) -> None:
    ((found),) = json.loads(run(SOUND, lax, "--refines", "--format", "json").stdout)
    assert found["refines"] is False
    assert {d["accepting"] for d in found["differences"]} == {"right"}


def test_an_unknown_track_is_wrong_usage(lax: str) -> None:
    assert run(SOUND, lax, "--track", "nobody").exit_code == 2
