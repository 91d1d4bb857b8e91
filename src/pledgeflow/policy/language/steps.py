"""The steps people can take, and the fields that these carry."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.words import (
    Grounded,
    Ident,
    Label,
)

FIELD_TYPES = (
    "text",
    "choice",
    "choices",
    "checklist",
    "tally",
    "results",
    "tier",
    "date",
    "integer",
    "decimal",
    "boolean",
    "person",
    "organization",
    "policy",
)


def _typed(raw: Any) -> Any:
    return {"type": raw} if isinstance(raw, str) else raw


class CommandField(Grounded):
    """What a command carries. type: one of the built-in types, or a lifecycle (one of its items).

    policy: one of the catalogue, which is kept, and stands in the record as name@digest;
    choices: the values of a choice; open: others are accepted and recorded too;
    of: for a tally, the lifecycle whose items get the votes (the tiers get them, if none is named)
    at_least: of a whole number, no less; part_of: the field with the whole of which this counts a
    part, so that it is neither below zero nor more than that
    """

    type: Ident
    of: Ident | None = None
    label: Label | None = None
    required: bool = True
    choices: dict[Ident, Label] = {}
    open: bool = False
    at_least: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    part_of: Ident | None = None


Fields = dict[Ident, Annotated[CommandField, BeforeValidator(_typed)]]


class CommandRules(Grounded):
    """A step people can take. means: what it amounts to; document: the paper it is done on."""

    means: Means = Field(strict=False)
    label: Label
    fields: Fields = {}
    document: Label | None = None
