"""Clause coverage: what implements each clause, what tests it, and what keeps it from being tested.

A clause is `tested` when each rule that cites it, and each place of its values, has been taken out
in turn and a scenario that names the clause then failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pledgeflow.assurance.moments import moments
from pledgeflow.assurance.removal import Without, citing
from pledgeflow.assurance.running import Result, Runner
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.standing import SILENT, Ground, homeless
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.marks import Path
from pledgeflow.policy.overlay import Resolved
from pledgeflow.policy.register import Clause

Status = Literal["tested", "implemented", "partial", "missing", "context"]
Removal = tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """One clause. rules: paths of what cites it; missing: in words, what keeps it from `tested`."""

    force: str
    rules: tuple[str, ...]
    scenarios: tuple[str, ...]
    status: Status
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All clauses, by id."""

    clauses: Mapping[str, ClauseCoverage]

    @property
    def summary(self) -> Mapping[str, int]:
        """How many clauses have each status."""
        return dict(sorted(Counter(clause.status for clause in self.clauses.values()).items()))


def coverage(catalogue: Catalogue, names: Sequence[str] = ()) -> Report:
    """The coverage of every clause of these policies' own documents (of all, if none is named).

    Raises PolicyError for a policy or scenarios that cannot be read.
    """
    shelf = Shelf.over(catalogue)
    clauses: dict[str, ClauseCoverage] = {}
    for name in names or shelf.names():
        register = shelf.own_register(name)
        if register:
            clauses |= _Study.of(shelf, name, register).clauses()
    return Report(clauses)


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "clauses": {
            name: {
                "force": clause.force,
                "rules": list(clause.rules),
                "scenarios": list(clause.scenarios),
                "status": clause.status,
                "missing": list(clause.missing),
            }
            for name, clause in report.clauses.items()
        },
        "summary": dict(report.summary),
    }


@dataclass(slots=True)
class _Study:
    """One policy under study. rules: by clause, what cites it; trials: what was taken out so far."""

    shelf: Shelf
    name: str
    register: Mapping[str, Clause]
    variants: tuple[Resolved, ...]
    rules: Mapping[str, tuple[Path, ...]]
    played: Mapping[str, tuple[tuple[Scenario, Result], ...]]
    _trials: dict[Removal, Trial] = field(default_factory=dict)

    @classmethod
    def of(cls, shelf: Shelf, name: str, register: Mapping[str, Clause]) -> _Study:
        shelf.load(name)
        variants = tuple(
            shelf.resolved(name, on=on, ordinal=n) for on, n in moments(shelf, name)
        )
        rules: dict[str, dict[Path, None]] = {clause: {} for clause in register}
        for variant in variants:
            for path, clauses in citing(variant):
                for clause in clauses & rules.keys():
                    rules[clause][path] = None
        runner = Runner(shelf)
        played: dict[str, list[tuple[Scenario, Result]]] = {clause: [] for clause in register}
        for scenario in scenarios(shelf, name):
            result = runner.run(scenario)
            for clause in set(scenario.clauses) & played.keys():
                played[clause].append((scenario, result))
        return cls(
            shelf,
            name,
            register,
            variants,
            {clause: tuple(paths) for clause, paths in rules.items()},
            {clause: tuple(results) for clause, results in played.items()},
        )

    def clauses(self) -> dict[str, ClauseCoverage]:
        grounds = [Ground.of(variant) for variant in self.variants]
        return {name: self._clause(name, grounds) for name in self.register}

    def _clause(self, name: str, grounds: Sequence[Ground]) -> ClauseCoverage:
        clause, rules = self.register[name], self.rules[name]
        missing: list[str] = []
        status: Status = "context"
        if clause.force != "context":
            missing = [*self._lacking(name, grounds)]
            if clause.partial is not None:
                missing.insert(0, f"declared as missing: {clause.partial.en}")
            status = "implemented" if missing else "tested"
            if not rules:
                status = "missing"
            elif clause.partial is not None:
                status = "partial"
        return ClauseCoverage(
            force=clause.force,
            rules=tuple(".".join(map(str, path)) for path in rules),
            scenarios=tuple(scenario.name for scenario, _ in self.played[name]),
            status=status,
            missing=tuple(missing),
        )
