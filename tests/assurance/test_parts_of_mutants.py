"""Whatever is wrong with a policy: asked in parts, it answers as it does when asked all at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.mutating.making import mutations
from pledgeflow.assurance.mutating.mutant import Mutant
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.verifying import verifying
from pledgeflow.assurance.verifying.reports import Report
from pledgeflow.assurance.verifying.verifying import Verifier, borrowed
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.rules import Policy
from tests.assurance.policies import BROKEN, PLANTED, SOUND, kept
from tests.assurance.test_causes import CASES, caused, certain
from tests.assurance.test_parts import told

DAY = date(2025, 1, 1)
BOUNDS = Bounds(states=6_000, merges=30_000, unusual=None)


def asked(policy: Policy, borrows: frozenset[str]) -> Report:
    """What verifying a policy comes to."""
    verifier = Verifier(policy, borrows, BOUNDS)
    for track in policy.tracks:
        verifier.add(track)
    return verifier.report()


def chosen(rnd: Random, folder: Path) -> tuple[Catalogue, str]:
    """One of the planted policies, or one in which several things call for one."""
    name = rnd.choice([*SOUND, *BROKEN, "tiny"])
    return (kept(caused(rnd.choice(CASES)), folder), name) if name == "tiny" else (PLANTED, name)


def mutated(seed: int, folder: Path) -> tuple[Policy, frozenset[str]]:
    """A policy with one rule changed at random, which still loads; and the words it borrows."""
    rnd = Random(seed)
    catalogue, name = chosen(rnd, folder)
    shelf = Shelf.over(catalogue)
    every = mutations(shelf.resolved(name, on=DAY))
    while True:
        try:
            policy = Mutant.of(shelf, name, rnd.choice(every)).load(name, on=DAY)
        except PolicyError:
            continue
        return policy, borrowed(shelf, name)


def same(seed: int, folder: Path, patch: pytest.MonkeyPatch) -> None:
    policy, borrows = mutated(seed, folder)
    patch.setattr(verifying, "WHOLE", BOUNDS.states)
    whole = asked(policy, borrows)
    patch.setattr(verifying, "WHOLE", 0)
    apart = asked(policy, borrows)
    if whole.complete:
        assert apart.complete
        assert {wrong[:3] for wrong in told(apart)} == {wrong[:3] for wrong in told(whole)}
        assert certain(apart) >= certain(whole)


@pytest.mark.parametrize("seed", range(6))
def test_a_mutant_is_answered_in_parts_as_it_is_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same(seed, tmp_path, monkeypatch)


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(6, 400))
def test_many_mutants_are_answered_in_parts_as_they_are_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same(seed, tmp_path, monkeypatch)
