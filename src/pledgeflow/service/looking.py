"""What a host may look at: how streams stand, what is owed, what lists and shares say; and what could
be done. Nothing here writes; `engine` acts on the same ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Literal

from pledgeflow.ballots.box import BallotBox
from pledgeflow.ballots.memory import MemoryBox
from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import begin, explain, permitted, sought
from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import (
    PLEDGE,
    AnyCommand,
    StreamId,
)
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.evolution import as_of, fold
from pledgeflow.domain.extracts import Directory
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.policy.measuring.measured import Measured
from pledgeflow.service.awards import Selection, Selections
from pledgeflow.service.calendars import Announced
from pledgeflow.service.casework import Case as _Case
from pledgeflow.service.casework import (
    check_known,
    check_person,
    made,
    still_open,
    too_late,
)
from pledgeflow.service.cycles import Cycles
from pledgeflow.service.duties import Due, Duties, Wanted
from pledgeflow.service.erasing import Erasure, erasure
from pledgeflow.service.fetching import Fetching
from pledgeflow.service.filings import Filing, Filings
from pledgeflow.service.indicating import ALL, By, Gauge, Scope
from pledgeflow.service.ledgers import LedgerRow, Overview, Standing, Under
from pledgeflow.service.remembering import DirectoryAt, Extracts, Stood, Streams
from pledgeflow.steps import Asked, Step, stream_id
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import CycleRow, EventStore, PledgeRow, StoredEvent

TRIES = 5


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


@dataclass(slots=True)
class Looking:
    """A store to look into, with the policies that its cycles run by.

    clock: today's date, for acts that name no day of entry; calendar: which days are working days;
    directory: a host's own, asked instead of the one in the store; box: where ballots are held, if
    not beside the store; tries: how often an act is decided anew where somebody else was first;
    decisions: what the decision log keeps
    """

    store: EventStore
    catalogue: Catalogue = field(default_factory=Catalogue)
    clock: Callable[[], date] = _today
    calendar: Calendar = field(default_factory=Announced)
    directory: Directory | None = None
    box: BallotBox | None = None
    tries: int = TRIES
    decisions: Literal["nothing", "refusals"] = "refusals"
    _policies: dict[str, Policy] = field(default_factory=dict, repr=False)
    _beside: BallotBox | None = field(default=None, repr=False)
    _streams: Streams = field(init=False, repr=False)
    _extracts: Extracts = field(default_factory=Extracts, repr=False)

    def __post_init__(self) -> None:
        self._streams = Streams(self.store)
        if self.box is None and isinstance(self.store, MemoryStore):
            self.box = MemoryBox()

    def explain(self, stream: StreamId | str, step: Step) -> Verdict:
        """What `do` would say, without doing it."""
        asked = Asked.of(step, self.clock())
        case = self._case(stream_id(stream), asked.on)
        command, _ = made(case, self._filings.named(case, asked))
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
        check_person(case, case.around(on, actor), actor, on)
        offered = self._offered(case, actor, on)
        return offered if case.closed is None else still_open(case, offered, actor, on)

    def state(self, stream: StreamId | str) -> State:
        """The state of a pledge; of one that has not begun, the state it would begin in."""
        return self._case(stream_id(stream), self.clock()).state

    def policy(self, stream: StreamId | str) -> Policy:
        """The policy that a pledge is judged by."""
        return self._policy_of(self._state(stream_id(stream)))

    def cycle_policy(self, jurisdiction: str, cycle: str) -> Policy:
        """The policy that a cycle runs by."""
        return self._cycles.policy(self._cycles.named(jurisdiction, cycle))

    def history(self, stream: StreamId | str) -> tuple[StoredEvent, ...]:
        """Every event of a pledge, in order."""
        return self.store.load(stream_id(stream))

    def streams(self, jurisdiction: str, cycle: str | None = None) -> list[PledgeRow]:
        """The pledges of a jurisdiction, organizations' years, selections and filings."""
        return self.store.pledges(jurisdiction, cycle)

    def pledges(self, jurisdiction: str, cycle: str | None = None) -> list[PledgeRow]:
        """The pledges of a jurisdiction, in one cycle or in all."""
        rows = self.store.pledges(jurisdiction, cycle)
        return [row for row in rows if row.stream.aggregate == PLEDGE]

    def cycle(self, jurisdiction: str, cycle: str) -> CycleRow:
        """A cycle by its name. Raises PledgeflowError if it was never opened."""
        return self._cycles.named(jurisdiction, cycle)

    def under(self, row: CycleRow) -> Under:
        """The policies of a cycle: its own under "", those of its streams by their digests."""
        return lambda digest: self._cycles.under(digest, row)

    def unfinished(self, jurisdiction: str, cycle: str) -> list[PledgeRow]:
        """The pledges of a cycle that have not come to their end."""
        of, rows = self._cycles.named(jurisdiction, cycle), self.pledges(jurisdiction, cycle)
        rules = ((row, self._cycles.under(row.policy, of).tracks[row.track]) for row in rows)
        return [row for row, r in rules if row.state not in r.lifecycles[r.root].final]

    def erasure(self, jurisdiction: str, person: str) -> Erasure:
        """What `erase` would delete of a person.

        Raises DirectoryError for somebody of whom nothing is known.
        """
        return erasure(self.store, jurisdiction, person)

    def ledger(  # noqa: PLR0913 (each narrows it down)
        self,
        jurisdiction: str,
        name: str,
        *,
        cycle: str,
        organization: str | None = None,
        promisor: str | None = None,
        on: date | None = None,
    ) -> Iterator[LedgerRow]:
        """The rows of a ledger, by pledge and in the order of its events; as of a day, today's.

        organization: only of it and of those below it. Raises PledgeflowError where the cycle is
        not open or its policy has no such ledger, DirectoryError for an unknown organization or
        promisor.
        """
        overview = self._overview(jurisdiction, cycle, on)
        return overview.ledger(name, organization=organization, promisor=promisor)

    def people(
        self,
        jurisdiction: str,
        cycle: str,
        *,
        organization: str | None = None,
        on: date | None = None,
    ) -> Iterator[Standing]:
        """Who has pledged, who is missing and who need not, each once for each venue.

        organization: only of it and of those below it. Raises PledgeflowError where the policy
        does not say what counts as having pledged, DirectoryError for an unknown organization.
        """
        return self._overview(jurisdiction, cycle, on).people(organization=organization)

    def indicators(  # noqa: PLR0913 (each narrows it down)
        self,
        jurisdiction: str,
        cycle: str,
        *,
        organization: str | None = None,
        subtree: bool = False,
        promisor: str | None = None,
        on: date | None = None,
    ) -> Mapping[str, Measured]:
        """The indicators of a cycle: id -> what was counted, as of a day (today's, unless named).

        organization: of those who pledge there, with `subtree` also of those below it; promisor:
        of one alone, what is put into an appraisal. A policy without indicators has none.
        """
        scope = Scope(organization, subtree, promisor)
        return self._gauge(jurisdiction, cycle, on).measure(scope)[ALL]

    def indicators_by(  # noqa: PLR0913 (each narrows it down)
        self,
        jurisdiction: str,
        cycle: str,
        by: By,
        *,
        organization: str | None = None,
        subtree: bool = False,
        on: date | None = None,
    ) -> Mapping[str, Mapping[str, Measured]]:
        """The same for each organization or promisor: its id -> indicators.

        Whoever the directory has in no organization is under "".
        """
        scope = Scope(organization, subtree)
        return self._gauge(jurisdiction, cycle, on).measure(scope, by)

    def selections(
        self,
        jurisdiction: str,
        cycle: str,
        *,
        organization: str | None = None,
        on: date | None = None,
    ) -> Iterator[Selection]:
        """The selections of awards that have begun, level by level, the lowest first.

        organization: of this one and those below it; on: as they stood on that day, with what has
        been entered since about it. Raises DirectoryError for an unknown organization.
        """
        row, day = self._cycles.named(jurisdiction, cycle), on if on is not None else self.clock()
        view = self._directory.members(jurisdiction, "", day)
        state = self._state if on is None else partial(self._state_on, on)
        return Selections(self.store, row, self.under(row), view, state).listed(organization)

    def filings(self, jurisdiction: str, organization: str | None = None) -> Iterator[Filing]:
        """Every policy that organizations of a jurisdiction have filed, in whichever cycle.

        Raises DirectoryError for an organization that has filed none and is not known.
        """
        found = False
        for filing in self._filings.all(jurisdiction, organization):
            found = True
            yield filing
        if not found:
            check_known(self._directory, jurisdiction, (None, organization), self.clock())

    def in_force(
        self, jurisdiction: str, on: date, organization: str | None = None
    ) -> Mapping[str, Filing]:
        """Organization -> the filed policy in force there on a day: one, or none, in each.

        Raises DirectoryError for an organization that has none and is not known on that day.
        """
        found = self._filings.in_force(jurisdiction, on, organization)
        if not found:
            check_known(self._directory, jurisdiction, (None, organization), on)
        return found

    def identify(self, policy: str, *, on: date, ordinal: int = 1) -> str:
        """The name and digest of a policy, by name or by path, as of a day: `name@digest`.

        This engine takes it from then on where a step names a policy; from outside a step names
        one of the catalogue, and never a path. Raises PolicyError where it cannot be loaded.
        """
        return self._filings.identify(policy, on=on, ordinal=ordinal)

    def duties(  # noqa: PLR0913 (each narrows what is listed)
        self,
        jurisdiction: str,
        *,
        actor: str | None = None,
        organization: str | None = None,
        cycle: str | None = None,
        until: date,
        today: date | None = None,
    ) -> Iterator[Due]:
        """What is owed and not met, overdue or due by a day, stream by stream as it is found:
        those first in which something is due first, where today is no day in the past.

        actor: only what this person owes, or has taken over overdue; organization: only in streams
        that belong to it; who owes what is the directory's answer as of the due date, or of today
        before that.
        Raises PledgeflowError for a cycle that was never opened, DirectoryError for somebody who
        owes nothing and is not known on that day, CalendarError where working days are asked about
        that nobody has announced.
        """
        if cycle is not None:
            self._cycles.named(jurisdiction, cycle)
        day = today if today is not None else self.clock()
        wanted = Wanted(jurisdiction, cycle, organization)
        closed = (row.closed for row in self.store.cycles(jurisdiction))
        past = day < max((self.clock(), *(on for on in closed if on is not None)))
        known = False
        for due in self._duties.pending(wanted, until=until, today=day, as_it_was=past):
            if actor is not None and actor not in due.concerned:
                continue
            if organization in (None, due.organization):
                known = True
                yield due
        if not known:
            check_known(self._directory, jurisdiction, (actor, organization), day)

    def duties_of(
        self, stream: StreamId | str, *, until: date, today: date | None = None
    ) -> tuple[Due, ...]:
        """Every instance of every duty in one stream, those that were met or missed too."""
        day = today if today is not None else self.clock()
        return tuple(self._duties.all(stream_id(stream), until=until, today=day))

    # --- on what all of it stands ---------------------------------------------------------------

    def _offered(self, case: _Case, actor: str, on: date) -> Permissions:
        fetching = Fetching(self.store, self.calendar, self._seen)
        queries = sought(case.policy, case.state, actor, on)
        elsewhere = {query: fetching.answer(case, query) for query in queries}
        facts = Facts(on, case.around(on, actor), elsewhere, self.calendar)
        return permitted(case.policy, case.state, actor, on, facts)

    def _gauge(self, jurisdiction: str, cycle: str, on: date | None) -> Gauge:
        row, day = self._cycles.named(jurisdiction, cycle), on if on is not None else self.clock()
        under = self.under(row)
        return Gauge(self.store, row, under, self._directory, day, self._state, self.calendar)

    def _overview(self, jurisdiction: str, cycle: str, on: date | None) -> Overview:
        row, day = self._cycles.named(jurisdiction, cycle), on if on is not None else self.clock()
        view = self._directory.members(jurisdiction, "", day)
        return Overview(self.store, row, self.under(row), view, day, self._state)

    def _policy_of(self, state: State) -> Policy:
        return self._cycles.under(state.policy, self._cycles.of(state.stream))

    def _state_on(self, day: date, stream: StreamId) -> State:
        """A stream as it stood on a day; it had no version before it began."""
        row = self._cycles.of(stream)
        blank = State(stream, Cycle(row.cycle, row.starts, row.ordinal))
        return fold(blank, as_of((kept.event for kept in self.store.load(stream)), day))

    def _state(self, stream: StreamId) -> State:
        stood = self._streams.read(stream)
        row = stood.reading.cycle or self._cycles.of(stream)
        return stood.state or State(stream, Cycle(row.cycle, row.starts, row.ordinal))

    def _case(self, stream: StreamId, on: date, key: str | None = None) -> _Case:
        return self._case_of(stream, self._streams.read(stream, key), on)

    def _case_of(self, stream: StreamId, stood: Stood, on: date) -> _Case:
        reading, state, projected = stood
        row = reading.cycle or self._cycles.of(stream)
        directory = self._known_directory(reading.directory)
        policy = self._cycles.under(state.policy if state is not None else row.digest, row)
        if state is None:
            view = directory.around(stream.jurisdiction, (stream.promisor,), on)
            state = begin(policy, stream, Cycle(row.cycle, row.starts, row.ordinal), view)
        return _Case(
            policy, state, directory, on, row.closed, reading.head, projected, reading.span
        )

    def _known_directory(self, version: int) -> Directory:
        return self.directory or DirectoryAt(self.store, version, self._extracts)

    def _seen(self, stream: StreamId) -> State | None:
        return self._streams.read(stream).state

    @property
    def _duties(self) -> Duties:
        return Duties(self.store, self._case, self.calendar)

    @property
    def _cycles(self) -> Cycles:
        return Cycles(self.store, self.catalogue, self._policies)

    @property
    def _filings(self) -> Filings:
        return Filings(self.store, self.catalogue, self._policies, self._ruled)

    def _ruled(self, stream: StreamId) -> tuple[Ruleset, State]:
        state = self._state(stream)
        return self.policy(stream).tracks[state.track], state

    @property
    def _directory(self) -> Directory:
        return self.directory if self.directory is not None else self.store

    def _facts(self, case: _Case, command: AnyCommand, today: date) -> Facts:
        return Fetching(self.store, self.calendar, self._seen).facts(case, command, today)
