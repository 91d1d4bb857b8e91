"""Fills what a sentence leaves open; what there is nothing to say for is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sized

_SLOT = re.compile(r"\{(\??)([a-z_.]+)(?::([a-z_]+))?\}")
_PART = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]|]*))?\]")


def fill(template: str, data: Mapping[str, object], word: Callable[[str, object], str]) -> str:
    """A template with the data in words; `word(kind, value)` words a value, be it None."""
    flat, parts = template, 1
    while parts:
        flat, parts = _PART.subn(lambda part: _kept(part, data), flat)
    return _SLOT.sub(lambda slot: _filled(slot, data, word), flat)


def _kept(part: re.Match[str], data: Mapping[str, object]) -> str:
    there = all(_at(data, slot[2]) is not None for slot in _SLOT.finditer(part[1]))
    return part[1] if there else part[2] or ""


def _filled(
    slot: re.Match[str], data: Mapping[str, object], word: Callable[[str, object], str]
) -> str:
    asks, path, kind = slot.groups()
    return "" if asks else word(kind or path.rpartition(".")[2], _at(data, path))


def _at(data: object, path: str) -> object:
    """What stands at a dotted path; None where nothing does, or only something empty."""
    for key in path.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    return None if isinstance(data, Sized) and not len(data) else data
