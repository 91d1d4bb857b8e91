"""A selection as it is lived: people are put forward, objected to, voted on, and conferred.

By what steps mean. Who is eligible, and in what order things come, the engine says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Wish
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import Subject
from pledgeflow.policy.compiled.rules import Step
from pledgeflow.policy.judging.awarding import CONFERRING, NAMING, Candidate, Choosing

OPENS = timedelta(days=280)
"""So long into the cycle nobody thinks of awards."""
WANTED = 2
OBJECTS, DECLINES, HOLDS = 0.2, 0.03, 0.25


def select(case: Case, on: date, below: list[Case]) -> None:
    """Go on with a selection, as far as it goes today. below: those whose candidates it receives."""
    case.tries = 0
    late = on >= case.ends + timedelta(days=10)
    if on < case.state.cycle.starts + OPENS and not case.state.version:
        return
    _open(case, on, settled=late or all(_settled(each) for each in below))
    _nominate(case, on)
    for subject in _candidates(case):
        _decide(case, subject, on)
    if case.state.version and (late or (_settled(case) and not _standing(case))):
        _finish(case, on)


def _candidates(case: Case) -> list[Subject]:
    """The items that stand for candidates, where they are not at an end."""
    rules, state = case.ways.rules, case.state
    found = [c for c in Choosing(rules, state).candidates() if c.state]
    return [
        state.subjects[c.subject] for c in found if not case.ways.ended(state.subjects[c.subject])
    ]


def _standing(case: Case) -> list[Candidate]:
    return [c for c in Choosing(case.ways.rules, case.state).candidates() if c.fate == "standing"]


def _settled(case: Case) -> bool:
    """Whether nobody else will come of it: it is over, or somebody was put forward or conferred."""
    if case.state.version and case.ways.ended(case.state.subjects[case.state.root]):
        return True
    found = list(Choosing(case.ways.rules, case.state).candidates())
    return bool(found) and all(c.fate != "standing" for c in found)


def _steps(case: Case, lifecycle: str, *means: Means) -> Iterator[Step]:
    """The steps of these meanings that are open now, for one lifecycle."""
    here = {s.state for s in case.state.subjects.values() if s.lifecycle == lifecycle}
    for step in case.ways.steps(lifecycle):
        if step.roles and case.ways.means(step) in means and here & set(step.sources):
            yield step


def _open(case: Case, on: date, *, settled: bool) -> None:
    """The whole moves on, when everybody is there who is put forward from below; not to its end."""
    root = case.state.subjects[case.state.root]
    finals = case.ways.rules.lifecycles[root.lifecycle].final
    for step in case.ways.onward(root):
        if step.dest not in finals and settled:
            case.take(Wish(step.trigger), on)


def _nominate(case: Case, on: date) -> None:
    """Put people forward, where that is done by hand."""
    state = case.state
    for step in list(_steps(case, state.root, Means.NOMINATION)):
        named = case.ways.rules.commands[step.trigger]
        field = next((n for n, spec in named.rules.fields.items() if spec.type in NAMING), None)
        mine = list(Choosing(case.ways.rules, case.state).candidates())
        if len(mine) >= WANTED:
            return
        if field is None or named.rules.fields[field].type == "organization":
            case.attempted(Wish(step.trigger), on, state.organization)
            continue
        known = {c.who for c in mine}
        people = [p for p in case.cast.of(state.organization) if p not in known]
        for person in case.rng.sample(people, min(len(people), WANTED + 1)):
            case.attempted(Wish(step.trigger, saying={field: person}), on, person)


def _decide(case: Case, subject: Subject, on: date) -> None:
    """What becomes of one candidate today."""
    rng = case.rng
    answers = [
        s for s in _steps(case, subject.lifecycle, Means.ANSWER) if subject.state in s.sources
    ]
    if answers:
        finals = case.ways.rules.lifecycles[subject.lifecycle].final
        holds = rng.random() < HOLDS
        answers.sort(key=lambda step: (step.dest in finals) is not holds)
        case.take(Wish(answers[0].trigger, subject.id), on)
        return
    for means, often in ((Means.OBJECTION, OBJECTS), (Means.WITHDRAWAL, DECLINES)):
        for step in _steps(case, subject.lifecycle, means):
            key = (step.trigger, subject.id)
            if subject.state in step.sources and key not in case.tried and rng.random() < often:
                case.tried[key] = on
                if case.take(Wish(step.trigger, subject.id), on):
                    return
    for step in case.ways.onward(subject):
        full = case.ways.means(step) in CONFERRING and _full(case)
        if not full and case.take(Wish(step.trigger, subject.id), on):
            return


def _full(case: Case) -> bool:
    """Whether every place is taken."""
    choosing = Choosing(case.ways.rules, case.state)
    places, found = choosing.places(), choosing.candidates()
    return places is not None and sum(c.fate == "conferred" for c in found) >= places


def _finish(case: Case, on: date) -> None:
    root = case.state.subjects[case.state.root]
    for step in case.ways.onward(root):
        if case.take(Wish(step.trigger), on):
            return
