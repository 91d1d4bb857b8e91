"""A track explored in parts is asked the same, and answers the same, as if explored all at once."""

from __future__ import annotations

import pytest

from pledgeflow.assurance.verifying import verifying
from pledgeflow.assurance.verifying.reports import Report
from pledgeflow.assurance.verifying.verifying import verify
from tests.assurance.policies import BROKEN, PLANTED, SOUND
from tests.assurance.test_planted_found import lengths

SOME = ("late_item", "consent_gone_cold", "second_account_owed", "no_consent", "sound_rounds")


def told(report: Report) -> set[tuple[str, str, str, bool]]:
    """What is wrong, in which track, and whether for certain."""
    return {(one.property, one.about, one.track, one.possible) for one in report.violations}


def same(name: str, patch: pytest.MonkeyPatch) -> None:
    """Explored whole and in parts, the same is wrong, by ways of the same length."""
    whole = verify(PLANTED, name)
    patch.setattr(verifying, "WHOLE", 0)
    apart = verify(PLANTED, name)
    assert sum(track.parts for track in apart.tracks) > len(apart.tracks)
    assert whole.complete
    assert apart.complete
    assert told(apart) == told(whole)
    assert lengths(apart) == lengths(whole)
    for track, other in zip(apart.tracks, whole.tracks, strict=True):
        assert track.answers == other.answers


@pytest.mark.parametrize("name", SOME)
def test_parts_answer_as_the_whole_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    same(name, monkeypatch)


@pytest.mark.stress
@pytest.mark.parametrize("name", [*BROKEN, *SOUND])
def test_all_that_was_planted_is_found_in_parts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    same(name, monkeypatch)
