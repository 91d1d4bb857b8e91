"""Trying what somebody may do: steps that a state leaves open, with payloads, until one is accepted.

Payloads come with the compiled policy (`compiled.witnesses`); they are judged here by the same
guards as a command that says them would be, and the cheapest question is asked first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, islice, product
from typing import Any, NamedTuple

from pledgeflow.domain.commands import Command
from pledgeflow.domain.events import Signed
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields, Value
from pledgeflow.errors import Reason
from pledgeflow.policy.compiled.rules import (
    Attempt,
    Blank,
    Choice,
    EachItem,
    Group,
    Policy,
    Ruleset,
    Unfilled,
)
from pledgeflow.policy.compiled.witnesses import WORDS
from pledgeflow.policy.judging.choosing import Case as Judged
from pledgeflow.policy.judging.choosing import against_step, ill_said, timely
from pledgeflow.policy.judging.signing import collect, standing
from pledgeflow.policy.judging.timing import out_of_time

MOST_TRIED = 1_000
"""Payloads that are put to signatories one after the other; more are only there to be malicious."""
NOTHING: Fields = {}
Key = tuple[str, str]
"""A trigger and the id of the subject it is about."""


class Question(NamedTuple):
    """Who asks what may be done, on which day, by which rules, in which state."""

    policy: Policy
    rules: Ruleset
    state: State
    actor: str
    on: date
    facts: Facts


def passing(asked: Question) -> dict[Key, Command]:
    """What is permitted, each with a command that passes."""
    _, rules, state, _, on, facts = asked
    if on != facts.today and out_of_time(rules, on, facts.today) is not None:
        return {}
    entitled = _Entitled(asked)
    found: list[tuple[int, Key, Command]] = []
    for subject in state.subjects.values():
        for choice in open_on(rules, subject, on):
            command = _taking(Trial(asked, subject, attempts_on(choice, subject, on)), entitled)
            if command is not None:
                found.append((choice.rank, (choice.trigger, subject.id), command))
    found.sort(key=lambda each: each[0])
    return {key: command for _, key, command in found}


def open_on(rules: Ruleset, subject: Subject, on: date) -> tuple[Choice, ...]:
    """The commands that the state leaves open which held on a day, as `ways` finds them by name."""
    by_state = rules.choices.get(subject.lifecycle, {})
    return by_state.get(subject.state if on >= subject.since else subject.state_on(on), ())


def attempts_on(choice: Choice, subject: Subject, on: date) -> tuple[Attempt, ...]:
    """The alternatives of a choice; before the last move, only those that move nothing."""
    if on >= subject.since:
        return choice.attempts
    return tuple(attempt for attempt in choice.attempts if attempt.step.records_only)


class _Entitled(dict[str, bool]):
    """Which roles the actor may act for, each looked into once."""

    __slots__ = ("_asked",)

    def __init__(self, asked: Question) -> None:
        super().__init__()
        self._asked = asked

    def __missing__(self, role: str) -> bool:
        _, rules, state, actor, _, facts = self._asked
        able = self[role] = not rules.roles.standing(role, actor, state, facts.view).code
        return able


class Trial(NamedTuple):
    """One command that may be open, about one subject, with its alternatives."""

    asked: Question
    subject: Subject
    attempts: tuple[Attempt, ...]


def _taking(trial: Trial, entitled: _Entitled) -> Command | None:
    """A command that is accepted, if there is any."""
    asked, subject, attempts = trial
    for attempt in attempts:
        step = attempt.step
        roles = [role for role in step.roles if entitled[role]]
        if not roles or not timely(step, asked.state, subject, asked.on):
            continue
        for role in roles:
            command = _accepted(trial, attempt, role)
            if command is not None:
                return command
    return None


def _accepted(trial: Trial, attempt: Attempt, role: str) -> Command | None:
    """A command that takes a step in a capacity, if there is any with nothing against it."""
    asked, subject, _ = trial
    state, facts = asked.state, asked.facts
    if attempt.firm:
        bare = Command(attempt.step.trigger, asked.actor, role, asked.on)
        for judge in attempt.firm:
            if judge(state, subject, bare, facts) is not None:
                return None
    found = fitting(trial, attempt, role)
    signed = pending(trial, attempt)
    if signed or attempt.behind:
        proposed = chain(cosigning(asked, role, signed), found)
        found = (command for command in proposed if not against(trial, attempt, command))
    return next(found, None)


def fitting(trial: Trial, attempt: Attempt, role: str) -> Iterator[Command]:
    """Commands that say something for each group of fields which the group's guards accept."""
    groups, trigger = attempt.groups, attempt.step.trigger
    for fields in pointing(trial, trigger):
        if not groups:
            yield _command(trial.asked, trigger, role, fields)
        elif len(groups) == 1:
            yield from _said(trial, attempt, role, groups[0], fields)
        else:
            yield from islice(combined(trial, attempt, role, groups, fields), MOST_TRIED)


