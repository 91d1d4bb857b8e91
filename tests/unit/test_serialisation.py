"""How an event looks as data, and what is said about one that is damaged."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest

from pledgeflow.domain.events import Cycle, Event, Graded, LeanedOn, OutcomeArose, Recorded
from pledgeflow.domain.serialisation import KINDS, canonical, decode, encode, from_data, to_data
from pledgeflow.domain.values import Text
from pledgeflow.errors import StorageError

DAY = date(2025, 3, 31)


def recorded(**fields: Any) -> Recorded:
    return Recorded(2, "report", "report", "pledge", "wang", "promisor", DAY, fields, "p", "r")


def test_values_that_json_has_no_word_for_are_tagged() -> None:
    event = recorded(
        due=DAY,
        what=Text("ab12"),
        share=Decimal("1.50"),
        holders=("wang", DAY),
        votes={"yes": 3, "on": DAY},
        plain="三诺",
        count=3,
        agreed=True,
    )
    assert to_data(event)["fields"] == {
        "due": {"date": "2025-03-31"},
        "what": {"text": "ab12"},
        "share": {"decimal": "1.50"},
        "holders": ["wang", {"date": "2025-03-31"}],
        "votes": {"map": {"yes": 3, "on": {"date": "2025-03-31"}}},
        "plain": "三诺",
        "count": 3,
        "agreed": True,
    }
    assert from_data(to_data(event)) == event


def test_the_text_of_an_event_is_canonical() -> None:
    event = Graded(3, 2, "满意", True, DAY, ("基本满意", False, DAY), "p", "r")
    assert encode(event) == (
        '{"before":["基本满意",false,"2025-03-31"],"cause":2,"confirmed":true,"kind":"graded",'
        '"on":"2025-03-31","policy":"p","rule":"r","tier":"满意","version":3}'
    )


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.5, "fields.x"),
        (None, "fields.x"),
        (["a"], "fields.x"),
        (datetime(2025, 1, 1, tzinfo=UTC), "fields.x"),
        (Decimal("NaN"), "fields.x"),
        (Text(7), "fields.x"),  # type: ignore[arg-type]
        (("a", 1.5), "fields.x.1"),
        ({"a": ("b",)}, "fields.x.a"),
        ({1: "a"}, "fields.x"),
        (2**53, "fields.x"),
        (-(2**53), "fields.x"),
    ],
)
def test_what_would_not_read_back_is_not_written(value: Any, place: str) -> None:
    with pytest.raises(StorageError, match=f"`{place}` holds what does not belong there"):
        encode(recorded(x=value))


@pytest.mark.parametrize("number", [2**53 - 1, 1 - 2**53, True])
def test_a_number_that_every_reader_of_json_takes_alike_is_written(number: int) -> None:
    assert decode(encode(recorded(x=number))) == recorded(x=number)


def test_keys_beyond_the_basic_plane_come_where_utf16_has_them() -> None:
    written = encode(recorded(x={"\U00010000": 1, "\uffff": 2, "a": ""}, y=("\U00010000",)))
    assert written.index("\U00010000") < written.index("\uffff")
    assert decode(written) == recorded(x={"\U00010000": 1, "\uffff": 2, "a": ""}, y=("\U00010000",))


def test_every_kind_of_event_has_a_word() -> None:
    assert set(KINDS.values()) == set(get_args(Event))


def test_half_a_character_is_not_written() -> None:
    with pytest.raises(StorageError, match="half a character"):
        encode(recorded(x="\ud800"))


OUTCOME = OutcomeArose(
    4, 3, "rectify", "pledge", 1, "barred", {"account": DAY, "x": None}, DAY, "", ""
)
LEANING = Recorded(
    1, "a", "b", "c", "d", "e", DAY, {}, "p", "r", leaned_on=(LeanedOn("f", "s", DAY, 3),)
)


@pytest.mark.parametrize(
    ("event", "damage", "place"),
    [
        (OUTCOME, {"version": True}, "version"),
        (OUTCOME, {"version": 4.0}, "version"),
        (OUTCOME, {"version": 2**53}, "version"),
        (LEANING, {"fields": {"x": 2**53}}, "fields.x"),
        (OUTCOME, {"on": "20250331"}, "on"),
        (OUTCOME, {"on": 20250331}, "on"),
        (OUTCOME, {"calls_for": {"account": "tomorrow"}}, "calls_for.account"),
        (OUTCOME, {"calls_for": ["account"]}, "calls_for"),
        (LEANING, {"late": "stage"}, "late"),
        (LEANING, {"late": [1]}, "late.0"),
        (LEANING, {"leaned_on": [7]}, "leaned_on.0"),
        (LEANING, {"fields": {"x": {"decimal": "1_0"}}}, "fields.x"),
        (LEANING, {"fields": {"x": {"decimal": "many"}}}, "fields.x"),
        (LEANING, {"fields": {"x": {"decimal": "Infinity"}}}, "fields.x"),
        (LEANING, {"fields": {"x": {"decimal": 1}}}, "fields.x"),
        (LEANING, {"fields": {"x": {"date": "2025-01-01", "text": "ab"}}}, "fields.x"),
        (LEANING, {"fields": {"x": [["a"]]}}, "fields.x.0"),
        (Graded(1, 0, "t", True, DAY, None, "", ""), {"before": ["t", True]}, "before"),
        (
            Graded(1, 0, "t", True, DAY, None, "", ""),
            {"before": ["t", 1, "2025-01-01"]},
            "before.1",
        ),
    ],
)
def test_the_damaged_field_is_named(event: Event, damage: dict[str, Any], place: str) -> None:
    with pytest.raises(StorageError, match=f"^damaged event: `{place}` "):
        from_data({**to_data(event), **damage})


def test_a_missing_field_inside_another_is_named() -> None:
    data = to_data(LEANING)
    del data["leaned_on"][0]["source"]
    with pytest.raises(StorageError, match=r"`leaned_on\.0\.source` is missing"):
        from_data(data)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"kind":"gone"}', '{"version":1}'])
def test_what_is_no_event_is_said_to_be_damaged(text: str) -> None:
    with pytest.raises(StorageError, match=r"^damaged event: "):
        decode(text)


def test_what_is_no_fact_is_not_written_as_one() -> None:
    cycle: Any = Cycle("2025", DAY)
    with pytest.raises(StorageError, match=r"`leaned_on\.0`"):
        encode(LEANING._replace(leaned_on=(cycle,)))


def test_a_tuple_of_the_wrong_length_is_not_written() -> None:
    short: Any = ("t", True)
    with pytest.raises(StorageError, match="`before`"):
        encode(Graded(1, 0, "t", True, DAY, short, "", ""))


def test_a_word_that_no_event_has_is_damage() -> None:
    data: Any = json.loads(encode(LEANING))
    with pytest.raises(StorageError, match="`surprise` is unknown"):
        decode(json.dumps({**data, "surprise": 1}))


def test_what_is_relied_on_is_written_where_there_is_any() -> None:
    plain = to_data(LEANING)
    assert "relied" not in plain
    assert from_data(plain) == LEANING
    leaning = LEANING._replace(relied={"lifecycles.a.guards.g": DAY})
    assert to_data(leaning)["relied"] == {"lifecycles.a.guards.g": "2025-03-31"}
    assert decode(encode(leaning)) == leaning


@pytest.mark.parametrize("relied", [{}, None, [], {"g": "soon"}, {"g": None}])
def test_one_event_has_one_text(relied: object) -> None:
    with pytest.raises(StorageError, match="`relied"):
        from_data({**to_data(LEANING), "relied": relied})


@pytest.mark.parametrize("relied", [None, (), {"g": "2025-01-01"}])
def test_what_is_no_date_is_not_relied_on(relied: Any) -> None:
    with pytest.raises(StorageError, match="`relied"):
        encode(LEANING._replace(relied=relied))


def test_data_has_one_text_with_its_keys_as_utf16_has_them() -> None:
    assert canonical({"b": [1, {"d": None, "c": True}], "a": "x"}) == (
        '{"a":"x","b":[1,{"c":true,"d":null}]}'
    )
    assert canonical({"诺": 1, "a": 2}) == '{"a":2,"诺":1}'
    assert canonical([{"\U00010000": 1, "\uffff": 2}]) == '[{"\U00010000":1,"\uffff":2}]'
    with pytest.raises(StorageError, match="half a character"):
        canonical(["\ud800"])


def test_a_number_that_is_none_is_not_written() -> None:
    wrong: Any = True
    with pytest.raises(StorageError, match="`version`"):
        encode(LEANING._replace(version=wrong))
