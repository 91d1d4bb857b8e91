"""What scenarios say of indicators, and what they notice once one is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.removal import Without
from pledgeflow.assurance.renaming import renamed
from pledgeflow.assurance.running import Result, Runner
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError
from tests.measures import written

DIRECTORY = """\
organizations:
  county: {kind: county}
  east: {kind: branch, parent: county}
people:
  an: {kinds: [serving], member_of: east}
  bo: {kinds: [serving], member_of: county}
"""
STEPS = """\
- scenario: s
  policy: counted
  given: {directory: sample, cycle: 2025, promisor: an}
  when:
    - {on: 2025-01-02, do: open, actor: an, capacity: promisor}
    - {on: 2025-01-03, do: propose, actor: an, capacity: promisor, title: one}
    - {on: 2025-01-03, do: propose, actor: an, capacity: promisor, title: two}
    - {on: 2025-01-04, do: promise, actor: an, capacity: promisor, item: 1}
    - {on: 2025-01-04, do: promise, actor: an, capacity: promisor, item: 2}
    - {on: 2025-02-04, do: do, actor: an, capacity: promisor, item: 1}
  then:
    indicators: {THEN}
"""


def played(folder: Path, then: str, *, without: str | None = None) -> Result:
    catalogue = told(folder, then)
    (scenario,) = scenarios(catalogue, "counted")
    shelf = Shelf.over(catalogue)
    if without is not None:
        shelf = Without.of(shelf, [("indicators", without)])
    return Runner(shelf).run(scenario)


def told(folder: Path, then: str) -> Catalogue:
    catalogue = written(folder)
    place = folder / "counted" / "scenarios"
    (place / "directories").mkdir(parents=True)
    (place / "directories" / "sample.yaml").write_text(DIRECTORY, encoding="utf-8")
    (place / "s.yaml").write_text(STEPS.replace("{THEN}", then), encoding="utf-8")
    return catalogue


@pytest.mark.parametrize(
    "then",
    [
        "{kept: 1/2}",
        '{kept: "0.5", joined: 1/2, heard: 0, content: null}',
        "{kept: {value: 1/2, of: 2, left_out: 0}}",
        "{kept: {of: 0, organization: county}, joined: {value: 0, organization: county}}",
        "{kept: {value: 1/2, organization: county, subtree: true}}",
        "{kept: {value: null, promisor: bo}}",
        "{kept: {value: 0, as_of: 2025-02-03}}",
    ],
)
def test_what_an_indicator_comes_to_in_the_end(tmp_path: Path, then: str) -> None:
    result = played(tmp_path, then)
    assert result.passed, result.message


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("{kept: 1/3}", "expected `kept` to be `1/3`, found `1/2` (1 of 2)"),
        ("{kept: null}", "expected `kept` to be undefined, found `1/2` (1 of 2)"),
        ("{content: 0}", "expected `content` to be `0`, found undefined (0 of 0)"),
        ("{kept: {of: 3}}", "expected `kept` to be of 3, found 1 of 2"),
        ("{kept: {left_out: 1}}", "expected `kept` to leave out 1, found 0"),
        ("{lost: 1}", "there is no indicator `lost`; there is `kept`, `joined`, "),
        ("{kept: {value: 1, organization: west}}", "the directory has no organization `west`"),
    ],
)
def test_what_it_does_not_come_to_is_said_with_the_numbers(
    tmp_path: Path, then: str, message: str
) -> None:
    assert message in played(tmp_path, then).message


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("{kept: half}", "`half` is no share; write it as 3/4 or 0.75"),
        ("{kept: 1/0}", "`1/0` is no share"),
        ("{kept: {organization: east}}", "say what it comes to: `value:`, `of:` or `left_out:`"),
        ("{kept: [1]}", "kept"),
        ("{kept: true}", "kept"),
    ],
)
def test_what_cannot_be_a_share_is_refused(tmp_path: Path, then: str, message: str) -> None:
    with pytest.raises(PolicyError, match=r"s\.yaml:12") as refused:
        scenarios(told(tmp_path, then), "counted")
    assert message in str(refused.value)


def test_an_indicator_that_is_taken_out_is_missed(tmp_path: Path) -> None:
    result = played(tmp_path, "{kept: 1/2}", without="kept")
    assert result.message.startswith("there is no indicator `kept`")


@pytest.mark.parametrize("reverse", [False, True])
def test_other_names_count_the_same(tmp_path: Path, *, reverse: bool) -> None:
    then = "{kept: 1/2, joined: 1/2, shown: 0, heard: 0, open: 0, content: null}"
    catalogue = told(tmp_path, then)
    name = renamed(catalogue, "counted", tmp_path / "renamed", reverse=reverse)
    other = Catalogue((tmp_path / "renamed",))
    (scenario,) = scenarios(other, name)
    assert Runner(other).run(scenario).message == ""
