"""What an actor may do in a state: yes and no at once, why not when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from pledgeflow.domain.commands import Command
from pledgeflow.domain.states import Subject
from pledgeflow.errors import Reason, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Attempt
from pledgeflow.policy.judging.choosing import Case, no_way
from pledgeflow.policy.judging.ruling import refusal
from pledgeflow.policy.judging.timing import out_of_time
from pledgeflow.policy.judging.trying import (
    NOTHING,
    Key,
    Question,
    Trial,
    against,
    attempts_on,
    combined,
    cosigning,
    fitting,
    open_on,
    passing,
    pending,
    pointing,
)

MOST_BLAMED = 8
"""Payloads of which the one with the least against it gives the reasons."""


class Permissions(Mapping[Key, Verdict]):
    """(trigger, subject id) -> verdict, for every step that a subject's lifecycle knows.

    Yes and no are worked out at once; the reasons of a no, with their remedies, when it is looked
    up. It equals, and is pickled as, the plain mapping.
    """

    __slots__ = ("_asked", "_known", "_passing")

    def __init__(self, asked: Question) -> None:
        self._asked = asked
        self._passing = passing(asked)
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


def _needs(asked: Question, trigger: str, subject: Subject) -> tuple[str, ...]:
    named = asked.rules.commands[trigger]
    given = named.pointer if named.points_at == subject.lifecycle else None
    return tuple(name for name in named.required if name != given)


def _refused(asked: Question, trigger: str, subject: Subject) -> Verdict:
    """Why not: what is against the nearest capacity and payload, and against the day."""
    _, rules, state, actor, on, facts = asked
    late = out_of_time(rules, on, facts.today)
    open_here = (choice for choice in open_on(rules, subject, on) if choice.trigger == trigger)
    attempts = tuple(a for choice in open_here for a in attempts_on(choice, subject, on))
    if attempts:
        trial = Trial(asked, subject, attempts)
        found = (
            against(trial, attempt, command)
            for attempt in attempts
            for role in attempt.step.roles
            for command in _nearest(trial, attempt, role)
        )
        reasons = min(found, key=_distance)
    else:
        bare = Command(trigger, actor, "", on)
        reasons = [no_way(Case(rules, state, subject, bare, facts))]
    return refusal((*((late,) if late is not None else ()), *reasons))


def _distance(reasons: list[Reason]) -> tuple[int, bool]:
    """How far from being accepted: of as many reasons, those of whoever may act are nearer."""
    return len(reasons), any(reason.ruling is Ruling.NOT_AUTHORIZED for reason in reasons)


def _nearest(trial: Trial, attempt: Attempt, role: str) -> Iterator[Command]:
    """Payloads as near as there are any: one that the guards accept, else some that may be said."""
    same = cosigning(trial.asked, role, pending(trial, attempt))
    near = (*islice(same, 1), *islice(fitting(trial, attempt, role), 1))
    fields = next(iter(pointing(trial, attempt.step.trigger)), NOTHING)
    sayable = tuple(replace(group, judges=()) for group in attempt.groups if group.payloads)
    yield from near or islice(combined(trial, attempt, role, sayable, fields), MOST_BLAMED)
