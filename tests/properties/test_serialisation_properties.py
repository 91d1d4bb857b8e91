"""Whatever an event holds, it reads back as it was; whatever is damaged is refused by name."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from typing import Any, get_type_hints

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pledgeflow.domain.codecs import LARGEST
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Event, LeanedOn
from pledgeflow.domain.serialisation import (
    KINDS,
    LATER,
    decode,
    encode,
    from_data,
    kind_of,
    to_data,
)
from pledgeflow.domain.values import Fields, Text, Value
from pledgeflow.errors import StorageError

DAY = date(2025, 3, 31)
# words that look like tags, so that text and tags are told apart
words = st.text(max_size=8) | st.sampled_from(["map", "date", "text", "decimal", "2025-01-01"])
numbers = st.integers(-LARGEST, LARGEST)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
scalars = st.one_of(words, numbers, st.booleans(), st.dates(), decimals, st.builds(Text, words))
values: st.SearchStrategy[Value] = st.one_of(
    scalars,
    st.lists(scalars, max_size=3).map(tuple),
    st.dictionaries(words, scalars, max_size=3),
)
strategies: dict[Any, st.SearchStrategy[Any]] = {
    str: words,
    int: numbers,
    bool: st.booleans(),
    date: st.dates(),
    Fields: st.dictionaries(words, values, max_size=3),
    str | None: st.none() | words,
    tuple[str, ...]: st.lists(words, max_size=3).map(tuple),
    Mapping[str, str]: st.dictionaries(words, words, max_size=3),
    Mapping[str, date]: st.dictionaries(words, st.dates(), max_size=3),
    Mapping[str, date | None]: st.dictionaries(words, st.none() | st.dates(), max_size=3),
    tuple[str, bool, date] | None: st.none() | st.tuples(words, st.booleans(), st.dates()),
}


def made(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    return st.builds(cls, **{name: strategies[hint] for name, hint in hints.items()})


strategies[StreamId] = made(StreamId)
strategies[Cycle] = made(Cycle)
strategies[tuple[LeanedOn, ...]] = st.lists(made(LeanedOn), max_size=2).map(tuple)
events: st.SearchStrategy[Event] = st.one_of(*(made(cls) for cls in KINDS.values()))


def exact(value: object) -> object:
    """As `repr`, so that 1 and True, or 1.5 and 1.50, are not taken for each other."""
    if isinstance(value, Mapping):
        return {key: exact(item) for key, item in value.items()}
    if hasattr(type(value), "__annotations__"):
        return {name: exact(getattr(value, name)) for name in get_type_hints(type(value))}
    return [exact(item) for item in value] if isinstance(value, tuple) else repr(value)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(data, dict | list):
        for key, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(item, (*path, key))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_an_event_of_each_kind_reads_back_as_it_was(kind: str, data: st.DataObject) -> None:
    event = data.draw(made(KINDS[kind]))
    again = decode(encode(event))
    assert again == event
    assert exact(again) == exact(event)
    assert type(again) is KINDS[kind]
    assert kind_of(event) == kind


@given(events)
def test_data_survives_json_and_has_one_text(event: Event) -> None:
    text = encode(event)
    assert from_data(json.loads(json.dumps(to_data(event)))) == event
    assert encode(decode(text)) == text
    assert from_data(json.loads(text)) == event


@given(events, st.data())
def test_damage_is_refused_or_reads_as_another_event(event: Event, data: st.DataObject) -> None:
    tree = deepcopy(to_data(event))
    *path, last = data.draw(st.sampled_from(list(places(tree))))
    inside: Any = tree
    for step in path:
        inside = inside[step]
    was = inside[last]
    inside[last] = data.draw(
        st.sampled_from([None, 1.5, [], {}, [[]], {"date": "2025-02-30"}, {"map": {"x": []}}, 7])
    )
    assume(inside[last] != was)
    try:
        found = from_data(tree)
    except StorageError:
        return
    assert to_data(found) == tree


@given(events, st.data())
def test_a_missing_or_unknown_field_is_named(event: Event, data: st.DataObject) -> None:
    tree = to_data(event)
    name = data.draw(st.sampled_from(sorted(tree.keys() - LATER)))
    with pytest.raises(StorageError, match=f"`{name}`"):
        from_data({key: value for key, value in tree.items() if key != name})
    with pytest.raises(StorageError, match="`unheard_of` is unknown"):
        from_data({**tree, "unheard_of": 1})


@given(st.text() | st.sampled_from(["[" * 100_000, "1.5", "null", '{"kind":[]}', '{"kind":"x"}']))
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(StorageError):
        decode(text)
