"""Where a policy departs from the one it extends: what it changes, adds and takes out, on what ground.

Data in, data out, like `beside`; here both policies have the same ids, so paths align them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pledgeflow.assurance.beside import Difference, differences
from pledgeflow.assurance.listing import Rule
from pledgeflow.policy.language.register import Clause

Change = Literal["changed", "added", "removed"]
FORCES = ("must", "may", "principle", "context")
READING = "reading"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a rule rests on. by: the rule that says so, itself or one around it."""

    clauses: tuple[str, ...]
    by: Rule | None


@dataclass(frozen=True, slots=True)
class Deviation:
    """One rule that is not the parent's.

    force: the most binding of the clauses that the parent cites for it, `reading` if it cites none,
    "" for what is added; clauses: those; keeps: those that the child goes on citing for something
    else, in the parent's words or in its own, and gives no other ground
    """

    change: Change
    parent: Rule | None
    child: Rule | None
    force: str
    clauses: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def rule(self) -> Rule:
        """The child's rule; the parent's, where nothing is left of it."""
        found = self.child or self.parent
        assert found is not None, "a deviation has a rule on one side at least"
        return found

    @property
    def free(self) -> bool:
        """Whether it only changes a default that was meant to be changed."""
        return self.change != "added" and self.force == "principle"


def deviations(
    parent: Sequence[Rule], child: Sequence[Rule], register: Mapping[str, Clause]
) -> list[Deviation]:
    """Every rule of a policy that is not as in its parent, in the child's order, then what is gone.

    register: the clauses that the parent may cite
    """
    return list(
        _Comparison({r.path: r for r in parent}, {r.path: r for r in child}, register).all()
    )


Rules = Mapping[tuple[str, ...], Rule]


@dataclass(frozen=True, slots=True)
class _Comparison:
    parent: Rules
    child: Rules
    register: Mapping[str, Clause]

    def all(self) -> Iterator[Deviation]:
        for path, rule in self.child.items():
            before = self.parent.get(path)
            if before is None:
                # what a removal names and no ancestor has is said, and changes nothing
                yield Deviation("removed" if rule.absent else "added", None, rule, "")
            elif found := differences(before.content, rule.content):
                yield self._changed(before, rule, found)
        for path, rule in self.parent.items():
            if path not in self.child and not self._within_removed(path):
                clauses = _grounds(self.parent, path).clauses
                yield Deviation("removed", rule, None, self._force(clauses), clauses)

    def _changed(self, before: Rule, rule: Rule, found: tuple[Difference, ...]) -> Deviation:
        grounds = _grounds(self.parent, before.path)
        change: Change = "removed" if rule.absent and not before.absent else "changed"
        keeps = self._kept(rule, grounds)
        force = self._force(grounds.clauses)
        return Deviation(change, before, rule, force, grounds.clauses, keeps, found)

    def _kept(self, rule: Rule, grounds: Grounds) -> tuple[str, ...]:
        """Clauses of the parent that are all there is behind the child's rule."""
        now = _grounds(self.child, rule.path)
        if now.by is None or grounds.by is None:
            return ()
        inherited = now.by.cited_at == grounds.by.cited_at
        if not inherited and (
            now.by.assumed is not None or set(now.clauses) - set(grounds.clauses)
        ):
            return ()
        return tuple(clause for clause in grounds.clauses if clause in now.clauses)

    def _within_removed(self, path: tuple[str, ...]) -> bool:
        above = (path[:length] for length in range(1, len(path)))
        return any(place in self.child and self.child[place].absent for place in above)

    def _force(self, clauses: Iterable[str]) -> str:
        forces = {self.register[name].force for name in clauses if name in self.register}
        return next((force for force in FORCES if force in forces), READING)


def _grounds(rules: Rules, path: tuple[str, ...]) -> Grounds:
    """The clauses of a rule, or else those of the nearest rule around it that has a ground."""
    for length in range(len(path), 0, -1):
        rule = rules.get(path[:length])
        if rule is not None and (rule.clauses or rule.assumed is not None):
            return Grounds(rule.clauses, rule)
    return Grounds((), None)
