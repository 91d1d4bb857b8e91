"""Judging one command: what it is about, what it lacks, and everything against each way to take it.

The heart of deciding. Guards are asked here, and not as conditions of the state machine, because
there they would lose their reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.commands import Command
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.rules import ClosedList, Ruleset, Step, StepName
from pledgeflow.policy.judging.consequences import belongs_to
from pledgeflow.policy.judging.remedies import Guide
from pledgeflow.policy.judging.timing import Missed, out_of_stage


def place(rules: Ruleset, state: State, command: Command) -> Subject | Reason:
    """What a command is about: the item it names where that item knows the step, else the pledge."""
    named = rules.commands.get(command.name)
    root = state.subjects[state.root]
    if named is None or named.pointer is None:
        return root
    pointed = command.fields.get(named.pointer)
    by_lifecycle = rules.steps.get(command.name, {})
    if pointed is None:
        return root if rules.root in by_lifecycle else _no_item(named, state, pointed)
    subject = state.subjects.get(pointed) if isinstance(pointed, str) else None
    if subject is None or subject.lifecycle != named.points_at:
        return _no_item(named, state, pointed)
    return subject if subject.lifecycle in by_lifecycle else root


def _no_item(named: StepName, state: State, pointed: object) -> Reason:
    field, lifecycle = str(named.pointer), str(named.points_at)
    remedy = _naming_another(named, state, field, lifecycle)
    required = {"field": field, "lifecycle": lifecycle}
    return Reason(
        "unknown_item", named.rule, required=required, found={"item": pointed}, remedy=remedy
    )


def _naming_another(
    named: StepName, state: State, field: str, lifecycle: str
) -> tuple[RemedyStep, ...]:
    """The same step, naming an item that there is; nothing helps where there is none."""
    command = named.rule.removeprefix("commands.")
    there = any(state.children(lifecycle))
    return (RemedyStep(command, fields={field: None}),) if there else ()


def ill_said(named: StepName, state: State, command: Command) -> list[Reason]:
    """What is wrong with the fields whatever the step: left out, off a closed list, of no item,
    or a number that cannot be.
    """
    fields = command.fields
    ill: list[Reason] = []
    for name in named.required:
        if name not in fields:
            remedy = (RemedyStep(command.name, fields={name: None}),)
            rule = f"{named.rule}.fields.{name}"
            cite = named.rules.fields[name].cite
            ill.append(Reason("field_missing", rule, cite, {"field": name}, remedy=remedy))
    for closed in named.closed:
        said = fields.get(closed.field, ())
        values: object = (said,) if isinstance(said, str) else said
        if closed.results and isinstance(said, Mapping):
            values = tuple(said.values())
        if isinstance(values, Iterable):
            unknown = tuple(str(v) for v in values if v not in closed.values)
            if unknown:
                ill.append(_not_listed(closed, unknown))
    for name, lifecycle in named.counts:
        votes, items = fields.get(name, {}), {item.id for item in state.children(lifecycle)}
        strange = [v for v in votes if v not in items] if isinstance(votes, Mapping) else []
        ill += [_no_candidate(named, state, (name, lifecycle), item) for item in strange[:1]]
    against = (number.against(fields) for number in named.numbers)
    ill += [reason for reason in against if reason is not None]
    return [_about(reason, named, command) for reason in ill]


def _about(reason: Reason, named: StepName, command: Command) -> Reason:
    """A reason whose remedy, where it is the same step once more, is about the same item."""
    pointed = command.fields.get(named.pointer or "")
    if not isinstance(pointed, str):
        return reason
    remedy = tuple(
        replace(step, subject=pointed)
        if step.command == command.name and step.subject is None and step.promisor is None
        else step
        for step in reason.remedy
    )
    return replace(reason, remedy=remedy) if remedy != reason.remedy else reason


def _no_candidate(named: StepName, state: State, counted: tuple[str, str], item: str) -> Reason:
    name, lifecycle = counted
    rule, cite = f"{named.rule}.fields.{name}", named.rules.fields[name].cite
    required = {"field": name, "lifecycle": lifecycle}
    remedy = _naming_another(named, state, name, lifecycle)
    return Reason("unknown_item", rule, cite, required, {"item": item}, remedy)


def _not_listed(closed: ClosedList, unknown: tuple[str, ...]) -> Reason:
    required = {"field": closed.field, "values": tuple(sorted(closed.values))}
    found = {"values": unknown}
    return Reason("not_on_the_list", closed.rule, closed.clauses, required, found)


def ways(rules: Ruleset, subject: Subject, name: str, on: date) -> tuple[Step, ...]:
    """The alternatives of a step that a subject's state leaves open on a day.

    A record that moves nothing is judged in the state that held then; a move may not be dated
    before the last one.
    """
    by_state = rules.steps[name][subject.lifecycle]
    if on >= subject.since:
        return by_state.get(subject.state, ())
    return tuple(step for step in by_state.get(subject.state_on(on), ()) if step.records_only)


Stages = Mapping[Missed, tuple[str, ...]]
"""The stages that an act was early or late for, where that is recorded and not refused."""
NONE_MISSED: Stages = {}


class Case(NamedTuple):
    """What is judged: a command about a subject, in a state, by the rules of its track."""

    rules: Ruleset
    state: State
    subject: Subject
    command: Command
    facts: Facts


def no_way(case: Case) -> Reason:
    """Why no alternative is open: the state is another, or the day lies before the last move."""
    subject, command = case.subject, case.command
    open_now = case.rules.steps[command.name][subject.lifecycle].get(subject.state, ())
    if open_now and command.occurred_on < subject.since:
        early = _before_last_move(open_now[0], subject.since, command.occurred_on)
        return _about(early, case.rules.commands[command.name], command)
    return Guide(case.rules, case.state, (command, case.facts)).wrong_state(subject)


def choose(case: Case, reasons: list[Reason]) -> tuple[Step | None, Stages]:
    """The first alternative with nothing against it; else all that is against the nearest one."""
    command = case.command
    alternatives = ways(case.rules, case.subject, command.name, command.occurred_on)
    if not alternatives:
        reasons.append(no_way(case))
        return None, NONE_MISSED
    refused: list[tuple[bool, int, list[Reason]]] = []
    for step in alternatives:
        against, missed = against_step(case, step)
        if not against:
            return step, missed
        refused.append((command.capacity not in step.roles, len(against), against))
    reasons.extend(min(refused, key=lambda rank: rank[:2])[2])
    return None, NONE_MISSED


def against_step(case: Case, step: Step) -> tuple[list[Reason], Stages]:
    """Everything against taking a step, and the stages it is recorded to have missed."""
    _, state, subject, command, facts = case
    against: list[Reason] = []
    missed: Stages = NONE_MISSED
    if (who := _unauthorized(case, step)) is not None:
        against.append(who)
    if step.stage is not None:
        outside = out_of_stage(step.stage, state.cycle, command.occurred_on)
        if isinstance(outside, Reason):
            against.append(outside)
        elif outside is not None:
            missed = {outside: (step.stage.id,)}
    on = command.occurred_on
    if step.above and not in_place(step, state, subject, on):
        against.append(_not_under(case, step))
    if step.dest is not None and on < state.latest_below(subject):
        against.append(_before_last_move(step, state.latest_below(subject), on))
    for judge in step.judges:
        reason = judge(state, subject, command, facts)
        if reason is not None:
            against.append(reason)
    named = case.rules.commands[command.name]
    return [_about(reason, named, command) for reason in against], missed


def in_place(step: Step, state: State, subject: Subject, on: date) -> bool:
    """Whether what the subject belongs to was on that day, and for a move is now, as it has to be."""
    for lifecycle, states in step.above:
        over = belongs_to(lifecycle, state, subject)
        if over is None or over.state_on(on) not in states:
            return False
        if over.state not in states and not step.records_only:
            return False
    return True


def timely(step: Step, state: State, subject: Subject, on: date) -> bool:
    """Whether the day is one on which a step may be taken, whoever takes it and says what."""
    if step.stage is not None and isinstance(out_of_stage(step.stage, state.cycle, on), Reason):
        return False
    if step.above and not in_place(step, state, subject, on):
        return False
    return step.dest is None or on >= state.latest_below(subject)


def _unauthorized(case: Case, step: Step) -> Reason | None:
    command = case.command
    if command.capacity not in step.roles:
        return _nobody(step, step.roles, "not_in_capacity", {"capacity": command.capacity})
    if command.because is not None:
        return None  # whoever acted in the other stream was entitled there
    roles, state, view = case.rules.roles, case.state, case.facts.view
    standing = roles.standing(command.capacity, command.actor, state, view)
    if standing.code:
        found = {"actor": command.actor, "entitled": standing.entitled}
        return _nobody(step, (command.capacity,), standing.code, found)
    typist = command.entered_by
    judging = command.capacity != PROMISOR
    if typist is not None and judging and typist in roles.owners(state, view):
        return _nobody(step, (command.capacity,), "own_pledge", {"actor": typist})
    return None


def _nobody(step: Step, roles: tuple[str, ...], code: str, found: Mapping[str, object]) -> Reason:
    return Reason(
        code,
        step.rule,
        step.clauses,
        {"roles": roles},
        found,
        (RemedyStep(step.trigger, roles),),
        Ruling.NOT_AUTHORIZED,
    )


def _not_under(case: Case, step: Step) -> Reason:
    """What the subject belongs to was not, on that day, where the step needs it; or is not now."""
    rules, state, subject, command, facts = case
    on = command.occurred_on
    required = {lifecycle: tuple(sorted(states)) for lifecycle, states in step.above}
    over = ((belongs_to(lifecycle, state, subject), states) for lifecycle, states in step.above)
    seen = ((o, o.state if o.state_on(on) in states else o.state_on(on)) for o, states in over if o)
    found = next(({"state": where, "subject": o.id} for o, where in seen), {})
    remedy = Guide(rules, state, (command, facts)).under(step, subject)
    return Reason("not_while", step.rule, step.clauses, {"while": required}, found, remedy)


def _before_last_move(step: Step, last: date, on: date) -> Reason:
    return Reason(
        "before_last_move",
        step.rule,
        step.clauses,
        {"not_before": last},
        {"on": on},
        (RemedyStep(step.trigger, not_before=last),),
    )
