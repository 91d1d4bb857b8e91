"""What an accepted act brings about: effects of its step, then completions, then outcomes.

Everything here ends up in events, computed once; nothing of it is judged again when they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pledgeflow.domain.commands import AnyCommand, Carried, Command
from pledgeflow.domain.events import (
    Added,
    Amended,
    Event,
    Graded,
    Moved,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
)
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields, Value
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.rules import OutcomeRule, Policy, Ruleset, Sign, Step

ROUNDS = 1_000
"""More completions than this after one act can only be a policy that goes round in circles."""


class Unfolding:
    """Events as they are worked out, and the state they lead to. cause: the record behind them.

    Folding costs more than deciding, so the state is only worked out when somebody looks at it.
    """

    __slots__ = ("_folded", "_state", "cause", "events", "next", "on", "policy", "rules")

    def __init__(
        self, policy: Policy, rules: Ruleset, state: State, *, cause: int, on: date
    ) -> None:
        self.policy = policy
        self.rules = rules
        self.cause = cause
        self.on = on
        self.events: list[Event] = []
        self.next = state.version + 1
        self._state = state
        self._folded = 0

    def happen(self, event: Event) -> None:
        """Add an event, whose version has to be `next`."""
        self.events.append(event)
        self.next += 1

    @property
    def state(self) -> State:
        """The state after all events so far."""
        if self._folded < len(self.events):
            self._state = fold(self._state, self.events[self._folded :])
            self._folded = len(self.events)
        return self._state

    @property
    def before(self) -> State:
        """The state as last folded: enough for what no event since can have changed."""
        return self._state

    def may_complete(self) -> bool:
        """Whether any subject is where something completes itself; worked out without folding."""
        completions = self.rules.completions
        moved: dict[str, str] = {}
        for event in self.events[self._folded :]:
            if isinstance(event, Moved):
                moved[event.subject] = event.dest
            elif isinstance(event, Added) and (event.lifecycle, event.state) in completions:
                return True
        for subject in self._state.subjects.values():
            state = moved.get(subject.id) or subject.passages[-1].state
            if (subject.lifecycle, state) in completions:
                return True
        return False


def unfold(
    unfolding: Unfolding, step: Step, subject: Subject, command: Command, facts: Facts
) -> None:
    """Everything that follows from a step that people took."""
    _effects(unfolding, step, subject, command)
    _grade(unfolding, command)
    _answers(unfolding, command, subject)
    settle(unfolding, command, facts)


def move(unfolding: Unfolding, step: Step, subject: Subject) -> None:
    """A subject goes where a step leads."""
    if step.dest is None:
        return
    unfolding.happen(
        Moved(
            unfolding.next,
            unfolding.cause,
            subject.id,
            subject.state,
            step.dest,
            unfolding.on,
            unfolding.policy.digest,
            step.rule,
        )
    )


def settle(unfolding: Unfolding, command: AnyCommand, facts: Facts) -> None:
    """Completions until nothing completes any more, then the outcomes of all that happened."""
    for _ in range(ROUNDS):
        if not _complete(unfolding, command, facts):
            break
    else:
        raise PledgeflowError(f"`{unfolding.policy.name}`: completions go round in circles")
    signs = unfolding.rules.signs
    if not any(sign_of(event) in signs for event in unfolding.events):
        return
    for outcome in unfolding.rules.outcomes:
        for subject in tuple(_arises(outcome, unfolding)):
            _arise(outcome, subject, unfolding)


def _effects(unfolding: Unfolding, step: Step, subject: Subject, command: Command) -> None:
    if step.adds is None and step.amends is None:
        move(unfolding, step, subject)
        return
    digest, rules = unfolding.policy.digest, unfolding.rules
    said = rules.commands[command.name]
    content = {k: v for k, v in command.fields.items() if k != said.pointer}
    if step.adds is not None:
        lifecycle = rules.lifecycles[step.adds]
        unfolding.happen(
            Added(
                unfolding.next,
                unfolding.cause,
                next_id(unfolding.state, step.adds),
                step.adds,
                subject.id,
                lifecycle.initial,
                content,
                unfolding.on,
                digest,
                step.rule,
            )
        )
    if step.amends is not None:
        before = {k: subject.content[k] for k in content if k in subject.content}
        unfolding.happen(
            Amended(
                unfolding.next, unfolding.cause, subject.id, before, content, digest, step.rule
            )
        )
    move(unfolding, step, subject)


def next_id(state: State, lifecycle: str) -> str:
    """The id of the next subject of a lifecycle: `commitment/3` after `commitment/2`."""
    taken = [int(s.id.rpartition("/")[2]) for s in state.children(lifecycle)]
    return f"{lifecycle}/{max(taken, default=0) + 1}"


def take_over(unfolding: Unfolding, carried: Carried) -> None:
    """An item of an earlier cycle comes in, unless it already has."""
    state = unfolding.state
    if any(s.content.get("carried_from") == carried.origin for s in state.subjects.values()):
        return
    arrived: Fields = {"carried": carried.times, "carried_from": carried.origin}
    unfolding.happen(
        Added(
            unfolding.next,
            unfolding.cause,
            next_id(state, carried.lifecycle),
            carried.lifecycle,
            state.root,
            carried.state,
            {**carried.content, **arrived},
            unfolding.on,
            unfolding.policy.digest,
            f"lifecycles.{carried.lifecycle}",
        )
    )


def _grade(unfolding: Unfolding, command: Command) -> None:
    grading = unfolding.rules.grading
    if grading is None or command.name not in (grading.command, grading.confirmed_by):
        return
    held = unfolding.state.grade
    if command.name == grading.command:
        tier: Value | None = command.fields.get(grading.field)
        confirmed = grading.confirmed_by is None
    else:
        tier, confirmed = held.tier if held is not None else None, True
    if not isinstance(tier, str):
        return
    unfolding.happen(
        Graded(
            unfolding.next,
            unfolding.cause,
            tier,
            confirmed,
            unfolding.on,
            (held.tier, held.confirmed, held.on) if held is not None else None,
            unfolding.policy.digest,
            "evaluation.grade",
        )
    )


def _answers(unfolding: Unfolding, command: Command, subject: Subject) -> None:
    if not unfolding.before.outcomes:
        return
    for outcome in tuple(unfolding.state.outcomes.values()):
        if command.name in outcome.open_calls and outcome.subject in (
            unfolding.state.root,
            subject.id,
        ):
            unfolding.happen(
                OutcomeAnswered(
                    unfolding.next, unfolding.cause, outcome.id, outcome.subject, command.name
                )
            )


def _complete(unfolding: Unfolding, command: AnyCommand, facts: Facts) -> bool:
    """One round of completions; whether any subject moved."""
    completions = unfolding.rules.completions
    if not completions or not unfolding.may_complete():
        return False
    for subject in tuple(unfolding.state.subjects.values()):
        for step in completions.get((subject.lifecycle, subject.state), ()):
            if stands_under(step, unfolding.state, subject) and all(
                check.judge(unfolding.state, subject, command, facts) is None
                for check in step.checks
            ):
                move(unfolding, step, subject)
                return True
    return False


def stands_under(step: Step, state: State, subject: Subject, on: date | None = None) -> bool:
    """Whether what the subject belongs to is in the states that the step asks for."""
    for lifecycle, states in step.above:
        over: Subject | None = subject
        while over is not None and over.lifecycle != lifecycle:
            over = state.subjects.get(over.of) if over.of else None
        if over is None or (over.state if on is None else over.state_on(on)) not in states:
            return False
    return True


def sign_of(event: Event) -> Sign | None:
    """What an outcome may arise from: a command recorded, a state entered, a tier confirmed."""
    if isinstance(event, Recorded):
        return "command", event.command
    if isinstance(event, Moved):
        return "state", event.dest
    if isinstance(event, Graded) and event.confirmed:
        return "tier", event.tier
    return None


def _arises(outcome: OutcomeRule, unfolding: Unfolding) -> Iterator[str]:
    """The subjects for which an outcome arises from the events so far."""
    state = unfolding.state
    for event in unfolding.events:
        if sign_of(event) not in outcome.signs:
            continue
        if not outcome.items:
            yield event.subject if isinstance(event, Recorded | Moved) else state.root
        for lifecycle, states in outcome.items:
            yield from (s.id for s in state.children(lifecycle) if s.state in states)


def _arise(outcome: OutcomeRule, subject: str, unfolding: Unfolding) -> None:
    if (outcome.id, subject) in unfolding.state.outcomes:
        return
    calls = {
        command: unfolding.on + within if within is not None else None
        for command, within in outcome.calls
    }
    unfolding.happen(
        OutcomeArose(
            unfolding.next,
            unfolding.cause,
            outcome.id,
            subject,
            outcome.award,
            calls,
            unfolding.on,
            unfolding.policy.digest,
            outcome.rule,
        )
    )
