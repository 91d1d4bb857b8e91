"""Handing on: at least once, in order, each stream for itself, whatever fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import DeliveryError, StorageError
from pledgeflow.relay.outbox import Outbox
from pledgeflow.relay.relaying import BURST, Turn
from pledgeflow.storage import tables
from pledgeflow.storage.sql import SqlStore
from tests.relay.fakes import Clock, Receiver, down, happen, only, relay, stream

AN, BO, CAI = (stream(name) for name in ("an", "bo", "cai"))


def rows(store: SqlStore) -> list[Any]:
    table = tables.outbox
    with store.transaction() as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.c))]


def left(store: SqlStore) -> int:
    """How many rows are left that somebody is at, or waits with."""
    with store.transaction() as connection:
        return len(connection.execute(select(tables.relays)).all())


def test_everything_is_handed_on_in_order_and_forgotten(store: SqlStore, clock: Clock) -> None:
    happen(store, AN, 3, at_once=2)
    happen(store, BO, 2)
    receiver = Receiver()
    result = relay(store, receiver, clock).once()
    assert (result.handed, result.waiting) == (8, {})
    assert receiver.order == {str(AN): [1, 2, 3, 4, 5, 6], str(BO): [1, 2]}
    assert [event["id"] for event in receiver.got if event["subject"] == str(BO)] == [
        stored.hash for stored in store.load(BO)
    ]
    assert rows(store) == []
    assert left(store) == 0
    assert relay(store, receiver, clock).once().handed == 0


def test_what_comes_later_is_handed_on_later(store: SqlStore, clock: Clock) -> None:
    receiver = Receiver()
    handing = relay(store, receiver, clock)
    for n in range(1, 4):
        happen(store, AN)
        assert handing.once().handed == 1
        assert receiver.order == {str(AN): list(range(1, n + 1))}


def test_a_stream_that_fails_holds_up_no_other(store: SqlStore, clock: Clock) -> None:
    for each in (AN, BO, CAI):
        happen(store, each, 3)
    receiver = Receiver(only(BO, DeliveryError("no room")))
    result = relay(store, receiver, clock).once()
    assert result.waiting == {BO: "no room"}
    assert receiver.order == {str(AN): [1, 2, 3], str(CAI): [1, 2, 3]}
    assert len(rows(store)) == 3


def test_nobody_waits_for_a_stream_with_very_much(store: SqlStore, clock: Clock) -> None:
    happen(store, AN, 3, at_once=BURST)
    happen(store, BO)
    handing = relay(store, Receiver(), clock)
    turns = [handing.turn() for _ in range(3)]
    assert [turn and (turn.stream, turn.handed) for turn in turns] == [
        (AN, BURST),
        (BO, 1),
        (AN, BURST),
    ]


def test_failures_wait_longer_each_time_and_begin_anew_after_success(
    store: SqlStore, clock: Clock
) -> None:
    happen(store, AN, 2)
    receiver = Receiver(lambda _: ValueError("broken"))
    handing, waits = relay(store, receiver, clock), []
    for _ in range(12):
        turn = handing.turn()
        assert turn is not None
        assert turn.why == "broken"
        assert turn.again is not None
        waits.append((turn.again - clock()).total_seconds())
        assert handing.turn() is None
        clock.now = turn.again
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    receiver.wrong = lambda event: None if event["sequence"].endswith("1") else ValueError()
    turn = handing.turn()
    assert turn == Turn(AN, 1, "the receiver failed", clock() + timedelta(seconds=1))
    assert receiver.order == {str(AN): [1]}
    assert [row[-2:] for row in rows(store)] == [(2, 1)]


def test_part_of_a_command_is_not_handed_on_again(store: SqlStore, clock: Clock) -> None:
    happen(store, AN, 1, at_once=3)
    receiver = Receiver(lambda e: ValueError() if e["sequence"].endswith("3") else None)
    handing = relay(store, receiver, clock)
    handing.once()
    receiver.wrong = lambda _: None
    clock.go(seconds=2)
    handing.once()
    assert receiver.order == {str(AN): [1, 2, 3]}


def test_what_is_refused_waits_longest_at_once(store: SqlStore, clock: Clock) -> None:
    happen(store, AN)
    turn = relay(store, Receiver(lambda _: DeliveryError("no", refused=True)), clock).turn()
    assert turn is not None
    assert turn.again == clock() + timedelta(minutes=10)


def test_a_receiver_may_ask_for_time(store: SqlStore, clock: Clock) -> None:
    happen(store, AN)
    busy = Receiver(lambda _: DeliveryError("busy", timedelta(seconds=90)))
    turn = relay(store, busy, clock).turn()
    assert turn is not None
    assert turn.again == clock() + timedelta(seconds=90)


def test_nothing_is_lost_when_the_receiver_is_gone_for_a_day(store: SqlStore, clock: Clock) -> None:
    people = [stream(f"p{n:02}") for n in range(30)]
    for each in people:
        happen(store, each, 2)
    receiver = Receiver(down)
    handing, end = relay(store, receiver, clock), clock() + timedelta(days=1)
    while clock() < end:
        handing.turn()
        clock.go(seconds=20)
        if clock().minute == 0 and clock().second == 0:
            happen(store, people[clock().hour])
    # not once for every stream: what is held against all of them is tried with one
    assert 100 < len(receiver.asked) < 300
    receiver.wrong = lambda _: None
    clock.go(minutes=10)
    handing.once()
    assert receiver.order == {
        str(each): list(range(1, len(store.load(each)) + 1)) for each in people
    }
    assert rows(store) == []


def test_a_stream_that_failed_before_waits_no_longer_for_the_receiver_being_gone(
    store: SqlStore, clock: Clock
) -> None:
    happen(store, AN)
    receiver = Receiver(lambda _: ValueError())
    handing = relay(store, receiver, clock)
    for _ in range(3):
        handing.turn()
        clock.go(seconds=10)
    receiver.wrong = down
    handing.turn()
    receiver.wrong = lambda _: ValueError()
    clock.go(seconds=10)
    turn = handing.turn()
    assert turn is not None
    assert turn.again == clock() + timedelta(seconds=8)


def test_a_relay_that_dies_is_replaced_when_its_time_is_over(store: SqlStore, clock: Clock) -> None:
    happen(store, AN, 2)
    happen(store, BO)
    dead = Outbox(store).claim("dead", clock(), clock() + timedelta(minutes=2))
    assert dead is not None
    receiver = Receiver()
    handing = relay(store, receiver, clock)
    assert handing.once().handed == 1
    clock.go(seconds=119)
    assert handing.once().handed == 0
    clock.go(seconds=1)
    assert handing.once().handed == 2
    # it was not dead, only slow: it lets go of nothing that is no longer its own
    claim = Outbox(store).claim("r2", clock(), clock() + timedelta(minutes=2))
    assert claim is None
    happen(store, AN)
    claim = Outbox(store).claim("r2", clock(), clock() + timedelta(minutes=2))
    Outbox(store).release(dead, 0)
    assert claim is not None
    assert Outbox(store).claim("r3", clock(), clock() + timedelta(minutes=2)) is None


def test_a_turn_ends_before_the_stream_is_somebody_elses(store: SqlStore, clock: Clock) -> None:
    happen(store, AN, 5)
    slow = Receiver(lambda _: clock.go(seconds=50))
    handing = relay(store, slow, clock)
    turns = [handing.turn() for _ in range(3)]
    assert [turn and turn.handed for turn in turns] == [2, 2, 1]


@pytest.mark.parametrize("dies", [False, True])
def test_several_at_once_keep_the_order(store: SqlStore, dies: bool) -> None:
    people = [stream(f"p{n}") for n in range(8)]
    for each in people:
        happen(store, each, 6, at_once=3)
    receiver, stop, clock = Receiver(), Event(), Clock()
    count = iter(range(10**9))

    def deliver(event: dict[str, Any]) -> None:
        receiver(event)
        if dies and next(count) % 7 == 3:
            raise SystemExit  # received, and nobody was told

    def work(name: str) -> None:
        while not stop.is_set():
            try:
                if relay(store, deliver, clock, name).turn() is None:
                    stop.wait(0.005)
            except SystemExit:
                continue
            except StorageError:
                continue

    threads = [Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2000):
        if not rows(store):
            break
        stop.wait(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert rows(store) == []
    for versions in receiver.order.values():
        assert set(versions) == set(range(1, 19))
        firsts = [v for n, v in enumerate(versions) if v not in versions[:n]]
        assert firsts == list(range(1, 19))
        if not dies:
            assert len(receiver.got) == 8 * 18


def test_only_one_jurisdiction_if_it_is_named(store: SqlStore, clock: Clock) -> None:
    there = stream("an", "elsewhere")
    happen(store, AN)
    happen(store, there)
    receiver = Receiver()
    handing = relay(store, receiver, clock)
    handing.outbox = Outbox(store, "elsewhere")
    assert handing.once().handed == 1
    assert handing.outbox.waiting() == 0
    assert Outbox(store).waiting() == 1
    assert receiver.order == {str(there): [1]}


def test_it_runs_until_it_is_stopped_and_survives_a_database_that_fails(
    store: SqlStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(store, AN)
    stop, told, receiver = Event(), list[Turn | StorageError](), Receiver()
    handing = relay(store, receiver, clock, tell=told.append)
    plain: Callable[..., Any] = Outbox.claim
    troubles = iter([StorageError("locked")])

    def claim(*args: Any, **said: Any) -> Any:
        if (trouble := next(troubles, None)) is not None:
            raise trouble
        found = plain(*args, **said)
        if found is None:
            stop.set()
        return found

    monkeypatch.setattr(Outbox, "claim", claim)
    handing.run(stop, timedelta(0))
    assert [type(each) for each in told] == [StorageError, Turn]
    assert receiver.order == {str(AN): [1]}


def test_an_event_that_is_damaged_is_told_and_waits(store: SqlStore, clock: Clock) -> None:
    for each in (AN, BO):
        happen(store, each, 2)
    _damage(store, AN, 2)
    receiver = Receiver()
    handing = relay(store, receiver, clock)
    result = handing.once()
    assert receiver.order == {str(AN): [1], str(BO): [1, 2]}
    assert list(result.waiting) == [AN]
    assert result.waiting[AN].startswith("version 2: damaged event")


def _damage(store: SqlStore, where: StreamId, version: int) -> None:
    log = tables.events
    with store.transaction(write=True) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER events_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
        here = log.update().where(log.c.promisor == where.promisor, log.c.version == version)
        connection.execute(here.values(data="{"))
