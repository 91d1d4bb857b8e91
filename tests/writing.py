"""How tests write to a store, and read what they wrote: by versions, whatever the hashes are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.storage.store import START, Change, EventStore, Head, StoredEvent

Told = tuple[StreamId, int, Event, datetime]


def change(
    store: EventStore, stream: StreamId, after: int, events: Sequence[Event], **rest: Any
) -> Change:
    """A change after a version, by somebody who has read what is there."""
    known = {one.version: one.hash for one in store.load(stream)}
    return Change(stream, Head(after, known.get(after, "")) if after else START, events, **rest)


def append(
    store: EventStore, stream: StreamId, after: int, events: Sequence[Event], **rest: Any
) -> Head:
    """Write it."""
    return store.append(change(store, stream, after, events, **rest))


def told(stored: Iterable[StoredEvent] | None) -> list[Told] | None:
    """What was kept, without the hashes."""
    if stored is None:
        return None
    return [(one.stream, one.version, one.event, one.recorded_at) for one in stored]
