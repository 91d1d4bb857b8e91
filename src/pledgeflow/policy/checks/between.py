"""Whether what one stream does in another, or asks of it, can be there: looks at all tracks at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.checks.guarding import guards, misfits
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.guards.conditions import Plain
from pledgeflow.policy.guards.elsewhere import Elsewhere
from pledgeflow.policy.language.following import Reaction


def between_findings(surface: Surface, others: Sequence[Surface]) -> Iterator[Finding]:
    """Everything wrong with a track's reactions, and with its guards over other streams."""
    for name, reaction in surface.rules.reactions.items():
        place = ("reactions", name)
        yield from _arises(place, reaction, surface)
        yield from _does(place, reaction, others)
        circle = _circle(surface, name, others)
        if circle:
            round_ = ", then ".join(f"`{each}`" for each in (*circle, circle[0]))
            yield place, f"this never ends: {round_}; give one of them `guards:`, or take it out"
    for where, found, _ in guards(surface):
        if isinstance(found, Elsewhere):
            there = _there(found.place, others)
            if not there:
                yield where, _nowhere(found.place, others)
            for key, inner in found.guards.items():
                yield from _asks((*where, "guards", key), inner, there)


def _there(place: str, others: Sequence[Surface]) -> list[Surface]:
    return [other for other in others if other.document.tracks[other.track].place == place]


def _nowhere(place: str, others: Sequence[Surface]) -> str:
    known = sorted({f"`{o.document.tracks[o.track].place or 'pledge'}`" for o in others})
    return f"no track is about a `{place or 'pledge'}`; known are {', '.join(known)}"


def _asks(place: Place, inner: Plain, there: Sequence[Surface]) -> Iterator[Finding]:
    """A guard over another stream can be met in at least one track there."""
    wrong = [
        list(misfits((place[0], other.root, *place[2:]), inner, None, other)) for other in there
    ]
    if wrong and all(wrong):
        yield from (((*place, *at[len(place) :]), message) for at, message in wrong[0])


def _arises(place: Place, reaction: Reaction, surface: Surface) -> Iterator[Finding]:
    when = reaction.when
    if not (when.command or when.state or when.tier):
        yield (*place, "when"), "say which `command:`, `state:` or `tier:` it follows from"
    tiers = surface.rules.evaluation.tiers if surface.rules.evaluation else {}
    what = "command that somebody can give"
    yield from unknown((*place, "when", "command"), what, when.command, surface.given)
    yield from unknown((*place, "when", "state"), "state", when.state, surface.states)
    yield from unknown((*place, "when", "tier"), "tier", when.tier, tiers)


def _circle(surface: Surface, name: str, others: Sequence[Surface]) -> tuple[str, ...]:
    """The reactions that follow from one until it follows again, if nothing stops them."""
    seen: set[tuple[str, str]] = set()
    waiting: list[tuple[Surface, tuple[str, ...]]] = [(surface, (name,))]
    for here, way in waiting:
        for there, then in _leads_to(here.rules.reactions[way[-1]], others):
            if (there.track, then) == (surface.track, name):
                return way
            if (there.track, then) not in seen:
                seen.add((there.track, then))
                waiting.append((there, (*way, then)))
    return ()


def _leads_to(reaction: Reaction, others: Sequence[Surface]) -> Iterator[tuple[Surface, str]]:
    """The reactions that always follow from what one does: no guard or state stands between.

    What goes up ends at the top.
    """
    for there in _there(reaction.place, others):
        if reaction.guards or reaction.when.items or not _stays(reaction.do, there):
            continue
        for name, then in there.rules.reactions.items():
            if reaction.do in then.when.command and "superior" not in (reaction.whose, then.whose):
                yield there, name


def _stays(command: str, surface: Surface) -> bool:
    """Whether a reaction can give a command again and again."""
    ways = surface.book.transitions(command)
    free = (way.by for way in ways if way.stays and not way.guards)
    return any(by is not None and REACTION in by.any_of for by in free)


def _does(place: Place, reaction: Reaction, others: Sequence[Surface]) -> Iterator[Finding]:
    there = _there(reaction.place, others)
    if not there:
        yield (*place, "in"), _nowhere(reaction.place, others)
        return
    takers = {
        command
        for other in there
        for command in other.given
        if REACTION in other.book.takers(command)
    }
    what = "command there that has `reaction` among who takes it"
    yield from unknown((*place, "do"), what, (reaction.do,), takers)
    fields = {
        name
        for other in there
        if reaction.do in other.rules.commands
        for name in other.rules.commands[reaction.do].fields
    }
    if reaction.do in takers:
        yield from unknown((*place, "fields"), f"field of `{reaction.do}`", reaction.fields, fields)
    for name, source in reaction.fields.items():
        given = (source.field, source.what, source.word, source.item)
        if sum(value is not None for value in given) != 1:
            yield (
                (*place, "fields", name),
                "say where it comes from: one of `field:`, `what:`, `word:` or `item:`",
            )
