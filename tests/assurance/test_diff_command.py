"""`pledgeflow diff`: how it ends, in both languages and as data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from tests.planted.brute import HERE

SOUND = str(HERE / "sound")


def run(*words: str, lang: str = "en") -> Result:
    return CliRunner().invoke(app, ["diff", *words, "--lang", lang], env={"COLUMNS": "200"})


def data(*words: str) -> Any:
    return json.loads(run(*words, "--format", "json").stdout)


@pytest.fixture
def lax(tmp_path: Path) -> str:
    """The sound policy with a guard taken out."""
    text = (HERE / "sound" / "policy.yaml").read_text(encoding="utf-8")
    agreed = re.search(r" +guards:\n +agreed:.*\n", text)
    assert agreed is not None
    text = text.replace(agreed[0], "").replace("policy: sound", "policy: lax")
    (tmp_path / "lax").mkdir()
    (tmp_path / "lax" / "policy.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path / "lax")


def test_the_same_is_no_difference() -> None:
    result = run(SOUND, SOUND)
    assert result.exit_code == 0
    assert "rules: removed 0 · added 0 · changed 0" in result.stdout
    assert "differences: 0 · all that both can come to" in result.stdout


def test_the_rules_come_first_and_then_the_behaviour(lax: str) -> None:
    result = run(SOUND, lax)
    assert result.exit_code == 1
    rules, behaviour = result.stdout.split("differences: 1")
    assert "− lifecycles.pledge.transitions.sign.guards.agreed" in rules
    assert re.search(r"tests/planted/sound/policy\.yaml:\d+", rules)
    assert "✗ sign · `lax` permits, `sound` refuses" in behaviour
    assert "lifecycles.pledge.transitions.sign.guards.agreed · tests/planted/sound" in behaviour
    steps = re.findall(r"^  ([\d✗]+)  2025-01-01  (\S+)", behaviour, re.M)
    assert [number for number, _ in steps] == ["1", "2", "3", "✗"]


def test_in_chinese_there_are_no_english_words(lax: str) -> None:
    result = run(SOUND, lax, lang="zh")
    assert "规则：取消 1 · 新增 0 · 改变 0" in result.stdout
    assert "✗ 签订 · lax 允许，sound 不允许" in result.stdout
    assert "签订（承诺人）" in result.stdout
    behaviour = result.stdout.split("差异1处")[1]
    assert set(re.findall(r"(?<![\w./])[a-z]{3,}(?![\w./])", behaviour)) == {"sound", "lax"}


def test_a_loosened_policy_does_not_refine(lax: str) -> None:
    result = run(SOUND, lax, "--refines")
    assert result.exit_code == 1
    assert "`lax` relaxes `sound` · relaxations: 1" in result.stdout
    assert "rules:" not in result.stdout
    found = data(SOUND, lax, "--refines")
    assert "rules" not in found
    (track,) = found["tracks"]
    assert track["refines"] is False
    (each,) = track["differences"]
    assert (each["accepting"], each["code"]) == ("right", "not_preceded")
    assert [move["right"]["do"] for move in each["trace"]] == ["propose", "submit", "approve"]


def test_a_tightened_policy_refines(lax: str) -> None:
    result = run(lax, SOUND, "--refines", lang="zh")
    assert result.exit_code == 0
    assert "sound 只会更严于 lax · 放宽0处" in result.stdout


def test_what_stopped_at_a_bound_is_not_fine() -> None:
    result = run(SOUND, SOUND, "--bound", "9")
    assert result.exit_code == 1
    assert "not all of it" in result.stdout
    assert "what was not found may be there" in result.stdout
    result = run(SOUND, SOUND, "--bound", "9", "--refines", lang="zh")
    assert "不能断定" in result.stdout


def test_as_data(lax: str) -> None:
    found = data(SOUND, lax)
    assert found["rules"]["summary"] == {
        "same": found["rules"]["summary"]["same"],
        "only_left": 1,
        "only_right": 0,
        "different": 0,
    }
    (line,) = found["rules"]["differing"]
    assert line["left"]["source"]["path"].endswith("sound/policy.yaml")
    (track,) = found["tracks"]
    assert track["tracks"] == ["member", "member"]
    assert track["complete"]
    assert track["explored"]["waiting"] == 0
    assert track["alignment"]["commands"]["sign"] == "sign"


def test_an_alignment_file(lax: str, tmp_path: Path) -> None:
    path = tmp_path / "align.yaml"
    path.write_text("commands: {sign: ~}\n", encoding="utf-8")
    found = data(SOUND, lax, "--align", str(path))
    (track,) = found["tracks"]
    assert (track["alignment"]["only_left"], track["alignment"]["only_right"]) == (
        ["sign"],
        ["sign"],
    )
    path.write_text("commands:\n  sing: sign\n", encoding="utf-8")
    result = run(SOUND, lax, "--align", str(path), lang="zh")
    assert result.exit_code == 2
    assert f"{path}:2:3: commands.sing：没有步骤 `sing`" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--track", "nobody"),
        ("--track", "member=nobody"),
        ("--align", "/nowhere/align.yaml"),
        ("--bound", "0"),
    ],
)
def test_wrong_usage(lax: str, words: tuple[str, ...]) -> None:
    assert run(SOUND, lax, *words).exit_code == 2
