"""Where the day makes no difference: a run in which time passes there is one in which it passes later.

As long as no step that may be taken is possible on one day and not on another, and nothing counts
the days since one was taken, each of them may as well be taken before time goes on: it permits the
same, and leads to the same. So time need not be tried before the whole has gone on to where some
day matters.
"""

from __future__ import annotations

from collections.abc import Iterable

from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.policy.compiled.rules import StageRule, Step
from pledgeflow.policy.guards.binding import Check


def restful(outlook: Outlook, noted: Iterable[Step] = ()) -> frozenset[str]:
    """The states of the whole in which time may stand still. noted: steps whose day is looked at"""
    if any(_counts_days(step) for step in outlook.steps) or any(
        counting(use.check) for use in outlook.uses
    ):
        return frozenset()
    dated = {step.rule for step in noted}
    bound = [step for step in outlook.steps if step.rule in dated or _bound(step)]
    states = outlook.rules.lifecycles[outlook.root].states
    return frozenset(s for s in states if not any(_possible(outlook, step, s) for step in bound))


def counting(check: Check) -> bool:
    """Whether what a guard says may change with the day alone."""
    return check.sights is None or any(sight.turns is not None for sight in check.sights)


def _counts_days(step: Step) -> bool:
    """Whether time takes a step so long after something, or on a day that somebody has named."""
    return step.waits is not None and step.waits.stage is None


def _bound(step: Step) -> bool:
    """Whether a step is possible on some days only, or taken on one of them."""
    return step.waits is not None or (step.stage is not None and _refuses(step.stage))


def _refuses(stage: StageRule) -> bool:
    first, last = stage.bounds
    early, late = first is not None and stage.refuses_early, last is not None and stage.refuses_late
    return early or late


def _possible(outlook: Outlook, step: Step, place: str) -> bool:
    """Whether a step may be possible while the whole is in a state."""
    if step.lifecycle == outlook.root:
        return place in step.sources
    return all(place in states for lifecycle, states in step.above if lifecycle == outlook.root)
