"""What someone asks for. A command is typed and complete; a policy decides whether it is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pledgeflow.domain.people import WORK
from pledgeflow.domain.values import Fields


@dataclass(frozen=True, slots=True, order=True)
class StreamId:
    """Which pledge: jurisdiction, cycle (such as "2025"), promisor, venue; the tenant comes first."""

    jurisdiction: str
    cycle: str
    promisor: str
    venue: str = WORK

    def __str__(self) -> str:
        venue = f"@{self.venue}" if self.venue else ""
        return f"{self.jurisdiction}/{self.cycle}/{self.promisor}{venue}"


@dataclass(frozen=True, slots=True)
class Command:
    """A step that a policy declares.

    name: the policy's own word; actor: who acts; capacity: the role or body acted for;
    occurred_on: when it happened; entered_by: who typed it, if somebody else did
    """

    name: str
    actor: str
    capacity: str
    occurred_on: date
    fields: Fields = field(default_factory=dict)
    entered_by: str | None = None


@dataclass(frozen=True, slots=True)
class Correct:
    """Replace fields of an earlier record, `target` being its version in the stream."""

    target: int
    actor: str
    capacity: str
    occurred_on: date
    fields: Fields = field(default_factory=dict)
    entered_by: str | None = None
    name: str = "correct"


@dataclass(frozen=True, slots=True)
class Annul:
    """Undo an earlier record, the last one that moved what it moved."""

    target: int
    actor: str
    capacity: str
    occurred_on: date
    entered_by: str | None = None
    name: str = "annul"


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has moved on to `occurred_on`: timers that are due by then fire."""

    occurred_on: date
    name: str = "tick"


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


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Items carried over from the promisor's earlier cycle come in; one already here stays out."""

    occurred_on: date
    items: tuple[Carried, ...]
    name: str = "take_over"


AnyCommand = Command | Correct | Annul | Tick | TakeOver
