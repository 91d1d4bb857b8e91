"""A store to play in: in memory, and quick to copy, so that scenarios share their beginnings."""

from __future__ import annotations

from functools import lru_cache

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.domain.serialisation import decode
from pledgeflow.domain.snapshots import thaw
from pledgeflow.domain.states import State
from pledgeflow.storage.memory import MemoryStore

# A play reads its whole history at each step, and plays share histories: texts are read once.
_read = lru_cache(maxsize=20_000)(decode)
_thawed = lru_cache(maxsize=10_000)(thaw)


class Sandbox(MemoryStore):
    """A store that one play has to itself."""

    def fork(self) -> Sandbox:
        """A store with all that is in this one, which goes on by itself."""
        other = Sandbox()
        other._log = {stream: list(kept) for stream, kept in self._log.items()}
        other._texts, other._done = dict(self._texts), dict(self._done)
        other._pending, other._outbox = dict(self._pending), dict(self._outbox)
        other._states, other._versions = dict(self._states), dict(self._versions)
        other._pledges, other._cycles = dict(self._pledges), dict(self._cycles)
        other._due = dict(self._due)
        other._policies, other._directories = dict(self._policies), dict(self._directories)
        return other

    def _event(self, data: str) -> Event:
        return _read(data)

    def _state(self, stream: StreamId, frozen: str) -> State:
        return _thawed(stream, frozen)
