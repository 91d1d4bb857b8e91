"""Whatever somebody does to the events that are kept, an audit finds it, and says where it begins."""

from __future__ import annotations

import json
from pathlib import Path
from sqlite3 import IntegrityError

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import StorageError
from tests.meddling import COLUMNS, Meddler, Place, Record

quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
KEYS = ("jurisdiction", "cycle", "promisor", "venue")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return Record.made(tmp_path_factory.mktemp("record"))


def name(place: Place) -> str:
    return str(StreamId(*place))


def flipped(value: bytes | int, dice: st.DataObject) -> bytes | int:
    """A value with one bit of it the other way."""
    if isinstance(value, int):
        return value ^ 1 << dice.draw(st.integers(0, 15))
    place = dice.draw(st.integers(0, len(value) - 1))
    changed = bytearray(value)
    changed[place] ^= 1 << dice.draw(st.integers(0, 7))
    return bytes(changed)


def test_what_nobody_touched_is_as_it_was_written(record: Record, tmp_path: Path) -> None:
    with record.copied(tmp_path) as meddler:
        found = meddler.look(against=record.outside)
    assert found.sound
    assert (found.events, found.checkpoints) == (len(record.events), 1)
    assert found.streams == len({place for place, _ in record.events})
    assert len(record.events) > len(record.signed) > 20


@quick
@given(st.data())
def test_any_bit_of_any_event_that_is_flipped_is_found(
    record: Record, tmp_path: Path, data: st.DataObject
) -> None:
    place, version = data.draw(st.sampled_from(record.events))
    column = data.draw(st.sampled_from(COLUMNS))
    with record.copied(tmp_path) as meddler:
        was = meddler.at(place, version, column)
        assume(was not in (None, b""))
        assert was is not None
        now = flipped(was, data)
        try:
            meddler.put(place, version, column, now)
        except IntegrityError:
            assume(False)  # there is such an event already
        found = meddler.found(place)
    if column in KEYS:
        assert (found.what, found.version) == ("missing", version)
    elif column == "version":
        assert isinstance(now, int)
        wrong = ("missing", version) if now > version else ("misplaced", now)
        assert (found.what, found.version) == wrong
    else:
        beside = column in ("kind", "command", "occurred_on")
        assert (found.what, found.version) == ("columns" if beside else "changed", version)


@quick
@given(st.data())
def test_an_event_that_is_dropped_is_found(
    record: Record, tmp_path: Path, data: st.DataObject
) -> None:
    place, version = data.draw(st.sampled_from(record.events))
    with record.copied(tmp_path) as meddler:
        meddler.drop(place, version)
        found = meddler.found(place)
    assert (found.what, found.version) == ("missing", version)


@quick
@given(st.data())
def test_events_that_are_swapped_are_found(
    record: Record, tmp_path: Path, data: st.DataObject
) -> None:
    one, other = (data.draw(st.sampled_from(record.events)) for _ in range(2))
    assume(one != other)
    columns = data.draw(st.sampled_from([("data",), ("data", "hash"), COLUMNS[5:]]))
    with record.copied(tmp_path) as meddler:
        was, now = ({c: meddler.at(*each, c) for c in columns} for each in (one, other))
        assume(was != now)
        for column in columns:
            meddler.put(*one, column, now[column])
            meddler.put(*other, column, was[column])
        found = {each.stream: each.version for each in meddler.look().findings}
    first = {}
    for place, version in sorted((one, other), key=lambda each: -each[1]):
        first[name(place)] = version
    assert found == first


@quick
@given(st.data(), st.booleans())
def test_a_stream_that_is_cut_short_is_found(
    record: Record, tmp_path: Path, data: st.DataObject, tidy: bool
) -> None:
    """Where the head is put back too, what was signed says how far it once had come."""
    place, version = data.draw(st.sampled_from(record.signed if tidy else record.events))
    with record.copied(tmp_path) as meddler:
        if tidy:
            meddler.truncate(place, version - 1)
        else:
            for each, after in record.events:
                if each == place and after >= version:
                    meddler.drop(place, after)
        found = meddler.found(place)
    assert (found.what, found.version) == ("missing", version)
    assert found.checkpoint == (1 if tidy else 0)


def rewritten(meddler: Meddler, place: Place, version: int) -> None:
    """One event says something else, and everything after it follows from that."""
    was = meddler.at(place, version, "data")
    assert isinstance(was, bytes)
    now = {**json.loads(was), "policy": "another"}
    meddler.put(
        place, version, "data", json.dumps(now, sort_keys=True, separators=(",", ":")).encode()
    )
    meddler.chain(place)


@quick
@given(st.data())
def test_a_history_that_is_rewritten_consistently_is_found_by_what_was_signed(
    record: Record, tmp_path: Path, data: st.DataObject
) -> None:
    place, version = data.draw(st.sampled_from(record.signed))
    with record.copied(tmp_path) as meddler:
        rewritten(meddler, place, version)
        found = meddler.found(place)
        assert (found.what, found.checkpoint) == ("rewritten", 1)
        assert found.version <= version <= found.upto
        # and if what the database keeps of the checkpoint is rewritten too, by the signature
        meddler.leaf(place)
        assert [each.what for each in meddler.look().findings] == ["checkpoint_root"]


