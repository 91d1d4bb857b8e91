"""What each kind of event does to a state, and how it is taken back."""

# ruff: noqa: E501 -- the words of a policy are not broken up

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pledgeflow.domain import evolution
from pledgeflow.domain.commands import StreamId
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
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.domain.evolution import as_of, evolve, fold
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.states import Grade, Passage, State, Subject
from pledgeflow.domain.values import seal
from pledgeflow.errors import DirectoryError

DAY = date(2025, 3, 3)
STREAM, CYCLE = StreamId("town", "2025", "wang"), Cycle("2025", date(2025, 1, 1))
OPENED = Opened(1, STREAM, CYCLE, "member", "branch", "pledge", "open", DAY, "hash")
BLANK = State(STREAM, CYCLE)


def recorded(version: int, command: str = "note") -> Recorded:
    return Recorded(
        version, command, "record", "pledge", "wang", "promisor", DAY, {"a": 1}, "h", "r"
    )


def signed(version: int) -> Signed:
    return Signed(version, "sign", "pledge", "wang", "promisor", DAY, "digest", "h", "r")


def after(*events: Event) -> State:
    return fold(BLANK, (OPENED, *events))


def test_a_stream_opens_with_what_the_event_says() -> None:
    state = after()
    assert (state.version, state.track, state.organization, state.root) == (
        1,
        "member",
        "branch",
        "pledge",
    )
    assert state.subjects["pledge"].passages == (Passage("open", DAY, 1),)
    assert state.policy == "hash"
    assert state.revised == 0


def test_records_are_kept_by_command_in_their_order() -> None:
    state = after(recorded(2), recorded(3, "other"), recorded(4))
    assert [r.version for r in state.records["note"]] == [2, 4]
    assert state.record(3) == recorded(3, "other")
    assert state.record(1) is None


def test_a_record_ends_the_signatures_of_its_own_command() -> None:
    state = after(signed(2))
    assert evolve(state, recorded(3)).signatures == state.signatures
    assert evolve(state, recorded(3, "sign")).signatures == {}


def test_a_subject_remembers_every_state_it_was_in() -> None:
    moved = Moved(3, 2, "pledge", "open", "closed", date(2025, 3, 5), "h", "r")
    pledge = after(recorded(2), moved).subjects["pledge"]
    assert (pledge.state, pledge.since) == ("closed", date(2025, 3, 5))
    assert [pledge.state_on(date(2025, 3, day)) for day in (1, 4, 5)] == ["open", "open", "closed"]
    versions = [pledge.entered(state)[0] for state in ("closed", "open", "lost")]
    assert versions == [3, 1, 0]


ADDED = Added(3, 2, "item/1", "item", "pledge", "todo", {"title": "x"}, DAY, "h", "r")
AMENDED = Amended(5, 4, "item/1", {"title": "x"}, {"title": "y", "due": DAY}, "h", "r")


def test_what_is_added_or_changed_voids_what_was_signed() -> None:
    for event, sign in ((ADDED._replace(version=4), 3), (AMENDED._replace(version=6), 5)):
        state = after(recorded(2), ADDED) if event.version == 6 else after(recorded(2))
        assert evolve(evolve(state, signed(sign)), event).signatures == {}


def test_content_is_laid_over_content_and_taken_back() -> None:
    state = after(recorded(2), ADDED, recorded(4), AMENDED)
    item = state.subjects["item/1"]
    assert (item.content, item.revisions) == ({"title": "y", "due": DAY}, (3, 5))
    assert state.revised == 5
    assert state.children("item") == (item,)
    undone = evolve(state, Annulled(6, 4, "wang", "promisor", DAY, "h"))
    assert undone.subjects["item/1"].content == {"title": "x"}
    assert undone.subjects["item/1"].revisions == (3,)
    assert set(evolve(undone, Annulled(7, 2, "wang", "promisor", DAY, "h")).subjects) == {"pledge"}


def arose(version: int, number: int = 1) -> OutcomeArose:
    return OutcomeArose(
        version,
        version - 1,
        "o",
        "pledge",
        number,
        "barred",
        {"do": None, "note": DAY},
        DAY,
        "h",
        "r",
    )


EFFECTS: list[list[Event]] = [
    [recorded(2), Moved(3, 2, "pledge", "open", "closed", DAY, "h", "r")],
    [recorded(2), ADDED],
    [recorded(2), Graded(3, 2, "good", False, DAY, None, "h", "r")],
    [recorded(2), arose(3)],
    [recorded(2)],
]


@pytest.mark.parametrize("events", EFFECTS)
def test_annulling_a_record_takes_back_all_it_brought_about(events: list[Event]) -> None:
    state = after(*events)
    assert state.version == 1 + len(events)
    undone = evolve(state, Annulled(state.version + 1, 2, "wang", "promisor", DAY, "h"))
    assert undone == replace(after(), version=state.version + 1)


def test_a_grade_that_replaced_another_gives_it_back() -> None:
    first = Graded(3, 2, "good", True, DAY, None, "h", "r")
    second = Graded(5, 4, "bad", False, DAY, ("good", True, DAY), "h", "r")
    state = after(recorded(2), first, recorded(4), second)
    assert state.grade == Grade("bad", False, DAY)
    assert evolve(state, Annulled(6, 4, "w", "p", DAY, "h")).grade == Grade("good", True, DAY)


