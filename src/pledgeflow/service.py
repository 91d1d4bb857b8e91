"""The engine: load, decide, append, react, retry on conflict. The one way in for a host.

It is the shell around the pure core: it reads the clock, salts texts, asks the directory and the
store, and hands `decide` everything as data.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version

from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import begin, decide, explain, needed, permitted
from pledgeflow.domain.commands import (
    Annul,
    AnyCommand,
    Command,
    Correct,
    StreamId,
    TakeOver,
    Tick,
)
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Annulled, Corrected, Cycle, Event, Recorded, Signed
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Fact, Facts, Query
from pledgeflow.domain.people import WORK, View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text, seal
from pledgeflow.errors import (
    ConflictError,
    DirectoryError,
    InvalidCommandError,
    PledgeflowError,
    PolicyError,
    StorageError,
    Verdict,
)
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.guards.conditions import kinds_of
from pledgeflow.policy.judging.carrying import carried
from pledgeflow.policy.judging.intake import intake
from pledgeflow.steps import Asked, Step, stream_id
from pledgeflow.storage.projecting import pledge_row
from pledgeflow.storage.store import (
    CycleRow,
    EventStore,
    PledgeRow,
    SealedText,
    StoredEvent,
)

TRIES = 5
AMENDING = ("correct", "annul")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: the events, and the state after them."""

    events: tuple[Event, ...]
    state: State


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


