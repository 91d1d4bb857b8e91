"""Looks whether a record is whole: what belongs together is there, and all of it, and once.

Reads the tables themselves, so that nothing of what is looked for can be hidden by who reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Table

from pledgeflow.domain.chain import BEGINNING, link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event, Opened, Recorded
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.serialisation import decode
from pledgeflow.domain.snapshots import thaw
from pledgeflow.domain.states import State
from pledgeflow.policy.judging.reacting import KEY
from pledgeflow.service import Engine
from pledgeflow.service.casework import name_of
from pledgeflow.service.ledgers import Under
from pledgeflow.service.rebuilding import Deriving
from pledgeflow.service.repeating import digests_in
from pledgeflow.storage import tables
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import CycleRow
from tests.crash.killing import Key, Told, place_of

Row = dict[str, Any]
Piece = tuple[int, int]
"""One command in its stream: after which version, up to which."""
Followed = tuple[str, int, str]
"""What follows from an act: its stream, its version, and the stream where it follows."""


_event = lru_cache(maxsize=None)(decode)
"""The same text is the same event, however often it is looked at."""


@dataclass(slots=True)
class Stream:
    """All that is kept of one stream. pieces: what one transaction each has written, by the outbox"""

    events: list[Row] = field(default_factory=list)
    decoded: list[Event] = field(default_factory=list)
    heads: list[Row] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    keys: dict[str, Piece] = field(default_factory=dict)
    pending: set[Piece] = field(default_factory=set)


@dataclass(slots=True)
class Record:
    """A whole database as it lies there."""

    streams: dict[StreamId, Stream]
    texts: set[tuple[str, str]]

    @classmethod
    def of(cls, store: SqlStore) -> Record:
        """Read it, at one moment."""
        streams: dict[StreamId, Stream] = defaultdict(Stream)
        with store.transaction() as connection:

            def rows(table: Table) -> Iterator[tuple[Stream, Row]]:
                asked = table.select().order_by(*table.primary_key)
                for row in connection.execute(asked).mappings():
                    at = (row["jurisdiction"], row["cycle"], row["promisor"], row["venue"])
                    yield streams[StreamId(*at)], dict(row)

            for stream, row in rows(tables.events):
                stream.events.append(row)
                stream.decoded.append(_event(row["data"]))
            for stream, row in rows(tables.streams):
                stream.heads.append(row)
            for stream, row in rows(tables.outbox):
                stream.pieces.append((row["after"], row["upto"]))
            for stream, row in rows(tables.pending):
                stream.pending.add((row["after"], row["upto"]))
            for stream, row in rows(tables.done):
                stream.keys[row["key"]] = (row["after"], row["upto"])
            texts = connection.execute(tables.texts.select()).all()
        return cls(dict(streams), {(row.jurisdiction, row.digest) for row in texts})

    def of_key(self, key: Key) -> list[tuple[StreamId, Piece]]:
        """Every command that is kept under a key."""
        return [
            (stream, kept.keys[key[1]])
            for stream, kept in self.streams.items()
            if stream.jurisdiction == key[0] and key[1] in kept.keys
        ]


def wrong(store: SqlStore, engine: Engine, told: Told, *, settled: bool) -> list[str]:
    """Everything that is not as it has to be. settled: nothing is still to follow either."""
    record = Record.of(store)
    found = [
        f"{stream}: {problem}"
        for stream, kept in record.streams.items()
        for problem in (*_of_chain(stream, kept), *_of_pieces(stream, kept))
    ]
    if found:
        return found  # what follows from events is not worth a look where they are not whole
    found += _of_projections(store, engine, record)
    found += _of_keys(record, told)
    found += _of_texts(record)
    found += _of_reactions(record, settled=settled)
    return found


def _of_chain(stream: StreamId, kept: Stream) -> Iterator[str]:
    """The events one after the other, and a head that says where they have come to."""
    versions = [row["version"] for row in kept.events]
    if versions != list(range(1, len(versions) + 1)):
        yield f"its events are {versions}"
    last = BEGINNING
    for row, event in zip(kept.events, kept.decoded, strict=True):
        last = link(stream, row["data"], row["recorded_at"], last)
        if (row["hash"], row["version"]) != (last, event.version):
            yield f"event {row['version']} does not follow from the one before"
    heads = [(row["version"], row["hash"]) for row in kept.heads]
    if heads != [(len(kept.events), last)]:
        yield f"its head says {heads}"


def _of_pieces(stream: StreamId, kept: Stream) -> Iterator[str]:
    """Every event is of one command, which has its row in the outbox and its key."""
    pieces = sorted(kept.pieces)
    ends = [0, *(upto for _, upto in pieces)]
    if [after for after, _ in pieces] != ends[:-1] or ends[-1] != len(kept.events):
        yield f"its outbox says {pieces} of {len(kept.events)} events"
    if sorted(kept.keys.values()) != [p for p in pieces if not _keyless(stream, p)]:
        yield f"its keys stand for {sorted(kept.keys.values())}, its outbox says {pieces}"
    if not kept.pending <= set(pieces):
        yield f"something is to follow from {sorted(kept.pending - set(pieces))}"
    for after, upto in pieces:
        acts = [name_of(event) for event in kept.decoded[after:upto] if name_of(event)]
        if len(acts) != (0 if _keyless(stream, (after, upto)) else 1):
            yield f"after {after} up to {upto} it has the acts {acts}"


def _keyless(stream: StreamId, piece: Piece) -> bool:
    """Whether nobody did this: an organization's year begins by itself."""
    return stream.venue == "year" and piece[0] == 0


