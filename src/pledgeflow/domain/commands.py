"""What someone asks for. A command is typed and complete; a policy decides whether it is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from pledgeflow.domain.people import WORK
from pledgeflow.domain.values import NOTHING, Fields

Aggregate = Literal["pledge", "year", "selection", "filing"]
PLEDGE: Aggregate = "pledge"
OTHERS: tuple[Aggregate, ...] = ("year", "selection", "filing")
"""What has a stream of its own besides pledges: an organization's cycle, a selection of awards, the
filing of a policy. Their names stand where a pledge has its venue."""


def place_of(aggregate: Aggregate, called: str | None, venue: str) -> str:
    """What stands for a stream in its name, as `StreamId.aggregate` reads it: of a pledge its venue,
    else what it is of, and which one where there are several.
    """
    if aggregate == PLEDGE:
        return venue
    return f"{aggregate}.{called}" if called else aggregate


class StreamId(NamedTuple):
    """Which stream: jurisdiction, cycle (such as "2025"), whose it is, and which of theirs.

    The tenant comes first. venue: of a pledge; or `year`, `filing`, `selection`, or one selection
    of several, such as `selection.members`
    """

    jurisdiction: str
    cycle: str
    promisor: str
    venue: str = WORK

    @property
    def aggregate(self) -> Aggregate:
        """What this is a stream of."""
        named = self.venue.partition(".")[0]
        return next((other for other in OTHERS if other == named), PLEDGE)

    def __str__(self) -> str:
        venue = f"@{self.venue}" if self.venue else ""
        return f"{self.jurisdiction}/{self.cycle}/{self.promisor}{venue}"


class Because(NamedTuple):
    """The act in another stream from which a command follows, and by which reaction of its policy."""

    stream: StreamId
    version: int
    reaction: str


class Command(NamedTuple):
    """A step that a policy declares.

    name: the policy's own word; actor: who acts; capacity: the role or body acted for;
    occurred_on: when it happened; entered_by: who typed it, if somebody else did;
    because: what it follows from, if nobody gave it
    """

    name: str
    actor: str
    capacity: str
    occurred_on: date
    fields: Fields = NOTHING
    entered_by: str | None = None
    because: Because | None = None


class Correct(NamedTuple):
    """Replace fields of an earlier record, `target` being its version in the stream."""

    target: int
    actor: str
    capacity: str
    occurred_on: date
    fields: Fields = NOTHING
    entered_by: str | None = None
    name: str = "correct"


class Annul(NamedTuple):
    """Undo an earlier record, the last one that moved what it moved."""

    target: int
    actor: str
    capacity: str
    occurred_on: date
    entered_by: str | None = None
    name: str = "annul"


class Tick(NamedTuple):
    """Time has moved on to `occurred_on`: timers that are due by then fire."""

    occurred_on: date
    name: str = "tick"


class Begin(NamedTuple):
    """A stream begins that nobody has to begin by an act, such as an organization's cycle."""

    occurred_on: date
    name: str = "begin"


@dataclass(frozen=True, slots=True)
class Carried:
    """An item that goes on from an earlier cycle. origin: its cycle and id, such as
    "2025/commitment/2"; state: the one it begins in; times: how often it has been carried
    """

    origin: str
    lifecycle: str
    state: str
    content: Fields
    times: int


class TakeOver(NamedTuple):
    """Items carried over from the promisor's earlier cycle come in; one already here stays out."""

    occurred_on: date
    items: tuple[Carried, ...]
    name: str = "take_over"


@dataclass(frozen=True, slots=True)
class Deemed:
    """A step that is deemed to have been taken. means: of the command; ground: a clause, or what is
    assumed instead
    """

    command: str
    means: str
    occurred_on: date
    fields: Fields
    ground: str


class Migrate(NamedTuple):
    """A stream goes over to the policy with the hash `to`; see `events.Migrated` for the rest."""

    occurred_on: date
    actor: str
    to: str
    track: str
    states: Mapping[str, str]
    commands: Mapping[str, str]
    tiers: Mapping[str, str]
    deemed: tuple[Deemed, ...] = ()
    name: str = "migrate"


AnyCommand = Command | Correct | Annul | Tick | Begin | TakeOver | Migrate
