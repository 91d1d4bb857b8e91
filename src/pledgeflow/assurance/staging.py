"""A play on its way: an engine on a store of its own, in which steps are taken one by one."""

from __future__ import annotations

from dataclasses import dataclass

from pledgeflow.assurance.acts import TICK, Act
from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import PledgeflowError
from pledgeflow.service import Done, Engine

JURISDICTION = "sample"


class StoppedError(PledgeflowError):
    """A play that cannot go on; says where and why."""


@dataclass(slots=True)
class Scene:
    """A play on its way. opened: the cycles there are, in the order in which they were opened."""

    engine: Engine
    subject: str
    opened: tuple[str, ...] = ()

    def fork(self) -> Scene:
        store = self.engine.store
        copy = store.fork() if isinstance(store, Sandbox) else store
        return Scene(Engine(copy, catalogue=self.engine.catalogue), self.subject, self.opened)

    def open(self, cycle: str) -> None:
        """Open a cycle unless it is open."""
        if cycle not in self.opened:
            if self.opened and cycle < self.opened[-1]:
                raise StoppedError(f"the cycle {cycle} cannot open after {self.opened[-1]}")
            self.engine.open_cycle(JURISDICTION, self.subject, cycle=cycle)
            self.opened = (*self.opened, cycle)

    def take(self, act: Act, promisor: str, cycle: str) -> Done | None:
        """Take a step. Raises RefusedError; for a tick, nothing comes of it."""
        self.engine.clock = lambda: act.on
        cycle = act.in_cycle or cycle
        self.open(cycle)
        if act.do == TICK:
            self.engine.tick(JURISDICTION, act.on)
            return None
        return self.engine.do(stream(cycle, act.pledge or promisor), act.step)


def stream(cycle: str, promisor: str) -> str:
    """The pledge of a promisor in a play."""
    return f"{JURISDICTION}/{cycle}/{promisor}"
