"""What is no pledge: organizations' years, selections and filings, and what is done about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import assert_never

from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Wish
from pledgeflow.demo.electing import select
from pledgeflow.demo.owing import meet
from pledgeflow.demo.ways import BACKWARD, FAR
from pledgeflow.domain.commands import OTHERS
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.people import View
from pledgeflow.policy.compiled.rules import Policy, Step

SELDOM = 0.04
"""How often, of the days that somebody looks after a year, a record is made that nobody is owed."""
LATE = timedelta(days=330)
"""So long into the cycle an organization's year is not brought to its end."""


def places(policy: Policy) -> tuple[str, ...]:
    """What stands in the names of other streams."""
    tracks = policy.document.tracks.values()
    found = [t.place for kind in OTHERS for t in tracks if t.aggregate == kind]
    return tuple(dict.fromkeys(found))


def owners(policy: Policy, view: View, place: str) -> Iterator[tuple[str, str]]:
    """The organizations that have such a stream, with its track: those below before those above."""
    depth = {o: sum(1 for _ in view.ancestors(o)) for o in view.organizations}
    for organization in sorted(view.organizations, key=lambda o: -depth[o]):
        track = policy.track_of(view, organization, place)
        if track is not None:
            yield organization, track


def live_elsewhere(case: Case, on: date, cases: list[Case]) -> None:
    """What is done today. cases: all there are besides pledges."""
    case.tries = 0
    if on < case.waits:
        return
    kind = case.state.stream.aggregate
    match kind:
        case "pledge":
            return
        case "year":
            meet(case, on)
            _keep_records(case, on)
            if on >= case.state.cycle.starts + LATE:
                _go_on(case, on)
        case "selection":
            select(case, on, list(_below(case, cases)))
            meet(case, on)
        case "filing":
            _file(case, on)
            meet(case, on)
        case _:
            assert_never(kind)


def _below(case: Case, cases: list[Case]) -> Iterator[Case]:
    """The selections of the same name in organizations below."""
    for other in cases:
        above = {o.id for o in case.view.ancestors(other.state.organization)}
        same = other.state.stream.venue == case.state.stream.venue
        if same and case.state.organization in above:
            yield other


def _keep_records(case: Case, on: date) -> None:
    """Records of the year that no duty asks for."""
    root = case.state.subjects[case.state.root]
    asked = {c for duty in case.ways.rules.source.duties.values() for c in duty.met_by}
    for step in list(case.ways.steps(case.state.root)):
        free = step.dest is None and step.roles and step.trigger not in asked
        if free and root.state in step.sources and case.rng.random() < SELDOM:
            case.take(Wish(step.trigger), on)
    for subject in list(case.state.subjects.values()):
        if subject.id != case.state.root and not case.ways.ended(subject):
            for step in case.ways.onward(subject)[:1]:
                case.take(Wish(step.trigger, subject.id), on)


def _go_on(case: Case, on: date) -> None:
    """The year comes to its end."""
    root = case.state.subjects[case.state.root]
    if not case.ways.ended(root):
        for step in case.ways.onward(root):
            if case.take(Wish(step.trigger), on):
                return


GOALS = (Means.APPROVAL, Means.FILING, Means.PUBLICATION, Means.ANNOUNCEMENT, Means.DOCUMENT)
"""What a filing is for: the first of these that its rules know."""


def _file(case: Case, on: date) -> None:
    """Draft, file, have it returned once perhaps, and approved; then leave it in force."""
    goal = _goal(case)
    for _ in range(len(GOALS)):
        given = {record.command for kept in case.state.records.values() for record in kept}
        if goal is None or goal.trigger in given:
            return
        root = case.state.subjects[case.state.root]
        steps = [step for step in case.ways.steps(root.lifecycle) if root.state in step.sources]
        back = next((s for s in steps if case.ways.means(s) == Means.RETURN), None)
        careless = case.rng.random() < 1 - case.temper.care
        if back is not None and back.trigger not in given and careless:
            case.take(Wish(back.trigger), on)
            return
        near = _towards(case, goal)
        here = near.get(root.state, FAR)
        closer = [s for s in steps if s is goal or near.get(s.dest or "", FAR) < here]
        due = [s for s in closer if s.roles and case.ways.due(s, case.state) <= on]
        if not any(case.take(Wish(step.trigger), on) for step in due):
            return


def _goal(case: Case) -> Step | None:
    """The step that a filing is for."""
    steps = [step for step in case.ways.steps(case.state.root) if step.roles]
    for means in GOALS:
        for step in steps:
            if case.ways.means(step) == means:
                return step
    return None


def _towards(case: Case, goal: Step) -> dict[str, int]:
    """How many steps forward each state is from where the goal can be reached."""
    near = dict.fromkeys(goal.sources, 0)
    forward = [s for s in case.ways.steps(case.state.root) if case.ways.means(s) not in BACKWARD]
    for distance in range(1, FAR):
        found = [s for s in forward if near.get(s.dest or "") == distance - 1]
        more = {source: distance for s in found for source in s.sources if source not in near}
        if not more:
            break
        near |= more
    return near
