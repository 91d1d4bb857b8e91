"""What follows from what happened: outcomes in the same stream, reactions in others."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pledgeflow.domain.commands import PLEDGE, Aggregate, place_of
from pledgeflow.policy.guards.kinds import Guard
from pledgeflow.policy.words import (
    CommandId,
    CommandIds,
    Grounded,
    Ident,
    Label,
    Model,
    Period,
    StateIds,
    TierIds,
)


class Arises(Model):
    """When an outcome arises: a confirmed tier, a state entered, or a command recorded.

    items: only for those items that are in these states (one outcome each)
    """

    tier: TierIds = ()
    state: StateIds = ()
    command: CommandIds = ()
    items: dict[Ident, StateIds] = {}


class Call(Model):
    """A step that an outcome obliges to, and by when."""

    within: Period | None = None


def _calls(raw: Any) -> Any:
    if isinstance(raw, str):
        return {raw: {}}
    if isinstance(raw, dict):
        return {key: {} if value is True else value for key, value in raw.items()}
    return raw


Calls = Annotated[dict[CommandId, Call], BeforeValidator(_calls)]


class OutcomeRules(Grounded):
    """What follows from a tier or a fact. It obliges and bars; it never moves a state by itself.

    guards: what has to hold besides, when it arises
    """

    label: Label
    when: Arises
    guards: dict[Ident, Guard] = {}
    award: Literal["eligible", "barred"] | None = None
    calls_for: Calls = {}


class Find(Model):
    """An item of the other stream: the one of that lifecycle whose field `by` names the promisor."""

    of: Ident
    by: Ident


class Source(Model):
    """Where a field of the command that follows gets its value; one of these.

    field: of the act, or else of the item that the act is about; what: what the act says of whoever
    is named, whose stream the act was in or where; word: always this; item: found in the other stream
    """

    field: Ident | None = None
    what: Literal["result", "promisor", "organization"] | None = None
    word: str | int | bool | None = None
    item: Find | None = None


def _source(raw: Any) -> Any:
    return {"field": raw} if isinstance(raw, str) else raw


class Reaction(Grounded):
    """What a step here brings about in other streams of the cycle, once in each.

    when: the steps, states or tiers it follows from; in, called: in which of their streams;
    whose: of the promisor of this one, of the own organization, of the one directly above, or of
    those whom a field names (of `results`: each of them); do: the command given there, in a
    transition that says `by: reaction`
    """

    label: Label
    when: Arises
    guards: dict[Ident, Guard] = {}
    in_: Aggregate = Field(default=PLEDGE, alias="in")
    called: Ident | None = None
    venue: Ident | Literal[""] = ""
    whose: Ident = "promisor"
    do: CommandId
    fields: dict[Ident, Annotated[Source, BeforeValidator(_source)]] = {}

    @property
    def place(self) -> str:
        """What stands for the other stream in its name, as for a `Track`."""
        return place_of(self.in_, self.called, self.venue)
