"""A step as stories and scenarios write it: an act on a day, with the command's own fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from pledgeflow.policy.words import CommandId, Day, Ident, Model, Names, RoleId, Words

TICK = "tick"


def _year(raw: Any) -> Any:
    return str(raw) if type(raw) is int else raw


Year = Annotated[str, BeforeValidator(_year), StringConstraints(pattern=r"^\d{4}$")]


Choice = Annotated[Words, Names("tier")]
"""A tier, or an item by its id."""


def _members(raw: Any) -> Any:
    return (raw,) if isinstance(raw, str) else tuple(raw) if isinstance(raw, list) else raw


Marks = Annotated[tuple[Choice, ...], BeforeValidator(_members)]


class Paper(Model):
    """What was voted on paper, and by whom."""

    voters: Annotated[tuple[Words, ...], BeforeValidator(_members)]
    votes: dict[Choice, int]


class Held(Model):
    """A ballot, from opening to closing on the day of the act.

    opened: on which day, if not the same; listed: the list of voters, where the policy takes one;
    votes: voter -> what they mark
    """

    ballot: Ident
    opened: Day | None = None
    listed: Annotated[tuple[Words, ...], BeforeValidator(_members)] = ()
    votes: dict[Words, Marks] = {}
    paper: Paper | None = None


class Act(BaseModel):
    """A step as people write it; what is not named here is a field of the command.

    on: the day of entry, and the day it happened unless `occurred_on` says otherwise;
    pledge: another promisor's; in_cycle: another cycle than the story's; held: the ballot that the
    step records the result of, which comes from its box
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    on: Day
    do: CommandId
    actor: Words | None = None
    capacity: RoleId | None = None
    entered_by: Words | None = None
    occurred_on: Day | None = None
    pledge: Words | None = None
    in_cycle: Year | None = None
    held: Held | None = None

    @model_validator(mode="after")
    def _somebody_acts(self) -> Act:
        if self.do != TICK and (self.actor is None or self.capacity is None):
            raise ValueError("say who acts, and for whom: `actor:` and `capacity:`")
        return self

    @property
    def step(self) -> Mapping[str, object]:
        """What the engine is asked to do."""
        named = ("do", "on", "actor", "capacity", "entered_by", "occurred_on")
        said = {key: getattr(self, key) for key in named}
        return {k: v for k, v in said.items() if v is not None} | (self.model_extra or {})

    def __str__(self) -> str:
        who = f" by {self.actor}" if self.actor else ""
        return f"`{self.do}`{who} on {self.on}"


Acts = Annotated[tuple[Act, ...], Field(strict=False)]
