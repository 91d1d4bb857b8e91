"""What a policy claims of itself, for `pledgeflow verify` to hold it to. Beneath `schema`.

Dwyer's patterns (absence, existence, precedence, response) over what happens in one stream. None
of it permits or refuses anything: what it says is found to hold in all that can happen, or not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.words import (
    CommandId,
    Grounded,
    Ident,
    Label,
    Model,
    Period,
    StateId,
    TierId,
)

KINDS = ("command", "means", "state", "tier", "outcome")


class Happening(Model):
    """Something that may happen; one of these.

    command: it is recorded; means: some command of that meaning is; state: something enters it;
    tier: it is given, confirmed or not; outcome: it arises
    """

    command: CommandId | None = None
    means: Annotated[Means | None, Field(strict=False)] = None
    state: StateId | None = None
    tier: TierId | None = None
    outcome: Ident | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Happening:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(
                "say what happens by one of `command:`, `means:`, `state:`, `tier:` and `outcome:`"
            )
        return self


class Property(Grounded):
    """after, before: it is only asked of what happens after the last of the one, and before the
    next of the other; with both, of what happens between them. Without, of all of it.
    """

    label: Label
    after: Happening | None = None
    before: Happening | None = None


class Absence(Property):
    """It never happens."""

    is_: Literal["absence"] = Field(alias="is")
    of: Happening


class Existence(Property):
    """It happens before the end: of the scope, or else of the stream.

    within: no later than so long after the scope began, whatever else happens
    """

    is_: Literal["existence"] = Field(alias="is")
    of: Happening
    within: Period | None = None


class Precedence(Property):
    """The first has happened whenever the other happens. within: at most so long before."""

    is_: Literal["precedence"] = Field(alias="is")
    first: Happening
    then: Happening
    within: Period | None = None


class Response(Property):
    """Each time it happens the answer follows before the end: of the scope, or of the stream.

    within: no later than so long after, whatever else happens
    """

    is_: Literal["response"] = Field(alias="is")
    to: Happening
    answer: Happening
    within: Period | None = None


AnyProperty = Annotated[Absence | Existence | Precedence | Response, Field(discriminator="is_")]


def happenings(claim: AnyProperty) -> dict[str, Happening]:
    """What a property speaks of, by the key under which it says so."""
    keys = ("of", "first", "then", "to", "answer", "after", "before")
    found = ((key, getattr(claim, key, None)) for key in keys)
    return {key: happening for key, happening in found if happening is not None}
