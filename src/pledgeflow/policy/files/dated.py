"""Values that depend on the date or the cycle: picks those in force; the overlay's first step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pledgeflow.errors import Problem
from pledgeflow.policy.files.absence import GROUNDS
from pledgeflow.policy.files.marks import Layer, mapping, quoted, refuse, sequence

_VALUES = "values"
_LIKE = re.compile(r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|cycle[ _-]?\d+", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CYCLE = re.compile(r"cycle ([1-9]\d{0,5})", re.ASCII)


_Start = TypeVar("_Start", date, int)


@dataclass(frozen=True, slots=True)
class _Moment:
    on: date | None
    ordinal: int


def settle(layer: Layer, *, on: date | None, ordinal: int) -> Layer:
    """Replace every dated value by the one in force; paths lose their `values` and its key.

    `{values: {2011-08-01: a, 2026-01-01: b}}` is the last one that began by `on` (None: the
    last of all), `{values: {cycle 1: a, cycle 2: b}}` the last one up to `ordinal`, from 1.
    `cite` and `assumed` beside `values` join a chosen mapping that brings neither.

    Raises PolicyError: nothing in force yet, keys of both kinds or malformed, other siblings.
    """
    problems: list[Problem] = []
    settled = _settle(layer, _Moment(on, ordinal), problems)
    refuse(problems)
    return settled


def _settle(layer: Layer, moment: _Moment, problems: list[Problem]) -> Layer:
    if _is_dated(layer):
        match _in_force(layer, moment):
            case Problem() as problem:
                problems.append(problem)
                return layer
            case chosen:
                return _settle(chosen, moment, problems)
    match layer.tree:
        case dict():
            entries = {k: _settle(v, moment, problems) for k, v in layer.entries().items()}
            return mapping(layer.marks.mark, entries)
        case list():
            items = [_settle(item, moment, problems) for item in layer.items()]
            return sequence(layer.marks.mark, items)
        case _:
            return layer


def _is_dated(layer: Layer) -> bool:
    values = layer.tree.get(_VALUES) if isinstance(layer.tree, dict) else None
    keys = values if isinstance(values, dict | list) else ()
    return any(isinstance(key, str) and _LIKE.fullmatch(key) for key in keys)


def _in_force(layer: Layer, moment: _Moment) -> Layer | Problem:
    siblings = layer.entries()
    dated = siblings.pop(_VALUES)
    if isinstance(dated.tree, list):
        # else the shorthand for sets would turn a list of dates into dated values
        message = "dated `values` are a mapping; write `2011-08-01: …` lines instead of a list"
        return dated.marks.mark.problem(message)
    for key, sibling in siblings.items():
        if key not in GROUNDS:
            message = f"{quoted(key)} cannot stand beside dated `values`; write it in each value"
            return sibling.marks.mark.problem(message)
    chosen = _chosen(layer, dated.entries(), moment)
    return chosen if isinstance(chosen, Problem) else _grounded(chosen, siblings)


def _chosen(layer: Layer, values: Mapping[str, Layer], moment: _Moment) -> Layer | Problem:
    dates = {key: day for key in values if (day := _date(key))}
    cycles = {key: int(found[1]) for key in values if (found := _CYCLE.fullmatch(key))}
    for key, value in values.items():
        if key not in (dates or cycles):
            message = f"{quoted(key)} does not fit; write every key as `2011-08-01` or as `cycle 1`"
            return value.marks.mark.problem(message)
    latest = _latest(dates, moment.on) if dates else _latest(cycles, moment.ordinal)
    if latest is None:
        when = f"on `{moment.on}`" if dates else f"in cycle `{moment.ordinal}`"
        first = _first(dates) if dates else _first(cycles)
        message = f"no value in force {when}; the first one is from `{first}`"
        return layer.marks.mark.problem(message)
    return values[latest]


def _date(key: str) -> date | None:
    if not _DATE.fullmatch(key):
        return None  # fromisoformat also reads `20110801` and `2011-W31-1`
    try:
        return date.fromisoformat(key)
    except ValueError:
        return None


def _latest(starts: Mapping[str, _Start], limit: _Start | None) -> str | None:
    begun = [key for key, start in starts.items() if limit is None or start <= limit]
    return max(begun, key=lambda key: starts[key], default=None)


def _first(starts: Mapping[str, _Start]) -> str:
    return min(starts, key=lambda key: starts[key])


def _grounded(chosen: Layer, ground: Mapping[str, Layer]) -> Layer | Problem:
    if not ground:
        return chosen
    if not isinstance(chosen.tree, dict):
        name, beside = next(iter(ground.items()))
        message = f"{quoted(name)} needs a mapping in each of the `values` that it can join"
        return beside.marks.mark.problem(message)
    own = chosen.entries()
    # a rule has one ground: the one nearest to it
    joined = own if GROUNDS & own.keys() else {**own, **ground}
    return mapping(chosen.marks.mark, joined)
