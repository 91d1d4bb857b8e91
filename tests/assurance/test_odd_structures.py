"""Structures that the planted policies do not have: asked in parts, the same is wrong as in the whole.

Each is a small policy made for one way in which leaving something out could go wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.verifying import verifying
from pledgeflow.assurance.verifying.verifying import verify
from tests.assurance.odd import (
    ALWAYS,
    FROM_MID,
    GRADED,
    HERE,
    KINDS,
    MENDING,
    OF_THE_WHOLE,
    RECT,
    SOON,
    STRUCK,
    SUMMER,
    TIMED,
    UP,
    Change,
    commands,
    duty,
    guard,
    of_items,
    outcome,
    prop,
    states,
    steps,
)
from tests.assurance.policies import kept
from tests.assurance.test_causes import certain
from tests.assurance.test_parts import told
from tests.tiny import guarded, tiny

ODD: dict[str, tuple[str, tuple[Change, ...]]] = {
    "somebody judges the own pledge after the last question that needs the step": (
        "own_judge",
        (
            commands(check="evaluation", publish="publication"),
            steps(
                f"publish: {HERE}, {guard('is: preceded_by, command: check')}",
                f"check: {HERE}",
                "check_later: trigger: check, source: closed, stays: true, by: promisor",
            ),
        ),
    ),
    "a property speaks of the act that would stand for all others": (
        "properties.claim",
        (
            commands(find="question", complain="question", order="rectification_order"),
            steps(
                f"find: {ALWAYS}",
                f"complain: {ALWAYS}",
                f"order: {ALWAYS}, {guard('is: called_for')}",
            ),
            (
                "outcomes: {}\n",
                "outcomes:\n"
                "  found: {label: {zh: 果, en: found}, when: {command: find}, "
                "calls_for: {order: true}, cite: T-1}\n"
                "  blamed: {label: {zh: 诉, en: blamed}, when: {command: complain}, "
                "calls_for: {order: true}, cite: T-1}\n",
            ),
            prop("is: precedence, first: {command: find}, then: {command: order}"),
        ),
    ),
    "a property speaks of an outcome that time brings": (
        "properties.claim",
        (
            ("      done: {zh: 毕", "      lapsed: {zh: 失, en: lapsed}\n      done: {zh: 毕"),
            ("final: [done]", "final: [done, lapsed]"),
            of_items("lapse: source: todo, dest: lapsed, after: {period: P1M}"),
            outcome("when: {state: lapsed}, award: barred"),
            prop("is: absence, of: {outcome: found}"),
        ),
    ),
    "a property speaks of an outcome that asks for more": (
        "properties.claim",
        (
            commands(find="question", complain="question"),
            steps(f"find: {HERE}", f"complain: {HERE}"),
            outcome(
                f"when: {{command: find}}, award: barred, "
                f"{guard('is: preceded_by, command: complain')}"
            ),
            prop("is: absence, of: {outcome: found}"),
        ),
    ),
    "what is held against a consequence": (
        "no_consequence",
        (
            commands(publish="publication", excuse="question"),
            steps(f"publish: {HERE}", f"excuse: {HERE}"),
            outcome(
                "when: {state: closed, items: {commitment: [todo]}}, award: barred, "
                f"{guard('is: not_preceded_by, command: excuse')}"
            ),
            *STRUCK,
        ),
    ),
    "a consequence that has been owed since before the end": (
        "no_consequence",
        (
            commands(publish="publication", blame="question", order="rectification_order"),
            steps(f"publish: {HERE}", f"blame: {HERE}", f"order: {ALWAYS}"),
            outcome("when: {state: closed, command: blame}, calls_for: {order: true}"),
            *STRUCK,
            (
                "outcomes:\n",
                "outcomes:\n  lost: {label: {zh: 失, en: lost}, when: {state: closed, "
                "items: {commitment: [todo]}}, award: eligible, cite: T-1}\n",
            ),
        ),
    ),
    "a duty under a grade": (
        "duty_unmeetable",
        (
            commands(report="report", settle="grade tier: tier"),
            steps(f"report: {HERE}", f"settle: {HERE}", TIMED),
            states("gone", final="gone"),
            GRADED,
            duty(
                "met_by: report, after: {state: closed, within: P10D}, "
                "if: {is: graded, tiers: [poor]}"
            ),
        ),
    ),
    "a duty under a grade that is given when it is owed already": (
        "duty_unmeetable",
        (
            commands(report="report", settle="grade tier: tier"),
            steps(
                f"report: {HERE}, {guard('is: not_preceded_by, command: settle')}",
                f"settle: {HERE}",
            ),
            GRADED,
            duty("met_by: report, due: '12-31', if: {is: graded, tiers: [poor]}"),
        ),
    ),
    "a duty under what an item says": (
        "duty_unmeetable",
        (
            commands(report="report"),
            steps("report: source: closed, stays: true, stage: late"),
            SUMMER,
            KINDS,
            duty(
                "met_by: report, each: commitment, after: {state: todo, within: P10D}, "
                "if: {is: content, fields: {kind: big}}"
            ),
        ),
    ),
    "a duty after what only helps": (
        "duty_unmeetable",
        (
            commands(answer="answer"),
            steps(f"answer: {HERE}", TIMED),
            guarded("submit", "is: preceded_by, command: [note, answer], at_least: 2"),
            states("gone", final="gone"),
            duty("met_by: answer, after: {command: note, within: P10D}"),
        ),
    ),
    "a duty in a pledge of which nothing else is asked": (
        "duty_unmeetable",
        (
            commands(report="report", never="report"),
            steps(
                f"report: {ALWAYS}, {guard('is: preceded_by, command: never')}",
                f"never: {ALWAYS}, {guard('is: preceded_by, command: report')}",
            ),
            duty("met_by: report, due: '12-31'"),
        ),
    ),
    "a duty before anything can meet it": (
        "duty_unmeetable",
        (
            commands(report="report"),
            steps("report: source: [open, closed], stays: true, stage: late"),
            SUMMER,
            duty("met_by: report, due: '03-01'"),
        ),
    ),
    "a duty that nothing can meet any more once somebody begins": (
        "duty_unmeetable",
        (
            commands(report="report", go="meeting"),
            steps("go: source: open, dest: mid, stage: soon", "report: source: mid, stays: true"),
            states("mid"),
            FROM_MID,
            SOON,
            guarded("do", "is: preceded_by, command: note"),
            duty("met_by: report, due: '12-31'"),
        ),
    ),
    "a duty that is one elsewhere than where it comes from": (
        "duty_unmeetable",
        (
            commands(ask="question", answer="answer", never="meeting", go="notice"),
            steps(
                f"ask: {HERE}",
                f"answer: source: closed, stays: true, {guard('is: preceded_by, command: never')}",
                f"never: {ALWAYS}, {guard('is: preceded_by, command: answer')}",
                "leave: source: closed, dest: gone, after: {period: P60D}",
                "go: source: open, dest: mid",
            ),
            FROM_MID,
            states("gone", "mid", final="gone"),
            duty("met_by: answer, after: {command: ask, within: P10D}, while: [closed]"),
        ),
    ),
    "a duty of a pledge that begins without what helps": (
        "duty_unmeetable",
        (
            commands(go="meeting"),
            steps("go: source: open, dest: mid"),
            states("mid"),
            (
                "        source: open\n        dest: closed\n        by: promisor\n        guards: {}",
                "        source: mid\n        dest: closed\n        by: promisor\n        "
                f"{guard('is: preceded_by, command: note')}",
            ),
            (
                "source: [open, closed]\n        stays: true\n        by: [prom",
                "source: [open, mid]\n        stays: true\n        by: [prom",
            ),
            duty("met_by: go, every: P6M"),
        ),
    ),
    "a property that allows for some days": (
        "properties.claim",
        (
            commands(mid="meeting"),
            steps(f"mid: {HERE}, stage: late"),
            SUMMER,
            prop("is: response, to: {command: note}, answer: {command: mid}, within: P20D"),
        ),
    ),
    "a duty from the first act, which moves nothing": (
        "duty_unmeetable",
        (
            commands(report="report", begin="opening"),
            steps(
                f"begin: {HERE}", f"report: {HERE}, {guard('is: not_preceded_by, command: begin')}"
            ),
            guarded("submit", "is: preceded_by, command: begin"),
            (
                "        adds: commitment\n",
                f"        adds: commitment\n        {guard('is: preceded_by, command: begin')}\n",
            ),
            (
                "      note:\n        source: [open, closed]\n        stays: true\n",
                "      note:\n        source: [open, closed]\n        stays: true\n"
                f"        {guard('is: preceded_by, command: begin')}\n",
            ),
            duty("met_by: report, after: {state: open, within: P10D}"),
        ),
    ),
    "a step of the whole that names an item": (
        "",
        (
            commands(comment="question item: commitment", look="help"),
            steps(
                f"comment: {HERE}", f"look: {HERE}, {guard('is: preceded_by, command: comment')}"
            ),
        ),
    ),
    "a guard of an item that counts since the whole came somewhere": (
        "",
        (
            commands(check="meeting", back="meeting"),
            steps(
                "check: source: [open, review, closed], stays: true",
                "back: source: [open, closed], dest: review",
            ),
            states("review"),
            (
                "        source: open\n        stays: true\n        by: promisor\n        adds",
                "        source: [open, review, closed]\n        stays: true\n"
                "        by: promisor\n        adds",
            ),
            (
                "        source: open\n        dest: closed",
                "        source: [open, review]\n        dest: closed",
            ),
            guarded("do", "is: not_preceded_by, command: check, since: review"),
        ),
    ),
    "what is called for is a step of something else": (
        "no_consequence",
        (
            commands(order="rectification_order", mend="rectification_closure what: rect"),
            steps(f"order: {ALWAYS}, adds: rect"),
            OF_THE_WHOLE,
            outcome("when: {command: do}, calls_for: {order: true}"),
        ),
    ),
    "what helps can be done at another time than where it is asked for": (
        "dead_end",
        (
            commands(help="meeting", go="meeting"),
            steps(
                f"help: source: [early, open], stays: true, {guard('is: stands, in: [early]')}",
                "go: source: early, dest: open",
            ),
            states("early"),
            ("    initial: open\n", "    initial: early\n"),
            guarded("submit", "is: preceded_by, command: help"),
        ),
    ),
    "a property that allows for any time": (
        "properties.claim",
        (
            commands(mid="meeting"),
            steps(f"mid: {HERE}, stage: late"),
            SUMMER,
            prop("is: response, to: {command: note}, answer: {command: mid}"),
        ),
    ),
    "what is owed takes two": (
        "",
        (
            commands(urge="reminder"),
            steps(f"urge: {HERE}, {guard('is: owed, duty: due')}"),
            duty("met_by: note, due: '12-31', at_least: 2"),
        ),
    ),
    "what is owed is only so elsewhere, but can be done before": (
        "",
        (
            commands(urge="reminder", go="meeting"),
            steps(f"urge: {ALWAYS}, {guard('is: owed, duty: due')}", "go: source: open, dest: mid"),
            states("mid"),
            FROM_MID,
            (
                "source: [open, closed]\n        stays: true\n        by: [prom",
                "source: open\n        stays: true\n        by: [prom",
            ),
            duty("met_by: note, due: '12-31', while: [mid]"),
        ),
    ),
    "what an item owes by what it says is looked at": (
        "",
        (
            commands(urge="reminder item: commitment"),
            of_items(f"urge: source: todo, stays: true, {guard('is: owed, duty: due')}"),
            KINDS,
            duty(
                "met_by: do, each: commitment, due: '12-31', if: {is: content, fields: {kind: big}}"
            ),
        ),
    ),
    "what helps waits for what an item belongs to": (
        "dead_end",
        (
            MENDING,
            RECT,
            of_items("order: source: todo, stays: true, adds: rect"),
        ),
    ),
}


LONG = ("what an item owes by what it says is looked at",)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.stress] if n in LONG else []) for n in ODD]
)
def test_an_odd_structure_is_answered_in_parts_as_it_is_whole(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise, changes = ODD[name]
    catalogue = kept(tiny(*changes), tmp_path)
    monkeypatch.setattr(verifying, "WHOLE", 100_000)
    whole = verify(catalogue, "tiny")
    monkeypatch.setattr(verifying, "WHOLE", 0)
    apart = verify(catalogue, "tiny")
    assert whole.complete
    assert apart.complete
    assert {wrong[0] for wrong in told(whole)} >= ({promise} if promise else set())
    assert {wrong[:3] for wrong in told(apart)} == {wrong[:3] for wrong in told(whole)}
    assert certain(apart) >= certain(whole)
    for violations in (whole.violations, apart.violations):
        assert len(violations) == len({(one.property, one.rules, one.about) for one in violations})


def test_what_time_is_up_for_when_it_begins_to_run_is_done(tmp_path: Path) -> None:
    """Who comes there a day late is not stuck, though nothing else makes time move any more."""
    assert {wrong[:2] for wrong in told(verify(kept(tiny(*UP), tmp_path), "tiny"))} == {
        ("dead_end", "commitment.todo")
    }
