"""What `--set name=value` says, typed as the policy declares the field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pledgeflow.cli.output import fail
from pledgeflow.policy.compiled.rules import StepName

OTHERS = {"target": "integer"}
"""Fields that no policy declares."""
TRUE, FALSE = ("true", "yes"), ("false", "no")


def payload(said: Iterable[str], command: StepName | None) -> dict[str, Any]:
    """The fields of a step. Lists are `a,b`; checklists `a,b=no`; tallies `a=3,b=1`.

    command: the one the fields are of; `target` is the version of the record it puts right.

    What does not fit is passed on as it is: the engine says what is wrong with it.
    """
    fields: dict[str, Any] = {}
    for each in said:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise fail(f"`--set {each}` has no value; write `--set name=value`")
        if name in fields:
            raise fail(f"`--set {name}=…` is there twice; write lists as `--set {name}=a,b`")
        spec = command.rules.fields.get(name) if command is not None else None
        fields[name] = _typed(spec.type if spec is not None else OTHERS.get(name, "text"), value)
    return fields


def _typed(kind: str, value: str) -> Any:
    match kind:
        case "choices":
            return [part for part in value.split(",") if part]
        case "checklist":
            return {key: _truth(found or "yes") for key, found in _pairs(value)}
        case "tally":
            return {key: _number(found) for key, found in _pairs(value)}
        case "integer":
            return _number(value)
        case "boolean":
            return _truth(value)
        case _:
            return value


def _pairs(value: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in value.split(",") if part)
    return [(key, found) for key, _, found in parts]


def _number(value: str) -> int | str:
    return int(value) if value.isdecimal() else value


def _truth(value: str) -> bool | str:
    return value in TRUE if value in (*TRUE, *FALSE) else value
