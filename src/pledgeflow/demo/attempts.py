"""What simulated people want, and what they were refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import Verdict


@dataclass(frozen=True, slots=True)
class Wish:
    """A step somebody wants taken. subject: the item it is about; by: in one of these roles;
    saying: what its fields have to say
    """

    command: str
    subject: str | None = None
    by: tuple[str, ...] = ()
    saying: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that the engine refused, as it was made. slip: a blunder, not a step in turn."""

    stream: StreamId
    track: str
    command: str
    actor: str
    capacity: str
    on: date
    verdict: Verdict
    slip: bool = False
