"""What a store does, and the data that goes in and out; `memory` and `sql` implement it.

Words (names, free text) live beside the log and can be erased; the log holds digests of them and
is only ever appended to. Nothing here knows a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Event
from pledgeflow.domain.extracts import Directory
from pledgeflow.errors import ConflictError, StorageError


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was kept; versions count from 1 within a stream."""

    stream: StreamId
    version: int
    event: Event
    recorded_at: datetime


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


@dataclass(frozen=True, slots=True)
class Beginning:
    """A stream's first events with all that is kept beside them; see `EventStore.begin_all`."""

    stream: StreamId
    events: Sequence[Event]
    texts: Sequence[SealedText] = ()
    pledge: PledgeRow | None = None
    due: Sequence[DueRow] = ()


@dataclass(frozen=True, slots=True)
class CycleRow:
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


NOTHING_READ: Mapping[StreamId, int] = {}


class EventStore(Directory, Protocol):
    """Keeps streams of events, and what stands beside them; safe to share between threads.

    Whatever cannot be done raises StorageError, and then nothing was written.
    """

    def append(  # noqa: PLR0913 (all of it is one transaction)
        self,
        stream: StreamId,
        expected_version: int,
        events: Sequence[Event],
        *,
        texts: Sequence[SealedText] = (),
        pledge: PledgeRow | None = None,
        due: Sequence[DueRow] | None = None,
        key: str | None = None,
        reads: Mapping[StreamId, int] = NOTHING_READ,
        follows: bool = False,
        recorded_at: datetime,
    ) -> None:
        """Add events after `expected_version`, with their words and new projections, or nothing.

        due: what is to come in the stream, in place of all that was to come before (None: that
        stays); key: makes it happen once in a jurisdiction; reads: versions of other streams that
        have to hold still; follows: something is still to follow elsewhere, until `settle` is told;
        recorded_at: with its time zone. Raises ConflictError if the stream or one of `reads` is
        elsewhere, or `key` was used before: ask `done`, load again.
        """

    def begin_all(self, begun: Sequence[Beginning], *, recorded_at: datetime) -> None:
        """Begin many streams in one transaction, as so many calls of `append` would, or none.

        Raises ConflictError if any of them has begun.
        """

    def pending(self, jurisdiction: str) -> list[tuple[StreamId, int, int]]:
        """Appended events of which something is still to follow: stream, after which, up to which."""

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

    def erase(self, jurisdiction: str, digests: Iterable[str]) -> None:
        """Delete words and salts for good; the log stays as it is."""

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

    def put_cycle(self, cycle: CycleRow) -> None:
        """Keep a cycle, in place of what was kept of it before."""

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

    def directory(self, jurisdiction: str) -> DirectoryData:
        """The jurisdiction's directory; an empty one if none was kept."""


def check_append(  # noqa: PLR0913 (as `append`)
    stream: StreamId,
    expected_version: int,
    events: Sequence[Event],
    *,
    pledge: PledgeRow | None,
    due: Sequence[DueRow] | None,
    recorded_at: datetime,
) -> None:
    """What every store refuses before it writes: raises StorageError."""
    versions = [event.version for event in events]
    head = expected_version + len(versions)
    if versions != list(range(expected_version + 1, head + 1)):
        raise StorageError(f"events {versions} cannot follow version {expected_version}")
    if pledge is not None and (pledge.stream, pledge.version) != (stream, head):
        raise StorageError(f"the projection is not of `{stream}` at version {head}")
    check_due(stream, due or ())
    if recorded_at.tzinfo is None:
        raise StorageError("`recorded_at` needs a time zone")


def check_beginnings(begun: Sequence[Beginning], recorded_at: datetime) -> None:
    """What every store refuses before it begins streams: raises StorageError."""
    for one in begun:
        check_append(
            one.stream, 0, one.events, pledge=one.pledge, due=one.due, recorded_at=recorded_at
        )
    again = [stream for stream, n in Counter(one.stream for one in begun).items() if n > 1]
    if again:
        raise StorageError(f"`{again[0]}` is there twice")


def check_due(stream: StreamId, due: Sequence[DueRow]) -> None:
    """Raises StorageError where what is to come is of another stream."""
    if any(row.stream != stream for row in due):
        raise StorageError(f"what is due is not all of `{stream}`")


def check_head(stream: StreamId, expected_version: int, found: int) -> None:
    """Raises ConflictError if the stream is not where the writer left it."""
    if found != expected_version:
        raise ConflictError(
            f"`{stream}` is at version {found}, not {expected_version}; load it again"
        )


def used(key: str) -> ConflictError:
    """The error for a key that was used before."""
    return ConflictError(f"`{key}` was done before; ask for what was done then")
