"""What guards say they see is all that tells states apart: each kind in a policy made for it."""

import pytest

from pledgeflow.assurance.exploring import Bounds, explore
from tests.channels import MEAN, channels
from tests.tiny import guarded, loaded, tiny
from tests.unit.test_duties import with_duty

BOUNDS = Bounds(states=60, months=3, merges=120)
RECENT = guarded("submit", "is: preceded_by, command: note, at_least: 2, within: P30D")
OWED = guarded("submit", "is: owed, duty: d")
ASKED = "after: {command: note, within: P10D}"
OVERDUE = guarded("submit", "is: owed, duty: d, overdue: true")


@pytest.mark.parametrize(
    "text",
    [
        tiny(RECENT),
        tiny(guarded("submit", "is: graded")),
        channels(MEAN),
        with_duty("owner: promisor, every: P1M, met_by: note", OWED),
        with_duty("owner: promisor, every: P1M, met_by: note", OVERDUE),
        with_duty("owner: promisor, every: P1M, each: commitment, met_by: do", OWED),
        with_duty(f"owner: promisor, {ASKED}, while: [closed], met_by: do", OWED),
    ],
)
def test_states_that_a_guard_sees_alike_are_alike(text: str) -> None:
    found = explore(loaded(text), "member", bounds=BOUNDS)
    assert found.checked
    assert not found.raised
    assert [pair.differing for pair in found.incongruent] == []
