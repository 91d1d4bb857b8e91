"""Where the day makes no difference: a run in which time passes there is one in which it passes later.

As long as no step that may be taken is possible on one day and not on another, and nothing counts
the days since one was taken, each of them may as well be taken before time goes on: it permits the
same, and leads to the same. So time need not be tried before the whole has gone on to where some
day matters. A date that is said there is said for each of the times that are still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pledgeflow.assurance.exploring.outlook import Outlook, Use
from pledgeflow.policy.compiled.rules import StageRule, Step
from pledgeflow.policy.guards.binding import Check, Sight


def restful(outlook: Outlook, noted: Iterable[Step] = ()) -> frozenset[str]:
    """The states of the whole in which time may stand still. noted: steps whose day is looked at"""
    if any(_counts_days(step) for step in outlook.steps) or any(map(_counts, outlook.uses)):
        return frozenset()
    bound = {step.rule for use in outlook.uses if counting(use.check) for step in use.steps}
    bound |= {step.rule for step in outlook.steps if _bound(step)}
    bound |= {step.rule for step in noted}
    dated = [step for step in outlook.steps if step.rule in bound]
    for step in dated:
        # What happens by itself happens as soon as something else leads there, one after the other.
        dated += [s for s in _before(outlook, step) if s not in dated] if not step.roles else []
    states = outlook.rules.lifecycles[outlook.root].states
    return frozenset(s for s in states if not any(_possible(outlook, step, s) for step in dated))


def counting(check: Check) -> bool:
    """Whether what a guard says may change with the day alone."""
    return check.sights is None or any(sight.turns is not None for sight in check.sights)


def _counts(use: Use) -> bool:
    """Whether a guard may count the days since something was done, or it was said."""
    sights = use.check.sights
    return sights is None or any(s.turns is not None and not _names_a_day(s) for s in sights)


def _names_a_day(sight: Sight) -> bool:
    """Whether it is a date that an item names with which the day is compared."""
    return bool(sight.says) and not (sight.records or sight.besides or sight.of)


def _before(outlook: Outlook, step: Step) -> Iterator[Step]:
    """The steps of the whole with which it comes to where a step happens by itself."""
    for other in outlook.steps:
        moves = other.lifecycle == outlook.root and other.dest is not None
        if moves and _possible(outlook, step, other.dest or ""):
            yield other


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
