"""Clause coverage: what a clause needs before it counts as tested."""

from pathlib import Path

import pytest

from pledgeflow.assurance.coverage import Report, coverage, to_json
from pledgeflow.assurance.removal import Without, citing, without
from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.standing import Ground, homeless
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.language.register import ClauseValue
from tests.unit.test_scenario_runner import SCENARIOS, write_tiny

HURRY = ("lifecycles", "pledge", "transitions", "hurry")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny(tmp_path)


def covered(folder: Path) -> Report:
    return coverage(Catalogue((folder,)), ["tiny"])


def rewritten(folder: Path, name: str, old: str, new: str) -> Report:
    path = folder / "tiny" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return covered(folder)


def test_each_clause_has_its_status(folder: Path) -> None:
    report = covered(folder)
    assert {name: clause.status for name, clause in report.clauses.items()} == {
        "T-1": "tested",
        "T-2": "tested",
        "T-3": "tested",
        "T-4": "partial",
        "T-5": "tested",
        "T-6": "missing",
        "T-7": "context",
    }
    assert report.summary == {"context": 1, "missing": 1, "partial": 1, "tested": 4}
    assert report.clauses["T-4"].missing == ("declared as missing: reminders",)
    assert report.clauses["T-6"].missing == ("no rule cites it", "no scenario names it")


def test_every_policy_with_a_register_is_covered_if_none_is_named(folder: Path) -> None:
    assert coverage(Catalogue((folder,))) == covered(folder)


def test_the_report_is_plain_data(folder: Path) -> None:
    data = to_json(covered(folder))
    assert data["clauses"]["T-3"] == {
        "force": "must",
        "rules": ["lifecycles.pledge.transitions.hurry"],
        "scenarios": ["nobody hurries anybody"],
        "status": "tested",
        "missing": [],
    }
    assert data["summary"]["tested"] == 4


def test_a_rule_that_no_scenario_misses_keeps_its_clause_from_being_tested(folder: Path) -> None:
    seldom = SCENARIOS.index("- scenario: opinions are sought")
    (folder / "tiny/scenarios/all.yaml").write_text(SCENARIOS[:seldom], encoding="utf-8")
    clause = covered(folder).clauses["T-2"]
    assert clause.status == "implemented"
    assert clause.missing == (
        "none of its scenarios fails without `lifecycles.pledge.transitions.consult`",
        "none of its scenarios fails without `lifecycles.pledge.transitions.propose`",
    )


def test_a_failing_scenario_keeps_its_clause_from_being_tested(folder: Path) -> None:
    report = rewritten(folder, "scenarios/all.yaml", "award: eligible", "award: barred")
    clause = report.clauses["T-5"]
    assert clause.status == "implemented"
    start = "the scenario `the superior grades` fails: expected award `barred`, found `eligible`"
    assert clause.missing[0] == start


def test_a_removal_is_protected_by_the_clause_it_cites(folder: Path) -> None:
    report = rewritten(
        folder,
        "scenarios/all.yaml",
        "refused: {codes: [silent], clauses: [T-3]}\n    shows: {lifecycles.pledge.transitions.hur"
        "ry: {absent: true}}",
        "state: drafting\n    permitted: false",
    )
    assert report.clauses["T-3"].status == "tested"  # what the parent has is in force again


def test_a_value_has_to_stand_somewhere(folder: Path) -> None:
    report = rewritten(folder, "clauses.yaml", "[好, 差]", "[好, 差, 平]")
    clause = report.clauses["T-5"]
    assert clause.status == "implemented"
    message = "`平` of its value `tiers` does not stand at `evaluation.tiers`"
    assert clause.missing == (message,)


def test_the_place_of_a_value_needs_protection_too(folder: Path) -> None:
    report = rewritten(
        folder,
        "clauses.yaml",
        "gist: {zh: 不催办, en: no hurrying}",
        "gist: {zh: 不催办, en: x}, values: {paper: {is: 承诺书, at: commands.submit.document}}",
    )
    message = "none of its scenarios fails without `commands.submit.document`, its value `paper`"
    assert report.clauses["T-3"].missing == (message,)


def test_a_partial_clause_without_a_rule_is_missing(folder: Path) -> None:
    report = rewritten(
        folder,
        "clauses.yaml",
        "{zh: 无, en: nobody cares}",
        "{zh: 无, en: x}, partial: {zh: 无, en: all}",
    )
    assert report.clauses["T-6"].status == "missing"


def test_rules_of_every_cycle_and_day_count(folder: Path) -> None:
    report = rewritten(
        folder,
        "policy.yaml",
        'starts: "01-01", cite: T-4}',
        'starts: "01-01", cite: T-4, stages: {values: {cycle 1: {}, cycle 2: {spring: '
        "{label: {zh: 春, en: spring}, until: 03-31, cite: T-6}}}}}",
    )
    clause = report.clauses["T-6"]
    assert (clause.rules, clause.status) == (("cycle.stages.spring",), "implemented")
    assert clause.missing == ("no scenario names it",)


def test_rules_of_a_track_are_found_at_their_own_path(folder: Path) -> None:
    rules = "{evaluation: {together_with: {zh: 评议, en: x}, cite: T-6}}"
    report = rewritten(
        folder,
        "policy.yaml",
        "match: {person: {serving: true}}, cite: T-1}",
        f"match: {{person: {{serving: true}}}}, cite: T-1, rules: {rules}}}",
    )
    assert report.clauses["T-6"].rules == ("tracks.member.rules.evaluation",)


