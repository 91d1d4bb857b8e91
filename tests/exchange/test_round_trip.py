"""Out of one database and into another: nothing is lost, and nothing is otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.audit.auditing import Auditing
from pledgeflow.ballots.sql import SqlBox
from pledgeflow.errors import PledgeflowError
from pledgeflow.exchange.exporting import exported
from pledgeflow.exchange.importing import BadFileError
from pledgeflow.exchange.kinds import KINDS
from pledgeflow.relay.outbox import Outbox
from pledgeflow.relay.relaying import Relay
from pledgeflow.service import Engine
from pledgeflow.steps import stream_id
from pledgeflow.storage import tables
from pledgeflow.storage.keeping import keep
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import DueRow, EventStore
from tests.dice import Dice, deployable, examples, shared
from tests.exchange.places import AN, AT, CATALOGUE, full, lines_of, load, records, sample
from tests.living import world_of
from tests.town import TOWN, day


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    file = f"sqlite:///{tmp_path / 'other.db'}"
    url = file if request.param == "sqlite" else request.getfixturevalue("new_postgres")
    with SqlStore(url) as store:
        yield store


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SqlStore]:
    with SqlStore(f"sqlite:///{tmp_path / 'own.db'}") as store:
        yield store


def due(store: EventStore, place: str) -> list[DueRow]:
    return [row for kind in ("timer", "duty") for row in store.due(place, kind, date.max)]


def test_the_sample_has_something_of_every_kind() -> None:
    assert {kind.name for kind in KINDS} - {record.kind for record in records()} == {"filed"}


def test_there_and_back_it_is_the_same(own: SqlStore, other: SqlStore, tmp_path: Path) -> None:
    town = full(own)
    out = lines_of(own)
    done = load(other, out)
    assert (done.jurisdiction, done.lines, done.bad) == ("t", len(out), 0)
    assert lines_of(other) == out
    assert other.pledges("t") == own.pledges("t")
    assert due(other, "t") == due(own, "t")
    assert other.directory("t") == own.directory("t")
    assert other.heads("t") == own.heads("t")
    assert list(other.decisions("t")) == list(own.decisions("t"))
    assert Auditing.of(other).verify("t") == Auditing.of(own).verify("t")
    for turnout in SqlBox(own).held(AN):
        assert SqlBox(other).roll(turnout.ballot) == SqlBox(own).roll(turnout.ballot)
        there, here = (SqlBox(s).close(turnout.ballot, on=day(8, 1)) for s in (other, own))
        assert there == here
    with SqlStore(f"sqlite:///{tmp_path / 'again.db'}") as again:
        load(again, out)
        assert lines_of(again) == out
    anew = Engine(other, town.engine.catalogue, town.engine.clock)
    for stream in own.heads("t"):
        assert anew.state(stream) == town.engine.state(stream)


def test_life_goes_on_there(own: SqlStore, other: SqlStore) -> None:
    town = full(own)
    load(other, lines_of(own))
    anew = Engine(other, CATALOGUE, town.engine.clock)
    step = {"do": "confer", "on": day(7, 30), "actor": "mayor", "capacity": "secretary"}
    for engine in (town.engine, anew):
        engine.do(TOWN, {**step, "candidacy": 1})
        engine.tick("t", day(12, 1))
    assert other.pledges("t") == own.pledges("t")
    objection = {"do": "object", "on": day(7, 6), "actor": "mayor", "capacity": "secretary"}
    said = {**objection, "candidacy": 1, "what": "从未到场 𝄞\n"}
    version = len(other.load(stream_id(TOWN)))
    anew.do(TOWN, said, key="钥匙")
    assert len(other.load(stream_id(TOWN))) == version
    assert _handed_on(other)[0] == _handed_on(own)[0]


def _handed_on(store: SqlStore) -> list[str]:
    got: list[str] = []

    def deliver(event: dict[str, Any]) -> None:
        got.append(event["id"])

    later = AT.replace(year=2026)
    Relay(Outbox(store), deliver, "r", lambda: later, lambda: 0.0).once()
    return got


@pytest.mark.parametrize("name", shared(deployable()))
@examples(0.05)
@given(data=st.data())
def test_after_any_life(name: str, data: st.DataObject) -> None:
    world = world_of(name, Sandbox())
    world.live(Dice(data.draw), 3)
    with SqlStore("sqlite://") as own, SqlStore("sqlite://") as other:
        world.engine.catch_up("town")
        keep(world.engine.store, own)  # type: ignore[arg-type]
        out = lines_of(own, "town")
        load(other, out)
        assert lines_of(other, "town") == out
        assert other.pledges("town") == own.pledges("town")
        for stream, version in own.heads("town").items():
            assert Engine(other, world.engine.catalogue).state(stream).version == version


def test_an_export_is_of_one_moment(own: SqlStore) -> None:
    town = full(own)
    out, lines = lines_of(own), exported(own, "t")
    found = [next(lines)]
    town.do(TOWN, "object", day(7, 9), "mayor", candidacy=1, what="meanwhile")
    assert [*found, *lines] == out


def test_an_export_is_of_one_moment_on_postgresql(new_postgres: str) -> None:
    with SqlStore(new_postgres) as store:
        town = full(store)
        out, lines = lines_of(store), exported(store, "t")
        found = [next(lines)]
        town.do(TOWN, "object", day(7, 9), "mayor", candidacy=1, what="meanwhile")
        assert [*found, *lines] == out


def test_others_are_left_alone(own: SqlStore) -> None:
    load(own, sample())
    engine = Engine(own, CATALOGUE)
    engine.open_cycle("u", "town", cycle="2025")
    assert lines_of(own) == list(sample())
    alone = lines_of(own, "u")
    with SqlStore("sqlite://") as other:
        load(other, alone)
        load(other, sample())
        assert lines_of(other, "u") == alone
        assert other.jurisdictions() == ("t", "u")


@pytest.mark.parametrize("what", ["cycles", "people", "streams"])
def test_one_that_is_there_already_is_refused(own: SqlStore, what: str) -> None:
    rows: dict[str, dict[str, Any]] = {
        "cycles": {"starts": day(1, 1), "ordinal": 1, "policy": "p", "digest": "d", "cycle": "c"},
        "people": {"row": 0, "person": "p", "name": "", "kinds": frozenset()},
        "streams": {"cycle": "c", "promisor": "p", "venue": "", "version": 1, "hash": ""},
    }
    table = tables.METADATA.tables[what]
    more = {"state_version": 0} if what == "streams" else {}
    with own.transaction(write=True) as connection:
        connection.execute(table.insert(), {"jurisdiction": "t", **rows[what], **more})
    with pytest.raises(PledgeflowError, match="`t` is in the database already") as error:
        load(own, sample())
    assert not isinstance(error.value, BadFileError)


def test_what_is_not_there_cannot_be_exported(own: SqlStore) -> None:
    with pytest.raises(PledgeflowError, match="there is nothing of `t` in the database"):
        lines_of(own)
