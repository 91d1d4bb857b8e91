"""What a store does, and the data that goes in and out; `memory` and `sql` implement it.

Words (names, free text) live beside the log and can be erased; the log holds digests of them and
is only ever appended to. Nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Event
from pledgeflow.domain.extracts import Directory
from pledgeflow.domain.states import State
from pledgeflow.errors import ConflictError, StorageError


class Head(NamedTuple):
    """Where a stream has come to: its last version, and the hash of the event there."""

    version: int
    hash: str


START = Head(0, "")
"""Where a stream is that has not begun."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was kept; versions count from 1 within a stream.

    hash: of the event with everything before it in the stream; see `domain.chain`
    """

    stream: StreamId
    version: int
    event: Event
    recorded_at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class SealedText:
    """Words, the salt they were sealed with, and the digest that stands for them in events."""

    digest: str
    salt: str
    words: str


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """What lists and ledgers show of a pledge: a projection of its stream up to `version`.

    kinds: the promisor's; since: when it entered `state`; first: what a step means -> the date on
    which the first such step was taken; items: `lifecycle/state` -> how many
    subjects below the pledge are in it
    """

    stream: StreamId
    track: str
    organization: str
    state: str
    version: int
    policy: str
    since: date
    kinds: frozenset[str] = frozenset()
    first: Mapping[str, date] = field(default_factory=dict)
    items: Mapping[str, int] = field(default_factory=dict)
    grade: str | None = None
    awards: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


Kind = Literal["timer", "duty"]


@dataclass(frozen=True, slots=True)
class DueRow:
    """What is to come in a stream: a projection, by the day on which somebody has to look at it.

    kind: `timer`, on the first day on which time may move something in the stream (of the first
    such timer only), or `duty`, on the day by which it has to be met; duty: its id; subject: what
    it is about; organization: where the stream belongs
    """

    stream: StreamId
    day: date
    kind: Kind
    organization: str = ""
    duty: str = ""
    subject: str = ""


NO_OTHERS: Mapping[StreamId, int] = {}


class Change(NamedTuple):
    """Everything that one command writes, in one transaction: events, and what follows from them.

    after: where the writer left the stream; recorded_at: with its time zone; state: the one after
    the events; pledge, due: what the projections come to (None: they stay as they are); key: makes
    it happen once in a jurisdiction; reads: versions of other streams that have to hold still;
    follows: something is still to follow elsewhere, until `settle` is told
    """

    stream: StreamId
    after: Head
    events: Sequence[Event]
    recorded_at: datetime
    state: State | None = None
    texts: Sequence[SealedText] = ()
    pledge: PledgeRow | None = None
    due: Sequence[DueRow] | None = None
    key: str | None = None
    reads: Mapping[StreamId, int] = NO_OTHERS
    follows: bool = False

    @property
    def upto(self) -> int:
        """The stream's version afterwards."""
        return self.after.version + len(self.events)

    def check(self) -> None:
        """What every store refuses before it writes: raises StorageError."""
        for version, event in enumerate(self.events, start=self.after.version + 1):
            if event.version != version:
                raise StorageError(
                    f"event {event.version} cannot follow version {version - 1} of `{self.stream}`"
                )
        for derived in (self.pledge, self.state):
            if derived is not None and (derived.stream, derived.version) != (
                self.stream,
                self.upto,
            ):
                raise StorageError(
                    f"the projection is not of `{self.stream}` at version {self.upto}"
                )
        check_due(self.stream, self.due or ())
        if not self.upto and (self.pledge is not None or self.due):
            raise StorageError(f"`{self.stream}` has not begun, and nothing follows from it")
        if self.recorded_at.tzinfo is None:
            raise StorageError("`recorded_at` needs a time zone")


class Span(NamedTuple):
    """The events of a stream that one command was: after which version, up to which."""

    stream: StreamId
    after: int
    upto: int


class CycleRow(NamedTuple):
    """One run of a policy in a jurisdiction. digest: of the policy; closed: the day it was."""

    jurisdiction: str
    cycle: str
    starts: date
    ordinal: int
    policy: str
    digest: str
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A resolved policy by its digest. body: canonical JSON text; engine: what resolved it."""

    digest: str
    name: str
    body: str
    engine: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A command that was judged: a row of the decision log. It holds no words that anybody wrote.

    version: of the stream, then; ruling: `permitted` or why not; reasons: rule, code and clauses of
    each
    """

    stream: StreamId
    version: int
    command: str
    actor: str
    capacity: str
    occurred_on: date
    ruling: str
    policy: str
    reasons: Sequence[Mapping[str, object]] = ()


class Glance(NamedTuple):
    """What is asked of a stream. known: where it stood when the reader last read it; key: one of
    which it has to be known whether it was used

    Events after `known` alone are read if the stream came by there; else the snapshot, and what
    came after that.
    """

    stream: StreamId
    known: Head = START
    key: str | None = None


class Reading(NamedTuple):
    """A stream as it stands, read at once with what judging in it needs.

    head: START if it has not begun; by: whether it came by what was known; state: else the last
    snapshot; events: those after the one or the other; cycle: the one it belongs to, if that was opened;
    span: what the key was used for, if one was asked about; directory: which version of it
    """

    head: Head
    by: bool
    state: State | None
    events: tuple[Event, ...]
    cycle: CycleRow | None
    span: Span | None
    directory: int


