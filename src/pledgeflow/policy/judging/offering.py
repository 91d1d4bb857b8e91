"""What an actor may do in a state: yes where a capacity and a payload pass, else why not.

Payloads to try come with the compiled policy (`compiled.witnesses`); they are judged here by the
same guards, in the same order, as a command that says them would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice, product
from typing import Any, NamedTuple

from pledgeflow.domain.commands import Command
from pledgeflow.domain.events import Signed
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields, Value
from pledgeflow.errors import Reason, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Attempt, Blank, Choice, Group, Policy, Ruleset
from pledgeflow.policy.compiled.witnesses import WORDS
from pledgeflow.policy.judging.choosing import Case as Judged
from pledgeflow.policy.judging.choosing import against_step, ill_said, no_way, timely
from pledgeflow.policy.judging.ruling import refusal
from pledgeflow.policy.judging.signing import collect, standing
from pledgeflow.policy.judging.timing import out_of_time

MOST_TRIED = 1_000
"""Payloads that are put to signatories one after the other; more are only there to be malicious."""
MOST_BLAMED = 8
"""Payloads of which the one with the least against it gives the reasons."""
NOTHING: Fields = {}
Key = tuple[str, str]


class Question(NamedTuple):
    """Who asks what may be done, on which day, by which rules, in which state."""

    policy: Policy
    rules: Ruleset
    state: State
    actor: str
    on: date
    facts: Facts


class Permissions(Mapping[Key, Verdict]):
    """(trigger, subject id) -> verdict, for every step that a subject's lifecycle knows.

    Yes and no are worked out at once; the reasons of a no, with their remedies, when it is looked
    up. It equals, and is pickled as, the plain mapping.
    """

    __slots__ = ("_asked", "_known", "_passing")

    def __init__(self, asked: Question) -> None:
        self._asked = asked
        self._passing = _passing(asked)
        self._known: dict[Key, Verdict] = {}

    @property
    def allowed(self) -> tuple[Key, ...]:
        """What is permitted, in the order of the policy."""
        return tuple(self._passing)

    def example(self, trigger: str, subject: str) -> Command:
        """A command that `decide` accepts. Raises KeyError for what is not permitted."""
        return self._passing[trigger, subject]

    def __getitem__(self, key: Key) -> Verdict:
        if key not in self._known:
            if key not in self:
                raise KeyError(key)
            trigger, about = key
            subject = self._asked.state.subjects[about]
            if key in self._passing:
                self._known[key] = Verdict(
                    Ruling.PERMITTED, needs=_needs(self._asked, trigger, subject)
                )
            else:
                self._known[key] = _refused(self._asked, trigger, subject)
        return self._known[key]

    def __iter__(self) -> Iterator[Key]:
        subjects = self._asked.state.subjects.values()
        for trigger, by_lifecycle in self._asked.rules.steps.items():
            for subject in subjects:
                if subject.lifecycle in by_lifecycle:
                    yield trigger, subject.id

    def __contains__(self, key: object) -> bool:
        return key in self._passing or any(key == known for known in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"Permissions(allowed={list(self._passing)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def _passing(asked: Question) -> dict[Key, Command]:
    """What is permitted, each with a command that passes."""
    _, rules, state, _, on, facts = asked
    if on != facts.today and out_of_time(rules, on, facts.today) is not None:
        return {}
    entitled: dict[str, bool] = {}
    found: list[tuple[int, Key, Command]] = []
    for subject in state.subjects.values():
        for choice in _open(rules, subject, on):
            command = _taking(_Case(asked, subject, _attempts(choice, subject, on)), entitled)
            if command is not None:
                found.append((choice.rank, (choice.trigger, subject.id), command))
    found.sort(key=lambda each: each[0])
    return {key: command for _, key, command in found}


def _open(rules: Ruleset, subject: Subject, on: date) -> tuple[Choice, ...]:
    """The commands that the state leaves open which held on a day, as `ways` finds them by name."""
    by_state = rules.choices.get(subject.lifecycle, {})
    return by_state.get(subject.state if on >= subject.since else subject.state_on(on), ())


def _attempts(choice: Choice, subject: Subject, on: date) -> tuple[Attempt, ...]:
    """The alternatives of a choice; before the last move, only those that move nothing."""
    if on >= subject.since:
        return choice.attempts
    return tuple(attempt for attempt in choice.attempts if attempt.step.records_only)


class _Case(NamedTuple):
    """One command that may be open, about one subject, with its alternatives."""

    asked: Question
    subject: Subject
    attempts: tuple[Attempt, ...]


def _taking(case: _Case, entitled: dict[str, bool]) -> Command | None:
    """A command that is accepted, if there is any. entitled: what is known of the roles so far."""
    _, rules, state, actor, on, facts = case.asked
    subject = case.subject
    for attempt in case.attempts:
        step = attempt.step
        roles: list[str] = []
        for role in step.roles:
            if role not in entitled:
                code = rules.roles.standing(role, actor, state, facts.view).code
                entitled[role] = not code
            if entitled[role]:
                roles.append(role)
        if not roles or not timely(step, state, subject, on):
            continue
        for role in roles:
            command = _accepted(case, attempt, role)
            if command is not None:
                return command
    return None


def _accepted(case: _Case, attempt: Attempt, role: str) -> Command | None:
    """A command that takes a step in a capacity, if there is any with nothing against it."""
    asked, subject, _ = case
    state, facts = asked.state, asked.facts
    if attempt.firm:
        bare = Command(attempt.step.trigger, asked.actor, role, asked.on)
        for judge in attempt.firm:
            if judge(state, subject, bare, facts) is not None:
                return None
    fitting = _fitting(case, attempt, role)
    pending = _pending(case, attempt)
    if pending or attempt.behind:
        proposed = chain(_cosigning(asked, role, pending), fitting)
        fitting = (command for command in proposed if not _against(case, attempt, command))
    return next(fitting, None)


def _fitting(case: _Case, attempt: Attempt, role: str) -> Iterator[Command]:
    """Commands that say something for each group of fields which the group's guards accept."""
    for pointing in _pointing(case, attempt.step.trigger):
        if not attempt.groups:
            yield _command(case.asked, attempt.step.trigger, role, pointing)
        elif len(attempt.groups) == 1:
            yield from _said(case, attempt, role, attempt.groups[0], pointing)
        else:
            combined = _combined(case, attempt, role, attempt.groups, pointing)
            yield from islice(combined, MOST_TRIED)


