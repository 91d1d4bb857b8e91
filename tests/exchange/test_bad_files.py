"""Whatever is wrong with a file is said of its line, and never a traceback; the rest is as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.domain.chain import link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.serialisation import canonical
from pledgeflow.errors import PledgeflowError
from pledgeflow.exchange import lines as module
from pledgeflow.exchange.importing import BadFileError, BadLine
from pledgeflow.exchange.kinds import DIRECTORY
from pledgeflow.exchange.lines import Record, read, written
from pledgeflow.storage.sql import SqlStore
from tests.dice import examples
from tests.exchange.places import anew, lines_of, load, load_good, records, sample

COUNT = len(sample())
numbers = st.integers(2, COUNT)
"""Of a line; the first says what the file is of."""


def nothing_of(lines: Sequence[bytes]) -> BadFileError:
    """What is said of a file of which nothing may be imported."""
    with SqlStore("sqlite://") as store:
        with pytest.raises(BadFileError) as error:
            load(store, lines)
        assert store.jurisdictions() == ()
        assert store.heads("t") == {}
        return error.value


def rest_of(lines: Sequence[bytes]) -> list[BadLine]:
    """What is said of one of which the good part is; that can be exported, and imported again."""
    with SqlStore("sqlite://") as store, SqlStore("sqlite://") as other:
        bad = load_good(store, lines)
        if not store.jurisdictions():
            return bad
        out = lines_of(store)
        load(other, out)
        assert lines_of(other) == out
        assert other.pledges("t") == store.pledges("t")
        return bad


def resting_on(number: int) -> set[int]:
    """The lines that are worth nothing without this one, by what each kind of line says."""
    all_, lost = records(), {number}
    gone = all_[number - 1]
    if gone.kind not in ("event", *DIRECTORY, "ballot"):
        return lost
    for record in all_:
        if record.line > number and _rests(record, gone):
            lost.add(record.line)
    return lost


def _rests(record: Record, gone: Record) -> bool:
    place = ("cycle", "promisor", "venue")
    same = all(record.data.get(key) == gone.data.get(key) for key in place)
    match gone.kind, record.kind:
        case "event", "event" | "leaf":
            return same and record.data["version"] >= gone.data["version"]
        case "event", "key" | "pending" | "outbox":
            return same and record.data["upto"] >= gone.data["version"]
        case "ballot", "voter" | "code" | "count" | "vote":
            ballot = ("ballot", "round")
            return same and all(record.data[key] == gone.data[key] for key in ballot)
        case "person", "membership" | "post" | "relation":
            who = {record.data["person"], record.data.get("target")}
            return gone.data["person"] in who
        case "organization", "membership" | "post":
            return bool(record.data["organization"] == gone.data["organization"])
        case _:
            return False


def told(bad: Sequence[BadLine]) -> set[int]:
    return {each.line for each in bad}


def free(number: int) -> bool:
    """Whether only what is worked out in `resting_on` rests on a line."""
    return records()[number - 1].kind not in ("policy", "cycle", "end")


@examples(0.2)
@given(numbers, st.data())
def test_a_bit_that_flipped(number: int, data: st.DataObject) -> None:
    lines = list(sample())
    line = bytearray(lines[number - 1])
    line[data.draw(st.integers(0, len(line) - 2))] ^= 1 << data.draw(st.integers(0, 7))
    lines[number - 1] = bytes(line)
    if b"\n" in line[:-1]:
        return  # two lines: see below
    assert nothing_of(lines).line == number
    bad = rest_of(lines)
    assert number in told(bad)
    if free(number):
        assert told(bad) == resting_on(number)


@examples(0.1)
@given(numbers, st.data())
def test_a_line_that_is_broken_in_two(number: int, data: st.DataObject) -> None:
    lines = list(sample())
    at = data.draw(st.integers(1, len(lines[number - 1]) - 2))
    lines[number - 1] = lines[number - 1][:at] + b"\n" + lines[number - 1][at:]
    assert nothing_of(lines).line == number
    if free(number):
        # from the second half on, every line is one further down
        down = {n + 1 for n in resting_on(number) if n > number}
        assert told(rest_of(lines)) == {number, number + 1} | down


@examples(0.1)
@given(st.integers(0, sum(map(len, sample())) - 1))
def test_a_file_that_was_cut(size: int) -> None:
    whole = b"".join(sample())[:size]
    lines = whole.splitlines(keepends=True)
    error = nothing_of(lines)
    ragged = bool(lines) and not lines[-1].endswith(b"\n")
    assert error.line == max(1, len(lines) + (not ragged))
    first = len(sample()[0])
    if size >= first:
        assert told(rest_of(lines)) <= {len(lines), len(lines) + 1}


@examples(0.1)
@given(numbers, numbers)
def test_a_line_that_stands_there_twice(number: int, where: int) -> None:
    lines = list(sample())
    lines.insert(where - 1, lines[number - 1])
    again = where if number < where else number + 1
    if number >= where:
        # it came too soon: what was skipped is missing, and its turn is over when it comes
        assert nothing_of(lines).line in (where, where + 1, number + 1) or number == where
        rest_of(lines)
        return
    assert nothing_of(lines).line == again
    bad = rest_of(lines)
    assert [each.why for each in bad] == [f"line {number} stands here again, or out of its place"]
    assert told(bad) == {again}


@examples(0.1)
@given(numbers.filter(lambda number: number < COUNT))
def test_a_line_that_is_missing(number: int) -> None:
    lines = list(sample())
    del lines[number - 1]
    assert nothing_of(lines).line == number
    bad = rest_of(lines)
    assert bad[0] == (number, "so many lines are missing before this one: 1")
    if free(number):
        assert told(bad) == {number} | {n - 1 for n in resting_on(number) - {number}}


def test_lines_that_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 0)
    monkeypatch.setattr("pledgeflow.exchange.importing.LONGEST", max(map(len, sample())))
    lines = list(sample())
    lines.insert(50, b"x" * 3 * max(map(len, lines)) + b"\n")
    assert nothing_of(lines).line == 51
    assert told(rest_of(lines)) == {51}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just("2025-01-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def _inside(data: Any, draw: Callable[..., Any]) -> Any:
    """The same with something else somewhere in it, or without it, or with more of it."""
    if isinstance(data, dict) and data and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(data)))
        match draw(st.integers(0, 4)):
            case 0:
                return {name: value for name, value in data.items() if name != key}
            case 1:
                return {**data, draw(st.text(max_size=4)): draw(json_values)}
            case _:
                return {**data, key: _inside(data[key], draw)}
    if isinstance(data, list) and data and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(data) - 1))
        return [*data[:at], _inside(data[at], draw), *data[at + 1 :]]
    return draw(json_values)


@examples(0.2)
@given(numbers, st.data())
def test_a_line_that_somebody_wrote(number: int, data: st.DataObject) -> None:
    """Its sum is right, and so are hashes, if they can be; what it says is anything."""
    found = records()
    record = found[number - 1]
    changed = _inside(record.data, data.draw)
    if not isinstance(changed, dict):
        changed = {"all": changed}
    kind = data.draw(st.sampled_from([record.kind, record.kind, "event", "cycle", "vote", "x"]))
    found[number - 1] = record._replace(kind=kind, data=changed)
    try:
        lines = anew(_rehashed(found))
    except PledgeflowError:
        return  # no text can hold it
    with SqlStore("sqlite://") as store:
        with suppress(BadFileError):
            load(store, lines)
            assert lines_of(store) == lines
            return
        assert store.jurisdictions() == ()
    rest_of(lines)


def _rehashed(found: list[Record]) -> list[Record]:
    """With hashes as they would be."""
    before: dict[Any, str] = {}
    done: list[Record] = []
    for record in found:
        data = record.data
        try:
            if record.kind == "event":
                stream = StreamId("t", data["cycle"], data["promisor"], data["venue"])
                at = datetime.fromisoformat(data["recorded_at"])
                known = link(stream, canonical(data["event"]), at, before.get(stream, ""))
                before[stream] = known
                data = {**data, "hash": known}
            elif record.kind in ("policy", "filed"):
                data = {**data, "digest": sha256(data["body"].encode()).hexdigest()}
        except (KeyError, TypeError, AttributeError, ValueError, PledgeflowError):
            pass
        done.append(record._replace(data=data))
    return done


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"\n",
        b"{}\n",
        b"SQLite format 3\x00",
        b"\xff\xfe\n",
        written(Record("pledgeflow", 2, {"format": 1, "jurisdiction": "t"})),
        written(Record("cycle", 1, {"format": 1, "jurisdiction": "t"})),
        written(Record("pledgeflow", 1, {"format": 2, "jurisdiction": "t"})),
        written(Record("pledgeflow", 1, {"format": 1, "jurisdiction": "a/b"})),
        written(Record("pledgeflow", 1, {"format": 1, "jurisdiction": 7})),
        written(Record("pledgeflow", 1, {"format": 1, "jurisdiction": "t", "x": 1})),
        written(Record("pledgeflow", 1, {"format": 1, "jurisdiction": ""})),
    ],
)
def test_what_is_no_such_file(first: bytes) -> None:
    lines = [first, *sample()[1:]]
    assert nothing_of(lines).line == 1
    with SqlStore("sqlite://") as store, pytest.raises(BadFileError):
        load_good(store, lines)


@examples(0.1)
@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    nothing_of([raw])
    rest_of([sample()[0], raw])


@given(json_values, st.text(max_size=5), st.integers(-3, 2**40))
def test_a_line_reads_back(data: Any, kind: str, number: int) -> None:
    record = Record(kind, number, {"any": data})
    try:
        line = written(record)
    except PledgeflowError:
        return
    assert read(line) == record
    assert json.loads(line)["kind"] == kind
