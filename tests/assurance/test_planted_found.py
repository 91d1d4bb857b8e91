"""What others have broken on purpose is found, by a way as short as brute force finds.

The policies stand in `tests/planted`, made by somebody who has not read the checker.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.suites import scenarios
from pledgeflow.assurance.verifying.reports import Report
from pledgeflow.assurance.verifying.verifying import verify
from pledgeflow.assurance.verifying.writing import write
from pledgeflow.catalogue import POLICY_FILE
from tests.assurance.policies import BROKEN, PLANTED, SOUND, copied
from tests.planted.brute import said

MENDED = (
    "award_for_anyone",
    "closed_over_a_failure",
    "lapsed_without_return",
    "rates_oneself",
    "unsigned_leader",
)
"""Those that are as sound as their parent without the change that breaks them."""


def lengths(report: Report) -> dict[str, int | None]:
    """Property -> steps of its shortest trace; None where there is none to show."""
    found: dict[str, int | None] = {}
    for one in report.violations:
        told = one.trace or one.property == "dead_end"
        length = len(one.trace) if told else None
        before = found.get(one.property)
        found[one.property] = length if before is None else min(before, length or before)
    return found


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found_by_a_shortest_way(name: str) -> None:
    told = said(name)
    report = verify(PLANTED, name)
    assert report.complete
    assert not any(violation.possible for violation in report.violations)
    assert lengths(report).get(told["promise"], "not found") == told["shortest"]


@pytest.mark.parametrize("name", SOUND)
def test_in_what_is_sound_nothing_is_found(name: str) -> None:
    report = verify(PLANTED, name)
    assert (report.complete, report.violations) == (True, ())


@pytest.mark.parametrize("name", MENDED)
def test_a_scenario_is_written_that_fails_until_the_policy_is_mended(
    name: str, tmp_path: Path
) -> None:
    catalogue = copied(name, tmp_path)
    written = write(tmp_path / name / "scenarios", verify(catalogue, name))
    assert written.left == ()
    results = Runner(catalogue).run_all(scenarios(catalogue, name))
    assert results
    assert all("expected" in result.message for result in results)
    mended = f"policy: {name}\ntitle: {{zh: 改好, en: mended}}\nextends: sound_short\n"
    (tmp_path / name / POLICY_FILE).write_text(mended, encoding="utf-8")
    again = Runner(catalogue).run_all(scenarios(catalogue, name))
    assert {result.message for result in again} == {""}


@pytest.mark.stress
@pytest.mark.parametrize("name", BROKEN)
def test_every_trace_can_be_played(name: str, tmp_path: Path) -> None:
    catalogue = copied(name, tmp_path)
    report = verify(catalogue, name)
    write(tmp_path / name / "scenarios", report)
    results = Runner(catalogue).run_all(scenarios(catalogue, name))
    assert len(results) == len(report.violations)
    assert all("expected" in result.message for result in results)
