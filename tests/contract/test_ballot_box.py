"""What every ballot box keeps to: in memory, in SQLite's memory or a file, in a real PostgreSQL."""

import pickle
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import product
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from pledgeflow.ballots.box import BallotBox, Code, Voter
from pledgeflow.ballots.codes import ALPHABET, code_digest, fresh_code, fresh_key
from pledgeflow.ballots.memory import MemoryBox
from pledgeflow.ballots.sql import SqlBox, box_beside
from pledgeflow.domain.balloting import BallotId, Count, Secrecy, Terms
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import (
    AlreadyVotedError,
    BallotClosedError,
    BallotError,
    BallotOpenError,
    MarksError,
    NotOnRollError,
    PaperTallyError,
    StorageError,
    UnknownBallotError,
    UnknownCodeError,
)
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore
from tests.postgres import emptied
from tests.strategies import examples

DAY, LATER = date(2025, 3, 3), date(2025, 3, 10)
STREAM = StreamId("town", "2025", "wang")
RATING = BallotId(STREAM, "rating")
CHOICES = ("good", "fair", "poor")
ROLL = tuple(f"v{number}" for number in range(8))
SECRECIES = tuple(Secrecy)
CHANNELS = ("portal", "code", "paper")


@pytest.fixture
def box(store: EventStore) -> BallotBox:
    """A box beside each store."""
    return MemoryBox() if isinstance(store, MemoryStore) else box_beside(store)


def opened(box: BallotBox, secrecy: Secrecy = Secrecy.UNLINKABLE, **terms: Any) -> BallotBox:
    box.open(RATING, Terms(secrecy, CHOICES, **terms), ROLL, on=DAY)
    return box


def through(box: BallotBox, channel: str, voter: str, choice: str, code: str = "") -> None:
    """A vote by one of the ways."""
    match channel:
        case "portal":
            box.cast(RATING, Voter(voter), (choice,))
        case "code":
            box.cast(RATING, Code(code), (choice,))
        case _:
            box.enter_paper(RATING, {choice: 1}, [voter])


def votes(count: Count) -> dict[str, int]:
    assert count.votes is not None
    return dict(count.votes)


@pytest.mark.parametrize("secrecy", SECRECIES)
def test_what_was_voted_is_counted(box: BallotBox, secrecy: Secrecy) -> None:
    opened(box, secrecy)
    codes = box.issue_codes(RATING, ["v3"])
    through(box, "portal", "v1", "good")
    through(box, "portal", "v2", "poor")
    through(box, "code", "v3", "good", codes["v3"])
    box.enter_paper(RATING, {"good": 1, "fair": 0, "poor": 1}, ["v4", "v5", "v6"])
    turnout = box.turnout(RATING)
    assert (turnout.roll, turnout.voted, turnout.closed_on) == (8, 6, None)
    count = box.close(RATING, on=LATER)
    assert votes(count) == {"good": 3, "fair": 0, "poor": 2}
    assert list(votes(count)) == list(CHOICES)
    assert (count.turnout.voted, count.turnout.closed_on) == (6, LATER)
    assert box.close(RATING, on=date(2025, 4, 1)) == count
    assert box.turnout(RATING) == count.turnout
    assert box.terms(RATING).secrecy is secrecy


@pytest.mark.parametrize("secrecy", SECRECIES)
@pytest.mark.parametrize(("first", "second"), [*product(CHANNELS, CHANNELS)])
def test_nobody_votes_twice_whichever_way(
    box: BallotBox, secrecy: Secrecy, first: str, second: str
) -> None:
    opened(box, secrecy)
    code = box.issue_codes(RATING, ["v1"])["v1"]
    through(box, first, "v1", "good", code)
    with pytest.raises(AlreadyVotedError):
        through(box, second, "v1", "poor", code)
    assert votes(box.close(RATING, on=LATER)) == {"good": 1, "fair": 0, "poor": 0}


