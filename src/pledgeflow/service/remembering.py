"""Streams as they stood when they were last read, so that only what came after is read again.

What is remembered is never trusted for where a stream stands: the store is asked each time, and a
change is only written at the version it was decided at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.errors import StorageError
from pledgeflow.storage.store import START, EventStore, Glance, Head, PledgeRow, Reading

SIZE = 2048
"""So many streams are remembered: the last ones that were asked about."""


class Known(NamedTuple):
    """A stream as it stood. row: its projection, if that is known too."""

    head: Head
    state: State | None = None
    row: PledgeRow | None = None


NOTHING = Known(START)


_K = TypeVar("_K")
_V = TypeVar("_V")


class Recent(Generic[_K, _V]):
    """What was asked about last: so many of them at least, and at most twice as many.

    Safe between threads without a lock: each step is one of a dictionary's own, and what two of
    them lose to each other is read again.
    """

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._new: dict[_K, _V] = {}
        self._old: dict[_K, _V] = {}

    def get(self, key: _K, otherwise: _V) -> _V:
        """What is known of it."""
        if key in (new := self._new):
            return new[key]
        if key in (old := self._old):
            self.put(key, old[key])
            return old[key]
        return otherwise

    def put(self, key: _K, value: _V) -> None:
        """Remember it; what was long not asked about is forgotten."""
        self._new[key] = value
        if len(self._new) >= self._size:
            self._old, self._new = self._new, {}


class Extract:
    """Rows of a directory around some ids, with the views of the day last asked about."""

    def __init__(self, data: DirectoryData) -> None:
        self._data = data
        self._last: tuple[date, View] | None = None

    def view(self, on: date) -> View:
        """Who was who on a day."""
        last = self._last
        if last is None or last[0] != on:
            self._last = last = (on, self._data.view(on))
        return last[1]


Extracts = Recent[tuple[str, int, frozenset[str]], "Extract | None"]
"""By jurisdiction, version of its directory, and the ids around which they are."""


class DirectoryAt:
    """The directory of a store as it is in one version; what is around somebody is remembered."""

    __slots__ = ("_extracts", "_last", "_store", "_version")

    def __init__(self, store: EventStore, version: int, extracts: Extracts) -> None:
        self._store, self._version, self._extracts = store, version, extracts
        self._last: tuple[object, View] | None = None

    def around(self, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """See `Directory.around`. A command asks once who is named, and once what decides."""
        key = (jurisdiction, self._version, frozenset(ids))
        asked, last = (key, on), self._last
        if last is not None and last[0] == asked:
            return last[1]
        known = self._extracts.get(key, None)
        if known is None:
            known = Extract(self._store.extract(jurisdiction, key[2]))
            self._extracts.put(key, known)
        view = known.view(on)
        self._last = asked, view
        return view

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        """See `Directory.members`."""
        return self._store.members(jurisdiction, organization, on)


class Stood(NamedTuple):
    """A stream that was read. state: nothing if it has not begun; row: if it is known."""

    reading: Reading
    state: State | None
    row: PledgeRow | None


class Streams:
    """Streams as they stand in a store, with what was read of them before."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.remembered: Recent[StreamId, Known] = Recent()

    def read(self, stream: StreamId, key: str | None = None) -> Stood:
        """One stream. key: see `Glance`."""
        (found,) = self.read_all([(stream, key)])
        return found

    def read_all(self, asked: Sequence[tuple[StreamId, str | None]]) -> list[Stood]:
        """Many streams, at one moment."""
        known = [self.remembered.get(stream, NOTHING) for stream, _ in asked]
        readings = self._store.read(
            [Glance(stream, k.head, key) for (stream, key), k in zip(asked, known, strict=True)]
        )
        return [
            self._stood(stream, k, reading)
            for (stream, _), k, reading in zip(asked, known, readings, strict=True)
        ]

    def _stood(self, stream: StreamId, known: Known, reading: Reading) -> Stood:
        if known.head == reading.head:
            return Stood(reading, known.state, known.row)
        if reading.head == START:
            return Stood(reading, None, None)
        # Where the stream did not come by what is remembered, another store was put in its place.
        state = known.state if reading.by else reading.state
        if state is None:
            state = self._blank(stream, reading)
        state = fold(state, reading.events)
        self.remembered.put(stream, Known(reading.head, state))
        return Stood(reading, state, None)

    def _blank(self, stream: StreamId, reading: Reading) -> State:
        row = reading.cycle
        if row is None:
            raise StorageError(f"`{stream}` is of a cycle that the store does not have")
        return State(stream, Cycle(row.cycle, row.starts, row.ordinal))
