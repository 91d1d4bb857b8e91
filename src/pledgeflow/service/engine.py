"""The engine: load, decide, append, react, retry on conflict. The one way in for a host.

It is the shell around the pure core: it reads the clock, salts texts, asks the directory and the
store, and hands `decide` everything as data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib import import_module

from pledgeflow.ballots.box import BallotBox
from pledgeflow.ballots.memory import MemoryBox
from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import begin, decide, explain, needed, permitted
from pledgeflow.domain.commands import AnyCommand, Command, StreamId, TakeOver, Tick
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Cycle, Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Fact, Facts, Query
from pledgeflow.domain.people import WORK, View
from pledgeflow.domain.states import State
from pledgeflow.errors import ConflictError, InvalidCommandError, UnfinishedError, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.conditions import kinds_of
from pledgeflow.policy.judging.closing import following
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.policy.saying.wording import worded
from pledgeflow.service.ballots import Ballots
from pledgeflow.service.casework import Case as _Case
from pledgeflow.service.casework import (
    Done,
    Made,
    Make,
    check_open,
    check_person,
    made,
    name_of,
    ready,
    still_open,
    too_late,
)
from pledgeflow.service.cycles import Cycles
from pledgeflow.service.reactions import Reactions
from pledgeflow.steps import Asked, Step, stream_id
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.projecting import pledge_row
from pledgeflow.storage.store import CycleRow, EventStore, PledgeRow, SealedText, StoredEvent

TRIES = 5


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


@dataclass(slots=True)
class Engine:
    """Runs policies on a store. clock: today's date, for acts that name no day of entry.

    box: where ballots are held, if not beside the store
    """

    store: EventStore
    catalogue: Catalogue = field(default_factory=Catalogue)
    clock: Callable[[], date] = _today
    box: BallotBox | None = None
    _policies: dict[str, Policy] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.box is None and isinstance(self.store, MemoryStore):
            self.box = MemoryBox()

    # --- setting up -------------------------------------------------------------------------

    def put_directory(
        self, jurisdiction: str, directory: DirectoryData | Mapping[str, object]
    ) -> None:
        """Store people and organizations. A mapping is read as `DirectoryData.from_tree` does."""
        if not isinstance(directory, DirectoryData):
            directory = DirectoryData.from_tree(directory)
        self.store.put_directory(jurisdiction, directory)

    def open_cycle(
        self, jurisdiction: str, policy: str, *, cycle: str, starts: date | None = None
    ) -> CycleRow:
        """Begin a cycle under a policy, as in force on its first day and pinned from then on.

        The first day is the policy's own in the year that `cycle` names, unless given.
        """
        return self._cycles.open(jurisdiction, policy, cycle=cycle, starts=starts)

    def close_cycle(
        self, jurisdiction: str, cycle: str, *, on: date | None = None, anyway: bool = False
    ) -> CycleRow:
        """End a cycle on a day, once time has passed to that day in it.

        From then on it takes corrections and annulments, what outcomes call for, and what follows
        from a pledge and is still open. Raises UnfinishedError where pledges have not come to
        their end, unless told to close it anyway; PledgeflowError where it is closed already.
        """
        day = on if on is not None else self.clock()
        self._cycles.check_closable(jurisdiction, cycle, day)
        self.pass_time(jurisdiction, day, cycle=cycle)
        unfinished = self.unfinished(jurisdiction, cycle)
        if unfinished and not anyway:
            name = f"{jurisdiction}/{cycle}"
            raise UnfinishedError(name, tuple(str(row.stream) for row in unfinished))
        return self._cycles.close(jurisdiction, cycle, day)

    # --- acting -----------------------------------------------------------------------------

    def do(self, stream: StreamId | str, step: Step, *, key: str | None = None) -> Done:
        """Take a step in a pledge. key: the same key again returns the first result; never empty.

        Raises RefusedError with all reasons where the policy says no, InvalidCommandError or
        DirectoryError where the step makes no sense; in any case nothing is stored then.
        """
        if key == "":
            # Forgotten keys would all be the same one, and every act after the first be lost.
            raise InvalidCommandError("?", ("the key is empty; leave it out if there is none",))
        asked = Asked.of(step, self.clock())
        return self._run(
            stream_id(stream),
            lambda case: self._by_hand(case, asked),
            today=asked.today,
            on=asked.on,
            key=key,
        )

    @property
    def ballots(self) -> Ballots:
        """The ballots that policies provide for: opened, voted in, closed, and recorded."""
        if self.box is None:
            self.box = import_module("pledgeflow.ballots.sql").box_beside(self.store)
        return Ballots(self.box, _Office(self), self.clock)

    def _by_hand(self, case: _Case, asked: Asked) -> Made:
        if any(rule.source.command == asked.do for rule in case.rules.ballots.values()):
            self.ballots.check_not_by_hand(case, asked.do)
        return made(case, asked)

    def explain(self, stream: StreamId | str, step: Step) -> Verdict:
        """What `do` would say, without doing it."""
        asked = Asked.of(step, self.clock())
        case = self._case(stream_id(stream), asked.on)
        command, _ = made(case, asked)
        late = too_late(case, command)
        if late is not None:
            return late
        return explain(case.policy, case.state, command, self._facts(case, command, asked.today))

    def permitted(
        self, stream: StreamId | str, actor: str, on: date
    ) -> Mapping[tuple[str, str], Verdict]:
        """What an actor may do on a day: (command, subject id) -> verdict.

        Raises DirectoryError for an actor who is not in the directory on that day.
        """
        case = self._case(stream_id(stream), on)
        check_person(case.view, actor, on)
        offered = self._offered(case, actor, on)
        return offered if case.closed is None else still_open(case, offered, actor, on)

    def _offered(self, case: _Case, actor: str, on: date) -> Permissions:
        rules = case.rules
        probes = [Command(name, actor, "", on) for name in rules.steps]
        queries = {q for probe in probes for q in needed(case.policy, case.state, probe)}
        elsewhere = {query: self._answer(case, query) for query in queries}
        facts = Facts(on, case.directory.view(on), elsewhere)
        return permitted(case.policy, case.state, actor, on, facts)

    def tick(self, jurisdiction: str, on: date) -> int:
        """Let time pass to a day in every open pledge; how many timers and their effects fired."""
        return sum(map(len, self.pass_time(jurisdiction, on).values()))

    def pass_time(
        self, jurisdiction: str, on: date, *, cycle: str | None = None
    ) -> Mapping[StreamId, tuple[Event, ...]]:
        """Let time pass as `tick` does, perhaps in one cycle: pledge -> what happened in it.

        In a closed cycle, time passes only for pledges from which something still follows.
        """
        closed = {row.cycle for row in self.store.cycles(jurisdiction) if row.closed is not None}
        happened: dict[StreamId, tuple[Event, ...]] = {}
        for row in self.store.pledges(jurisdiction, cycle):
            if row.stream.cycle in closed and not self._follows(row.stream, on):
                continue
            done = self._run(row.stream, ready(Tick(on)), today=on, on=on)
            if done.events:
                happened[row.stream] = done.events
        return happened

    def _follows(self, stream: StreamId, on: date) -> bool:
        case = self._case(stream, on)
        return any(following(case.rules, case.state))

    # --- looking ----------------------------------------------------------------------------

    def state(self, stream: StreamId | str) -> State:
        """The state of a pledge; of one that has not begun, the state it would begin in."""
        return self._case(stream_id(stream), self.clock()).state

    def policy(self, stream: StreamId | str) -> Policy:
        """The policy that a pledge is judged by."""
        wanted = stream_id(stream)
        return self._cycles.policy(self._cycles.of(wanted))

    def history(self, stream: StreamId | str) -> tuple[StoredEvent, ...]:
        """Every event of a pledge, in order."""
        return self.store.load(stream_id(stream))

    def pledges(self, jurisdiction: str, cycle: str | None = None) -> list[PledgeRow]:
        """The pledges of a jurisdiction, in one cycle or in all."""
        return self.store.pledges(jurisdiction, cycle)

    def unfinished(self, jurisdiction: str, cycle: str) -> list[PledgeRow]:
        """The pledges of a cycle that have not come to their end."""
        policy = self._cycles.policy(self._cycles.named(jurisdiction, cycle))
        rows = self.store.pledges(jurisdiction, cycle)
        rules = ((row, policy.tracks[row.track]) for row in rows)
        return [row for row, r in rules if row.state not in r.lifecycles[r.root].final]

    # --- the loop behind all of them --------------------------------------------------------

    def _run(
        self, stream: StreamId, make: Make, *, today: date, on: date, key: str | None = None
    ) -> Done:
        for _ in range(TRIES):
            case = self._case(stream, on)
            command, texts = make(case)
            if key is not None and (kept := self._kept(stream, command, key)) is not None:
                self._react(case, kept, today)
                return kept
            check_open(case, command)
            facts = self._facts(case, command, today)
            events = decide(case.policy, case.state, command, facts)
            if not events:
                return Done((), case.state)
            done = Done(events, fold(case.state, events))
            try:
                self._append(case, done, texts, key)
            except ConflictError:
                continue
            self._react(case, done, today)
            return done
        raise ConflictError(f"`{stream}` is being written to all the time; try again")

    def _kept(self, stream: StreamId, command: AnyCommand, key: str) -> Done | None:
        """What the key stands for already; it stands for one act in one pledge, and no other."""
        before = self.store.done(stream.jurisdiction, key)
        if before is None:
            return None
        names = {name_of(stored.event) for stored in before} - {""}
        if any(stored.stream != stream for stored in before) or names - {command.name}:
            raise ConflictError(f"the key `{key}` stands for another act already; use a new one")
        events = tuple(stored.event for stored in before)
        last = max((event.version for event in events), default=0)
        history = self.store.load(stream)
        state = State(stream, self._case(stream, self.clock()).state.cycle)
        return Done(events, fold(state, (s.event for s in history if s.version <= last)))

    def _append(
        self, case: _Case, done: Done, texts: tuple[SealedText, ...], key: str | None
    ) -> None:
        kinds = kinds_of(case.view, case.state.stream.promisor)
        self.store.append(
            case.state.stream,
            case.state.version,
            done.events,
            texts=texts,
            pledge=pledge_row(done.state, kinds),
            key=key,
            recorded_at=datetime.now(UTC),
        )

    def _react(self, case: _Case, done: Done, today: date) -> None:
        Reactions(self.store, self._case, self._take_over).react(case, done, today)

    def _take_over(self, stream: StreamId, command: TakeOver, today: date) -> None:
        self._run(stream, ready(command), today=today, on=today)

    def _case(self, stream: StreamId, on: date) -> _Case:
        row = self._cycles.of(stream)
        policy = self._cycles.policy(row)
        directory = self.store.directory(stream.jurisdiction)
        view = directory.view(on)
        cycle = Cycle(row.cycle, row.starts, row.ordinal)
        stored = self.store.load(stream)
        if stored:
            blank = State(stream, cycle)
            state = fold(blank, (s.event for s in stored))
        else:
            state = begin(policy, stream, cycle, view)
        return _Case(policy, state, directory, view, row.closed)

    @property
    def _cycles(self) -> Cycles:
        return Cycles(self.store, self.catalogue, self._policies)

    def _facts(self, case: _Case, command: AnyCommand, today: date) -> Facts:
        queries = needed(case.policy, case.state, command)
        return Facts(
            today,
            case.directory.view(command.occurred_on),
            {query: self._answer(case, query) for query in queries},
        )

    def _answer(self, case: _Case, query: Query) -> Fact:
        """Who of those asked about has not yet taken the step: from the pledges' projection."""
        view = case.directory.view(query.on)
        asked = [
            person
            for person in case.directory.of_kinds(
                query.organization, query.kinds, query.on, posts=query.posts
            )
            if person != query.besides and _has_to_pledge(case.policy, view, person)
        ]
        rows = {
            row.stream.promisor: row
            for row in self.store.pledges(query.jurisdiction, query.cycle)
            if row.stream.venue == WORK
        }
        missing = tuple(p for p in asked if not _has_taken(rows.get(p), query))
        versions = (row.version for p, row in rows.items() if p in asked)
        return Fact(missing, "pledges", query.on, sum(versions))