def _of_projections(store: SqlStore, engine: Engine, record: Record) -> Iterator[str]:
    """What is derived is what follows from the events."""
    deriving = Deriving(engine._directory, engine.calendar)
    known: dict[tuple[str, str], tuple[CycleRow, Under]] = {}
    due = defaultdict(set)
    for jurisdiction in store.jurisdictions():
        for row in (
            *store.due(jurisdiction, "timer", date.max),
            *store.due(jurisdiction, "duty", date.max),
        ):
            due[row.stream].add(row)
    rows = {row.stream: row for j in store.jurisdictions() for row in store.pledges(j)}
    for stream, kept in record.streams.items():
        at = (stream.jurisdiction, stream.cycle)
        if at not in known:
            cycle = engine._cycles.of(stream)
            known[at] = (cycle, engine.under(cycle))
        cycle, under = known[at]
        derived = deriving.derived(cycle, under, stream, kept.decoded)
        if rows.pop(stream, None) != derived.pledge:
            yield f"{stream}: its row is not what follows from its events"
        if due.pop(stream, set()) != set(derived.due):
            yield f"{stream}: what is due in it is not what follows from its events"
        (head,) = kept.heads
        if head["state"] is not None and thaw(stream, head["state"]) != _folded(
            stream, derived.state, kept.decoded[: head["state_version"]]
        ):
            yield f"{stream}: its snapshot is not what follows from its events"
    yield from (f"{stream}: there are rows of it, and no events" for stream in (*rows, *due))


def _folded(stream: StreamId, state: State, events: Sequence[Event]) -> State:
    return fold(State(stream, state.cycle), events)


def _of_keys(record: Record, told: Told) -> Iterator[str]:
    """What was acknowledged is there as it was, what was refused is not, and nobody else was here."""
    for key, versions in told.done.items():
        there = record.of_key(key) if versions is None else ()
        place = place_of(told.orders[key])
        piece = record.streams[place].keys.get(key[1]) if place in record.streams else None
        if versions is None:
            if there:
                yield f"{key}: it was refused, and is there"
        elif piece is None or list(range(piece[0] + 1, piece[1] + 1)) != versions:
            yield f"{key}: it was acknowledged as {versions}, and is there as {piece}"
    for stream, kept in record.streams.items():
        for name, (after, upto) in kept.keys.items():
            if name.startswith(KEY):
                continue
            order = told.orders.get((stream.jurisdiction, name))
            if order is None or place_of(order) != stream:
                yield f"{stream}: nobody gave the order {name}"
                continue
            acts = [e for e in kept.decoded[after:upto] if isinstance(e, Recorded) and e.command]
            if [(act.command, act.actor) for act in acts] != [
                (order.step["do"], order.step["actor"])
            ]:
                yield f"{stream}: {name} stands for {acts}"


def _of_texts(record: Record) -> Iterator[str]:
    """The words of every event are there, and no others."""
    said = {
        (stream.jurisdiction, digest)
        for stream, kept in record.streams.items()
        for digest in digests_in(kept.decoded)
    }
    if said != record.texts:
        yield f"of {len(said)} texts {len(said & record.texts)} are among {len(record.texts)}"


def _of_reactions(record: Record, *, settled: bool) -> Iterator[str]:
    """Each rating has gone into everybody's pledge, once; or it is noted down that it has to."""
    wanted: set[Followed] = set()
    waiting: set[Followed] = set()
    there: list[Followed] = []
    for stream, kept in record.streams.items():
        for event in kept.decoded:
            if isinstance(event, Opened) or name_of(event) != "hold_rating":
                continue
            follow = _rated(stream, event)
            wanted |= follow
            if any(after < event.version <= upto for after, upto in kept.pending):
                waiting |= follow
        for key in kept.keys:
            if key.startswith(KEY):
                source, version, *_, dest = key.removeprefix(KEY).split(":")
                there.append((source, int(version), dest))
                if dest != str(stream):
                    yield f"{stream}: {key} is of another stream"
    if len(there) != len(set(there)) or not set(there) <= wanted:
        yield f"of {len(wanted)} reactions there are {len(there)}, some of them twice or of nothing"
    if missing := wanted - set(there) - waiting:
        yield f"{sorted(missing)} never followed, and nobody knows"
    if settled and (waiting or missing):
        yield f"{sorted(waiting)} is still to follow"


def _rated(stream: StreamId, event: Event) -> set[Followed]:
    results = getattr(event, "fields", {})["results"]
    own = f"{stream.jurisdiction}/{stream.cycle}"
    return {(str(stream), event.version, f"{own}/{who}") for who in results}
