"""The pages name what there is, and can be found. Whether they are right, `tests/documentation` says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.app import AUDIT, BALLOT, COMMANDS, CYCLE, DB
from pledgeflow.cli.shelf import Shelf
from pledgeflow.policy.guards.kinds import BUILT_IN

ROOT = Path(__file__).parents[2]


READMES = ("README.md", "README.zh.md")


@pytest.mark.parametrize("name", READMES)
def test_the_example_in_the_readme_has_fifteen_lines_at_most(name: str) -> None:
    readme = (ROOT / name).read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", readme, re.S)[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 15


def test_the_readmes_name_the_same_commands_and_policies() -> None:
    """The Chinese page is a twin: what one shows the other shows."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in READMES]
    commands = [re.findall(r"^((?:pledgeflow|make) .+?)  ", text, re.M) for text in texts]
    assert commands[0]
    assert commands[0] == commands[1]
    for name in Catalogue().names():
        if not Catalogue().load(name).document.abstract:
            assert all(f"`{name}`" in text for text in texts)


@pytest.mark.parametrize("name", READMES)
def test_what_a_readme_links_to_is_there(name: str) -> None:
    readme = (ROOT / name).read_text(encoding="utf-8")
    linked = [place for place in re.findall(r"\]\(([^)#]+)", readme) if "://" not in place]
    assert linked
    assert [place for place in linked if not (ROOT / place).exists()] == []


def test_every_guard_stands_in_the_language_page() -> None:
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    assert [kind for kind in BUILT_IN if f"`{kind}`" not in page] == []


def test_every_command_stands_in_the_page_of_commands() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    groups = {"audit": AUDIT, "ballot": BALLOT, "cycle": CYCLE, "db": DB}
    words = [*COMMANDS, *(f"{group} {name}" for group, names in groups.items() for name in names)]
    assert [each for each in words if f"pledgeflow {each}" not in page] == []


@pytest.mark.parametrize("places", [COMMANDS, AUDIT, BALLOT, CYCLE, DB])
def test_every_command_is_where_it_is_said_to_be(places: Mapping[str, str]) -> None:
    shelf = Shelf(places)
    assert {name: shelf[name].name for name in places} == {name: name for name in places}
    assert all(shelf[name].help for name in places)


def test_the_pages_of_the_documentation_are_all_in_its_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"[\w/-]+\.md", str(yaml.safe_load(text)["nav"])))
    there = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")}
    assert listed == there
