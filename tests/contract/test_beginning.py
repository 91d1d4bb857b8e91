"""Many changes written at once are kept as if they had been written one by one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Moved
from pledgeflow.errors import ConflictError, StorageError
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import (
    START,
    Change,
    DueRow,
    EventStore,
    Head,
    PledgeRow,
    SealedText,
)
from tests.writing import append, change

DAY = date(2025, 3, 31)
NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)


def one(number: int, place: str = "huimin") -> Change:
    stream = StreamId(place, "2025", f"p{number:04}")
    events = [Moved(version, 0, "pledge", "a", "b", DAY, "ab12", "r") for version in (1, 2)]
    return Change(
        stream,
        START,
        events,
        NOW,
        texts=[SealedText(f"d{number}", "salt", place), SealedText("all", "salt", "the same")],
        pledge=PledgeRow(stream, "member", "branch", "b", 2, "ab12", DAY),
        due=[DueRow(stream, DAY, "timer")],
        key=f"k{number}",
    )


def seen(store: EventStore, begun: Sequence[Change]) -> list[object]:
    places = sorted({each.stream.jurisdiction for each in begun})
    return [
        [store.load(each.stream) for each in begun],
        [store.done(each.stream.jurisdiction, each.key or "") for each in begun],
        [store.pledges(place) for place in places],
        [list(store.due(place, "timer", DAY)) for place in places],
        [store.texts(place, ["all", "d0", "d1", "d300"]) for place in places],
    ]


def test_many_are_written_as_one_by_one(store: EventStore) -> None:
    begun = [one(number, place) for number in range(301) for place in ("huimin", "gannan")]
    begun.append(Change(StreamId("huimin", "2025", "bare"), START, one(0).events, NOW))
    answers = store.append_all(begun)
    single = MemoryStore()
    assert answers == tuple(single.append(each) for each in begun)
    assert seen(store, begun) == seen(single, begun)
    assert store.pledge(begun[-1].stream) is None


def test_one_that_conflicts_is_left_out(store: EventStore) -> None:
    append(store, one(1).stream, 0, one(1).events, recorded_at=NOW)
    zero, left_out, two = store.append_all([one(0), one(1), one(2)])
    assert isinstance(zero, Head)
    assert isinstance(two, Head)
    assert isinstance(left_out, ConflictError)
    assert store.heads("huimin") == {one(number).stream: 2 for number in (0, 1, 2)}
    assert [row.stream for row in store.pledges("huimin")] == [one(0).stream, one(2).stream]
    assert store.texts("huimin", ["d0", "d1", "d2"]) == {"d0": "huimin", "d2": "huimin"}
    assert [row.stream for row in store.due("huimin", "timer", DAY)] == [
        one(0).stream,
        one(2).stream,
    ]


def test_changes_of_one_stream_follow_each_other(store: EventStore) -> None:
    first = one(0)
    head = MemoryStore().append(first)
    more = [Moved(3, 0, "pledge", "b", "c", DAY, "ab12", "r")]
    row = PledgeRow(first.stream, "member", "branch", "c", 3, "ab12", DAY)
    second = Change(first.stream, head, more, NOW, pledge=row, due=[], key="again")
    late = second._replace(key="late")
    answers = store.append_all([first, second, late])
    assert [type(answer) for answer in answers] == [Head, Head, ConflictError]
    assert [stored.version for stored in store.load(first.stream)] == [1, 2, 3]
    assert store.pledge(first.stream) == row
    assert list(store.due("huimin", "timer", DAY)) == []
    assert store.done("huimin", "late") is None


def test_a_key_is_used_once_among_them(store: EventStore) -> None:
    answers = store.append_all([one(0), one(1)._replace(key="k0")])
    assert [type(answer) for answer in answers] == [Head, ConflictError]
    assert store.load(one(1).stream) == ()


def test_what_one_rests_on_may_not_be_moved_by_another(store: EventStore) -> None:
    resting = one(1)._replace(reads={one(0).stream: 0})
    answers = store.append_all([one(0), resting])
    assert [type(answer) for answer in answers] == [Head, ConflictError]
    answers = store.append_all([resting._replace(reads={one(0).stream: 2})])
    assert [type(answer) for answer in answers] == [Head]


def test_what_append_refuses_is_refused(store: EventStore) -> None:
    wrong = [
        ([one(0), one(1)._replace(due=one(0).due)], "what is due is not all of"),
        ([one(0), one(1)._replace(pledge=one(0).pledge)], "the projection is not of"),
        ([one(0), one(1)._replace(events=one(1).events[1:])], "cannot follow version 0"),
    ]
    for begun, message in wrong:
        with pytest.raises(StorageError, match=message):
            store.append_all(begun)
    assert store.heads("huimin") == {}


def test_nothing_is_written_where_there_is_nothing(store: EventStore) -> None:
    assert store.append_all([]) == ()
    assert store.heads("huimin") == {}


def test_a_head_with_another_hash_is_another_history(store: EventStore) -> None:
    store.append(one(0))
    wrong = change(
        store, one(0).stream, 2, [Moved(3, 0, "pledge", "b", "c", DAY, "p", "r")], recorded_at=NOW
    )
    with pytest.raises(ConflictError):
        store.append(wrong._replace(after=Head(2, "another")))
