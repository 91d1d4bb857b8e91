"""What relays are tried out with: a clock, streams with something in them, receivers that remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Moved
from pledgeflow.errors import DeliveryError
from pledgeflow.relay.outbox import Outbox
from pledgeflow.relay.relaying import Relay
from pledgeflow.storage.sql import SqlStore
from tests.writing import append

NOON = datetime(2025, 3, 31, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        self.now += timedelta(**by)


def stream(promisor: str, jurisdiction: str = "t") -> StreamId:
    return StreamId(jurisdiction, "2025", promisor)


def happen(store: SqlStore, where: StreamId, times: int = 1, *, at_once: int = 1) -> None:
    """So many commands, of so many events each."""
    for _ in range(times):
        after = len(store.load(where))
        events = [
            Moved(version, 0, "pledge", "a", "b", date(2025, 3, 31), "p", "r")
            for version in range(after + 1, after + at_once + 1)
        ]
        append(store, where, after, events, recorded_at=NOON)


@dataclass
class Receiver:
    """Remembers what it got; `wrong` says how it fails, if it does, given an event."""

    wrong: Callable[[dict[str, Any]], Exception | None] = lambda _: None
    got: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def __call__(self, event: dict[str, Any]) -> None:
        error = self.wrong(event)
        with self.lock:
            self.asked.append(event)
            if error is None:
                self.got.append(event)
        if error is not None:
            raise error

    @property
    def order(self) -> dict[str, list[int]]:
        """Subject -> versions as they came."""
        found: dict[str, list[int]] = {}
        for event in self.got:
            found.setdefault(event["subject"], []).append(int(event["sequence"]))
        return found


def only(subject: StreamId, error: Exception) -> Callable[[dict[str, Any]], Exception | None]:
    return lambda event: error if event["subject"] == str(subject) else None


def down(_: object) -> Exception:
    return DeliveryError("down", unreachable=True)


def relay(store: SqlStore, receiver: Any, clock: Clock, name: str = "r", **rest: Any) -> Relay:
    made = {"chance": lambda: 0.0, **rest}
    return Relay(Outbox(store), receiver, name, clock, **made)
