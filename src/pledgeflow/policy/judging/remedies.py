"""What would make a refused step legal: the steps that lead from here to where it can be taken."""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep
from pledgeflow.policy.compiled.rules import Ruleset, Step
from pledgeflow.policy.compiled.surroundings import Rulebook, fires
from pledgeflow.policy.guards.conditions import Said
from pledgeflow.policy.judging.consequences import belongs_to
from pledgeflow.policy.judging.signing import standing
from pledgeflow.policy.language.schema import Transition


def wrong_state(
    rules: Ruleset, state: State, subject: Subject, command: AnyCommand, facts: Facts
) -> Reason:
    """A step is not open in this state: the shortest way to a state where it is, and its clauses."""
    name = command.name
    by_state = rules.steps[name][subject.lifecycle]
    way = _way(rules, state, subject, frozenset(by_state), (command, facts))
    clauses = [c for _, transition in way for c in transition.cite]
    remedy = lead(rules, state, subject, frozenset(by_state), (command, facts))
    own = (c for steps in by_state.values() for step in steps for c in step.clauses)
    return Reason(
        "wrong_state",
        next(iter(by_state.values()))[0].rule,
        tuple(dict.fromkeys(clauses or own)),
        required={"lifecycle": subject.lifecycle, "states": tuple(by_state), "command": name},
        found={"state": subject.state, "subject": subject.id},
        remedy=remedy,
    )


def lead(
    rules: Ruleset,
    state: State,
    subject: Subject,
    dests: frozenset[str],
    asked: tuple[AnyCommand, Facts],
) -> tuple[RemedyStep, ...]:
    """The steps of the shortest way that brings a subject into one of these states."""
    parts: list[RemedyStep] = []
    taken: set[str] = set()
    for edge in _way(rules, state, subject, dests, asked):
        first = (s for s in _needed(rules, state, subject, asked, edge) if s.command not in taken)
        parts += [*first, *_towards(rules, state, subject, asked, edge)]
        taken.add(fires(*edge))
    return tuple(part for i, part in enumerate(parts) if part not in parts[:i])


def _way(
    rules: Ruleset,
    state: State,
    subject: Subject,
    dests: frozenset[str],
    asked: tuple[AnyCommand, Facts],
) -> tuple[tuple[str, Transition], ...]:
    """The shortest way to one of these states that can still be gone; else the shortest."""
    book, barred = Rulebook(rules.source, rules.root), set[str]()
    shortest = way = book.way(subject.lifecycle, subject.state, dests)
    while way is not None:
        dead = [edge[0] for edge in way if _is_dead(rules, state, subject, asked, edge)]
        if not dead:
            return way
        barred.update(dead)
        way = book.way(subject.lifecycle, subject.state, dests, barred)
    return shortest or ()


def _is_dead(
    rules: Ruleset,
    state: State,
    subject: Subject,
    asked: tuple[AnyCommand, Facts],
    edge: tuple[str, Transition],
) -> bool:
    """Whether a step can never be taken any more: it needs what can no longer be done."""
    for step in _compiled(rules, subject, edge):
        for check in step.checks:
            if check.fields or check.ask is not None:
                continue
            reason = check.judge(state, subject, *asked)
            if reason is not None and (
                not reason.remedy or any(_is_past(rules, state, s.command) for s in reason.remedy)
            ):
                return True
    return False


def _is_past(rules: Ruleset, state: State, command: str) -> bool:
    """Whether the pledge has left behind every state in which a step of its own is taken."""
    by_lifecycle = rules.steps.get(command, {})
    if set(by_lifecycle) != {rules.root}:
        return False
    here = state.subjects[state.root].state
    book = Rulebook(rules.source, rules.root)
    return book.way(rules.root, here, frozenset(by_lifecycle[rules.root])) is None


def _compiled(rules: Ruleset, subject: Subject, edge: tuple[str, Transition]) -> Iterator[Step]:
    """A step that people take, as compiled; none where it completes itself."""
    name, transition = edge
    by_state = rules.steps.get(fires(name, transition), {}).get(subject.lifecycle, {})
    rule = f"lifecycles.{subject.lifecycle}.transitions.{name}"
    yield from (s for s in by_state.get(transition.source[0], ()) if s.rule == rule)


def _needed(
    rules: Ruleset,
    state: State,
    subject: Subject,
    asked: tuple[AnyCommand, Facts],
    edge: tuple[str, Transition],
) -> Iterator[RemedyStep]:
    """What a step on the way itself needs first, as far as that does not hang on what it says."""
    for step in _compiled(rules, subject, edge):
        yield from under(rules, step, state, subject, asked)
        for check in step.checks:
            if not check.fields and check.ask is None:
                reason = check.judge(state, subject, *asked)
                yield from reason.remedy if reason is not None else ()


def _towards(
    rules: Ruleset,
    state: State,
    subject: Subject,
    asked: tuple[AnyCommand, Facts],
    edge: tuple[str, Transition],
) -> tuple[RemedyStep, ...]:
    """One leg of the way: a step to take, or what a self-completing step still waits for."""
    name, transition = edge
    about = subject.id if subject.id != state.root else None
    if transition.by is not None:
        signed = {s.capacity for s in standing(state, subject, fires(name, transition))}
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
    rule = f"lifecycles.{subject.lifecycle}.transitions.{name}"
    step = {silent.rule: silent for silent in _silent(rules, subject)}[rule]
    waiting = unmet(step, state, subject, *asked)
    above = under(rules, step, state, subject, asked)
    return (*above, *(part for reason in waiting for part in reason.remedy))


def under(
    rules: Ruleset,
    step: Step,
    state: State,
    subject: Subject,
    asked: tuple[AnyCommand, Facts],
) -> tuple[RemedyStep, ...]:
    """What brings that which a subject belongs to into the states that a step needs it in."""
    above = ((belongs_to(lifecycle, state, subject), dests) for lifecycle, dests in step.above)
    return tuple(
        part
        for over, dests in above
        if over is not None
        for part in lead(rules, state, over, dests, asked)
    )


def _silent(rules: Ruleset, subject: Subject) -> Iterator[Step]:
    """The steps of a subject's lifecycle that nobody takes: completions and timers."""
    for placed in (rules.completions, rules.timers):
        for steps in placed.get(subject.lifecycle, {}).values():
            yield from steps


def unmet(
    step: Step, state: State, subject: Subject, command: AnyCommand, facts: Facts
) -> tuple[Reason, ...]:
    """The reasons of all of a step's guards that are not met."""
    judged = (check.judge(state, subject, command, facts) for check in step.checks)
    return tuple(reason for reason in judged if reason is not None)
