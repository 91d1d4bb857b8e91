"""What is to come, as every store keeps it: with the events, by day, some at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Moved
from pledgeflow.errors import ConflictError, StorageError
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import START, Change, DueRow, EventStore
from tests.writing import append

DAY = date(2025, 3, 31)
NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)
WANG = StreamId("huimin", "2025", "wang")
LI = StreamId("huimin", "2025", "li")


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def timer(number: int, stream: StreamId = WANG, **rest: Any) -> DueRow:
    return DueRow(stream, day(number), "timer", **rest)


def duty(number: int, stream: StreamId = WANG, **rest: Any) -> DueRow:
    return DueRow(stream, day(number), "duty", **{"duty": "meet", **rest})


def write(store: EventStore, version: int, *due: DueRow, stream: StreamId = WANG) -> None:
    event = Moved(version, 0, "pledge", "a", "b", DAY, "ab12", "r")
    append(store, stream, version - 1, [event], due=due, recorded_at=NOW)


def found(store: EventStore, **rest: Any) -> list[DueRow]:
    asked: dict[str, Any] = {"jurisdiction": "huimin", "kind": "timer", "until": day(99), **rest}
    return list(store.due(**asked))


def test_what_is_to_come_is_replaced_with_the_events(store: EventStore) -> None:
    write(store, 1, timer(3), duty(5, subject="commitment/1"))
    assert found(store) == [timer(3)]
    assert found(store, kind="duty") == [duty(5, subject="commitment/1")]
    write(store, 2, timer(4))
    assert found(store) == [timer(4)]
    assert found(store, kind="duty") == []
    write(store, 3)
    assert found(store) == []


def test_events_that_say_nothing_of_it_leave_it(store: EventStore) -> None:
    write(store, 1, timer(3))
    event = Moved(2, 0, "pledge", "a", "b", DAY, "ab12", "r")
    append(store, WANG, 1, [event], recorded_at=NOW)
    assert found(store) == [timer(3)]


def test_a_conflict_changes_nothing_that_is_to_come(store: EventStore) -> None:
    write(store, 1, timer(3))
    with pytest.raises(ConflictError):
        write(store, 1, timer(4))
    assert found(store) == [timer(3)]


def test_the_first_comes_first_and_then_in_the_order_of_streams(store: EventStore) -> None:
    home, later = WANG._replace(venue="residence"), LI._replace(cycle="2026")
    rows = {
        home: [duty(1), duty(1, duty="ask"), duty(0)],
        later: [duty(0)],
        WANG: [duty(1, subject="b"), duty(1, subject="a")],
        LI: [duty(1)],
    }
    for stream, due in rows.items():
        write(store, 1, *(replace(row, stream=stream) for row in due), stream=stream)
    assert found(store, kind="duty") == [
        duty(0, home),
        duty(0, later),
        duty(1, LI),
        duty(1, WANG, subject="a"),
        duty(1, WANG, subject="b"),
        duty(1, home, duty="ask"),
        duty(1, home),
    ]


def test_it_is_asked_for_up_to_a_day_and_of_one_cycle_or_organization(store: EventStore) -> None:
    later, other = LI._replace(cycle="2026"), LI._replace(jurisdiction="gannan")
    write(store, 1, timer(3, organization="branch_1"))
    write(store, 1, timer(2, LI, organization="branch_2"), stream=LI)
    write(store, 1, timer(1, later, organization="branch_2"), stream=later)
    write(store, 1, timer(0, other), stream=other)
    assert found(store, until=day(0)) == []
    assert [row.stream for row in found(store, until=day(2))] == [later, LI]
    assert [row.stream for row in found(store, cycle="2025")] == [LI, WANG]
    assert [row.stream for row in found(store, organization="branch_2")] == [later, LI]
    assert [row.stream for row in found(store, organization="branch_2", cycle="2025")] == [LI]
    assert [row.stream for row in found(store, jurisdiction="gannan")] == [other]


def test_it_is_rewritten_only_while_the_stream_is_where_it_was(store: EventStore) -> None:
    write(store, 1, timer(3))
    store.put_due(WANG, 1, [timer(5)])
    assert found(store) == [timer(5)]
    write(store, 2, timer(6))
    store.put_due(WANG, 1, [])
    assert found(store) == [timer(6)]
    store.put_due(WANG, 2, [])
    assert found(store) == []
    store.put_due(LI, 1, [timer(1, LI)])
    assert found(store) == []


def test_one_kind_of_a_cycle_is_let_go(store: EventStore) -> None:
    later = WANG._replace(cycle="2026")
    for stream in (WANG, LI, later):
        write(store, 1, timer(1, stream), duty(2, stream), stream=stream)
    store.drop_due("huimin", "2025", "duty")
    assert [row.stream for row in found(store, kind="duty")] == [later]
    assert [row.stream for row in found(store)] == [LI, WANG, later]


def test_what_is_due_in_another_stream_is_refused(store: EventStore) -> None:
    with pytest.raises(StorageError, match="what is due is not all of `huimin/2025/wang`"):
        write(store, 1, timer(1, LI))
    with pytest.raises(StorageError, match="what is due is not all of `huimin/2025/wang`"):
        store.put_due(WANG, 0, [timer(1, LI)])
    assert store.load(WANG) == ()


def test_however_many_there_are_each_is_given_once(store: EventStore) -> None:
    rows = [duty(n // 9, subject=f"{n:05}") for n in range(1, 1400)]
    write(store, 1, *rows)
    assert found(store, kind="duty", until=date.max) == rows


@pytest.mark.parametrize("number", [499, 500, 501, 1000])
def test_the_last_page_may_be_full(store: EventStore, number: int) -> None:
    write(store, 1, *(duty(0, subject=f"{n:05}") for n in range(number)))
    assert len(found(store, kind="duty")) == number


def test_what_is_read_may_be_written_to_in_between(store: EventStore) -> None:
    streams = [StreamId("huimin", "2025", f"p{n:04}") for n in range(700)]
    first = [Moved(1, 0, "pledge", "a", "b", DAY, "ab12", "r")]
    store.append_all([Change(s, START, first, NOW, due=[timer(0, s)]) for s in streams])
    seen = []
    for row in store.due("huimin", "timer", DAY):
        store.put_due(row.stream, 1, [timer(1, row.stream)])
        seen.append(row.stream)
    assert seen == streams
    assert found(store, until=DAY) == []


def test_rows_are_read_as_they_are_asked_for(store: EventStore) -> None:
    write(store, 1, *(duty(n) for n in range(1200)))
    asked: Iterator[DueRow] = store.due("huimin", "duty", date.max)
    assert next(asked) == duty(0)
    write(store, 2)
    left = list(asked)
    assert len(left) == (1199 if isinstance(store, MemoryStore) else 499)
