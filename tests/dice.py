"""The policies that property tests try, how many examples they take, and dice that Hypothesis throws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st

from pledgeflow.catalogue import Catalogue, built_in

CATALOGUE = Catalogue((built_in(), Path(__file__).parent / "policies"))
START = date(2025, 1, 1)
Draw = Callable[[st.SearchStrategy[int]], int]
T = TypeVar("T")


def deployable() -> list[str]:
    """Every policy with promisors of its own, the tests' sampler too; a broken one stays in."""
    return [name for name in CATALOGUE.names() if not _abstract(name)]


def _abstract(name: str) -> bool:
    source = CATALOGUE.lineage(name)[-1][1]
    return isinstance(source.tree, dict) and source.tree.get("abstract") is True


def examples(share: float, *, stress: int = 0) -> settings:
    """Settings for a test that takes long for each example: a share of the profile's examples.

    stress: how many where there is time for many
    """
    name = settings.get_current_profile_name()
    most = (
        stress
        if stress and name == "nightly"
        else max(5, int(settings.get_profile(name).max_examples * share))
    )
    # Explaining a walk of hundreds of draws takes minutes and tells nothing; so does shrinking it
    # where nobody waits for the result to look at it.
    left_out = {Phase.explain, Phase.shrink} if name == "ci" else {Phase.explain}
    return settings(max_examples=most, phases=set(Phase) - left_out)


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
    """Dice that fall the same way each time, without Hypothesis: `thrown(seed)`."""

    chance: Random

    def number(self, most: int) -> int:
        """A number from 0 to `most`."""
        return self.chance.randint(0, most)


def thrown(seed: int) -> Thrown:
    """Dice that know how they will fall."""
    return Thrown(lambda _: 0, Random(seed))
