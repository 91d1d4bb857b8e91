"""`pledgeflow schema`: what an editor is told about policy files as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pledgeflow.catalogue import POLICY_FILE, Catalogue, built_in, read_file
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.language.json_schema import json_schema


@cache
def schema() -> dict[str, Any]:
    return json_schema()


def complaints(tree: object) -> list[str]:
    return [error.message for error in Draft202012Validator(schema()).iter_errors(tree)]


def written(text: str) -> Any:
    return read(text, "county.yaml").tree


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


KEYWORDS = {
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "enum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "required",
    "type",
}


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all that it is made of."""
    yield schema
    for key in ("additionalProperties", "items", "not"):
        if isinstance(schema.get(key), dict):
            yield from parts(schema[key])
    for key in ("$defs", "properties", "patternProperties"):
        for part in schema.get(key, {}).values():
            yield from parts(part)
    for key in ("anyOf", "oneOf"):
        for part in schema.get(key, ()):
            yield from parts(part)


def test_every_word_of_it_means_something() -> None:
    top = {key: value for key, value in schema().items() if key not in ("$schema", "title")}
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema()["title"] == "a policy of pledgeflow"
    for part in parts({**top, "$defs": {}}):
        assert set(part) <= {*KEYWORDS, "$defs"}, part
    for name, defined in top["$defs"].items():
        for part in parts(defined):
            assert set(part) <= KEYWORDS, (name, part)
            if "properties" in part:
                assert part["additionalProperties"] is False, (name, part)
                assert set(part.get("required", ())) <= set(part["properties"]), (name, part)
            if "$ref" in part:
                assert part["$ref"].removeprefix("#/$defs/") in top["$defs"], (name, part)


@pytest.mark.parametrize("name", Catalogue().names())
def test_every_built_in_policy_is_as_it_says(name: str) -> None:
    assert not complaints(read_file(built_in() / name / POLICY_FILE).tree)


@pytest.mark.parametrize(
    "text",
    [
        "policy: x",
        "{policy: x, extends: y, tracks: {member: {absent: true, cite: A-1}}}",
        "{policy: x, late_entry: {within: {values: {2011-08-01: P30D, 2026-01-01: P10D}}}}",
        "{policy: x, cycle: {values: {cycle 1: {every: P1Y}, cycle 2: {every: P2Y}}, cite: A-1}}",
        "{policy: x, tracks: {m: {match: {person: [retired]}}}}",
        "{policy: x, tracks: {m: {rules: {outcomes: {a: {award: barred}}}}}}",
        "{policy: x, lifecycles: {p: {transitions: {t: {by: chair}}}}}",
        "{policy: x, lifecycles: {p: {transitions: {t: {guards: {g: {holders: {a: true}}}}}}}}",
        "{policy: x, outcomes: {o: {calls_for: {criticise: true}}}}",
        "{policy: x, outcomes: {o: {calls_for: criticise}}}",
        "{policy: x, ledgers: {l: {rows: {items: i, in: [a, b]}, columns: {c: {from: state}}}}}",
        "{policy: x, ledgers: {l: {rows: {records: r, streams: [year]}, kept_by: [a]}}}",
        "{policy: x, ledgers: {l: {columns: {c: {from: {last: r}}, d: {absent: true, cite: A-1}}}}}",
        "{policy: x, coverage: {pledged: {means: [signature], in: a}, unit: organization}}",
        "{policy: x, coverage: {unit: {field: section}}}",
        "{policy: x, tracks: {m: {absent: true, cite: A-1, match: {person: {old: true}}}}}",
        "{policy: x, commands: {c: {fields: {item: commitment, what: {type: text}}}}}",
        "{policy: x, lifecycles: {p: {transitions: {t: {guards: {g: {is: own, with: {n: 1}}}}}}}}",
    ],
)
def test_what_an_overlay_may_write_is_fine(text: str) -> None:
    assert not complaints(written(text))


@pytest.mark.parametrize(
    "text",
    [
        "title: {zh: 无名, en: nameless}",
        "{policy: x, trakcs: {}}",
        "{policy: x, roles: {chair: {lable: {zh: 主席, en: chair}}}}",
        "{policy: x, tracks: {m: {rules: {comands: {}}}}}",
        "{policy: x, tracks: {m: {absent: true}}}",
        "{policy: x, tracks: {m: {absent: true, cite: A-1, assumed: why}}}",
        "{policy: x, late_entry: {within: {values: {soon: P30D}}}}",
        "{policy: x, late_entry: {within: a month}}",
        "{policy: x, commands: {c: {means: nonsense}}}",
        "{policy: x, ledgers: {l: {columns: {c: {from: stat}}}}}",
        "{policy: x, ledgers: {l: {columns: {c: {from: {fields: a}}}}}}",
        "{policy: x, ledgers: {l: {rows: {records: r, streams: [month]}}}}",
        "{policy: x, coverage: {pledged: {means: [oath]}}}",
        "{policy: x, coverage: {unit: family}}",
        "{policy: x, lifecycles: {p: {transitions: {t: {guards: {g: {is: copies, of: [a]}}}}}}}",
    ],
)
def test_a_misspelt_key_or_an_impossible_value_is_not(text: str) -> None:
    assert complaints(written(text))
