"""A share as it was counted: exact, and with a decimal to show that is rounded as the policy says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pledgeflow.policy.language.indicators import AnyIndicator
from pledgeflow.policy.language.numbers import rounded


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted. numerator: those reached, of the denominator's.

    aside: state -> how many were left out for being there; missing: how many had nothing to count
    """

    numerator: int = 0
    denominator: int = 0
    aside: Mapping[str, int] = field(default_factory=dict)
    missing: int = 0

    def __add__(self, other: Count) -> Count:
        """Both together: counts of disjoint sets add up."""
        return Count(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            dict(Counter(self.aside) + Counter(other.aside)) if self.aside else other.aside,
            self.missing + other.missing,
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator. as_of: what came after that day does not count; count: of what there was."""

    id: str
    rule: AnyIndicator
    as_of: date
    count: Count

    @property
    def numerator(self) -> int:
        """How many reached it."""
        return self.count.numerator

    @property
    def denominator(self) -> int:
        """Of how many."""
        return self.count.denominator

    @property
    def left_out(self) -> int:
        """How many do not count: put aside for where they are, or with nothing to count."""
        missing = 0 if self.rule.missing == "zero" else self.count.missing
        return sum(self.count.aside.values()) + missing

    @property
    def clauses(self) -> tuple[str, ...]:
        """What orders it to be looked at."""
        return self.rule.cite

    @property
    def value(self) -> Fraction | None:
        """The exact share; None where there is nothing that it could be a share of."""
        if not self.count.denominator:
            return None
        return Fraction(self.count.numerator, self.count.denominator)

    @property
    def shown(self) -> Decimal | None:
        """The share as a decimal, rounded as the indicator says."""
        value = self.value
        return None if value is None else rounded(value, self.rule.places, self.rule.rounding)