def _combined(
    case: _Case, attempt: Attempt, role: str, groups: Sequence[Group], fields: Fields
) -> Iterator[Command]:
    if not groups:
        yield _command(case.asked, attempt.step.trigger, role, fields)
        return
    for command in _said(case, attempt, role, groups[0], fields):
        yield from _combined(case, attempt, role, groups[1:], command.fields)


def _said(
    case: _Case, attempt: Attempt, role: str, group: Group, fields: Fields
) -> Iterator[Command]:
    """Commands that say these fields and the payloads of one group that its guards accept."""
    asked, subject, _ = case
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


def _pending(case: _Case, attempt: Attempt) -> Sequence[Signed]:
    """The signatures so far, if this is a joint act."""
    state, step = case.asked.state, attempt.step
    if not step.joint or not state.signatures:
        return ()
    return standing(state, case.subject, step.trigger)


def _filled(asked: Question, payload: Mapping[str, Value | Blank]) -> Fields:
    known: Mapping[Blank, Value] = {
        Blank.ACTOR: asked.actor,
        Blank.ORGANIZATION: asked.state.organization,
        Blank.DAY: asked.on,
    }
    return {
        name: known[value] if isinstance(value, Blank) else value for name, value in payload.items()
    }


def _pointing(case: _Case, trigger: str) -> tuple[Fields, ...]:
    """What makes a command be about a subject, as `place` finds it: the ways to point at it."""
    asked, subject, _ = case
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


def _cosigning(asked: Question, role: str, pending: Sequence[Signed]) -> Iterator[Command]:
    """Commands that say what was signed; words are no part of that, and may be there or not."""
    for signed in pending[:1]:
        specs = asked.rules.commands[signed.command].rules.fields
        texts = [name for name, spec in specs.items() if spec.type == "text"]
        same = {name: v for name, v in signed.fields.items() if name not in texts}
        for chosen in islice(product((True, False), repeat=len(texts)), MOST_TRIED):
            words = {n: WORDS for n, given in zip(texts, chosen, strict=True) if given}
            yield _command(asked, signed.command, role, {**same, **words})


def _against(case: _Case, attempt: Attempt, command: Command) -> list[Reason]:
    """Everything against taking a step by a command: who and what it says, else what is signed."""
    asked, subject, attempts = case
    policy, rules, state, _, _, facts = asked
    judged = Judged(rules, state, subject, command, facts)
    against = ill_said(rules.commands[command.name], command)
    against += against_step(judged, attempt.step)[0]
    if against:
        return against
    # The first alternative that accepts a command takes it.
    taken = (a.step for a in attempts if a is attempt or not against_step(judged, a.step)[0])
    step = next(taken)
    signed = collect(policy, step, state, subject, command) if step.joint else None
    return [signed] if isinstance(signed, Reason) else []


def _needs(asked: Question, trigger: str, subject: Subject) -> tuple[str, ...]:
    named = asked.rules.commands[trigger]
    given = named.pointer if named.points_at == subject.lifecycle else None
    return tuple(name for name in named.required if name != given)


def _refused(asked: Question, trigger: str, subject: Subject) -> Verdict:
    """Why not: what is against the nearest capacity and payload, and against the day."""
    _, rules, state, actor, on, facts = asked
    late = out_of_time(rules, on, facts.today)
    open_here = (choice for choice in _open(rules, subject, on) if choice.trigger == trigger)
    attempts = tuple(a for choice in open_here for a in _attempts(choice, subject, on))
    if attempts:
        case = _Case(asked, subject, attempts)
        against = (
            _against(case, attempt, command)
            for attempt in attempts
            for role in attempt.step.roles
            for command in _nearest(case, attempt, role)
        )
        reasons = min(against, key=_distance)
    else:
        bare = Command(trigger, actor, "", on)
        reasons = [no_way(Judged(rules, state, subject, bare, facts))]
    return refusal((*((late,) if late is not None else ()), *reasons))


def _distance(against: list[Reason]) -> tuple[int, bool]:
    """How far from being accepted: of as many reasons, those of whoever may act are nearer."""
    return len(against), any(reason.ruling is Ruling.NOT_AUTHORIZED for reason in against)


def _nearest(case: _Case, attempt: Attempt, role: str) -> Iterator[Command]:
    """Payloads as near as there are any: one that the guards accept, else some that may be said."""
    cosigning = _cosigning(case.asked, role, _pending(case, attempt))
    near = (*islice(cosigning, 1), *islice(_fitting(case, attempt, role), 1))
    pointing = next(iter(_pointing(case, attempt.step.trigger)), NOTHING)
    sayable = tuple(replace(group, judges=()) for group in attempt.groups if group.payloads)
    yield from near or islice(_combined(case, attempt, role, sayable, pointing), MOST_BLAMED)
