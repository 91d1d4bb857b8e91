"""Events as data and as canonical JSON text, and back: an exact inverse, for every kind of event.

Next to `events`, and as pure, on top of `codecs`: both directions refuse what the other could not
take.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pledgeflow.domain.codecs import Misfit, record
from pledgeflow.domain.events import (
    Added,
    Amended,
    Annulled,
    Corrected,
    Event,
    Graded,
    Migrated,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.errors import StorageError

KINDS: Mapping[str, type[Event]] = {
    "opened": Opened,
    "recorded": Recorded,
    "signed": Signed,
    "moved": Moved,
    "added": Added,
    "amended": Amended,
    "graded": Graded,
    "outcome": OutcomeArose,
    "answered": OutcomeAnswered,
    "corrected": Corrected,
    "annulled": Annulled,
    "migrated": Migrated,
}
LATER = frozenset({"relied", "basis"})
"""Fields that events once did not have: left out where they say nothing, so that old text is as new."""
_NAMES = {cls: kind for kind, cls in KINDS.items()}
_EVENTS = {
    cls: record(cls, kind=kind, later=LATER & frozenset(cls._fields)) for kind, cls in KINDS.items()
}
_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_ORDERED = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def kind_of(event: Event) -> str:
    """The word for the event's kind, such as `recorded`."""
    return _NAMES[type(event)]


def to_data(event: Event) -> dict[str, Any]:
    """The event as JSON-able data, with its `kind`; dates are ISO text, and there are no floats.

    In `fields`, `content`, `before` and `after`, values that JSON has no word for are tagged:
    {"date": …}, {"text": digest}, {"decimal": "1.5"}, {"map": {…}}; tuples are lists.
    Raises StorageError naming the field that holds what no event can keep.
    """
    said: dict[str, Any] = json.loads(encode(event))
    return {name: said[name] for name in ("kind", *event._fields) if name in said}


def from_data(data: object) -> Event:
    """The event that `to_data` wrote; raises StorageError naming the field that is damaged."""
    if not isinstance(data, Mapping):
        raise StorageError("damaged event: it has no fields")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise StorageError(f"damaged event: `kind` is none of {', '.join(KINDS)}")
    rest = {key: value for key, value in data.items() if key != "kind"}
    try:
        event: Event = _EVENTS[KINDS[kind]].read(rest)
    except Misfit as error:
        raise _damaged(error) from None
    return event


def encode(event: Event) -> str:
    """The one JSON text of an event, as RFC 8785 has it; raises StorageError as `to_data`."""
    try:
        text = _EVENTS[type(event)].write(event)
        if not text.isascii():
            text.encode()
    except Misfit as error:
        raise _damaged(error) from None
    except UnicodeEncodeError as error:
        raise StorageError("an event holds half a character, which no text can keep") from error
    return text


def canonical(data: Any) -> str:
    """The one JSON text of data without floats, as RFC 8785 has it. Raises StorageError."""
    text = _PLAIN(data)
    if text.isascii():
        return text
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError as error:
        raise StorageError("an event holds half a character, which no text can keep") from error
    # Python orders keys by code points, RFC 8785 by UTF-16 units: not the same beyond U+FFFF
    return text if units == len(text) else _ORDERED(_in_order(data))


def _in_order(data: Any) -> Any:
    match data:
        case dict():
            keys = sorted(data, key=lambda key: str(key).encode("utf-16-be"))
            return {key: _in_order(data[key]) for key in keys}
        case list():
            return [_in_order(item) for item in data]
        case _:
            return data


def decode(text: str) -> Event:
    """The event that `encode` wrote; raises StorageError where it is damaged."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StorageError("damaged event: it is no JSON text") from error
    return from_data(data)


def _damaged(error: Misfit) -> StorageError:
    return StorageError(f"damaged event: `{error.place}` {error.why}")
