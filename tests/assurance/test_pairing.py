"""Two policies run together: what one permits and the other refuses, and no more than that."""

from __future__ import annotations

import re
from pathlib import Path

from pledgeflow.assurance.diffing import Compared, compare
from pledgeflow.assurance.diffing.aligning import counterparts
from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.renaming import renamed
from pledgeflow.catalogue import Catalogue
from tests.assurance.policies import PLANTED
from tests.planted.brute import HERE

SOUND = PLANTED.load("sound")


def loosened(folder: Path) -> Compared:
    """The sound policy against itself with one guard dropped."""
    text = (HERE / "sound" / "policy.yaml").read_text(encoding="utf-8")
    agreed = re.search(r" +guards:\n +agreed:.*\n", text)
    assert agreed is not None
    (folder / "sound").mkdir()
    (folder / "sound" / "policy.yaml").write_text(text.replace(agreed[0], ""), encoding="utf-8")
    return compare((SOUND, Catalogue((folder,)).load("sound")), ("member", "member"))


def test_a_policy_is_no_different_from_itself() -> None:
    found = compare((SOUND, SOUND), ("member", "member"))
    assert found.differences == []
    assert found.complete
    assert found.refines is True


def test_other_names_are_no_difference(tmp_path: Path) -> None:
    for reverse in (False, True):
        folder = tmp_path / str(reverse)
        other = Catalogue((folder,)).load(renamed(PLANTED, "sound", folder, reverse=reverse))
        ((one, two),) = counterparts(SOUND, other)
        found = compare((SOUND, other), (one, two))
        assert found.differences == []
        assert (found.alignment.left, found.alignment.right) == ((), ())


def test_a_dropped_guard_is_the_only_difference(tmp_path: Path) -> None:
    found = loosened(tmp_path)
    assert {d.accepting for d in found.differences} == {"right"}
    assert {(d.left, d.right) for d in found.differences} == {("sign", "sign")}
    assert found.refines is False


def test_a_stop_at_the_bound_is_no_answer() -> None:
    found = compare((SOUND, SOUND), ("member", "member"), Bounds(states=5))
    assert not found.complete
    assert found.refines is None
