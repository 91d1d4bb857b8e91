"""The chain that runs through a stream: each event's hash rests on the one before it.

Next to `serialisation`, and as pure. Stores compute a link for every event that they write, so it
is made of plain text; what is hashed is canonical JSON (RFC 8785), so that anybody can work it out
again with nothing but the events.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring as _quoted

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import StorageError

BEGINNING = ""
"""What stands for the hash before a stream's first event."""


def link(stream: StreamId, data: str, recorded_at: datetime, previous: str) -> str:
    """The hash of an event: SHA-256, 64 hex digits, of {event, prev, recorded_at, stream} as JSON.

    data: the event's one text (`serialisation.encode`), which holds its version; recorded_at: with
    its time zone; previous: the hash of the event before, or `BEGINNING`. Raises StorageError where
    a name holds half a character.
    """
    return link_text(str(stream), data, instant(recorded_at), previous)


def link_text(stream: str, data: str, recorded_at: str, previous: str) -> str:
    """As `link`, of what is text already: the stream's name, and the moment as `instant` writes it."""
    # INVARIANT: keys in order, no spaces: this text is its own RFC 8785 form, if `data` is.
    text = (
        f'{{"event":{data},"prev":"{previous}","recorded_at":"{recorded_at}",'
        f'"stream":{_quoted(stream)}}}'
    )
    try:
        return sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise StorageError("a name holds half a character, which no text can keep") from error


def instant(at: datetime) -> str:
    """A point in time as it is hashed: UTC to the microsecond, `2025-03-31T08:00:00.000000Z`."""
    there = at if at.tzinfo is UTC else at.astimezone(UTC)
    return there.isoformat(timespec="microseconds")[:-6] + "Z"
