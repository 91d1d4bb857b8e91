"""The states of a pledge and its items, and the ways from one to another."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from pledgeflow.policy.guards.kinds import Guard
from pledgeflow.policy.words import (
    CommandId,
    Grounded,
    Ident,
    Idents,
    Label,
    Model,
    Period,
    RoleIds,
    StateId,
    StateIds,
)


class Parties(Model):
    """any_of: one of these roles acts; all_of: each of them signs, as distinct people."""

    any_of: RoleIds = ()
    all_of: RoleIds = ()


def _parties(raw: Any) -> Any:
    if isinstance(raw, dict) and not {"any_of", "all_of"} & raw.keys():
        return {"any_of": raw}
    return {"any_of": raw} if isinstance(raw, str) else raw


By = Annotated[Parties, BeforeValidator(_parties)]


class After(Model):
    """When a timed transition fires: a period after its source, past a date of its own, past a stage."""

    period: Period | None = None
    field: Ident | None = None
    stage: Ident | None = None


class Transition(Grounded):
    """One way from states to a state. With `by` people take it; with `when` it completes itself;
    with `after` time takes it.

    stays: a record that moves nothing; while: states the pledge or item above must be in;
    adds / amends: a subject of that lifecycle; carries: the item goes on into
    the next cycle, and begins it in that state
    """

    trigger: CommandId | None = None
    label: Label | None = None
    source: StateIds
    dest: StateId | None = None
    stays: bool = False
    by: By | None = None
    stage: Ident | None = None
    while_: dict[Ident, StateIds] = Field(default={}, alias="while")
    guards: dict[Ident, Guard] = {}
    when: dict[Ident, Guard] | None = None
    after: After | None = None
    adds: Ident | None = None
    amends: Ident | None = None
    carries: StateId | None = None


class Lifecycle(Model):
    """States and transitions of a pledge, of its items, of a rectification. of: what it belongs to."""

    label: Label
    of: Idents = ()
    initial: StateId
    final: StateIds = ()
    states: dict[StateId, Label]
    transitions: dict[Ident, Transition] = {}
