"""Choices made from small numbers, so that whatever is made of them shrinks.

Everything here stands on it.

0 is always the simplest choice. Dice fall as Hypothesis says, as a seed says, or on 0 each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[int]], int]
T = TypeVar("T")


@cache
def _up_to(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


@dataclass(frozen=True, slots=True)
class Dice:
    """Choices made from small numbers; 0 is the simplest. `Dice(st.data().draw)`, or `SIMPLE`."""

    draw: Draw

    def number(self, most: int) -> int:
        """A number from 0 to `most`."""
        return self.draw(_up_to(most)) if most > 0 else 0

    def pick(self, options: Sequence[T]) -> T:
        """One of them, which have to be some."""
        return options[self.number(len(options) - 1)]

    def rarely(self, one_in: int) -> bool:
        """True once in so many times, and never for the simplest dice."""
        return self.number(one_in - 1) == one_in - 1

    def subset(self, options: Sequence[T]) -> tuple[T, ...]:
        """Some of them."""
        return tuple(option for option in options if self.number(1))


SIMPLE = Dice(lambda _: 0)


@dataclass(frozen=True, slots=True)
class Thrown(Dice):
    """Dice that a source of chance throws: a seeded one falls the same way each time."""

    chance: Random

    def number(self, most: int) -> int:
        """A number from 0 to `most`."""
        return self.chance.randint(0, most) if most > 0 else 0


def thrown(seed: int) -> Thrown:
    """Dice that know how they will fall."""
    return by_chance(Random(seed))


def by_chance(chance: Random) -> Thrown:
    """Dice that a source of chance throws."""
    return Thrown(lambda _: 0, chance)


def dice() -> st.SearchStrategy[Dice]:
    """Dice that Hypothesis throws whenever they are asked, also long after they were drawn."""
    chance = st.randoms(use_true_random=False, note_method_calls=False)
    return chance.map(by_chance)
