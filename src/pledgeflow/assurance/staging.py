"""A play on its way: an engine on a store of its own, in which steps are taken one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

from pledgeflow.assurance.acts import TICK, Act
from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import PledgeflowError
from pledgeflow.service import Done, Engine

JURISDICTION = "sample"


class StoppedError(PledgeflowError):
    """A play that cannot go on; says where and why."""


def stream(cycle: str, promisor: str) -> str:
    """The pledge of a promisor in a play."""
    return f"{JURISDICTION}/{cycle}/{promisor}"


@dataclass(slots=True)
class Scene:
    """subject: the policy played; opened: its cycles, in the order in which they were opened."""

    catalogue: Shelf
    subject: str
    store: Sandbox = field(default_factory=Sandbox)
    opened: tuple[str, ...] = ()

    @property
    def engine(self) -> Engine:
        """The engine that plays; what is given to it of time, it is given with each step."""
        return Engine(self.store, catalogue=self.catalogue)

    def people(self, directory: DirectoryData) -> None:
        """Who is who in the play."""
        self.store.put_directory(JURISDICTION, directory)

    def fork(self) -> Scene:
        """The same play, to go on in another way."""
        return Scene(self.catalogue, self.subject, self.store.fork(), self.opened)

    def open(self, cycle: str) -> None:
        """Open a cycle unless it is open."""
        if cycle in self.opened:
            return
        if self.opened and cycle < self.opened[-1]:
            raise StoppedError(f"the cycle {cycle} cannot open after {self.opened[-1]}")
        self.engine.open_cycle(JURISDICTION, self.subject, cycle=cycle)
        self.opened = (*self.opened, cycle)

    def take(self, act: Act, promisor: str, cycle: str) -> Done | None:
        """Take a step. Raises RefusedError; for a tick, nothing comes of it."""
        cycle = act.in_cycle or cycle
        self.open(cycle)
        if act.do == TICK:
            self.engine.tick(JURISDICTION, act.on)
            return None
        return self.engine.do(stream(cycle, act.pledge or promisor), act.step)
