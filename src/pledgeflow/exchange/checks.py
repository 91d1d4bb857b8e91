"""Whether a record can be what it says: by itself, and by what stood before it in the file."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.domain.serialisation import from_data
from pledgeflow.domain.values import seal
from pledgeflow.errors import PledgeflowError, StorageError
from pledgeflow.exchange.kinds import PLACE
from pledgeflow.exchange.lines import BadRecordError
from pledgeflow.steps import stream_id

Row = Mapping[str, Any]


def stream_of(row: Row) -> StreamId:
    """The stream that a row is of. Raises BadRecordError where nobody could name it."""
    stream = StreamId(row["jurisdiction"], *(row[name] for name in PLACE))
    try:
        named = stream_id(str(stream))
    except PledgeflowError as error:
        raise BadRecordError("it names no stream") from error
    if named != stream:
        raise BadRecordError("it names no stream")
    return stream


def check_policy(row: Row) -> None:
    """Raises BadRecordError where rules are not those that have the digest."""
    if sha256(row["body"].encode()).hexdigest() != row["digest"]:
        raise BadRecordError("the rules are not those that have this digest")


def check_text(row: Row) -> None:
    """Raises BadRecordError where words are not those that were sealed."""
    if seal(row["words"], row["salt"]).digest != row["digest"]:
        raise BadRecordError("the words are not those that have this digest")


def check_span(row: Row) -> None:
    """Raises BadRecordError where no events could be from one version to another."""
    if not 0 <= row["after"] <= row["upto"]:
        raise BadRecordError("it is of no events that could be")


def event_in(data: object, version: int) -> Event:
    """The event in a record. Raises BadRecordError."""
    try:
        event = from_data(data)
    except StorageError as error:
        raise BadRecordError(str(error)) from error
    if event.version != version:
        raise BadRecordError("its version is not the event's")
    return event
