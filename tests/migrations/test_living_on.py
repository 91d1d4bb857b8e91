"""A year begun with old code goes on with new code: nobody in it can tell the difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from pledgeflow.ballots.sql import SqlBox
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.chain import link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.serialisation import encode
from pledgeflow.errors import PledgeflowError, RefusedError
from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import Glance
from pledgeflow.storage.upgrading import upgrade
from tests.migrations.places import File, Place, filled, rows
from tests.town import PEOPLE, POLICIES, SELECTION, TOWN, day

WORDS = '名单上没有他的述职记录，"请"补交'
EAST = StreamId("t", "2025", "east", "selection")
GUARD = (
    "CREATE TRIGGER events_no_update BEFORE UPDATE ON events "
    "BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END"
)


@pytest.fixture
def store(place: Place) -> Iterator[SqlStore]:
    filled(place)
    with SqlStore(place.url) as store:
        upgrade(store)
        yield store


@pytest.fixture
def engine(store: SqlStore) -> Engine:
    return Engine(store, Catalogue((POLICIES,)), clock=lambda: date(2025, 12, 31))


def test_every_event_is_tied_to_the_one_before(store: SqlStore) -> None:
    for jurisdiction in store.jurisdictions():
        for stream, version in store.heads(jurisdiction).items():
            assert check_chain(store, stream) == version


def check_chain(store: SqlStore, stream: StreamId) -> int:
    last, events = "", store.load(stream)
    for stored in events:
        last = link(stream, encode(stored.event), stored.recorded_at, last)
        assert stored.hash == last
    (reading,) = store.read([Glance(stream)])
    assert reading.head == (len(events), last)
    assert [stored.version for stored in events] == list(range(1, len(events) + 1))
    return len(events)


RARE = """UPDATE events SET data = replace(data, '"fields":{}', '"fields":{"ﬀ":1,"𠮷":2}')
WHERE jurisdiction = 't' AND promisor = 'an' AND version = 2"""
"""Old code kept names in the order of code points; by UTF-16 units the second comes first."""


def test_rare_characters_are_put_into_the_order_of_today(place: Place) -> None:
    filled(place)
    if isinstance(place, File):
        place.run("DROP TRIGGER events_no_update")
    place.run(RARE)
    if isinstance(place, File):
        place.run(GUARD)
    with SqlStore(place.url) as store:
        upgrade(store)
        check_chain(store, StreamId("t", "2025", "an"))
    (kept,) = (row["data"] for row in rows(place)["events"] if "𠮷" in row["data"])
    assert '"fields":{"𠮷":2,"ﬀ":1}' in kept


def test_words_are_there_and_those_erased_are_not(engine: Engine, store: SqlStore) -> None:
    said = [record.fields["what"] for record in engine.state(TOWN).records["object"]]
    digests = [getattr(text, "digest", "") for text in said]
    assert len(digests) == 2
    assert store.texts("t", digests) == {digests[0]: WORDS}
    assert store.directory("t").names["an"] == "安宁"


def test_keys_stand_for_what_they_stood_for(store: SqlStore, place: Place) -> None:
    kept = rows(place)["done"]
    assert kept
    for row in kept:
        done = store.done(row["jurisdiction"], row["key"])
        assert done is not None
        assert [stored.version for stored in done] == list(range(row["after"] + 1, row["upto"] + 1))


def test_what_was_still_to_follow_follows(engine: Engine) -> None:
    assert "cai" not in _candidates(engine)
    assert engine.catch_up("t") == 1
    assert engine.catch_up("t") == 0
    assert {"bo", "cai"} <= _candidates(engine)


def _candidates(engine: Engine) -> set[object]:
    state = engine.state(TOWN)
    return {subject.content.get("candidate") for subject in state.subjects.values()}


def test_the_year_goes_on(engine: Engine, store: SqlStore) -> None:
    assert {row.state for row in store.pledges("t", promisors=PEOPLE)} == {"graded"}
    before = store.heads("t")[EAST]
    step = {"do": "end_selection", "on": day(7, 20), "actor": "an", "capacity": "secretary"}
    done = engine.do(SELECTION, step, key="end")
    assert engine.do(SELECTION, step, key="end").events == done.events
    assert store.heads("t")[EAST] == before + len(done.events)
    with pytest.raises(RefusedError):
        engine.do(SELECTION, step)
    with pytest.raises(PledgeflowError, match="already open"):
        engine.open_cycle("t", "town", cycle="2025")


def test_ballots_are_there(store: SqlStore) -> None:
    (held,) = SqlBox(store).held(StreamId("town", "2025", "wang", ""))
    assert (held.roll, held.voted, held.closed_on) == (13, 8, date(2025, 3, 12))
