"""The map of a migration as people write it. Closed: these models are all there is to it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pledgeflow.policy.words import (
    CommandId,
    Day,
    Grounded,
    Ident,
    Model,
    PolicyId,
    StateId,
    StateIds,
    TierId,
    TrackId,
)

SAME = "same"
OTHERS = "others"
"""Stands for every state that is not named; the only thing it can be is `same`."""


def _states(raw: Any) -> Any:
    return {OTHERS: raw} if isinstance(raw, str) else raw


def _finishing(raw: Any) -> Any:
    return {"every": True} if raw == "finish" else raw


class NewRules(Model):
    """from: the first day on which streams may go over, and new ones begin by the new rules."""

    from_: Annotated[Day, Field(alias="from")]


class OldRules(Model):
    """Which streams finish by the old rules: those in these states, or (written `finish`) all."""

    finish: StateIds = ()
    every: bool = False


class DeemedRules(Grounded):
    """A step that is deemed to have been taken in a stream that is in one of these states.

    on: the day; if left out, the one since which the stream is in that state
    """

    command: CommandId
    in_: Annotated[StateIds, Field(alias="in")]
    on: Day | None = None
    fields: dict[Ident, Any] = {}


class MapFile(Model):
    """What everything of one policy is called by another, and who goes over when.

    states: lifecycle -> state -> state; `same` where nothing of it is called otherwise
    """

    from_: Annotated[PolicyId | None, Field(alias="from")] = None
    to: PolicyId | None = None
    new_rules: NewRules | None = None
    old_rules: Annotated[OldRules, BeforeValidator(_finishing)] = OldRules()
    tracks: dict[TrackId, TrackId] = {}
    states: dict[
        Ident, Annotated[dict[StateId, StateId | Literal["same"]], BeforeValidator(_states)]
    ] = {}
    commands: dict[CommandId, CommandId] = {}
    tiers: dict[TierId, TierId] = {}
    deemed: dict[Ident, DeemedRules] = {}
