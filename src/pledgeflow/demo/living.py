"""What somebody does about a pledge on one day of the year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Wish
from pledgeflow.demo.mishaps import blunder
from pledgeflow.demo.owing import meet
from pledgeflow.demo.voting import vote
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import Subject
from pledgeflow.policy.compiled.rules import Step

OFTEN: Mapping[str, float] = {
    **dict.fromkeys((Means.RECORD, Means.PLAN, Means.DISCLOSURE, Means.MEETING), 0.3),
    **dict.fromkeys((Means.INSPECTION, Means.REMINDER, Means.HELP, Means.SUPPORT), 0.05),
}
"""How often, of the days that somebody looks after a pledge, such a record of it is made."""
FEW, MANY = 2, 3
RUSH = 12
"""More steps in a row than anybody takes on one day."""


def live(case: Case, on: date) -> None:
    """Everything that is due, and perhaps a blunder."""
    case.tries = 0
    if on < case.waits:
        return
    blunder(case, on)
    _go_on(case, on)
    if case.state.version:
        _practise(case, on)
        _answer(case, on)
        meet(case, on)
        vote(case, on)


def _go_on(case: Case, on: date) -> None:
    """The pledge itself moves on as far as it is time for it."""
    for _ in range(RUSH):
        root = case.state.subjects[case.state.root]
        late = timedelta(days=case.temper.delay)
        steps = [
            step for step in case.ways.onward(root) if case.ways.due(step, case.state) + late <= on
        ]
        if not steps or on < case.waits:
            return
        if case.state.version:
            _propose(case, on)
        if case.ways.due(steps[0], case.state) > case.state.cycle.starts + timedelta(days=150):
            _settle(case, on)
        if not any(case.take(Wish(step.trigger), on) for step in steps):
            return


def _propose(case: Case, on: date) -> None:
    """Two or three items, while items can be added."""
    ways, root = case.ways, case.state.subjects[case.state.root]
    items = ways.items()
    have = sum(len(case.state.children(item)) for item in items)
    open_now = {
        step.trigger: step
        for step in ways.steps(case.state.root)
        if step.adds in items and root.state in step.sources
    }
    for trigger in open_now:
        for _ in range(have, case.rng.choice((FEW, FEW, MANY))):
            case.take(Wish(trigger), on)
        return


def _under_way(case: Case) -> list[Subject]:
    """The items that are being practised: those from which people can reach an end."""
    return [
        subject
        for item in sorted(case.ways.items())
        for subject in case.state.children(item)
        if not case.ways.ended(subject) and _records(case, subject)
    ]


def _records(case: Case, subject: Subject) -> list[Step]:
    """The records somebody keeps of an item in its state."""
    return [
        step
        for step in case.ways.steps(subject.lifecycle)
        if step.dest is None
        and subject.state in step.sources
        and case.ways.means(step) == Means.RECORD
    ]


def _practise(case: Case, on: date) -> None:
    """Keep records, and bring items to their end around the time they are due."""
    if case.rng.random() < case.temper.goes_on:
        for step in case.ways.steps(case.state.root):
            root = case.state.subjects[case.state.root]
            if step.dest is None and root.state in step.sources and _timely(case, step, on):
                case.take(Wish(step.trigger), on)
    for subject in _under_way(case):
        if case.rng.random() > case.temper.goes_on:
            continue
        for step in _records(case, subject):
            if case.rng.random() < OFTEN[Means.RECORD]:
                case.take(Wish(step.trigger, subject.id), on)
        due = subject.content.get("due")
        late = timedelta(days=case.temper.delay - 15)
        if isinstance(due, date) and due + late <= on and case.rng.random() < case.temper.keeps:
            _end(case, subject, on)


def _timely(case: Case, step: Step, on: date) -> bool:
    """Whether a record of the whole pledge is made today."""
    if case.rng.random() >= OFTEN.get(case.ways.means(step), 0.0):
        return False
    if case.ways.rebukes(step) and case.temper.keeps > case.rng.random():
        return False
    if step.stage is None:
        return True
    first, last = step.stage.days(case.state.cycle.starts)
    return (first is None or first <= on) and (last is None or on <= last)


def _end(case: Case, subject: Subject, on: date, *, kept: bool = True) -> None:
    """Bring an item to an end: the one that asks for most if it was kept, else another."""
    steps = case.ways.onward(subject)
    for step in steps if kept or len(steps) == 1 else steps[1:]:
        if case.take(Wish(step.trigger, subject.id), on):
            return


def _settle(case: Case, on: date) -> None:
    """Before the evaluation, what is still open ends one way or the other, if it has to."""
    for subject in _under_way(case):
        kept = case.rng.random() < case.temper.keeps
        if kept or len(case.ways.onward(subject)) > 1:
            _end(case, subject, on, kept=kept)


def _answer(case: Case, on: date) -> None:
    """Meet what outcomes call for, and bring what they demanded to its end."""
    for outcome in list(case.state.outcomes.values()):
        for command in outcome.open_calls:
            if case.rng.random() < case.temper.goes_on:
                case.take(Wish(command, outcome.subject), on)
    items = case.ways.items()
    for subject in list(case.state.subjects.values()):
        if subject.lifecycle in items or subject.id == case.state.root or case.ways.ended(subject):
            continue
        for step in case.ways.onward(subject)[:1]:
            if case.rng.random() < case.temper.goes_on:
                case.take(Wish(step.trigger, subject.id), on)