def combined(
    trial: Trial, attempt: Attempt, role: str, groups: Sequence[Group], fields: Fields
) -> Iterator[Command]:
    """Commands that say these fields and something of each group, in every combination."""
    if not groups:
        yield _command(trial.asked, attempt.step.trigger, role, fields)
        return
    for command in _said(trial, attempt, role, groups[0], fields):
        yield from combined(trial, attempt, role, groups[1:], command.fields)


def _said(
    trial: Trial, attempt: Attempt, role: str, group: Group, fields: Fields
) -> Iterator[Command]:
    """Commands that say these fields and the payloads of one group that its guards accept."""
    asked, subject, _ = trial
    state, facts, trigger = asked.state, asked.facts, attempt.step.trigger
    for payload in group.payloads:
        said = _filled(asked, payload) if group.blanks else payload
        command = _command(asked, trigger, role, {**fields, **said})
        for judge in group.judges:
            if judge(state, subject, command, facts) is not None:
                break
        else:
            yield command


def _command(asked: Question, trigger: str, role: str, fields: Mapping[str, Any]) -> Command:
    return Command(trigger, asked.actor, role, asked.on, fields)


def pending(trial: Trial, attempt: Attempt) -> Sequence[Signed]:
    """The signatures so far, if this is a joint act."""
    state, step = trial.asked.state, attempt.step
    if not step.joint or not state.signatures:
        return ()
    return standing(state, trial.subject, step.trigger)


def _filled(asked: Question, payload: Mapping[str, Value | Unfilled]) -> Fields:
    known: Mapping[Blank, Value] = {
        Blank.ACTOR: asked.actor,
        Blank.ORGANIZATION: asked.state.organization,
        Blank.DAY: asked.on,
    }

    def filled(value: Value | Unfilled) -> Value:
        match value:
            case Blank():
                return known[value]
            case EachItem(lifecycle, votes, alone):
                items = asked.state.children(lifecycle)
                return {item.id: 0 if alone and i else votes for i, item in enumerate(items)}
            case _:
                return value

    return {name: filled(value) for name, value in payload.items()}


def pointing(trial: Trial, trigger: str) -> tuple[Fields, ...]:
    """What makes a command be about a subject, as `place` finds it: the ways to point at it."""
    asked, subject, _ = trial
    named = asked.rules.commands[trigger]
    if named.pointer is None:
        return (NOTHING,)
    if subject.lifecycle == named.points_at:
        return ({named.pointer: subject.id},)
    # The pledge is meant where no item is named, or one that does not know the step itself.
    nameless = () if named.pointer in named.required else (NOTHING,)
    if named.points_at in asked.rules.steps[trigger]:
        return nameless
    items = asked.state.subjects.values()
    named_ones = ({named.pointer: i.id} for i in items if i.lifecycle == named.points_at)
    return (*nameless, *named_ones)


def cosigning(asked: Question, role: str, signed: Sequence[Signed]) -> Iterator[Command]:
    """Commands that say what was signed; words are no part of that, and may be there or not."""
    for first in signed[:1]:
        specs = asked.rules.commands[first.command].rules.fields
        texts = [name for name, spec in specs.items() if spec.type == "text"]
        same = {name: v for name, v in first.fields.items() if name not in texts}
        for chosen in islice(product((True, False), repeat=len(texts)), MOST_TRIED):
            words = {n: WORDS for n, given in zip(texts, chosen, strict=True) if given}
            yield _command(asked, first.command, role, {**same, **words})


def against(trial: Trial, attempt: Attempt, command: Command) -> list[Reason]:
    """Everything against taking a step by a command: who and what it says, else what is signed."""
    asked, subject, attempts = trial
    policy, rules, state, _, _, facts = asked
    judged = Judged(rules, state, subject, command, facts)
    reasons = ill_said(rules.commands[command.name], state, command)
    reasons += against_step(judged, attempt.step)[0]
    if reasons:
        return reasons
    # The first alternative that accepts a command takes it.
    taken = (a.step for a in attempts if a is attempt or not against_step(judged, a.step)[0])
    step = next(taken)
    signed = collect(policy, step, state, subject, command) if step.joint else None
    return [signed] if isinstance(signed, Reason) else []
