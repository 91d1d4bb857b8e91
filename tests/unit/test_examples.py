"""The examples do what they say."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from pledgeflow import Catalogue, Command, Facts, StreamId, explain
from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.decision import begin
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.people import Membership, Organization, Person, View

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_portal_offers_steps_and_shows_why_one_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "portal.py"), f"sqlite:///{tmp_path / 'portal.db'}"],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert "offer consult on pledge; still to fill in: channel, heard" in done.stdout
    assert done.stdout.count("HM-0") == 2


def test_a_county_changes_only_what_it_says() -> None:
    catalogue = Catalogue()
    county = catalogue.load(str(EXAMPLES / "county"), on=date(2026, 1, 1))
    parent = catalogue.load("huimin", on=date(2026, 1, 1))
    track = "member_in_service"
    rules, theirs = county.tracks[track].source, parent.tracks[track].source
    assert rules.commands == theirs.commands
    assert set(theirs.lifecycles["commitment"].transitions) - set(
        rules.lifecycles["commitment"].transitions
    ) == {"carry_over"}
    assert county.tracks[track].absent["carry_over"][1] == ("CO-04",)
    asked = rules.lifecycles["pledge"].transitions["submit"].guards["opinions_sought"]
    assert asked.required()["at_least"] == 2
    assert asked.cite == ("CO-03",)


def guards() -> ModuleType:
    spec = spec_from_file_location("guards", EXAMPLES / "guards.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_guard_of_ones_own_refuses_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "policy: weekly\nextends: huimin\nlifecycles: {pledge: {transitions: {open: {guards: "
        "{monday: {is: county.weekday, with: {day: 1}, assumed: we open on Mondays}}}}}}\n",
        encoding="utf-8",
    )
    weekly = Catalogue(guards={"county.weekday": guards().weekday}).load(str(tmp_path))
    view = View(
        {"wang": Person("wang", frozenset({"in_service"}), (Membership("branch"),))},
        {"branch": Organization("branch", "branch")},
    )
    cycle = Cycle("2025", date(2025, 1, 1))
    state = begin(weekly, StreamId("x", "2025", "wang"), cycle, view)
    tuesday, monday = date(2025, 1, 7), date(2025, 1, 6)
    fields = {"section": "branch"}
    refused = explain(
        weekly, state, Command("open", "wang", "promisor", tuesday, fields), Facts(tuesday, view)
    )
    assert [reason.code for reason in refused.reasons] == ["other_weekday"]
    assert explain(
        weekly, state, Command("open", "wang", "promisor", monday, fields), Facts(monday, view)
    ).permitted


def test_a_rule_book_from_another_world_is_sixty_lines_and_its_scenarios_pass() -> None:
    folder = EXAMPLES / "open_government"
    assert len((folder / "policy.yaml").read_text(encoding="utf-8").splitlines()) <= 60
    catalogue = Catalogue()
    told = scenarios(catalogue, str(folder))
    assert len(told) >= 4
    results = Runner(Shelf.over(catalogue)).run_all(told)
    assert [result.message for result in results if not result.passed] == []
    assert {clause for scenario in told for clause in scenario.clauses} >= {"OG-2", "OG-3", "OG-5"}
