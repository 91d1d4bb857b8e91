"""The hash that ties an event to everything before it in its stream. Pure; next to `serialisation`.

What is hashed is canonical JSON (RFC 8785), so that anybody can work it out anew from an event, its
stream, the moment at which it was recorded and the hash before.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring

from pledgeflow.domain.commands import StreamId


def moment(at: datetime) -> str:
    """A point in time as it is hashed and handed on: UTC to the microsecond, as in
    `2025-03-31T08:00:00.000000Z`."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def link(stream: StreamId, data: str, recorded_at: datetime, previous: str) -> str:
    """The hash of an event, as 64 hex digits.

    data: the event's own canonical text; previous: the hash of the event before it, "" for the
    first
    """
    text = (
        f'{{"event":{data},"prev":"{previous}","recorded_at":"{moment(recorded_at)}",'
        f'"stream":{encode_basestring(str(stream))}}}'
    )
    return sha256(text.encode()).hexdigest()