def test_a_removal_that_is_taken_back_leaves_what_the_parent_has(folder: Path) -> None:
    shelf = Shelf.over(Catalogue((folder,)))
    back = Without.of(shelf, [HURRY]).resolved("tiny")
    assert HURRY not in back.absences
    assert dict(citing(shelf.resolved("tiny")))[HURRY] == {"T-3"}
    play = Runner(Without.of(shelf, [HURRY]))
    failed = [s.name for s in scenarios(shelf, "tiny") if not play.run(s).passed]
    assert failed == ["nobody hurries anybody"]


def test_what_lies_below_a_rule_goes_with_it(folder: Path) -> None:
    shelf = Shelf.over(Catalogue((folder,)))
    bare = Without.of(shelf, [("lifecycles", "pledge")]).resolved("tiny")
    assert HURRY not in bare.absences
    assert without({"a": 1}, ("b", "c")) == {"a": 1}
    assert without({"a": 1}, ()) == {"a": 1}


def test_what_a_track_changes_of_a_rule_goes_with_it(folder: Path) -> None:
    label = "{label: {zh: 评, en: grade it}}"
    rules = f"{{lifecycles: {{pledge: {{transitions: {{grade: {label}}}}}}}}}"
    rewritten(
        folder,
        "policy.yaml",
        "match: {person: {serving: true}}, cite: T-1}",
        f"match: {{person: {{serving: true}}}}, cite: T-1, rules: {rules}}}",
    )
    shelf = Shelf.over(Catalogue((folder,)))
    assert "grade" in shelf.load("tiny").tracks["member"].steps
    gone = Without.of(shelf, [("lifecycles", "pledge", "transitions", "grade")])
    assert "grade" not in gone.load("tiny").tracks["member"].steps


def test_a_policy_that_cannot_even_be_run_without_a_rule_needs_it(folder: Path) -> None:
    tiers = "values: {tiers: {is: [好, 差], at: evaluation.tiers}}"
    who = "values: {who: {is: 上级, at: roles.superior}}"
    assert rewritten(folder, "clauses.yaml", tiers, who).clauses["T-5"].status == "tested"


def test_days_on_which_not_all_was_in_force_are_left_out(folder: Path) -> None:
    report = rewritten(
        folder,
        "policy.yaml",
        'every: P1Y, starts: "01-01", cite: T-4}',
        'every: {values: {2011-01-01: P2Y, 2012-01-01: P1Y}}, starts: "01-01", cite: T-4, '
        "label: {values: {2012-01-01: {zh: 年, en: year}}}}",
    )
    assert report.clauses["T-4"].status == "partial"


GROUND = """
policy: p
roles: {boss: {label: {zh: 党组书记, en: boss}}}
tracks: {old: {absent: true, cite: X-1}}
commands:
  consult:
    label: {zh: 听取, en: consult}
    fields: {channel: {type: choice, open: true, choices: {box: {zh: 意见箱, en: box}}}}
cycle: {every: P1Y, open: false, stages: {spring: {until: "03-31"}}, assumed: "X: a year"}
evaluation: {order: [consult]}
guards: {by: [boss], of: [box], at_least: 2}
"""


@pytest.mark.parametrize(
    ("name", "said", "at"),
    [
        ("who", "党组书记", "roles.boss"),
        ("who", "党组书记", "guards.by"),
        ("how", ["意见箱"], "guards.of"),
        ("how", {"a": [None, "意见箱"], "b": "党组"}, ["guards.of", "guards.by"]),
        ("how_open", True, "commands.consult.fields.channel"),
        ("given", True, "cycle.assumed"),
        ("given", False, "cycle.open"),
        ("given", False, "tracks.old"),
        ("every", "P1Y", "cycle"),
        ("stage", [None, "03-31"], "cycle.stages.spring"),
        ("number", 2, "guards"),
        ("number", 1, "guards.of"),
        ("number", 1, "roles"),
        ("order", ["听取"], "evaluation.order"),
        ("rest", "silent", "silent"),
        ("rest", "silent", "guards.by"),
        ("rest", [None], "silent"),
    ],
)
def test_a_value_stands_where_it_can_be_read(name: str, said: object, at: object) -> None:
    assert homeless_in(name, said, at) == []


@pytest.mark.parametrize(
    ("name", "said", "at", "message"),
    [
        ("who", "boss", "", "the register does not say where its value `who` stands"),
        ("who", "局长", "silent", "its value `who` is not silent; say where it stands"),
        ("who", "局长", "roles.head", "its value `who` stands nowhere: there is no `roles.head`"),
        ("who", "局长", "roles.boss", "`局长` of its value `who` does not stand at `roles.boss`"),
        ("how_open", True, "guards.of", "`true` of its value `how_open` does not stand at"),
        ("number", 3, "guards", "`3` of its value `number` does not stand at `guards`"),
        ("gone", True, "tracks.old", "`true` of its value `gone` does not stand at `tracks.old`"),
        ("gone", "old", "tracks.old", "`old` of its value `gone` does not stand at `tracks.old`"),
        ("given", False, "guards", "`false` of its value `given` does not stand at `guards`"),
    ],
)
def test_a_value_that_cannot_be_read_there_is_homeless(
    name: str, said: object, at: object, message: str
) -> None:
    (found,) = homeless_in(name, said, at)
    assert found.startswith(message)


def homeless_in(name: str, said: object, at: object) -> list[str]:
    ground = Ground.of(resolve([read(GROUND, "p.yaml")], on=None, ordinal=1))
    value = ClauseValue.model_validate({"is": said, "at": at})
    return homeless(name, value, [ground])