@dataclass(slots=True)
class Engine:
    """Runs policies on a store. clock: today's date, for acts that name no day of entry."""

    store: EventStore
    catalogue: Catalogue = field(default_factory=Catalogue)
    clock: Callable[[], date] = _today
    _policies: dict[str, Policy] = field(default_factory=dict, repr=False)

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
        if not _speakable(cycle) or not _speakable(jurisdiction):
            raise PledgeflowError("jurisdictions and cycles are named without `/`, `@` or blanks")
        rows = self.store.cycles(jurisdiction)
        if any(row.cycle == cycle for row in rows):
            raise PledgeflowError(f"the cycle `{cycle}` of `{jurisdiction}` is already open")
        ordinal = len(rows) + 1
        first = starts if starts is not None else self._first_day(policy, cycle, ordinal)
        last = max((row.starts for row in rows), default=date.min)
        if type(first) is not date or first <= last:
            raise PledgeflowError(f"a cycle has to start after the last one, {last}; name the day")
        loaded = self.catalogue.load(policy, on=first, ordinal=ordinal)
        _check_in_force(loaded, first)
        self.store.put_policy(loaded.digest, loaded.name, loaded.body, version("pledgeflow"))
        row = CycleRow(
            jurisdiction=jurisdiction,
            cycle=cycle,
            starts=first,
            ordinal=ordinal,
            policy=policy,
            digest=loaded.digest,
            closed=None,
        )
        self.store.put_cycle(row)
        return row

    def _first_day(self, policy: str, cycle: str, ordinal: int) -> date:
        try:
            year = date(int(cycle), 1, 1)
        except ValueError:
            raise PledgeflowError(
                f"`{cycle}` names no year; say on which day the cycle starts"
            ) from None
        rules = self.catalogue.load(policy, on=year, ordinal=ordinal).document.cycle
        return rules.starts.within(year) if rules is not None else year

    # --- acting -----------------------------------------------------------------------------

    def do(self, stream: StreamId | str, step: Step, *, key: str | None = None) -> Done:
        """Take a step in a pledge. key: the same key again returns the first result.

        Raises RefusedError with all reasons where the policy says no, InvalidCommandError or
        DirectoryError where the step makes no sense; in any case nothing is stored then.
        """
        asked = Asked.of(step, self.clock())
        return self._run(
            stream_id(stream),
            lambda case: self._command(case, asked),
            today=asked.today,
            on=asked.on,
            key=key,
        )

    def explain(self, stream: StreamId | str, step: Step) -> Verdict:
        """What `do` would say, without doing it."""
        asked = Asked.of(step, self.clock())
        case = self._case(stream_id(stream), asked.on)
        command, _ = self._command(case, asked)
        return explain(case.policy, case.state, command, self._facts(case, command, asked.today))

    def permitted(
        self, stream: StreamId | str, actor: str, on: date
    ) -> Mapping[tuple[str, str], Verdict]:
        """What an actor may do on a day: (command, subject id) -> verdict."""
        case = self._case(stream_id(stream), on)
        rules = case.rules
        probes = [Command(name, actor, "", on) for name in rules.steps]
        queries = {q for probe in probes for q in needed(case.policy, case.state, probe)}
        elsewhere = {query: self._answer(case, query) for query in queries}
        facts = Facts(on, case.directory.view(on), elsewhere)
        return permitted(case.policy, case.state, actor, on, facts)

    def tick(self, jurisdiction: str, on: date) -> int:
        """Let time pass to a day in every open pledge; how many timers and their effects fired."""
        fired = 0
        for row in self.store.pledges(jurisdiction):
            fired += len(self._run(row.stream, _ready(Tick(on)), today=on, on=on).events)
        return fired

    # --- looking ----------------------------------------------------------------------------

    def state(self, stream: StreamId | str) -> State:
        """The state of a pledge; of one that has not begun, the state it would begin in."""
        return self._case(stream_id(stream), self.clock()).state

    def policy(self, stream: StreamId | str) -> Policy:
        """The policy that a pledge is judged by."""
        wanted = stream_id(stream)
        return self._policy(self._cycle(wanted))

    def history(self, stream: StreamId | str) -> tuple[StoredEvent, ...]:
        """Every event of a pledge, in order."""
        return self.store.load(stream_id(stream))

    def pledges(self, jurisdiction: str, cycle: str | None = None) -> list[PledgeRow]:
        """The pledges of a jurisdiction, in one cycle or in all."""
        return self.store.pledges(jurisdiction, cycle)

    # --- the loop behind all of them --------------------------------------------------------

    def _run(
        self, stream: StreamId, make: _Make, *, today: date, on: date, key: str | None = None
    ) -> Done:
        for _ in range(TRIES):
            case = self._case(stream, on)
            command, texts = make(case)
            if key is not None and (kept := self._kept(stream, command, key)) is not None:
                self._react(case, kept, today)
                return kept
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
        names = {_name_of(stored.event) for stored in before} - {""}
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
        """A carried item opens in the next cycle, and a pledge that begins takes up what waits."""
        stream = done.state.stream
        cycles = sorted(self.store.cycles(stream.jurisdiction), key=lambda row: row.starts)
        ids = [row.cycle for row in cycles]
        place = ids.index(stream.cycle)
        if case.state.version == 0 and place > 0:
            earlier = StreamId(stream.jurisdiction, ids[place - 1], stream.promisor, stream.venue)
            self._carry(earlier, stream, today)
        if place + 1 < len(ids):
            later = StreamId(stream.jurisdiction, ids[place + 1], stream.promisor, stream.venue)
            self._carry(stream, later, today)

    def _carry(self, source: StreamId, dest: StreamId, today: date) -> None:
        if not self.store.load(source) or not self.store.load(dest):
            return
        case = self._case(source, today)
        items = carried(case.policy, case.state)
        if items:
            self._run(dest, _ready(TakeOver(today, items)), today=today, on=today)

    def _case(self, stream: StreamId, on: date) -> _Case:
        row = self._cycle(stream)
        policy = self._policy(row)
        directory = self.store.directory(stream.jurisdiction)
        view = directory.view(on)
        cycle = Cycle(row.cycle, row.starts, row.ordinal)
        stored = self.store.load(stream)
        if stored:
            blank = State(stream, cycle)
            state = fold(blank, (s.event for s in stored))
        else:
            state = begin(policy, stream, cycle, view)
        return _Case(policy, state, directory, view)

    def _cycle(self, stream: StreamId) -> CycleRow:
        rows = self.store.cycles(stream.jurisdiction)
        for row in rows:
            if row.cycle == stream.cycle:
                return row
        known = ", ".join(f"`{row.cycle}`" for row in rows) or "none; open one first"
        raise PledgeflowError(
            f"`{stream.jurisdiction}` has no cycle `{stream.cycle}`; it has {known}"
        )

    def _policy(self, row: CycleRow) -> Policy:
        """The policy that the cycle was opened with, even if its file has changed or gone since."""
        if row.digest not in self._policies:
            self._policies[row.digest] = self._as_filed(row) or self._as_kept(row)
        return self._policies[row.digest]

    def _as_filed(self, row: CycleRow) -> Policy | None:
        try:
            loaded = self.catalogue.load(row.policy, on=row.starts, ordinal=row.ordinal)
        except PolicyError:
            return None
        return loaded if loaded.digest == row.digest else None

    def _as_kept(self, row: CycleRow) -> Policy:
        kept = self.store.policy(row.digest)
        if kept is None:
            raise StorageError(
                f"the rules of `{row.jurisdiction}/{row.cycle}` are not in the store"
            )
        return self.catalogue.rebuilt(row.policy, kept.body)

    def _command(self, case: _Case, asked: Asked) -> _Made:
        texts: list[SealedText] = []

        def sealed(words: str) -> Text:
            salt = secrets.token_hex(16)
            text = seal(words, salt)
            texts.append(SealedText(text.digest, salt, words))
            return text

        self._known(case, asked)
        if asked.do in AMENDING:
            return self._amending(case, asked, sealed), tuple(texts)
        fields = intake(case.rules, asked.do, asked.fields, sealed)
        command = Command(asked.do, asked.actor, asked.capacity, asked.on, fields, asked.entered_by)
        return command, tuple(texts)

    def _amending(
        self, case: _Case, asked: Asked, sealed: Callable[[str], Text]
    ) -> Correct | Annul:
        fields = dict(asked.fields)
        target = fields.pop("target", None)
        if type(target) is not int:
            raise InvalidCommandError(asked.do, ("`target` has to be the version of a record",))
        if asked.do == "annul":
            if fields:
                raise InvalidCommandError(asked.do, ("an annulment has no fields but `target`",))
            return Annul(target, asked.actor, asked.capacity, asked.on, asked.entered_by)
        record = case.state.record(target)
        typed = intake(case.rules, record.command, fields, sealed) if record is not None else {}
        return Correct(target, asked.actor, asked.capacity, asked.on, typed, asked.entered_by)

    def _known(self, case: _Case, asked: Asked) -> None:
        view = case.directory.view(asked.on)
        for person in (asked.actor, asked.entered_by):
            if person is not None and person not in view.persons:
                raise DirectoryError(f"nobody is called `{person}` in the directory on {asked.on}")
        named = case.rules.commands.get(asked.do)
        for key, spec in named.rules.fields.items() if named is not None else ():
            known = {"person": view.persons, "organization": view.organizations}.get(spec.type)
            given = asked.fields.get(key)
            if known is not None and isinstance(given, str) and given not in known:
                raise DirectoryError(
                    f"`{key}`: no {spec.type} is called `{given}` in the directory"
                )

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
class _Case:
    """One pledge as it stands, with everything needed to judge it. view: as of the day asked."""

    policy: Policy
    state: State
    directory: DirectoryData
    view: View

    @property
    def rules(self) -> Ruleset:
        return self.policy.tracks[self.state.track]


