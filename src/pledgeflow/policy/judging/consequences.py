"""What an accepted act brings about: effects of its step, then completions, then outcomes.

Everything here ends up in events, computed once; nothing of it is judged again when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from pledgeflow.domain.commands import AnyCommand, Carried, Command
from pledgeflow.domain.events import (
    BY_TIME,
    Added,
    Amended,
    Corrected,
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
from pledgeflow.domain.values import NOTHING, Fields, Value
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.rules import OutcomeRule, Ruleset, Sign, Step
from pledgeflow.policy.guards.binding import Check
from pledgeflow.policy.judging.grading import reckon
from pledgeflow.policy.language.evaluation import GradeRules

ROUNDS = 1_000
"""More completions than this after one act can only be a policy that goes round in circles."""


class Unfolding:
    """Events as they are worked out, and the state they lead to. cause: the record behind them.

    Folding costs more than deciding, so the state is only worked out when somebody looks at it.
    """

    __slots__ = ("_folded", "_record", "_state", "cause", "digest", "events", "next", "on", "rules")

    def __init__(
        self, rules: Ruleset, state: State, cause: Recorded | None, *, on: date, digest: str
    ) -> None:
        self.rules = rules
        self.cause = cause.version if cause is not None else BY_TIME
        self.on = on
        self.digest = digest
        self.events: list[Event] = []
        self.next = state.version + 1
        self._record = cause
        self._state = state
        self._folded = 0

    def happen(self, event: Event) -> None:
        """Add an event, whose version has to be `next`."""
        self.events.append(event)
        self.next += 1

    @property
    def happened(self) -> list[Event]:
        """The events; a correction stands for the record that it puts right."""
        record = self._record
        return [
            record if record is not None and isinstance(event, Corrected) else event
            for event in self.events
        ]

    @property
    def state(self) -> State:
        """The state after all events so far."""
        if self._folded < len(self.events):
            self._state = fold(self._state, self.events[self._folded :])
            self._folded = len(self.events)
        return self._state


def unfold(
    rules: Ruleset, state: State, recorded: Recorded, step: Step, asked: tuple[Command, Facts]
) -> tuple[Event, ...]:
    """A record and everything that follows from the step that people took by it."""
    subject = state.subjects[recorded.subject]
    if _is_all(rules, state, step, subject):
        if step.dest is None:
            return (recorded,)
        return recorded, _moved(recorded.version + 1, recorded, subject, step)
    on, digest = recorded.occurred_on, recorded.policy
    unfolding = Unfolding(rules, state, recorded, on=on, digest=digest)
    unfolding.happen(recorded)
    follow(unfolding, step, subject, asked)
    return tuple(unfolding.events)


def follow(
    unfolding: Unfolding, step: Step, subject: Subject, asked: tuple[Command, Facts]
) -> None:
    """Everything that follows from a step: its effects, a grade, answers, completions, outcomes."""
    command, facts = asked
    _effects(unfolding, step, subject, command)
    _grade(unfolding, command)
    _answers(unfolding, command, subject)
    settle(unfolding, command, facts)


def _is_all(rules: Ruleset, state: State, step: Step, subject: Subject) -> bool:
    """Whether the move is all that follows, so that nothing has to be folded to find out.

    Most acts are of this kind: nothing completes itself where any subject is then, and no
    outcome waits for an answer.
    """
    if not step.plain or state.outcomes:
        return False
    completions = rules.completions
    for other in state.subjects.values():
        places = completions.get(other.lifecycle)
        if places is not None:
            place = step.dest if other is subject and step.dest is not None else other.state
            if place in places:
                return False
    return True


def _moved(version: int, recorded: Recorded, subject: Subject, step: Step) -> Moved:
    return Moved(
        version,
        recorded.version,
        subject.id,
        subject.state,
        step.dest or subject.state,
        recorded.occurred_on,
        recorded.policy,
        step.rule,
    )


def move(unfolding: Unfolding, step: Step, subject: Subject, *, itself: bool = False) -> None:
    """A subject goes where a step leads. itself: it completes, not before what it rests on."""
    if step.dest is None:
        return
    on = unfolding.on
    if itself:
        on = max(on, subject.since, unfolding.state.latest_below(subject))
    unfolding.happen(
        Moved(
            unfolding.next,
            unfolding.cause,
            subject.id,
            subject.state,
            step.dest,
            on,
            unfolding.digest,
            step.rule,
        )
    )


def settle(unfolding: Unfolding, command: AnyCommand, facts: Facts) -> None:
    """Completions until nothing completes any more, then the outcomes of all that happened."""
    for _ in range(ROUNDS):
        if not _complete(unfolding, command, facts):
            break
    else:
        raise PledgeflowError(f"`{unfolding.rules.track}`: completions go round in circles")
    rules = unfolding.rules
    # What arises brings no sign itself, so those of all that happened are worked out once.
    told = [(sign, e) for e in unfolding.happened if (sign := sign_of(e)) in rules.signs]
    if not told:
        return
    for outcome in rules.outcomes:
        signs = outcome.signs
        events = [event for sign, event in told if sign in signs]
        for subject in tuple(_arises(outcome, unfolding.state, events)) if events else ():
            if _holds(outcome, unfolding.state, subject, (command, facts)):
                _arise(outcome, subject, unfolding, (command, facts))


def _effects(unfolding: Unfolding, step: Step, subject: Subject, command: Command) -> None:
    if step.adds is None and step.amends is None:
        move(unfolding, step, subject)
        return
    digest, rules = unfolding.digest, unfolding.rules
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
            Amended(unfolding.next, unfolding.cause, subject.id, before, content, digest, step.rule)
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
            unfolding.digest,
            f"lifecycles.{carried.lifecycle}",
        )
    )


def _grade(unfolding: Unfolding, command: Command) -> None:
    grading = unfolding.rules.grading
    if grading is None or command.name not in (grading.command, grading.confirmed_by):
        return
    held, basis = unfolding.state.grade, NOTHING
    tier: Value | None = held.tier if held is not None else None
    confirmed = True
    if command.name == grading.command:
        confirmed = grading.confirmed_by is None
        tier, basis = _given(unfolding, grading, command)
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
            unfolding.digest,
            "evaluation.grade",
            basis,
        )
    )


def _given(
    unfolding: Unfolding, grading: GradeRules, command: Command
) -> tuple[Value | None, Fields]:
    """The tier that a grading step gives: the one it names, or what a method makes of the others."""
    evaluation = unfolding.rules.evaluation
    if grading.method is None or evaluation is None:
        return command.fields.get(grading.field), NOTHING
    found = reckon(grading.method, tuple(evaluation.tiers), unfolding.state, unfolding.on)
    return (found.tier, found.basis) if found is not None else (None, NOTHING)


def _answers(unfolding: Unfolding, command: Command, subject: Subject) -> None:
    for outcome in tuple(unfolding.state.outcomes.values()):
        if command.name in outcome.open_calls and outcome.subject == subject.id:
            unfolding.happen(
                OutcomeAnswered(
                    unfolding.next,
                    unfolding.cause,
                    outcome.id,
                    outcome.subject,
                    outcome.number,
                    command.name,
                )
            )


def _complete(unfolding: Unfolding, command: AnyCommand, facts: Facts) -> bool:
    """One round of completions; whether any subject moved."""
    completions = unfolding.rules.completions
    for subject in tuple(unfolding.state.subjects.values()):
        for step in completions.get(subject.lifecycle, {}).get(subject.state, ()):
            if stands_under(step, unfolding.state, subject) and all(
                check.judge(unfolding.state, subject, command, facts) is None
                for check in step.checks
            ):
                move(unfolding, step, subject, itself=True)
                return True
    return False


def stands_under(step: Step, state: State, subject: Subject, on: date | None = None) -> bool:
    """Whether what the subject belongs to is in the states that the step asks for."""
    for lifecycle, states in step.above:
        over = belongs_to(lifecycle, state, subject)
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


def belongs_to(lifecycle: str, state: State, subject: Subject) -> Subject | None:
    """The subject itself, or the nearest above it, that has that lifecycle."""
    over: Subject | None = subject
    while over is not None and over.lifecycle != lifecycle:
        over = state.subjects.get(over.of)
    return over


def _arises(outcome: OutcomeRule, state: State, events: Iterable[Event]) -> Iterator[str]:
    """The subjects for which an outcome arises. events: those with a sign that it arises from"""
    for event in events:
        if not outcome.items:
            yield event.subject if isinstance(event, Recorded | Moved) else state.root
        for lifecycle, states in outcome.items:
            yield from (s.id for s in state.children(lifecycle) if s.state in states)


def _holds(
    outcome: OutcomeRule, state: State, subject: str, asked: tuple[AnyCommand, Facts]
) -> bool:
    """Whether what an outcome asks for besides holds for a subject."""
    about = state.subjects[subject]
    return all(check.judge(state, about, *asked) is None for check in outcome.checks)


def relied(
    checks: Iterable[Check], state: State, subject: Subject, asked: tuple[AnyCommand, Facts]
) -> Mapping[str, date]:
    """The due dates that guards looked at: rule path -> date."""
    found = (
        (check.rule, check.relies(state, subject, *asked))
        for check in checks
        if check.relies is not None
    )
    return {rule: day for rule, day in found if day is not None}


def _arise(
    outcome: OutcomeRule, subject: str, unfolding: Unfolding, asked: tuple[AnyCommand, Facts]
) -> None:
    """An outcome arises, and arises anew once everything it called for has been done."""
    before = [
        o for o in unfolding.state.outcomes.values() if (o.id, o.subject) == (outcome.id, subject)
    ]
    if any(o.open_calls or not o.calls_for for o in before):
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
            len(before) + 1,
            outcome.award,
            calls,
            unfolding.on,
            unfolding.digest,
            outcome.rule,
            relied(outcome.checks, unfolding.state, unfolding.state.subjects[subject], asked),
        )
    )
