"""Ballots in scenarios: held from opening to closing in one step, and missed once a rule is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.removal import Without
from pledgeflow.assurance.renaming import renamed
from pledgeflow.assurance.running import Result, Runner
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.files.marks import Path as Place
from tests.voting import PEOPLE, catalogue, voting

DIRECTORY = (
    "organizations:\n  branch: {kind: branch, parent: office, posts: {secretary: [li]}}\n"
    "  office: {kind: office, posts: {secretary: [zhao]}}\npeople:\n  zhao: {member_of: office}\n"
    + "".join(
        f"  {person}: {{kinds: [in_service], member_of: branch}}\n"
        for person in ("wang", "li", *PEOPLE)
    )
)
HEAD = (
    "  policy: tiny\n  clauses: [T-2]\n  given: {directory: sample, cycle: 2025, promisor: wang}\n"
)
STEP = "    - {on: 2025-03-12, actor: li, capacity: secretary, do: vote, held: {ballot: mutual,"
VOTES = ", ".join(f"{person}: good" for person in PEOPLE[:7])


def told(name: str, held: str, then: str) -> str:
    return f"- scenario: {name}\n{HEAD}  when:\n{STEP} {held}}}}}\n  then: {then}\n"


SCENARIOS = {
    "counted": told(
        "counted", f"opened: 2025-03-03, votes: {{{VOTES}}}", "{permitted: true, state: open}"
    ),
    "listed": told(
        "listed",
        f"opened: 2025-03-03, listed: [rep], votes: {{{VOTES}, rep: poor}},"
        " paper: {voters: [p08, p09], votes: {poor: 1}}",
        "{permitted: true}",
    ),
    "twice": told(
        "twice",
        f"opened: 2025-03-03, votes: {{{VOTES}}}, paper: {{voters: p00, votes: {{good: 1}}}}",
        "{refused: {codes: [already_voted], clauses: [T-2], rules: [ballots.mutual]}}",
    ),
    "own": told(
        "own",
        "opened: 2025-03-03, votes: {wang: good}",
        "{refused: {codes: [not_on_the_roll], ruling: not_authorized, exactly: true}}",
    ),
    "early": told(
        "early", f"votes: {{{VOTES}}}", "{refused: {codes: [ballot_runs], ruling: not_yet}}"
    ),
    "few": told(
        "few",
        "opened: 2025-03-03, votes: {p00: good}",
        "{refused: {codes: [no_quorum], rules: [ballots.mutual.quorum], clauses: [T-2]}}",
    ),
}


def shelf(folder: Path, text: str) -> Catalogue:
    made = catalogue(folder, voting())
    home = folder / "tiny" / "scenarios"
    (home / "directories").mkdir(parents=True)
    (home / "directories" / "sample.yaml").write_text(DIRECTORY, encoding="utf-8")
    (home / "ballots.yaml").write_text(text, encoding="utf-8")
    return made


def played(folder: Path, *without: Place) -> dict[str, Result]:
    made = Shelf.over(shelf(folder, "".join(SCENARIOS.values())))
    told_ = scenarios(made, "tiny")
    runner = Runner(Without.of(made, without) if without else made)
    return {result.name: result for result in runner.run_all(told_)}


def test_ballots_are_held_in_one_step(tmp_path: Path) -> None:
    assert {name: r.message for name, r in played(tmp_path).items() if not r.passed} == {}


@pytest.mark.parametrize(
    ("gone", "noticed"),
    [
        (("ballots", "mutual"), set(SCENARIOS)),
        (("ballots", "mutual", "quorum"), {"few"}),
        (("ballots", "mutual", "closes_after"), {"early"}),
        (("ballots", "mutual", "excluded"), {"own"}),
    ],
)
def test_a_scenario_notices_what_is_gone(tmp_path: Path, gone: Place, noticed: set[str]) -> None:
    results = played(tmp_path, gone)
    assert {name for name, result in results.items() if not result.passed} == noticed


def test_ballots_are_held_under_other_names(tmp_path: Path) -> None:
    made = shelf(tmp_path / "old", "".join(SCENARIOS.values()))
    new = renamed(made, "tiny", tmp_path / "new")
    other = Catalogue((tmp_path / "new",))
    results = Runner(other).run_all(scenarios(other, new))
    assert len(results) == len(SCENARIOS)
    assert [(r.name, r.message) for r in results if not r.passed] == []
    written = (tmp_path / "new" / new / "scenarios" / "ballots.yaml").read_text(encoding="utf-8")
    assert "good" not in written