def _has_to_pledge(policy: Policy, view: View, person: str) -> bool:
    track = policy.track_of(view, person)
    return track is not None and policy.document.tracks[track].pledges == "required"


def _has_taken(row: PledgeRow | None, query: Query) -> bool:
    first = row.first.get(query.means) if row is not None else None
    return first is not None and first <= query.on


@dataclass(frozen=True, slots=True)
class _Office:
    """What ballots need of an engine."""

    engine: Engine

    def case(self, stream: StreamId, on: date) -> _Case:
        """See `Office.case`."""
        return self.engine._case(stream, on)

    def may(self, case: _Case, asked: Asked) -> Verdict:
        """See `Office.may`: by what the actor could say in taking the step."""
        check_person(case.view, asked.actor, asked.on)
        offered = self.engine._offered(case, asked.actor, asked.on)
        about = (asked.do, case.state.root)
        if about not in offered.allowed:
            return worded(case.policy, case.state, offered[about])
        example = offered.example(*about)
        probe = replace(example, capacity=asked.capacity, entered_by=asked.entered_by)
        late = too_late(case, probe)
        if late is not None:
            return late
        facts = self.engine._facts(case, probe, asked.today)
        return explain(case.policy, case.state, probe, facts)

    def record(self, stream: StreamId, asked: Asked, key: str) -> Done:
        """See `Office.record`."""
        days = {"today": asked.today, "on": asked.on}
        return self.engine._run(stream, lambda case: made(case, asked), key=key, **days)

    def has_recorded(self, stream: StreamId, key: str) -> bool:
        """See `Office.has_recorded`."""
        return self.engine.store.done(stream.jurisdiction, key) is not None
