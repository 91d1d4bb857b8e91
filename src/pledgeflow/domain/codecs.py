"""How values of the domain are written as JSON text and read back: a codec for each type.

Beneath `serialisation` (events) and `snapshots` (states), and as pure. A codec is chosen from a
type's annotation, so that a new kind of event needs no code here; each is an exact inverse, and
both directions refuse what the other could not take.

What is written is text at once, the one that RFC 8785 has for a value: data made first, for `json`
to write, takes half as long again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring as _quoted
from operator import attrgetter
from typing import Any, get_args, get_type_hints

from pledgeflow.domain.values import Fields, Text

LARGEST = 2**53 - 1
"""Beyond this (and below its negative), readers of JSON no longer agree on what a number is."""

Writing = Callable[[Any], str]
"""From a value to its JSON text. Raises Misfit."""
Reading = Callable[[Any], Any]
"""From what a JSON text says to the value. Raises Misfit."""
_MAPPINGS = (dict, Mapping)
"""What nearly always is one is asked about first: an abstract class answers slowly."""


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
    """Both directions: to JSON text, and back from what it says."""

    write: Writing
    read: Reading


def _only(fits: Callable[[Any], bool], write: Writing) -> Codec:
    def written(value: Any) -> str:
        if fits(value):
            return write(value)
        raise Misfit

    def same(value: Any) -> Any:
        if fits(value):
            return value
        raise Misfit

    return Codec(written, same)


def _write_text(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    raise Misfit


def _read_text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise Misfit


def _write_date(value: Any) -> str:
    # a datetime is a date to Python, but it would not read back as what it was
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Misfit
    return f'"{value.isoformat()}"'


def _read_date(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Misfit from None
    if found.isoformat() != value:
        raise Misfit
    return found


def _write_decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise Misfit
    return f'"{value}"'


def _read_decimal(value: Any) -> Decimal:
    try:
        found = Decimal(_read_text(value))
    except InvalidOperation:
        raise Misfit from None
    if _write_decimal(found) != f'"{value}"':
        raise Misfit
    return found


def _exact(value: int) -> int:
    if -LARGEST <= value <= LARGEST:
        return value
    raise Misfit


def _write_bool(value: bool) -> str:
    return "true" if value else "false"


def _write_scalar(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return _write_bool(value)
    if isinstance(value, int):
        return f"{_exact(value):d}"
    if isinstance(value, Text):
        return f'{{"text":{_write_text(value.digest)}}}'
    if isinstance(value, date):
        return f'{{"date":{_write_date(value)}}}'
    if isinstance(value, Decimal):
        return f'{{"decimal":{_write_decimal(value)}}}'
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


def _write_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f'{{"map":{_SCALARS.write(value)}}}'
    return _MANY_SCALARS.write(value) if type(value) is tuple else _write_scalar(value)


def _read_value(value: Any) -> Any:
    match value:
        case {"map": inner, **others} if not others:
            return _SCALARS.read(inner)
        case list():
            return _MANY_SCALARS.read(value)
        case _:
            return _read_scalar(value)


def optional(codec: Codec) -> Codec:
    """The same, or None as null."""
    return Codec(
        lambda value: "null" if value is None else codec.write(value),
        lambda value: None if value is None else codec.read(value),
    )


def _each(way: Callable[[Any], Any], values: Iterable[Any]) -> list[Any]:
    done: list[Any] = []
    try:
        for value in values:
            done.append(way(value))  # noqa: PERF401 (how far it came says where it went wrong)
    except Misfit as error:
        raise error.inside(len(done)) from None
    return done


def listed(texts: Iterable[str]) -> str:
    """Texts of values as the text of a list."""
    return f"[{','.join(texts)}]"


def many(codec: Codec) -> Codec:
    """A tuple of any length, as a list."""

    def write(value: Any) -> str:
        if not isinstance(value, tuple):
            raise Misfit
        return listed(_each(codec.write, value)) if value else "[]"

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Misfit
        return tuple(_each(codec.read, value)) if value else ()

    return Codec(write, read)


def _sequence(*codecs: Codec) -> Codec:
    """A tuple with one codec for each of its places, as a list."""

    def over(kind: type[Any], values: Any, ways: Iterable[Callable[[Any], Any]]) -> list[Any]:
        if not isinstance(values, kind) or len(values) != len(codecs):
            raise Misfit
        pairs = zip(ways, values, strict=True)
        return _each(lambda pair: pair[0](pair[1]), pairs)

    return Codec(
        lambda value: listed(over(tuple, value, (codec.write for codec in codecs))),
        lambda value: tuple(over(list, value, (codec.read for codec in codecs))),
    )


def mapping(codec: Codec, key: Codec | None = None, *, sort: bool = True) -> Codec:
    """A mapping from text; or from what `key` writes as text, without quotes.

    sort: in the order that RFC 8785 has them, and not in their own
    """
    way, by = codec.write, key.write if key is not None else _read_text

    def write(value: Any) -> str:
        if not isinstance(value, _MAPPINGS):
            raise Misfit
        if not value:
            return "{}"
        texts: dict[str, str] = {}
        for name, item in value.items():
            known = by(name)
            try:
                texts[known] = f"{_quoted(known)}:{way(item)}"
            except Misfit as error:
                raise error.inside(name) from None
        if sort and len(texts) > 1:
            return f"{{{','.join([texts[name] for name in _in_order(texts)])}}}"
        return f"{{{','.join(texts.values())}}}"

    def read(value: Any) -> dict[Any, Any]:
        if not isinstance(value, _MAPPINGS):
            raise Misfit
        done: dict[Any, Any] = {}
        for name, item in value.items():
            known = key.read(name) if key is not None else _read_text(name)
            try:
                done[known] = codec.read(item)
            except Misfit as error:
                raise error.inside(name) from None
        return done

    return Codec(write, read)


def _in_order(names: Iterable[str]) -> list[str]:
    """By UTF-16 units: for ASCII as Python has it, but not beyond U+FFFF."""
    if "".join(names).isascii():
        return sorted(names)
    return sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def record(cls: type[Any], *, kind: str = "", later: frozenset[str] = frozenset()) -> Codec:
    """A dataclass or a named tuple of several fields, by their names.

    kind: written among them under that name, if there is one; later: fields that were not always
    there: left out where they are empty, so that old text is as new
    """
    codecs = {name: codec_of(hint) for name, hint in get_type_hints(cls).items()}
    reading = [(name, codec.read, name in later) for name, codec in codecs.items()]
    names = sorted(codecs)
    values = attrgetter(*names)
    labels = {name: f"{_quoted(name)}:" for name in names}
    if kind:
        # INVARIANT: what comes after is always there, so that this is written once.
        after = next(name for name in names if name > "kind")
        labels[after] = f'"kind":{_quoted(kind)},{labels[after]}'
    writing = [(name, labels[name], codecs[name].write, name in later) for name in names]
    columns = tuple(zip(*writing, strict=True))

    def write(value: Any) -> str:
        if type(value) is not cls:
            raise Misfit
        done: list[str] = []
        name = ""
        try:
            for name, label, way, left_out, item in zip(  # noqa: B007 (it says what did not fit)
                *columns, values(value), strict=True
            ):
                if not (left_out and item == {}):
                    done.append(label + way(item))
        except Misfit as error:
            raise error.inside(name) from None
        return f"{{{','.join(done)}}}"

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise Misfit
        done: dict[str, Any] = {}
        name = ""
        try:
            for name, way, left_out in reading:
                if name not in value:
                    if left_out:
                        continue
                    raise Misfit("is missing")
                if left_out and not value[name]:
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
    hints = get_type_hints(cls)
    codecs = [codec_of(hint, row) for hint in hints.values()]
    values = attrgetter(*hints)
    writing = tuple(codec.write for codec in codecs)
    reading = tuple(codec.read for codec in codecs)

    def write(value: Any) -> str:
        if type(value) is not cls:
            raise Misfit
        return listed([way(item) for way, item in zip(writing, values(value), strict=True)])

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


TEXT = Codec(_write_text, _read_text)
NUMBER = _only(
    lambda value: (
        isinstance(value, int) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST
    ),
    "{:d}".format,
)
_FLAG = _only(lambda value: isinstance(value, bool), _write_bool)
_DAY = Codec(_write_date, _read_date)
_SCALAR = Codec(_write_scalar, _read_scalar)
_SCALARS = mapping(_SCALAR)
_MANY_SCALARS = many(_SCALAR)

_CODECS: Mapping[Any, Codec] = {
    str: TEXT,
    int: NUMBER,
    bool: _FLAG,
    date: _DAY,
    str | None: optional(TEXT),
    Fields: mapping(Codec(_write_value, _read_value)),
    Mapping[str, str]: mapping(TEXT),
    Mapping[str, date]: mapping(_DAY),
    Mapping[str, date | None]: mapping(optional(_DAY)),
    tuple[str, bool, date] | None: optional(_sequence(TEXT, _FLAG, _DAY)),
}