@pytest.mark.parametrize("second", CHANNELS)
def test_a_second_vote_is_not_told_how_the_first_was_cast(box: BallotBox, second: str) -> None:
    told = set()
    for round_, (first, choice) in enumerate(product(CHANNELS, CHOICES), start=1):
        ballot = BallotId(STREAM, "rating", round_)
        box.open(ballot, Terms(Secrecy.OPEN, CHOICES), ROLL, on=DAY)
        code = box.issue_codes(ballot, ["v1"])["v1"]
        again: dict[str, Callable[[], None]] = {
            "portal": partial(box.cast, ballot, Voter("v1"), ("fair",)),
            "code": partial(box.cast, ballot, Code(code), ("fair",)),
            "paper": partial(box.enter_paper, ballot, {"fair": 1}, ["v1"]),
        }
        if first == "paper":
            box.enter_paper(ballot, {choice: 1}, ["v1"])
        else:
            box.cast(ballot, Voter("v1") if first == "portal" else Code(code), (choice,))
        with pytest.raises(AlreadyVotedError) as refused:
            again[second]()
        told.add(str(refused.value).replace(str(ballot), ""))
        assert refused.value.__cause__ is None
        assert set(refused.value.found) <= {"voters"}
    assert len(told) == 1


def test_only_who_is_on_the_roll_votes(box: BallotBox) -> None:
    opened(box)
    with pytest.raises(NotOnRollError) as refused:
        box.cast(RATING, Voter("stranger"), ("good",))
    assert refused.value.voters == ("stranger",)
    with pytest.raises(NotOnRollError):
        box.enter_paper(RATING, {"good": 1}, ["v1", "stranger"])
    with pytest.raises(NotOnRollError):
        box.issue_codes(RATING, ["v1", "stranger"])
    with pytest.raises(UnknownCodeError):
        box.cast(RATING, Code("2345-2345-2345-2345"), ("good",))
    assert box.roll(RATING) == dict.fromkeys(ROLL, False)


def test_a_new_code_voids_the_old_one_and_is_typed_anyhow(box: BallotBox) -> None:
    opened(box)
    old = box.issue_codes(RATING, ["v1", "v2"])
    new = box.issue_codes(RATING, ["v1"])
    with pytest.raises(UnknownCodeError):
        box.cast(RATING, Code(old["v1"]), ("good",))
    box.cast(RATING, Code(f" {new['v1'].lower().replace('-', ' ')} "), ("good",))
    box.cast(RATING, Code(old["v2"]), ("good",))
    assert [voter for voter, voted in box.roll(RATING).items() if voted] == ["v1", "v2"]


def test_marks_are_as_the_terms_say_and_an_error_does_not_repeat_them(box: BallotBox) -> None:
    opened(box, marks=2)
    for wrong in ((), ("good", "fair", "poor"), ("good", "good"), ("splendid",)):
        with pytest.raises(MarksError) as refused:
            box.cast(RATING, Voter("v1"), wrong)
        assert refused.value.found == {"at_least": 1, "at_most": 2, "choices": CHOICES}
        assert "splendid" not in str(refused.value)
    with pytest.raises(MarksError):
        box.enter_paper(RATING, {"splendid": 1}, ["v1"])
    with pytest.raises(MarksError):
        box.enter_paper(RATING, {"good": -1}, ["v1"])
    box.cast(RATING, Voter("v1"), ("poor", "good"))
    assert votes(box.close(RATING, on=LATER)) == {"good": 1, "fair": 0, "poor": 1}


@pytest.mark.parametrize("secrecy", SECRECIES)
def test_a_blank_vote_is_one_where_the_terms_say_so(box: BallotBox, secrecy: Secrecy) -> None:
    opened(box, secrecy, blank=True)
    box.cast(RATING, Voter("v1"), ())
    count = box.close(RATING, on=LATER)
    assert (count.turnout.voted, sum(votes(count).values())) == (1, 0)


PAPERS = [
    (1, {"good": 3}, (3, 2, 2)),
    (1, {"good": 2, "poor": 1}, (3, 2, 2)),
    (2, {"good": 3}, (3, 2, 2)),
    (2, {"good": 2, "fair": 2, "poor": 1}, (5, 4, 2)),
]


@pytest.mark.parametrize(("marks", "tally", "numbers"), PAPERS)
def test_more_votes_on_paper_than_voters_are_refused_with_the_numbers(
    box: BallotBox, marks: int, tally: dict[str, int], numbers: tuple[int, int, int]
) -> None:
    opened(box, marks=marks)
    with pytest.raises(PaperTallyError) as refused:
        box.enter_paper(RATING, tally, ["v1", "v2", "v1"])
    error = refused.value
    assert (error.counted, error.most, error.present) == numbers
    assert all(str(number) in str(error) for number in numbers)
    assert box.turnout(RATING).voted == 0


