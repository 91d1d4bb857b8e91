"""A database that nobody else writes to while the demonstration runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Event
from pledgeflow.domain.extracts import Indexed
from pledgeflow.domain.people import View
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import (
    NOTHING_READ,
    Beginning,
    CycleRow,
    DueRow,
    PledgeRow,
    SealedText,
    StoredEvent,
)


class RememberingStore(SqlStore):
    """Writes as `SqlStore` does, each act in its own transaction; reads nothing twice."""

    def __init__(self, database: str) -> None:
        super().__init__(database)
        self._streams: dict[StreamId, tuple[StoredEvent, ...]] = {}
        self._directories: dict[str, Indexed] = {}
        self._cycles: dict[str, tuple[CycleRow, ...]] = {}

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
        before = self.load(stream)
        super().append(
            stream,
            expected_version,
            events,
            texts=texts,
            pledge=pledge,
            due=due,
            key=key,
            reads=reads,
            follows=follows,
            recorded_at=recorded_at,
        )
        new = (StoredEvent(stream, event.version, event, recorded_at) for event in events)
        self._streams[stream] = (*before, *new)

    def begin_all(self, begun: Sequence[Beginning], *, recorded_at: datetime) -> None:
        """See `EventStore.begin_all`."""
        super().begin_all(begun, recorded_at=recorded_at)
        for one in begun:
            self._streams.pop(one.stream, None)

    def load(self, stream: StreamId) -> tuple[StoredEvent, ...]:
        """See `EventStore.load`."""
        if stream not in self._streams:
            self._streams[stream] = super().load(stream)
        return self._streams[stream]

    def put_directory(self, jurisdiction: str, directory: DirectoryData) -> None:
        """See `EventStore.put_directory`."""
        super().put_directory(jurisdiction, directory)
        self._directories[jurisdiction] = Indexed(directory)

    def directory(self, jurisdiction: str) -> DirectoryData:
        """See `EventStore.directory`."""
        return self._indexed(jurisdiction).data

    def around(self, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """See `Directory.around`."""
        return self._indexed(jurisdiction).around(ids, on)

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        """See `Directory.members`."""
        return self._indexed(jurisdiction).members(organization, on)

    def _indexed(self, jurisdiction: str) -> Indexed:
        if jurisdiction not in self._directories:
            self._directories[jurisdiction] = Indexed(super().directory(jurisdiction))
        return self._directories[jurisdiction]

    def put_cycle(self, cycle: CycleRow) -> None:
        """See `EventStore.put_cycle`."""
        super().put_cycle(cycle)
        self._cycles.pop(cycle.jurisdiction, None)

    def cycles(self, jurisdiction: str) -> tuple[CycleRow, ...]:
        """See `EventStore.cycles`."""
        if jurisdiction not in self._cycles:
            self._cycles[jurisdiction] = super().cycles(jurisdiction)
        return self._cycles[jurisdiction]
