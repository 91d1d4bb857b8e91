"""Which step comes next: the ways that lead from a state to the end of a lifecycle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State, Subject
from pledgeflow.policy.compiled.rules import Ruleset, Step

BACKWARD = frozenset({Means.RETURN, Means.REFUSAL, Means.WITHDRAWAL, Means.OBJECTION})
"""Steps with these meanings lead away from the end, if people take them."""
SPRING = 75
AUTUMN = 300
APART = 10
FAR = 99


@dataclass(slots=True)
class Ways:
    """The ways through one track's rules."""

    rules: Ruleset
    _near: dict[str, Mapping[str, int]] = field(default_factory=dict, repr=False)

    def means(self, step: Step) -> str:
        """What a step amounts to; "" for one that nobody takes."""
        named = self.rules.commands.get(step.trigger) if step.roles else None
        return named.means if named is not None else ""

    def items(self) -> frozenset[str]:
        """The lifecycles of what is proposed in a pledge."""
        return frozenset(s.adds for s in self.steps() if s.adds and self.means(s) == Means.PROPOSAL)

    def rebukes(self, step: Step) -> bool:
        """Whether something follows from a record, so that it is not made without a ground."""
        outcomes = self.rules.source.outcomes.values()
        return any(step.trigger in outcome.when.command for outcome in outcomes)

    def steps(self, lifecycle: str = "") -> Iterator[Step]:
        """Every step people take, of one lifecycle or of all; then those that nobody takes."""
        for by_lifecycle in self.rules.steps.values():
            for name, by_state in by_lifecycle.items():
                if lifecycle in ("", name):
                    found = {s.rule: s for steps in by_state.values() for s in steps}
                    yield from found.values()
        for placed in (self.rules.completions, self.rules.timers):
            for name, by_state in placed.items():
                for steps in by_state.values() if lifecycle in ("", name) else ():
                    yield from steps

    def near(self, lifecycle: str) -> Mapping[str, int]:
        """How many forward moves each state is away from an end."""
        if lifecycle not in self._near:
            moves = [
                step
                for step in self.steps(lifecycle)
                if step.dest is not None and self.means(step) not in BACKWARD
            ]
            near = dict.fromkeys(self.rules.lifecycles[lifecycle].final, 0)
            for distance in range(1, FAR):
                for step in moves:
                    if near.get(step.dest or "") == distance - 1:
                        near.update({s: distance for s in step.sources if s not in near})
            self._near[lifecycle] = near
        return self._near[lifecycle]

    def onward(self, subject: Subject, state: str | None = None) -> list[Step]:
        """The next steps people can take towards the end, the best first.

        Where something has to complete itself first, the steps after that.
        """
        here = state or subject.state
        near = self.near(subject.lifecycle)
        closer = [
            step
            for step in self.steps(subject.lifecycle)
            if here in step.sources
            and step.dest is not None
            and near.get(step.dest, FAR) < near.get(here, FAR)
            and self.means(step) not in BACKWARD
        ]
        taken = [step for step in closer if step.roles]
        # What has to be shown first is what was promised; failing asks for less.
        taken.sort(key=lambda step: (bool(step.carries), -len(step.checks)))
        if taken or not closer:
            return taken
        return self.onward(subject, closer[0].dest)

    def ended(self, subject: Subject) -> bool:
        """Whether it is where its lifecycle ends."""
        return subject.state in self.rules.lifecycles[subject.lifecycle].final

    def due(self, step: Step, state: State) -> date:
        """When a diligent promisor takes a step: in its stage, else in spring up to the
        publication, from autumn on after it.
        """
        start = state.cycle.starts
        if step.stage is not None:
            first, last = step.stage.days(start)
            if first is not None:
                return first + timedelta(days=6)
            if last is not None:
                return self._spring(step, state, (last - start).days - 10)
        shown = [s for s in self.steps(state.root) if self.means(s) == Means.PUBLICATION]
        near = self.near(state.root)
        last_spring = min((near.get(s.dest or "", FAR) for s in shown), default=0)
        after = last_spring - near.get(step.dest or "", FAR)
        if step.lifecycle == state.root and after > 0:
            return start + timedelta(days=AUTUMN + APART * (after - 1))
        return self._spring(step, state, SPRING)

    def _spring(self, step: Step, state: State, days: int) -> date:
        near = self.near(state.root)
        length = max(near.values(), default=1) or 1
        done = length - near.get(step.dest or "", 0)
        return state.cycle.starts + timedelta(days=5 + max(0, days - 5) * done // (length + 1))
