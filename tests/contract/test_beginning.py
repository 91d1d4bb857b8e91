"""Many streams begun at once are kept as if they had been begun one by one, or not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Moved
from pledgeflow.errors import ConflictError, StorageError
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import Beginning, DueRow, EventStore, PledgeRow, SealedText

DAY = date(2025, 3, 31)
NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)


def one(number: int, place: str = "huimin") -> Beginning:
    stream = StreamId(place, "2025", f"p{number:04}")
    events = [Moved(version, 0, "pledge", "a", "b", DAY, "ab12", "r") for version in (1, 2)]
    return Beginning(
        stream,
        events,
        [SealedText(f"d{number}", "salt", place), SealedText("all", "salt", "the same")],
        PledgeRow(stream, "member", "branch", "b", 2, "ab12", DAY),
        [DueRow(stream, DAY, "timer")],
    )


def seen(store: EventStore, begun: list[Beginning]) -> list[object]:
    places = sorted({each.stream.jurisdiction for each in begun})
    return [
        [store.load(each.stream) for each in begun],
        [store.pledges(place) for place in places],
        [list(store.due(place, "timer", DAY)) for place in places],
        [store.texts(place, ["all", "d0", "d1", "d700"]) for place in places],
    ]


def test_many_are_begun_as_one_by_one(store: EventStore) -> None:
    begun = [one(number, place) for number in range(701) for place in ("huimin", "gannan")]
    bare = Beginning(StreamId("huimin", "2025", "bare"), one(0).events)
    begun.append(bare)
    store.begin_all(begun, recorded_at=NOW)
    single = MemoryStore()
    for each in begun:
        single.append(
            each.stream,
            0,
            each.events,
            texts=each.texts,
            pledge=each.pledge,
            due=each.due,
            recorded_at=NOW,
        )
    assert seen(store, begun) == seen(single, begun)
    assert store.pledge(bare.stream) is None


def test_if_one_has_begun_none_begins(store: EventStore) -> None:
    store.append(one(1).stream, 0, one(1).events, recorded_at=NOW)
    with pytest.raises(ConflictError):
        store.begin_all([one(0), one(1), one(2)], recorded_at=NOW)
    assert store.heads("huimin") == {one(1).stream: 2}
    assert store.pledges("huimin") == []
    assert store.texts("huimin", ["d0", "all"]) == {}
    assert list(store.due("huimin", "timer", DAY)) == []


def test_what_append_refuses_is_refused(store: EventStore) -> None:
    wrong = [
        ([one(0), one(0)], "`huimin/2025/p0000` is there twice"),
        ([one(0), replace(one(1), due=one(0).due)], "what is due is not all of"),
        ([one(0), replace(one(1), pledge=one(0).pledge)], "the projection is not of"),
        ([one(0), replace(one(1), events=one(1).events[1:])], "cannot follow version 0"),
    ]
    for begun, message in wrong:
        with pytest.raises(StorageError, match=message):
            store.begin_all(begun, recorded_at=NOW)
    assert store.heads("huimin") == {}


def test_nothing_is_begun_where_there_is_nothing(store: EventStore) -> None:
    store.begin_all([], recorded_at=NOW)
    assert store.heads("huimin") == {}
