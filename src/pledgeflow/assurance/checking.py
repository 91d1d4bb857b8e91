"""A file of scenarios or stories against its model: every mistake, with line and column.

Beneath `stories` and `scenarios`, above the safe reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.files import marks
from pledgeflow.policy.files.marks import Layer, Tree, quoted
from pledgeflow.policy.files.reading import LIMIT_BYTES, Source, Top, read

M = TypeVar("M", bound=BaseModel)
MOST_LISTED = 16

_PLAIN: Mapping[str, str] = {
    "missing": "`{field}` is missing; add it",
    "string_type": "write text here",
    "int_type": "write a whole number here",
    "bool_type": "write true or false here",
    "dict_type": "write a mapping here: one entry a line, `key: value`",
    "model_type": "write a mapping here: one entry a line, `key: value`",
    "tuple_type": "write a list here",
    "string_pattern_mismatch": "{input} is not an id; use small letters, digits and `_`, "
    "beginning with a letter",
    "string_too_short": "this text is empty; write something or take the key out",
    "greater_than_equal": "write a number of at least {ge}",
}


def opened(path: Path, top: Top) -> Source:
    """A file of scenarios. Raises PolicyError; a file over the limit is not even opened."""
    try:
        size = path.stat().st_size
        if size > LIMIT_BYTES:
            message = f"this file has {size} bytes; {LIMIT_BYTES} is the most, so split it"
            raise PolicyError((Problem(str(path), 1, 1, message),))
        return read(path.read_bytes(), str(path), top=top)
    except OSError as error:
        message = f"this file cannot be read: {error.strerror}"
        raise PolicyError((Problem(str(path), 1, 1, message),)) from error


def checked(model: type[M], layer: Layer, problems: list[Problem]) -> M | None:
    """The typed form of a part of a file; nothing, and more problems, where it has mistakes."""
    try:
        return model.model_validate(layer.tree)
    except ValidationError as error:
        for detail in error.errors():
            path = _inside(layer.tree, detail["loc"])
            problems.append(layer.marks.at(path).problem(_message(model, path, dict(detail))))
        return None


def nearest(what: str, name: str, known: Iterable[str]) -> str:
    """That nothing is called so, and what is called nearly so, or what there is."""
    possible = sorted(known)
    near = get_close_matches(name, possible, n=3, cutoff=0.5)
    if near:
        return f"there is no {what} {quoted(name)}; perhaps {' or '.join(map(quoted, near))}"
    more = ", …" if len(possible) > MOST_LISTED else ""
    listed = (", ".join(map(quoted, possible[:MOST_LISTED])) or "none") + more
    return f"there is no {what} {quoted(name)}; known are {listed}"


def _inside(tree: Tree, loc: tuple[str | int, ...]) -> marks.Path:
    """The part of a location that is in the file."""
    path: list[str | int] = []
    here: Tree = tree
    for step in loc:
        below: Mapping[str | int, Tree] = {}
        if isinstance(here, dict | list):
            below = dict(here.items() if isinstance(here, dict) else enumerate(here))
        if step in below:
            here = below[step]
            path.append(step)
    return tuple(path)


def _message(model: type[BaseModel], path: marks.Path, detail: Mapping[str, Any]) -> str:
    where = ".".join(map(str, path))
    field = str(detail["loc"][-1]) if detail["loc"] else ""
    shown = _shown(detail.get("input"))
    kind = detail["type"]
    if kind == "extra_forbidden":
        return f"{where}: {nearest('key', field, _keys(model, path[:-1]))}"
    if kind in _PLAIN:
        context = {"field": field, "input": shown, **detail.get("ctx", {})}
        text = _PLAIN[kind].format_map(context)
    elif kind in ("enum", "literal_error"):
        text = f"{shown} is not possible here; write {detail['ctx']['expected']}"
    else:
        text = re.sub(r"^Value error, ", "", str(detail["msg"]))
    return f"{where}: {text}" if where else text


def _shown(given: object) -> str:
    match given:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return quoted(str(given))


def _keys(model: type[BaseModel], path: marks.Path) -> list[str]:
    """The keys that a model knows at a path below it; lists and maps are looked through."""
    here = model
    for step in path:
        info = here.model_fields.get(str(step))
        if info is not None:
            here = next(iter(_models(info.annotation)), here)
    return [info.alias or name for name, info in here.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _models(part)]
