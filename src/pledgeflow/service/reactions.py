"""What happens in one stream because of another: what a policy says, and carried items.

Each follows once: a reaction is given under a key made of what it follows from, and what was
still to follow when a process died is found in the store and given then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from pledgeflow.domain.commands import StreamId, TakeOver
from pledgeflow.domain.facts import Facts
from pledgeflow.errors import DirectoryError, RefusedError
from pledgeflow.policy.judging.carrying import carried
from pledgeflow.policy.judging.consequences import sign_of
from pledgeflow.policy.judging.reacting import Demand, demands
from pledgeflow.service.casework import Case, Done, Unmet
from pledgeflow.storage.store import EventStore


def may_follow(case: Case, done: Done) -> bool:
    """Whether anything may have to happen elsewhere after this: if not, nothing is noted down."""
    signs = {sign for event in done.events if (sign := sign_of(event)) is not None}
    reactions = case.policy.tracks[done.state.track].reactions
    begins_late = case.state.version == 0 and case.state.cycle.ordinal > 1
    return (
        begins_late
        or any(signs & reaction.signs for reaction in reactions)
        or bool(carried(case.policy, done.state))
    )


@dataclass(frozen=True, slots=True)
class Reactions:
    """case: a stream as it stands on a day; take, give: give a stream a command, on a day."""

    store: EventStore
    case: Callable[[StreamId, date], Case]
    take: Callable[[StreamId, TakeOver, date], object]
    give: Callable[[Demand, date], object]

    def react(self, case: Case, done: Done, today: date) -> tuple[Unmet, ...]:
        """Everything that follows elsewhere from what was done; what could not be is returned."""
        unmet = tuple(self._follow(case, done, today))
        self._carry_on(case, done, today)
        return unmet

    def _follow(self, case: Case, done: Done, today: date) -> Iterator[Unmet]:
        rules = case.policy.tracks[done.state.track]
        if not rules.reactions:
            return
        view = case.around(case.on)
        for demand in demands(rules, done.state, done.events, Facts(today, view)):
            try:
                self.give(demand, today)
            except RefusedError as error:
                yield Unmet(demand.stream, demand.command.name, error.verdict)
            except DirectoryError as error:
                yield Unmet(demand.stream, demand.command.name, str(error))

    def _carry_on(self, case: Case, done: Done, today: date) -> None:
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
