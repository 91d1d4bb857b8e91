"""From a command to what is written of it: decided, and put together as one change. Beneath `engine`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from pledgeflow.decision import decide
from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import Annul, AnyCommand, Command, Correct, Migrate, Tick
from pledgeflow.domain.events import Event, Migrated
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State
from pledgeflow.errors import ConflictError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.conditions import kinds_of
from pledgeflow.service.casework import Case, Done, Made, check_open, name_of
from pledgeflow.service.fetching import rested_on
from pledgeflow.service.filings import Filings
from pledgeflow.service.passing import schedule, unmoved
from pledgeflow.service.reactions import may_follow
from pledgeflow.service.remembering import NOTHING, Known, Streams
from pledgeflow.service.repeating import digests_in, repeats
from pledgeflow.storage.projecting import projected
from pledgeflow.storage.store import Change, DueRow, EventStore, Head


class Attempt(NamedTuple):
    """What a command comes to, where a stream stands. change: nothing if there is none to write."""

    case: Case
    done: Done
    change: Change | None


class Changing(NamedTuple):
    """facts: everything that judging a command on a day will read; under: a stream's policy"""

    store: EventStore
    streams: Streams
    filings: Filings
    calendar: Calendar
    facts: Callable[[Case, AnyCommand, date], Facts]
    under: Callable[[State], Policy]

    def attempt(self, case: Case, made: Made, today: date, key: str | None) -> Attempt:
        """Decide a command. key: where it was used already, what it stands for is found again.

        Raises RefusedError, or ConflictError for a key that stands for another act.
        """
        command, texts = made
        if key is not None and case.span is not None:
            return Attempt(case, self._kept(case, made, key), None)
        check_open(case, command)
        facts = self.facts(case, command, today)
        events = decide(case.policy, case.state, command, facts)
        passed = command.occurred_on if isinstance(command, Tick) else None
        if not events:
            if passed is not None:
                due = schedule(case, case.state, self.calendar, passed)
                self.store.put_due(case.state.stream, case.state.version, due)
            return Attempt(case, Done((), case.state), None)
        done = Done(events, fold(case.state, events))
        if done.state.policy != case.policy.digest:
            # it has gone over to other rules: what is to come in it is to come by those
            case = case._replace(policy=self.under(done.state))
        stream = case.state.stream
        change = Change(
            stream,
            case.head,
            events,
            datetime.now(UTC),
            state=done.state,
            texts=texts,
            pledge=projected(case.row, events, done.state, kinds_of(facts.view, stream.promisor)),
            due=self._due(case, done, passed),
            key=key,
            reads=rested_on(facts, stream),
            follows=not isinstance(command, Migrate) and may_follow(case, done),
        )
        return Attempt(case, done, change)

    def write(self, changes: Sequence[Change]) -> tuple[Head | ConflictError, ...]:
        """Write changes in one transaction; what became of each."""
        for change in changes:
            self.filings.retain(change.events)
        answers = self.store.append_all(changes)
        remembered = self.streams.remembered
        for change, answer in zip(changes, answers, strict=True):
            if isinstance(answer, Head) and change.state is not None:
                row = change.pledge or remembered.get(change.stream, NOTHING).row
                remembered.put(change.stream, Known(answer, change.state, row))
        return answers

    def _due(self, case: Case, done: Done, passed: date | None) -> tuple[DueRow, ...] | None:
        if passed is None and unmoved(case, done.state, done.events):
            return None
        return schedule(case, done.state, self.calendar, passed)

    def _kept(self, case: Case, made: Made, key: str) -> Done:
        """What the key stands for already; it stands for one act in one pledge, and no other."""
        stream = case.state.stream
        before = self.store.done(stream.jurisdiction, key) or ()
        events = tuple(stored.event for stored in before)
        elsewhere = case.span is not None and case.span.stream != stream
        if elsewhere or not self._same(stream.jurisdiction, made, events):
            raise ConflictError(f"the key `{key}` stands for another act already; use a new one")
        last = max((event.version for event in events), default=0)
        history = self.store.load(stream)
        state = State(stream, case.state.cycle)
        return Done(events, fold(state, (s.event for s in history if s.version <= last)))

    def _same(self, jurisdiction: str, made: Made, events: tuple[Event, ...]) -> bool:
        """Whether a command is the one that brought about events; words that were erased fit any."""
        command, texts = made
        if isinstance(command, Migrate):
            return any(isinstance(e, Migrated) and e.policy == command.to for e in events)
        acts = [event for event in events if name_of(event)]
        if any(name_of(act) != command.name for act in acts):
            return False
        if not isinstance(command, Command | Correct | Annul):
            return True
        if isinstance(command, Command) and command.because is not None:
            return True  # what follows says what the streams say, which may have gone on since
        kept = self.store.texts(jurisdiction, digests_in(acts))
        asked = {text.digest: text.words for text in texts}
        return all(repeats(command, act, asked, kept) for act in acts)
