"""Attempts at ballots: none succeeds under the policies, and each is noticed where it would."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.ballots import memory
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.judging.balloting import Elected
from pledgeflow.service import ballots
from pledgeflow.testing import manipulation as module
from pledgeflow.testing import manipulation_test
from pledgeflow.testing.manipulation import ATTEMPTS, Attempt
from tests.dice import CATALOGUE
from tests.testing.deployers import ROOT
from tests.voting import catalogue, voting

PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")

TestGannan = manipulation_test("gannan")
TestPingliang = manipulation_test("pingliang")
TestSampler = manipulation_test("sampler", catalogue=CATALOGUE)


def tried(
    folder: Path, *changes: tuple[str, str], attempts: tuple[Attempt, ...] = tuple(ATTEMPTS)
) -> dict[str, str]:
    """What fails of the attempts at a policy with ballots: test -> what it says."""
    case = manipulation_test("tiny", attempts, catalogue=catalogue(folder, voting(*changes)))
    result = unittest.defaultTestLoader.loadTestsFromTestCase(case).run(unittest.TestResult())
    assert result.testsRun == 2 * len(attempts)
    assert not result.errors
    return {test.id().rpartition(".test_")[2]: said for test, said in result.failures}


@pytest.mark.parametrize("ties", ["none", "earlier", "runoff"])
@pytest.mark.parametrize("quorum", ["share: 1/2", "share: 2/3", "more_than: 1/2", "at_least: 4"])
def test_no_attempt_succeeds(ties: str, quorum: str, tmp_path: Path) -> None:
    changes = (
        ("ties: runoff", f"ties: {ties}"),
        ("share: 1/2, cite: T-2}\n    closes", f"{quorum}, cite: T-2}}\n    closes"),
    )
    assert tried(tmp_path, *changes) == {}


def test_a_policy_under_which_people_rate_themselves_fails(tmp_path: Path) -> None:
    failed = tried(tmp_path, ("    excluded: promisor\n", ""))
    assert list(failed) == ["member_mutual_nobody_votes_on_the_own_pledge"]
    assert "may vote on the own pledge; put `promisor` under `excluded`" in failed.popitem()[1]


def test_a_policy_without_ballots_is_told() -> None:
    with pytest.raises(PledgeflowError, match="`huimin` has no ballots"):
        manipulation_test("huimin")


_cast = memory.MemoryBox.cast


def _forgetful(self: memory.MemoryBox, ballot: Any, by: Any, marks: Any) -> None:
    held = self._ballots[ballot]
    held.roll = dict.fromkeys(held.roll, False)
    _cast(self, ballot, by, marks)


def _all_told(held: Any, on: Any) -> None:
    held.closed_on = on


def _tell_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(memory, "_end", _all_told)
    patch.setattr(ballots, "without_quorum", lambda *_: None)


SABOTAGE: dict[str, tuple[Attempt, Callable[[pytest.MonkeyPatch], None]]] = {
    "whoever has voted is forgotten": (
        module.nobody_votes_twice,
        lambda patch: patch.setattr(memory.MemoryBox, "cast", _forgetful),
    ),
    "a closed ballot goes on": (
        module.nobody_votes_late,
        lambda patch: patch.setattr(memory.MemoryBox, "_running", memory.MemoryBox._known),
    ),
    "one vote is enough": (
        module.a_quorum_is_reached_by_just_enough,
        lambda patch: patch.setattr(BallotRule, "quorum_of", lambda *_: 1),
    ),
    "everybody has to vote": (
        module.a_quorum_is_reached_by_just_enough,
        lambda patch: patch.setattr(BallotRule, "quorum_of", lambda _, roll: roll),
    ),
    "whoever comes first is elected": (
        module.ties_are_broken_as_the_policy_says,
        lambda patch: patch.setattr(ballots, "elected", lambda _, votes: Elected(tuple(votes)[:2])),
    ),
    "it may be closed at once": (
        module.nobody_closes_early,
        lambda patch: patch.setattr(ballots, "against_closing", lambda *_: None),
    ),
    "papers are not counted": (
        module.paper_and_screen_count_once,
        lambda patch: patch.setattr(memory, "check_paper", lambda *_: None),
    ),
    "few votes are told": (
        module.few_votes_are_not_told,
        _tell_all,
    ),
}


@pytest.mark.parametrize("fault", SABOTAGE)
def test_an_attempt_that_succeeds_is_noticed(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, spoil = SABOTAGE[fault]
    spoil(monkeypatch)
    assert tried(tmp_path, attempts=(attempt,))


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda each: each.__name__)
def test_every_attempt_is_in_the_docs(attempt: Attempt) -> None:
    assert f"| `{attempt.__name__}` |" in PAGE
    assert attempt.__doc__
