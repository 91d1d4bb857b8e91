"""What an act says, in the words of a policy that it was not put to: pure.

What that policy does not ask is left out. What only it asks nobody was asked: it is unknown, and
something is said in its place that it would take, if there is anything such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice, product

from pledgeflow.domain.states import State
from pledgeflow.domain.values import Fields, Text, Value
from pledgeflow.policy.compiled.rules import Ruleset, StepName
from pledgeflow.policy.language.steps import CommandField

MOST = 64
"""So many ways to say what is unknown are tried."""
NOT_THERE = "?"
"""Marks the name of an item that never came about, where another one is called so by now."""
_UNSAID = Text("0" * 64)
_WORD = (str,)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (Text,),
    "choices": (tuple,),
    "checklist": (Mapping,),
    "tally": (Mapping,),
    "results": (Mapping,),
    "date": (date,),
    "integer": (int,),
    "decimal": (Decimal,),
    "boolean": (bool,),
}
_PLAIN = frozenset({*_TYPES, "choice", "tier", "person", "organization", "policy"})


@dataclass(frozen=True, slots=True)
class Said:
    """fields: what is said; unknown: the required fields that nobody was asked about; lost: items
    that are named and never came about
    """

    fields: Fields
    unknown: tuple[str, ...]
    lost: tuple[str, ...]


NOTHING_SAID = Said({}, (), ())


def said(
    fields: Fields, asked: StepName, before: StepName | None, items: Mapping[str, str], there: State
) -> Said:
    """What an act says.

    asked: the command it is now; before: the one it was; items: what came about then -> the same
    now; there: the stream as it is now
    """
    known: dict[str, Value] = {}
    lost: list[str] = []
    declared = before.rules.fields if before is not None else {}
    for name, spec in asked.rules.fields.items():
        value = fields.get(name)
        was = declared.get(name)
        if value is None or not (
            _same(spec, was) or isinstance(value, _TYPES.get(spec.type, _WORD))
        ):
            continue
        if spec.type not in _PLAIN and isinstance(value, str):
            value = _item(value, items, there, lost)
        elif spec.of is not None and isinstance(value, Mapping):
            value = {_item(item, items, there, lost): votes for item, votes in value.items()}
        known[name] = value
    unknown = tuple(
        name
        for name in asked.required
        if name not in known and (name not in declared or name in fields)
    )
    return Said(known, unknown, tuple(lost))


def _same(spec: CommandField, was: CommandField | None) -> bool:
    return was is not None and (was.type, was.of) == (spec.type, spec.of)


def guesses(
    unknown: tuple[str, ...], asked: StepName, rules: Ruleset, moment: tuple[State, str, date]
) -> Iterator[Fields]:
    """What may be said in the place of what is unknown. moment: the stream, who acts, and when."""
    options = [tuple(_options(asked.rules.fields[name], rules, moment)) for name in unknown]
    for values in islice(product(*options), MOST):
        yield dict(zip(unknown, values, strict=True))


def _options(
    spec: CommandField, rules: Ruleset, moment: tuple[State, str, date]
) -> Iterator[Value]:
    state, actor, on = moment
    if spec.type not in _PLAIN:
        yield from (item.id for item in state.children(spec.type))
        return
    tiers = tuple(rules.evaluation.tiers) if rules.evaluation is not None else ()
    listed = tuple(spec.choices)
    match spec.type:
        case "text":
            yield _UNSAID
        case "choice":
            yield from listed or ("",)
        case "choices":
            yield listed
            yield from ((one,) for one in listed)
        case "checklist":
            yield dict.fromkeys(listed, True)
        case "tally" | "results":
            yield {}
        case "tier":
            yield from tiers
        case "date":
            yield on
        case "integer":
            yield from (1, 0)
        case "decimal":
            yield from (Decimal(1), Decimal(0))
        case "boolean":
            yield from (True, False)
        case _:
            yield {"person": actor, "organization": state.organization}.get(spec.type, "")


def _item(name: str, items: Mapping[str, str], there: State, lost: list[str]) -> str:
    if name in items:
        return items[name]
    lost.append(name)
    return f"{name}{NOT_THERE}" if name in there.subjects else name
