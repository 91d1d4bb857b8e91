"""What follows from an act: items, grades, outcomes, and what completes itself."""

# ruff: noqa: E501 -- the words of a policy are not broken up

from datetime import timedelta

import pytest

from pledgeflow.domain.commands import Annul
from pledgeflow.domain.events import (
    Added,
    Amended,
    Graded,
    Moved,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
)
from pledgeflow.domain.values import Text
from pledgeflow.errors import PledgeflowError
from tests.tiny import FRI, MON, THU, TUE, WED, Desk, loaded, tiny

WORDS = Text("0" * 64)
STATES = "      done: {zh: 毕, en: done}\n"
SUBMIT = "        dest: closed\n        by: promisor\n        guards: {}\n"


def kinds(events: tuple[object, ...]) -> list[type]:
    return [type(event) for event in events]


def outcome(when: str, rest: str = "") -> tuple[str, str]:
    return (
        "outcomes: {}",
        f"outcomes: {{o: {{label: {{zh: 果, en: o}}, when: {{{when}}}, {rest}cite: T-1}}}}",
    )


def graded(confirmed: str = "") -> list[tuple[str, str]]:
    return [
        (
            "evaluation:\n  tiers: {}\n",
            f"evaluation:\n  tiers: {{good: {{zh: 好, en: good}}, bad: {{zh: 差, en: bad}}}}\n  grade: {{command: note, cite: T-1{confirmed}}}\n",
        ),
        (
            "said: {type: choice, required: false, open: true}",
            "tier: {type: tier, required: false}",
        ),
    ]


def test_items_are_numbered_and_changed() -> None:
    desk = Desk(loaded(tiny()))
    assert kinds(desk.do("propose", MON, title=WORDS))[1:] == [Recorded, Added]
    desk.do("propose", MON, title=WORDS)
    assert list(desk.state.subjects) == ["pledge", "commitment/1", "commitment/2"]
    _, amended = desk.do("revise", TUE, item="commitment/2", due=FRI)
    assert isinstance(amended, Amended)
    assert (amended.subject, amended.before, amended.after) == ("commitment/2", {}, {"due": FRI})
    _, again = desk.do("revise", TUE, item="commitment/2", due=THU)
    assert isinstance(again, Amended)
    assert again.before == {"due": FRI}


def test_the_number_of_an_annulled_item_is_used_again() -> None:
    desk = Desk(loaded(tiny()))
    desk.do("propose", MON, title=WORDS)
    desk.give(Annul(2, "wang", "promisor", MON))
    desk.do("propose", MON, title=WORDS)
    assert list(desk.state.subjects) == ["pledge", "commitment/1"]


def test_what_is_said_is_only_on_record() -> None:
    desk = Desk(loaded(tiny()))
    assert kinds(desk.do("note", MON, said="x"))[1:] == [Recorded]
    assert desk.state.subjects["pledge"].content == {}


def test_a_grade_without_confirmation_is_confirmed_at_once() -> None:
    desk = Desk(loaded(tiny(*graded())))
    *_, given = desk.do("note", MON, tier="good")
    assert isinstance(given, Graded)
    assert (given.tier, given.confirmed, given.before) == ("good", True, None)
    *_, again = desk.do("note", TUE, tier="bad")
    assert isinstance(again, Graded)
    assert again.before == ("good", True, MON)
    desk.give(Annul(4, "wang", "promisor", TUE))
    assert desk.state.grade is not None
    assert desk.state.grade.tier == "good"
    assert kinds(desk.do("note", WED)) == [Recorded]


def test_a_grade_waits_for_its_confirmation() -> None:
    desk = Desk(loaded(tiny(*graded(", confirmed_by: submit"))))
    desk.do("note", MON, tier="good")
    assert desk.state.grade is not None
    assert not desk.state.grade.confirmed
    *_, confirmed = desk.do("submit", TUE)
    assert isinstance(confirmed, Graded)
    assert (confirmed.tier, confirmed.confirmed) == ("good", True)


def test_nothing_is_confirmed_where_nothing_was_graded() -> None:
    desk = Desk(loaded(tiny(*graded(", confirmed_by: submit"))))
    assert Graded not in kinds(desk.do("submit", MON))
    assert desk.state.grade is None


def test_an_outcome_arises_from_a_confirmed_tier() -> None:
    desk = Desk(
        loaded(tiny(outcome("tier: good", "award: eligible, "), *graded(", confirmed_by: submit")))
    )
    assert OutcomeArose not in kinds(desk.do("note", MON, tier="good"))
    *_, arisen = desk.do("submit", TUE)
    assert isinstance(arisen, OutcomeArose)
    assert (arisen.outcome, arisen.subject, arisen.award, arisen.on) == (
        "o",
        "pledge",
        "eligible",
        TUE,
    )


def test_an_outcome_arises_from_a_state_that_is_entered() -> None:
    desk = Desk(loaded(tiny(outcome("state: done"))))
    desk.do("propose", MON, title=WORDS)
    *_, arisen = desk.do("do", TUE, item="commitment/1")
    assert isinstance(arisen, OutcomeArose)
    assert arisen.subject == "commitment/1"


def test_an_outcome_may_arise_for_each_of_the_items_in_a_state() -> None:
    desk = Desk(loaded(tiny(outcome("command: submit, items: {commitment: [todo]}"))))
    for _ in range(3):
        desk.do("propose", MON, title=WORDS)
    desk.do("do", TUE, item="commitment/2")
    desk.do("submit", WED)
    arisen = [event.subject for event in desk.events if isinstance(event, OutcomeArose)]
    assert arisen == ["commitment/1", "commitment/3"]


