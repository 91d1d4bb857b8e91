"""Events as data and as canonical JSON text, and back: an exact inverse, for every kind of event.

Next to `events`, and as pure. Each field is written and read by a codec chosen from its type, so
that a new kind of event needs no code here; both directions refuse what the other could not take.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, get_args, get_type_hints

from pledgeflow.domain.events import (
    Added,
    Amended,
    Annulled,
    Corrected,
    Event,
    Graded,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.domain.values import Fields, Text
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
}
LATER = frozenset({"relied", "basis"})
"""Fields that events once did not have: left out where they say nothing, so that old text is as new."""
_NAMES = {cls: kind for kind, cls in KINDS.items()}

LARGEST = 2**53 - 1
"""Beyond this (and below its negative), readers of JSON no longer agree on what a number is."""

_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_ORDERED = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

Way = Callable[[Any, str], Any]
"""One direction of a codec: a value, and the place to name where it will not do."""


def kind_of(event: Event) -> str:
    """The word for the event's kind, such as `recorded`."""
    return _NAMES[type(event)]


def to_data(event: Event) -> dict[str, Any]:
    """The event as JSON-able data, with its `kind`; dates are ISO text, and there are no floats.

    In `fields`, `content`, `before` and `after`, values that JSON has no word for are tagged:
    {"date": …}, {"text": digest}, {"decimal": "1.5"}, {"map": {…}}; tuples are lists.
    Raises StorageError naming the field that holds what no event can keep.
    """
    return {"kind": kind_of(event), **_EVENTS[type(event)].write(event, "")}


def from_data(data: object) -> Event:
    """The event that `to_data` wrote; raises StorageError naming the field that is damaged."""
    if not isinstance(data, Mapping):
        raise StorageError("damaged event: it has no fields")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise StorageError(f"damaged event: `kind` is none of {', '.join(KINDS)}")
    rest = {key: value for key, value in data.items() if key != "kind"}
    event: Event = _EVENTS[KINDS[kind]].read(rest, "")
    return event


def encode(event: Event) -> str:
    """The one JSON text of an event, as RFC 8785 has it; raises StorageError as `to_data`."""
    data = to_data(event)
    text = _PLAIN.encode(data)
    if text.isascii():
        return text
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError as error:
        raise StorageError("an event holds half a character, which no text can keep") from error
    # Python orders keys by code points, RFC 8785 by UTF-16 units: not the same beyond U+FFFF
    return text if units == len(text) else _ORDERED.encode(_in_order(data))


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


@dataclass(frozen=True, slots=True)
class _Codec:
    write: Way
    read: Way


def _bad(place: str) -> NoReturn:
    raise StorageError(f"damaged event: `{place}` holds what does not belong there")


def _only(fits: Callable[[Any], bool]) -> _Codec:
    def same(value: Any, place: str) -> Any:
        return value if fits(value) else _bad(place)

    return _Codec(same, same)


def _exact(value: int, place: str) -> int:
    return value if -LARGEST <= value <= LARGEST else _bad(place)


def _write_date(value: Any, place: str) -> str:
    # a datetime is a date to Python, but it would not read back as what it was
    if not isinstance(value, date) or isinstance(value, datetime):
        _bad(place)
    return value.isoformat()


def _read_date(value: Any, place: str) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        _bad(place)
    return found if found.isoformat() == value else _bad(place)


def _write_decimal(value: Any, place: str) -> str:
    return str(value) if value.is_finite() else _bad(place)


def _read_decimal(value: Any, place: str) -> Decimal:
    try:
        found = Decimal(_TEXT.read(value, place))
    except InvalidOperation:
        _bad(place)
    return found if _write_decimal(found, place) == value else _bad(place)


def _write_scalar(value: Any, place: str) -> Any:
    match value:
        case str():
            return value
        case int():
            return _exact(value, place)
        case Text():
            return {"text": _TEXT.write(value.digest, place)}
        case date():
            return {"date": _write_date(value, place)}
        case Decimal():
            return {"decimal": _write_decimal(value, place)}
        case _:
            _bad(place)


def _read_scalar(value: Any, place: str) -> Any:
    match value:
        case str():
            return value
        case int():
            return _exact(value, place)
        case {"text": digest, **others} if not others:
            return Text(_TEXT.read(digest, place))
        case {"date": day, **others} if not others:
            return _read_date(day, place)
        case {"decimal": number, **others} if not others:
            return _read_decimal(number, place)
        case _:
            _bad(place)


