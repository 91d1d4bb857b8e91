"""A store in memory, for tests, demonstrations and dry runs: it behaves as `sql` does.

Events are kept as text, as in a database: what could not be kept there is refused here too, and
nobody can change a kept event through a mapping they still hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Event
from pledgeflow.domain.extracts import Indexed, extract
from pledgeflow.domain.people import View
from pledgeflow.domain.serialisation import decode
from pledgeflow.domain.snapshots import freeze, thaw
from pledgeflow.domain.states import State
from pledgeflow.errors import ConflictError, StorageError
from pledgeflow.storage.store import (
    START,
    Change,
    CycleRow,
    DueRow,
    Glance,
    Head,
    Judged,
    Kind,
    PledgeRow,
    PolicyRow,
    Reading,
    SealedText,
    Span,
    StoredEvent,
    check_derived,
    check_due,
    check_new,
)
from pledgeflow.storage.written import streams_in, weigh


class MemoryStore:
    """An `EventStore` that is gone with its process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._log: dict[StreamId, list[tuple[str, datetime, str]]] = {}
        self._states: dict[StreamId, tuple[int, str]] = {}
        self._texts: dict[tuple[str, str], SealedText] = {}
        self._done: dict[tuple[str, str], Span] = {}
        self._outbox: dict[tuple[StreamId, int], Span] = {}
        self._decisions: list[tuple[datetime, Judged]] = []
        self._pledges: dict[StreamId, PledgeRow] = {}
        self._pending: dict[tuple[StreamId, int], Span] = {}
        self._cycles: dict[tuple[str, str], CycleRow] = {}
        self._policies: dict[str, PolicyRow] = {}
        self._due: dict[StreamId, tuple[DueRow, ...]] = {}
        self._directories: dict[str, Indexed] = {}
        self._versions: dict[str, int] = {}

    def append(self, change: Change) -> Head:
        """See `EventStore.append`."""
        (answer,) = self.append_all((change,))
        if isinstance(answer, ConflictError):
            raise answer
        return answer

    def append_all(self, changes: Sequence[Change]) -> tuple[Head | ConflictError, ...]:
        """See `EventStore.append_all`."""
        for change in changes:
            change.check()
        with self._lock:
            heads = {s: head for s in streams_in(changes) if (head := self._head(s)) != START}
            written, answers = weigh(changes, heads, set(self._done))
            # INVARIANT: nothing below can fail, so that all of it happens or nothing.
            for *at, _, _, _, _, recorded_at, data, known in written.events:
                kept = (data, recorded_at.astimezone(UTC), known)
                self._log.setdefault(StreamId(*at), []).append(kept)
            for key, (*_, state, version) in written.heads.items():
                if state is not None:
                    self._states[StreamId(*key)] = (version, state)
            for change, answer in zip(changes, answers, strict=True):
                if isinstance(answer, Head):
                    self._put(change)
        return answers

    def _put(self, change: Change) -> None:
        stream, span = change.stream, Span(change.stream, change.after.version, change.upto)
        for text in change.texts:
            self._texts.setdefault((stream.jurisdiction, text.digest), text)
        if change.pledge is not None:
            self._pledges[stream] = change.pledge
        if change.due is not None:
            self._due[stream] = tuple(change.due)
        if change.key is not None:
            self._done[stream.jurisdiction, change.key] = span
        if change.events:
            self._outbox[stream, change.upto] = span
        if change.follows:
            self._pending[stream, change.upto] = span

    def _head(self, stream: StreamId) -> Head:
        kept = self._log.get(stream)
        return Head(len(kept), kept[-1][2]) if kept else START

    def read(self, asked: Sequence[Glance]) -> list[Reading]:
        """See `EventStore.read`."""
        with self._lock:
            found = [self._glance(*each) for each in asked]
        return [
            Reading(
                head,
                by,
                self._state(stream, frozen) if frozen is not None else None,
                tuple(map(self._event, texts)),
                *rest,
            )
            for (stream, _, _), (head, by, frozen, texts, *rest) in zip(asked, found, strict=True)
        ]

    def _glance(self, stream: StreamId, known: Head, key: str | None) -> tuple[Any, ...]:
        head, kept = self._head(stream), self._log.get(stream, [])
        frozen_at, frozen = self._states.get(stream, (0, None))
        by = 0 < known.version <= head.version and kept[known.version - 1][2] == known.hash
        if by:
            frozen_at, frozen = known.version, None
        texts = [data for data, _, _ in kept[frozen_at:]]
        cycle = self._cycles.get((stream.jurisdiction, stream.cycle))
        span = self._done.get((stream.jurisdiction, key)) if key is not None else None
        directory = self._versions.get(stream.jurisdiction, 0)
        return head, by, frozen, texts, cycle, span, directory

    def log(self, judged: Sequence[Judged], *, at: datetime) -> None:
        """See `EventStore.log`."""
        with self._lock:
            self._decisions += ((at, one) for one in judged)

    def decisions(self, jurisdiction: str, cycle: str | None = None) -> Iterator[Judged]:
        """See `EventStore.decisions`."""
        with self._lock:
            rows = sorted(self._decisions, key=lambda row: row[0])
        return (judged for _, judged in rows if _within(judged.stream, jurisdiction, cycle))

    def pending(self, jurisdiction: str) -> list[Span]:
        """See `EventStore.pending`."""
        with self._lock:
            rows = list(self._pending.values())
        return sorted(span for span in rows if span.stream.jurisdiction == jurisdiction)

    def settle(self, stream: StreamId, upto: int) -> None:
        """See `EventStore.settle`."""
        with self._lock:
            self._pending.pop((stream, upto), None)

    def done(self, jurisdiction: str, key: str) -> tuple[StoredEvent, ...] | None:
        """See `EventStore.done`."""
        with self._lock:
            found = self._done.get((jurisdiction, key))
        if found is None:
            return None
        stream, after, upto = found
        return self.load(stream)[after:upto]

    def load(self, stream: StreamId) -> tuple[StoredEvent, ...]:
        """See `EventStore.load`."""
        with self._lock:
            kept = tuple(self._log.get(stream, ()))
        return tuple(
            StoredEvent(stream, version, self._event(data), recorded_at, known)
            for version, (data, recorded_at, known) in enumerate(kept, start=1)
        )

    def _event(self, data: str) -> Event:
        """An event from its text."""
        return decode(data)

    def _state(self, stream: StreamId, frozen: str) -> State:
        """A state from its text."""
        return thaw(stream, frozen)

    def heads(self, jurisdiction: str, cycle: str | None = None) -> Mapping[StreamId, int]:
        """See `EventStore.heads`."""
        with self._lock:
            heads = {stream: len(kept) for stream, kept in self._log.items()}
        return {s: heads[s] for s in sorted(heads) if _within(s, jurisdiction, cycle)}

    def texts(self, jurisdiction: str, digests: Iterable[str]) -> Mapping[str, str]:
        """See `EventStore.texts`."""
        with self._lock:
            found = [self._texts.get((jurisdiction, digest)) for digest in digests]
        return {text.digest: text.words for text in found if text is not None}

    def erase(
        self, jurisdiction: str, digests: Iterable[str], *, person: str | None = None
    ) -> bool:
        """See `EventStore.erase`."""
        with self._lock:
            for digest in digests:
                self._texts.pop((jurisdiction, digest), None)
            held = self._directories.get(jurisdiction)
            if held is not None and any(row.person == person for row in held.data.people):
                people = (
                    replace(row, name="") if row.person == person else row
                    for row in held.data.people
                )
                self._directories[jurisdiction] = Indexed(replace(held.data, people=tuple(people)))
                self._versions[jurisdiction] = self._versions.get(jurisdiction, 0) + 1
        return True

    def pledge(self, stream: StreamId) -> PledgeRow | None:
        """See `EventStore.pledge`."""
        with self._lock:
            row = self._pledges.get(stream)
            return self._versioned(row) if row is not None else None

    def _versioned(self, row: PledgeRow) -> PledgeRow:
        """A row that was written once, and may have stayed as it was while its stream went on."""
        version = len(self._log[row.stream])
        return row if row.version == version else replace(row, version=version)

    def pledges(
        self,
        jurisdiction: str,
        cycle: str | None = None,
        *,
        promisors: Collection[str] | None = None,
    ) -> list[PledgeRow]:
        """See `EventStore.pledges`."""
        wanted = frozenset(promisors) if promisors is not None else None
        with self._lock:
            rows = {stream: self._versioned(row) for stream, row in self._pledges.items()}
        return [
            rows[stream]
            for stream in sorted(rows)
            if _within(stream, jurisdiction, cycle)
            if wanted is None or stream.promisor in wanted
        ]

    def put_due(self, stream: StreamId, version: int, due: Sequence[DueRow]) -> None:
        """See `EventStore.put_due`."""
        check_due(stream, due)
        with self._lock:
            if len(self._log.get(stream, ())) == version:
                self._due[stream] = tuple(due)

    def renew(self, state: State, pledge: PledgeRow, due: Sequence[DueRow]) -> bool:
        """See `EventStore.renew`."""
        check_derived(state, pledge, due)
        frozen, stream = freeze(state), state.stream
        with self._lock:
            if len(self._log.get(stream, ())) != state.version:
                return False
            self._states[stream] = (state.version, frozen)
            self._pledges[stream], self._due[stream] = pledge, tuple(due)
            return True

    def drop_due(self, jurisdiction: str, cycle: str, kind: Kind) -> None:
        """See `EventStore.drop_due`."""
        with self._lock:
            for stream, rows in self._due.items():
                if _within(stream, jurisdiction, cycle):
                    self._due[stream] = tuple(row for row in rows if row.kind != kind)

    def due(
        self,
        jurisdiction: str,
        kind: Kind,
        until: date,
        *,
        cycle: str | None = None,
        organization: str | None = None,
    ) -> Iterator[DueRow]:
        """See `EventStore.due`."""
        with self._lock:
            held = [rows for s, rows in self._due.items() if _within(s, jurisdiction, cycle)]
        found = [
            row
            for rows in held
            for row in rows
            if row.kind == kind and row.day <= until
            if organization in (None, row.organization)
        ]
        return iter(sorted(found, key=lambda row: (row.day, row.stream, row.duty, row.subject)))

    def put_cycle(self, cycle: CycleRow, *, new: bool = False) -> None:
        """See `EventStore.put_cycle`."""
        with self._lock:
            if new:
                check_new(cycle, [c for place, c in self._cycles if place == cycle.jurisdiction])
            self._cycles[cycle.jurisdiction, cycle.cycle] = cycle

    def cycles(self, jurisdiction: str) -> tuple[CycleRow, ...]:
        """See `EventStore.cycles`."""
        with self._lock:
            rows = [row for row in self._cycles.values() if row.jurisdiction == jurisdiction]
        return tuple(sorted(rows, key=lambda row: (row.starts, row.cycle)))

    def jurisdictions(self) -> tuple[str, ...]:
        """See `EventStore.jurisdictions`."""
        with self._lock:
            filled = {
                name for name, held in self._directories.items() if held.data != DirectoryData()
            }
            return tuple(sorted(filled | {jurisdiction for jurisdiction, _ in self._cycles}))

    def put_policy(self, digest: str, name: str, body: str, engine: str) -> None:
        """See `EventStore.put_policy`."""
        with self._lock:
            kept = self._policies.setdefault(digest, PolicyRow(digest, name, body, engine))
        if kept.body != body:
            raise StorageError(f"another policy is kept under `{digest}`")

    def policy(self, digest: str) -> PolicyRow | None:
        """See `EventStore.policy`."""
        with self._lock:
            return self._policies.get(digest)

    def policies(self) -> tuple[PolicyRow, ...]:
        """Every policy that is kept."""
        with self._lock:
            return tuple(self._policies.values())

    def changes(self) -> list[Change]:
        """Every stream as it stands, as if it had come about at once: for another store."""
        with self._lock:
            streams = list(self._log)
        told: set[str] = set()
        found: list[Change] = []
        for stream in streams:
            here = stream.jurisdiction
            # Words belong to a jurisdiction, and not to a stream.
            texts = [t for (at, _), t in self._texts.items() if at == here and here not in told]
            told.add(here)
            stored = self.load(stream)
            change = Change(
                stream,
                START,
                [one.event for one in stored],
                stored[0].recorded_at,
                texts=texts,
                pledge=self.pledge(stream),
                due=self._due.get(stream, ()),
            )
            found.append(change)
        return found

    def used_keys(self) -> list[tuple[str, Span]]:
        """Every key that was used, and what it stands for."""
        with self._lock:
            return [(key, span) for (_, key), span in self._done.items()]

    def put_directory(self, jurisdiction: str, directory: DirectoryData) -> None:
        """See `EventStore.put_directory`."""
        with self._lock:
            self._directories[jurisdiction] = Indexed(directory)
            self._versions[jurisdiction] = self._versions.get(jurisdiction, 0) + 1

    def directory(self, jurisdiction: str) -> DirectoryData:
        """See `EventStore.directory`."""
        return self._held(jurisdiction).data

    def extract(self, jurisdiction: str, ids: Collection[str]) -> DirectoryData:
        """See `EventStore.extract`."""
        return extract(self._held(jurisdiction), ids)

    def around(self, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """See `Directory.around`."""
        return self._held(jurisdiction).around(ids, on)

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        """See `Directory.members`."""
        return self._held(jurisdiction).members(organization, on)

    def _held(self, jurisdiction: str) -> Indexed:
        with self._lock:
            return self._directories.get(jurisdiction, _NOBODY)


_NOBODY = Indexed(DirectoryData())


def _within(stream: StreamId, jurisdiction: str, cycle: str | None) -> bool:
    return stream.jurisdiction == jurisdiction and cycle in (None, stream.cycle)
