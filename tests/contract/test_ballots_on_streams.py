"""Ballots held on streams through the engine: who may, when, and what comes into the stream, once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from pledgeflow.domain.balloting import Turnout
from pledgeflow.domain.events import Recorded
from pledgeflow.errors import DirectoryError, InvalidCommandError, RefusedError, Ruling
from pledgeflow.policy.judging.balloting import Elected
from pledgeflow.service import Engine
from pledgeflow.service.ballots import Ballots, Closed
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore
from tests.voting import CHAIR, CLOSING, LATER, OPENED, PEOPLE, STREAM, engine_on

MUTUAL, ELECTION = "mutual", "election"


@pytest.fixture
def engine(store: EventStore, tmp_path: Path) -> Engine:
    return engine_on(tmp_path, store=store)


def records(engine: Engine) -> list[Recorded]:
    events = (stored.event for stored in engine.history(STREAM))
    return [event for event in events if isinstance(event, Recorded)]


def voted(engine: Engine, choices: Mapping[str, str], ballot: str = MUTUAL) -> None:
    for voter, choice in choices.items():
        engine.ballots.cast(STREAM, ballot, [choice], voter=voter)


def most(choice: str = "good", number: int = 8) -> dict[str, str]:
    return dict.fromkeys(PEOPLE[:number], choice)


def held(engine: Engine, choices: Mapping[str, str]) -> Closed:
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    voted(engine, choices)
    return engine.ballots.close(STREAM, MUTUAL, CLOSING)


def refused(act: Callable[[], object], code: str) -> RefusedError:
    with pytest.raises(RefusedError) as error:
        act()
    assert [reason.code for reason in error.value.reasons] == [code]
    return error.value


def test_the_result_comes_into_the_stream_as_the_command(engine: Engine) -> None:
    closed = held(engine, {**most("good", 5), "p06": "poor", "p07": "good"})
    assert closed.done is not None
    (record,) = records(engine)
    assert record.command == "vote"
    assert record.fields == {
        "votes": {"good": 6, "fair": 0, "poor": 1},
        "present": 7,
        "entitled": 13,
    }
    assert (record.actor, record.capacity, record.occurred_on) == ("li", "secretary", LATER)
    assert closed.votes == record.fields["votes"]
    assert closed.turnout == engine.ballots.turnout(STREAM, MUTUAL)
    assert engine.ballots.is_recorded(closed.turnout)


def test_the_promisor_is_not_on_the_roll_where_the_policy_says_so(engine: Engine) -> None:
    engine.ballots.open(STREAM, MUTUAL, CHAIR, voters=["rep"])
    assert list(engine.ballots.roll(STREAM, MUTUAL)) == sorted(["li", *PEOPLE, "rep"])
    error = refused(
        lambda: engine.ballots.cast(STREAM, MUTUAL, ["good"], voter="wang"), "not_on_the_roll"
    )
    assert error.verdict.ruling is Ruling.NOT_AUTHORIZED
    assert error.verdict.clauses == ("T-2",)


def test_the_roll_is_as_of_the_day_of_opening(engine: Engine) -> None:
    data = engine.store.directory("town")
    joins = tuple(
        replace(row, valid_from=date(2025, 3, 4)) if row.person == "p00" else row
        for row in data.people
    )
    engine.put_directory("town", replace(data, people=joins))
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    assert "p00" not in engine.ballots.roll(STREAM, MUTUAL)
    refused(lambda: engine.ballots.cast(STREAM, MUTUAL, ["good"], voter="p00"), "not_on_the_roll")


def test_a_second_vote_is_refused_by_the_clause_and_not_told_more(engine: Engine) -> None:
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    codes = engine.ballots.issue_codes(STREAM, MUTUAL, CHAIR, ["p00", "p01"])
    engine.ballots.cast(STREAM, MUTUAL, ["good"], code=codes["p00"])
    engine.ballots.cast(STREAM, MUTUAL, ["poor"], voter="p01")
    told = set()
    for voter in ("p00", "p01"):
        error = refused(
            partial(engine.ballots.cast, STREAM, MUTUAL, ["fair"], voter=voter), "already_voted"
        )
        assert error.verdict.clauses == ("T-2",)
        assert error.__cause__ is None
        told.add(str(error).replace(voter, ""))
    assert len(told) == 1


def test_votes_on_paper_are_entered_by_the_chair(engine: Engine) -> None:
    ballots = engine.ballots
    ballots.open(STREAM, MUTUAL, CHAIR)
    paper: dict[str, Any] = {"votes": {"good": 2}, "voters": ["p00", "p01"]}
    refused(
        lambda: ballots.enter_paper(STREAM, MUTUAL, {**CHAIR, "actor": "p00"}, **paper),
        "not_holder",
    )
    too_many = {**paper, "votes": {"good": 2, "poor": 1}}
    error = refused(
        lambda: ballots.enter_paper(STREAM, MUTUAL, CHAIR, **too_many), "paper_exceeds_present"
    )
    assert error.reasons[0].found == {"counted": 3, "at_most": 2, "present": 2}
    with pytest.raises(InvalidCommandError, match="`votes` has to be a whole number"):
        ballots.enter_paper(STREAM, MUTUAL, CHAIR, votes={"good": True}, voters=["p00"])
    ballots.enter_paper(STREAM, MUTUAL, CHAIR, **paper)
    voted(engine, dict.fromkeys(PEOPLE[2:8], "fair"))
    closed = ballots.close(STREAM, MUTUAL, CLOSING)
    assert closed.votes == {"good": 2, "fair": 6, "poor": 0}


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"actor": "p00"}, "not_holder"),
        ({"capacity": "above"}, "not_in_capacity"),
        ({"actor": "wang", "capacity": "secretary"}, "own_pledge"),
    ],
)
def test_only_who_may_record_the_result_holds_the_ballot(
    engine: Engine, step: dict[str, str], code: str
) -> None:
    refused(lambda: engine.ballots.open(STREAM, MUTUAL, {**CHAIR, **step}), code)
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    voted(engine, most())
    refused(lambda: engine.ballots.issue_codes(STREAM, MUTUAL, {**CHAIR, **step}), code)
    refused(lambda: engine.ballots.close(STREAM, MUTUAL, {**CLOSING, **step}), code)
    assert engine.ballots.turnout(STREAM, MUTUAL).closed_on is None


def test_a_ballot_is_opened_only_where_its_result_could_be_recorded(engine: Engine) -> None:
    by = {"actor": "wang", "capacity": "promisor", "on": OPENED}
    engine.do(STREAM, {**by, "do": "submit"})
    error = refused(lambda: engine.ballots.open(STREAM, MUTUAL, CHAIR), "wrong_state")
    assert "`vote` is open only while" in error.reasons[0].text["en"]
    with pytest.raises(DirectoryError, match="nobody is called `moon`"):
        engine.ballots.open(STREAM, MUTUAL, {**CHAIR, "actor": "moon"})


def test_a_ballot_stays_open_for_as_long_as_the_policy_says(engine: Engine) -> None:
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    error = refused(lambda: engine.ballots.close(STREAM, MUTUAL, CHAIR), "ballot_runs")
    assert error.verdict.ruling is Ruling.NOT_YET
    voted(engine, most())
    assert engine.ballots.close(STREAM, MUTUAL, CLOSING).done is not None


def test_what_this_policy_does_not_know_is_not_held(engine: Engine) -> None:
    error = refused(lambda: engine.ballots.open(STREAM, "plebiscite", CHAIR), "silent")
    assert error.verdict.ruling is Ruling.SILENT
    refused(lambda: engine.ballots.turnout(STREAM, "plebiscite"), "silent")
    for act in (engine.ballots.turnout, engine.ballots.roll):
        refused(partial(act, STREAM, MUTUAL), "ballot_unknown")
    refused(lambda: engine.ballots.cast(STREAM, MUTUAL, ["good"], voter="p00"), "ballot_unknown")
    refused(lambda: engine.ballots.close(STREAM, MUTUAL, CLOSING), "ballot_unknown")
    assert engine.ballots.held(STREAM) == ()


GONE = "{absent: true, cite: T-1}"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (
            ("ballots:\n  mutual:\n", f"ballots:\n  plebiscite: {GONE}\n  mutual:\n"),
            "ballots.plebiscite",
        ),
        (
            (
                "    cite: T-1\nroles:",
                f"    cite: T-1\n    rules: {{ballots: {{plebiscite: {GONE}}}}}\nroles:",
            ),
            "tracks.member.rules.ballots.plebiscite",
        ),
    ],
)
def test_what_was_taken_out_names_the_clause(
    tmp_path: Path, change: tuple[str, str], rule: str
) -> None:
    engine = engine_on(tmp_path, change)
    error = refused(lambda: engine.ballots.open(STREAM, "plebiscite", CHAIR), "silent")
    assert (error.reasons[0].rule, error.verdict.clauses) == (rule, ("T-1",))


def test_a_result_is_not_typed_while_its_ballot_is_open(engine: Engine) -> None:
    typed = {**CHAIR, "do": "vote", "votes": {"good": 2}, "present": 2, "entitled": 4}
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    refused(lambda: engine.do(STREAM, typed), "ballot_open")
    refused(lambda: engine.ballots.open(STREAM, MUTUAL, CHAIR), "ballot_open")
    engine.do(STREAM, {**CHAIR, "do": "elect"})  # another ballot's command
    engine.ballots.close(STREAM, MUTUAL, CLOSING)
    engine.do(STREAM, {**typed, "on": LATER})  # a jurisdiction may count on paper alone
    assert [record.command for record in records(engine)] == ["elect", "vote"]


def test_too_few_voters_make_it_count_for_nothing_and_it_may_be_held_again(engine: Engine) -> None:
    closed = held(engine, most(number=6))
    assert closed.done is None
    assert closed.against is not None
    assert closed.against.code == "no_quorum"
    assert records(engine) == []
    assert engine.ballots.close(STREAM, MUTUAL, CLOSING) == closed
    again = engine.ballots.open(STREAM, MUTUAL, CLOSING)
    assert again.ballot.round == 2
    voted(engine, most(number=7))
    done = engine.ballots.close(STREAM, MUTUAL, {**CLOSING, "on": date(2025, 3, 20)}).done
    assert done is not None
    assert len(records(engine)) == 1


SMALL = ("quorum: {share: 1/2, cite: T-2}", "quorum: {at_least: 1, cite: T-2}")


def test_few_votes_are_neither_told_nor_recorded(tmp_path: Path) -> None:
    free = ("at_least: 1, present: present, of: entitled, share: 1/2", "at_least: 1")
    engine = engine_on(
        tmp_path,
        SMALL,
        (
            ", cite: T-2}\n        cite: T-2\n      elect",
            ", if: {is: said, fields: {present: 9}}, cite: T-2}\n        cite: T-2\n      elect",
        ),
        free,
    )
    closed = held(engine, most(number=2))
    assert (closed.votes, closed.elected, closed.against) == (None, Elected(), None)
    (record,) = records(engine)
    assert record.fields == {"present": 2, "entitled": 13}


def test_a_tally_that_has_to_be_said_is_not_recorded_without_votes(tmp_path: Path) -> None:
    needed = ("votes: {type: tally, required: false}", "votes: {type: tally}")
    engine = engine_on(
        tmp_path, SMALL, needed, ("at_least: 1, cite: T-2}", "at_least: 3, cite: T-2}")
    )
    # nothing but the quorum keeps a tally from being too small: without it nothing is recorded
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    voted(engine, most(number=2))
    closed = engine.ballots.close(STREAM, MUTUAL, CLOSING)
    assert (closed.votes, closed.done, records(engine)) == (None, None, [])


def test_few_votes_are_recorded_where_the_policy_says_so(tmp_path: Path) -> None:
    recorded = ("small: 3", "small: {below: 3, recorded: true}")
    share = (", of: entitled, share: 1/2", "")
    engine = engine_on(tmp_path, SMALL, recorded, share)
    closed = held(engine, most(number=2))
    assert closed.votes is None
    (record,) = records(engine)
    assert record.fields["votes"] == {"good": 2, "fair": 0, "poor": 0}


def test_a_crash_between_closing_and_recording_loses_nothing_and_doubles_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    voted(engine, most())

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(type(engine.store), "append_all", crash)
        with pytest.raises(KeyboardInterrupt):
            engine.ballots.close(STREAM, MUTUAL, CLOSING)
    (turnout,) = engine.ballots.held(STREAM)
    assert turnout.closed_on == LATER
    assert not engine.ballots.is_recorded(turnout)
    assert records(engine) == []
    refused(lambda: engine.ballots.cast(STREAM, MUTUAL, ["poor"], voter="p11"), "ballot_closed")
    for _ in range(3):
        closed = engine.ballots.close(STREAM, MUTUAL, CLOSING)
        assert closed.votes == {"good": 8, "fair": 0, "poor": 0}
    assert len(records(engine)) == 1


def closing_together(engine: Engine) -> list[Closed]:
    """What three are told who close the same ballot at the same time."""
    barrier, done = Barrier(3), list[Closed]()

    def close() -> None:
        barrier.wait()
        done.append(engine.ballots.close(STREAM, MUTUAL, CLOSING))

    threads = [Thread(target=close) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_of_those_who_close_at_the_same_time_one_records(engine: Engine) -> None:
    for before in range(5):
        engine.ballots.open(STREAM, MUTUAL, CHAIR)
        voted(engine, most())
        done = closing_together(engine)
        assert [closed.votes for closed in done] == [{"good": 8, "fair": 0, "poor": 0}] * 3
        assert len(records(engine)) == before + 1


def test_the_chair_may_say_more_and_what_is_ill_said_closes_nothing(engine: Engine) -> None:
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    voted(engine, most())
    ballots = engine.ballots
    late = {**CLOSING, "place": "x" * 5_000}
    with pytest.raises(InvalidCommandError):
        ballots.close(STREAM, MUTUAL, late)
    assert ballots.turnout(STREAM, MUTUAL).closed_on is None
    with pytest.raises(InvalidCommandError, match="the box says `present`, `votes`; leave it out"):
        ballots.close(STREAM, MUTUAL, {**CLOSING, "votes": {"good": 9}, "present": 9})
    closed = ballots.close(STREAM, MUTUAL, {**CLOSING, "place": "the hall"})
    assert closed.done is not None
    assert "place" in records(engine)[0].fields


@pytest.mark.parametrize(
    ("voters", "message"),
    [
        ("rep", "`voters` has to be a list of names"),
        (["", "rep"], "`voters` has to be a list of names"),
        (["x" * 201], "`voters` has to be a list of names of 1 to 200 characters"),
        (["rep", "rep "], "without blanks around them"),
        (["r\u00e9", "re\u0301"], "`voters` has to be a list of names"),
    ],
)
def test_a_list_of_voters_is_a_list_of_names(engine: Engine, voters: Any, message: str) -> None:
    with pytest.raises(InvalidCommandError, match=message):
        engine.ballots.open(STREAM, MUTUAL, CHAIR, voters=voters)
    with pytest.raises(InvalidCommandError, match="this ballot takes no list"):
        engine.ballots.open(STREAM, ELECTION, CHAIR, voters=["rep"])


def test_who_votes_is_said_in_one_way(engine: Engine) -> None:
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    for said in ({}, {"voter": "p00", "code": "x"}):
        with pytest.raises(InvalidCommandError, match="either `voter` or `code`"):
            engine.ballots.cast(STREAM, MUTUAL, ["good"], **said)
    refused(lambda: engine.ballots.cast(STREAM, MUTUAL, ["good"], code="x"), "unknown_code")
    refused(lambda: engine.ballots.cast(STREAM, MUTUAL, [], voter="p00"), "ill_marked")


def test_names_and_marks_are_lists_of_text(engine: Engine) -> None:
    ballots = engine.ballots
    ballots.open(STREAM, MUTUAL, CHAIR)
    marks: Any
    for marks in ("good", [["good"]], [None]):
        with pytest.raises(InvalidCommandError, match="`marks` has to be a list of names"):
            ballots.cast(STREAM, MUTUAL, marks, voter="p00")
    with pytest.raises(InvalidCommandError, match="`voters` has to be a list of names"):
        ballots.enter_paper(STREAM, MUTUAL, CHAIR, votes={"good": 1}, voters="p00")
    with pytest.raises(InvalidCommandError, match="`voters` has to be a list of names"):
        ballots.issue_codes(STREAM, MUTUAL, CHAIR, "p00")
    assert ballots.turnout(STREAM, MUTUAL).voted == 0


def elect(engine: Engine, *votes: tuple[str, ...]) -> Closed:
    """Three candidates, and votes for them."""
    engine.ballots.open(STREAM, ELECTION, CHAIR)
    for voter, marks in zip(PEOPLE, votes, strict=False):
        chosen = [f"commitment/{mark}" for mark in marks]
        engine.ballots.cast(STREAM, ELECTION, chosen, voter=voter)
    return engine.ballots.close(STREAM, ELECTION, CLOSING)


def proposed(engine: Engine, number: int) -> None:
    by = {"actor": "wang", "capacity": "promisor", "on": OPENED, "do": "propose"}
    for _ in range(number):
        engine.do(STREAM, {**by, "title": "somebody"})


def test_items_are_elected(engine: Engine) -> None:
    proposed(engine, 3)
    closed = elect(engine, ("3", "1"), ("3",), ("1", "2"))
    assert closed.elected == Elected(("commitment/1", "commitment/3"))
    record = records(engine)[-1]
    assert record.command == "elect"
    votes = {"commitment/1": 2, "commitment/2": 1, "commitment/3": 2}
    assert record.fields == {"ayes": votes, "chosen": ("commitment/1", "commitment/3")}
    assert engine.state(STREAM).version == record.version


def test_what_is_tied_for_the_last_place_is_told(engine: Engine) -> None:
    proposed(engine, 3)
    closed = elect(engine, ("3", "1"), ("3", "2"))
    assert closed.elected == Elected(("commitment/3",), ("commitment/1", "commitment/2"))
    assert records(engine)[-1].fields["chosen"] == ("commitment/3",)


def test_a_ballot_needs_something_to_choose_from(engine: Engine) -> None:
    refused(lambda: engine.ballots.open(STREAM, ELECTION, CHAIR), "nothing_to_choose")
    proposed(engine, 1)
    refused(lambda: engine.ballots.open(STREAM, ELECTION, CHAIR), "nothing_to_choose")


def test_a_quorum_that_nobody_can_reach_is_told_at_opening(tmp_path: Path) -> None:
    engine = engine_on(tmp_path, ("quorum: {share: 1/2", "quorum: {at_least: 99"))
    error = refused(lambda: engine.ballots.open(STREAM, MUTUAL, CHAIR), "quorum_out_of_reach")
    assert error.reasons[0].found == {"roll": 13}


def test_a_jurisdiction_plugs_in_a_box_of_its_own(tmp_path: Path) -> None:
    first = engine_on(tmp_path)
    first.ballots.open(STREAM, MUTUAL, CHAIR)
    second = Engine(first.store, first.catalogue, first.clock, box=first.box)
    turnout: Turnout = second.ballots.turnout(STREAM, MUTUAL)
    assert turnout.roll == 13
    assert isinstance(second.ballots, Ballots)


def test_two_engines_on_one_database_share_its_box(tmp_path: Path, database: str) -> None:
    with SqlStore(database) as one, SqlStore(database) as two:
        first = engine_on(tmp_path, store=one)
        first.ballots.open(STREAM, MUTUAL, CHAIR)
        second = Engine(two, first.catalogue, first.clock)
        second.ballots.cast(STREAM, MUTUAL, ["good"], voter="p00")
        assert first.ballots.turnout(STREAM, MUTUAL).voted == 1


def test_a_closed_cycle_holds_no_ballots(engine: Engine) -> None:
    engine.ballots.open(STREAM, MUTUAL, CHAIR)
    voted(engine, most())
    engine.close_cycle("town", "2025", on=date(2025, 3, 11), anyway=True)
    refused(lambda: engine.ballots.close(STREAM, MUTUAL, CLOSING), "cycle_closed")
