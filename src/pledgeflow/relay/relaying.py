"""The relay: whose turn it is, and what came of it. Streams take turns, so that none holds up others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError, DeliveryError, StorageError
from pledgeflow.relay.cloudevents import SOURCE, CloudEvent, cloud_event
from pledgeflow.relay.outbox import Claim, Outbox
from pledgeflow.relay.pacing import Pace
from pledgeflow.storage.store import StoredEvent

BURST = 50
"""So many events of a stream are handed on before the next stream has its turn."""
IDLE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of a stream's turn. why: it failed, if it did; again: not before then."""

    stream: StreamId
    handed: int
    why: str = ""
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of going through everything once. waiting: stream -> why it waits."""

    handed: int
    waiting: Mapping[StreamId, str]


@dataclass(slots=True)
class Relay:
    """Hands on what is in an outbox; several may do so at once, each with a name of its own.

    deliver: returns once an event was received, and raises otherwise (DeliveryError says more); it
    may get the same event again; clock: with its time zone; chance: a number from 0 to 1, another
    one each time; lease: how long a stream is this relay's, which has to be longer than `deliver`
    takes at most, and than the clocks of several relays differ; source: see `cloud_event`; tell: is
    told of every turn, and in `run` of a database that fails meanwhile
    """

    outbox: Outbox
    deliver: Callable[[CloudEvent], None]
    name: str
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    pace: Pace = field(default_factory=Pace)
    lease: timedelta = timedelta(minutes=2)
    source: str = SOURCE
    tell: Callable[[Turn | StorageError], None] = lambda _: None
    _last: StreamId | None = field(default=None, init=False)
    _misses: int = field(default=0, init=False)
    _rests: datetime | None = field(default=None, init=False)
    _stop: Flag = field(default_factory=Flag, init=False)

    def turn(self, now: datetime | None = None) -> Turn | None:
        """One stream's turn; None if nothing can be handed on as of now.

        Where the receiver cannot be reached at all, that is held against no stream: all of it
        rests for a while.
        """
        asked = now if now is not None else self.clock()
        if self._rests is not None and asked < self._rests:
            return None
        claim = self.outbox.claim(self.name, asked, self.clock() + self.lease, self._last)
        if claim is None:
            return None
        self._last = claim.stream
        turn = self._handed(claim)
        self.tell(turn)
        return turn

    def once(self) -> Result:
        """Everything that can be handed on now; each stream that fails is tried once."""
        now, handed, waiting = self.clock(), 0, dict[StreamId, str]()
        while (turn := self.turn(now)) is not None:
            handed += turn.handed
            if turn.why:
                waiting[turn.stream] = turn.why
            else:
                waiting.pop(turn.stream, None)
            if self._rests is not None:
                break
        return Result(handed, waiting)

    def run(self, stop: Flag, idle: timedelta = IDLE) -> None:
        """Hand on whatever comes until `stop` is set. idle: how soon to look again after nothing."""
        self._stop = stop
        while not stop.is_set():
            try:
                rests = self.turn() is None
            except ConflictError:
                continue
            except StorageError as error:
                # It comes back, and so do the events: those that were received meanwhile too.
                self.tell(error)
                rests = True
            if rests:
                stop.wait(idle.total_seconds())

    def _handed(self, claim: Claim) -> Turn:
        handed, received = 0, 0
        try:
            for stored in self.outbox.pending(claim.stream, BURST):
                if self._stop.is_set() or self.clock() + self.lease / 2 > claim.until:
                    break  # the rest has another turn, before the stream is somebody else's
                self._deliver(stored)
                handed, received = handed + 1, stored.version
        except DeliveryError as error:
            return self._failed(claim, handed, received, error)
        except BaseException:
            self.outbox.release(claim, received)
            raise
        self.outbox.release(claim, received)
        return Turn(claim.stream, handed)

    def _deliver(self, stored: StoredEvent) -> None:
        try:
            self.deliver(cloud_event(stored, self.source))
        except DeliveryError:
            raise
        except Exception as error:
            # Whatever the host's own function raises: it was not received, and comes again.
            raise DeliveryError(str(error) or "the receiver failed") from error
        self._reached()

    def _reached(self) -> None:
        self._misses, self._rests = 0, None

    def _failed(self, claim: Claim, handed: int, received: int, error: DeliveryError) -> Turn:
        now = self.clock()
        if error.unreachable:
            self._misses += 1
            self._rests = again = now + self.pace.wait(self._misses, self.chance())
            waits = now if claim.tries else None
            self.outbox.release(claim, received, again=waits, tries=claim.tries)
            return Turn(claim.stream, handed, error.why, again)
        self._reached()
        tries = 1 if handed else claim.tries + 1
        wait = self.pace.wait(tries, self.chance())
        if error.refused:
            wait = self.pace.longest
        elif error.after is not None:
            wait = max(wait, self.pace.bounded(error.after))
        again = now + wait
        self.outbox.release(claim, received, again=again, tries=tries)
        return Turn(claim.stream, handed, error.why, again)
