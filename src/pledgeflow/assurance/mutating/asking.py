"""The second stage: the properties of `verify`, asked of what no scenario notices.

Only of the tracks in which a rule has changed, and within small bounds: what is found there is
real, and what is not found may be there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.exploring.world import YEAR
from pledgeflow.assurance.verifying.verifying import Verifier, borrowed
from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.compiled.rules import Policy

DAY = date(YEAR, 1, 1)
"""As of when policies are explored, as by `verify`."""
BOUNDS = Bounds(states=150, items=2, months=18, merges=0)
"""How far the properties are asked."""

Violated = frozenset[tuple[str, str]]
"""(property, what it is about): what certainly does not hold."""


def changed(before: Policy, after: Policy) -> list[str]:
    """The tracks whose rules differ between two forms of a policy."""
    return [
        track
        for track, rules in after.tracks.items()
        if track in before.tracks
        and (
            rules.source != before.tracks[track].source
            or after.document.tracks[track] != before.document.tracks[track]
            or after.document.cycle != before.document.cycle
            or after.document.late_entry != before.document.late_entry
        )
    ]


@dataclass(slots=True)
class Asking:
    """Asks properties of mutants of one policy; what is violated without any mutation is known."""

    catalogue: Catalogue
    name: str
    bounds: Bounds = BOUNDS
    _before: dict[str, Violated] = field(default_factory=dict)

    def noticed(self, mutant: Catalogue) -> str:
        """The property of a track that is violated by a mutant, and not without it; "" if none is."""
        before, after = (each.load(self.name, on=DAY) for each in (self.catalogue, mutant))
        for track in changed(before, after):
            known = self._known(before, track)
            new = sorted(self._violated(after, track) - known)
            if new:
                return f"{new[0][0]} ({track})"
        return ""

    def _known(self, policy: Policy, track: str) -> Violated:
        if track not in self._before:
            self._before[track] = self._violated(policy, track)
        return self._before[track]

    def _violated(self, policy: Policy, track: str) -> Violated:
        verifier = Verifier(policy, borrowed(self.catalogue, self.name), self.bounds)
        verifier.add(track)
        return frozenset((v.property, v.about) for v in verifier.violations if not v.possible)
