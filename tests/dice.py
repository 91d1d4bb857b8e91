"""The policies that property tests try, and how many examples they take."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from pledgeflow.catalogue import Catalogue, built_in
from pledgeflow.testing._simulation.dice import SIMPLE, Dice, thrown
from pledgeflow.testing._simulation.towns import START

__all__ = ["CATALOGUE", "SIMPLE", "START", "Dice", "deployable", "examples", "shared", "thrown"]

CATALOGUE = Catalogue((built_in(), Path(__file__).parent / "policies"))


def deployable() -> list[str]:
    """Every policy with promisors of its own, the tests' sampler too; a broken one stays in."""
    return [name for name in CATALOGUE.names() if not _abstract(name)]


def shared(values: Iterable[object]) -> list[object]:
    """Every third for every run, whatever takes long of it; the others with the long tests."""
    return [
        value if number % 3 == 0 else pytest.param(value, marks=pytest.mark.stress)
        for number, value in enumerate(values)
    ]


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
