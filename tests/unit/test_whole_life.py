"""A pledge's life, event by event and word by word: what is recorded of each step, and no more."""

from __future__ import annotations

from datetime import date

import pytest

from pledgeflow.domain.commands import Annul, AnyCommand, Command, Correct, StreamId
from pledgeflow.domain.events import (
    Added,
    Amended,
    Annulled,
    Corrected,
    Cycle,
    Event,
    Graded,
    Moved,
    Opened,
    OutcomeArose,
    Recorded,
)
from pledgeflow.domain.evolution import as_of
from pledgeflow.domain.states import Passage, State, Subject
from pledgeflow.domain.values import Fields, Text, Value
from tests.tiny import FRI, MON, THU, TUE, WED, Desk, loaded, tiny
from tests.unit.test_ledgers import GRADED

POLICY = loaded(tiny(*GRADED))
DIGEST = POLICY.digest
STREAM = StreamId("town", "2025", "wang")
CYCLE = Cycle("2025", date(2025, 1, 1))
ITEM = "commitment/1"
WORDS = Text("0" * 64)
PROMISED: Fields = {"title": WORDS, "due": THU}


def wang(name: str, on: date, **fields: Value) -> Command:
    return Command(name, "wang", "promisor", on, fields)


def recorded(version: int, command: Command, means: str, of: str = "pledge") -> Recorded:
    """What is recorded of a step that nothing was special about."""
    return Recorded(
        version,
        command.name,
        means,
        ITEM if of == "commitment" else of,
        command.actor,
        command.capacity,
        command.occurred_on,
        command.fields,
        DIGEST,
        f"lifecycles.{of}.transitions.{command.name}",
        command.entered_by,
    )


PROPOSE = wang("propose", MON, **PROMISED)
NOTE = Command("note", "li", "secretary", MON, {"said": "a"}, entered_by="zhao")
REVISE = wang("revise", TUE, item=ITEM, due=FRI)
DO = wang("do", WED, item=ITEM)
GRADE = Command("grade", "zhao", "above", WED, {"tier": "good"})
SUBMIT = wang("submit", THU)

LIFE: list[tuple[AnyCommand, list[Event]]] = [
    (
        PROPOSE,
        [
            Opened(1, STREAM, CYCLE, "member", "branch", "pledge", "open", CYCLE.starts, DIGEST),
            recorded(2, PROPOSE, "proposal"),
            Added(
                3,
                2,
                ITEM,
                "commitment",
                "pledge",
                "todo",
                PROMISED,
                MON,
                DIGEST,
                "lifecycles.pledge.transitions.propose",
            ),
        ],
    ),
    (NOTE, [recorded(4, NOTE, "record")]),
    (
        REVISE,
        [
            recorded(5, REVISE, "revision", "commitment"),
            Amended(
                6,
                5,
                ITEM,
                {"due": THU},
                {"due": FRI},
                DIGEST,
                "lifecycles.commitment.transitions.revise",
            ),
        ],
    ),
    (
        Correct(4, "li", "secretary", TUE, {"said": "b"}, "zhao"),
        [Corrected(7, 4, {"said": "b"}, "li", "secretary", TUE, DIGEST, "zhao")],
    ),
    (
        DO,
        [
            recorded(8, DO, "report", "commitment"),
            Moved(9, 8, ITEM, "todo", "done", WED, DIGEST, "lifecycles.commitment.transitions.do"),
            OutcomeArose(10, 8, "late", ITEM, 1, "", {}, WED, DIGEST, "outcomes.late"),
        ],
    ),
    (
        GRADE,
        [
            recorded(11, GRADE, "grade"),
            Graded(12, 11, "good", True, WED, None, DIGEST, "evaluation.grade"),
        ],
    ),
    (
        SUBMIT,
        [
            recorded(13, SUBMIT, "submission"),
            Moved(
                14,
                13,
                "pledge",
                "open",
                "closed",
                THU,
                DIGEST,
                "lifecycles.pledge.transitions.submit",
            ),
            OutcomeArose(15, 13, "over", "pledge", 1, "", {}, THU, DIGEST, "outcomes.over"),
        ],
    ),
    (
        Annul(4, "li", "secretary", FRI, "zhao"),
        [Annulled(16, 4, "li", "secretary", FRI, DIGEST, "zhao")],
    ),
]


def test_a_life_is_recorded_word_by_word() -> None:
    made = Desk(POLICY)
    for command, events in LIFE:
        made.today = max(WED, command.occurred_on)
        assert list(made.give(command)) == events


@pytest.mark.parametrize(
    ("day", "versions"),
    [
        (date(2024, 12, 31), 0),
        (CYCLE.starts, 1),
        (MON, 4),
        (TUE, 7),
        (WED, 12),
        (THU, 15),
        (FRI, 16),
    ],
)
def test_on_each_day_so_much_has_happened(day: date, versions: int) -> None:
    events = [event for _, told in LIFE for event in told]
    assert list(as_of(events, day)) == events[:versions]


def test_before_anything_has_happened_the_pledge_stands_where_it_begins() -> None:
    assert Desk(POLICY).state == State(
        STREAM,
        CYCLE,
        track="member",
        organization="branch",
        policy=DIGEST,
        root="pledge",
        subjects={"pledge": Subject("pledge", "pledge", "", (Passage("open", CYCLE.starts, 1),))},
    )


def test_what_is_left_at_the_end_is_what_was_not_taken_back() -> None:
    made = Desk(POLICY)
    for command, _ in LIFE:
        made.today = max(WED, command.occurred_on)
        made.give(command)
    state = made.state
    assert state.version == 16
    assert set(state.records) == {"propose", "revise", "do", "grade", "submit"}
    assert state.subjects == {
        "pledge": Subject(
            "pledge",
            "pledge",
            "",
            (Passage("open", CYCLE.starts, 1), Passage("closed", THU, 14)),
        ),
        ITEM: Subject(
            ITEM,
            "commitment",
            "pledge",
            (Passage("todo", MON, 3), Passage("done", WED, 9)),
            {"title": WORDS, "due": FRI},
            (3, 6),
        ),
    }
    assert [(o.id, o.subject, o.on) for o in state.outcomes.values()] == [
        ("late", ITEM, WED),
        ("over", "pledge", THU),
    ]
