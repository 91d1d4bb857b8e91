"""The steps of an evaluation in their order, the tiers, and how a grade comes about."""

from __future__ import annotations

from pydantic import Field

from pledgeflow.policy.language.methods import AnyMethod
from pledgeflow.policy.words import (
    CommandId,
    Grounded,
    Ident,
    Label,
    TierId,
)


class GradeRules(Grounded):
    """How the overall grade comes about: a body names it, and perhaps another confirms it.

    method: it is not named, but worked out from what others said, when the command is recorded
    """

    command: CommandId
    field: Ident = "tier"
    confirmed_by: CommandId | None = None
    method: AnyMethod | None = None


class Evaluation(Grounded):
    """The order of the evaluation's steps, its tiers, and how the grade comes about.

    open: the document's list of evaluations is open, so that others may come in between
    """

    label: Label | None = None
    together_with: Label | None = None
    tiers: dict[TierId, Label] = {}
    order: tuple[CommandId, ...] = Field(default=(), strict=False)
    open: bool = False
    grade: GradeRules | None = None