def test_paper_is_counted_whole_or_not_at_all(box: BallotBox) -> None:
    opened(box)
    box.cast(RATING, Voter("v2"), ("good",))
    with pytest.raises(AlreadyVotedError) as refused:
        box.enter_paper(RATING, {"poor": 3}, ["v1", "v2", "v3"])
    assert refused.value.voters == ("v2",)
    assert box.turnout(RATING).voted == 1
    box.enter_paper(RATING, {"poor": 2}, ["v1", "v3"])
    assert votes(box.close(RATING, on=LATER)) == {"good": 1, "fair": 0, "poor": 2}


def test_nothing_is_taken_once_it_is_closed(box: BallotBox) -> None:
    opened(box)
    code = box.issue_codes(RATING, ["v1"])["v1"]
    box.close(RATING, on=LATER)
    for act in (
        lambda: box.cast(RATING, Voter("v1"), ("good",)),
        lambda: box.cast(RATING, Code(code), ("good",)),
        lambda: box.enter_paper(RATING, {"good": 1}, ["v1"]),
        lambda: box.issue_codes(RATING, ["v1"]),
    ):
        with pytest.raises(BallotClosedError):
            act()
    assert box.turnout(RATING).voted == 0


def test_a_ballot_is_opened_once_and_then_anew(box: BallotBox) -> None:
    assert box.held(STREAM) == ()
    opened(box)
    with pytest.raises(BallotOpenError):
        opened(box)
    other = BallotId(STREAM, "rating", 2)
    box.open(other, Terms(Secrecy.OPEN, ("a",)), ["x"], on=LATER)
    elsewhere = BallotId(StreamId("town", "2025", "li"), "rating")
    box.open(elsewhere, Terms(Secrecy.OPEN, ("a",)), ["x"], on=LATER)
    assert [(t.ballot, t.roll) for t in box.held(STREAM)] == [(RATING, 8), (other, 1)]


@pytest.mark.parametrize(
    "act",
    [
        lambda box: box.turnout(RATING),
        lambda box: box.roll(RATING),
        lambda box: box.terms(RATING),
        lambda box: box.close(RATING, on=DAY),
        lambda box: box.cast(RATING, Voter("v1"), ("good",)),
        lambda box: box.enter_paper(RATING, {}, []),
        lambda box: box.issue_codes(RATING, []),
    ],
)
def test_what_was_never_opened_is_unknown(
    box: BallotBox, act: Callable[[BallotBox], object]
) -> None:
    with pytest.raises(UnknownBallotError, match=r"`town/2025/wang:rating/1` has not been opened"):
        act(box)
    box.open(BallotId(STREAM, "another"), Terms(Secrecy.OPEN, ("a",)), ["x"], on=DAY)
    with pytest.raises(UnknownBallotError):
        act(box)


@pytest.mark.parametrize("secrecy", [Secrecy.PSEUDONYMOUS, Secrecy.UNLINKABLE])
@pytest.mark.parametrize(("voters", "told"), [(0, False), (2, False), (3, True)])
def test_too_few_votes_are_not_broken_down(
    box: BallotBox, secrecy: Secrecy, voters: int, told: bool
) -> None:
    opened(box, secrecy, small=3)
    for voter in ROLL[:voters]:
        box.cast(RATING, Voter(voter), ("good",))
    count = box.close(RATING, on=LATER)
    assert count.turnout.voted == voters
    assert count.votes == ({"good": voters, "fair": 0, "poor": 0} if told else None)
    assert box.close(RATING, on=LATER) == count


def test_a_roll_may_be_large(box: BallotBox) -> None:
    many = [f"voter {number}" for number in range(1_203)]
    box.open(RATING, Terms(Secrecy.UNLINKABLE, CHOICES), many, on=DAY)
    codes = box.issue_codes(RATING, many)
    box.cast(RATING, Code(codes["voter 77"]), ("good",))
    box.enter_paper(RATING, {"good": 500}, many[200:900])
    count = box.close(RATING, on=LATER)
    assert (count.turnout.roll, count.turnout.voted) == (1_203, 701)
    assert votes(count)["good"] == 501


