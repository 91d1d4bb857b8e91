"""The first states of every track of the policies that ship: what is taken as one state is one."""

from datetime import date

import pytest

from pledgeflow.assurance.exploring import Bounds, explore
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import DirectoryError

FEW = Bounds(states=50, merges=40)
MANY = Bounds(states=1_500, merges=3_000)
NAMES = [n for n in Catalogue().names() if not Catalogue().load(n).document.abstract]


def check(name: str, bounds: Bounds) -> None:
    policy = Catalogue().load(name, on=date(2025, 1, 1))
    for track in policy.tracks:
        try:
            found = explore(policy, track, bounds=bounds)
        except DirectoryError:
            continue  # nobody can be made up for this track: `verify` says so
        assert not found.raised
        assert [pair.differing for pair in found.incongruent] == [], track


@pytest.mark.parametrize("name", NAMES)
def test_few_states_that_were_taken_as_one_are_one(name: str) -> None:
    check(name, FEW)


@pytest.mark.stress
@pytest.mark.parametrize("name", NAMES)
def test_many_states_that_were_taken_as_one_are_one(name: str) -> None:
    check(name, MANY)
