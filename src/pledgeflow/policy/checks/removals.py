"""What a removal leaves behind: rules that still need what is gone, a track that nobody reviews.

The mistake is shown where it was made, at the removal, and not at the parent's rule that suffers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.checks.finding import Finding, Place, Surface
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.files.marks import Path

REVIEWING = frozenset({Means.APPROVAL, Means.GUIDANCE})
"""Steps by which somebody else looks at what is promised, before it is."""


def removal_findings(surface: Surface, removed: Iterable[Path]) -> Iterator[Finding]:
    """Everything that the removals in a track's rules leave in want of something."""
    gone = [tuple(map(str, path)) for path in removed]
    needed = {**_roles(surface), **_commands(surface)}
    for path in gone:
        wanting = needed.get(path)
        if wanting is not None:
            yield (
                path,
                f"`{path[-1]}` is taken out here, and `{'.'.join(wanting)}` still needs it; "
                "put another in its place, or change that rule too",
            )
    if not any(_reviews(surface, place) for place, _, _ in surface.transitions()):
        yield from _unreviewed(surface, gone)


def _roles(surface: Surface) -> Mapping[Place, Place]:
    """Roles that rules name -> the first rule that does."""
    needed: dict[Place, Place] = {}
    for place, _, transition in surface.transitions():
        if transition.by is not None:
            for role in (*transition.by.any_of, *transition.by.all_of):
                needed.setdefault(("roles", role), (*place, "by"))
    for name, rules in surface.rules.roles.items():
        if rules.otherwise is not None:
            needed.setdefault(("roles", rules.otherwise), ("roles", name, "otherwise"))
    return needed


def _commands(surface: Surface) -> Mapping[Place, Place]:
    """Commands that transitions answer to -> the first transition that does."""
    return {
        ("commands", fires(place[3], transition)): place
        for place, _, transition in reversed(list(surface.transitions()))
        if transition.by is not None
    }


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
