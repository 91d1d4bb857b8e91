"""What a stream is called by other rules: every name that the event has, wherever it stands."""

from dataclasses import replace
from datetime import date
from typing import Any

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import (
    Cycle,
    Graded,
    Migrated,
    Moved,
    OutcomeAnswered,
    Recorded,
    Signed,
)
from pledgeflow.domain.renaming import renamed
from pledgeflow.domain.states import Grade, Outcome, Passage, State, Subject

DAY, NEXT = date(2025, 3, 3), date(2025, 3, 4)
BY_OTHERS = Migrated(
    9,
    "li",
    NEXT,
    "old",
    "new",
    "staff",
    {"pledge/open": "begun", "item/todo": "waiting"},
    {"note": "minute", "mark": "minute", "hand_in": "submit"},
    {"good": "fine"},
)


def subject(name: str, *states: str, lifecycle: str = "pledge") -> Subject:
    passages = tuple(Passage(state, DAY, n) for n, state in enumerate(states, 1))
    return Subject(name, lifecycle, "", passages)


def recorded(version: int, command: str) -> Recorded:
    return Recorded(version, command, "", "pledge", "wang", "promisor", DAY, {}, "old", "a.rule")


def signed(version: int, command: str) -> Signed:
    return Signed(version, command, "pledge", "wang", "promisor", DAY, "", "old", "a.rule")


def outcome(name: str, calls: dict[str, date | None], *answered: str) -> Outcome:
    return Outcome(name, "pledge", 1, "barred", calls, DAY, "a.rule", answered)


BEFORE = State(
    StreamId("town", "2025", "wang"),
    Cycle("2025", DAY),
    version=8,
    track="member",
    policy="old",
    root="pledge",
)


def stream(**said: Any) -> State:
    return replace(BEFORE, **said)


def test_the_stream_is_under_the_other_rules_and_else_as_it_was() -> None:
    before = stream(subjects={"pledge": subject("pledge", "elsewhere")})
    after = renamed(before, BY_OTHERS)
    assert (after.version, after.track, after.policy) == (9, "staff", "new")
    assert after.subjects == before.subjects
    assert (after.stream, after.cycle, after.root) == (before.stream, before.cycle, "pledge")
    assert after.grade is None


def test_every_state_that_a_subject_was_in_is_renamed_by_its_own_lifecycle() -> None:
    pledge = subject("pledge", "open", "closed", "open")
    item = subject("item-1", "todo", "open", lifecycle="item")
    after = renamed(stream(subjects={"pledge": pledge, "item-1": item}), BY_OTHERS)
    assert after.subjects == {
        "pledge": subject("pledge", "begun", "closed", "begun"),
        "item-1": subject("item-1", "waiting", "open", lifecycle="item"),
    }


def test_two_steps_that_become_one_keep_the_order_of_their_records() -> None:
    before = stream(
        records={
            "note": (recorded(2, "note"), recorded(5, "note")),
            "mark": (recorded(3, "mark"),),
            "other": (recorded(4, "other"),),
        },
        signatures={
            "note": (signed(6, "note"),),
            "mark": (signed(7, "mark"), signed(8, "mark")),
            "other": (signed(1, "other"),),
        },
    )
    after = renamed(before, BY_OTHERS)
    assert after.records == {
        "minute": (recorded(2, "minute"), recorded(3, "minute"), recorded(5, "minute")),
        "other": (recorded(4, "other"),),
    }
    assert after.signatures == {
        "minute": (signed(6, "minute"), signed(7, "minute"), signed(8, "minute")),
        "other": (signed(1, "other"),),
    }


def test_grades_are_renamed_with_what_they_replaced() -> None:
    def graded(tier: str, before: tuple[str, bool, date] | None) -> Graded:
        return Graded(4, 3, tier, True, DAY, before, "old", "a.rule")

    effects = (graded("good", ("good", False, DAY)), graded("poor", ("poor", True, NEXT)))
    after = renamed(stream(effects={3: (*effects, graded("good", None))}), BY_OTHERS)
    assert after.effects == {
        3: (
            graded("fine", ("fine", False, DAY)),
            graded("poor", ("poor", True, NEXT)),
            graded("fine", None),
        )
    }
    assert renamed(stream(grade=Grade("good", True, DAY)), BY_OTHERS).grade == Grade(
        "fine", True, DAY
    )
    assert renamed(stream(grade=Grade("poor", False, DAY)), BY_OTHERS).grade == Grade(
        "poor", False, DAY
    )


def test_what_outcomes_call_for_and_got_is_renamed() -> None:
    key, other = ("late", "pledge", 1), ("bad", "pledge", 1)
    asked = outcome("late", {"hand_in": NEXT, "talk": None}, "hand_in", "talk")
    bare = outcome("bad", {})
    moved = Moved(4, 3, "pledge", "open", "closed", DAY, "old", "a.rule")
    before = stream(
        outcomes={key: asked, other: bare},
        effects={
            3: (OutcomeAnswered(5, 3, "late", "pledge", 1, "hand_in"), moved),
            6: (OutcomeAnswered(7, 6, "late", "pledge", 1, "talk"),),
        },
    )
    after = renamed(before, BY_OTHERS)
    assert after.outcomes == {
        key: outcome("late", {"submit": NEXT, "talk": None}, "submit", "talk"),
        other: bare,
    }
    assert after.effects == {
        3: (OutcomeAnswered(5, 3, "late", "pledge", 1, "submit"), moved),
        6: (OutcomeAnswered(7, 6, "late", "pledge", 1, "talk"),),
    }