def _write_value(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        return {"map": _SCALARS.write(value, place)}
    return (
        _many(_SCALAR).write(value, place) if type(value) is tuple else _write_scalar(value, place)
    )


def _read_value(value: Any, place: str) -> Any:
    match value:
        case {"map": inner, **others} if not others:
            return _SCALARS.read(inner, place)
        case list():
            return _many(_SCALAR).read(value, place)
        case _:
            return _read_scalar(value, place)


def _optional(codec: _Codec) -> _Codec:
    return _Codec(
        lambda value, place: None if value is None else codec.write(value, place),
        lambda value, place: None if value is None else codec.read(value, place),
    )


def _sequence(codecs_for: Callable[[int], tuple[_Codec, ...]]) -> _Codec:
    """Tuples as lists; `codecs_for` a length gives as many codecs, or others where it is wrong."""

    def write(value: Any, place: str) -> list[Any]:
        if not isinstance(value, tuple) or len(codecs := codecs_for(len(value))) != len(value):
            _bad(place)
        return [codec.write(value[i], f"{place}.{i}") for i, codec in enumerate(codecs)]

    def read(value: Any, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(codecs := codecs_for(len(value))) != len(value):
            _bad(place)
        return tuple(codec.read(value[i], f"{place}.{i}") for i, codec in enumerate(codecs))

    return _Codec(write, read)


def _many(codec: _Codec) -> _Codec:
    return _sequence(lambda length: (codec,) * length)


def _mapping(codec: _Codec) -> _Codec:
    def over(way: Way) -> Way:
        def walk(value: Any, place: str) -> dict[str, Any]:
            if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
                _bad(place)
            return {key: way(item, f"{place}.{key}") for key, item in value.items()}

        return walk

    return _Codec(over(codec.write), over(codec.read))


def _record(cls: type[Any]) -> _Codec:
    hints = get_type_hints(cls)
    # Events are named tuples, what they are made of are dataclasses; both keep the order written.
    codecs = {name: _codec(hint) for name, hint in hints.items()}
    later = frozenset(LATER & codecs.keys())

    def write(value: Any, place: str) -> dict[str, Any]:
        if type(value) is not cls:
            _bad(place)
        return {
            name: codec.write(getattr(value, name), _inside(place, name))
            for name, codec in codecs.items()
            if name not in later or getattr(value, name) != {}
        }

    def read(value: Any, place: str) -> Any:
        if not isinstance(value, Mapping):
            _bad(place)
        for name in (*codecs, *value):
            if name not in value and name not in later:
                raise StorageError(f"damaged event: `{_inside(place, name)}` is missing")
            if name not in codecs:
                raise StorageError(f"damaged event: `{_inside(place, name)}` is unknown")
        there = {name: codec for name, codec in codecs.items() if name in value}
        if any(name in value and not value[name] for name in later):
            # One event has one text.
            _bad(_inside(place, next(iter(later))))
        return cls(**{name: c.read(value[name], _inside(place, name)) for name, c in there.items()})

    return _Codec(write, read)


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _codec(hint: Any) -> _Codec:
    if hint in _CODECS:
        return _CODECS[hint]
    match get_args(hint):
        case (item, last) if last is ...:
            return _many(_codec(item))
        case _:
            return _record(hint)


_TEXT = _only(lambda value: isinstance(value, str))
_NUMBER = _only(
    lambda value: (
        isinstance(value, int)
        and value is not True
        and value is not False
        and -LARGEST <= value <= LARGEST
    )
)
_FLAG = _only(lambda value: isinstance(value, bool))
_DAY = _Codec(_write_date, _read_date)
_SCALAR = _Codec(_write_scalar, _read_scalar)
_SCALARS = _mapping(_SCALAR)

_CODECS: Mapping[Any, _Codec] = {
    str: _TEXT,
    int: _NUMBER,
    bool: _FLAG,
    date: _DAY,
    str | None: _optional(_TEXT),
    Fields: _mapping(_Codec(_write_value, _read_value)),
    Mapping[str, str]: _mapping(_TEXT),
    Mapping[str, date]: _mapping(_DAY),
    Mapping[str, date | None]: _mapping(_optional(_DAY)),
    tuple[str, bool, date] | None: _optional(_sequence(lambda _: (_TEXT, _FLAG, _DAY))),
}

_EVENTS = {cls: _record(cls) for cls in KINDS.values()}
