"""What would make a refused step legal: the steps that lead from here to where it can be taken."""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep
from pledgeflow.policy.rules import Ruleset, Step
from pledgeflow.policy.schema import Transition
from pledgeflow.policy.surroundings import Rulebook, fires


def wrong_state(
    rules: Ruleset, state: State, subject: Subject, command: AnyCommand, facts: Facts
) -> Reason:
    """A step is not open in this state: the shortest way to a state where it is, and its clauses."""
    name = command.name
    by_state = rules.steps[name][subject.lifecycle]
    book = Rulebook(rules.source, rules.root)
    way = book.way(subject.lifecycle, subject.state, frozenset(by_state))
    remedy: list[RemedyStep] = []
    clauses: list[str] = []
    for trigger, transition in way or ():
        clauses.extend(transition.cite)
        remedy.extend(_towards(rules, state, subject, command, facts, (trigger, transition)))
    own = (c for steps in by_state.values() for step in steps for c in step.clauses)
    return Reason(
        "wrong_state",
        next(iter(by_state.values()))[0].rule,
        tuple(dict.fromkeys(clauses or own)),
        required={"lifecycle": subject.lifecycle, "states": tuple(by_state), "command": name},
        found={"state": subject.state, "subject": subject.id},
        remedy=tuple(remedy),
    )


def _towards(
    rules: Ruleset,
    state: State,
    subject: Subject,
    command: AnyCommand,
    facts: Facts,
    edge: tuple[str, Transition],
) -> tuple[RemedyStep, ...]:
    """One leg of the way: a step to take, or what a self-completing step still waits for."""
    name, transition = edge
    about = subject.id if subject.id != state.root else None
    if transition.by is not None:
        parties = transition.by.all_of
        roles = (*transition.by.any_of, *parties)
        if parties:
            return tuple(RemedyStep(fires(name, transition), (role,), about) for role in parties)
        return (RemedyStep(fires(name, transition), roles, about),)
    rule = f"lifecycles.{subject.lifecycle}.transitions.{name}"
    step = next(s for s in _silent(rules, subject) if s.rule == rule)
    waiting = unmet(step, state, subject, command, facts)
    return tuple(part for reason in waiting for part in reason.remedy)


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
