"""The page of several policies, each against each: made of small ones, and the one that is kept."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pledgeflow.assurance.diffing import read_alignment
from pledgeflow.assurance.exploring import Bounds
from pledgeflow.catalogue import POLICY_FILE, Catalogue
from pledgeflow.cli import app
from pledgeflow.exports.charts import Language
from pledgeflow.exports.differences_page import Found, differences_page, found_of, pairs_of
from tests.assurance.policies import PLANTED

ROOT = Path(__file__).parents[2]
NAMES = ("chiping", "feicheng", "gannan", "huimin", "pingliang")
PAGES: dict[Language, str] = {"en": "differences.md", "zh": "differences-zh.md"}
SMALL = ("sound", "sound_short", "no_consent")
BOUNDS = Bounds(items=1)


@cache
def found() -> tuple[Found, ...]:
    return tuple(found_of(PLANTED, SMALL, BOUNDS))


def page(lang: Language) -> str:
    return differences_page(found(), BOUNDS, lang)


def kept(lang: Language) -> str:
    return (ROOT / "docs" / PAGES[lang]).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_is_a_chapter_for_each_pair_and_a_row_for_each_difference(lang: Language) -> None:
    text = page(lang)
    chapters = re.findall(r"^## (\w+) \| (\w+) \{#([\w-]+)\}$", text, re.M)
    assert [(one, other) for one, other, _ in chapters] == pairs_of(SMALL)
    assert [anchor for *_, anchor in chapters] == re.findall(r"\]\(#([\w-]+)\)", text)
    totals = [int(n) for n in re.findall(r"^\| \[.*\| (\d+) \|$", text, re.M)]
    rows = [
        len([line for line in part.splitlines() if line.startswith("| ")])
        for part in text.split("\n## ")[1:]
    ]
    assert totals == [max(0, number - 2) for number in rows]
    assert sum(totals) > 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_row_of_a_table_has_as_many_cells(lang: Language) -> None:
    for text in (page(lang), kept(lang)):
        width = 0
        for line in text.splitlines():
            width = (width or line.count(" | ")) if line.startswith("| ") else 0
            assert not width or line.count(" | ") == width, line


def test_one_dropped_consent_is_one_row_with_both_sides() -> None:
    chapter = page("zh").split("## sound_short | no_consent")[1]
    (row,) = [line for line in chapter.splitlines() if line.startswith("| 签订")]
    assert "不允许：" in row
    assert "| 允许 |" in row
    assert "提出 → 送审 → 审定" in row


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_that_is_kept_is_of_the_policies_as_they_are(lang: Language) -> None:
    digests = dict(re.findall(r"`(\w+)` `sha256 (\w+)`", kept(lang)))
    catalogue = Catalogue()
    now = {name: catalogue.load(name).digest[:12] for name in NAMES}
    assert digests == now, "run `make pages`"
    assert len(re.findall(r"^## ", kept(lang), re.M)) == len(pairs_of(NAMES))


def test_a_chinese_page_is_chinese() -> None:
    text = re.sub(r"`[^`\n]*`|<br>|\{#[\w-]+\}|\]\(#[\w-]+\)|&#124;|&lt;", "", kept("zh"))
    text = re.sub(r"\b(?:" + "|".join(NAMES) + r")\b|\b[A-Z]{2}-\d+\b", "", text)
    assert re.findall(r"[A-Za-z]{2,}.*", text) == []


@pytest.mark.stress
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_that_is_kept_is_what_the_command_prints(lang: Language) -> None:
    command = re.findall(r"`pledgeflow (differences [^`]*)`", kept(lang))[0]
    result = CliRunner().invoke(app, command.split())
    assert (result.exit_code, result.stdout) == (0, kept(lang)), "run `make pages`"


def test_the_command_prints_the_page(tmp_path: Path) -> None:
    text = (PLANTED.roots[0] / "sound" / POLICY_FILE).read_text(encoding="utf-8")
    names = [str(PLANTED.roots[0] / "sound"), str(tmp_path / "other")]
    (tmp_path / "other").mkdir()
    other = text.replace("policy: sound", "policy: other")
    (tmp_path / "other" / POLICY_FILE).write_text(other, encoding="utf-8")
    result = CliRunner().invoke(app, ["differences", *names, "--lang", "en"])
    assert result.exit_code == 0
    assert result.stdout.startswith("# Where policies differ\n")
    for wrong in ([names[0]], [names[0], names[0]]):
        assert CliRunner().invoke(app, ["differences", *wrong]).exit_code == 2


def test_the_file_in_the_documentation_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.S)
    path = tmp_path / "align.yaml"
    path.write_text(block, encoding="utf-8")
    catalogue = Catalogue()
    said = yaml.safe_load(block)
    policies = catalogue.load(said["left"]), catalogue.load(said["right"])
    assert read_alignment(path, policies).commands == said["commands"]
