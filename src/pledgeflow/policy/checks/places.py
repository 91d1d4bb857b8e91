"""Whether what is counted of items can be: no more places, or items asked for, than there can be.

How many there can be is known where every step that adds such items counts them all, and up to a
number. What people announce is not known here, only the least that they may.
"""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.checks.finding import Finding, Place, Surface
from pledgeflow.policy.checks.guarding import guards
from pledgeflow.policy.guards.items import Items
from pledgeflow.policy.language.lifecycles import Transition

CONFERRING = frozenset({Means.AWARD, Means.COMMENDATION})


def place_findings(surface: Surface) -> Iterator[Finding]:
    """Places that nobody could fill, and items that there never are enough of."""
    for name, ballot in surface.rules.ballots.items():
        of = ballot.choices.of
        if of is not None and ballot.places is not None:
            place = ("ballots", name, "places")
            yield from _beyond(place, ballot.places.number, of, surface)
    for where, guard, command in guards(surface):
        if isinstance(guard, Items):
            yield from _never(where, guard, surface)
            places = _least(guard.fewer_than, surface)
            if places is not None and command is not None and command.means in CONFERRING:
                yield from _beyond((*where, "fewer_than"), places, guard.of, surface)


def _never(place: Place, guard: Items, surface: Surface) -> Iterator[Finding]:
    """A guard that asks for more than there can be."""
    most = _most(guard.of, surface)
    for key, beyond in (("at_least", 0), ("more_than", 1)):
        asked = _least(getattr(guard, key), surface)
        if most is not None and asked is not None and asked + beyond > most:
            yield (*place, key), f"no more than {most} × `{guard.of}` are ever added; ask for fewer"


def _beyond(place: Place, places: int, of: str, surface: Surface) -> Iterator[Finding]:
    most = _most(of, surface)
    if most is not None and places > most:
        yield (
            place,
            f"there are {places} places, and no more than {most} × `{of}` are ever added; "
            "give fewer places, or let more be added",
        )


def _most(of: str, surface: Surface) -> int | None:
    """How many items of a lifecycle there can be at most; None where nothing says so."""
    steps = [(place[1], step) for place, _, step in surface.transitions()]
    # What comes out of an earlier cycle was counted there.
    if any(lifecycle == of and step.carries is not None for lifecycle, step in steps):
        return None
    limits = [_limit(step, of) for _, step in steps if step.adds == of]
    known = [limit for limit in limits if limit is not None]
    return max(known) if known and len(known) == len(limits) else None


def _limit(step: Transition, of: str) -> int | None:
    """Up to how many a step adds: it counts all of them, whatever they say and wherever they are."""
    counting = (g for g in step.guards.values() if isinstance(g, Items) and g.of == of)
    limits = [
        guard.fewer_than
        for guard in counting
        if isinstance(guard.fewer_than, int)
        if not (guard.states or guard.saying or guard.if_)
    ]
    return min(limits, default=None)


def _least(named: int | str | None, surface: Surface) -> int | None:
    """A number, or the least that a field of the root can say; None where that is open."""
    if not isinstance(named, str):
        return named
    amending = surface.amending
    given = [command.fields[named] for command in amending if named in command.fields]
    return min((spec.at_least for spec in given if spec.at_least is not None), default=None)
