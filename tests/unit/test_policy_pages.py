"""The pages about policies say what the rules say, and are as they would be made now."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import app
from pledgeflow.exports.charts import Language
from pledgeflow.exports.markdown import plain
from pledgeflow.exports.policy_page import Known, known, policy_page
from pledgeflow.exports.yearly import calendar, first_day

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "policies"
NAMES = [n for n in Catalogue().names() if Catalogue().own_register(n)]
MERMAID = "581ed7d74bd9048d0e3a91363927d72ef22942d7722546b27f7cc29e35390eb8"
"""Of mermaid 11.17.2, `dist/mermaid.min.js` of the npm package."""


@cache
def about(name: str) -> Known:
    return known(Catalogue(), name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("lang", "folder"), [("en", PAGES), ("zh", PAGES / "zh")])
def test_a_page_is_as_it_would_be_made_now(name: str, lang: Language, folder: Path) -> None:
    kept = (folder / f"{name}.md").read_text(encoding="utf-8")
    assert kept == policy_page(about(name), lang), "run `make pages`"


def test_every_policy_with_a_document_has_its_pages() -> None:
    for folder in (PAGES, PAGES / "zh"):
        assert sorted(path.stem for path in folder.glob("*.md")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_and_every_reading_is_on_the_page(name: str) -> None:
    page = policy_page(about(name), "zh")
    for clause in Catalogue().own_register(name):
        (row,) = re.findall(rf"^\| `{clause}` \|.*$", page, re.M)
        assert row.count(" | ") == 4
    for rule in about(name).readings:
        assert f"| `{rule.name}` |" in page


@pytest.mark.parametrize("name", NAMES)
def test_rows_have_as_many_cells_as_their_heads(name: str) -> None:
    for lang in ("zh", "en"):
        page = policy_page(about(name), "zh" if lang == "zh" else "en")
        width = 0
        for line in page.splitlines():
            if line.startswith("| "):
                width = width or line.count(" | ")
                assert line.count(" | ") == width, line
            else:
                width = 0


@pytest.mark.parametrize("name", NAMES)
def test_a_chinese_page_is_chinese(name: str) -> None:
    """But for ids, the numbers of readings, and what scenarios are called in their files."""
    page = policy_page(about(name), "zh")
    for scenario in sorted(
        {s for each in about(name).scenarios.values() for s in each}, key=len, reverse=True
    ):
        page = page.replace(plain(scenario), "")
    page = re.sub(r"```mermaid\nstateDiagram-v2|`[^`\n]+`|<br>|\bs_[a-z0-9_]+", "", page)
    said = re.sub(r"\b[A-Z]\d+\b", "", page)
    assert re.findall(r"[A-Za-z]{2,}.*", said) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_duty_of_every_track_is_on_the_calendar(name: str) -> None:
    policy = about(name).policy
    entries = calendar(policy, "en")
    there = {(entry.duty, track) for entry, tracks in entries.items() for track in tracks}
    assert there == {
        (rules.source.duties[duty].label.en, track)
        for track, rules in policy.tracks.items()
        for duty in rules.duties
    }
    starts = first_day(policy)
    assert all(entry.on >= starts for entry in entries if entry.on is not None)
    assert all((entry.on is None) == bool(entry.when) for entry in entries)


def test_on_the_command_line() -> None:
    result = CliRunner().invoke(app, ["document", NAMES[0], "--lang", "zh"])
    assert (result.exit_code, result.stdout) == (0, policy_page(about(NAMES[0]), "zh"))


def test_mermaid_is_the_one_that_was_looked_at() -> None:
    file = ROOT / "docs" / "assets" / "mermaid.min.js"
    assert sha256(file.read_bytes()).hexdigest() == MERMAID
    assert "assets/mermaid.min.js" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
