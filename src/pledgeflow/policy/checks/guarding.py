"""Whether every guard asks for something that can be: known commands, roles, fields, states, tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pledgeflow.policy.checks.finding import Finding, Place, Surface, undeclared, unknown
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.guards.conditions import Content, Graded, Guarded, Plain, Promisor, Said
from pledgeflow.policy.guards.elsewhere import PrecededElsewhere
from pledgeflow.policy.guards.history import LAST_REVISION, NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import CalledFor, Due, Items
from pledgeflow.policy.guards.kinds import BUILT_IN, Factory, Foreign
from pledgeflow.policy.guards.payload import AllYes, Copies, Given, Includes, Listed
from pledgeflow.policy.guards.tallies import Tally
from pledgeflow.policy.language.schema import CommandRules


def guard_findings(surface: Surface, allowed: Mapping[str, Factory]) -> Iterator[Finding]:
    """Everything wrong with the guards of a track's transitions and outcomes."""
    for where, guard, command in _guards(surface):
        yield from _guard(where, guard, command, surface)
        if command is None and isinstance(guard, PrecededElsewhere):
            yield (
                where,
                (
                    "what happens by itself cannot ask about other pledges; "
                    "put this guard on a step people take"
                ),
            )
        if isinstance(guard, Foreign):
            yield from unknown((*where, "is"), "guard kind", (guard.is_,), (*BUILT_IN, *allowed))
        if isinstance(guard, Guarded) and guard.if_ is not None:
            yield from _guard((*where, "if"), guard.if_, command, surface)
    for place, _, transition in surface.transitions():
        after = transition.after
        if after is not None and after.field is not None:
            yield from _said_of((*place, "after", "field"), (after.field,), place[1], surface)


def _guards(surface: Surface) -> Iterator[tuple[Place, Plain, CommandRules | None]]:
    """Every guard, where it stands, and the command whose fields it may read, if people give one."""
    for place, _, transition in surface.transitions():
        command = surface.rules.commands.get(fires(place[3], transition))
        for part in ("guards", "when"):
            for name, guard in (getattr(transition, part) or {}).items():
                yield (*place, part, name), guard, command if transition.by is not None else None
    for outcome, rules in surface.rules.outcomes.items():
        for name, guard in rules.guards.items():
            yield ("outcomes", outcome, "guards", name), guard, None


def _guard(
    place: Place, guard: Plain, command: CommandRules | None, surface: Surface
) -> Iterator[Finding]:
    rules, document = surface.rules, surface.document
    match guard:
        case PrecededBy() | NotPrecededBy():
            taken = surface.given
            what = "command that somebody can give"
            yield from unknown((*place, "command"), what, guard.command, taken)
            last = (guard.since_last,) if guard.since_last is not None else ()
            yield from unknown((*place, "since_last"), what, last, taken)
            yield from unknown((*place, "by"), "role", guard.by, surface.roles)
            since = (guard.since,) if guard.since not in (None, LAST_REVISION) else ()
            yield from unknown((*place, "since"), "state", map(str, since), surface.states)
            for past in guard.command:
                fields = rules.commands[past].fields if past in rules.commands else {}
                yield from unknown((*place, "saying"), "field", guard.saying, fields)
            if isinstance(guard, PrecededBy) and guard.each is not None:
                yield from _items((*place, "each"), guard.each.of, guard.each.states, surface)
        case Items():
            states = (*guard.states, *guard.all, *guard.any, *guard.none)
            yield from _items(place, guard.of, states, surface)
            yield from _said_of((*place, "fields"), guard.fields, guard.of, surface)
            yield from _said_of((*place, "saying"), tuple(guard.saying), guard.of, surface)
        case Due() | Content():
            key = "field" if isinstance(guard, Due) else "fields"
            named = (guard.field,) if isinstance(guard, Due) else tuple(guard.fields)
            yield from _said_of((*place, key), named, place[1], surface)
        case Graded():
            tiers = rules.evaluation.tiers if rules.evaluation else {}
            yield from unknown((*place, "tiers"), "tier", guard.tiers, tiers)
        case CalledFor():
            yield from unknown((*place, "outcome"), "outcome", guard.outcome, rules.outcomes)
        case Promisor() | PrecededElsewhere():
            key = "kinds" if isinstance(guard, Promisor) else "among"
            kinds = getattr(guard, key)
            yield from undeclared((*place, key), "kind", kinds, document.kinds)
            yield from undeclared((*place, "posts"), "post", guard.posts, document.posts)
            if not kinds and not guard.posts:
                yield place, "say which kinds or posts are meant"
        case AllYes() | Includes() | Copies() | Given() | Listed() | Tally() | Said():
            yield from _payload(place, guard, command, surface)
        case _:
            pass


def _items(place: Place, of: str, states: tuple[str, ...], surface: Surface) -> Iterator[Finding]:
    yield from unknown((*place, "of"), "lifecycle", (of,), surface.rules.lifecycles)
    if of in surface.rules.lifecycles:
        yield from unknown(place, "state", states, surface.book.states(of))


def _said_of(place: Place, named: tuple[str, ...], of: str, surface: Surface) -> Iterator[Finding]:
    """Fields that an item never has: no command that adds or amends such items carries them."""
    book, lifecycle = surface.book, surface.rules.lifecycles.get(of)
    commands = [surface.rules.commands.get(c) for c in (*book.adders(of), *book.amenders(of))]
    carried = {name for command in commands if command is not None for name in command.fields}
    # Where nothing adds such items, as in a parent for others to extend, anything may come.
    if lifecycle is not None and lifecycle.of and carried:
        yield from unknown(place, f"field of a `{of}`", named, carried)


def _payload(
    place: Place,
    guard: AllYes | Includes | Copies | Given | Listed | Tally | Said,
    command: CommandRules | None,
    surface: Surface,
) -> Iterator[Finding]:
    if command is None:
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
    elif isinstance(guard, Listed):
        wanted = guard.named
        yield from undeclared((*place, "kinds"), "kind", guard.kinds, surface.document.kinds)
        if not isinstance(guard.open, bool):
            yield from unknown((*place, "open"), "kind with a list", guard.open, guard.kinds)
    elif isinstance(guard, Tally):
        yield from _numbers(place, guard, command)
    for name in named:
        spec = command.fields.get(name)
        if spec is not None and wanted and not spec.open:
            yield from unknown(place, f"choice of `{name}`", wanted, spec.choices)


def _numbers(place: Place, guard: Tally, command: CommandRules) -> Iterator[Finding]:
    """A tally is held against fields with numbers, one for each thing that is counted."""
    for key in ("present", "of"):
        name = getattr(guard, key)
        if name is not None:
            integers = [f for f, spec in command.fields.items() if spec.type == "integer"]
            yield from unknown((*place, key), "field with a whole number", (name,), integers)
    if guard.share is not None and guard.of is None:
        yield (*place, "share"), "say `of:` which field it is a share"
    for key in ("of", "marks") if guard.present is None else ():
        if getattr(guard, key) not in (None, 1):
            yield (*place, key), "say under `present:` which field has the number of voters"
    if guard.present is not None and guard.present == guard.of:
        yield (*place, "of"), "who is present and who is entitled are two fields; name both"
