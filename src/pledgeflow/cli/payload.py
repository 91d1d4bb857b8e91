"""What `--set name=value` says, typed as the policy declares the field.

Messages call things by label, so a label in either language is as good as an id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pledgeflow.cli.output import fail
from pledgeflow.policy.compiled.rules import StepName
from pledgeflow.policy.language.steps import CommandField
from pledgeflow.policy.words import Label
from pledgeflow.steps import WORDS

T = TypeVar("T")
OTHERS = {"target": "integer"}
"""Fields that no policy declares."""
DIGITS = 1000
"""A whole number that is longer is cut: it is out of bounds either way, and Python reads no more
than some thousands."""
TRUE, FALSE = ("true", "yes", "是"), ("false", "no", "否")


def meant(said: str, labels: Mapping[str, Label | None]) -> str:
    """The id behind an id or a label; what is neither, or is the label of several, as it is."""
    if said in labels:
        return said
    found = [
        key
        for key, label in labels.items()
        if label is not None and said.lower() in (label.zh.lower(), label.en.lower())
    ]
    return found[0] if len(found) == 1 else said


def payload(
    said: Iterable[str], command: StepName | None, tiers: Mapping[str, Label | None] | None = None
) -> dict[str, Any]:
    """The fields of a step. Lists are `a,b`; checklists `a,b=no`; tallies `a=3,b=1`; results
    `li=good,wang=poor`.

    command: the one the fields are of; `target` is the version of the record it puts right.

    What does not fit is passed on as it is: the engine says what is wrong with it.
    """
    declared = command.rules.fields if command is not None else {}
    labels = {name: spec.label for name, spec in declared.items()}
    fields: dict[str, Any] = {}
    for each in said:
        called, equals, value = each.partition("=")
        if not equals or not called:
            raise fail(f"`--set {each}` has no value; write `--set name=value`")
        name = meant(called, labels)
        if name in WORDS:
            option = f"--{name.replace('_', '-')}"
            raise fail(f"`--set {name}=…` is no field; write `{option} {value}`")
        if name in fields:
            raise fail(f"`--set {name}=…` is there twice; write lists as `--set {name}=a,b`")
        fields[name] = _typed(declared.get(name), OTHERS.get(name, "text"), value, tiers or {})
    return fields


def _typed(
    spec: CommandField | None, otherwise: str, value: str, tiers: Mapping[str, Label | None]
) -> Any:
    choices = spec.choices if spec is not None else {}
    kind = spec.type if spec is not None else otherwise
    match kind:
        case "choice" | "tier":
            return meant(value, choices if kind == "choice" else tiers)
        case "choices":
            return [meant(part, choices) for part in value.split(",") if part]
        case "checklist":
            return {key: _truth(found or "yes") for key, found in _pairs(value, choices)}
        case "results":
            return {key: meant(found, choices or tiers) for key, found in _pairs(value, {})}
        case "tally":
            return {key: whole(found) for key, found in _pairs(value, choices or tiers)}
        case "integer":
            return whole(value)
        case "boolean":
            return _truth(value)
        case _:
            return value


def _pairs(value: str, labels: Mapping[str, Label | None]) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in value.split(",") if part)
    pairs = [(meant(key, labels), found) for key, _, found in parts]
    return list(once(pairs, value).items())


def once(pairs: Iterable[tuple[str, T]], said: str) -> dict[str, T]:
    """Pairs as a mapping; what is there twice is refused, so that no vote gets lost.

    said: what was typed
    """
    found: dict[str, T] = {}
    for key, value in pairs:
        if key in found:
            raise fail(f"`{key}` is twice in `{said}`; write it once")
        found[key] = value
    return found


def whole(value: str) -> int | str:
    """A whole number, if it is one."""
    return int(value[:DIGITS]) if value.isdecimal() else value


def _truth(value: str) -> bool | str:
    return value in TRUE if value in (*TRUE, *FALSE) else value
