"""What is derived from the log can be worked out from it at any time, and is what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.states import State
from pledgeflow.errors import ConflictError
from pledgeflow.service import Engine
from pledgeflow.service.engine import PATIENCE
from pledgeflow.steps import stream_id
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import DueRow, EventStore
from tests.dice import deployable
from tests.living import world_of
from tests.strategies import Dice, examples
from tests.town import PEOPLE, YEAR, Town, day

LAST = date.max


def due(store: EventStore, place: str, kind: Any) -> list[DueRow]:
    return list(store.due(place, kind, LAST))


def ruin(store: Sandbox) -> None:
    """Whatever can be worked out is gone, or wrong."""
    for stream in store._log:
        store._states.pop(stream, None)
        store._due[stream] = ()
        store._pledges.pop(stream, None)


@pytest.mark.parametrize("name", deployable())
@examples(0.1)
@given(data=st.data())
def test_after_any_life(name: str, data: st.DataObject) -> None:
    store = Sandbox()
    world = world_of(name, store)
    world.live(Dice(data.draw), 4)
    engine, there = world.engine, store.fork()
    ruin(store)
    assert engine.rebuild("town") == len(store.heads("town"))
    assert store.pledges("town") == there.pledges("town")
    assert due(store, "town", "duty") == due(there, "town", "duty")
    assert _looked_at(store) <= _looked_at(there)
    anew = Engine(store, engine.catalogue, engine.clock, engine.calendar)
    was = Engine(there, engine.catalogue, engine.clock, engine.calendar)
    for stream in store.heads("town"):
        assert anew.state(stream) == was.state(stream)
    # What was looked at and held back is looked at once more; the same comes of it, and it is as it was.
    after = world.today + timedelta(days=1)
    assert anew.tick("town", after) == was.tick("town", after)
    assert due(store, "town", "timer") == due(there, "town", "timer")
    assert store.pledges("town") == there.pledges("town")


def _looked_at(store: EventStore) -> list[date]:
    return [row.day for row in due(store, "town", "timer")][:1] or [LAST]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    if request.param == "memory":
        yield Sandbox()
        return
    file = f"sqlite:///{tmp_path / 'town.db'}"
    url = file if request.param == "sqlite" else request.getfixturevalue("new_postgres")
    with SqlStore(url) as store:
        yield store


def test_while_others_act(shared: EventStore) -> None:
    store = shared
    town, over = Town(store=store).rated(), Event()

    def act() -> None:
        other = Engine(store, town.engine.catalogue, town.engine.clock)
        by = {"actor": "an", "capacity": "secretary", "on": day(7, 1)}
        try:
            for n in range(60):
                graded = other.do("t/2025/cai", {"do": "grade", "tier": "good", **by})
                record = next(e.version for e in graded.events if isinstance(e, Recorded))
                other.do("t/2025/cai", {"do": "annul", "target": record, **by})
                if n % 10 == 0:
                    other.rebuild("t")
        finally:
            over.set()

    thread = Thread(target=act)
    thread.start()
    rounds = 0
    try:
        while not over.is_set():
            town.engine.rebuild("t")
            rounds += 1
    finally:
        thread.join()
    assert rounds
    assert len(store.load(stream_id("t/2025/cai"))) > 120
    found = everything(store)
    town.engine.rebuild("t")
    assert everything(store) == found
    anew = Engine(store, town.engine.catalogue, town.engine.clock)
    for stream in store.heads("t"):
        assert anew.state(stream) == town.engine.state(stream)


def everything(store: EventStore) -> list[object]:
    return [store.pledges("t"), due(store, "t", "timer"), due(store, "t", "duty")]


def test_what_was_derived_earlier_is_not_written() -> None:
    store = Sandbox()
    town = Town(store=store).promised()
    state, row = town.engine.state(YEAR), store.pledge(stream_id(YEAR))
    assert row is not None
    town.do(YEAR, "hold_rating", day(6, 1), "an", results=dict.fromkeys(PEOPLE, "good"))
    later = store.pledge(stream_id(YEAR))
    assert not store.renew(state, row, ())
    assert store.pledge(stream_id(YEAR)) == later


def test_one_that_never_rests_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Sandbox()
    town = Town(store=store)
    plain: Callable[..., bool] = store.renew
    tries = []

    def renew(state: State, *rest: Any) -> bool:
        tries.append(state.version)
        return plain(replace(state, version=state.version), *rest) and len(tries) > PATIENCE

    monkeypatch.setattr(store, "renew", renew)
    with pytest.raises(ConflictError, match="is being written to all the time; try again"):
        town.engine.rebuild("t")
    assert len(tries) == PATIENCE
