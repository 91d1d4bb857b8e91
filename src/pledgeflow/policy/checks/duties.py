"""Whether what is owed can be: by somebody, by a step that can be taken, and on some day at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pledgeflow.domain.calendars import DAY
from pledgeflow.policy.checks.finding import Finding, Place, Surface, undeclared, unknown
from pledgeflow.policy.checks.guarding import said_of
from pledgeflow.policy.compiled.duties import compiled
from pledgeflow.policy.duties.owing import After
from pledgeflow.policy.duties.rhythms import MOST, Rhythm, Span, windows
from pledgeflow.policy.guards.conditions import Condition, Content, Graded, Said
from pledgeflow.policy.language.duties import Bound, DutyRules
from pledgeflow.policy.words import period

RHYTHMS = ("every", "rrule", "due", "after")
YEARS = range(2024, 2029)
"""A leap year, three that are none, and another: what falls due in none of them never does."""


def duty_findings(surface: Surface) -> Iterator[Finding]:
    """Everything wrong with the duties of a track."""
    for name, duty in surface.rules.duties.items():
        place = ("duties", name)
        found = [*_names(place, duty, surface), *_shape(place, duty)]
        yield from found
        if not found:
            yield from _days(place, duty, surface)


def _names(place: Place, duty: DutyRules, surface: Surface) -> Iterator[Finding]:
    rules = surface.rules
    yield from unknown((*place, "owner"), "role", (duty.owner,), surface.roles)
    role = rules.roles.get(duty.owner)
    if role is not None and role.person is not None and role.person.member_of is not None:
        yield (
            (*place, "owner"),
            f"`{duty.owner}` is everybody who belongs there, and nobody has to answer for it; name "
            "a role that is held",
        )
    what = "command that somebody can give"
    yield from unknown((*place, "met_by"), what, duty.met_by, surface.given)
    under = surface.book.states(surface.root)
    yield from unknown((*place, "while"), "state", duty.while_, under)
    items = [n for n, lifecycle in rules.lifecycles.items() if lifecycle.of]
    each = (duty.each,) if duty.each is not None else ()
    yield from unknown((*place, "each"), "lifecycle of items", each, items)
    if duty.each in items:
        yield from unknown((*place, "in"), "state", duty.states, surface.book.states(duty.each))
    states = under | surface.book.states(duty.each or surface.root)
    for key, bound in (("from", duty.from_), ("until", duty.until)):
        if bound is not None:
            yield from _bound((*place, key), bound, states, surface)
    if duty.after is not None:
        after = duty.after
        started = (after.command,) if after.command is not None else ()
        yield from unknown((*place, "after", "command"), what, started, surface.given)
        entered = (after.state,) if after.state is not None else ()
        yield from unknown((*place, "after", "state"), "state", entered, states)
        if after.field is not None and duty.each is not None:
            yield from said_of((*place, "after", "field"), (after.field,), duty.each, surface)
    if duty.if_ is not None:
        yield from _condition((*place, "if"), duty.if_, duty, surface)


def _bound(
    place: Place, bound: Bound, states: frozenset[str], surface: Surface
) -> Iterator[Finding]:
    if (bound.stage is None) is (bound.state is None):
        yield place, "say either `stage:` or `state:`"
    cycle = surface.document.cycle
    stages = cycle.stages if cycle is not None else {}
    named = (bound.stage,) if bound.stage is not None else ()
    yield from unknown((*place, "stage"), "stage", named, stages)
    entered = (bound.state,) if bound.state is not None else ()
    yield from unknown((*place, "state"), "state", entered, states)


def _condition(
    place: Place, condition: Condition, duty: DutyRules, surface: Surface
) -> Iterator[Finding]:
    match condition:
        case Said():
            yield place, "nobody says anything when something is owed; ask about the promisor"
        case Content():
            if duty.each is None:
                yield place, "a condition on content is about an item; say under `each:` which"
            else:
                yield from said_of((*place, "fields"), tuple(condition.fields), duty.each, surface)
        case Graded():
            evaluation = surface.rules.evaluation
            tiers = evaluation.tiers if evaluation is not None else {}
            yield from unknown((*place, "tiers"), "tier", condition.tiers, tiers)
        case _:
            document = surface.document
            yield from undeclared((*place, "kinds"), "kind", condition.kinds, document.kinds)
            yield from undeclared((*place, "posts"), "post", condition.posts, document.posts)


def _shape(place: Place, duty: DutyRules) -> Iterator[Finding]:
    said = [key for key in RHYTHMS if getattr(duty, key) is not None]
    if len(said) != 1:
        named = " and ".join(f"`{key}`" for key in said)
        yield (
            place,
            (
                f"{named} are two rhythms; keep one"
                if said
                else "say when it is due: `every:`, `rrule:`, `due:` or `after:`"
            ),
        )
    if duty.states and duty.each is None:
        yield (*place, "in"), "say under `each:` whose states these are"
    if duty.every is not None and not _moves(duty.every):
        yield (*place, "every"), f"`{duty.every}` leads nowhere; write one as in P1M or P1W"
    after = duty.after
    if after is None:
        return
    for key, bound in (("from", duty.from_), ("until", duty.until)):
        if bound is not None:
            yield (*place, key), "`after` counts from what happens; take this out"
    if sum(key is not None for key in (after.command, after.state, after.field)) != 1:
        yield (*place, "after"), "say after what: one of `command:`, `state:` and `field:`"
    if after.within is not None and after.working_days is not None:
        yield (*place, "after"), "say either `within:` or `working_days:`"
    if after.within is None and after.working_days is None and after.field is None:
        yield (*place, "after"), "say how long after: `within:` a period, or `working_days:`"
    if after.field is not None and duty.each is None:
        yield (*place, "after"), "a date is what an item names; say under `each:` which"


def _moves(text: str) -> bool:
    start = YEARS[0]
    return date(start, 1, 1) + period(text) > date(start, 1, 1)


def _days(place: Place, duty: DutyRules, surface: Surface) -> Iterator[Finding]:
    """Whether any day is due, and not too many of them."""
    made = compiled(place[1], surface.document, surface.book)
    if isinstance(made.rhythm, After):
        return
    key = next(key for key in RHYTHMS if getattr(duty, key) is not None)
    first = made.begins.day
    last = made.ends.day
    starts = [_first_day(surface, year) for year in YEARS]
    numbers = [
        _number(
            made.rhythm,
            Span(
                first.within(day) if first is not None else day,
                last.within(day) if last is not None else day + made.last - DAY,
                day,
            ),
        )
        for day in starts
    ]
    if not any(numbers):
        where = "stage" if first is not None or last is not None else "cycle"
        yield (
            (*place, key),
            f"this never falls due inside the {where} that it belongs to; write another rhythm, "
            "or another `from:` and `until:`",
        )
    elif max(numbers) > MOST:
        yield (
            (*place, key),
            f"this falls due more than {MOST} times in one cycle; write a slower rhythm",
        )


def _number(rhythm: Rhythm, span: Span) -> int:
    return len(windows(rhythm, span))


def _first_day(surface: Surface, year: int) -> date:
    cycle = surface.document.cycle
    day = date(year, 1, 1)
    return cycle.starts.within(day) if cycle is not None else day
