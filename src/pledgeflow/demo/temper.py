"""What simulated people are like: how careful, how quick, how likely to keep their word."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Temper:
    """care: how often a form is filled in well; delay: days behind; keeps: how often a promise
    is kept; goes_on: how often an obligation is met at all; grade: place on the scale of tiers
    """

    name: str
    care: float
    delay: int
    keeps: float
    goes_on: float
    grade: int


DILIGENT = Temper("diligent", care=0.97, delay=0, keeps=0.97, goes_on=1.0, grade=0)
SLOW = Temper("slow", care=0.85, delay=4, keeps=0.8, goes_on=0.95, grade=1)
FAILING = Temper("failing", care=0.7, delay=24, keeps=0.2, goes_on=0.5, grade=2)


def any_temper(rng: Random) -> Temper:
    """Most are diligent, some slow, a few fail."""
    return rng.choices((DILIGENT, SLOW, FAILING), weights=(6, 3, 1))[0]
