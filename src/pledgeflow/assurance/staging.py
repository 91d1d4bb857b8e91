"""A play on its way: an engine on a store of its own, in which steps are taken one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

from pledgeflow.assurance.acts import TICK, Act, Held
from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.ballots.memory import MemoryBox
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import PledgeflowError, RefusedError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.ruling import refusal
from pledgeflow.service import Done, Engine
from pledgeflow.service.remembering import Extracts

JURISDICTION = "sample"


class StoppedError(PledgeflowError):
    """A play that cannot go on; says where and why."""


def stream(cycle: str, promisor: str) -> str:
    """The pledge of a promisor in a play."""
    return f"{JURISDICTION}/{cycle}/{promisor}"


@dataclass(slots=True)
class Scene:
    """subject: the policy played; opened: its cycles, in the order in which they were opened.

    box: where its ballots are held; policies, extracts: what its engines have looked up, of which
    each step has its own
    """

    catalogue: Shelf
    subject: str
    store: Sandbox = field(default_factory=Sandbox)
    opened: tuple[str, ...] = ()
    box: MemoryBox = field(default_factory=MemoryBox)
    policies: dict[str, Policy] = field(default_factory=dict, repr=False)
    extracts: Extracts = field(default_factory=Extracts, repr=False)

    @property
    def engine(self) -> Engine:
        """The engine that plays; what is given to it of time, it is given with each step."""
        return Engine(
            self.store,
            catalogue=self.catalogue,
            box=self.box,
            _policies=self.policies,
            _extracts=self.extracts,
        )

    def people(self, directory: DirectoryData) -> None:
        """Who is who in the play."""
        self.store.put_directory(JURISDICTION, directory)

    def fork(self) -> Scene:
        """The same play, to go on in another way."""
        forked = self.store.fork(), self.opened, self.box.fork()
        # Nobody changes the directory once a play has begun.
        return Scene(self.catalogue, self.subject, *forked, self.policies, self.extracts)

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
        about = stream(cycle, act.pledge or promisor)
        if act.held is not None:
            return _recorded(self.engine, about, act, act.held)
        return self.engine.do(about, act.step)


def _recorded(engine: Engine, about: str, act: Act, held: Held) -> Done | None:
    """Hold a ballot; what came of it. A result that does not count is refused."""
    ballots, name = engine.ballots, held.ballot
    step = {key: value for key, value in act.step.items() if key != "do"}
    first = {**step, "on": held.opened or act.on}
    ballots.open(about, name, first, voters=held.listed)
    for voter, marks in held.votes.items():
        ballots.cast(about, name, marks, voter=voter)
    if held.paper is not None:
        paper = held.paper
        ballots.enter_paper(about, name, first, votes=paper.votes, voters=paper.voters)
    closed = ballots.close(about, name, step)
    if closed.against is not None:
        raise RefusedError(act.do, refusal((closed.against,)))
    return closed.done
