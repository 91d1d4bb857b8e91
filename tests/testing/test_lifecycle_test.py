"""Property tests as deployers get them: two lines for a policy of theirs."""

from pathlib import Path

import pytest

from pledgeflow.errors import UnknownPolicyError
from pledgeflow.testing.invariants import INVARIANTS, Invariant, Moment
from pledgeflow.testing.lifecycles import lifecycle_test
from tests.dice import CATALOGUE, deployable, examples

TestTown = lifecycle_test("town", catalogue=CATALOGUE, steps=8)
TestTown.settings = examples(0.1)


def test_every_policy_can_be_tested() -> None:
    assert all(lifecycle_test(name, catalogue=CATALOGUE) for name in deployable())


def test_a_policy_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownPolicyError, match="there is no policy `nowhere`"):
        lifecycle_test("nowhere")


def test_a_failing_run_prints_its_steps() -> None:
    def nothing_is_ever_permitted(moment: Moment) -> None:
        assert moment.done is None or not moment.done.events

    case = lifecycle_test("town", [nothing_is_ever_permitted], catalogue=CATALOGUE)
    case.settings = examples(0.2)
    with pytest.raises(AssertionError) as failure:
        case("runTest").runTest()
    assert "- {on: 20" in "\n".join(failure.value.__notes__)


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda each: each.__name__)
def test_every_invariant_is_in_the_docs(invariant: Invariant) -> None:
    page = (Path(__file__).parents[2] / "docs/testing.md").read_text(encoding="utf-8")
    assert f"`{invariant.__name__}`" in page
    assert invariant.__doc__
