"""What somebody owes by a rhythm, a day or after something."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pledgeflow.policy.duties.recurrence import RRule
from pledgeflow.policy.guards.conditions import Condition
from pledgeflow.policy.words import (
    CommandId,
    CommandIds,
    Grounded,
    Ident,
    Label,
    Model,
    Period,
    RoleId,
    StateId,
    StateIds,
    YearDay,
)


class Bound(Model):
    """Where a duty begins or ends: with a stage of the cycle, or when a state is entered."""

    stage: Ident | None = None
    state: StateId | None = None


class Following(Model):
    """What a duty follows from: an act, a state that is entered, or a date that the item names.

    within: how long after it the duty is due; working_days: the same in days on which people work
    """

    command: CommandId | None = None
    state: StateId | None = None
    field: Ident | None = None
    within: Period | None = None
    working_days: Annotated[int, Field(ge=1, le=250)] | None = None


class DutyRules(Grounded):
    """What somebody owes by a rhythm: `every` period, the days of an `rrule`, a `due` day, or some
    time `after` something.

    owner: who owes it; met_by: what meets it, `at_least` so often each time;
    from / until: where it begins and ends; while: states the root must be in; each: every item
    of a lifecycle has it, `in` these states; if: a condition
    """

    label: Label
    owner: RoleId
    met_by: CommandIds
    at_least: Annotated[int, Field(ge=1, le=100)] = 1
    every: Period | None = None
    rrule: RRule | None = None
    due: YearDay | None = None
    after: Following | None = None
    from_: Bound | None = Field(default=None, alias="from")
    until: Bound | None = None
    while_: StateIds = Field(default=(), alias="while")
    each: Ident | None = None
    states: StateIds = Field(default=(), alias="in")
    if_: Condition | None = Field(default=None, alias="if")
