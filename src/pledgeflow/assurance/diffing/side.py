"""One of two policies on the way: its world, what may be tried there, and what comes of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from pledgeflow.assurance.exploring.graph import Bounds, Input
from pledgeflow.assurance.exploring.inputs import Inputs
from pledgeflow.assurance.exploring.keys import Keys, frozen
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.world import world_of
from pledgeflow.decision import answered
from pledgeflow.domain.commands import Command, Tick
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.rules import Policy


class Try(NamedTuple):
    """Something tried: the state it leads to, or why it is refused. form: what it says, by place."""

    given: Input
    form: tuple[Hashable, ...]
    answer: State | Verdict


class Side:
    """A policy's track. world, starts, first: as the exploration makes them."""

    def __init__(self, policy: Policy, track: str, bounds: Bounds) -> None:
        self.policy, self.track, self.rules = policy, track, policy.tracks[track]
        self.world = world_of(policy, track)
        self.first = self.world.cycle.starts
        outlook = Outlook(self.rules)
        self.keys = Keys(policy, outlook)
        self.inputs = Inputs(policy, self.world, outlook, bounds)
        self._places = {name: place for place, name in enumerate(self.rules.lifecycles)}
        evaluation = self.rules.evaluation
        tiers = evaluation.tiers if evaluation is not None else ()
        self._tiers = {tier: f"tier {place}" for place, tier in enumerate(tiers)}

    def key(self, state: State, today: date) -> Hashable:
        """The key of a state on a day."""
        return self.keys.key(state, self.inputs.on(today), None)

    def tries(self, state: State, today: date) -> Mapping[str, list[Try]]:
        """command -> each way to give it, with what comes of it; time is left out."""
        found: dict[str, list[Try]] = {}
        for given in self.inputs.of(state, today, self.keys):
            if isinstance(given.command, Tick):
                continue
            ways = found.setdefault(given.command.name, [])
            ways.append(Try(given, self._form(given), self.after(state, given)))
        return found

    def after(self, state: State, given: Input) -> State | Verdict:
        """The state that something leads to, or the refusal."""
        answer = answered(self.policy, state, given.command, given.facts)
        return answer if isinstance(answer, Verdict) else fold(state, answer)

    def turns(self, state: State, today: date) -> int | None:
        """In how many days time alone changes something."""
        day = self.keys.turns(state, self.inputs.on(today))
        return (day - today).days if day is not None else None

    def ticked(self, state: State, today: date) -> Try:
        """Time moving to a day."""
        given = Input(Tick(today), False, self.inputs.on(today))
        return Try(given, (), self.after(state, given))

    def asked(self, name: str, state: State, today: date) -> Verdict | None:
        """Why a command that nobody would think of giving now is refused; None if it is not."""
        for role in self._roles(name):
            for actor in self.inputs.held(role, state)[:1]:
                command = Command(name, actor, role, today)
                answer = answered(self.policy, state, command, self.inputs.on(today))
                if isinstance(answer, Verdict):
                    return answer
        return None

    def _roles(self, name: str) -> Iterator[str]:
        for by_state in self.rules.steps.get(name, {}).values():
            for steps in by_state.values():
                for step in steps:
                    yield from step.roles

    def _form(self, given: Input) -> tuple[Hashable, ...]:
        fields = getattr(given.command, "fields", {})
        said = sorted((name, self._neutral(value)) for name, value in fields.items())
        return (*said, ("actor", str(getattr(given.command, "actor", ""))))

    def _neutral(self, value: object) -> str:
        """A value without the names of this policy: tiers and subjects by their place."""
        if isinstance(value, Mapping):
            return str(sorted((self._neutral(k), self._neutral(v)) for k, v in value.items()))
        text = str(frozen(value))
        lifecycle, _, number = text.partition("/")
        if number and lifecycle in self._places:
            return f"{self._places[lifecycle]}/{number}"
        return self._tiers.get(text, text)
