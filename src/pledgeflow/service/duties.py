"""What is owed in a jurisdiction, by whom: instances of streams, with the directory's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.policy.judging.owing import Owed, Status, answering, applies, asked_on, owed
from pledgeflow.service.casework import Case
from pledgeflow.storage.store import EventStore


@dataclass(frozen=True, slots=True)
class Due:
    """Something owed in a stream. owners: who owes it, as of its due date or of today before that."""

    stream: StreamId
    track: str
    organization: str
    owed: Owed
    status: Status
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """case: a stream as it stands on a day; calendar: which days are working days."""

    store: EventStore
    case: Callable[[StreamId, date], Case]
    calendar: Calendar

    def all(self, stream: StreamId, *, until: date, today: date) -> Iterator[Due]:
        """Every instance in one stream that is due by a day, those that were met too."""
        case = self.case(stream, today)
        views = lru_cache(maxsize=64)(case.directory.view)
        for one in owed(case.rules, case.state, self.calendar, until=until):
            view: View = views(asked_on(one, today))
            if applies(case.rules, case.state, one, Facts(today, view, calendar=self.calendar)):
                yield Due(
                    stream,
                    case.state.track,
                    case.state.organization,
                    one,
                    one.status(today),
                    answering(case.rules, case.state, one, view),
                )

    def pending(
        self, jurisdiction: str, cycle: str | None, *, until: date, today: date
    ) -> Iterator[Due]:
        """What is still owed and due by a day, stream by stream."""
        for stream in self._streams(jurisdiction, cycle, today):
            for due in self.all(stream, until=until, today=today):
                if due.owed.still(today):
                    yield due

    def _streams(self, jurisdiction: str, cycle: str | None, today: date) -> Iterator[StreamId]:
        """The streams in which something may be owed; in a closed cycle nothing is any more."""
        rows = self.store.cycles(jurisdiction)
        closed = {row.cycle for row in rows if row.closed is not None and row.closed <= today}
        for row in self.store.pledges(jurisdiction, cycle):
            if row.stream.cycle not in closed:
                yield row.stream
