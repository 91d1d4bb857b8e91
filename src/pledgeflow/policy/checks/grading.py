"""Whether a grade can be worked out as a method says: weights, scores and bounds without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.language.evaluation import GradeRules
from pledgeflow.policy.language.methods import (
    AnyMethod,
    Channel,
    Instead,
    Share,
    WeightedMean,
)
from pledgeflow.policy.language.numbers import exact, rounded
from pledgeflow.policy.language.steps import CommandField

METHOD: Place = ("evaluation", "grade", "method")
NUMBERS = ("decimal", "integer")
HUNDRED = 100


def method_findings(
    method: AnyMethod, grade: GradeRules, tiers: Sequence[str], surface: Surface
) -> Iterator[Finding]:
    """Everything wrong with how a grade is worked out. tiers: of the policy, the best first."""
    command = surface.rules.commands.get(grade.command)
    spec = command.fields.get(grade.field) if command is not None else None
    if spec is not None and spec.type == "tier":
        yield (
            METHOD,
            f"this works the grade out, and `{grade.command}` has a field `{grade.field}` that "
            "names one; take one of them out",
        )
    if not method.channels:
        yield (*METHOD, "channels"), "a grade is worked out from something; name a channel"
    for name, channel in method.channels.items():
        yield from _channel((*METHOD, "channels", name), channel, grade, surface)
    if isinstance(method.missing, Instead):
        yield from unknown((*METHOD, "missing"), "tier", (method.missing.tier,), tiers)
    if tiers:
        yield from _numbers(method, tiers)


def _channel(
    place: Place, channel: Channel, grade: GradeRules, surface: Surface
) -> Iterator[Finding]:
    name = channel.command
    if name == grade.command:
        yield (*place, "command"), f"`{name}` gives the grade itself; name what comes before it"
        return
    what = "command that somebody can give"
    yield from unknown((*place, "command"), what, (name,), surface.given)
    command = surface.rules.commands.get(name)
    spec = command.fields.get(channel.field) if command is not None else None
    numbers = isinstance(grade.method, WeightedMean)
    if command is not None and (spec is None or not _speaks(spec, numbers=numbers)):
        kinds = "`tier`, `tally`, `decimal` or `integer`" if numbers else "`tier` or `tally`"
        yield (
            (*place, "field"),
            f"`{name}` has no field `{channel.field}` that holds a grade; name one of type {kinds}",
        )


def _speaks(spec: CommandField, *, numbers: bool) -> bool:
    """Whether a field holds tiers, one or counted, or a score where that will do."""
    counted = spec.type == "tally" and not spec.choices and spec.of is None
    return spec.type == "tier" or counted or (numbers and spec.type in NUMBERS)


def _numbers(method: AnyMethod, tiers: Sequence[str]) -> Iterator[Finding]:
    match method:
        case WeightedMean():
            yield from _weights(method)
            scale = _read(method.scale)
            yield from _each((*METHOD, "scale"), "score", scale, tiers, tiers)
            yield from _falling((*METHOD, "scale"), scale, tiers)
            bounds = _read(method.bounds)
            yield from _each((*METHOD, "bounds"), "bound", bounds, tiers[:-1], tiers)
            yield from _falling((*METHOD, "bounds"), bounds, tiers)
            if set(scale) == set(tiers) and set(tiers[:-1]) == set(bounds):
                yield from _unanimous(method, tiers)
        case Share():
            enough = _read(method.at_least)
            place = (*METHOD, "at_least")
            yield from _each(place, "share", enough, tiers[:-1], tiers)
            for tier, share in enough.items():
                if not 0 < share <= 1:
                    yield (*place, tier), "a share of votes is more than 0 and at most 1"
                elif share == 1 and method.ties == "worse":
                    yield (*place, tier), "more than all votes there never are; say `ties: better`"
        case _:
            pass


def _weights(method: WeightedMean) -> Iterator[Finding]:
    weights = {name: exact(channel.weight) for name, channel in method.channels.items()}
    for name, weight in weights.items():
        if not weight:
            place = (*METHOD, "channels", name, "weight")
            yield place, "a channel without weight says nothing; take it out, or give it some"
    total = sum(weights.values())
    if weights and total not in (1, HUNDRED):
        yield (
            (*METHOD, "channels"),
            f"the weights add up to {_said(Fraction(total))}; let them add up to 1, or to 100 "
            "per cent",
        )


def _each(
    place: Place,
    what: str,
    given: Mapping[str, Fraction],
    needed: Sequence[str],
    tiers: Sequence[str],
) -> Iterator[Finding]:
    """One number for each tier that needs one, and for no other."""
    yield from unknown(place, "tier", given, tiers)
    for tier in needed:
        if tier not in given:
            yield place, f"there is no {what} for `{tier}`; add it, so that there is no gap"
    for tier in tiers:
        if tier in given and tier not in needed:
            yield (*place, tier), f"`{tier}` takes what is left below the others; take this out"


def _falling(
    place: Place, given: Mapping[str, Fraction], tiers: Sequence[str]
) -> Iterator[Finding]:
    """A better tier stands higher."""
    for better, worse in pairwise(tier for tier in tiers if tier in given):
        if given[better] <= given[worse]:
            yield (
                (*place, worse),
                f"`{worse}` is worse than `{better}` and has to be below its "
                f"{_said(given[better])}; tiers are ordered as they are written, the best first",
            )


def _unanimous(method: WeightedMean, tiers: Sequence[str]) -> Iterator[Finding]:
    """What everybody says has to come out: the score of a tier lies within its own bounds."""
    scale, bounds = _read(method.scale), _read(method.bounds)
    for place, tier in enumerate(tiers):
        score = Fraction(rounded(scale[tier], method.places, method.rounding))
        reached = [
            better
            for better in tiers[:-1]
            if score > bounds[better] or (score == bounds[better] and method.ties == "better")
        ]
        found = reached[0] if reached else tiers[-1]
        if found != tier:
            yield (
                (*METHOD, "scale", tier),
                f"where all say `{tier}`, its score {_said(score)} comes out as `{found}`; move "
                f"the bound of `{tiers[min(place, tiers.index(found))]}`, or this score",
            )


def _read(numbers: Mapping[str, str]) -> dict[str, Fraction]:
    return {tier: exact(number) for tier, number in numbers.items()}


def _said(number: Fraction) -> str:
    """A number as people write it: a decimal where it has an end."""
    decimal = rounded(number, 9, "down")
    if Fraction(decimal) != number:
        return str(number)
    whole = decimal == decimal.to_integral_value()
    return str(int(decimal)) if whole else f"{decimal.normalize():f}"
