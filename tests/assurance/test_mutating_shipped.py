"""What is called equivalent in the policies that ship, no scenario of theirs notices."""

from __future__ import annotations

import pytest

from pledgeflow.assurance.mutating.gathering import gathered
from pledgeflow.assurance.mutating.likeness import Likeness, Product
from pledgeflow.assurance.mutating.mutant import Mutant
from pledgeflow.assurance.mutating.mutations import Mutation
from pledgeflow.assurance.mutating.touching import Suite
from pledgeflow.assurance.mutating.trying import fails
from pledgeflow.assurance.mutating.watching import Changes
from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError

SHIPPED = ("chiping", "feicheng", "gannan", "huimin", "pingliang")


def equivalent(name: str) -> tuple[Shelf, list[tuple[Mutation, Mutant]]]:
    """What is called equivalent of all mutants of a policy."""
    shelf = Shelf.over(Catalogue())
    like, as_it_is = Likeness(shelf, name, Product()), Changes.on(shelf, name).made[0]
    found = []
    for mutation in gathered(shelf, name):
        mutant = Mutant.of(shelf, name, mutation, as_it_is)
        try:
            if like.equivalent(mutant, mutation):
                found.append((mutation, mutant))
        except PolicyError:
            continue  # refused at load
    return shelf, found


def noticed(name: str) -> list[str]:
    """What a scenario notices all the same, by what happens in it."""
    shelf, found = equivalent(name)
    # What is only read out may be another text for the same.
    told = Suite.of(scenarios(shelf, name), {}).playing
    return [
        mutation.name
        for mutation, mutant in found
        if any(fails(runner, each) for runner in (Runner(mutant),) for each in told)
    ]


@pytest.mark.stress
@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_called_equivalent_no_scenario_notices(name: str) -> None:
    assert not noticed(name)
