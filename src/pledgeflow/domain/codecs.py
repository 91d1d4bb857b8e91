"""How values of the domain are written as JSON-able data and read back: a codec for each type.

Beneath `serialisation` (events) and `snapshots` (states), and as pure. A codec is chosen from a
type's annotation, so that a new kind of event needs no code here; each is an exact inverse, and
both directions refuse what the other could not take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, get_args, get_type_hints

from pledgeflow.domain.values import Fields, Text

LARGEST = 2**53 - 1
"""Beyond this (and below its negative), readers of JSON no longer agree on what a number is."""

Way = Callable[[Any], Any]
"""One direction of a codec. Raises Misfit."""


class Misfit(Exception):  # noqa: N818 (never seen from outside: whoever reads or writes rewords it)
    """Something does not fit. place: where, put together on the way out; why: in words."""

    def __init__(self, why: str = "holds what does not belong there", place: str = "") -> None:
        super().__init__(why, place)
        self.why, self.place = why, place

    def inside(self, name: object) -> Misfit:
        """The same, found inside of something."""
        return Misfit(self.why, f"{name}.{self.place}" if self.place else str(name))


@dataclass(frozen=True, slots=True)
class Codec:
    """Both directions: to data, and back."""

    write: Way
    read: Way


def _only(fits: Callable[[Any], bool]) -> Codec:
    def same(value: Any) -> Any:
        if fits(value):
            return value
        raise Misfit

    return Codec(same, same)


def _write_date(value: Any) -> str:
    # a datetime is a date to Python, but it would not read back as what it was
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Misfit
    return value.isoformat()


def _read_date(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Misfit from None
    if found.isoformat() != value:
        raise Misfit
    return found


def _write_decimal(value: Any) -> str:
    if not value.is_finite():
        raise Misfit
    return str(value)


def _read_decimal(value: Any) -> Decimal:
    try:
        found = Decimal(TEXT.read(value))
    except InvalidOperation:
        raise Misfit from None
    if _write_decimal(found) != value:
        raise Misfit
    return found


def _exact(value: int) -> int:
    if -LARGEST <= value <= LARGEST:
        return value
    raise Misfit


def _write_scalar(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return _exact(value)
    if isinstance(value, Text):
        return {"text": TEXT.write(value.digest)}
    if isinstance(value, date):
        return {"date": _write_date(value)}
    if isinstance(value, Decimal):
        return {"decimal": _write_decimal(value)}
    raise Misfit


def _read_scalar(value: Any) -> Any:
    match value:
        case str():
            return value
        case int():
            return _exact(value)
        case {"text": digest, **others} if not others:
            return Text(TEXT.read(digest))
        case {"date": day, **others} if not others:
            return _read_date(day)
        case {"decimal": number, **others} if not others:
            return _read_decimal(number)
        case _:
            raise Misfit


def _write_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {"map": _SCALARS.write(value)}
    return _MANY_SCALARS.write(value) if type(value) is tuple else _write_scalar(value)


def _read_value(value: Any) -> Any:
    match value:
        case {"map": inner, **others} if not others:
            return _SCALARS.read(inner)
        case list():
            return _MANY_SCALARS.read(value)
        case _:
            return _read_scalar(value)


def _optional(codec: Codec) -> Codec:
    return Codec(
        lambda value: None if value is None else codec.write(value),
        lambda value: None if value is None else codec.read(value),
    )


def _each(way: Way, values: Iterable[Any]) -> list[Any]:
    done: list[Any] = []
    try:
        for value in values:
            done.append(way(value))  # noqa: PERF401 (how far it came says where it went wrong)
    except Misfit as error:
        raise error.inside(len(done)) from None
    return done


def many(codec: Codec) -> Codec:
    """A tuple of any length, as a list."""

    def write(value: Any) -> list[Any]:
        if not isinstance(value, tuple):
            raise Misfit
        return _each(codec.write, value) if value else []

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Misfit
        return tuple(_each(codec.read, value)) if value else ()

    return Codec(write, read)


def _sequence(*codecs: Codec) -> Codec:
    """A tuple with one codec for each of its places, as a list."""

    def over(kind: type[Any], values: Any, ways: Iterable[Way]) -> list[Any]:
        if not isinstance(values, kind) or len(values) != len(codecs):
            raise Misfit
        pairs = zip(ways, values, strict=True)
        return _each(lambda pair: pair[0](pair[1]), pairs)

    return Codec(
        lambda value: over(tuple, value, (codec.write for codec in codecs)),
        lambda value: tuple(over(list, value, (codec.read for codec in codecs))),
    )


def mapping(codec: Codec, key: Codec | None = None) -> Codec:
    """A mapping from text; or from what `key` writes as text."""

    def over(way: Way, by: Way | None) -> Way:
        def walk(value: Any) -> dict[str, Any]:
            if not isinstance(value, Mapping):
                raise Misfit
            done: dict[str, Any] = {}
            name = None
            try:
                for name, item in value.items():
                    if by is not None:
                        done[by(name)] = way(item)
                    elif isinstance(name, str):
                        done[name] = way(item)
                    else:
                        break
                else:
                    return done
            except Misfit as error:
                raise error.inside(name) from None
            raise Misfit

        return walk

    return Codec(
        over(codec.write, key.write if key else None), over(codec.read, key.read if key else None)
    )


def record(cls: type[Any], *, later: frozenset[str] = frozenset()) -> Codec:
    """A dataclass or a named tuple by the names of its fields.

    later: fields that were not always there: left out where they are empty, so that old text is as
    new
    """
    codecs = {name: codec_of(hint) for name, hint in get_type_hints(cls).items()}
    writing = [(name, codec.write, name in later) for name, codec in codecs.items()]
    reading = [(name, codec.read, name in later) for name, codec in codecs.items()]

    def write(value: Any) -> dict[str, Any]:
        if type(value) is not cls:
            raise Misfit
        done: dict[str, Any] = {}
        name = ""
        try:
            for name, way, optional in writing:
                item = getattr(value, name)
                if not optional or item != {}:
                    done[name] = way(item)
        except Misfit as error:
            raise error.inside(name) from None
        return done

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise Misfit
        done: dict[str, Any] = {}
        name = ""
        try:
            for name, way, optional in reading:
                if name not in value:
                    if optional:
                        continue
                    raise Misfit("is missing")
                if optional and not value[name]:
                    raise Misfit  # one event has one text
                done[name] = way(value[name])
        except Misfit as error:
            raise error.inside(name) from None
        if len(done) != len(value):
            raise Misfit("is unknown", next(str(name) for name in value if name not in done))
        return cls(**done)

    return Codec(write, read)


def row(cls: type[Any]) -> Codec:
    """A dataclass or a named tuple as a list of its fields in order: short, for what nobody reads."""
    names = tuple(get_type_hints(cls))
    codecs = [codec_of(hint, row) for hint in get_type_hints(cls).values()]
    writing = tuple((name, codec.write) for name, codec in zip(names, codecs, strict=True))
    reading = tuple(codec.read for codec in codecs)

    def write(value: Any) -> list[Any]:
        if type(value) is not cls:
            raise Misfit
        return [way(getattr(value, name)) for name, way in writing]

    def read(value: Any) -> Any:
        if not isinstance(value, list) or len(value) != len(reading):
            raise Misfit
        return cls(*[way(item) for way, item in zip(reading, value, strict=True)])

    return Codec(write, read)


def codec_of(hint: Any, of: Callable[[Any], Codec] = record) -> Codec:
    """The codec for a type. of: how what is made of fields is written."""
    if hint in _CODECS:
        return _CODECS[hint]
    match get_args(hint):
        case (item, last) if last is ...:
            return many(codec_of(item, of))
        case _:
            return of(hint)


TEXT = _only(lambda value: isinstance(value, str))
NUMBER = _only(
    lambda value: (
        isinstance(value, int) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST
    )
)
_FLAG = _only(lambda value: isinstance(value, bool))
_DAY = Codec(_write_date, _read_date)
_SCALAR = Codec(_write_scalar, _read_scalar)
_SCALARS = mapping(_SCALAR)
_MANY_SCALARS = many(_SCALAR)

_CODECS: Mapping[Any, Codec] = {
    str: TEXT,
    int: NUMBER,
    bool: _FLAG,
    date: _DAY,
    str | None: _optional(TEXT),
    Fields: mapping(Codec(_write_value, _read_value)),
    Mapping[str, str]: mapping(TEXT),
    Mapping[str, date]: mapping(_DAY),
    Mapping[str, date | None]: mapping(_optional(_DAY)),
    tuple[str, bool, date] | None: _optional(_sequence(TEXT, _FLAG, _DAY)),
}
