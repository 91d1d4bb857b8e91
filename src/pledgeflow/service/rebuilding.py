"""What is derived of a stream, worked out anew from its events alone. Beneath `engine`.

What a stream would have if all of it had happened in one go: the kinds of its promisor are those of
its last day, by the directory as it is now; and no time has been told to pass since, so that a timer
that was looked at and held back is looked at once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.extracts import Directory
from pledgeflow.domain.states import State
from pledgeflow.policy.guards.conditions import kinds_of
from pledgeflow.service.casework import Case
from pledgeflow.service.ledgers import Under
from pledgeflow.service.passing import schedule
from pledgeflow.storage.projecting import pledge_row
from pledgeflow.storage.store import CycleRow, DueRow, PledgeRow


class Derived(NamedTuple):
    """All that is kept of a stream besides its events."""

    state: State
    pledge: PledgeRow
    due: Sequence[DueRow]


@dataclass(frozen=True, slots=True)
class Deriving:
    """directory: who is who; calendar: which days are working days"""

    directory: Directory
    calendar: Calendar

    def derived(
        self, row: CycleRow, under: Under, stream: StreamId, events: Sequence[Event]
    ) -> Derived:
        """What follows from all events of a stream; there is at least one.

        under: the policies of the cycle's streams, by their digests
        """
        blank = State(stream, Cycle(row.cycle, row.starts, row.ordinal))
        state = fold(blank, events)
        day = _last_day(events) or row.starts
        case = Case(under(state.policy), state, self.directory, day, row.closed)
        kinds = kinds_of(case.around(day), stream.promisor)
        return Derived(state, pledge_row(state, kinds), schedule(case, state, self.calendar))


def _last_day(events: Iterable[Event]) -> date | None:
    found = None
    for event in events:
        day = getattr(event, "occurred_on", getattr(event, "on", None))
        found = day if day is not None else found
    return found
