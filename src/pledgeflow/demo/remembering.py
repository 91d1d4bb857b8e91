"""A store to play a year in: in memory, and nothing in it is read twice. `keep` puts it on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import (
    NOTHING_READ,
    Beginning,
    DueRow,
    PledgeRow,
    SealedText,
    StoredEvent,
)


class Rehearsal(MemoryStore):
    """Keeps events as they are beside what is written of them, for nobody else writes here."""

    def __init__(self) -> None:
        super().__init__()
        self._streams: dict[StreamId, tuple[StoredEvent, ...]] = {}

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
        self._streams[stream] = (*self._streams.get(stream, ()), *new)

    def begin_all(self, begun: Sequence[Beginning], *, recorded_at: datetime) -> None:
        """See `EventStore.begin_all`."""
        super().begin_all(begun, recorded_at=recorded_at)
        for one in begun:
            new = (StoredEvent(one.stream, e.version, e, recorded_at) for e in one.events)
            self._streams[one.stream] = tuple(new)

    def load(self, stream: StreamId) -> tuple[StoredEvent, ...]:
        """See `EventStore.load`."""
        return self._streams.get(stream, ())
