"""The properties that a policy declares, as small monitors folded along the exploration.

A monitor remembers little: whether it is asked at all (its scope), and since when it waits. What
was annulled later has happened all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, assert_never

from dateutil.relativedelta import relativedelta

from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.domain.events import (
    Added,
    Event,
    Graded,
    Moved,
    Opened,
    OutcomeArose,
    Recorded,
)
from pledgeflow.policy.language.properties import (
    Absence,
    AnyProperty,
    Existence,
    Happening,
    Precedence,
    Response,
)
from pledgeflow.policy.words import period

EVER = date.min
"""A day for what has no limit in time: then it makes no difference which day it was."""


class Waiting(NamedTuple):
    """inside: whether what happens now is in the scope; closed: whether it can never be again;

    since: from when on it waits for something, or when that last happened; None where it does not
    """

    inside: bool
    closed: bool = False
    since: date | None = None

    def on(self, today: date) -> tuple[bool, bool, int | None]:
        """How it looks on a day: what counts is for how long it has waited."""
        if self.since is None or self.since == EVER:
            return self.inside, self.closed, None if self.since is None else 0
        return self.inside, self.closed, (today - self.since).days


@dataclass(frozen=True, slots=True)
class Claim:
    """One declared property, to be watched. within: how long it may take, if that is said."""

    id: str
    says: AnyProperty
    within: relativedelta | None
    root: str
    ends: frozenset[str]

    @classmethod
    def of(cls, name: str, says: AnyProperty, declared: Declared) -> Claim:
        """A property of a track."""
        rules = declared.rules
        written = None if isinstance(says, Absence) else says.within
        within = period(written) if written is not None else None
        return cls(name, says, within, rules.root, declared.ends.get(rules.root, frozenset()))

    def start(self, on: date) -> Waiting:
        """Before anything has happened, on the first day."""
        inside, since = self.says.after is None, on if self.within is not None else EVER
        return Waiting(inside, since=since if inside and isinstance(self.says, Existence) else None)

    def step(self, waiting: Waiting, events: Iterable[Event]) -> tuple[Waiting, bool]:
        """What is remembered after some events, and whether they break it."""
        broken = False
        for event in events:
            waiting, breaks = self._after(waiting, event)
            broken = broken or breaks
        return waiting, broken

    def late(self, waiting: Waiting, today: date) -> bool:
        """Whether time has gone by beyond what it allows."""
        if self.within is None or waiting.since is None or not waiting.inside:
            return False
        asked = isinstance(self.says, Existence | Response)
        return asked and today > waiting.since + self.within

    def _after(self, waiting: Waiting, event: Event) -> tuple[Waiting, bool]:
        says, broken, on = self.says, False, self._day(event)
        if waiting.inside and says.before is not None and happens(says.before, event):
            broken = self._unmet(waiting)
            waiting = Waiting(inside=False, closed=says.after is None)
        elif waiting.inside and says.before is None and self._is_end(event):
            waiting, met = self._inside(waiting, event, on)
            return waiting, met or self._unmet(waiting)
        if waiting.inside:
            waiting, broken = self._inside(waiting, event, on)
        if says.after is not None and happens(says.after, event):
            waiting = Waiting(inside=True, since=on if isinstance(says, Existence) else None)
        return waiting, broken

    def _day(self, event: Event) -> date | None:
        """When something happened; what says no day of its own goes by what it follows from.

        Where no time is allowed for, it makes no difference which day it was.
        """
        found = getattr(event, "occurred_on", None) or getattr(event, "on", None)
        if not isinstance(found, date):
            return None
        return found if self.within is not None else EVER

    def _inside(self, waiting: Waiting, event: Event, on: date | None) -> tuple[Waiting, bool]:
        """What an event in the scope does, and whether it breaks the property."""
        match self.says:
            case Absence(of=of):
                return waiting, happens(of, event)
            case Existence(of=of):
                return (waiting._replace(since=None) if happens(of, event) else waiting), False
            case Precedence(first=first, then=then):
                broken = happens(then, event) and self._not_before(waiting, on)
                found = happens(first, event)
                return (waiting._replace(since=on) if found else waiting), broken
            case Response(to=to, answer=answer):
                if happens(answer, event):
                    waiting = waiting._replace(since=None)
                if happens(to, event) and waiting.since is None:
                    waiting = waiting._replace(since=on)
                return waiting, False
            case _:
                assert_never(self.says)

    def _not_before(self, waiting: Waiting, on: date | None) -> bool:
        if waiting.since is None:
            return True
        return self.within is not None and on is not None and waiting.since + self.within < on

    def _unmet(self, waiting: Waiting) -> bool:
        """Whether something is still waited for, where the scope or the stream ends."""
        return isinstance(self.says, Existence | Response) and waiting.since is not None

    def _is_end(self, event: Event) -> bool:
        return isinstance(event, Moved) and event.subject == self.root and event.dest in self.ends


def claims(declared: Declared) -> tuple[Claim, ...]:
    """The properties that a track declares."""
    said = declared.rules.source.properties.items()
    return tuple(Claim.of(name, says, declared) for name, says in said)


def happens(happening: Happening, event: Event) -> bool:
    """Whether an event is what a property speaks of."""
    match event:
        case Recorded():
            return event.command == happening.command or event.means == happening.means
        case Moved():
            return event.dest == happening.state
        case Added() | Opened():
            return event.state == happening.state
        case Graded():
            return event.tier == happening.tier
        case OutcomeArose():
            return event.outcome == happening.outcome
        case _:
            return False