def test_a_box_needs_a_database_that_it_knows() -> None:
    with pytest.raises(StorageError, match="give the engine a `box`"):
        box_beside(MemoryStore())


def test_a_fork_goes_on_by_itself() -> None:
    box = MemoryBox()
    opened(box)
    other = box.fork()
    other.cast(RATING, Voter("v1"), ("good",))
    assert (box.turnout(RATING).voted, other.turnout(RATING).voted) == (0, 1)


def test_codes_are_long_random_and_kept_as_digests() -> None:
    codes = {fresh_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(set(code) <= {*ALPHABET, "-"} and len(code) == 19 for code in codes)
    one, other = fresh_key(), fresh_key()
    assert code_digest(one, "ab-cd") == code_digest(one, "ABCD")
    assert code_digest(one, "abcd") != code_digest(other, "abcd")


@pytest.mark.parametrize("kind", BallotError.__subclasses__())
def test_what_a_box_refuses_can_be_told_to_another_process(kind: type[BallotError]) -> None:
    made: dict[type[BallotError], BallotError] = {
        NotOnRollError: NotOnRollError("b", ("a", "b", "c", "d", "e", "f")),
        AlreadyVotedError: AlreadyVotedError("b", ("a",)),
        MarksError: MarksError("b", 1, 1, ("x",)),
        PaperTallyError: PaperTallyError("b", 3, 2, 2),
    }
    error = made.get(kind) or kind("b")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.code, again.found) == (str(error), error.code, error.found)


# --- properties -----------------------------------------------------------------------------------

Cast = tuple[str, str, tuple[str, ...]]
"""A way, a voter, and what is marked."""


@st.composite
def all_casts(draw: st.DrawFn) -> list[Cast]:
    """Votes of some of those on the roll, each once."""
    voters = draw(st.lists(st.sampled_from(ROLL), unique=True))
    marks = st.lists(st.sampled_from(CHOICES), unique=True, min_size=1, max_size=2).map(tuple)
    return [(draw(st.sampled_from(CHANNELS)), voter, draw(marks)) for voter in voters]


def held(box: BallotBox, secrecy: Secrecy, casts: Sequence[Cast]) -> Count:
    box.open(RATING, Terms(secrecy, CHOICES, 2), ROLL, on=DAY)
    codes = box.issue_codes(RATING, ROLL)
    for channel, voter, marks in casts:
        if channel == "paper":
            box.enter_paper(RATING, dict.fromkeys(marks, 1), [voter])
        else:
            by = Voter(voter) if channel == "portal" else Code(codes[voter])
            box.cast(RATING, by, marks)
    return box.close(RATING, on=LATER)


def sql_box(postgres: Engine | None = None) -> SqlBox:
    """In a new database; on PostgreSQL, in one with nothing in it."""
    if postgres is None:
        return box_beside(SqlStore("sqlite://"))
    emptied(postgres)
    return box_beside(SqlStore(postgres))


@examples(0.5)
@given(all_casts(), st.sampled_from(SECRECIES), st.randoms(use_true_random=False))
def test_neither_order_nor_way_nor_secrecy_changes_a_result(
    casts: list[Cast], secrecy: Secrecy, random: Random
) -> None:
    count = held(MemoryBox(), secrecy, casts)
    shuffled = [(random.choice(CHANNELS), voter, marks) for _, voter, marks in casts]
    random.shuffle(shuffled)
    assert held(sql_box(), random.choice(SECRECIES), shuffled) == count
    turnout, total = count.turnout, votes(count)
    assert sum(total.values()) <= 2 * turnout.voted <= 2 * turnout.roll
    assert max(total.values()) <= turnout.voted == len(casts)


Act = tuple[str, tuple[str, ...], tuple[str, ...]]


