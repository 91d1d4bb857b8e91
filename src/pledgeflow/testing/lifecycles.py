"""A property test of a policy in two lines: `TestOurs = lifecycle_test("ours")`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, note, settings
from hypothesis.stateful import RuleBasedStateMachine, rule
from hypothesis.strategies import integers

from pledgeflow.catalogue import POLICY_FILE, Catalogue, built_in
from pledgeflow.domain.commands import AnyCommand, StreamId, Tick
from pledgeflow.errors import PledgeflowError, RefusedError
from pledgeflow.policy.guards.kinds import Factory
from pledgeflow.testing._simulation.dice import Dice, dice
from pledgeflow.testing._simulation.living import World
from pledgeflow.testing._simulation.wandering import any_command
from pledgeflow.testing.invariants import INVARIANTS, Invariant, Moment


def lifecycle_test(
    policy: str | Path,
    invariants: Sequence[Invariant] = INVARIANTS,
    *,
    catalogue: Catalogue | None = None,
    guards: Mapping[str, Factory] | None = None,
    steps: int = 20,
) -> Any:
    """A test case in which several promisors live under a policy and every invariant is checked.

    policy: a name, or the path of a policy's folder; guards: kinds of one's own that it may use,
    as `catalogue.plugged_in` finds them. Raises PolicyError for a policy that cannot be used.
    """
    shelf, name = _shelf(policy, catalogue, guards or {})
    shelf.load(name)
    machine: Any = type(
        "Lifecycle", (_Lifecycle,), {"shelf": shelf, "name": name, "holds": invariants}
    )
    case = machine.TestCase
    case.settings = settings(
        deadline=None,
        stateful_step_count=steps,
        phases=set(Phase) - {Phase.explain},
        suppress_health_check=list(settings().suppress_health_check),
    )
    return case


def _shelf(
    policy: str | Path, catalogue: Catalogue | None, guards: Mapping[str, Factory]
) -> tuple[Catalogue, str]:
    folder = Path(policy)
    if catalogue is not None:
        return catalogue, str(policy)
    if (folder / POLICY_FILE).is_file():
        folder = folder.resolve()
        return Catalogue((folder.parent, built_in()), guards), folder.name
    return Catalogue(guards=guards), str(policy)


class _Lifecycle(RuleBasedStateMachine):
    """A town under a policy. One of its own for each test case."""

    shelf: Catalogue
    name: str
    holds: Sequence[Invariant]

    def __init__(self) -> None:
        super().__init__()
        self.world = World.of(self.shelf, self.name)
        self._told: tuple[StreamId, AnyCommand, str] | None = None

    @rule(chance=dice())
    def somebody_acts(self, chance: Dice) -> None:
        """Mostly a step that is open; now and then anything that can be said, or a correction."""
        stream = chance.pick(self.world.streams)
        self._put(stream, any_command(self.world.resident(stream), chance))

    @rule(days=integers(1, 60))
    def time_passes(self, days: int) -> None:
        """Some days later, in every stream."""
        self.world.today += timedelta(days=days)
        self.world.engine.tick("town", self.world.today)
        for stream in self.world.streams:
            self._put(stream, Tick(self.world.today))

    @rule()
    def it_is_sent_again(self) -> None:
        """The last command that was accepted comes once more, with its key: nothing is added."""
        if self._told is None:
            return
        stream, command, key = self._told
        before = self.world.engine.history(stream)
        self.world.give(stream, command, key=key)
        assert self.world.engine.history(stream) == before, "a repeat was recorded twice"

    def _put(self, stream: StreamId, command: AnyCommand) -> None:
        world, key = self.world, f"key-{len(self.world.told)}"
        before, done, verdict = world.engine.history(stream), None, None
        world.told.append((world.today, stream, command))
        try:
            done = world.give(stream, command, key=key)
        except RefusedError as error:
            verdict = error.verdict
        except PledgeflowError as error:
            note(f"not taken: {error}")
            return
        if done is not None:
            self._told = stream, command, key
        note(_said(world, stream, command, permitted=done is not None))
        moment = Moment(world, stream, command, before, done, verdict)
        for holds in self.holds:
            holds(moment)


def _said(world: World, stream: StreamId, command: AnyCommand, *, permitted: bool) -> str:
    """A step as a scenario has it."""
    who, venue = stream.promisor, f"/{stream.venue}" if stream.venue else ""
    if isinstance(command, Tick):
        return f"- {{on: {world.today}, do: tick, in: {who}{venue}}}"
    by = f"actor: {getattr(command, 'actor', '')}, capacity: {getattr(command, 'capacity', '')}"
    answer = "permitted" if permitted else "refused"
    return f"- {{on: {command.occurred_on}, do: {command.name}, in: {who}{venue}, {by}}} # {answer}"
