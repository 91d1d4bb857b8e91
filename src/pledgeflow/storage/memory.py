"""A store in memory, for tests, demonstrations and dry runs: it behaves as `sql` does.

Events are kept as text, as in a database: what could not be kept there is refused here too, and
nobody can change a kept event through a mapping they still hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from threading import Lock

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Event
from pledgeflow.domain.extracts import Indexed
from pledgeflow.domain.people import View
from pledgeflow.domain.serialisation import decode, encode
from pledgeflow.errors import StorageError
from pledgeflow.storage.store import (
    NOTHING_READ,
    Beginning,
    CycleRow,
    DueRow,
    Kind,
    PledgeRow,
    PolicyRow,
    SealedText,
    StoredEvent,
    check_append,
    check_beginnings,
    check_due,
    check_head,
    used,
)


class MemoryStore:
    """An `EventStore` that is gone with its process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._log: dict[StreamId, list[tuple[str, datetime]]] = {}
        self._texts: dict[tuple[str, str], SealedText] = {}
        self._done: dict[tuple[str, str], tuple[StreamId, int, int]] = {}
        self._pledges: dict[StreamId, PledgeRow] = {}
        self._pending: dict[tuple[StreamId, int], int] = {}
        self._cycles: dict[tuple[str, str], CycleRow] = {}
        self._policies: dict[str, PolicyRow] = {}
        self._due: dict[StreamId, tuple[DueRow, ...]] = {}
        self._directories: dict[str, Indexed] = {}

    def append(  # noqa: PLR0913 (see the protocol)
        self,
        stream: StreamId,
        expected_version: int,
        events: Sequence[Event],
        *,
        texts: Sequence[SealedText] = (),
        pledge: PledgeRow | None = None,
        due: Sequence[DueRow] | None = None,
        key: str | None = None,
        reads: Mapping[StreamId, int] = NOTHING_READ,
        follows: bool = False,
        recorded_at: datetime,
    ) -> None:
        """See `EventStore.append`."""
        check_append(
            stream, expected_version, events, pledge=pledge, due=due, recorded_at=recorded_at
        )
        kept = [(encode(event), recorded_at.astimezone(UTC)) for event in events]
        at = (stream.jurisdiction, key or "")
        with self._lock:
            if key is not None and at in self._done:
                raise used(key)
            for read, version in {**reads, stream: expected_version}.items():
                check_head(read, version, len(self._log.get(read, ())))
            # INVARIANT: nothing below can fail, so that all of it happens or nothing.
            if kept:
                self._log.setdefault(stream, []).extend(kept)
            for text in texts:
                self._texts.setdefault((stream.jurisdiction, text.digest), text)
            if pledge is not None:
                self._pledges[stream] = pledge
            if due is not None:
                self._due[stream] = tuple(due)
            if key is not None:
                self._done[at] = (stream, expected_version, expected_version + len(kept))
            if follows:
                upto = expected_version + len(kept)
                self._pending[stream, upto] = expected_version

    def pending(self, jurisdiction: str) -> list[tuple[StreamId, int, int]]:
        """See `EventStore.pending`."""
        with self._lock:
            rows = [(stream, after, upto) for (stream, upto), after in self._pending.items()]
        return sorted(row for row in rows if row[0].jurisdiction == jurisdiction)

    def settle(self, stream: StreamId, upto: int) -> None:
        """See `EventStore.settle`."""
        with self._lock:
            self._pending.pop((stream, upto), None)

    def begin_all(self, begun: Sequence[Beginning], *, recorded_at: datetime) -> None:
        """See `EventStore.begin_all`."""
        check_beginnings(begun, recorded_at)
        at = recorded_at.astimezone(UTC)
        kept = {one.stream: [(encode(event), at) for event in one.events] for one in begun}
        with self._lock:
            for one in begun:
                check_head(one.stream, 0, len(self._log.get(one.stream, ())))
            # INVARIANT: nothing below can fail, so that all of it happens or nothing.
            self._log.update(kept)
            for one in begun:
                for text in one.texts:
                    self._texts.setdefault((one.stream.jurisdiction, text.digest), text)
                if one.pledge is not None:
                    self._pledges[one.stream] = one.pledge
                self._due[one.stream] = tuple(one.due)

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
            StoredEvent(stream, version, decode(data), recorded_at)
            for version, (data, recorded_at) in enumerate(kept, start=1)
        )

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

    def erase(self, jurisdiction: str, digests: Iterable[str]) -> None:
        """See `EventStore.erase`."""
        with self._lock:
            for digest in digests:
                self._texts.pop((jurisdiction, digest), None)

    def pledge(self, stream: StreamId) -> PledgeRow | None:
        """See `EventStore.pledge`."""
        with self._lock:
            return self._pledges.get(stream)

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
            rows = dict(self._pledges)
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

    def put_cycle(self, cycle: CycleRow) -> None:
        """See `EventStore.put_cycle`."""
        with self._lock:
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

    def beginnings(self) -> list[Beginning]:
        """Every stream as it stands, as if it had come about at once: for another store."""
        with self._lock:
            streams = list(self._log)
        told: set[str] = set()
        found: list[Beginning] = []
        for stream in streams:
            here = stream.jurisdiction
            # Words belong to a jurisdiction, and not to a stream.
            texts = [t for (at, _), t in self._texts.items() if at == here and here not in told]
            told.add(here)
            events = [stored.event for stored in self.load(stream)]
            row, due = self._pledges.get(stream), self._due.get(stream, ())
            found.append(Beginning(stream, events, texts, row, due))
        return found

    def used_keys(self) -> list[tuple[str, tuple[StreamId, int, int]]]:
        """Every key that was used: what it stands for, after which version and up to which."""
        with self._lock:
            return [(key, span) for (_, key), span in self._done.items()]

    def put_directory(self, jurisdiction: str, directory: DirectoryData) -> None:
        """See `EventStore.put_directory`."""
        with self._lock:
            self._directories[jurisdiction] = Indexed(directory)

    def directory(self, jurisdiction: str) -> DirectoryData:
        """See `EventStore.directory`."""
        return self._held(jurisdiction).data

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
