"""When a policy is in force, how long one run of it lasts, and its stages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pledgeflow.policy.words import (
    Day,
    Grounded,
    Ident,
    Label,
    Model,
    Period,
    PolicyId,
    YearDay,
)


class Extends(Model):
    """The parent of a policy. pin: SHA-256 its resolved form must have, so it cannot change unseen."""

    policy: PolicyId
    pin: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Effective(Grounded):
    """From which day the policy is in force, and to which."""

    from_: Day = Field(alias="from")
    until: Day | None = None


class Stage(Grounded):
    """A dated part of the cycle. early / late: whether acting outside it is refused or recorded."""

    label: Label
    from_: YearDay | None = Field(default=None, alias="from")
    until: YearDay | None = None
    early: Literal["refused", "recorded"] = "refused"
    late: Literal["refused", "recorded"] = "recorded"


class CycleRules(Grounded):
    """How long one run lasts, when it begins, and its stages."""

    every: Period
    starts: YearDay
    label: Label | None = None
    stages: dict[Ident, Stage] = {}


class LateEntry(Grounded):
    """How long after the fact an act may still be entered."""

    within: Period
