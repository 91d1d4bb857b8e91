"""All mutants of a policy, in several processes; the result does not depend on how many."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from pledgeflow.assurance.mutating.asking import Asking
from pledgeflow.assurance.mutating.gathering import gathered
from pledgeflow.assurance.mutating.kinds import Kind
from pledgeflow.assurance.mutating.likeness import Likeness, Product
from pledgeflow.assurance.mutating.mutations import Mutation
from pledgeflow.assurance.mutating.touching import Suite, Touched, met
from pledgeflow.assurance.mutating.trying import Trial, Tried
from pledgeflow.assurance.mutating.watching import Changes
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PledgeflowError

AT_ONCE = 8
"""So many mutants are handed to a process at a time."""


class Asked(NamedTuple):
    """What is mutated. name: of a policy, or its path; kinds: of mutation, all if none is named."""

    name: str
    kinds: tuple[Kind, ...] = ()


@dataclass(slots=True)
class Attack:
    """One policy, and every mutation of it. scenarios: how many there are"""

    catalogue: Catalogue
    asked: Asked
    shelf: Shelf = field(init=False)
    policy: str = field(init=False)
    mutations: tuple[Mutation, ...] = field(init=False)
    scenarios: int = field(init=False)
    _touched: Touched = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raises PolicyError for a policy that cannot be loaded, PledgeflowError where one of its
        scenarios fails before anything is changed.
        """
        self.shelf = Shelf.over(self.catalogue)
        name, kinds = self.asked
        self.policy = self.shelf.load(name).name
        told = scenarios(self.shelf, name)
        self._touched, failed = met(self.shelf, told)
        if failed:
            raise PledgeflowError(
                f"the scenario `{failed[0]}` fails as it is; see why with `pledgeflow test`, "
                "and mend it before rules are mutated"
            )
        self.scenarios = len(told)
        found = gathered(self.shelf, name)
        self.mutations = tuple(m for m in found if not kinds or m.kind in kinds)

    def run(self, jobs: int) -> Iterator[Tried]:
        """What becomes of each mutant, in their order."""
        chunks = [self.mutations[i : i + AT_ONCE] for i in range(0, len(self.mutations), AT_ONCE)]
        if min(jobs, len(chunks)) <= 1:
            trial = _trial(self.shelf, self.asked.name, self._touched)
            for chunk in chunks:
                yield from _tried(trial, chunk)
            return
        with ProcessPoolExecutor(
            min(jobs, len(chunks)),
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(self.catalogue.roots, self.asked.name, self._touched),
        ) as pool:
            for some in pool.map(_some, chunks):
                yield from some


_here: list[Trial] = []
"""What this process works with, from its beginning on."""


def _begin(roots: tuple[Path, ...], name: str, touched: Touched) -> None:
    _here.append(_trial(Shelf.over(Catalogue(roots)), name, touched))


def _some(chunk: Sequence[Mutation]) -> list[Tried]:
    return _tried(_here[0], chunk)


def _tried(trial: Trial, chunk: Sequence[Mutation]) -> list[Tried]:
    # Next to nothing of what a policy was loaded into is ever garbage, and to look it through again
    # and again takes a third of the time: what mutants leave is swept up after some of them.
    gc.disable()
    try:
        return [trial.of(mutation) for mutation in chunk]
    finally:
        gc.enable()
        gc.collect()


def _trial(shelf: Shelf, name: str, touched: Touched) -> Trial:
    suite, changes = Suite.of(scenarios(shelf, name), touched), Changes.on(shelf, name)
    asking, likeness = Asking(shelf, name), Likeness(shelf, name, Product())
    return Trial(shelf, changes, suite, asking, likeness)
