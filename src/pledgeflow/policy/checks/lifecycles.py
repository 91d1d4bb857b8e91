"""Whether each lifecycle can be lived: known states, ways in and out, no ambiguous step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.guards.conditions import Content, Graded, Plain, Promisor, Said
from pledgeflow.policy.guards.history import NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import Due, Items
from pledgeflow.policy.language.lifecycles import Lifecycle, Transition


def lifecycle_findings(surface: Surface) -> Iterator[Finding]:
    """Everything wrong with the shape of a track's lifecycles."""
    lifecycles = surface.rules.lifecycles
    roots = [name for name, lifecycle in lifecycles.items() if not lifecycle.of]
    if len(roots) != 1:
        yield ("lifecycles",), "one lifecycle has to stand alone; the others say `of:` which one"
    for name, lifecycle in lifecycles.items():
        place = ("lifecycles", name)
        yield from unknown((*place, "of"), "lifecycle", lifecycle.of, lifecycles)
        yield from unknown((*place, "initial"), "state", (lifecycle.initial,), lifecycle.states)
        yield from unknown((*place, "final"), "state", lifecycle.final, lifecycle.states)
        if not lifecycle.final:
            yield place, "name at least one state under `final:`, so that this can end"
        misshapen = [
            finding
            for key, transition in lifecycle.transitions.items()
            for finding in _shape((*place, "transitions", key), lifecycle, transition)
        ]
        yield from misshapen
        if not misshapen:  # ways that are misspelled lead nowhere: told once is enough
            yield from _dead_ends(place, lifecycle, surface)
        yield from _ambiguous(place, lifecycle)


def _shape(place: Place, lifecycle: Lifecycle, transition: Transition) -> Iterator[Finding]:
    yield from unknown((*place, "source"), "state", transition.source, lifecycle.states)
    if not transition.source:
        yield place, "say under `source:` from which states this is possible"
    if transition.dest is not None:
        yield from unknown((*place, "dest"), "state", (transition.dest,), lifecycle.states)
    if (transition.dest is None) is not transition.stays:
        yield place, "say either `dest:` with a state, or `stays: true` for a record"
    by, when, after = transition.by, transition.when, transition.after
    if by is None and when is None and after is None:
        yield place, "say who takes this (`by:`), what completes it (`when:`) or by when (`after:`)"
    if by is not None and (when is not None or after is not None):
        yield (
            place,
            "people take this (`by:`), or it happens by itself (`when:`, `after:`): not both",
        )
    if by is not None and bool(by.any_of) is bool(by.all_of):
        yield (*place, "by"), "name roles under `any_of:` or under `all_of:`"
    if by is None and transition.stays:
        yield place, "what happens by itself has to lead to another state"
    if after is not None and not (after.period or after.field or after.stage):
        yield (*place, "after"), "say a `period:`, a date `field:` or a `stage:`"
    if transition.carries is not None:
        named = (transition.carries,)
        yield from unknown((*place, "carries"), "state", named, lifecycle.states)
        if not lifecycle.of:
            yield (*place, "carries"), "only an item can be carried over"


def _dead_ends(place: Place, lifecycle: Lifecycle, surface: Surface) -> Iterator[Finding]:
    lost, stuck = dead_ends(lifecycle)
    cut = surface.cut(place[1]) is not None
    for states, message in (
        (lost, "no way leads to this state; add one or take it out"),
        (stuck, "no way leads from this state to a final one; add one"),
    ):
        for state in states:
            where = (*place, "states", state)
            if not cut or surface.own(where):  # else it is told at the removal that cut the way
                yield where, message


def dead_ends(lifecycle: Lifecycle) -> tuple[list[str], list[str]]:
    """The states that no way leads to, and those from which none leads to a final one."""
    edges = [
        (source, move.dest)
        for move in lifecycle.transitions.values()
        for source in move.source
        if move.dest is not None
    ]
    reached = _closure({lifecycle.initial}, edges)
    ending = _closure(set(lifecycle.final), [(dest, source) for source, dest in edges])
    lost = [state for state in lifecycle.states if state not in reached]
    stuck = [s for s in lifecycle.states if s in reached and lifecycle.final and s not in ending]
    return lost, stuck


def _closure(start: set[str], edges: Iterable[tuple[str, str]]) -> set[str]:
    following: defaultdict[str, list[str]] = defaultdict(list)
    for source, dest in edges:
        following[source].append(dest)
    seen, todo = set(start), list(start)
    while todo:
        new = [state for state in following[todo.pop()] if state not in seen]
        seen.update(new)
        todo += new
    return seen


def _ambiguous(place: Place, lifecycle: Lifecycle) -> Iterator[Finding]:
    named = sorted(lifecycle.transitions.items())
    for (one, a), (two, b) in combinations(named, 2):
        shared = set(a.source) & set(b.source)
        if a.dest == b.dest or fires(one, a) != fires(two, b) or not shared or _apart(a, b):
            continue
        if a.by is None or b.by is None:
            continue
        yield (
            (*place, "transitions", two),
            f"from `{min(shared)}` the step `{fires(two, b)}` leads to `{a.dest}` and to `{b.dest}`; "
            "tell the two apart by role, or by guards of which only one can hold",
        )


def _apart(a: Transition, b: Transition) -> bool:
    """Whether two ways can never be open at once: other roles, or guards that exclude each other."""
    ours = set(a.by.any_of) if a.by else set()
    if a.by and b.by and not ours & set(b.by.any_of) and not (a.by.all_of or b.by.all_of):
        return True
    return any(_exclude(x, y) for x in a.guards.values() for y in b.guards.values())


def _exclude(x: Plain, y: Plain) -> bool:
    """Whether two guards can never hold together."""
    if getattr(x, "if_", None) is not None or getattr(y, "if_", None) is not None:
        return False
    return any(tell(p, q) for tell in _TELLING for p, q in ((x, y), (y, x)))


def _by_due(x: Plain, y: Plain) -> bool:
    return isinstance(x, Due) and isinstance(y, Due) and x.field == y.field and x.passed != y.passed


def _by_value(x: Plain, y: Plain) -> bool:
    for kind in (Said, Content):
        if isinstance(x, kind) and isinstance(y, kind):
            return any(y.fields.get(name, value) != value for name, value in x.fields.items())
    return False


def _by_kind(x: Plain, y: Plain) -> bool:
    if not isinstance(x, Promisor) or not isinstance(y, Promisor):
        return False
    return any(y.kinds.get(kind, value) is not value for kind, value in x.kinds.items())


def _by_tier(x: Plain, y: Plain) -> bool:
    if not isinstance(x, Graded) or not isinstance(y, Graded):
        return False
    # A guard that names no tier holds for any.
    return bool(x.tiers and y.tiers) and not set(x.tiers) & set(y.tiers)


def _by_history(x: Plain, y: Plain) -> bool:
    if not isinstance(x, PrecededBy) or not isinstance(y, NotPrecededBy) or y.for_ is not None:
        return False
    narrower = set(x.command) <= set(y.command) and not y.by and not y.saying
    wider = y.since in (None, x.since) and y.since_last in (None, x.since_last)
    return narrower and wider and x.each is None


def _by_items(x: Plain, y: Plain) -> bool:
    if not isinstance(x, Items) or not isinstance(y, Items) or x.of != y.of:
        return False
    return bool(set(x.any) and set(x.any) <= set(y.none))


_TELLING: tuple[Callable[[Plain, Plain], bool], ...] = (
    _by_due,
    _by_value,
    _by_kind,
    _by_tier,
    _by_history,
    _by_items,
)
