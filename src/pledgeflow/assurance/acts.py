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

from pledgeflow.policy.words import CommandId, Day, RoleId, Words

TICK = "tick"


def _year(raw: Any) -> Any:
    return str(raw) if type(raw) is int else raw


Year = Annotated[str, BeforeValidator(_year), StringConstraints(pattern=r"^\d{4}$")]


class Act(BaseModel):
    """A step as people write it; what is not named here is a field of the command.

    on: the day of entry, and the day it happened unless `occurred_on` says otherwise;
    pledge: another promisor's; in_cycle: another cycle than the story's
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