def test_an_outcome_is_answered_command_by_command_and_unanswered_again() -> None:
    state = after(recorded(2), arose(3))
    for version, command in ((5, "do"), (7, "note")):
        state = evolve(state, recorded(version - 1))
        state = evolve(state, OutcomeAnswered(version, version - 1, "o", "pledge", 1, command))
    (outcome,) = state.outcomes.values()
    assert (outcome.answered, outcome.open_calls) == (("do", "note"), ())
    state = evolve(state, Annulled(8, 4, "w", "p", DAY, "h"))
    (outcome,) = state.outcomes.values()
    assert (outcome.answered, outcome.open_calls) == (("note",), ("do",))


def test_a_correction_replaces_fields_and_takes_back_what_followed() -> None:
    moved = Moved(3, 2, "pledge", "open", "closed", DAY, "h", "r")
    state = after(recorded(2), moved, recorded(4))
    fixed = evolve(state, Corrected(5, 2, {"b": 2}, "wang", "promisor", DAY, "h"))
    assert fixed.subjects["pledge"].state == "open"
    (first, second) = fixed.records["note"]
    assert (first.fields, second.fields) == ({"a": 1, "b": 2}, {"a": 1})
    again = evolve(fixed, moved._replace(version=6))
    assert again.subjects["pledge"].state == "closed"
    assert again.effects[2] == (moved._replace(version=6),)


def test_what_had_happened_by_a_day_is_told_without_what_came_later() -> None:
    later = DAY + timedelta(days=9)
    note, late, typed = recorded(2), recorded(3)._replace(occurred_on=later), recorded(9)
    moved = Moved(4, 2, "pledge", "open", "closed", DAY, "hash", "rule")
    follows = moved._replace(version=5, cause=3)
    by_then = moved._replace(version=6, cause=0, on=later)
    answered = OutcomeAnswered(7, 3, "praise", "pledge", 1, "note")
    gone = Annulled(8, 3, "wang", "promisor", DAY, "hash")
    kept = answered._replace(version=10, cause=2)
    taken_back = gone._replace(version=11, target=2, occurred_on=later)
    events: list[Event] = [OPENED, note, late, moved, follows, by_then, answered]
    events += [gone, typed, kept, taken_back]
    assert list(as_of(events, DAY)) == [OPENED, note, moved, typed, kept]
    assert list(as_of(events, later)) == events
    assert list(as_of([OPENED], DAY - timedelta(days=1))) == []


def test_the_given_state_is_left_as_it_was() -> None:
    state = after(recorded(2))
    before = repr(state)
    evolve(state, recorded(3))
    evolve(state, Annulled(3, 2, "w", "p", DAY, "h"))
    assert repr(state) == before


def test_an_event_of_no_known_kind_is_refused_rather_than_lost() -> None:
    unknown: Any = OPENED._replace(version=2)
    with pytest.raises(AssertionError):
        evolution._apply(after(), unknown)
    state = replace(after(recorded(2)), effects={2: (unknown,)})
    with pytest.raises(AssertionError):
        evolve(state, Annulled(3, 2, "wang", "promisor", DAY, "h"))


# --- people, and the other words of the domain --------------------------------------------------------------


def test_a_stream_is_written_with_its_venue_if_it_has_one() -> None:
    assert str(STREAM) == "town/2025/wang"
    assert str(STREAM._replace(venue="home")) == "town/2025/wang@home"


def test_words_are_sealed_with_their_salt() -> None:
    assert seal("words", "salt") == seal("words", "salt") != seal("words", "pepper")
    assert len(seal("words", "salt").digest) == 64


def test_a_person_pledges_where_they_belong() -> None:
    homes = (Membership("work"), Membership("street", "home"), Membership("club", "home"))
    view = View({"w": Person("w", memberships=homes)}, {"work": Organization("work", "branch")})
    assert view.home("w", "") == "work"
    assert view.home("work", "") == "work"
    for owner, venue, said in (
        ("x", "", "nobody and no organization is called `x`"),
        ("w", "home", "`w` has several organizations at the venue `home`: `street`, `club`"),
        ("w", "moon", "`w` belongs to no organization at the venue `moon`; add a membership"),
    ):
        with pytest.raises(DirectoryError, match=said):
            view.home(owner, venue)
    with pytest.raises(DirectoryError, match="no organization as the work unit"):
        View({"w": Person("w")}).home("w", "")


def test_what_stands_above_is_found_nearest_first() -> None:
    chain = {
        "a": Organization("a", "k", "b"),
        "b": Organization("b", "k", "c"),
        "c": Organization("c", "k", "gone"),
    }
    with pytest.raises(DirectoryError, match="`a` stands above itself"):
        list(View({}, {**chain, "c": Organization("c", "k", "a")}).ancestors("a"))
    view = View({}, chain)
    assert [o.id for o in view.ancestors("a")] == ["b", "c"]
    assert list(view.ancestors("nowhere")) == []
    assert view.holders("nowhere", "secretary") == ()
    assert view.holders(None, "secretary") == ()


def test_a_subject_without_content_has_no_revision() -> None:
    assert Subject("a", "b", "", (Passage("s", DAY, 1),)).revisions == ()
