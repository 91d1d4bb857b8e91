"""What an engine read is of no use once another store stands in its place."""

from pledgeflow.service.remembering import Streams
from pledgeflow.steps import stream_id
from pledgeflow.storage.memory import MemoryStore
from tests.town import Town, day

AN = stream_id("t/2025/an")


def test_a_store_that_was_put_back_and_grew_past_what_is_known_is_read_anew() -> None:
    now, copy = Town().promised(), Town()
    step = {"do": "promise", "actor": "an", "capacity": "promisor", "on": day(2, 10)}
    copy.engine.do(AN, step)
    copy.rate()
    streams = Streams(now.engine.store)
    before = streams.read(AN)
    streams._store = copy.engine.store
    found = streams.read(AN)
    assert found.reading.head.version > before.reading.head.version
    assert found.state == copy.engine.state(AN)


def test_a_store_that_was_put_back_is_read_anew_with_the_key_asked_about() -> None:
    now, copy = Town().promised(), Town()
    step = {"do": "promise", "actor": "an", "capacity": "promisor", "on": day(1, 10)}
    copy.engine.do(AN, step, key="k")
    store = now.engine.store
    assert isinstance(store, MemoryStore)
    streams = Streams(store)
    before = streams.read(AN)
    streams._store = copy.engine.store
    found = streams.read(AN, "k")
    assert before.reading.head != found.reading.head
    assert found.state == copy.engine.state(AN)
    assert found.reading.span is not None
