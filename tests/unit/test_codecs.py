"""How values are written and read back, by the module as it is when it is first imported.

It is made anew for each test: the codecs that it builds on its way are under test like the others.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from pledgeflow.domain import codecs as imported
from pledgeflow.domain.values import Fields, Text

DAY = date(2025, 3, 4)
LARGEST = 2**53 - 1
SIGNED = tuple[str, bool, date] | None
DAYS = Mapping[str, date]
DAYS_OR_NONE = Mapping[str, date | None]
TEXTS = Mapping[str, str]


@pytest.fixture
def codecs() -> Any:
    spec = importlib.util.spec_from_file_location(imported.__name__, imported.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Inner:
    number: int
    label: str | None


@dataclass(frozen=True)
class Outer:
    since: date
    inner: Inner
    said: Fields
    many: tuple[Inner, ...]
    extra: Mapping[str, str] = field(default_factory=dict)


OUTER = Outer(DAY, Inner(1, "a"), {"x": True}, (Inner(2, None), Inner(3, "b")), {"k": "v"})


@pytest.mark.parametrize(
    ("hint", "value", "text"),
    [
        (str, "", '""'),
        (str, '二"\n', '"二\\"\\n"'),
        (int, 0, "0"),
        (int, LARGEST, "9007199254740991"),
        (int, -LARGEST, "-9007199254740991"),
        (bool, True, "true"),
        (bool, False, "false"),
        (date, DAY, '"2025-03-04"'),
        (str | None, None, "null"),
        (str | None, "null", '"null"'),
        (SIGNED, None, "null"),
        (SIGNED, ("li", False, DAY), '["li",false,"2025-03-04"]'),
        (TEXTS, {}, "{}"),
        (TEXTS, {"b": "1", "a": "2"}, '{"a":"2","b":"1"}'),
        (DAYS, {"x": DAY}, '{"x":"2025-03-04"}'),
        (DAYS_OR_NONE, {"x": DAY, "y": None}, '{"x":"2025-03-04","y":null}'),
        (tuple[str, ...], (), "[]"),
        (tuple[str, ...], ("b", "a"), '["b","a"]'),
        (Fields, {"n": 7}, '{"n":7}'),
        (Fields, {"n": -LARGEST, "m": LARGEST}, f'{{"m":{LARGEST},"n":-{LARGEST}}}'),
        (Fields, {"t": Text("d1")}, '{"t":{"text":"d1"}}'),
        (Fields, {"d": DAY}, '{"d":{"date":"2025-03-04"}}'),
        (Fields, {"d": Decimal("1.50")}, '{"d":{"decimal":"1.50"}}'),
        (Fields, {"l": (), "m": {}}, '{"l":[],"m":{"map":{}}}'),
        (Fields, {"l": ("a", 1, True)}, '{"l":["a",1,true]}'),
        (
            Fields,
            {"m": {"b": False, "a": DAY}},
            '{"m":{"map":{"a":{"date":"2025-03-04"},"b":false}}}',
        ),
        # by UTF-16 units, in which what is beyond U+FFFF comes before what is at its end
        (TEXTS, {"\uff0c": "1", "\U0001f600": "2"}, '{"\U0001f600":"2","\uff0c":"1"}'),
        (TEXTS, {"\ud800": "1", "a": "2"}, '{"a":"2","\ud800":"1"}'),
    ],
)
def test_what_is_written_is_read_back(codecs: Any, hint: Any, value: Any, text: str) -> None:
    codec = codecs.codec_of(hint)
    assert codec.write(value) == text
    assert codec.read(json.loads(text)) == value
    assert type(codec.read(json.loads(text))) is type(value)


@pytest.mark.parametrize(
    ("hint", "value", "place"),
    [
        (str, 1, ""),
        (str, None, ""),
        (int, True, ""),
        (int, "1", ""),
        (int, LARGEST + 1, ""),
        (int, -LARGEST - 1, ""),
        (bool, 1, ""),
        (date, "2025-03-04", ""),
        (date, datetime(2025, 3, 4), ""),
        (str | None, 1, ""),
        (SIGNED, ("li", False), ""),
        (SIGNED, ["li", False, DAY], ""),
        (SIGNED, ("li", "no", DAY), "1"),
        (TEXTS, [], ""),
        (TEXTS, {"a": "1", "b": 2}, "b"),
        (TEXTS, {1: "a"}, ""),
        (DAYS_OR_NONE, {"x": "y"}, "x"),
        (tuple[str, ...], [], ""),
        (tuple[str, ...], ("a", 1), "1"),
        (Fields, {"n": LARGEST + 1}, "n"),
        (Fields, {"n": -LARGEST - 1}, "n"),
        (Fields, {"d": Decimal("NaN")}, "d"),
        (Fields, {"d": Decimal("Infinity")}, "d"),
        (Fields, {"d": datetime(2025, 3, 4)}, "d"),
        (Fields, {"t": Text(cast(str, 1))}, "t"),
        (Fields, {"l": ["a"]}, "l"),
        (Fields, {"l": (("a",),)}, "l.0"),
        (Fields, {"m": {"a": {"b": 1}}}, "m.a"),
        (Fields, {"m": {"a": 1.5}}, "m.a"),
    ],
)
def test_what_does_not_fit_is_not_written(codecs: Any, hint: Any, value: Any, place: str) -> None:
    with pytest.raises(codecs.Misfit) as misfit:
        codecs.codec_of(hint).write(value)
    assert (misfit.value.why, misfit.value.place) == ("holds what does not belong there", place)
    assert misfit.value.args == (misfit.value.why, place)


@pytest.mark.parametrize(
    ("hint", "text", "place"),
    [
        (str, "1", ""),
        (int, "true", ""),
        (int, "1.0", ""),
        (int, f"{LARGEST + 1}", ""),
        (bool, "0", ""),
        (date, "1", ""),
        (date, '"2025-02-30"', ""),
        (date, '"20250304"', ""),
        (str | None, "false", ""),
        (SIGNED, '["li",false]', ""),
        (SIGNED, '{"li":1,"a":2,"b":3}', ""),
        (SIGNED, '["li",false,"2025"]', "2"),
        (TEXTS, "[]", ""),
        (TEXTS, '{"a":"1","b":2}', "b"),
        (DAYS, '{"x":null}', "x"),
        (tuple[str, ...], "{}", ""),
        (tuple[str, ...], '["a",null]', "1"),
        (Fields, '{"n":1.5}', "n"),
        (Fields, '{"n":null}', "n"),
        (Fields, f'{{"n":{LARGEST + 1}}}', "n"),
        (Fields, '{"t":{"text":1}}', "t"),
        (Fields, '{"t":{"text":"d","more":1}}', "t"),
        (Fields, '{"d":{"date":"2025-03-04","more":1}}', "d"),
        (Fields, '{"d":{"date":"2025-3-4"}}', "d"),
        (Fields, '{"d":{"decimal":"1,5"}}', "d"),
        (Fields, '{"d":{"decimal":"NaN"}}', "d"),
        (Fields, '{"d":{"decimal":"01"}}', "d"),
        (Fields, '{"d":{"decimal":1}}', "d"),
        (Fields, '{"d":{"decimal":"1","more":1}}', "d"),
        (Fields, '{"m":{"map":{},"more":1}}', "m"),
        (Fields, '{"m":{"map":[]}}', "m"),
        (Fields, '{"m":{"map":{"a":{"map":{}}}}}', "m.a"),
        (Fields, '{"l":[["a"]]}', "l.0"),
    ],
)
def test_what_nobody_wrote_is_not_read(codecs: Any, hint: Any, text: str, place: str) -> None:
    with pytest.raises(codecs.Misfit) as misfit:
        codecs.codec_of(hint).read(json.loads(text))
    assert (misfit.value.why, misfit.value.place) == ("holds what does not belong there", place)


def test_a_record_is_its_fields_by_name(codecs: Any) -> None:
    codec = codecs.record(Outer, kind="whole")
    text = codec.write(OUTER)
    assert text == (
        '{"extra":{"k":"v"},"inner":{"label":"a","number":1},"kind":"whole",'
        '"many":[{"label":null,"number":2},{"label":"b","number":3}],'
        '"said":{"x":true},"since":"2025-03-04"}'
    )
    read = json.loads(text)
    assert read.pop("kind") == "whole"
    assert codec.read(read) == OUTER


def test_what_was_not_always_there_is_left_out_where_it_is_empty(codecs: Any) -> None:
    codec = codecs.record(Outer, later=frozenset({"extra"}))
    bare = Outer(DAY, Inner(1, None), {}, (), {})
    assert codec.write(bare) == (
        '{"inner":{"label":null,"number":1},"many":[],"said":{},"since":"2025-03-04"}'
    )
    read = json.loads(codecs.record(Outer).write(bare))
    with pytest.raises(codecs.Misfit) as misfit:
        codec.read(read)  # empty, but there: one event has one text
    assert misfit.value.place == "extra"
    del read["extra"]
    assert codec.read(read) == bare
    assert codec.write(OUTER).startswith('{"extra":{"k":"v"},"inner"')
    with pytest.raises(codecs.Misfit, match="is missing"):
        codecs.record(Outer).read(read)


@pytest.mark.parametrize(
    ("data", "why", "place"),
    [
        ([], "holds what does not belong there", ""),
        ({}, "is missing", "number"),
        ({"number": 1}, "is missing", "label"),
        ({"number": "1", "label": "a"}, "holds what does not belong there", "number"),
        ({"number": 1, "label": "a", "more": 1}, "is unknown", "more"),
    ],
)
def test_why_a_record_is_not_read(codecs: Any, data: Any, why: str, place: str) -> None:
    with pytest.raises(codecs.Misfit) as misfit:
        codecs.record(Inner).read(data)
    assert (misfit.value.why, misfit.value.place) == (why, place)


def test_where_something_is_wrong_is_said_from_outside_to_inside(codecs: Any) -> None:
    wrong = Outer(DAY, Inner(1, "a"), {}, (Inner(2, None), Inner(3, cast(str, 4))), {})
    with pytest.raises(codecs.Misfit) as misfit:
        codecs.record(Outer).write(wrong)
    assert misfit.value.place == "many.1.label"
    with pytest.raises(codecs.Misfit) as misfit:
        codecs.record(Outer).write(Inner(1, "a"))
    assert misfit.value.place == ""


def test_a_row_is_its_fields_in_order(codecs: Any) -> None:
    codec = codecs.row(Outer)
    text = codec.write(OUTER)
    assert text == '["2025-03-04",[1,"a"],{"x":true},[[2,null],[3,"b"]],{"k":"v"}]'
    assert codec.read(json.loads(text)) == OUTER
    for wrong in ([], {}, [*json.loads(text), 1], {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}):
        with pytest.raises(codecs.Misfit):
            codec.read(wrong)
    with pytest.raises(codecs.Misfit):
        codec.write(Inner(1, "a"))


def test_names_may_be_written_by_a_codec_and_in_their_own_order(codecs: Any) -> None:
    days = codecs.Codec(lambda day: day.isoformat(), date.fromisoformat)
    codec = codecs.mapping(codecs.NUMBER, days, sort=False)
    late, soon = date(2025, 2, 1), date(2025, 1, 1)
    assert codec.write({late: 1, soon: 2}) == '{"2025-02-01":1,"2025-01-01":2}'
    assert list(codec.read({"2025-02-01": 1, "2025-01-01": 2}).items()) == [(late, 1), (soon, 2)]
    sorts = codecs.mapping(codecs.NUMBER, days)
    assert sorts.write({late: 1, soon: 2}) == '{"2025-01-01":2,"2025-02-01":1}'
