"""Worlds of the tests' policies, and a store that dies at a chosen moment in between."""

from __future__ import annotations

from collections.abc import Sequence

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError
from pledgeflow.storage.store import Change, Head
from pledgeflow.testing._simulation.living import World
from tests.dice import CATALOGUE


def world_of(name: str, store: Sandbox | None = None) -> World:
    """A new town under one of the tests' policies."""
    return World.of(CATALOGUE, name, store)


class Died(BaseException):
    """The process is gone."""


class Frail(Sandbox):
    """A store whose process dies once, so many moments from now. left: none while it lives on."""

    left: int | None = None

    def append_all(self, changes: Sequence[Change]) -> tuple[Head | ConflictError, ...]:
        """See `EventStore.append_all`; after it there is a moment."""
        answers = Sandbox.append_all(self, changes)
        self.pass_moment()
        return answers

    def settle(self, stream: StreamId, upto: int) -> None:
        """See `EventStore.settle`; before it there is a moment."""
        self.pass_moment()
        Sandbox.settle(self, stream, upto)

    def pass_moment(self) -> None:
        """Die, or come closer to it."""
        if self.left == 0:
            self.left = None
            raise Died
        self.left = self.left - 1 if self.left is not None else None
