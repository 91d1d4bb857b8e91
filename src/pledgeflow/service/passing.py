"""Time passes: only where something is due, and day by day, as if it had been told every day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event, Recorded
from pledgeflow.domain.states import State
from pledgeflow.policy.judging.closing import following
from pledgeflow.policy.judging.owing import first_owed
from pledgeflow.policy.judging.timing import may_be_due, wake
from pledgeflow.service.casework import Case, Done
from pledgeflow.storage.store import DueRow, EventStore


@dataclass(frozen=True, slots=True)
class Passing:
    """case: a pledge as it stands; tick: lets time pass in it to a day, and reschedules it."""

    store: EventStore
    case: Callable[[StreamId, date], Case]
    tick: Callable[[StreamId, date], Done]

    def to(
        self, jurisdiction: str, on: date, cycle: str | None = None
    ) -> dict[StreamId, tuple[Event, ...]]:
        """Pledge -> what happened in it; in the order of their ids."""
        rows = self.store.cycles(jurisdiction)
        closed = frozenset(row.cycle for row in rows if row.closed is not None)
        happened: dict[StreamId, tuple[Event, ...]] = {}
        for row in self._due(jurisdiction, on, cycle):
            stream = row.stream
            if stream.cycle in closed and self._rests(stream, row.day):
                continue
            events = self.tick(stream, row.day).events
            if events:
                happened[stream] = (*happened.get(stream, ()), *events)
        return {stream: happened[stream] for stream in sorted(happened)}

    def _due(self, jurisdiction: str, on: date, cycle: str | None) -> Iterator[DueRow]:
        """What wakes by that day, all of one day before anything of the next.

        What wakes is rescheduled, so that it is asked again for the first day until there is none;
        what happened on it may have brought other pledges forward.
        """
        while True:
            rows = iter(self.store.due(jurisdiction, "timer", on, cycle=cycle))
            first = next(rows, None)
            if first is None:
                return
            yield first
            for row in rows:
                if row.day != first.day:
                    break
                yield row

    def _rests(self, stream: StreamId, day: date) -> bool:
        """Whether nothing follows any more from a pledge of a closed cycle; then it is let be."""
        case = self.case(stream, day)
        if any(following(case.rules, case.state)):
            return False
        self.store.put_due(stream, case.state.version, ())
        return True


def unmoved(case: Case, state: State, events: Iterable[Event]) -> bool:
    """Whether what is to come in a stream stays as it was scheduled, whatever it was.

    That is so where no timer runs that might have been held back, and where nothing happened but
    records of what no duty looks at. case: the stream before the events
    """
    rules = case.policy.tracks[state.track]
    return (
        case.state.version > 0
        and all(isinstance(e, Recorded) and e.command not in rules.counted for e in events)
        and not may_be_due(rules, state)
    )


def schedule(
    case: Case, state: State, calendar: Calendar, after: date | None = None
) -> tuple[DueRow, ...]:
    """What is to come in a stream once it is in a state: when it wakes, and what is owed first.

    after: time has passed to that day. In a closed cycle nothing is owed any more, and only what
    follows wakes.
    """
    rules = case.policy.tracks[state.track] if state.version else None
    if rules is None or (case.closed is not None and not any(following(rules, state))):
        return ()
    wakes, place = wake(rules, state, after), state.organization
    rows = [DueRow(state.stream, wakes, "timer", place)] if wakes is not None else []
    owed = first_owed(rules, state, calendar) if case.closed is None else None
    if owed is not None:
        rows.append(DueRow(state.stream, owed, "duty", place))
    return tuple(rows)
