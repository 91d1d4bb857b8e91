"""The engine: load, decide, append, react, retry on conflict. The one way in for a host.

It is the shell around the pure core: it reads the clock, salts texts, asks the directory and the
store, and hands `decide` everything as data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from pledgeflow.domain.commands import Begin, StreamId, TakeOver, Tick
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import (
    ConflictError,
    InvalidCommandError,
    PledgeflowError,
    RefusedError,
    UnfinishedError,
)
from pledgeflow.policy.judging.reacting import KEY as REACTION_KEY
from pledgeflow.policy.judging.reacting import Demand
from pledgeflow.service.ballots import KEY as BALLOT_KEY
from pledgeflow.service.ballots import Ballots
from pledgeflow.service.batching import Batching, Order, Ready
from pledgeflow.service.casework import Case as _Case
from pledgeflow.service.casework import Done, Made, Make, check_known, made, ready
from pledgeflow.service.changing import Attempt, Changing
from pledgeflow.service.erasing import Erasure, erasure
from pledgeflow.service.judged import judged
from pledgeflow.service.looking import Looking
from pledgeflow.service.migrating import KEY as MIGRATION_KEY
from pledgeflow.service.migrating import Migrating, Migration
from pledgeflow.service.office import EngineOffice
from pledgeflow.service.passing import Passing
from pledgeflow.service.reactions import Reactions, happened_on, may_follow
from pledgeflow.service.rebuilding import Deriving
from pledgeflow.service.remembering import NOTHING, Extracts
from pledgeflow.steps import Asked, Step, stream_id
from pledgeflow.storage.store import START, CycleRow, Head

if TYPE_CHECKING:
    from sqlalchemy import Connection

YEAR = "year"
PATIENCE = 100
"""So often is a stream worked out anew that somebody writes to meanwhile."""
OWN_KEYS = (BALLOT_KEY, REACTION_KEY, MIGRATION_KEY)
"""What the engine's own keys begin with; nobody else's do."""


@dataclass(slots=True)
class Engine(Looking):
    """Runs policies on a store; what it can be asked is said in `looking`."""

    # --- setting up -------------------------------------------------------------------------

    def put_directory(
        self, jurisdiction: str, directory: DirectoryData | Mapping[str, object]
    ) -> None:
        """Store people and organizations. A mapping is read as `DirectoryData.from_tree` does."""
        if not isinstance(directory, DirectoryData):
            directory = DirectoryData.from_tree(directory)
        self.store.put_directory(jurisdiction, directory)
        for row in self.store.cycles(jurisdiction):
            if row.closed is None:
                self._begin_years(row)

    def open_cycle(
        self, jurisdiction: str, policy: str, *, cycle: str, starts: date | None = None
    ) -> CycleRow:
        """Begin a cycle under a policy, as in force on its first day and pinned from then on.

        The first day is the policy's own in the year that `cycle` names, unless given.
        """
        row = self._cycles.open(jurisdiction, policy, cycle=cycle, starts=starts)
        self._begin_years(row)
        return row

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
        # What was still to follow from an act would come too late in a closed cycle.
        self.catch_up(jurisdiction)
        self.pass_time(jurisdiction, day, cycle=cycle)
        unfinished = self.unfinished(jurisdiction, cycle)
        if unfinished and not anyway:
            name = f"{jurisdiction}/{cycle}"
            raise UnfinishedError(name, tuple(str(row.stream) for row in unfinished))
        row = self._cycles.close(jurisdiction, cycle, day)
        self.store.drop_due(jurisdiction, cycle, "duty")
        return row

    def migrate(
        self,
        jurisdiction: str,
        cycle: str,
        migration: Migration,
        *,
        moment: tuple[str, date],
        told: Callable[[StreamId], object] = bool,
    ) -> tuple[StreamId, ...]:
        """Let a cycle and its streams in flight go over to another policy; which went over.

        moment: who orders it, on which day; told: is given each. What has gone over already is let
        be, so that it can be done again after a crash. Raises PledgeflowError, DirectoryError where
        it cannot be carried out. See `assurance.migrating` for whether the map can be gone by.
        """
        actor, on = moment
        row = self._cycles.named(jurisdiction, cycle)
        moving = Migrating(self.store, row, migration, moment, self.under(row))
        moving.check()
        check_known(self._directory, jurisdiction, (actor, None), on)
        # By the rules that it leaves, and with all that follows from it.
        self.catch_up(jurisdiction)
        self.pass_time(jurisdiction, on, cycle=cycle)
        moving.begin(self.store.put_cycle)
        gone: list[StreamId] = []
        for stream, make, key in moving.going():
            self._taken(stream, make, today=on, on=on, key=key)
            told(stream)
            gone.append(stream)
        return tuple(gone)

    def erase(self, jurisdiction: str, person: str) -> Erasure:
        """Delete a person's names from the store's directory, and all words of theirs, for good.

        Events, chains and proofs stay as they are: they hold ids and digests. What cannot be
        reached is said in docs/audit.md: copies elsewhere, and a host's own directory. Raises
        DirectoryError for somebody of whom nothing is known.
        """
        found = erasure(self.store, jurisdiction, person)
        gone = self.store.erase(jurisdiction, found.words, person=person)
        return replace(found, lingers=not gone)

    # --- acting -----------------------------------------------------------------------------

    def do(self, stream: StreamId | str, step: Step, *, key: str | None = None) -> Done:
        """Take a step in a pledge. key: the same key again returns the first result; never empty.

        Raises RefusedError with all reasons where the policy says no, InvalidCommandError or
        DirectoryError where the step or the key makes no sense; nothing is stored then.
        """
        order = self._ready(Order(stream, step, key))
        try:
            return self._alone(order)
        except RefusedError as error:
            self._log([(order, error)])
            raise

    def run(self, orders: Iterable[Order]) -> list[Done | PledgeflowError]:
        """Take many steps in one transaction: for each what was done, or the error of `do`.

        One that cannot be taken leaves the others be. What follows elsewhere follows afterwards.
        """
        asked: list[Ready | PledgeflowError] = []
        for order in orders:
            try:
                asked.append(self._ready(order))
            except PledgeflowError as error:
                asked.append(error)
        batching = Batching(
            self._streams, self._changing, self._case_of, self._alone, self._reacted
        )
        done = batching.run(asked)
        self._log(
            [
                (order, answer)
                for order, answer in zip(asked, done, strict=True)
                if isinstance(order, Ready) and isinstance(answer, RefusedError)
            ]
        )
        return done

    def _ready(self, order: Order) -> Ready:
        stream, step, key = order
        if key == "":
            # Forgotten keys would all be the same one, and every act after the first be lost.
            raise InvalidCommandError("?", ("the key is empty; leave it out if there is none",))
        if key is not None and key.startswith(OWN_KEYS):
            # Whoever used such a key first would keep a ballot's result, or what follows, out.
            raise InvalidCommandError(
                "?", (f"the key `{key}` is one of the engine's; use another",)
            )
        asked = Asked.of(step, self.clock())
        return Ready(
            stream_id(stream),
            lambda case: self._by_hand(case, self._filings.named(case, asked)),
            asked.today,
            asked.on,
            key,
            asked,
        )

    def _alone(self, order: Ready) -> Done:
        days = {"today": order.today, "on": order.on}
        return self._run(order.stream, order.make, key=order.key, **days)

    def _log(self, refused: Sequence[tuple[Ready, RefusedError]]) -> None:
        """Keep refusals with their rules in the decision log, if the deployer wants that."""
        if self.decisions == "refusals" and refused:
            known = self._streams.remembered
            rows = [
                judged(
                    order,
                    error.verdict,
                    known.get(order.stream, NOTHING).head.version,
                    self.policy(order.stream).digest,
                )
                for order, error in refused
            ]
            self.store.log(rows, at=datetime.now(UTC))

    def within(self, connection: Connection) -> Engine:
        """An engine inside a transaction that the host has begun, for as long as that is open.

        Each act is a savepoint; what was done is done if the host commits. It tries nothing again:
        ConflictError goes to the host, whose transaction may have read what is no longer so. On
        SQLite the host has to begin immediately (`BEGIN IMMEDIATE`).
        """
        store = import_module("pledgeflow.storage.joined").joined(self.store, connection)
        box = None if self._beside is self.box else self.box
        return replace(self, store=store, box=box, tries=1, _extracts=Extracts(), _beside=None)

    @property
    def ballots(self) -> Ballots:
        """The ballots that policies provide for: opened, voted in, closed, and recorded."""
        if self.box is None:
            self._beside = import_module("pledgeflow.ballots.sql").box_beside(self.store)
            self.box = self._beside
        return Ballots(self.box, EngineOffice(self), self.clock)

    def _by_hand(self, case: _Case, asked: Asked) -> Made:
        if any(rule.source.command == asked.do for rule in case.rules.ballots.values()):
            self.ballots.check_not_by_hand(case, asked.do)
        return made(case, asked)

    def tick(self, jurisdiction: str, on: date) -> int:
        """Let time pass to a day in every open pledge; how many timers and their effects fired.

        What was still to follow from an act when a process died follows now.
        """
        self.catch_up(jurisdiction)
        return sum(map(len, self.pass_time(jurisdiction, on).values()))

    def pass_time(
        self, jurisdiction: str, on: date, *, cycle: str | None = None
    ) -> Mapping[StreamId, tuple[Event, ...]]:
        """Let time pass as `tick` does, perhaps in one cycle: pledge -> what happened in it.

        Only pledges in which something may be due by then are read; it passes day by day, as if
        it had been told every day. In a closed cycle, it passes only for pledges from which
        something still follows.
        """
        return Passing(self.store, self._case, self._tick).to(jurisdiction, on, cycle)

    def _tick(self, stream: StreamId, on: date) -> Done:
        return self._run(stream, ready(Tick(on)), today=on, on=on)

    def _begin_years(self, row: CycleRow) -> None:
        """The cycle of every organization that the policy has rules for begins with the cycle."""
        policy = self._cycles.policy(row)
        if not any(track.aggregate == YEAR for track in policy.document.tracks.values()):
            return
        view = self._directory.members(row.jurisdiction, "", row.starts)
        streams = (
            StreamId(row.jurisdiction, row.cycle, organization, YEAR)
            for organization in view.organizations
            if policy.track_of(view, organization, YEAR) is not None
        )
        cases = [self._case(stream, row.starts) for stream in streams]
        # One that somebody else began meanwhile has begun, which is all that was wanted.
        begun = [
            self._changing.attempt(case, (Begin(row.starts), ()), row.starts, None).change
            for case in cases
            if case.head == START
        ]
        self._changing.write([change for change in begun if change is not None])

    def rebuild(self, jurisdiction: str, told: Callable[[StreamId], object] = bool) -> int:
        """Work out anew, from the log alone, all that is derived from it; of how many streams.

        Stream by stream, while others act: what is written is what follows from the events that are
        there by then. told: is given each stream. Raises ConflictError for one that never rests.
        """
        deriving = Deriving(self._directory, self.calendar)
        streams = self.store.heads(jurisdiction)
        for stream in streams:
            row = self._cycles.of(stream)
            for _ in range(PATIENCE):
                events = [stored.event for stored in self.store.load(stream)]
                if self.store.renew(*deriving.derived(row, self.under(row), stream, events)):
                    break
            else:
                raise ConflictError(f"`{stream}` is being written to all the time; try again")
            told(stream)
        return len(streams)

    # --- the loop behind all of them --------------------------------------------------------

    def _run(
        self, stream: StreamId, make: Make, *, today: date, on: date, key: str | None = None
    ) -> Done:
        return self._reacted(self._taken(stream, make, today=today, on=on, key=key), today)

    def _taken(
        self, stream: StreamId, make: Make, *, today: date, on: date, key: str | None = None
    ) -> Attempt:
        """What was done in a stream; nothing has followed from that elsewhere so far."""
        changing = self._changing
        for _ in range(self.tries):
            case = self._case(stream, on, key)
            attempt = changing.attempt(case, make(case), today, key)
            if attempt.change is None:
                return attempt
            (answer,) = changing.write([attempt.change])
            if isinstance(answer, Head):
                return attempt
        raise ConflictError(f"`{stream}` is being written to all the time; try again")

    @property
    def _changing(self) -> Changing:
        reading = (self.calendar, self._facts, self._policy_of)
        return Changing(self.store, self._streams, self._filings, *reading)

    def _reacted(self, attempt: Attempt, today: date, depth: int = 0) -> Done:
        """What was done, with everything that follows from it elsewhere done too."""
        case, done, change = attempt
        if not done.events:
            return done
        follows = may_follow(case, done) if change is None else change.follows
        if not follows and not case.rules.reactions:
            return done
        reactions = Reactions(self.store, self._case, self._take_over, self._give, depth)
        unmet = reactions.react(case, done, today) if follows else ()
        if follows and not any(each.waits for each in unmet):
            self.store.settle(done.state.stream, done.state.version)
        return done._replace(unmet=unmet, left=reactions.left(case, done, today))

    def _give(self, demand: Demand, today: date, depth: int) -> Done:
        """Give another stream what follows there; it has nothing to follow where no item is found."""

        def make(case: _Case) -> Made:
            command = demand.ready(case.state, case.rules)
            return (command if command is not None else Tick(today)), ()

        on = demand.command.occurred_on
        taken = self._taken(demand.stream, make, today=today, on=on, key=demand.key)
        return self._reacted(taken, today, depth)

    def catch_up(self, jurisdiction: str) -> int:
        """Give what was still to follow elsewhere when a process died; how many acts it was from."""
        pending = self.store.pending(jurisdiction)
        for stream, after, upto in pending:
            stored = self.store.load(stream)
            events = tuple(s.event for s in stored[after:upto])
            # As of its own day: what follows may not come too late for having been interrupted.
            today = happened_on(events) or self.clock()
            case = self._case(stream, today)
            before = State(stream, case.state.cycle)
            state = fold(before, (s.event for s in stored[:upto]))
            done = Done(events, state)
            begun = case if after else case._replace(state=before)
            self._reacted(Attempt(begun, done, None), today)
        return len(pending)

    def _take_over(self, stream: StreamId, command: TakeOver, today: date) -> None:
        self._run(stream, ready(command), today=today, on=today)
