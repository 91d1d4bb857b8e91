"""What happens in one stream because of another: what a policy says, and carried items.

Each follows once: a reaction is given under a key made of what it follows from, and what was
still to follow when a process died is found in the store and given then. What has followed is not
taken back with the act: who takes that back is told of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.commands import StreamId, TakeOver
from pledgeflow.domain.events import (
    Annulled,
    Corrected,
    Event,
    Graded,
    Moved,
    Opened,
    Recorded,
    Signed,
)
from pledgeflow.domain.facts import Facts
from pledgeflow.errors import ConflictError, DirectoryError, PledgeflowError, RefusedError
from pledgeflow.policy.judging.carrying import carried
from pledgeflow.policy.judging.consequences import sign_of
from pledgeflow.policy.judging.reacting import Demand, demands
from pledgeflow.service.casework import Case, Done, Followed, Unmet
from pledgeflow.storage.store import EventStore

DEEPEST = 20
"""Through so many streams one thing may follow from another: more go round in a circle."""


def may_follow(case: Case, done: Done) -> bool:
    """Whether anything may have to happen elsewhere after this: if not, nothing is noted down."""
    if case.state.version == 0 and case.state.cycle.ordinal > 1:
        return True
    reactions = case.policy.tracks[done.state.track].reactions
    if reactions:
        signs = {sign for event in done.events if (sign := sign_of(event)) is not None}
        if any(signs & reaction.signs for reaction in reactions):
            return True
    return bool(carried(case.policy, done.state))


def happened_on(events: Iterable[Event]) -> date | None:
    """The last of the days on which that from which something may follow happened."""
    days = (
        event.occurred_on if isinstance(event, Recorded | Signed) else event.on
        for event in events
        if isinstance(event, Opened | Recorded | Signed | Moved | Graded)
    )
    return max(days, default=None)


class Reactions(NamedTuple):
    """case: a stream as it stands on a day; take, give: give a stream a command, on a day.

    depth: through how many streams it has come here
    """

    store: EventStore
    case: Callable[[StreamId, date], Case]
    take: Callable[[StreamId, TakeOver, date], object]
    give: Callable[[Demand, date, int], Done]
    depth: int = 0

    def react(self, case: Case, done: Done, today: date) -> tuple[Unmet, ...]:
        """Everything that follows elsewhere from what was done; what could not be is returned."""
        return (*self._follow(case, done, today), *self._carry_on(case, done, today))

    def left(self, case: Case, done: Done, today: date) -> tuple[Followed, ...]:
        """What had followed elsewhere from the acts that were annulled or corrected.

        case: the stream as it stood before
        """
        rules = case.policy.tracks[done.state.track]
        if not rules.reactions:
            return ()
        amended = [e for e in done.events if isinstance(e, Annulled | Corrected)]
        if not amended:
            return ()
        facts = Facts(today, case.around(case.on))
        found = (
            Followed(demand.stream, demand.command.name)
            for event in amended
            for demand in demands(rules, case.state, _with_effects(case, event.target), facts)
            if self.store.done(demand.stream.jurisdiction, demand.key)
        )
        return tuple(dict.fromkeys(found))

    def _follow(self, case: Case, done: Done, today: date) -> Iterator[Unmet]:
        rules = case.policy.tracks[done.state.track]
        if not rules.reactions:
            return
        view = case.around(case.on)
        for demand in demands(rules, done.state, done.events, Facts(today, view)):
            stream, command = demand.stream, demand.command.name
            if self.depth >= DEEPEST:
                circle = (
                    f"this has followed through {DEEPEST} streams, and goes round in a circle; let "
                    "one of the reactions have guards"
                )
                yield Unmet(stream, command, circle)
                continue
            try:
                yield from self.give(demand, today, self.depth + 1).unmet
            except RefusedError as error:
                yield Unmet(stream, command, error.verdict)
            except DirectoryError as error:
                yield Unmet(stream, command, str(error))
            except PledgeflowError as error:
                # The act itself is done: who is told that it failed would do it again.
                yield Unmet(stream, command, str(error), waits=True)

    def _carry_on(self, case: Case, done: Done, today: date) -> Iterator[Unmet]:
        """A carried item opens in the next cycle, and a pledge that begins takes up what waits."""
        stream = done.state.stream
        cycles = sorted(self.store.cycles(stream.jurisdiction), key=lambda row: row.starts)
        ids = [row.cycle for row in cycles]
        place = ids.index(stream.cycle)
        if case.state.version == 0 and place > 0:
            earlier = StreamId(stream.jurisdiction, ids[place - 1], stream.promisor, stream.venue)
            yield from self._carry(earlier, stream, today)
        # A closed cycle takes nothing over any more.
        if place + 1 < len(ids) and cycles[place + 1].closed is None:
            later = StreamId(stream.jurisdiction, ids[place + 1], stream.promisor, stream.venue)
            yield from self._carry(stream, later, today)

    def _carry(self, source: StreamId, dest: StreamId, today: date) -> Iterator[Unmet]:
        if not self.store.load(source) or not self.store.load(dest):
            return
        case = self.case(source, today)
        items = carried(case.policy, case.state)
        if not items:
            return
        command = TakeOver(today, items)
        try:
            self.take(dest, command, today)
        except ConflictError as error:
            yield Unmet(dest, command.name, str(error), waits=True)


def _with_effects(case: Case, version: int) -> tuple[Event, ...]:
    """A record of a stream with what it brought about there."""
    record = case.state.record(version)
    effects = case.state.effects.get(version, ())
    return (record, *effects) if record is not None else effects
