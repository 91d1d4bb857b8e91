"""What happens in one pledge because of another: a carried item opens in the next cycle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pledgeflow.domain.commands import StreamId, TakeOver
from pledgeflow.policy.judging.carrying import carried
from pledgeflow.service.casework import Case, Done
from pledgeflow.storage.store import EventStore


@dataclass(frozen=True, slots=True)
class Reactions:
    """case: a pledge as it stands on a day; take: gives a pledge a command, on a day."""

    store: EventStore
    case: Callable[[StreamId, date], Case]
    take: Callable[[StreamId, TakeOver, date], object]

    def react(self, case: Case, done: Done, today: date) -> None:
        """A carried item opens in the next cycle, and a pledge that begins takes up what waits."""
        stream = done.state.stream
        cycles = sorted(self.store.cycles(stream.jurisdiction), key=lambda row: row.starts)
        ids = [row.cycle for row in cycles]
        place = ids.index(stream.cycle)
        if case.state.version == 0 and place > 0:
            earlier = StreamId(stream.jurisdiction, ids[place - 1], stream.promisor, stream.venue)
            self._carry(earlier, stream, today)
        # A closed cycle takes nothing over any more.
        if place + 1 < len(ids) and cycles[place + 1].closed is None:
            later = StreamId(stream.jurisdiction, ids[place + 1], stream.promisor, stream.venue)
            self._carry(stream, later, today)

    def _carry(self, source: StreamId, dest: StreamId, today: date) -> None:
        if not self.store.load(source) or not self.store.load(dest):
            return
        case = self.case(source, today)
        items = carried(case.policy, case.state)
        if items:
            self.take(dest, TakeOver(today, items), today)
