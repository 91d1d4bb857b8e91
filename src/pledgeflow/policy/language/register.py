"""The register of clauses of a policy's document: what it orders, in short, and where that stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.files.marks import Layer
from pledgeflow.policy.words import Label, Model, Words


class ClauseValue(Model):
    """A figure or term a clause fixes. at: the rule path(s) where it stands; "silent": nowhere."""

    is_: Any = Field(alias="is")
    at: str | list[str] = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The rule paths, one or several."""
        return (self.at,) if isinstance(self.at, str) else tuple(self.at)


class Clause(Model):
    """One clause: how binding it is, its gist in our own words, the values it fixes.

    partial: the part that no rule implements yet
    """

    force: Literal["must", "may", "principle", "context"]
    kind: Words
    gist: Label
    values: dict[str, ClauseValue] = {}
    partial: Label | None = None


class Titled(Model):
    """The document a register belongs to."""

    zh: Words
    en: Words
    issued: Words | None = None


class Register(Model):
    """All clauses of one document, by id."""

    document: Titled
    clauses: dict[str, Clause]


_SAID: Mapping[str, str] = {
    "missing": "`{field}` is missing; add it",
    "extra_forbidden": "`{field}` is not a word of a register; take it out",
    "string_type": "write text here",
    "string_too_short": "this text is empty; write something or take the key out",
    "string_too_long": "this text is too long; use at most {max_length} characters",
    "literal_error": "`{input}` is not possible here; write {expected}",
}
_MAPPING = "write a mapping here: one entry a line, `key: value`"


def read_register(source: Layer) -> Register:
    """The register in a file's tree. Raises PolicyError with every problem."""
    try:
        return Register.model_validate(source.tree)
    except ValidationError as error:
        problems = (_problem(source, dict(detail)) for detail in error.errors())
        raise PolicyError(tuple(problems)) from None


def _problem(source: Layer, detail: Mapping[str, Any]) -> Problem:
    place = tuple(detail["loc"])
    context = {"field": place[-1], "input": str(detail["input"])[:60], **detail.get("ctx", {})}
    said = _SAID.get(detail["type"], _MAPPING).format_map(context)
    where = place[:-1] if detail["type"] == "missing" else place
    return source.marks.at(place).problem(f"{'.'.join(map(str, where))}: {said}")
