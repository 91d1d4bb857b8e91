"""What is no pledge: organizations' years, selections and filings, and what is done about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import assert_never

from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Wish
from pledgeflow.demo.electing import select
from pledgeflow.demo.owing import meet
from pledgeflow.domain.commands import OTHERS
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.people import View
from pledgeflow.policy.compiled.rules import Policy

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


def _file(case: Case, on: date) -> None:
    """Draft, file, have it returned once perhaps, and approved; then leave it in force."""
    for _ in range(3):
        if any(r.means == Means.APPROVAL for kept in case.state.records.values() for r in kept):
            return
        root = case.state.subjects[case.state.root]
        steps = [step for step in case.ways.steps(root.lifecycle) if root.state in step.sources]
        returns = [s for s in steps if case.ways.means(s) == Means.RETURN]
        back = any(r.means == Means.RETURN for kept in case.state.records.values() for r in kept)
        if returns and not back and case.rng.random() < 1 - case.temper.care:
            case.take(Wish(returns[0].trigger), on)
            return
        onward = [s for s in case.ways.onward(root) if case.ways.due(s, case.state) <= on]
        if not any(case.take(Wish(step.trigger), on) for step in onward):
            return
