"""The part of the language that says how ballots are held: who votes, on what, how secretly.

A ballot is held in a box beside the stream (see `pledgeflow.ballots`); the stream gets the tally,
as the command that the ballot names. Beneath `schema`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pledgeflow.domain.balloting import Secrecy
from pledgeflow.policy.words import (
    CommandId,
    Grounded,
    Ident,
    Label,
    Model,
    Period,
    RoleIds,
    Share,
    StateIds,
)

Number = Annotated[int, Field(ge=1, le=1_000_000)]
Few = Annotated[int, Field(ge=1, le=1_000)]


class Voters(Model):
    """Who may vote, as of opening. roles: whoever holds one; listed: also whom a list names."""

    roles: RoleIds = ()
    listed: bool = False


class Choices(Model):
    """What there is to choose from: what the tally counts (choices of its own, or the tiers), or
    the items `of` a lifecycle that are `in` states.

    marks: how many of them one voter marks at most; blank: whether marking none is a vote too
    """

    of: Ident | None = None
    states: StateIds = Field(default=(), alias="in")
    marks: Few = 1
    blank: bool = False


class Quorum(Grounded):
    """How many of the roll have to vote: a number, a share of it, or more than a share of it."""

    at_least: Number | None = None
    share: Share | None = None
    more_than: Share | None = None


class Fills(Model):
    """Which fields of the command get what. tally: the only tally field, if it is not named."""

    tally: Ident | None = None
    turnout: Ident | None = None
    roll: Ident | None = None
    elected: Ident | None = None


class Places(Model):
    """How many are elected, and what happens where the last places are tied.

    ties: none of those is elected; the one put forward earlier is; or they go into a runoff
    """

    number: Few
    ties: Literal["none", "earlier", "runoff"] = "none"


class Small(Model):
    """Below how many votes a result is not broken down. recorded: the stream gets it all the same."""

    below: Number
    recorded: bool = False


def _small(raw: Any) -> Any:
    return {"below": raw} if type(raw) is int else raw


def _places(raw: Any) -> Any:
    return {"number": raw} if type(raw) is int else raw


class BallotRules(Grounded):
    """A ballot. command: the step that records its result; excluded: who does not vote all the same.

    closes_after: how long it stays open at least; small: see `Small` (needed unless it is open);
    keeps_key: whether pseudonyms can still be resolved after closing
    """

    label: Label
    command: CommandId
    voters: Voters
    excluded: RoleIds = ()
    choices: Choices = Choices()
    secrecy: Secrecy = Field(strict=False)
    quorum: Quorum | None = None
    closes_after: Period | None = None
    places: Annotated[Places | None, BeforeValidator(_places)] = None
    small: Annotated[Small | None, BeforeValidator(_small)] = None
    fills: Fills = Fills()
    keeps_key: bool = False
