"""What becomes of one mutant: refused at load, noticed by a scenario, or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pledgeflow.assurance.mutating.asking import Asking
from pledgeflow.assurance.mutating.likeness import Likeness
from pledgeflow.assurance.mutating.mutant import Mutant
from pledgeflow.assurance.mutating.mutations import Mutation
from pledgeflow.assurance.mutating.touching import Suite
from pledgeflow.assurance.mutating.watching import Changes
from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.errors import PolicyError

SOON = 4
"""So many scenarios are played before it is asked which of them can notice at all."""


class Fate(StrEnum):
    """What becomes of a mutant.

    refused: the policy does not load with it; played: a scenario fails by what happens in it;
    shown: one that reads out the rule fails, and none that has to do with it; property: none does,
    and a property of `verify` is violated; equivalent: it was shown to behave in the same way;
    survived: nothing notices it
    """

    REFUSED = "refused"
    PLAYED = "played"
    SHOWN = "shown"
    PROPERTY = "property"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant and its fate. by: the scenario or property that noticed, or why it does not load."""

    mutation: Mutation
    fate: Fate
    by: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A policy under test. changes: it, as it is, and which tracks a mutant has otherwise.

    asking, likeness: the second stage and the third; None leaves it out
    """

    shelf: Shelf
    changes: Changes
    suite: Suite
    asking: Asking | None
    likeness: Likeness | None

    def of(self, mutation: Mutation) -> Tried:
        """Play the scenarios on one mutant until one fails."""
        mutant = Mutant.of(self.shelf, self.changes.name, mutation, self.changes.made[0])
        why = self._refused(mutant)
        if why:
            return Tried(mutation, Fate.REFUSED, why)
        runner = Runner(mutant)
        for fate, scenario in self._asked(mutant, mutation):
            if fails(runner, scenario):
                return Tried(mutation, fate, scenario.name)
        property_ = self.asking.noticed(mutant) if self.asking is not None else ""
        if property_:
            return Tried(mutation, Fate.PROPERTY, property_)
        if self.likeness is not None and self.likeness.equivalent(mutant, mutation):
            return Tried(mutation, Fate.EQUIVALENT)
        return Tried(mutation, Fate.SURVIVED)

    def _asked(self, mutant: Mutant, mutation: Mutation) -> Iterator[tuple[Fate, Scenario]]:
        """The scenarios that may notice, the likeliest first, and what it is if they do.

        Those that have to do with the rule are played first; then those are asked that read it out,
        and then all others.
        """
        near, others = self.suite.ranked(mutation)
        yield from ((Fate.PLAYED, each) for each in near[:SOON])
        tracks = self.changes.of(mutant)
        for fate, some in (
            (Fate.PLAYED, near[SOON:]),
            (Fate.SHOWN, self.suite.showing),
            (Fate.PLAYED, others),
        ):
            sees = fate is Fate.SHOWN
            yield from ((fate, s) for s in some if sees or self.suite.seeing(s, tracks))

    def _refused(self, mutant: Mutant) -> str:
        """Why the policy does not load in the first form that has the rule; "" if it does."""
        name = self.changes.name
        for form in self.changes.forms:
            if mutant.resolved(name, on=form.on, ordinal=form.ordinal) is form.resolved:
                continue  # this form is without it
            try:
                mutant.load(name, on=form.on, ordinal=form.ordinal)
            except PolicyError as error:
                return error.problems[0].message
            return ""
        return ""


def fails(runner: Runner, scenario: Scenario) -> bool:
    """Whether a scenario notices; one that cannot be played to its end does."""
    try:
        return not runner.run(scenario).passed
    except Exception:  # what the engine was never meant to run may raise whatever it likes
        return True
