"""Walks what people wrote along the models that it is to fit, and rewrites the names in it.

`Names` and `RulePath` on the models' types say which text is whose name. Written forms are walked
as they are, with shorthand, dated values and removals in them.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Protocol, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from pledgeflow.assurance.acts import Act
from pledgeflow.assurance.scenarios import RulePath, Then
from pledgeflow.policy.files.absence import is_absent
from pledgeflow.policy.language.lifecycles import Lifecycle, Parties, Transition
from pledgeflow.policy.language.people import PersonIs
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.language.tracks import Track
from pledgeflow.policy.words import CommandId, Names, RoleId, RoleIds

Place = RoleId | Literal["own", "superior"]
_SHARPER: Mapping[tuple[type[BaseModel], str], Any] = {
    (Track, "rules"): Rules,
    # A transition without a trigger of its own fires the command that it is called by.
    (Lifecycle, "transitions"): dict[CommandId, Transition],
    (PersonIs, "of"): Place,
    (PersonIs, "member_of"): Place,
}
"""What the models leave to a later look, or to other code, of which names stand in a field."""


class Visitor(Protocol):
    """What becomes of names."""

    def name(self, namespace: str, name: str) -> str:
        """The name to write instead, or the same."""

    def said(self, field: str, value: Any) -> Any:
        """What to write instead of the value of a command's field."""

    def cell(self, ledger: str, column: str, value: Any) -> Any:
        """What to write instead of what a column of a ledger shows."""


def walk(kind: Any, raw: Any, visitor: Visitor) -> Any:
    """What was written for a type, with its names as the visitor wants them."""
    if is_absent(raw):
        return raw
    if (dated := _dated(raw)) is not None:
        return {**raw, "values": {key: walk(kind, v, visitor) for key, v in dated.items()}}
    possible = list(alternatives(kind))
    if any(get_origin(base) is Literal and raw in get_args(base) for base, _ in possible):
        return raw
    for base, marks in fitting(possible, raw):
        raw = _walk(base, marks, raw, visitor)
    return raw


def walk_path(path: str, visitor: Visitor) -> tuple[str, Any]:
    """The dotted path of a rule with its names rewritten, and the type of what stands there."""
    kind: Any = Document
    steps: list[str] = []
    for step in path.split("."):
        written, below = step, []
        for base, _ in alternatives(kind):
            if isinstance(base, type) and issubclass(base, BaseModel):
                hints = hints_of(base)
                if step in hints:
                    below.append(hints[step])
                elif base is Parties:
                    written = walk(RoleId, step, visitor)
            elif get_origin(base) is dict:
                written = walk(get_args(base)[0], step, visitor)
                below.append(get_args(base)[1])
            elif get_origin(base) is tuple:
                written = walk(get_args(base)[0], step, visitor)
        steps.append(written)
        kind = Union[tuple(below)] if below else Any  # noqa: UP007 (built while running)
    return ".".join(steps), kind


def _walk(base: Any, marks: tuple[Any, ...], raw: Any, visitor: Visitor) -> Any:
    if any(isinstance(mark, RulePath) for mark in marks):
        listed = [walk_path(path, visitor)[0] for path in ([raw] if isinstance(raw, str) else raw)]
        return listed[0] if isinstance(raw, str) else listed
    names = next((mark for mark in marks if isinstance(mark, Names)), None)
    if names is not None:
        return visitor.name(names.namespace, raw) if isinstance(raw, str) else raw
    if get_origin(base) is dict:
        return _mapping(get_args(base), raw, visitor)
    if get_origin(base) in (tuple, list):
        return _members(get_args(base)[0], raw, visitor)
    if isinstance(base, type) and issubclass(base, BaseModel):
        return _node(base, raw, visitor)
    return raw


def _members(kind: Any, raw: Any, visitor: Visitor) -> Any:
    """A set or a list, however it is written."""
    if isinstance(raw, Mapping):
        return {walk(kind, key, visitor): value for key, value in raw.items()}
    if isinstance(raw, list):
        return [walk(kind, value, visitor) for value in raw]
    return walk(kind, raw, visitor)


def _mapping(kinds: tuple[Any, ...], raw: Any, visitor: Visitor) -> Any:
    key_kind, kind = kinds
    if not isinstance(raw, Mapping):
        return _members(key_kind, raw, visitor)
    if kind is Any or {str, int, bool} == set(get_args(kind)):
        return {key: visitor.said(key, value) for key, value in raw.items()}
    return {walk(key_kind, k, visitor): walk(kind, value, visitor) for k, value in raw.items()}


def _node(model: type[BaseModel], raw: Any, visitor: Visitor) -> Any:
    hints = hints_of(model)
    if model is Parties and not (isinstance(raw, Mapping) and hints.keys() & raw.keys()):
        return walk(RoleIds, raw, visitor)
    if not isinstance(raw, Mapping):
        return raw
    written = {}
    for key, value in raw.items():
        if (model, key) == (Then, "shows") and isinstance(value, Mapping):
            shown = {path: walk_path(path, visitor) for path in value}
            written[key] = {shown[p][0]: walk(shown[p][1], value[p], visitor) for p in value}
        elif (model, key) == (Then, "ledgers") and isinstance(value, Mapping):
            written[key] = {name: _kept(name, kept, visitor) for name, kept in value.items()}
        elif key in hints:
            written[key] = walk(hints[key], value, visitor)
        else:
            written[key] = visitor.said(key, value) if model is Act else value
    return written


def _kept(ledger: str, raw: Any, visitor: Visitor) -> Any:
    """The rows of a ledger, if it is not only said how many there are."""
    if not isinstance(raw, list):
        return raw
    return [{key: visitor.cell(ledger, key, value) for key, value in row.items()} for row in raw]


def alternatives(kind: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The types that a type may be, each with what it is marked by."""
    if get_origin(kind) is Annotated:
        inner, marks = kind.__origin__, kind.__metadata__
        for base, more in alternatives(inner):
            yield base, (*more, *marks)
    elif get_origin(kind) in (Union, types.UnionType):
        for part in get_args(kind):
            yield from alternatives(part)
    else:
        yield kind, ()


def fitting(possible: list[tuple[Any, Any]], raw: Any) -> list[tuple[Any, Any]]:
    """Of several kinds the one meant by `is`; all, where an overlay leaves that to its parent."""
    named = raw.get("is") if isinstance(raw, Mapping) else None
    meant = [(base, marks) for base, marks in possible if named in _kinds(base)]
    return meant or possible


@cache
def _kinds(base: Any) -> tuple[str, ...]:
    """What `is` says of a model, where it says one of a few words."""
    fields = base.model_fields if isinstance(base, type) and issubclass(base, BaseModel) else {}
    return get_args(fields["is_"].annotation) if "is_" in fields else ()


@cache
def hints_of(model: type[BaseModel]) -> Mapping[str, Any]:
    """The types of a model's fields, by the key that people write."""
    hints = get_type_hints(model, include_extras=True)
    return {
        info.alias or name: _SHARPER.get((model, name), hints[name])
        for name, info in model.model_fields.items()
    }


def _dated(raw: Any) -> Mapping[str, Any] | None:
    values = raw.get("values") if isinstance(raw, Mapping) else None
    if isinstance(values, Mapping) and all(
        key[:1].isdigit() or key[:6] == "cycle " for key in values
    ):
        return values
    return None
