"""Whether every guard asks for something that can be: known commands, roles, fields, states, tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pledgeflow.policy.checks.finding import Finding, Place, Surface, undeclared, unknown
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.guards.conditions import (
    Content,
    Graded,
    Guarded,
    Plain,
    Promisor,
    Said,
    SomeoneElse,
    Stands,
)
from pledgeflow.policy.guards.duties import Owing
from pledgeflow.policy.guards.elsewhere import HERE, Elsewhere, PrecededElsewhere
from pledgeflow.policy.guards.history import LAST_REVISION, NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import CalledFor, Due, Items
from pledgeflow.policy.guards.kinds import BUILT_IN, Factory, Foreign
from pledgeflow.policy.guards.payload import AllYes, Copies, Given, Includes, Listed
from pledgeflow.policy.guards.tallies import Tally
from pledgeflow.policy.language.steps import CommandRules


def guard_findings(surface: Surface, allowed: Mapping[str, Factory]) -> Iterator[Finding]:
    """Everything wrong with the guards of a track's transitions and outcomes."""
    for where, guard, command in guards(surface):
        yield from misfits(where, guard, command, surface)
        if command is None and isinstance(guard, PrecededElsewhere | Elsewhere):
            yield (
                where,
                "what happens by itself cannot ask about other pledges; "
                "put this guard on a step people take",
            )
        if isinstance(guard, Foreign):
            yield from unknown((*where, "is"), "guard kind", (guard.is_,), (*BUILT_IN, *allowed))
        if isinstance(guard, Guarded) and guard.if_ is not None:
            yield from misfits((*where, "if"), guard.if_, command, surface)
    for place, _, transition in surface.transitions():
        after = transition.after
        if after is not None and after.field is not None:
            yield from said_of((*place, "after", "field"), (after.field,), place[1], surface)


def guards(surface: Surface) -> Iterator[tuple[Place, Plain, CommandRules | None]]:
    """Every guard, where it stands, and the command whose fields it may read, if people give one."""
    for place, _, transition in surface.transitions():
        command = surface.rules.commands.get(fires(place[3], transition))
        for part in ("guards", "when"):
            for name, guard in (getattr(transition, part) or {}).items():
                yield (*place, part, name), guard, command if transition.by is not None else None
    for outcome, rules in surface.rules.outcomes.items():
        for name, guard in rules.guards.items():
            yield ("outcomes", outcome, "guards", name), guard, None
    for reaction, follows in surface.rules.reactions.items():
        for name, guard in follows.guards.items():
            yield ("reactions", reaction, "guards", name), guard, None


def misfits(
    place: Place, guard: Plain, command: CommandRules | None, surface: Surface
) -> Iterator[Finding]:
    """What a guard names that is not there. command: whose fields it may read, if any."""
    rules = surface.rules
    match guard:
        case PrecededBy() | NotPrecededBy():
            yield from _past(place, guard, surface)
        case Items():
            yield from _counted(place, guard, surface)
        case Stands():
            states = surface.book.states(surface.root)
            yield from unknown((*place, "in"), "state", guard.states, states)
        case SomeoneElse():
            yield from _named(place, guard.field, command, surface)
        case Elsewhere() if guard.whose not in HERE:
            yield from _named((*place, "whose"), guard.whose, command, surface)
        case Due() | Content():
            key = "field" if isinstance(guard, Due) else "fields"
            named = (guard.field,) if isinstance(guard, Due) else tuple(guard.fields)
            yield from said_of((*place, key), named, place[1], surface)
        case Graded():
            tiers = rules.evaluation.tiers if rules.evaluation else {}
            yield from unknown((*place, "tiers"), "tier", guard.tiers, tiers)
        case CalledFor() | Owing():
            yield from _follows(place, guard, surface)
        case Promisor() | PrecededElsewhere():
            yield from _people(place, guard, surface)
        case AllYes() | Includes() | Copies() | Given() | Listed() | Tally() | Said():
            yield from _payload(place, guard, command, surface)
        case _:
            pass


def _past(place: Place, guard: PrecededBy | NotPrecededBy, surface: Surface) -> Iterator[Finding]:
    rules, taken = surface.rules, surface.given
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


def _counted(place: Place, guard: Items, surface: Surface) -> Iterator[Finding]:
    states = (*guard.states, *guard.all, *guard.any, *guard.none)
    yield from _items(place, guard.of, states, surface)
    yield from said_of((*place, "fields"), guard.fields, guard.of, surface)
    yield from said_of((*place, "saying"), tuple(guard.saying), guard.of, surface)
    yield from _bounds(place, guard, surface)


def _people(
    place: Place, guard: Promisor | PrecededElsewhere, surface: Surface
) -> Iterator[Finding]:
    document, key = surface.document, "kinds" if isinstance(guard, Promisor) else "among"
    kinds = getattr(guard, key)
    yield from undeclared((*place, key), "kind", kinds, document.kinds)
    yield from undeclared((*place, "posts"), "post", guard.posts, document.posts)
    if not kinds and not guard.posts:
        yield place, "say which kinds or posts are meant"


def _named(
    place: Place, field: str, command: CommandRules | None, surface: Surface
) -> Iterator[Finding]:
    """A field that names somebody, of the command or of the item that it is about."""
    book, lifecycle = surface.book, place[1]
    about = [
        surface.rules.commands.get(c) for c in (*book.adders(lifecycle), *book.amenders(lifecycle))
    ]
    known = {name for found in (command, *about) if found is not None for name in found.fields}
    yield from unknown(place, "field of the command or its item", (field,), known)


def _bounds(place: Place, guard: Items, surface: Surface) -> Iterator[Finding]:
    """Numbers that a field of the whole gives; and a lower bound that no upper one leaves room for."""
    amending = surface.amending
    fields = {name for c in amending for name, spec in c.fields.items() if spec.type == "integer"}
    for key in ("more_than", "fewer_than"):
        bound = getattr(guard, key)
        if isinstance(bound, str):
            what = "whole number that a command which amends the root gives"
            yield from unknown((*place, key), what, (bound,), fields)
    more, fewer = guard.more_than, guard.fewer_than
    if more is not None and (more == fewer or _no_room(more, fewer)):
        yield place, f"no number is more than {more} and fewer than {fewer}"


def _no_room(more: int | str, fewer: int | str | None) -> bool:
    return isinstance(more, int) and isinstance(fewer, int) and fewer <= more + 1


def _follows(place: Place, guard: CalledFor | Owing, surface: Surface) -> Iterator[Finding]:
    if isinstance(guard, Owing):
        yield from unknown((*place, "duty"), "duty", (guard.duty,), surface.rules.duties)
    else:
        yield from unknown((*place, "outcome"), "outcome", guard.outcome, surface.rules.outcomes)


def _items(place: Place, of: str, states: tuple[str, ...], surface: Surface) -> Iterator[Finding]:
    yield from unknown((*place, "of"), "lifecycle", (of,), surface.rules.lifecycles)
    if of in surface.rules.lifecycles:
        yield from unknown(place, "state", states, surface.book.states(of))


def said_of(place: Place, named: tuple[str, ...], of: str, surface: Surface) -> Iterator[Finding]:
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
