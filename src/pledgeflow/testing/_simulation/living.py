"""A town that lives: all of its streams at once in an engine, with what they bring about in each other.

A `Resident` is a walk of which every command goes through the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import AnyCommand, StreamId
from pledgeflow.domain.events import Event
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.errors import DirectoryError, RefusedError
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import Policy, ReactionRule, Ruleset, Sign
from pledgeflow.service import Done, Engine
from pledgeflow.service.casework import ready
from pledgeflow.testing._simulation.dice import Dice
from pledgeflow.testing._simulation.performing import Performer, StuckError
from pledgeflow.testing._simulation.rows import rows_of
from pledgeflow.testing._simulation.towns import HOME, START, Town, full_town
from pledgeflow.testing._simulation.walks import (
    CALENDAR,
    Asked,
    Hand,
    Walk,
    commands_of,
    facts_for,
    steps_of,
)
from pledgeflow.testing._simulation.wandering import any_command

PEOPLE = ("mo", "moe")
Told = tuple[date, StreamId, AnyCommand]


@dataclass(slots=True)
class World:
    """Everybody's streams under one policy, in one engine. told: what was said so far, in order."""

    policy: Policy
    view: View
    engine: Engine
    today: date = START
    told: list[Told] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    @classmethod
    def of(cls, catalogue: Catalogue, name: str, store: Sandbox | None = None) -> Self:
        """A new town under a policy of that name; the years in it have begun."""
        policy = catalogue.load(name)
        world = cls(policy, townsfolk(policy), Engine(store or Sandbox(), catalogue))
        world.engine.clock, world.engine.calendar = (lambda: world.today), CALENDAR
        world.engine.put_directory("town", rows_of(world.view))
        world.engine.open_cycle("town", name, cycle="2025", starts=START)
        return world

    @property
    def streams(self) -> tuple[StreamId, ...]:
        """Every stream that there may be, begun or not."""
        places = dict.fromkeys(track.place for track in self.policy.document.tracks.values())
        owners = [(who, place) for who in (*PEOPLE, HOME, "above") for place in places]
        return tuple(
            StreamId("town", "2025", who, place) for who, place in owners if self._has(who, place)
        )

    def _has(self, who: str, place: str) -> bool:
        with suppress(DirectoryError):
            self.view.home(who, place if who in self.view.persons else "")
            return self.policy.track_of(self.view, who, place) is not None
        return False

    def states(self) -> dict[tuple[str, str], State]:
        """(owner, place) -> each stream that has begun."""
        states = ((s, self.engine.state(s)) for s in self.streams)
        return {(s.promisor, s.venue): state for s, state in states if state.version}

    def events(self) -> Mapping[StreamId, Sequence[Event]]:
        """What happened in each stream."""
        return {s: [kept.event for kept in self.engine.history(s)] for s in self.streams}

    def give(self, stream: StreamId, command: AnyCommand, *, key: str | None = None) -> Done:
        """Put a command, today. Raises RefusedError."""
        on = command.occurred_on
        return self.engine._run(stream, ready(command), today=self.today, on=on, key=key)

    def live(self, dice: Dice, length: int) -> None:
        """Somebody wants something, somewhere, so many times: mostly what something follows from."""
        causes = [cause for _, command, _ in self.reactions for cause in self.causes(command)]
        for _ in range(length):
            stream = dice.pick(self.streams)
            if dice.rarely(4):
                here = self.resident(stream)
                here.ask(any_command(here, dice))
            elif causes and dice.rarely(2):
                self.pursue(*dice.pick(causes), dice)
            else:
                goal = dice.pick(commands_of(self.resident(stream).rules))
                self.pursue(stream, goal, dice)

    def resident(self, stream: StreamId) -> Resident:
        """A walk in one of the streams, from where it is."""
        town = Town(self.view, stream.promisor, venue=stream.venue, others=self.states())
        return Resident(self.policy, town, self.engine.state(stream), self.today, world=self)

    def pursue(self, stream: StreamId, goal: str, dice: Dice, *, patience: int = 3) -> None:
        """Want a step; where that hangs on what follows from elsewhere, first what it follows from."""
        try:
            Performer(self.resident(stream), dice=dice).want(goal)
        except StuckError as stuck:
            causes = self.causes(stuck.command.name)
            if causes and patience:
                self.pursue(*causes[0], dice, patience=patience - 1)
                self.pursue(stream, goal, dice, patience=patience - 1)

    @property
    def reactions(self) -> list[tuple[str, str, ReactionRule]]:
        """(track, command that follows elsewhere, reaction) of every reaction."""
        tracks = self.policy.tracks.items()
        return [(name, r.source.do, r) for name, rules in tracks for r in rules.reactions]

    def causes(self, command: str) -> list[tuple[StreamId, str]]:
        """(stream, step) that a command may follow from, of any of the tracks."""
        found = [(track, rule) for track, do, rule in self.reactions if do == command]
        return [
            (stream, trigger)
            for track, rule in found
            for trigger in _triggers(self.policy.tracks[track], rule.signs)
            for stream in self.streams
            if self.engine.state(stream).track == track
        ]


def _triggers(rules: Ruleset, signs: Collection[Sign]) -> tuple[str, ...]:
    """The steps that may bring about what something follows from."""
    grade = rules.grading
    graded = (grade.confirmed_by or grade.command,) if grade is not None else ()
    tiers = graded if any(kind == "tier" for kind, _ in signs) else ()
    steps = (
        step.trigger
        for step in steps_of(rules)
        if ("command", step.trigger) in signs or ("state", step.dest or "") in signs
    )
    return tuple(dict.fromkeys((*steps, *tiers)))


@dataclass(slots=True)
class Resident(Walk):
    """A walk in a world: what it does is done there, and nothing follows but from what is done."""

    world: World = field(kw_only=True)

    def hands(self, role: str, command: str, dice: Dice) -> tuple[Hand, ...]:
        """Those who may give a command in a role."""
        return () if role == REACTION else Walk.hands(self, role, command, dice)

    def beside(self, town: Town, state: State) -> Resident:
        """A walk in another stream of the same world."""
        return Resident(self.policy, town, state, self.today, world=self.world)

    def ask(self, command: AnyCommand) -> Asked:
        """Put a command, and see what it leads to everywhere."""
        world, town, before = self.world, self.town, self.state
        world.today = max(world.today, self.today)
        world.told.append((world.today, town.stream, command))
        facts = facts_for(self.policy, before, [command], world.today, town)
        try:
            done = world.give(town.stream, command)
        except RefusedError as error:
            return Asked(self.policy, town, before, command, facts, (), error.verdict)
        world.done.append(done)
        self.state = world.engine.state(town.stream)
        self.town = replace(town, others={**town.others, **world.states()})
        return Asked(self.policy, town, before, command, facts, done.events, None)


def townsfolk(policy: Policy) -> View:
    """A town in which everybody of `PEOPLE` pledges."""
    first = next(n for n, t in policy.document.tracks.items() if t.match.person is not None)
    view = full_town(policy, first).view
    kinds = view.persons["pat"].kinds
    persons = {who: replace(view.persons[who], kinds=kinds) for who in PEOPLE}
    return replace(view, persons={**view.persons, **persons})
