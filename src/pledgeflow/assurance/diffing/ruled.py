"""The rules of two policies, of which only those that differ are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pledgeflow.assurance.beside import Line, beside
from pledgeflow.assurance.listing import Rule, listed
from pledgeflow.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Ruled:
    """Lines that differ, in the order of the first policy; same: how many rules do not."""

    lines: Sequence[Line]
    same: int

    @property
    def counts(self) -> Mapping[str, int]:
        """Verdict -> how many rules."""
        found = Counter(line.verdict for line in self.lines)
        return {name: found[name] for name in ("only_left", "only_right", "different")}


def rules_of(catalogue: Catalogue, name: str, track: str | None = None) -> list[Rule]:
    """The rules of a policy, or of one of its tracks, each with its ground and place."""
    return listed(catalogue.load(name), catalogue.resolved(name), track)


def ruled(left: Sequence[Rule], right: Sequence[Rule]) -> Ruled:
    """What the second adds, lacks and says otherwise."""
    lines = beside(left, right)
    differing = [line for line in lines if line.verdict != "same"]
    return Ruled(differing, len(lines) - len(differing))


def places(rules: Sequence[Rule]) -> Mapping[str, str]:
    """Path of a rule -> where it is written."""
    return {rule.name: f"{rule.mark.path}:{rule.mark.line}" for rule in rules}
