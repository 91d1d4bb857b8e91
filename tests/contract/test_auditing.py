"""Checkpoints and proofs, on every database: what they say, what they refuse, and to whom they hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.audit import verifier
from pledgeflow.audit.auditing import Auditing
from pledgeflow.audit.checkpoints import Signed, published
from pledgeflow.audit.keys import Key, generate
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import AuditError
from pledgeflow.service import Engine
from pledgeflow.steps import stream_id
from pledgeflow.storage.keeping import keep
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore
from tests.town import PEOPLE, SELECTION, Town, day

AT = datetime(2025, 7, 5, tzinfo=UTC)
BO = StreamId("t", "2025", "bo")


@pytest.fixture
def key(tmp_path: Path) -> Key:
    generate(tmp_path / "key")
    return Key.read(tmp_path / "key")


@pytest.fixture
def town(store: EventStore) -> Town:
    """Rated, in a database; what was played in memory has come there by `keep`."""
    played = Town(store=store).rated()
    if isinstance(store, MemoryStore):
        target = SqlStore("sqlite://")
        keep(store, target)
        engine = played.engine
        played.engine = Engine(target, engine.catalogue, clock=engine.clock)
    return played


@pytest.fixture
def auditing(town: Town) -> Auditing:
    return Auditing.of(town.engine.store)


def signed(auditing: Auditing, key: Key, *, later: int = 0) -> Signed:
    return auditing.checkpoint("t", key, at=AT + timedelta(days=later))


def holds(proof: Any, by: Signed, key: Key) -> Any:
    """What the stand-alone verifier says, of what came by way of a file."""
    read, checkpoint = (json.loads(json.dumps(each)) for each in (proof, by.data))
    return verifier.verify(read, checkpoint, key.public)


def test_a_checkpoint_counts_the_streams_and_names_the_one_before(
    town: Town, auditing: Auditing, key: Key
) -> None:
    first = signed(auditing, key)
    heads = town.engine.store.heads("t")
    assert first.checkpoint.streams == len(heads)
    assert (first.checkpoint.number, first.checkpoint.previous) == (1, "")
    assert first.checkpoint.at == "2025-07-05T00:00:00.000000Z"
    second = signed(auditing, key, later=1)
    assert (second.checkpoint.number, second.checkpoint.previous) == (2, first.checkpoint.digest)
    assert second.checkpoint.root == first.checkpoint.root  # nothing has happened
    town.do("t/2025/bo", "grade", day(7, 1), "an", tier="good")
    third = signed(auditing, key, later=2)
    assert third.checkpoint.root != second.checkpoint.root
    assert auditing.checkpoints("t") == [first, second, third]
    assert auditing.verify("t", keys=[key.public], against=first).sound
    assert published(json.loads(json.dumps(first.data))) == first


def test_the_last_event_of_a_pledge_is_proved_and_so_is_all_of_it(
    town: Town, auditing: Auditing, key: Key
) -> None:
    one = signed(auditing, key)
    for stream in town.engine.store.heads("t"):
        last = auditing.prove(stream)
        assert holds(last, one, key) == one.data["body"]
        assert len(last["events"]) == 1
        whole = auditing.prove(stream, since=1)
        holds(whole, one, key)
        kept = town.engine.history(stream)
        assert [json.loads(each["data"])["version"] for each in whole["events"]] == [
            each.version for each in kept
        ]


def test_a_proof_holds_by_the_checkpoint_that_it_was_made_for(
    town: Town, auditing: Auditing, key: Key
) -> None:
    first = signed(auditing, key)
    town.do("t/2025/bo", "grade", day(7, 1), "an", tier="good")
    second = signed(auditing, key, later=1)
    early, late = (auditing.prove(BO, number=n) for n in (1, 2))
    assert early["version"] < late["version"]
    holds(early, first, key)
    holds(late, second, key)
    with pytest.raises(ValueError, match="stands for other events"):
        holds(late, first, key)
    with pytest.raises(ValueError, match="not signed with this key"):
        verifier.verify(early, first.data, "0" * 64)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 1},
        {"before": ""},
        {"place": 0},
        {"place": -1},
        {"place": 99},
        {"path": []},
        {"events": []},
        {"format": "another"},
        {"stream": ["t", "2025", "cai", ""]},
        {"stream": ["u", "2025", "bo", ""]},
    ],
)
def test_a_proof_that_was_changed_does_not_hold(
    auditing: Auditing, key: Key, change: dict[str, Any]
) -> None:
    one, proof = signed(auditing, key), auditing.prove(BO)
    with pytest.raises(ValueError, match=r"the|no"):
        holds({**proof, **change}, one, key)
    event = proof["events"][0]
    for name, value in (("data", event["data"].replace("2025", "2024")), ("recorded_at", "2025")):
        with pytest.raises(ValueError, match="stands for other events"):
            holds({**proof, "events": [{**event, name: value}]}, one, key)


def test_what_cannot_be_proved_is_said(town: Town, auditing: Auditing, key: Key) -> None:
    with pytest.raises(AuditError, match="`t` has no checkpoint; make one with"):
        auditing.prove(BO)
    signed(auditing, key)
    with pytest.raises(AuditError, match="`t` has no checkpoint 2"):
        auditing.prove(BO, number=2)
    with pytest.raises(AuditError, match="had the versions 1 to"):
        auditing.prove(BO, since=99)
    for name in PEOPLE:
        town.do(f"t/2025/{name}", "grade", day(7, 1), "bo" if name == "an" else "an", tier="good")
    town.do(SELECTION, "nominate", day(7, 2), "an", candidate="bo")
    with pytest.raises(AuditError, match="says nothing of"):
        auditing.prove(stream_id(SELECTION))


def test_nothing_is_proved_that_was_not_signed(auditing: Auditing, key: Key) -> None:
    signed(auditing, key)
    with auditing.store.transaction(write=True) as connection:
        connection.exec_driver_sql("UPDATE leaves SET hash = 'x' WHERE promisor = 'bo'")
    with pytest.raises(AuditError, match="`t/2025/bo` is not what checkpoint 1 signed"):
        auditing.prove(BO)


def test_nothing_is_signed_that_does_not_follow_from_what_was_signed(
    town: Town, auditing: Auditing, key: Key
) -> None:
    signed(auditing, key)
    town.do("t/2025/bo", "grade", day(7, 1), "an", tier="good")
    with auditing.store.transaction(write=True) as connection:
        connection.exec_driver_sql("UPDATE streams SET hash = 'x' WHERE promisor = 'bo'")
    with pytest.raises(AuditError, match="`t/2025/bo` does not follow from what was signed before"):
        signed(auditing, key, later=1)
    assert [each.checkpoint.number for each in auditing.checkpoints("t")] == [1]
    assert [each.what for each in auditing.verify("t").findings] == ["head"]


def test_a_checkpoint_of_somebody_else_is_refused(
    auditing: Auditing, key: Key, tmp_path: Path
) -> None:
    one = signed(auditing, key)
    generate(tmp_path / "other")
    other = Key.read(tmp_path / "other")
    with pytest.raises(AuditError, match="not signed with this key"):
        auditing.verify("t", keys=[other.public], against=one)
    with pytest.raises(AuditError, match="is of `t`, not of `u`"):
        auditing.verify("u", against=one)
    found = auditing.verify("t", keys=[other.public]).findings
    assert [each.what for each in found] == ["checkpoint_signature"]
    signed(auditing, other, later=1)
    assert auditing.verify("t", keys=[key.public, other.public]).sound


def test_jurisdictions_are_signed_apart(auditing: Auditing, key: Key) -> None:
    empty = auditing.checkpoint("u", key, at=AT)
    assert (empty.checkpoint.streams, empty.checkpoint.number) == (0, 1)
    assert signed(auditing, key).checkpoint.number == 1
    assert auditing.verify("u").sound
    assert auditing.verify("u").checkpoints == 1


def test_what_is_in_no_database_cannot_be_audited() -> None:
    with pytest.raises(AuditError, match="only what is kept in a database can be audited"):
        Auditing.of(MemoryStore())
