"""Ledgers and the coverage of people: what is shown of many pledges at once. Beneath `schema`.

Nothing that stands here permits or refuses anything: a ledger is a view over what happened.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pledgeflow.domain.commands import OTHERS, PLEDGE, Aggregate
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.words import (
    CommandId,
    CommandIds,
    Grounded,
    Ident,
    Idents,
    Label,
    Model,
    RoleIds,
    StateIds,
    members,
    set_schema,
)

Aggregates = Annotated[
    tuple[Aggregate, ...],
    BeforeValidator(members),
    set_schema({"enum": [PLEDGE, *OTHERS]}),
]


class Rows(Model):
    """What a ledger has a row for, one kind of thing.

    items: of this lifecycle, perhaps only those that are `in` some states
    records: of these commands, perhaps only those in `streams` of some kinds
    outcomes: these, each time one has arisen
    """

    items: Ident | None = None
    states: StateIds = Field(default=(), alias="in")
    records: CommandIds = ()
    streams: Aggregates = ()
    outcomes: Idents = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Rows:
        kinds = [k for k in ("items", "records", "outcomes") if getattr(self, k)]
        if len(kinds) != 1:
            raise ValueError(
                "say what there is a row for: either `items:`, `records:` or `outcomes:`"
            )
        if self.states and not self.items:
            raise ValueError("only `items:` are `in:` states; take it out")
        if self.streams and not self.records:
            raise ValueError("`streams:` narrows down `records:` only; take it out")
        return self


Plainly = Literal[
    "item",
    "state",
    "promisor",
    "organization",
    "track",
    "venue",
    "actor",
    "capacity",
    "on",
    "grade",
    "outcome",
]
"""What a column shows without asking for a name.

item: the title of the item that the row is about; state: where that is; actor, capacity: of a
record; on: when it was recorded, came into being or arose; grade: the confirmed one; outcome: what
followed for it
"""


class CellSource(Model):
    """Where a column's cells come from: a single word, or a word with a name.

    field: of the record, or of what the item says; of_item: what the item says that a record is
    about; status: of the item's date of that name, as of the day: `open`, `overdue` or `closed`;
    last: the date of the last such record about it; next: of the first such record about it since
    """

    is_: Plainly | None = Field(default=None, alias="is")
    field: Ident | None = None
    of_item: Ident | None = None
    status: Ident | None = None
    last: CommandId | None = None
    next: CommandId | None = None

    @model_validator(mode="after")
    def _one(self) -> CellSource:
        if len(self.said) != 1:
            raise ValueError(
                "a column comes from one source; say either a word or one `word: name`"
            )
        return self

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """The word and the name that are given; the name is the word where it needs none."""
        given = (
            (key, getattr(self, key)) for key in ("field", "of_item", "status", "last", "next")
        )
        plain = ((self.is_, self.is_),) if self.is_ is not None else ()
        return (*plain, *((key, name) for key, name in given if name is not None))


def _source(raw: Any) -> Any:
    return {"is": raw} if isinstance(raw, str) else raw


class Column(Grounded):
    """A column of a ledger. It rests on what the ledger rests on, unless it has a ground itself."""

    label: Label
    from_: Annotated[CellSource, BeforeValidator(_source)] = Field(alias="from")


class Ledger(Grounded):
    """A register that an organization keeps, as a view. kept_by: who is to keep it."""

    label: Label
    kept_by: RoleIds = ()
    rows: Rows
    columns: dict[Ident, Column]


MeansSet = Annotated[
    tuple[Annotated[Means, Field(strict=False)], ...],
    BeforeValidator(members),
    set_schema({"enum": [means.value for means in Means]}),
]


class Made(Model):
    """When a pledge has been made: a step of one of these meanings was taken, or it is in a state."""

    means: MeansSet = ()
    states: StateIds = Field(default=(), alias="in")

    @model_validator(mode="after")
    def _something(self) -> Made:
        if not self.means and not self.states:
            raise ValueError("say by what `means:` a pledge is made, or `in:` which states it is")
        return self


class Unit(Model):
    """By what people are counted together: by organization, or by a field of their pledge's acts."""

    field: Ident | None = None


def _unit(raw: Any) -> Any:
    return {} if raw == "organization" else raw


class Coverage(Grounded):
    """Who is to pledge is said by the tracks; here, what counts as having pledged.

    unit: `organization`, or `{field: …}`
    """

    label: Label | None = None
    pledged: Made
    unit: Annotated[Unit, BeforeValidator(_unit)] = Unit()
