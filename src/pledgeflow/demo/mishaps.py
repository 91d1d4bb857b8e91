"""What people get wrong. Each is only tried: whether it is refused, and why, the engine says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Wish
from pledgeflow.demo.filling import Form
from pledgeflow.demo.names import UNLISTED
from pledgeflow.demo.ways import FAR
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.rules import Step

RATE = 0.08
LONG_AGO = 60


def blunder(case: Case, on: date) -> None:
    """Now and then, one of them; the careless more often."""
    if case.state.version and case.rng.random() < RATE * (2 - case.temper.care):
        case.rng.choice(MISHAPS)(case, on)


def _too_early(case: Case, on: date) -> None:
    """Showing the pledge before it is ready."""
    near = case.ways.near(case.state.root)
    here = near.get(case.state.subjects[case.state.root].state, 0)
    for step in case.ways.steps(case.state.root):
        if case.ways.means(step) == Means.PUBLICATION and near.get(step.dest or "", FAR) < here:
            _try(case, step, on)
            return


def _own_judge(case: Case, on: date) -> None:
    """Deciding on the own pledge, in another's name."""
    owners = list(case.actors(PROMISOR))
    for step in _now(case):
        if owners and step.roles and PROMISOR not in step.roles and not step.joint:
            _try(case, step, on, who=(owners[0], step.roles[0]))
            return


def _unlisted(case: Case, on: date) -> None:
    """A word of one's own where the list is closed."""
    for step in _now(case):
        for closed in case.ways.rules.commands[step.trigger].closed:
            spec = case.ways.rules.commands[step.trigger].rules.fields[closed.field]
            word = UNLISTED[case.lang != "zh"]
            if spec.type in ("choice", "tier"):
                _try(case, step, on, saying={closed.field: word})
                return


def _long_ago(case: Case, on: date) -> None:
    """Entering now what happened long ago."""
    for step in _now(case):
        if not step.joint:
            _try(case, step, on, saying={"occurred_on": on - timedelta(days=LONG_AGO)})
            return


def _sent_back(case: Case, on: date) -> None:
    """Not a blunder of the promisor's: whoever reviews an item wants it mended."""
    for item in sorted(case.ways.items()):
        for subject in case.state.children(item):
            for step in case.ways.steps(item):
                if case.ways.means(step) == Means.RETURN and subject.state in step.sources:
                    case.take(Wish(step.trigger, subject.id), on)
                    return


def _now(case: Case) -> list[Step]:
    """The steps that the rules know where the pledge and its items are now."""
    states = {(s.lifecycle, s.state) for s in case.state.subjects.values()}
    steps = [
        step
        for step in case.ways.steps()
        if step.roles and any((step.lifecycle, source) in states for source in step.sources)
    ]
    case.rng.shuffle(steps)
    return steps


def _try(
    case: Case,
    step: Step,
    on: date,
    *,
    who: tuple[str, str] | None = None,
    saying: dict[str, object] | None = None,
) -> None:
    """One attempt, with nobody asking what would make it legal."""
    named = case.ways.rules.commands[step.trigger]
    subject = next((s.id for s in case.state.children(step.lifecycle)), "")
    form = Form(
        case.ways.rules, case.state, case.temper, on, case.ends, case.lang, case.rng, case.cast
    )
    role = step.roles[0]
    actor = next(iter(case.actors(role)), None)
    if who is None and actor is not None:
        who = (actor, role)
    if who is not None:
        case.slips = True
        case.attempt(step.trigger, who, on, form.filled(named, subject) | (saying or {}))
        case.slips = False


MISHAPS: tuple[Callable[[Case, date], None], ...] = (
    _too_early,
    _own_judge,
    _unlisted,
    _long_ago,
    _sent_back,
    _sent_back,
)
