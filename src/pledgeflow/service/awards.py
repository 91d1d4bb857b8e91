"""The selections of a cycle, level by level: who was put forward, conferred, dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.policy.judging.awarding import SELECTION, Candidate, Choosing
from pledgeflow.service.casework import check_organization
from pledgeflow.service.ledgers import Under
from pledgeflow.storage.store import CycleRow, EventStore, PledgeRow


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection that has begun.

    level: how far its organization is above the lowest that select, counted by levels of the
    directory; places: how many awards there are, if that is said; objections: to the whole, that
    are not answered
    """

    stream: StreamId
    track: str
    organization: str
    level: int
    state: str
    since: date
    ended: bool
    places: int | None
    objections: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Selections:
    """One cycle of a jurisdiction. view: of the day asked about; state: a stream as of that day."""

    store: EventStore
    cycle: CycleRow
    under: Under
    view: View
    state: Callable[[StreamId], State]

    def listed(self, organization: str | None = None) -> Iterator[Selection]:
        """Level by level, the lowest first; organization: of this one and those below it.

        Raises DirectoryError for an unknown organization.
        """
        check_organization(self.view, organization)
        rows = [row for row in self._rows() if self._within(row, organization)]
        states = {row.stream: self.state(row.stream) for row in rows}
        rows = [row for row in rows if states[row.stream].version]
        depths = {row.organization: self._depth(row.organization) for row in rows}
        order = {track: place for place, track in enumerate(self.under("").tracks)}
        last = len(order)
        rows.sort(key=lambda r: (-depths[r.organization], order.get(r.track, last), r.stream))
        lowest = max(depths.values(), default=0)
        return (
            self._selection(row, states[row.stream], lowest - depths[row.organization])
            for row in rows
        )

    def _rows(self) -> Iterator[PledgeRow]:
        for row in self.store.pledges(self.cycle.jurisdiction, self.cycle.cycle):
            if row.stream.aggregate == SELECTION:
                yield row

    def _depth(self, organization: str) -> int:
        return sum(1 for _ in self.view.ancestors(organization))

    def _within(self, row: PledgeRow, organization: str | None) -> bool:
        above = (each.id for each in self.view.ancestors(row.organization))
        return organization in (None, row.organization, *above)

    def _selection(self, row: PledgeRow, state: State, level: int) -> Selection:
        rules = self.under(row.policy).tracks[row.track]
        root = state.subjects[state.root]
        choosing = Choosing(rules, state)
        return Selection(
            stream=row.stream,
            track=row.track,
            organization=row.organization,
            level=level,
            state=root.state,
            since=root.since,
            ended=root.state in rules.lifecycles[rules.root].final,
            places=choosing.places(),
            objections=choosing.objections(state.root),
            candidates=tuple(choosing.candidates()),
        )