def test_an_outcome_arises_only_where_its_guards_hold() -> None:
    guards = "guards: {g: {is: preceded_by, command: note, cite: T-1}}, "
    policy = loaded(tiny(outcome("command: submit", guards)))
    bare, noted = Desk(policy), Desk(policy)
    assert OutcomeArose not in kinds(bare.do("submit", TUE))
    noted.do("note", MON)
    assert OutcomeArose in kinds(noted.do("submit", TUE))


def test_the_guards_of_an_outcome_look_at_each_item() -> None:
    guards = "guards: {g: {is: due, passed: true, cite: T-1}}, "
    when = "command: submit, items: {commitment: [todo]}"
    desk = Desk(loaded(tiny(outcome(when, guards))))
    desk.do("propose", MON, title=WORDS, due=MON)
    desk.do("propose", MON, title=WORDS, due=FRI)
    arisen = [e.subject for e in desk.do("submit", TUE) if isinstance(e, OutcomeArose)]
    assert arisen == ["commitment/1"]


def test_an_outcome_calls_for_steps_and_is_answered_once() -> None:
    calls = outcome("command: submit", "calls_for: {note: {within: P3D}, do: true}, ")
    desk = Desk(loaded(tiny(calls)))
    desk.do("propose", MON, title=WORDS)
    *_, arisen = desk.do("submit", MON)
    assert isinstance(arisen, OutcomeArose)
    assert arisen.calls_for == {"note": MON + timedelta(days=3), "do": None}
    # a step about an item does not answer what is owed by the pledge
    assert kinds(desk.do("do", TUE, item="commitment/1")) == [Recorded, Moved]
    assert kinds(desk.do("note", TUE)) == [Recorded, OutcomeAnswered]
    assert kinds(desk.do("note", TUE)) == [Recorded]
    (outcome_,) = desk.state.outcomes.values()
    assert outcome_.open_calls == ("do",)
    desk.give(Annul(desk.state.records["note"][1].version, "wang", "promisor", TUE))
    desk.give(Annul(desk.state.records["note"][0].version, "wang", "promisor", TUE))
    (outcome_,) = desk.state.outcomes.values()
    assert outcome_.open_calls == ("note", "do")


def test_an_outcome_arises_anew_once_what_it_called_for_is_done() -> None:
    back = (
        "      note:\n",
        "      reopen: {source: closed, dest: open, by: promisor, cite: T-3}\n      note:\n",
    )
    command = ("commands:\n", "commands:\n  reopen: {means: record, label: {zh: 再, en: reopen}}\n")
    desk = Desk(loaded(tiny(outcome("state: closed", "calls_for: note, "), back, command)))
    for arisen in (1, 1, 2):
        if arisen == 2:
            desk.do("note", MON)
        desk.do("submit", MON)
        assert len(desk.state.outcomes) == arisen
        desk.do("reopen", MON)


def test_an_outcome_that_calls_for_nothing_arises_once() -> None:
    desk = Desk(loaded(tiny(outcome("command: note"))))
    desk.do("note", MON)
    desk.do("note", TUE)
    assert len(desk.state.outcomes) == 1


COMPLETION = "        dest: closed\n        when: {g: {is: items, of: commitment, at_least: 1, all: [done]}}\n"


def test_what_is_complete_moves_by_itself_and_names_the_record_behind_it() -> None:
    desk = Desk(loaded(tiny((SUBMIT, COMPLETION))))
    desk.do("propose", MON, title=WORDS)
    desk.do("propose", MON, title=WORDS)
    assert kinds(desk.do("do", TUE, item="commitment/1")) == [Recorded, Moved]
    recorded, _, closed = desk.do("do", WED, item="commitment/2")
    assert isinstance(closed, Moved)
    assert (closed.subject, closed.dest, closed.cause) == ("pledge", "closed", recorded.version)


def test_what_completes_under_a_state_waits_for_it() -> None:
    become = "      become:\n        source: todo\n        dest: done\n        when: {}\n        while: {pledge: [closed]}\n        cite: T-1\n"
    desk = Desk(
        loaded(
            tiny(
                ("      do:\n        source: todo\n", f"{become}      do:\n        source: todo\n")
            )
        )
    )
    desk.do("propose", MON, title=WORDS)
    desk.do("propose", MON, title=WORDS)
    assert desk.state.subjects["commitment/1"].state == "todo"
    assert kinds(desk.do("submit", TUE)) == [Recorded, Moved, Moved, Moved]
    assert desk.state.subjects["commitment/2"].state == "done"
    assert kinds(desk.do("note", WED)) == [Recorded]


def test_an_item_under_what_is_not_there_never_completes() -> None:
    third = "  third:\n    label: {zh: 三, en: third}\n    of: [pledge, commitment]\n    initial: new\n    final: [old]\n    states: {new: {zh: 新, en: new}, old: {zh: 旧, en: old}}\n    transitions:\n      age: {source: new, dest: old, when: {}, while: {commitment: [done]}, cite: T-1}\nevaluation:\n"
    adds = (
        "        source: [open, closed]\n        stays: true\n",
        "        source: [open, closed]\n        stays: true\n        adds: third\n",
    )
    desk = Desk(loaded(tiny(("evaluation:\n", third), adds)))
    desk.do("note", MON)
    assert desk.state.subjects["third/1"].state == "new"


def test_completions_that_go_round_in_circles_are_stopped() -> None:
    round_ = "      there: {source: open, dest: closed, when: {}, cite: T-1}\n      back: {source: closed, dest: open, when: {}, cite: T-1}\n      submit:\n"
    desk = Desk(loaded(tiny(("      submit:\n", round_))))
    with pytest.raises(PledgeflowError, match="completions go round in circles"):
        desk.do("note", MON)