@examples(0.5)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*CHANNELS, *CHANNELS, "codes", "close"]),
            st.lists(st.sampled_from([*ROLL[:4], "stranger"]), max_size=3).map(tuple),
            st.lists(st.sampled_from([*CHOICES, "splendid"]), max_size=2).map(tuple),
        ),
        max_size=12,
    ),
    st.sampled_from(SECRECIES),
    st.integers(0, 3),
)
def test_all_boxes_answer_alike_whatever_is_asked(
    postgres_of_worker: Engine, acts: list[Act], secrecy: Secrecy, small: int
) -> None:
    answers = []
    for box in (MemoryBox(), sql_box(), sql_box(postgres_of_worker)):
        opened(box, secrecy, small=small)
        codes: dict[str, str] = {}
        told: list[object] = []
        for kind, voters, marks in acts:
            try:
                told.append(_answer(box, codes, kind, (voters, marks)))
            except BallotError as error:
                told.append((type(error), str(error)))
        answers.append((told, box.roll(RATING), box.close(RATING, on=LATER)))
    assert answers[0] == answers[1] == answers[2]


def _answer(
    box: BallotBox, codes: dict[str, str], kind: str, said: tuple[tuple[str, ...], ...]
) -> object:
    voters, marks = said
    match kind:
        case "portal":
            box.cast(RATING, Voter(next(iter(voters), "")), marks)
        case "code":
            box.cast(RATING, Code(codes.get(next(iter(voters), ""), "none")), marks)
        case "paper":
            box.enter_paper(RATING, dict.fromkeys(marks, 1), voters)
        case "codes":
            codes.update(box.issue_codes(RATING, voters))
        case _:
            return box.close(RATING, on=DAY)
    return kind


# --- at the same time -----------------------------------------------------------------------------


def together(*acts: Callable[[], object]) -> list[object]:
    """What acts answer that are begun at the same time, each in a thread."""
    barrier, answers = Barrier(len(acts)), dict[int, object]()

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[number] = act()
        except BallotError as error:
            answers[number] = error

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(acts))]


def closing_while_a_vote_comes_in(box: BallotBox, times: int) -> set[bool]:
    """Whether the vote was counted, each of so many times."""
    seen = set()
    for number in range(1, times + 1):
        ballot = BallotId(STREAM, "rating", number)
        box.open(ballot, Terms(Secrecy.UNLINKABLE, CHOICES), ROLL, on=DAY)
        cast = partial(box.cast, ballot, Voter("v1"), ("good",))
        close = partial(box.close, ballot, on=LATER)
        if number % 2:
            vote, count = together(cast, close)
        else:
            count, vote = together(close, cast)
        assert isinstance(count, Count)
        counted = votes(count)["good"]
        assert counted == count.turnout.voted == (vote is None)
        assert vote is None or isinstance(vote, BallotClosedError)
        assert box.close(ballot, on=LATER) == count
        seen.add(bool(counted))
    return seen


def test_a_vote_that_comes_in_at_closing_is_counted_or_refused(box: BallotBox) -> None:
    closing_while_a_vote_comes_in(box, 30)


@pytest.mark.stress
def test_a_vote_that_comes_in_at_closing_is_counted_or_refused_a_thousand_times(
    database: str,
) -> None:
    with SqlStore(database) as store:
        assert closing_while_a_vote_comes_in(box_beside(store), 1_000) == {True, False}


def one_person_by_two_ways(box: BallotBox, times: int) -> None:
    for number in range(1, times + 1):
        ballot = BallotId(STREAM, "rating", number)
        box.open(ballot, Terms(SECRECIES[number % 3], CHOICES), ROLL, on=DAY)
        code = box.issue_codes(ballot, ["v1"])["v1"]
        answers = together(
            partial(box.cast, ballot, Voter("v1"), ("good",)),
            partial(box.cast, ballot, Code(code), ("good",)),
            partial(box.enter_paper, ballot, {"good": 1}, ["v1"]),
        )
        assert answers.count(None) == 1
        assert sum(isinstance(answer, AlreadyVotedError) for answer in answers) == 2
        assert votes(box.close(ballot, on=LATER))["good"] == 1


def test_of_one_persons_votes_at_the_same_time_one_is_counted(box: BallotBox) -> None:
    one_person_by_two_ways(box, 15)


@pytest.mark.stress
def test_of_one_persons_votes_one_is_counted_a_thousand_times(database: str) -> None:
    with SqlStore(database) as store:
        one_person_by_two_ways(box_beside(store), 1_000)
