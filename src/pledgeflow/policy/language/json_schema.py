"""The JSON Schema of a policy file as people write it, for editors: completion, and red underlines.

The model describes the *resolved* form. Here it is widened to the written one: a file says only
what it adds to its parents, takes rules out, dates values, and uses shorthand. What a schema cannot
see (a clause that does not exist, a state nobody reaches) is left to the loader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pledgeflow.policy.guards.kinds import BUILT_IN
from pledgeflow.policy.language.ledgers import Plainly
from pledgeflow.policy.language.schema import Document, Rules

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NEEDED: Mapping[str, list[str]] = {"Document": ["policy"], "Extends": ["policy"]}
_NOISE = frozenset({"title", "default", "required", "discriminator"})
_UNDATED = frozenset({"policy", "extends", "abstract", "cite", "assumed"})
_MOMENT = r"^(\d{4}-\d{2}-\d{2}|cycle [1-9]\d{0,5})$"
_WORD: Schema = {"type": "string"}
_TRUE: Schema = {"const": True}
_LIST: Schema = {"type": "array", "items": {"type": ["string", "integer", "boolean"]}}
_GROUND: Schema = {
    "cite": {"anyOf": [_WORD, {"type": "array", "items": _WORD}]},
    "assumed": {"anyOf": [_WORD, {"$ref": "#/$defs/Label"}]},
}
_ABSENT: Schema = {
    "description": "The parent's rule does not hold here; the clause or reading says why.",
    "type": "object",
    "properties": {
        "absent": _TRUE,
        **_GROUND,
        "label": {"$ref": "#/$defs/Label"},
        "match": {"$ref": "#/$defs/Match"},
    },
    "additionalProperties": False,
    "required": ["absent"],
    "oneOf": [{"required": ["cite"]}, {"required": ["assumed"]}],
}
_MEMBER: Schema = {"anyOf": [_TRUE, {"$ref": "#/$defs/Absent"}]}
_SHORT: Mapping[str, list[Schema]] = {
    "#/$defs/CommandField": [_WORD],
    "#/$defs/Parties": [_WORD, _LIST, {"type": "object", "additionalProperties": _MEMBER}],
    "#/$defs/Source": [_WORD],
    "#/$defs/Call": [_TRUE],
    "#/$defs/CutOff": [_WORD],
    "#/$defs/Unit": [{"const": "organization"}],
    "#/$defs/CellSource": [{"enum": list(get_args(Plainly))}],
    "#/$defs/Small": [{"type": "integer"}],
    "#/$defs/Places": [{"type": "integer"}],
}
"""What may stand in place of a whole mapping."""


def json_schema() -> Schema:
    """The schema, as plain data; a policy file that uses it names it in its first line."""
    model = Document.model_json_schema(by_alias=True)
    definitions = model.pop("$defs")
    definitions["Rules"] = {
        "description": "What a track has for itself, over the common rules.",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: model["properties"][name] for name in Rules.model_fields},
    }
    definitions["Track"]["properties"]["rules"] = {"$ref": "#/$defs/Rules"}
    # A built-in name is a built-in guard, with its own keys.
    definitions["Foreign"]["properties"]["is"]["not"] = {"enum": sorted(BUILT_IN)}
    return {
        "$schema": DIALECT,
        "title": "a policy of pledgeflow",
        **_written(model, "Document"),
        "$defs": {"Absent": _ABSENT, **{k: _written(v, k) for k, v in definitions.items()}},
    }


def _written(schema: Schema, name: str = "") -> Schema:
    """The same schema for what is written; name: its own, if it has one."""
    written = {key: value for key, value in schema.items() if key not in _NOISE}
    if name in NEEDED:
        written["required"] = NEEDED[name]
    if "properties" in written:
        written["properties"] = {
            key: _written(value) if key in _UNDATED else _value(value)
            for key, value in written["properties"].items()
        }
    if "patternProperties" in written:
        entries = written["patternProperties"]
        written["patternProperties"] = {key: _value(value) for key, value in entries.items()}
        written.setdefault("additionalProperties", False)
        if any(_takes_true(value) for value in entries.values()):
            return {"anyOf": [written, _LIST, _WORD]}
    if isinstance(written.get("additionalProperties"), dict):
        written["additionalProperties"] = _value(written["additionalProperties"])
    if isinstance(written.get("items"), dict):
        written["items"] = _written(written["items"])
    alternatives = [*written.pop("anyOf", ()), *written.pop("oneOf", ())]
    if alternatives:
        real = [_written(each) for each in alternatives if each != {"type": "null"}]
        written = {**written, "anyOf": real} if len(real) > 1 else {**written, **real[0]}
    return _with_shorthand(written)


def _with_shorthand(schema: Schema) -> Schema:
    short = _SHORT.get(str(schema.get("$ref")))
    if short is None:
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return {**rest, "anyOf": [{"$ref": schema["$ref"]}, *short]}


def _takes_true(schema: Schema) -> bool:
    """Whether `true` is a value here, so that a list of keys is shorthand for the mapping."""
    if schema.get("$ref") == "#/$defs/Call" or schema.get("type") == "boolean":
        return True
    return any(_takes_true(each) for each in schema.get("anyOf", ()))


def _value(schema: Schema) -> Schema:
    """A value of a mapping: as it is, taken out, or different from some day or cycle on."""
    plain = _written(schema)
    dated = {
        "type": "object",
        "required": ["values"],
        "additionalProperties": False,
        "properties": {
            **_GROUND,
            "values": {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "patternProperties": {_MOMENT: {"anyOf": [plain, {"$ref": "#/$defs/Absent"}]}},
            },
        },
    }
    return {"anyOf": [plain, {"$ref": "#/$defs/Absent"}, dated]}
