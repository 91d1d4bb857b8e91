"""From what several channels say to one grade. Pure, exact, and in no order but that of the tiers.

Whatever the method: the order of channels, records and voters does not matter, a better vote never
makes the grade worse, what all agree on is the grade, and it is always one of the policy's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pledgeflow.domain.states import State
from pledgeflow.domain.values import Scalar
from pledgeflow.policy.compiled.grading import Voices, heard
from pledgeflow.policy.language.methods import (
    AnyMethod,
    Instead,
    Median,
    Share,
    WeightedMean,
    Worst,
)
from pledgeflow.policy.language.numbers import exact, rounded

SHOWN = 4
"""Places of a share that stands beside a grade."""
RESULT = ""
"""What the score of the whole stands under, beside those of the channels."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A grade that was worked out. basis: channel -> what it came to; `RESULT` -> the whole's."""

    tier: str
    basis: Mapping[str, Scalar] = field(default_factory=dict)


def reckon(method: AnyMethod, tiers: Sequence[str], state: State, on: date) -> Reckoned | None:
    """The grade of a pledge by a method, as of a day; None if no channel says anything.

    tiers: the best first
    """
    return graded(method, tiers, {n: heard(c, state, on) for n, c in method.channels.items()})


def graded(
    method: AnyMethod, tiers: Sequence[str], said: Mapping[str, Voices | None]
) -> Reckoned | None:
    """The grade by what each channel says. A silent one is left out, unless it counts as a tier."""
    instead = method.missing.tier if isinstance(method.missing, Instead) else None
    voices = {
        name: found or Voices({str(instead): 1})
        for name, found in said.items()
        if found is not None or instead is not None
    }
    if not voices:
        return None
    match method:
        case WeightedMean():
            return _mean(method, tiers, voices)
        case Median():
            middles = {n: _middle(v.votes, tiers, method.ties) for n, v in voices.items()}
            return Reckoned(_middle(Counter(middles.values()), tiers, method.ties), middles)
        case Worst():
            worst = {n: max(v.votes, key=tiers.index) for n, v in voices.items()}
            return Reckoned(max(worst.values(), key=tiers.index), worst)
        case _:
            return _share(method, tiers, voices)


def _mean(method: WeightedMean, tiers: Sequence[str], said: Mapping[str, Voices]) -> Reckoned:
    scale = {tier: exact(score) for tier, score in method.scale.items()}
    means = {name: _score(voices, scale) for name, voices in said.items()}
    weights = {name: exact(method.channels[name].weight) for name in means}
    total = sum((weights[name] * mean for name, mean in means.items()), Fraction(0))
    mean = total / sum(weights.values())
    shown = rounded(mean, method.places, method.rounding)
    bounds = {tier: exact(bound) for tier, bound in method.bounds.items()}
    basis = {n: rounded(m, method.places, method.rounding) for n, m in means.items()}
    return Reckoned(_reached(shown, bounds, tiers, method.ties), {**basis, RESULT: shown})


def _score(voices: Voices, scale: Mapping[str, Fraction]) -> Fraction:
    votes = sum((scale[tier] * number for tier, number in voices.votes.items()), Fraction(0))
    return (votes + sum(voices.scores)) / (sum(voices.votes.values()) + len(voices.scores))


def _reached(
    score: Decimal | Fraction, bounds: Mapping[str, Fraction], tiers: Sequence[str], ties: str
) -> str:
    """The best tier whose bound a score reaches; the last takes whatever is left."""
    *better, last = tiers
    value = Fraction(score)
    for tier in better:
        if value > bounds[tier] or (value == bounds[tier] and ties == "better"):
            return tier
    return last


def _middle(votes: Mapping[str, int], tiers: Sequence[str], ties: str) -> str:
    """The tier in the middle of some votes, or of the two that are."""
    total = sum(votes.values())
    place = (total - 1) // 2 if ties == "better" else total // 2
    for tier in tiers[:-1]:
        place -= votes.get(tier, 0)
        if place < 0:
            return tier
    return tiers[-1]


def _share(method: Share, tiers: Sequence[str], said: Mapping[str, Voices]) -> Reckoned:
    votes: Counter[str] = Counter()
    for voices in said.values():
        votes.update(voices.votes)
    total, reached = votes.total(), Fraction(0)
    basis: dict[str, Scalar] = {}
    *better, last = tiers
    for tier in better:
        reached += Fraction(votes[tier], total)
        basis[tier] = rounded(reached, SHOWN, "half_up")
        enough = exact(method.at_least[tier])
        if reached > enough or (reached == enough and method.ties == "better"):
            return Reckoned(tier, basis)
    return Reckoned(last, basis)
