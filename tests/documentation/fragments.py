"""Pieces of YAML on the pages: each has to be something that a file of ours has a place for.

A piece of a policy may stand anywhere in one: it is held against the whole file, against each part
that the schema knows, and against a map of such parts by name. Nothing in it may be unknown there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from pledgeflow.assurance.diffing.written import AlignFile, read_alignment
from pledgeflow.assurance.migrating.reading import read_map
from pledgeflow.assurance.scenarios import Then, Written
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.language.json_schema import json_schema
from pledgeflow.service.calendars import read_calendar

PIECE = Path("piece.yaml")


def wrong_in(text: str) -> list[str]:
    """What no place is found for: one message for each document of the text, or none."""
    return [
        f"no piece of a policy, scenario, map, alignment or calendar; as a policy: {_nearest(tree)}"
        for tree in yaml.load_all(text, Loader=_Dated)
        if tree is not None and not (_scenario(tree) or _policy(tree) or _other_file(text))
    ]


class _Dated(yaml.SafeLoader):
    """Leaves dates as they are written: JSON Schema knows none."""


_Dated.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def _places() -> tuple[Draft202012Validator, ...]:
    whole = json_schema()
    parts = [{"$ref": f"#/$defs/{name}"} for name in whole["$defs"]]
    named = [dict[str, Any](type="object", additionalProperties=part) for part in parts]
    defs = {"$defs": whole["$defs"]}
    file = {key: value for key, value in whole.items() if key != "required"}
    return (
        Draft202012Validator(file),
        *(Draft202012Validator({**defs, **place}) for place in (*parts, *named)),
    )


def _policy(tree: Any) -> bool:
    return any(place.is_valid(tree) for place in _places())


def _nearest(tree: Any) -> str:
    found: Iterator[Any] = _places()[0].iter_errors(tree)
    return "; ".join(error.message[:200] for error in found)


def _scenario(tree: Any) -> bool:
    try:
        match tree:
            case [*scenarios]:
                for each in scenarios:
                    Written.model_validate(each)
            case {"then": then, **rest} if not rest:
                Then.model_validate(then)
            case _:
                return False
    except ValidationError:
        return False
    return True


def _alignment(path: Path) -> AlignFile:
    """An alignment is held against the policies that it names."""
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = tree if isinstance(tree, dict) else {}
    left, right = (Catalogue().load(str(names.get(side, ""))) for side in ("left", "right"))
    return read_alignment(path, (left, right))


def _other_file(text: str) -> bool:
    PIECE.write_text(text, encoding="utf-8")
    for reader in (read_map, read_calendar, _alignment):
        try:
            reader(PIECE)
        except PledgeflowError:
            continue
        return True
    return False
