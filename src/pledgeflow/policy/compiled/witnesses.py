"""What to say in taking a step, worked out when a policy is compiled, so that `permitted` can try.

A guard that reads fields offers values that may satisfy it (`Check.offers`), a field's type adds an
ordinary one; what comes of them are payloads of which one passes if any does. No kind of guard is
known here: a new one brings its own offers. Whether a payload passes is for the guards to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import Enum
from itertools import combinations, count, islice, product

from pledgeflow.domain.values import Scalar, Text, Value
from pledgeflow.policy.compiled.rules import (
    Attempt,
    Blank,
    Choice,
    Choices,
    EachItem,
    Group,
    Step,
    StepName,
    Unfilled,
)
from pledgeflow.policy.guards.binding import OTHERWISE, Check, Open
from pledgeflow.policy.language.steps import CommandField

MOST = 1_000
"""Payloads kept of one group of fields. Guards that tie more together are not all tried: then
`permitted` may say no to what a payload beyond these would pass, and never yes to what none does."""
MOST_UNIONS = 64
"""Of several choices that guards offer, so many are put together."""

WORDS = Text("0" * 64)
NO_FIELDS = Group((), ({},), blanks=False)


class _Absent(Enum):
    ABSENT = "absent"


ABSENT = _Absent.ABSENT
Candidate = Value | Unfilled | _Absent
Offered = Mapping[str, tuple[Value | Open, ...]]
Steps = Mapping[str, Mapping[str, Mapping[str, tuple[Step, ...]]]]


def choices(steps: Steps, commands: Mapping[str, StepName], tiers: tuple[str, ...]) -> Choices:
    """Every command by the lifecycle and state that leave it open, with payloads to try."""
    found: dict[str, dict[str, tuple[Choice, ...]]] = {}
    for rank, (trigger, by_lifecycle) in enumerate(steps.items()):
        for lifecycle, by_state in by_lifecycle.items():
            places = found.setdefault(lifecycle, {})
            for state, alternatives in by_state.items():
                attempts = tuple(_attempts(alternatives, commands[trigger], tiers))
                choice = Choice(rank, trigger, attempts)
                places[state] = (*places.get(state, ()), choice)
    return found


def _attempts(
    alternatives: tuple[Step, ...], named: StepName, tiers: tuple[str, ...]
) -> Iterator[Attempt]:
    for number, step in enumerate(alternatives):
        foreseen = tuple(c for c in step.checks if not c.fields or c.offers is not None)
        reading = [*(c for c in foreseen if c.fields), *(n.check() for n in named.numbers)]
        offers = _offers(reading)
        # A joint act takes whatever it accepts from those after it: they have to say otherwise.
        joint = [before for before in alternatives[:number] if before.joint]
        for name, values in _offers(c for before in joint for c in before.checks).items():
            offers[name] = (*offers.get(name, ()), *values, OTHERWISE)
        yield Attempt(
            step
            if foreseen == step.checks
            else replace(step, checks=foreseen, judges=tuple(c.judge for c in foreseen)),
            tuple(c.judge for c in foreseen if not c.fields),
            tuple(g for g in _groups(named, reading, offers, tiers) if g != NO_FIELDS),
            bool(joint),
        )


def _offers(checks: Iterable[Check]) -> dict[str, tuple[Value | Open, ...]]:
    offers: dict[str, tuple[Value | Open, ...]] = {}
    for check in checks:
        for name, values in (check.offers or {}).items():
            offers[name] = (*offers.get(name, ()), *values)
    return offers


def _groups(
    named: StepName, reading: list[Check], offers: Offered, tiers: tuple[str, ...]
) -> Iterator[Group]:
    """What has to be said anyway; then the fields that guards read, those tied together as one."""
    specs = {name: spec for name, spec in named.rules.fields.items() if name != named.pointer}
    pools = {n: candidates(specs[n], values, tiers) for n, values in offers.items() if n in specs}
    plain = {
        name: candidates(spec, (), tiers)[:1]
        for name, spec in specs.items()
        if spec.required and name not in pools
    }
    yield _group([c for c in reading if not c.fields & pools.keys()], plain)
    for names in _tied(frozenset(pools), reading):
        yield _group(
            [c for c in reading if c.fields & names],
            {name: pool for name, pool in pools.items() if name in names},
        )


def _tied(names: frozenset[str], checks: list[Check]) -> list[frozenset[str]]:
    """The names in groups, so that no guard reads fields of two."""
    groups = [frozenset({name}) for name in sorted(names)]
    for check in checks:
        touched = [group for group in groups if group & check.fields]
        groups = [group for group in groups if not group & check.fields]
        groups += [frozenset[str]().union(*touched)] if touched else []
    return groups


def _group(checks: list[Check], pools: Mapping[str, tuple[Candidate, ...]]) -> Group:
    payloads = tuple(
        {name: value for name, value in zip(pools, values, strict=True) if value is not ABSENT}
        for values in islice(product(*pools.values()), MOST)
    )
    blanks = any(isinstance(value, Unfilled) for payload in payloads for value in payload.values())
    return Group(tuple(check.judge for check in checks), payloads, blanks)


def candidates(
    spec: CommandField, offered: tuple[Value | Open, ...], tiers: tuple[str, ...]
) -> tuple[Candidate, ...]:
    """Values of a field that fit its type and its list: those offered, and one that is ordinary.

    Where something else than what is offered may be wanted, also that: a value nobody names, the
    emptiest one, and, if it may be left out, none at all; those come first where it comes first.
    """
    values: list[Candidate] = [value for value in offered if value is not OTHERWISE]
    found = [*_fitting(spec, [v for v in offered if v is not OTHERWISE], tiers)]
    if OTHERWISE in offered:
        found += _EMPTY.get(spec.type, ())
        found += () if spec.required else (ABSENT,)
    if offered[:1] == (OTHERWISE,):
        found.sort(key=lambda value: _among(value, values))
    return tuple(value for i, value in enumerate(found) if not _among(value, found[:i]))


def _among(value: Candidate, others: list[Candidate]) -> bool:
    # One is not true, whatever Python says.
    return any(value == other and type(value) is type(other) for other in others)


def _fitting(
    spec: CommandField, offered: list[Value], tiers: tuple[str, ...]
) -> Iterator[Candidate]:
    """Those offered, as far as they fit, and one that nobody offers, if the field can hold it."""
    match spec.type:
        case "choices":
            several = [value for value in offered if isinstance(value, tuple)]
            fit = [v for v in several if spec.open or spec.choices.keys() >= set(v)]
            yield from islice(_unions(list(dict.fromkeys(fit))), MOST_UNIONS)
            most = dict.fromkeys([*spec.choices, *(str(word) for v in several for word in v)])
            yield tuple(word for word in most if spec.open or word in spec.choices)
        case "checklist":
            findings = [value for value in offered if isinstance(value, Mapping)]
            keys = dict.fromkeys([*spec.choices, *(key for each in findings for key in each)])
            yield {key: True for key in keys if spec.open or key in spec.choices}
            yield from (f for f in findings if spec.open or f.keys() <= spec.choices.keys())
        case "tally":
            votes = max((number for number in offered if isinstance(number, int)), default=1)
            if spec.of is not None:
                yield from (EachItem(spec.of, votes), EachItem(spec.of, votes, alone=True))
            else:
                # All for one, too: as few votes as can be, should some number not be exceeded.
                yield dict.fromkeys(tuple(spec.choices) or tiers, votes)
                yield {
                    tier: 0 if place else votes
                    for place, tier in enumerate(tuple(spec.choices) or tiers)
                }
        case "results":
            yield {"somebody": next(iter((*spec.choices, *tiers)), "word")}
        case "boolean":
            yield from (value for value in (*offered, True, False) if isinstance(value, bool))
        case "integer":
            yield from _numbers(offered)
        case "decimal":
            yield from map(Decimal, _numbers(offered))
        case "date" | "text" | "policy":
            yield _ORDINARY[spec.type]
        case _:
            yield from _words(spec, offered, tiers)


def _unions(several: list[tuple[Scalar, ...]]) -> Iterator[tuple[Scalar, ...]]:
    """What some of the offers name together, few first: one guard may ask for more, another less."""
    for size in range(1, len(several) + 1):
        for some in combinations(several, size):
            yield tuple(dict.fromkeys(word for each in some for word in each))


def _numbers(offered: list[Value]) -> Iterator[int]:
    numbers = [int(value) for value in offered if isinstance(value, int)]
    yield from numbers
    yield next(number for number in count() if number not in numbers)


def _words(spec: CommandField, offered: list[Value], tiers: tuple[str, ...]) -> Iterator[Candidate]:
    """One of a choice, a tier; whoever it is, whichever organization."""
    lists = {"choice": tuple(spec.choices), "tier": tiers}
    listed = lists.get(spec.type, ())
    closed = spec.type == "tier" or (spec.type == "choice" and not spec.open)
    named = [word for v in offered for word in (v if isinstance(v, tuple) else (v,))]
    yield from (w for w in named if isinstance(w, str) and (w in listed or not closed))
    yield from [word for word in listed if word not in named][:1]
    if spec.type in _BLANKS:
        yield _BLANKS[spec.type]
    if not closed:
        yield next(word for n in count(1) if (word := f"other_{n}") not in (*named, *listed))


_ORDINARY: Mapping[str, Candidate] = {
    "date": Blank.DAY,
    "text": WORDS,
    "policy": f"policy@{'0' * 64}",
}
_BLANKS: Mapping[str, Blank] = {"person": Blank.ACTOR, "organization": Blank.ORGANIZATION}
_EMPTY: Mapping[str, tuple[Value, ...]] = {"choices": ((),), "checklist": ({},), "tally": ({},)}
