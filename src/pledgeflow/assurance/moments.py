"""The forms a policy takes over time: its rules may depend on the day and the cycle's ordinal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.files.overlay import Resolved

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CYCLE = re.compile(r"cycle ([1-9]\d{0,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """A policy as it is on a day (None: the latest), in a cycle of that ordinal."""

    on: date | None
    ordinal: int
    resolved: Resolved


def variants(catalogue: Catalogue, name: str) -> tuple[Resolved, ...]:
    """Each form that a policy takes over time, resolved; the one in force now comes first.

    Raises PolicyError if that one cannot be resolved.
    """
    return tuple(form.resolved for form in forms(catalogue, name))


def forms(catalogue: Catalogue, name: str) -> tuple[Form, ...]:
    """The same, each with when it is in force. Raises PolicyError as `variants` does."""
    keys = {key for _, source in catalogue.lineage(name) for key in _keys(source.tree)}
    dates = [date.fromisoformat(key) for key in sorted(keys) if _DATE.fullmatch(key)]
    cycles = [int(match[1]) for key in keys if (match := _CYCLE.fullmatch(key))]
    found: dict[str, Form] = {}
    for on in (None, *dates):
        for ordinal in sorted({1, *cycles}):
            try:
                resolved = catalogue.resolved(name, on=on, ordinal=ordinal)
            except PolicyError:
                if not found:
                    raise
                continue  # on that day not all of it was in force
            found.setdefault(str(resolved.whole), Form(on, ordinal, resolved))
    return tuple(found.values())


def _keys(tree: Tree) -> Iterator[str]:
    """The keys under every `values`: dates and cycles, if they depend on these."""
    match tree:
        case dict():
            for key, value in tree.items():
                if key == "values" and isinstance(value, dict):
                    yield from value
                yield from _keys(value)
        case list():
            for value in tree:
                yield from _keys(value)
        case _:
            return
