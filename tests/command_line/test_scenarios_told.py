"""What scenarios say that came out otherwise, in Chinese: names and keys apart, no English word."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.app import app
from tests.unit.test_scenario_runner import write_tiny

DRAFTING, SUBMITTED = "{story: drafting}", "{story: submitted}"
SUBMIT = "[{on: 2025-01-08, actor: wang, capacity: promisor, do: submit}]"
GRADE = "[{on: 2025-12-01, actor: qian, capacity: superior, do: grade, tier: good}]"
HURRY = "[{on: 2025-01-06, actor: wang, capacity: promisor, do: hurry}]"
WRONG = [
    (DRAFTING, SUBMIT, "{refused: {codes: [silent], ruling: silent}}"),
    (DRAFTING, SUBMIT, "{refused: {codes: [silent], exactly: true}}"),
    (DRAFTING, SUBMIT, "{permitted: true}"),
    (SUBMITTED, GRADE, "{refused: {codes: [silent]}}"),
    (DRAFTING, f"{HURRY[:-1]}, {SUBMIT[1:]}", "{state: drafting}"),
    (SUBMITTED, GRADE, "{grade: bad, award: null, outcomes: [], state: drafting, track: other}"),
    (SUBMITTED, GRADE, "{owes: [grade], items: {1: proposed}, late: [promise]}"),
    (DRAFTING, "[]", "{responsible: [tail], shows: {cycle.every: P2Y}}"),
    (DRAFTING, "[]", "{labels: {tracks.member: 群众}}"),
    (DRAFTING, "[]", "{offers: {actor: qian, commands: [submit]}}"),
    (DRAFTING, "[]", "{offers_not: {actor: wang, commands: [consult]}}"),
    (DRAFTING, "[]", "{reaches: {state: [invited]}}"),
    (DRAFTING, "[]", "{keeps: [kept]}"),
    (DRAFTING, "[]", "{indicators: {kept: {of: 1}}}"),
    (DRAFTING, "[]", "{duties: {meeting: {due: 2025-03-01}}}"),
    (DRAFTING, "[]", "{people: {pledged: [zhou]}}"),
]
NAMED = re.compile(r"`[^`]*`|［[^］]*］|\[[^]]*]|\{[^}]*}|\d{4}-\d\d-\d\d|/\S+")
PEOPLE = {"wang", "qian"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is told of each scenario, by its number, in Chinese."""
    folder = write_tiny(tmp_path_factory.mktemp("policies"))
    text = "".join(
        f"- {{scenario: 场景{n}, policy: tiny, given: {given}, when: {when}, then: {then}}}\n"
        for n, (given, when, then) in enumerate(WRONG)
    )
    (folder / "tiny/scenarios/all.yaml").write_text(text, encoding="utf-8")
    command = ["test", "tiny", "--lang", "zh"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pledgeflow.cli.scenarios.Catalogue", lambda: Catalogue((folder,)))
        result = CliRunner().invoke(app, command, env={"COLUMNS": "400"})
    assert result.exit_code == 1, result.output
    parts = re.split(r"✗ 场景(\d+) .*\n", result.output)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_came_out_otherwise_is_told_in_chinese(told: dict[str, str], number: int) -> None:
    words = NAMED.sub("", told[str(number)].split("通过")[0])
    assert re.search(r"[\u4e00-\u9fff]", words)
    assert set(re.findall(r"[A-Za-z_]+", words)) <= PEOPLE, words
