"""Whether every guard asks for something that can be: known commands, roles, fields, states, tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.guards.conditions import Graded, Guarded, Plain, Said
from pledgeflow.policy.guards.elsewhere import PrecededElsewhere
from pledgeflow.policy.guards.history import LAST_REVISION, NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import CalledFor, Items
from pledgeflow.policy.guards.kinds import BUILT_IN, Factory, Foreign
from pledgeflow.policy.guards.payload import AllYes, Copies, Given, Includes, Tally
from pledgeflow.policy.language.schema import Transition


def guard_findings(surface: Surface, allowed: Mapping[str, Factory]) -> Iterator[Finding]:
    """Everything wrong with the guards of a track's transitions."""
    for place, _, transition in surface.transitions():
        for part in ("guards", "when"):
            for name, guard in (getattr(transition, part) or {}).items():
                where = (*place, part, name)
                yield from _guard(where, guard, transition, surface)
                if transition.by is None and isinstance(guard, PrecededElsewhere):
                    yield (
                        where,
                        (
                            "what happens by itself cannot ask about other pledges; "
                            "put this guard on a step people take"
                        ),
                    )
                if isinstance(guard, Foreign):
                    yield from unknown(
                        (*where, "is"), "guard kind", (guard.is_,), (*BUILT_IN, *allowed)
                    )
                if isinstance(guard, Guarded) and guard.if_ is not None:
                    yield from _guard((*where, "if"), guard.if_, transition, surface)


def _guard(
    place: Place, guard: Plain, transition: Transition, surface: Surface
) -> Iterator[Finding]:
    rules = surface.rules
    match guard:
        case PrecededBy() | NotPrecededBy():
            taken = {c for c in rules.commands if surface.book.transitions(c)}
            what = "command that somebody can give"
            yield from unknown((*place, "command"), what, guard.command, taken)
            yield from unknown((*place, "by"), "role", guard.by, surface.roles)
            since = (guard.since,) if guard.since not in (None, LAST_REVISION) else ()
            yield from unknown((*place, "since"), "state", map(str, since), surface.states)
            for command in guard.command:
                fields = rules.commands[command].fields if command in rules.commands else {}
                yield from unknown((*place, "saying"), "field", guard.saying, fields)
            if isinstance(guard, PrecededBy) and guard.each is not None:
                yield from _items((*place, "each"), guard.each.of, guard.each.states, surface)
        case Items():
            states = (*guard.states, *guard.all, *guard.any, *guard.none)
            yield from _items(place, guard.of, states, surface)
        case Graded():
            tiers = rules.evaluation.tiers if rules.evaluation else {}
            yield from unknown((*place, "tiers"), "tier", guard.tiers, tiers)
        case CalledFor():
            yield from unknown((*place, "outcome"), "outcome", guard.outcome, rules.outcomes)
        case AllYes() | Includes() | Copies() | Given() | Tally() | Said():
            yield from _payload(place, guard, transition, surface)
        case _:
            pass


def _items(place: Place, of: str, states: tuple[str, ...], surface: Surface) -> Iterator[Finding]:
    yield from unknown((*place, "of"), "lifecycle", (of,), surface.rules.lifecycles)
    if of in surface.rules.lifecycles:
        yield from unknown(place, "state", states, surface.book.states(of))


def _payload(
    place: Place,
    guard: AllYes | Includes | Copies | Given | Tally | Said,
    transition: Transition,
    surface: Surface,
) -> Iterator[Finding]:
    command = surface.rules.commands.get(fires(place[3], transition))
    if transition.by is None or command is None:
        yield (
            place,
            "what happens by itself carries no fields; this guard is for a step people take",
        )
        return
    named = tuple(guard.fields) if isinstance(guard, Given | Said) else (guard.field,)
    yield from unknown(place, "field of the command", named, command.fields)
    wanted: tuple[str, ...] = ()
    if isinstance(guard, AllYes | Includes):
        wanted = guard.of
    elif isinstance(guard, Copies):
        wanted = guard.holders
    for name in named:
        spec = command.fields.get(name)
        if spec is not None and wanted and not spec.open:
            yield from unknown(place, f"choice of `{name}`", wanted, spec.choices)
