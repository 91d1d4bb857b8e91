"""A track explored in parts is asked the same, and answers the same, as if explored all at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pledgeflow.assurance.verifying import verifying
from pledgeflow.assurance.verifying.reports import Report
from pledgeflow.assurance.verifying.verifying import verify
from tests.assurance.policies import BROKEN, PLANTED, SOUND, kept
from tests.assurance.test_planted_found import lengths
from tests.tiny import guarded, tiny

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


BOTH = (
    "title: text\n      due: {type: date, required: false}\n  revise",
    "title: text\n      kind: {type: choice, cite: T-1, choices: "
    "{big: {zh: 大, en: big}, small: {zh: 小, en: small}, odd: {zh: 奇, en: odd}}}\n  revise",
)
ONE_OF_EACH = (
    guarded("submit", "is: items, of: commitment, at_least: 1, saying: {kind: big}"),
    (
        "guards: {g: {is: items",
        "guards: {h: {is: items, of: commitment, at_least: 1, "
        "saying: {kind: small}, cite: T-1}, g: {is: items",
    ),
)


@pytest.mark.parametrize("unusual", [0, 1])
def test_what_is_wrong_only_for_want_of_something_unsaid_is_not_told(
    unusual: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To submit takes a big item and a small one: with nothing unusual nobody can."""
    catalogue = kept(tiny(BOTH, *ONE_OF_EACH), tmp_path)
    whole = verify(catalogue, "tiny")
    monkeypatch.setattr(verifying, "WHOLE", 0)
    bounds = replace(verifying.BOUNDS, unusual=unusual)
    apart = verify(catalogue, "tiny", bounds=bounds)
    assert apart.complete
    assert told(apart) == told(whole)
    assert any("unusual" in track.beyond for track in apart.tracks)


CHECK = (
    "  do:\n    means: report",
    "  check: {means: evaluation, label: {zh: 查, en: check}}\n  do:\n    means: report",
)
NOTED = "guards: {noted: {is: preceded_by, command: note, cite: T-1}}"
LATER = (
    "      submit:\n        source: open",
    f"      check: {{source: open, stays: true, by: secretary, {NOTED}, cite: T-1}}\n"
    f"      check_later: {{trigger: check, source: closed, stays: true, by: promisor, {NOTED}, "
    "cite: T-1}\n      submit:\n        source: open",
)


def test_who_judges_is_asked_each_time_and_not_only_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing waits for a check, so it is only looked at because it is a command at all."""
    catalogue = kept(tiny(CHECK, LATER), tmp_path)
    whole = verify(catalogue, "tiny")
    monkeypatch.setattr(verifying, "WHOLE", 0)
    apart = verify(catalogue, "tiny")
    assert told(apart) == told(whole) == {("own_judge", "check", "member", False)}
