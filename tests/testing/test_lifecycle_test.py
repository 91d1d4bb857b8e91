"""Property tests as deployers get them: two lines for a policy of theirs, and what a failure prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError, UnknownPolicyError
from pledgeflow.testing import INVARIANTS, Invariant, Observation, lifecycle_test
from pledgeflow.testing import invariants as module
from tests.dice import CATALOGUE, deployable, examples
from tests.testing.deployers import ROOT, WEEKDAY, policy_in
from tests.tiny import guarded

PAGE = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
TAKES = ["seen", "return"]
NOTED = guarded("submit", "is: preceded_by, command: note")

TestTown = lifecycle_test("town", catalogue=CATALOGUE, steps=12)
TestTown.settings = examples(0.1)


@pytest.mark.stress
@pytest.mark.parametrize("name", deployable())
def test_every_policy_keeps_the_invariants(name: str) -> None:
    case = lifecycle_test(name, catalogue=CATALOGUE, steps=30)
    case.settings = settings(case.settings, max_examples=300)
    case("runTest").runTest()


@pytest.mark.parametrize("name", deployable())
def test_some_runs_of_every_policy_keep_the_invariants(name: str) -> None:
    case = lifecycle_test(name, catalogue=CATALOGUE, steps=8)
    case.settings = settings(case.settings, max_examples=2, derandomize=True, database=None)
    case("runTest").runTest()


def test_a_policy_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownPolicyError, match="there is no policy `nowhere`"):
        lifecycle_test("nowhere")


def test_a_guard_kind_has_to_be_allowed(tmp_path: Path) -> None:
    home = policy_in(tmp_path, WEEKDAY)
    with pytest.raises(PolicyError, match=r"county\.weekday"):
        lifecycle_test(home)


def failing(case: Any) -> str:
    """What a test case prints when it fails."""
    with pytest.raises(AssertionError) as failure:
        case("runTest").runTest()
    return "\n".join(failure.value.__notes__)


def noted_before_submitted(seen: Observation) -> None:
    """A deployer's own: nothing is submitted before it was noted."""
    if "submit" in seen.state.records:
        assert "note" in seen.state.records, "submitted and never noted"


def printed(notes: str) -> dict[str, str]:
    """The files in what was printed: name -> text."""
    _, scenario, directory, *_ = re.split(r"^# (?=scenarios/|end)", notes, flags=re.MULTILINE)
    parts = (part.partition("\n") for part in (scenario, directory))
    return {head.partition(":")[0]: text for head, _, text in parts}


def played(home: Path, found: dict[str, str]) -> dict[str, str]:
    """What is wrong with the scenarios beside a policy, those that were found too: name -> message."""
    for name, text in found.items():
        (home / name).write_text(text, encoding="utf-8")
    catalogue = Catalogue((home.parent,))
    results = Runner(catalogue).run_all(scenarios(catalogue, home.name))
    return {result.name: result.message for result in results}


def test_what_a_broken_policy_prints_can_be_run_again(tmp_path: Path) -> None:
    home = policy_in(tmp_path)
    case = lifecycle_test(home, [*INVARIANTS, noted_before_submitted])
    case.settings = settings(case.settings, max_examples=200, derandomize=True, database=None)
    found = printed(failing(case))
    assert "do: submit" in found["scenarios/found.yaml"]
    assert played(home, found)["submitted and never noted"] == ""
    # Once the policy is mended it fails, as its last step is refused.
    mended = policy_in(tmp_path / "mended", NOTED)
    assert "not_preceded" in played(mended, found)["submitted and never noted"]


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda each: each.__name__)
def test_every_invariant_is_in_the_docs(invariant: Invariant) -> None:
    assert f"| `{invariant.__name__}` |" in PAGE
    assert invariant.__doc__


def test_every_function_that_takes_an_observation_is_listed() -> None:
    named = {n: f for n, f in vars(module).items() if callable(f) and not n.startswith("_")}
    taking = {f for f in named.values() if list(getattr(f, "__annotations__", ())) == TAKES}
    assert taking == set(INVARIANTS)