class EventStore(Directory, Protocol):
    """Keeps streams of events, and what stands beside them; safe to share between threads.

    Whatever cannot be done raises StorageError, and then nothing was written.
    """

    def append(self, change: Change) -> Head:
        """Write all of a change, or nothing; where the stream has come to.

        Raises ConflictError if the stream or one of those it reads is elsewhere, or its key was
        used before: ask `done`, read again.
        """

    def append_all(self, changes: Sequence[Change]) -> tuple[Head | ConflictError, ...]:
        """Write many changes in one transaction, one after the other; what became of each.

        One that conflicts is left out, as if it had not been among them.
        """

    def read(self, asked: Sequence[Glance]) -> list[Reading]:
        """How streams stand, each in turn, at one moment."""

    def log(self, judged: Sequence[Judged], *, at: datetime) -> None:
        """Keep how commands were judged. at: with its time zone"""

    def decisions(self, jurisdiction: str, cycle: str | None = None) -> Iterator[Judged]:
        """What the decision log has kept, the earliest first; of one cycle, or of all."""

    def pending(self, jurisdiction: str) -> list[Span]:
        """Changes of which something is still to follow."""

    def settle(self, stream: StreamId, upto: int) -> None:
        """Nothing is to follow any more from the events of a stream up to that version."""

    def done(self, jurisdiction: str, key: str) -> tuple[StoredEvent, ...] | None:
        """The events appended under `key` (perhaps none); None if it was never used."""

    def load(self, stream: StreamId) -> tuple[StoredEvent, ...]:
        """The events of a stream in their order; none if it does not exist."""

    def heads(self, jurisdiction: str, cycle: str | None = None) -> Mapping[StreamId, int]:
        """Each stream's last version, in the order of their ids; of one cycle, or of all."""

    def texts(self, jurisdiction: str, digests: Iterable[str]) -> Mapping[str, str]:
        """Digest -> words; those erased or unknown are left out."""

    def erase(
        self, jurisdiction: str, digests: Iterable[str], *, person: str | None = None
    ) -> bool:
        """Delete words and salts for good, and a person's names; the log stays as it is.

        Whether nothing of them lingers in the database's files: as long as somebody reads from
        before, something may, and then it has to be done again.
        """

    def pledge(self, stream: StreamId) -> PledgeRow | None:
        """The projection of one pledge, if it has one."""

    def pledges(
        self,
        jurisdiction: str,
        cycle: str | None = None,
        *,
        promisors: Collection[str] | None = None,
    ) -> list[PledgeRow]:
        """The projections of all pledges, in the order of their ids; of one cycle, or of all.

        promisors: only theirs
        """

    def put_due(self, stream: StreamId, version: int, due: Sequence[DueRow]) -> None:
        """Replace what is to come in a stream, if it is still at that version, and nothing else."""

    def renew(self, state: State, pledge: PledgeRow, due: Sequence[DueRow]) -> bool:
        """Replace all that is derived of a stream, if it is still where the state is; whether it is.

        Raises StorageError where the three are not of one stream and version.
        """

    def drop_due(self, jurisdiction: str, cycle: str, kind: Kind) -> None:
        """Let go of what is to come of one kind in a cycle, as when it is closed."""

    def due(
        self,
        jurisdiction: str,
        kind: Kind,
        until: date,
        *,
        cycle: str | None = None,
        organization: str | None = None,
    ) -> Iterator[DueRow]:
        """What is to come up to a day, the first first, then in the order of the streams' ids.

        cycle, organization: only of that one. Rows are read some at a time, as they are asked for,
        and each is given once, however many there are; nothing is held open in between.
        """

    def put_cycle(self, cycle: CycleRow, *, new: bool = False) -> None:
        """Keep a cycle, in place of what was kept of it before.

        new: raises ConflictError where it was kept before, or is not the next one any more.
        """

    def cycles(self, jurisdiction: str) -> tuple[CycleRow, ...]:
        """The jurisdiction's cycles, the earliest first."""

    def jurisdictions(self) -> tuple[str, ...]:
        """Every jurisdiction that has a cycle or a directory, sorted."""

    def put_policy(self, digest: str, name: str, body: str, engine: str) -> None:
        """Keep a resolved policy; the same one again changes nothing.

        Raises StorageError if another body is kept under the digest.
        """

    def policy(self, digest: str) -> PolicyRow | None:
        """The policy with that digest, if it is kept."""

    def put_directory(self, jurisdiction: str, directory: DirectoryData) -> None:
        """Keep a directory, in place of the jurisdiction's whole former one (names included)."""

    def extract(self, jurisdiction: str, ids: Collection[str]) -> DirectoryData:
        """What `around` tells of a day, of whichever day."""

    def directory(self, jurisdiction: str) -> DirectoryData:
        """The jurisdiction's directory; an empty one if none was kept."""


def check_derived(state: State, pledge: PledgeRow, due: Sequence[DueRow]) -> None:
    """Raises StorageError where projections are not of the state's stream and version."""
    if (pledge.stream, pledge.version) != (state.stream, state.version):
        raise StorageError(f"the projection is not of `{state.stream}` at version {state.version}")
    check_due(state.stream, due)


def check_new(cycle: CycleRow, others: Collection[str]) -> None:
    """Raises ConflictError where a cycle is not the one that comes after these."""
    if cycle.cycle in others or cycle.ordinal != len(others) + 1:
        raise ConflictError(
            f"`{cycle.jurisdiction}` has another cycle since; look at them and open it again"
        )


def check_due(stream: StreamId, due: Sequence[DueRow]) -> None:
    """Raises StorageError where what is to come is of another stream."""
    if any(row.stream != stream for row in due):
        raise StorageError(f"what is due is not all of `{stream}`")
