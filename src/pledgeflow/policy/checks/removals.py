"""What a removal leaves behind: rules that still need what is gone, a track that nobody reviews.

The mistake is shown where it was made, at the removal, and not at the parent's rule that suffers.
"""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.checks.grading import METHOD
from pledgeflow.policy.checks.grounds import ANOTHER_GROUND
from pledgeflow.policy.checks.lifecycles import dead_ends
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.guards.duties import Owing
from pledgeflow.policy.guards.history import NotPrecededBy, PrecededBy
from pledgeflow.policy.language.lifecycles import Lifecycle, Transition

REVIEWING = frozenset({Means.APPROVAL, Means.GUIDANCE})
"""Steps by which somebody else looks at what is promised, before it is."""


def removal_findings(surface: Surface, known: frozenset[str]) -> Iterator[Finding]:
    """Everything wrong with the removals in a track's rules, or with what they leave behind.

    known: clause ids of the policy's own registers
    """
    gone = [tuple(map(str, path)) for path in surface.removed]
    for path, cite in surface.removed.items():
        place = (*map(str, path), "cite")
        for where, message in unknown(place, "clause in the register", cite, known):
            yield where, f"{message}; {ANOTHER_GROUND}"
    needed: dict[Place, Place] = {}
    for thing, place in _needs(surface):
        needed.setdefault(thing, place)
    for path in gone:
        wanting = needed.get(path)
        if wanting is not None:
            yield (
                path,
                f"`{path[-1]}` is taken out here, and `{'.'.join(wanting)}` still needs it; "
                "put another in its place, or change that rule too",
            )
    for name, lifecycle in surface.rules.lifecycles.items():
        yield from _cut(surface, name, lifecycle)
    if not any(_reviews(surface, place) for place, _, _ in surface.transitions()):
        yield from _unreviewed(surface, gone)


def _needs(surface: Surface) -> Iterator[tuple[Place, Place]]:
    """Each thing that some rule needs, and that rule."""
    for name, lifecycle in surface.rules.lifecycles.items():
        own = ("lifecycles", name)
        for key, states in (("initial", (lifecycle.initial,)), ("final", lifecycle.final)):
            yield from (((*own, "states", state), (*own, key)) for state in states)
    for place, _, transition in surface.transitions():
        yield from _of_transition(surface, place, transition)
    for name, rules in surface.rules.roles.items():
        if rules.otherwise is not None:
            yield ("roles", rules.otherwise), ("roles", name, "otherwise")
    yield from _of_evaluation(surface)
    for name, outcome in surface.rules.outcomes.items():
        for tier in outcome.when.tier:
            yield ("evaluation", "tiers", tier), ("outcomes", name, "when")
        for command in outcome.calls_for:
            yield from _step(surface, command, ("outcomes", name, "calls_for"))
    for name, duty in surface.rules.duties.items():
        yield ("roles", duty.owner), ("duties", name, "owner")
        for command in duty.met_by:
            yield from _step(surface, command, ("duties", name, "met_by"))
    for name, ballot in surface.rules.ballots.items():
        yield from _step(surface, ballot.command, ("ballots", name, "command"))
        for role in (*ballot.voters.roles, *ballot.excluded):
            yield ("roles", role), ("ballots", name)


def _of_evaluation(surface: Surface) -> Iterator[tuple[Place, Place]]:
    evaluation = surface.rules.evaluation
    for command in evaluation.order if evaluation is not None else ():
        yield from _step(surface, command, ("evaluation", "order"))
    grade = evaluation.grade if evaluation is not None else None
    if grade is not None and grade.method is not None:
        for name, channel in grade.method.channels.items():
            yield from _step(surface, channel.command, (*METHOD, "channels", name))


def _of_transition(
    surface: Surface, place: Place, transition: Transition
) -> Iterator[tuple[Place, Place]]:
    if transition.by is not None:
        for role in (*transition.by.any_of, *transition.by.all_of):
            yield ("roles", role), (*place, "by")
        yield ("commands", fires(place[3], transition)), place
    leads = (transition.dest,) if transition.dest is not None else ()
    for key, states in (("source", transition.source), ("dest", leads)):
        yield from (((*place[:2], "states", state), (*place, key)) for state in states)
    for key, guard in transition.guards.items():
        if isinstance(guard, PrecededBy | NotPrecededBy):
            for command in guard.command:
                yield from _step(surface, command, (*place, "guards", key))
        if isinstance(guard, Owing):
            yield ("duties", guard.duty), (*place, "guards", key)


def _step(surface: Surface, command: str, place: Place) -> Iterator[tuple[Place, Place]]:
    """A step that a rule counts on, where no transition is left that takes it."""
    if not surface.book.transitions(command):
        for name in surface.rules.lifecycles:
            yield ("lifecycles", name, "transitions", command), place


def _cut(surface: Surface, name: str, lifecycle: Lifecycle) -> Iterator[Finding]:
    """States that were inherited, and that nothing leads to or from any more."""
    place = surface.cut(name)
    if place is None:
        return
    lost, stuck = (
        [s for s in states if not surface.own(("lifecycles", name, "states", s))]
        for states in dead_ends(lifecycle)
    )
    ways = [f"to {_listed(lost)}"] if lost else []
    ways += [f"from {_listed(stuck)} to an end"] if stuck else []
    if ways:
        yield (
            place,
            f"without this no way leads {', nor '.join(ways)}; put another way in its place, or "
            "take those states out too",
        )


def _listed(states: list[str]) -> str:
    *others, last = (f"`{state}`" for state in states)
    return f"{', '.join(others)} and {last}" if others else last


def _reviews(surface: Surface, place: Place) -> bool:
    """Whether a transition is somebody else's look at what is promised."""
    transition = surface.rules.lifecycles[place[1]].transitions[place[3]]
    command = surface.rules.commands.get(fires(place[3], transition))
    if transition.by is None or command is None or command.means not in REVIEWING:
        return False
    return any(role != PROMISOR for role in (*transition.by.any_of, *transition.by.all_of))


def _unreviewed(surface: Surface, gone: list[Place]) -> Iterator[Finding]:
    """The removals after which nobody reviews the track any more."""
    for path in gone:
        command = surface.rules.commands.get(path[-1])
        reviewed = command is not None and command.means in REVIEWING
        if path[-2:-1] == ("transitions",) and reviewed:
            yield (
                path,
                f"without this nobody reviews what the track `{surface.track}` promises; keep it, "
                "or give another step that means `approval` or `guidance` to a role besides "
                "the promisor",
            )
