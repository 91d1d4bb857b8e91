"""What is owed in a jurisdiction, by whom: instances of streams, with the directory's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.policy.judging.owing import Owed, Status, answering, applies, asked_on, owed
from pledgeflow.service.casework import Case
from pledgeflow.storage.store import EventStore


@dataclass(frozen=True, slots=True)
class Due:
    """Something owed in a stream.

    owners: who owes it, as of its due date, or of today before that; passed_to: who has the role
    now, if that is somebody else, and so can still make it good
    """

    stream: StreamId
    track: str
    organization: str
    owed: Owed
    status: Status
    owners: tuple[str, ...]
    passed_to: tuple[str, ...] = ()

    @property
    def concerned(self) -> tuple[str, ...]:
        """Whoever has to see to it: who owes it, and who has taken over since."""
        return (*self.owners, *self.passed_to)


class Wanted(NamedTuple):
    """Whose duties are listed: of one cycle, of what belongs to one organization, or all."""

    jurisdiction: str
    cycle: str | None = None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Duties:
    """case: a stream as it stands on a day; calendar: which days are working days."""

    store: EventStore
    case: Callable[[StreamId, date], Case]
    calendar: Calendar

    def all(self, stream: StreamId, *, until: date, today: date) -> Iterator[Due]:
        """Every instance in one stream that is due by a day, those that were met too."""
        case = self.case(stream, today)
        views = lru_cache(maxsize=64)(case.around)
        rules, state = case.rules, case.state
        for one in owed(rules, state, self.calendar, until=until):
            view: View = views(asked_on(one, today))
            if not applies(rules, state, one, Facts(today, view, calendar=self.calendar)):
                continue
            owners, status = answering(rules, state, one, view), one.status(today)
            now: tuple[str, ...] = ()
            if status is Status.OVERDUE:
                now = answering(rules, state, one, views(today))
            passed_to = tuple(person for person in now if person not in owners)
            yield Due(stream, state.track, state.organization, one, status, owners, passed_to)

    def pending(
        self, wanted: Wanted, *, until: date, today: date, as_it_was: bool = False
    ) -> Iterator[Due]:
        """What is still owed and due by a day, stream by stream.

        as_it_was: today lies in the past, when what has been met since may still have been owed
        """
        rows = self.store.cycles(wanted.jurisdiction)
        closed = {row.cycle for row in rows if row.closed is not None and row.closed <= today}
        streams = self._everywhere(wanted) if as_it_was else self._listed(wanted, until)
        for stream in streams:
            if stream.cycle in closed:
                continue  # nothing is owed any more
            for due in self.all(stream, until=until, today=today):
                if due.owed.still(today):
                    yield due

    def _listed(self, wanted: Wanted, until: date) -> Iterator[StreamId]:
        """The streams in which something that is not met is due by a day, by the day it is due."""
        for row in self.store.due(
            wanted.jurisdiction,
            "duty",
            until,
            cycle=wanted.cycle,
            organization=wanted.organization,
        ):
            yield row.stream

    def _everywhere(self, wanted: Wanted) -> Iterator[StreamId]:
        """Every stream there is."""
        for row in self.store.pledges(wanted.jurisdiction, wanted.cycle):
            yield row.stream
