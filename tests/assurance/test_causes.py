"""Several outcomes call for one command: asked about one by one, the same is wrong as all at once."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from pledgeflow.assurance.exploring.influence import Influence
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.verifying import verifying
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.parting import parts
from pledgeflow.assurance.verifying.questions import FOLLOWING
from pledgeflow.assurance.verifying.reports import Report
from pledgeflow.assurance.verifying.verifying import verify
from pledgeflow.catalogue import Catalogue
from tests.assurance.policies import kept
from tests.assurance.test_parts import told
from tests.tiny import loaded, tiny

COMMANDS = """\
commands:
  find: {means: record, label: {zh: 查, en: find}}
  complain: {means: question, label: {zh: 诉, en: complain}}
  order: {means: rectification_order, label: {zh: 令, en: order}}
  mend:
    means: rectification_closure
    label: {zh: 改正, en: mend}
    fields: {what: rectification}
"""
STEPS = """\
    transitions:
      find: {source: FIND, stays: true, by: secretary, cite: T-1}
      complain: {source: [open, closed], stays: true, by: above, cite: T-1}
      order:
        source: ORDER
        stays: true
        by: secretary
        adds: rectification
        guards:
          called_for: {is: called_for, NAMED cite: T-1}
          AGAIN
        cite: T-1
"""
RECTIFICATION = """\
  rectification:
    label: {zh: 整改, en: rectification}
    of: pledge
    initial: ordered
    final: [mended]
    states: {ordered: {zh: 已令, en: ordered}, mended: {zh: 已改, en: mended}}
    transitions:
      mend: {source: ordered, dest: mended, by: secretary, while: {pledge: MEND}, cite: T-1}
  commitment:
"""
OUTCOMES = """\
outcomes:
  found: {label: {zh: 查出, en: found}, when: {command: find}, calls_for: {order: true}, cite: T-1}
  complained:
    label: {zh: 有诉, en: complained}
    when: {command: complain}
    calls_for: {order: true}
    cite: T-1
"""
BOTH, OPEN = "[open, closed]", "open"
ONCE = "once: {is: not_preceded_by, command: order, cite: T-1}"
WORDS = {
    "FIND": (BOTH, OPEN),
    "ORDER": (BOTH, OPEN),
    "NAMED": ("", "outcome: [found],"),
    "AGAIN": ("", ONCE),
    "MEND": (BOTH, OPEN),
    "guards: {}": ("", "guards: {n: {is: not_preceded_by, command: find, cite: T-2}}"),
}
CASES = list(product(*WORDS.values()))


def caused(case: tuple[str, ...]) -> str:
    """A pledge of which something is found, or somebody complains, so that it is to be mended."""
    changes = (
        ("commands:\n", COMMANDS),
        ("    transitions:\n", STEPS),
        ("  commitment:\n    label", RECTIFICATION + "    label"),
        ("outcomes: {}\n", OUTCOMES),
    )
    said = zip(WORDS, case, strict=True)
    return tiny(*changes, *((word, value) for word, value in said if value or word.isupper()))


def certain(report: Report) -> set[tuple[str, str, str, bool]]:
    """What is certainly wrong."""
    return {wrong for wrong in told(report) if not wrong[3]}


def same(case: tuple[str, ...], folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Whole and in parts the same is wrong."""
    catalogue = kept(caused(case), folder)
    patch.setattr(verifying, "WHOLE", 100_000)
    whole = verify(catalogue, "tiny")
    patch.setattr(verifying, "WHOLE", 0)
    apart = verify(catalogue, "tiny")
    assert whole.complete
    assert apart.complete
    assert {wrong[:3] for wrong in told(apart)} == {wrong[:3] for wrong in told(whole)}
    # Where it takes no items, none is missing either: less is only possible.
    assert certain(apart) >= certain(whole)


@pytest.mark.parametrize("case", CASES[::13])
def test_causes_one_by_one_are_all_of_them(
    case: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same(case, tmp_path, monkeypatch)


@pytest.mark.stress
@pytest.mark.parametrize("case", CASES)
def test_causes_one_by_one_are_all_of_them_whatever_is_changed(
    case: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same(case, tmp_path, monkeypatch)


def mending(case: tuple[str, ...]) -> frozenset[str]:
    """The commands that make a difference to whether a rectification comes to its end."""
    influence = Influence(Outlook(loaded(caused(case)).tracks["member"]))
    return influence.closed((), ("pledge", "rectification")).commands


@pytest.mark.parametrize(
    ("changed", "other"),
    [
        ({}, False),
        ({"FIND": OPEN}, True),
        ({"FIND": OPEN, "ORDER": OPEN}, False),
        ({"NAMED": "outcome: [found],"}, False),
        ({"guards: {}": WORDS["guards: {}"][1]}, True),
    ],
)
def test_one_cause_stands_for_the_others_where_it_is_as_good_as_they_are(
    changed: dict[str, str], other: bool
) -> None:
    case = tuple(changed.get(word, values[0]) for word, values in WORDS.items())
    assert "find" in mending(case)
    assert ("complain" in mending(case)) is other


def test_what_follows_from_a_tier_is_asked_to_the_end_of_a_pledge() -> None:
    """It has to have followed when the pledge ends; what follows from an act, when that is done."""
    policy = Catalogue().load("feicheng", on=date(2025, 1, 1))
    declared = Declared(policy.document, policy.tracks["branch"])
    course = Influence(Outlook(declared.rules)).closed((), (declared.rules.root,)).commands
    asked = frozenset({FOLLOWING})
    tiers = {r.id for r in declared.rules.outcomes if r.signs == {("tier", "poor")}}
    assert tiers
    for part in parts(declared, asked):
        if tiers & {question.about for question in part.questions}:
            assert part.needed.commands >= course