LONGEST_ID = 200


def _speakable(name: object) -> bool:
    """Whether a name can stand in `jurisdiction/cycle/promisor`."""
    fits = isinstance(name, str) and 0 < len(name) <= LONGEST_ID and name.isprintable()
    return fits and not set(str(name)) & set("/@ ")


def _check_in_force(policy: Policy, first: date) -> None:
    document = policy.document
    if document.abstract:
        raise PledgeflowError(f"`{policy.name}` is only for others to extend; open one that does")
    effective = document.effective
    if effective is None:
        return
    if first < effective.from_ or (effective.until is not None and first > effective.until):
        until = f" to {effective.until}" if effective.until else ""
        span = f"{effective.from_}{until}"
        raise PledgeflowError(f"`{policy.name}` is in force from {span}, and not on {first}")


def _name_of(event: Event) -> str:
    """The command an event records; "" for what only follows from one."""
    match event:
        case Recorded() | Signed():
            return event.command
        case Corrected():
            return "correct"
        case Annulled():
            return "annul"
        case _:
            return ""


_Made = tuple[AnyCommand, tuple[SealedText, ...]]
_Make = Callable[[_Case], _Made]
"""A command is made anew for each try: what it means may depend on where the pledge stands."""


def _ready(command: AnyCommand) -> _Make:
    return lambda _: (command, ())
