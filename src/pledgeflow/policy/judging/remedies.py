"""What would make a refused step legal: the steps that lead from here to where it can be taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep
from pledgeflow.policy.compiled.rules import Ruleset, Step
from pledgeflow.policy.compiled.surroundings import Rulebook, fires
from pledgeflow.policy.guards.conditions import Said
from pledgeflow.policy.judging.consequences import belongs_to
from pledgeflow.policy.judging.signing import standing
from pledgeflow.policy.language.lifecycles import Transition

Edge = tuple[str, Transition]
"""A transition by its id: one leg of a way."""


@dataclass(frozen=True, slots=True)
class Guide:
    """Knows the ways through a pledge as it stands. asked: the command that was refused."""

    rules: Ruleset
    state: State
    asked: tuple[AnyCommand, Facts]

    def wrong_state(self, subject: Subject) -> Reason:
        """A step is not open in this state: the way to a state where it is, and its clauses."""
        name = self.asked[0].name
        by_state = self.rules.steps[name][subject.lifecycle]
        dests = frozenset(by_state)
        clauses = [c for _, transition in self._way(subject, dests) for c in transition.cite]
        own = (c for steps in by_state.values() for step in steps for c in step.clauses)
        return Reason(
            "wrong_state",
            next(iter(by_state.values()))[0].rule,
            tuple(dict.fromkeys(clauses or own)),
            required={"lifecycle": subject.lifecycle, "states": tuple(by_state), "command": name},
            found={"state": subject.state, "subject": subject.id},
            remedy=self.lead(subject, dests),
        )

    def lead(self, subject: Subject, dests: frozenset[str]) -> tuple[RemedyStep, ...]:
        """The steps of the way that brings a subject into one of these states."""
        parts: list[RemedyStep] = []
        taken: set[str] = set()
        for edge in self._way(subject, dests):
            first = (step for step in self._needed(subject, edge) if step.command not in taken)
            parts += [*first, *self._towards(subject, edge)]
            taken.add(fires(*edge))
        return tuple(part for i, part in enumerate(parts) if part not in parts[:i])

    def under(self, step: Step, subject: Subject) -> tuple[RemedyStep, ...]:
        """What brings that which a subject belongs to into the states that a step needs it in."""
        above = ((belongs_to(name, self.state, subject), dests) for name, dests in step.above)
        return tuple(
            part for over, dests in above if over is not None for part in self.lead(over, dests)
        )

    def _way(self, subject: Subject, dests: frozenset[str]) -> tuple[Edge, ...]:
        """The shortest way to one of these states that can still be gone; else the shortest."""
        book, barred = Rulebook(self.rules.source, self.rules.root), set[str]()
        shortest = way = book.way(subject.lifecycle, subject.state, dests)
        while way is not None:
            dead = [edge[0] for edge in way if self._is_dead(subject, edge)]
            if not dead:
                return way
            barred.update(dead)
            way = book.way(subject.lifecycle, subject.state, dests, barred)
        return shortest or ()

    def _is_dead(self, subject: Subject, edge: Edge) -> bool:
        """Whether a step can never be taken any more: it needs what can no longer be done."""
        return any(
            not reason.remedy or any(self._is_past(step.command) for step in reason.remedy)
            for compiled in self._taken_by_people(subject, edge)
            for reason in self._wanting(compiled, subject)
        )

    def _is_past(self, command: str) -> bool:
        """Whether the pledge has left behind every state in which a step of its own is taken."""
        root, by_lifecycle = self.rules.root, self.rules.steps.get(command, {})
        if set(by_lifecycle) != {root}:
            return False
        here = self.state.subjects[self.state.root].state
        return (
            Rulebook(self.rules.source, root).way(root, here, frozenset(by_lifecycle[root])) is None
        )

    def _needed(self, subject: Subject, edge: Edge) -> Iterator[RemedyStep]:
        """What a step on the way itself needs first."""
        for step in self._taken_by_people(subject, edge):
            yield from self.under(step, subject)
            for reason in self._wanting(step, subject):
                yield from reason.remedy

    def _wanting(self, step: Step, subject: Subject) -> Iterator[Reason]:
        """Why a step could not be taken now, as far as that does not hang on what it says."""
        for check in step.checks:
            if not check.fields and check.ask is None:
                reason = check.judge(self.state, subject, *self.asked)
                if reason is not None:
                    yield reason

    def _towards(self, subject: Subject, edge: Edge) -> tuple[RemedyStep, ...]:
        """One leg of the way: a step to take, or what a self-completing step still waits for."""
        name, transition = edge
        if transition.by is None:
            step = self._silent(subject)[_rule(subject, name)]
            waiting = unmet(step, self.state, subject, *self.asked)
            return (*self.under(step, subject), *(s for reason in waiting for s in reason.remedy))
        about = subject.id if subject.id != self.state.root else None
        signed = {s.capacity for s in standing(self.state, subject, fires(name, transition))}
        here = subject.state in transition.source
        parties = [r for r in transition.by.all_of if not (here and r in signed)]
        hands: list[tuple[str, ...]] = [(role,) for role in parties]
        # Of several ways to take the same step, the one that leads there may have to be named.
        saying = [g.fields for g in transition.guards.values() if isinstance(g, Said)]
        fields = {field: value for fields in saying for field, value in fields.items()}
        return tuple(
            RemedyStep(fires(name, transition), roles, about, fields=fields)
            for roles in hands or [transition.by.any_of]
        )

    def _taken_by_people(self, subject: Subject, edge: Edge) -> Iterator[Step]:
        """A step as compiled; none where it completes itself."""
        name, transition = edge
        by_state = self.rules.steps.get(fires(name, transition), {}).get(subject.lifecycle, {})
        rule = _rule(subject, name)
        yield from (s for s in by_state.get(transition.source[0], ()) if s.rule == rule)

    def _silent(self, subject: Subject) -> dict[str, Step]:
        """The steps of a subject's lifecycle that nobody takes: completions and timers."""
        return {
            step.rule: step
            for placed in (self.rules.completions, self.rules.timers)
            for steps in placed.get(subject.lifecycle, {}).values()
            for step in steps
        }


def unmet(
    step: Step, state: State, subject: Subject, command: AnyCommand, facts: Facts
) -> tuple[Reason, ...]:
    """The reasons of all of a step's guards that are not met."""
    judged = (check.judge(state, subject, command, facts) for check in step.checks)
    return tuple(reason for reason in judged if reason is not None)


def _rule(subject: Subject, name: str) -> str:
    return f"lifecycles.{subject.lifecycle}.transitions.{name}"
