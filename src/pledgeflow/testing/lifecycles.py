"""A property test of a policy in two lines: `TestOurs = lifecycle_test("policies/ours")`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, note, settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from hypothesis.strategies import integers

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import AnyCommand, Command, StreamId, Tick
from pledgeflow.errors import PledgeflowError, RefusedError
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.service import Done
from pledgeflow.storage.store import StoredEvent
from pledgeflow.testing._simulation.dice import Dice, dice
from pledgeflow.testing._simulation.living import World
from pledgeflow.testing._simulation.retelling import Told, retold
from pledgeflow.testing._simulation.shelving import Guards, shelved
from pledgeflow.testing._simulation.walks import commands_of
from pledgeflow.testing._simulation.wandering import amendment_of, any_command
from pledgeflow.testing.invariants import INVARIANTS, Invariant, Observation

EARLIEST_CLOSING = 3
"""A cycle is closed after so many commands at the earliest."""
KEY = "key-{}"


def lifecycle_test(
    policy: str | Path,
    invariants: Sequence[Invariant] = INVARIANTS,
    *,
    catalogue: Catalogue | None = None,
    guards: Guards = (),
    steps: int = 20,
) -> Any:
    """A Hypothesis test case: several promisors live under a policy, and invariants are checked.

    policy: a name, or the path of a policy's folder; guards: kinds of one's own that it may use, by
    the names under which installed packages offer them, or name -> factory; steps: how many
    rules of the state machine a run takes at most. Raises PolicyError for a policy that cannot be
    used.
    """
    shelf, name = shelved(policy, catalogue, guards)
    shelf.load(name)
    machine: Any = type(
        "Lifecycle", (_Lifecycle,), {"shelf": shelf, "name": name, "holds": tuple(invariants)}
    )
    case = machine.TestCase
    case.settings = settings(
        deadline=None,
        stateful_step_count=steps,
        phases=set(Phase) - {Phase.explain},
        suppress_health_check=list(settings().suppress_health_check),
    )
    return case


@dataclass(slots=True)
class _Observed(World):
    """A world in which every command is looked at. last: what was accepted last, and its key."""

    look: Callable[[Observation], object] = bool
    steps: list[Told] = field(default_factory=list)
    last: tuple[StreamId, AnyCommand, str] | None = None

    def give(self, stream: StreamId, command: AnyCommand, *, key: str | None = None) -> Done:
        """See `World.give`."""
        before, offered = self.engine.history(stream), self._offered(stream, command)
        repeated, key = key is not None, key or KEY.format(len(self.steps))
        try:
            done = World.give(self, stream, command, key=key)
        except RefusedError as error:
            self.steps.append(Told(self.today, stream, command, error.verdict))
            came: dict[str, Any] = {"verdict": error.verdict, "offered": offered}
            self.look(self.observed(stream, command, before, **came))
            raise
        if not repeated:
            self.steps.append(Told(self.today, stream, command))
            self.last = (stream, command, key) if done.events else self.last
        came = {"done": done, "offered": offered, "repeated": repeated}
        self.look(self.observed(stream, command, before, **came))
        return done

    def observed(
        self, stream: StreamId, command: AnyCommand, before: tuple[StoredEvent, ...], **came: Any
    ) -> Observation:
        """What has just come of a command."""
        store = self.engine.store
        assert isinstance(store, Sandbox)
        return Observation(
            self.engine, store, self.view, stream, command, self.today, before, **came
        )

    def _offered(self, stream: StreamId, command: AnyCommand) -> Permissions | None:
        """What the actor is told, where it is about the step as it is given."""
        if not isinstance(command, Command) or command.occurred_on != self.today:
            return None
        try:
            said = self.engine.permitted(stream, command.actor, command.occurred_on)
        except PledgeflowError:
            return None
        return said if isinstance(said, Permissions) else None


class _Lifecycle(RuleBasedStateMachine):
    """A town under a policy. One of its own for each test case."""

    shelf: Catalogue
    name: str
    holds: Sequence[Invariant]

    def __init__(self) -> None:
        super().__init__()
        self.world = _Observed.of(self.shelf, self.name, Sandbox())
        self.world.look = self._look
        self.closed = False

    @rule(chance=dice())
    def somebody_acts(self, chance: Dice) -> None:
        """Mostly a step that is open; now and then anything that can be said."""
        here = self.world.resident(chance.pick(self.world.streams))
        self._ask(here.ask, any_command(here, chance))

    @rule(chance=dice())
    def somebody_gets_on(self, chance: Dice) -> None:
        """Somebody wants a step, and does first what refusals say that it needs."""
        stream = chance.pick(self.world.streams)
        goal = chance.pick(commands_of(self.world.resident(stream).rules))
        self._ask(lambda: self.world.pursue(stream, goal, chance))

    @rule(chance=dice())
    def a_record_is_amended(self, chance: Dice) -> None:
        """Something that was recorded is annulled or corrected, by somebody who may or may not."""
        here = self.world.resident(chance.pick(self.world.streams))
        amendment = amendment_of(here, chance)
        if amendment is not None:
            self._ask(here.ask, amendment)

    @rule(days=integers(1, 60))
    def time_passes(self, days: int) -> None:
        """Some days later, in every stream."""
        world, tick = self.world, Tick(self.world.today + timedelta(days=days))
        before = {stream: world.engine.history(stream) for stream in world.streams}
        world.today = tick.occurred_on
        world.steps.append(Told(world.today, None, tick))
        world.engine.tick("town", world.today)
        for stream, events in before.items():
            if events:
                self._look(world.observed(stream, tick, events))

    @precondition(lambda self: self.world.last is not None)
    @rule()
    def it_is_sent_again(self) -> None:
        """The last command that was accepted comes once more, with its key."""
        assert self.world.last is not None
        stream, command, key = self.world.last
        self.world.give(stream, command, key=key)

    @precondition(lambda self: not self.closed and len(self.world.steps) >= EARLIEST_CLOSING)
    @rule(chance=dice())
    def the_cycle_closes(self, chance: Dice) -> None:
        """Now and then, whether everybody has come to their end or not."""
        if chance.rarely(6):
            self.closed = True
            note(f"# the cycle is closed on {self.world.today}")
            self.world.engine.close_cycle("town", "2025", on=self.world.today, anyway=True)

    def _ask(self, act: Callable[..., object], *command: AnyCommand) -> None:
        """Do something; what makes no sense at all is told, and leaves everything as it was."""
        try:
            act(*command)
        except PledgeflowError as error:
            note(f"# not taken: {error}")

    def _look(self, seen: Observation) -> None:
        """Check everything; where something does not hold, tell all that was done."""
        try:
            for holds in self.holds:
                holds(seen)
        except AssertionError as failure:
            what = next(iter(str(failure).splitlines()), "an invariant does not hold")
            note(retold(self.name, self.world.view, self.world.steps, what))
            raise
