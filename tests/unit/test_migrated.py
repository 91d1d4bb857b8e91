"""A stream under other rules: what it is called then, and that nothing else of it has changed."""

from dataclasses import replace
from datetime import timedelta

from pledgeflow.domain.commands import Annul, Correct, Deemed, Migrate
from pledgeflow.domain.events import (
    DEEMED,
    Annulled,
    Event,
    Graded,
    Migrated,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
)
from pledgeflow.domain.evolution import as_of, evolve, fold
from pledgeflow.domain.serialisation import decode, encode
from pledgeflow.domain.snapshots import freeze, thaw
from pledgeflow.domain.values import seal
from tests.tiny import MON, TUE, WED, Desk, loaded, tiny
from tests.unit.test_evolution import BLANK, DAY, OPENED, STREAM, after, recorded, signed

WORDS = seal("a road", "salt")
GOES_OVER = Migrated(
    9,
    "zhao",
    DAY,
    "hash",
    "other",
    "person",
    {"pledge/open": "begun"},
    {"note": "jot", "sign": "seal"},
    {"good": "best"},
)


def test_all_of_a_stream_is_called_by_its_new_names() -> None:
    state = evolve(after(recorded(2), recorded(3, "jot"), recorded(4), signed(5)), GOES_OVER)
    assert (state.policy, state.track, state.version) == ("other", "person", 9)
    assert [p.state for p in state.subjects["pledge"].passages] == ["begun"]
    assert state.subjects["pledge"].since == DAY
    assert [r.version for r in state.records["jot"]] == [2, 3, 4]
    assert {r.command for r in state.records["jot"]} == {"jot"}
    assert "note" not in state.records
    assert [s.command for s in state.signatures["seal"]] == ["seal"]
    assert thaw(STREAM, freeze(state)) == state
    assert decode(encode(GOES_OVER)) == GOES_OVER


def test_what_the_event_does_not_name_is_called_as_before() -> None:
    before = after(recorded(2), signed(3))
    same = GOES_OVER._replace(states={}, commands={}, tiers={}, track="member", policy="hash")
    assert evolve(before, same) == replace(before, version=9)


def test_grades_and_what_follows_can_still_be_taken_back() -> None:
    events: tuple[Event, ...] = (
        recorded(2),
        Graded(3, 2, "good", True, DAY, None, "hash", "r"),
        OutcomeArose(4, 2, "praise", "pledge", 1, "", {"note": None}, DAY, "hash", "r"),
        recorded(5),
        Graded(6, 5, "good", True, DAY, ("good", True, DAY), "hash", "r"),
        OutcomeAnswered(7, 5, "praise", "pledge", 1, "note"),
        Moved(8, 5, "pledge", "open", "open", DAY, "hash", "r"),
    )
    state = evolve(after(*events), GOES_OVER)
    (outcome,) = state.outcomes.values()
    assert (dict(outcome.calls_for), outcome.answered) == ({"jot": None}, ("jot",))
    assert state.grade is not None
    assert state.grade.tier == "best"
    state = evolve(state, Annulled(10, 5, "wang", "promisor", DAY, "other"))
    (outcome,) = state.outcomes.values()
    assert outcome.answered == ()
    assert state.grade is not None
    assert state.grade.tier == "best"
    assert len(state.subjects["pledge"].passages) == 1
    state = evolve(state, Annulled(11, 2, "wang", "promisor", DAY, "other"))
    assert (state.grade, state.outcomes) == (None, {})


def test_as_of_an_earlier_day_it_is_told_by_the_rules_of_today() -> None:
    later = GOES_OVER._replace(version=2, occurred_on=DAY + timedelta(days=9))
    assert list(as_of([OPENED, later], DAY)) == [OPENED, later]
    assert list(as_of([OPENED, later], DAY - timedelta(days=1))) == []


# --- deciding ---------------------------------------------------------------------------------------


def migrate(*deemed: Deemed) -> Migrate:
    return Migrate(WED, "zhao", "other", "member", {"pledge/open": "open"}, {}, {}, deemed)


def test_going_over_is_recorded_with_what_is_deemed_to_have_happened() -> None:
    asked = Desk(loaded(tiny()))
    asked.do("propose", MON, title=WORDS)
    before = asked.state
    deemed = Deemed("note", "record", TUE, {}, "T-1")
    goes, record = asked.give(migrate(deemed))
    assert isinstance(goes, Migrated)
    assert (goes.source, goes.policy, goes.version) == (before.policy, "other", before.version + 1)
    assert isinstance(record, Recorded)
    assert (record.capacity, record.rule, record.occurred_on) == (DEEMED, "deemed.T-1", TUE)
    assert (record.actor, record.subject, record.policy) == ("zhao", before.root, "other")
    assert asked.give(migrate()) == ()  # once is enough
    assert asked.state.records["note"] == (record,)


def test_a_stream_that_has_not_begun_does_not_go_over() -> None:
    assert Desk(loaded(tiny())).give(migrate()) == ()


def test_what_is_deemed_to_have_happened_nobody_takes_back() -> None:
    asked = Desk(loaded(tiny()))
    asked.do("propose", MON, title=WORDS)
    asked.give(migrate(Deemed("note", "record", TUE, {}, "T-1")))
    version = asked.state.records["note"][0].version
    for command in (
        Annul(version, "wang", "promisor", WED),
        Correct(version, "wang", "promisor", WED, {}),
    ):
        (why,) = asked.refused(command).reasons
        assert (why.code, why.found) == ("under_other_rules", {"target": version})


def test_nor_what_the_rules_by_now_do_not_know() -> None:
    asked = Desk(loaded(tiny()))
    asked.do("propose", MON, title=WORDS)
    asked.do("note", MON)
    record = asked.state.records["note"][0]
    asked.give(migrate()._replace(commands={"note": "jot"}))
    (why,) = asked.refused(Annul(record.version, "wang", "promisor", WED)).reasons
    assert why.code == "under_other_rules"


def test_what_both_know_is_still_put_right() -> None:
    asked = Desk(loaded(tiny()))
    asked.do("note", MON)
    record = asked.state.records["note"][0]
    asked.give(migrate())
    (annulled,) = asked.give(Annul(record.version, "wang", "promisor", WED))
    assert isinstance(annulled, Annulled)
    assert "note" not in asked.state.records


def test_a_history_with_a_migration_folds_alike_from_wherever_it_is_begun() -> None:
    events: list[Event] = [OPENED, recorded(2), GOES_OVER._replace(version=3), recorded(4, "jot")]
    half = thaw(STREAM, freeze(fold(BLANK, events[:3])))
    assert fold(half, events[3:]) == fold(BLANK, events)
    assert isinstance(events[0], Opened)
