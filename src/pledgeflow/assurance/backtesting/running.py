"""All streams of a database under another policy, in several processes; one after the other to ask.

Each process opens the database for itself and keeps one stream at a time; what it hands back is
what came of some streams, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from pledgeflow.assurance.backtesting.elsewhere import Elsewhere
from pledgeflow.assurance.backtesting.naming import NOTHING_TOLD, Names, Told, check_told
from pledgeflow.assurance.backtesting.replaying import Replay, nowhere, traced
from pledgeflow.assurance.backtesting.told import Traced
from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import begin
from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Event, Opened
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import PledgeflowError, RefusedError, StorageError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service.calendars import Announced, read_calendar
from pledgeflow.service.casework import Case
from pledgeflow.service.cycles import Cycles
from pledgeflow.service.remembering import DirectoryAt, Extract, Extracts
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import CycleRow, EventStore

AT_ONCE = 40
"""So many streams are handed to a process at a time."""


class Asked(NamedTuple):
    """Which policy, by name or by path; as of which day, or else of each cycle's first.

    told: what is called otherwise there; calendar: a file with working days
    """

    policy: str
    as_of: date | None = None
    told: Told = NOTHING_TOLD
    calendar: Path | None = None


@dataclass(slots=True)
class Backtest:
    """Puts the streams of a store to another policy."""

    store: EventStore
    catalogue: Catalogue
    asked: Asked
    calendar: Calendar = field(default_factory=Announced)
    _known: dict[str, Policy] = field(default_factory=dict)
    _cycles: dict[tuple[str, str], _Cycle] = field(default_factory=dict)

    def policy(self, row: CycleRow) -> Policy:
        """The other policy, for a cycle. Raises PolicyError."""
        day = self.asked.as_of or row.starts
        return self.catalogue.load(self.asked.policy, on=day, ordinal=row.ordinal)

    def streams(self, jurisdiction: str, cycle: str | None = None) -> list[StreamId]:
        """The streams there are, in their order. Raises what is wrong with the question."""
        rows = [r for r in self.store.cycles(jurisdiction) if cycle in (None, r.cycle)]
        for row in rows:
            policy = self.policy(row)
            if policy.document.abstract:
                raise PledgeflowError(
                    f"`{policy.name}` is only for others to extend; name one that does"
                )
            check_told(self.asked.told, policy)
        return list(self.store.heads(jurisdiction, cycle))

    def of(self, stream: StreamId) -> Traced:
        """One stream."""
        here = self._cycle(stream)
        events = [kept.event for kept in self.store.load(stream)]
        blank = State(stream, Cycle(here.row.cycle, here.row.starts, here.row.ordinal))
        first = next(iter(events), None)
        if not isinstance(first, Opened):
            raise StorageError(f"`{stream}` is damaged; see `pledgeflow audit verify`")
        people = Extract(self.store.extract(stream.jurisdiction, _people(stream, events)))
        try:
            begun = begin(here.policy, stream, blank.cycle, people.view(first.on))
        except RefusedError as error:
            return nowhere(fold(blank, events), events, error.verdict)
        except PledgeflowError as error:
            return nowhere(fold(blank, events), events, str(error))
        case = Case(here.policy, begun, here.directory, first.on, here.row.closed)

        def called(was: State) -> Names:
            return here.names(was.policy, was.track, begun.track)

        names = here.names(first.policy, first.track, begun.track)
        replay = Replay(case, blank, names, called, people, here.elsewhere)
        try:
            replay.run(events)
        except PledgeflowError as error:
            replay.was = fold(blank, events)
            return replace(traced(replay), trouble=str(error))
        return traced(replay)

    def _cycle(self, stream: StreamId) -> _Cycle:
        key = (stream.jurisdiction, stream.cycle)
        if key not in self._cycles:
            cycles = Cycles(self.store, self.catalogue, self._known)
            row = cycles.of(stream)
            self._cycles[key] = _Cycle(
                row,
                self.policy(row),
                lambda digest: cycles.under(digest, row),
                DirectoryAt(self.store, 0, Extracts()),
                Elsewhere(self.store, row, self.calendar),
                self.asked.told,
            )
        return self._cycles[key]


@dataclass(slots=True)
class _Cycle:
    row: CycleRow
    policy: Policy
    under: Callable[[str], Policy]
    directory: DirectoryAt
    elsewhere: Elsewhere
    told: Told
    _names: dict[tuple[str, str, str], Names] = field(default_factory=dict)

    def names(self, digest: str, track: str, to: str) -> Names:
        """What the commands of a track are called."""
        key = (digest, track, to)
        if key not in self._names:
            source = self.under(digest)
            rules, other = source.tracks[track], self.policy.tracks[to]
            self._names[key] = Names(source, rules, other, self.told)
        return self._names[key]


def _people(stream: StreamId, events: Iterable[Event]) -> frozenset[str]:
    """Everybody and everything whom the acts of a stream may be about."""
    found = {stream.promisor}
    for event in events:
        if isinstance(event, Opened):
            found.add(event.organization)
        for name in ("actor", "entered_by"):
            found.add(getattr(event, name, None) or stream.promisor)
        for value in getattr(event, "fields", {}).values():
            if isinstance(value, str):
                found.add(value)
            elif isinstance(value, Mapping):
                found.update(value)
    return frozenset(found)


# --- in several processes ---------------------------------------------------------------------------


def parallel(
    url: str, asked: Asked, streams: Sequence[StreamId], processes: int
) -> Iterator[Traced]:
    """What came of each stream, in their order. url: of the database."""
    chunks = [streams[i : i + AT_ONCE] for i in range(0, len(streams), AT_ONCE)]
    if min(processes, len(chunks)) <= 1:
        with _opened(url) as store:
            yield from map(_backtest(store, asked).of, streams)
        return
    with ProcessPoolExecutor(
        min(processes, len(chunks)),
        # a connection of this process is of no use in another one
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(url, asked),
    ) as pool:
        for some in pool.map(_some, chunks):
            yield from some


_here: list[Backtest] = []
"""What this process works with, from its beginning on."""


def _begin(url: str, asked: Asked) -> None:
    _here.append(_backtest(_opened(url), asked))


def _some(streams: Sequence[StreamId]) -> list[Traced]:
    return [_here[0].of(stream) for stream in streams]


def _opened(url: str) -> SqlStore:
    return SqlStore(url)


def _backtest(store: EventStore, asked: Asked) -> Backtest:
    calendar = read_calendar(asked.calendar) if asked.calendar is not None else Announced()
    return Backtest(store, Catalogue(), asked, calendar)
