"""Streams as they stood when they were last read, so that only what came after is read again.

What is remembered is never trusted for where a stream stands: the store is asked each time, and a
change is only written at the version it was decided at.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.states import State
from pledgeflow.storage.store import START, Head, PledgeRow

SIZE = 2048
"""So many streams are remembered: the last ones that were asked about."""


class Known(NamedTuple):
    """A stream as it stood. row: its projection, if that is known too."""

    head: Head
    state: State | None = None
    row: PledgeRow | None = None


NOTHING = Known(START)


class Remembered:
    """Safe between threads."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._known: OrderedDict[StreamId, Known] = OrderedDict()
        self._lock = Lock()

    def get(self, stream: StreamId) -> Known:
        """What is known of a stream; NOTHING if it is not remembered."""
        with self._lock:
            known = self._known.get(stream)
            if known is None:
                return NOTHING
            self._known.move_to_end(stream)
            return known

    def put(self, stream: StreamId, known: Known) -> None:
        """Remember how a stream stands; the one that was longest not asked about is forgotten."""
        with self._lock:
            self._known[stream] = known
            self._known.move_to_end(stream)
            if len(self._known) > self._size:
                self._known.popitem(last=False)

    def forget(self, stream: StreamId) -> None:
        """Let go of a stream that is not as it was remembered."""
        with self._lock:
            self._known.pop(stream, None)