@quick
@given(st.data())
def test_whoever_holds_the_key_is_caught_by_a_checkpoint_that_somebody_else_holds(
    record: Record, tmp_path: Path, data: st.DataObject
) -> None:
    place, version = data.draw(st.sampled_from(record.signed))
    with record.copied(tmp_path) as meddler:
        rewritten(meddler, place, version)
        meddler.run("DELETE FROM leaves")
        meddler.run("DELETE FROM checkpoints")
        meddler.sign()
        assert meddler.look().sound  # nobody can tell from the database alone
        found = meddler.look(against=record.outside).findings
    assert [(each.what, each.checkpoint) for each in found] == [
        ("checkpoint_other", 1),
        ("checkpoint_root", 1),
    ]


@quick
@given(st.data())
def test_what_came_after_the_last_checkpoint_can_be_rewritten_unseen(
    record: Record, tmp_path: Path, data: st.DataObject
) -> None:
    """As docs/audit.md says: a hash chain alone proves nothing to somebody who can write all of it."""
    later = sorted(set(record.events) - set(record.signed))
    place, version = data.draw(st.sampled_from(later))
    with record.copied(tmp_path) as meddler:
        rewritten(meddler, place, version)
        assert meddler.look(against=record.outside).sound


def test_a_stream_that_is_made_up_is_found(record: Record, tmp_path: Path) -> None:
    place, _ = record.events[0]
    with record.copied(tmp_path) as meddler:
        meddler.run(
            "INSERT INTO streams SELECT jurisdiction, cycle, 'made_up', venue, version, hash, state, "
            "state_version FROM streams WHERE promisor = ? AND venue = ?",
            place[2],
            place[3],
        )
        found = meddler.look().findings
    assert [(each.what, each.version) for each in found] == [("missing", 1)]


def test_a_head_that_says_something_else_is_found(record: Record, tmp_path: Path) -> None:
    place, _ = record.signed[0]
    last = max(version for each, version in record.events if each == place)
    with record.copied(tmp_path) as meddler:
        for version, digest, what in (
            (last, b"0" * 64, "head"),
            (last - 1, meddler.at(place, last - 1, "hash"), "beyond"),
            (last + 1, b"0" * 64, "missing"),
        ):
            meddler.head(place, version, digest)
            assert meddler.found(place).what == what


def test_words_and_rules_that_were_changed_are_found(record: Record, tmp_path: Path) -> None:
    with record.copied(tmp_path) as meddler:
        meddler.run("UPDATE texts SET words = 'always there'")
        meddler.run("UPDATE policies SET body = replace(body, 'a', 'b')")
        assert {each.what for each in meddler.look().findings} == {"words", "rules"}
        meddler.run("DELETE FROM texts")  # erased: that is allowed
        meddler.run("DELETE FROM policies")
        assert [each.what for each in meddler.look().findings] == ["rules"]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE checkpoints SET signature = replace(signature, '0', '1')", "checkpoint_signature"),
        ("UPDATE checkpoints SET body = replace(body, '2025', '2024')", "checkpoint_signature"),
        ("UPDATE checkpoints SET body = replace(body, ':', ': ')", "checkpoint_unreadable"),
        ("UPDATE checkpoints SET body = CAST(x'ff' AS TEXT)", "checkpoint_unreadable"),
        ("UPDATE checkpoints SET number = 2", "checkpoint_missing"),
        ("DELETE FROM leaves", "checkpoint_root"),
        ("UPDATE leaves SET promisor = 'x' WHERE promisor = 'bo'", "checkpoint_root"),
    ],
)
def test_a_checkpoint_that_was_changed_is_found(
    record: Record, tmp_path: Path, statement: str, what: str
) -> None:
    with record.copied(tmp_path) as meddler:
        meddler.run(statement)
        assert what in {each.what for each in meddler.look().findings}


@quick
@given(st.data())
def test_any_bit_in_the_file_where_an_event_lies_is_found(
    record: Record, tmp_path: Path, data: st.DataObject
) -> None:
    """Behind the database's own back: what its index says and what lies in its table may differ."""
    place, version = data.draw(st.sampled_from(record.events))
    with record.copied(tmp_path) as meddler:
        text = meddler.at(place, version, "data")
        assert isinstance(text, bytes)
        digest = meddler.at(place, version, "hash")
        assert isinstance(digest, bytes)
        meddler.run("PRAGMA wal_checkpoint(TRUNCATE)")
        meddler.connection.close()
        content = bytearray(meddler.file.read_bytes())
        there = content.index(text)
        before = content.rindex(place[0].encode() + place[1].encode(), 0, there)
        offset = data.draw(st.integers(before, there + len(text) + len(digest) - 1))
        content[offset] ^= 1 << data.draw(st.integers(0, 7))
        meddler.file.write_bytes(content)
        try:
            found = meddler.look()
        except StorageError:
            return  # it is a database no more
    assert not found.sound
