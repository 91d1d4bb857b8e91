"""Clause coverage: what implements each clause, what tests it, and what keeps it from being tested.

A clause is `tested` when each rule that cites it, and each of its values, has been taken out in
turn and a scenario that names the clause then failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.study import Study
from pledgeflow.catalogue import Catalogue

Status = Literal["tested", "implemented", "partial", "missing", "context"]


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
    """The coverage of every clause of these policies' own documents; of all, if none is named.

    Raises PolicyError for a policy, a register or scenarios that cannot be read.
    """
    shelf = Shelf.over(catalogue)
    clauses: dict[str, ClauseCoverage] = {}
    for name in names or shelf.names():
        if shelf.own_register(name):
            study = Study.of(shelf, name)
            clauses |= {clause: _covered(study, clause) for clause in study.register}
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


def _covered(study: Study, name: str) -> ClauseCoverage:
    clause, rules = study.register[name], study.rules[name]
    missing = tuple(study.lacking(name))
    status: Status = "implemented" if missing else "tested"
    if clause.force == "context":
        status = "context"
    elif not rules:
        status = "missing"
    elif clause.partial is not None:
        status = "partial"
    return ClauseCoverage(
        force=clause.force,
        rules=tuple(".".join(map(str, path)) for path in rules),
        scenarios=tuple(scenario.name for scenario in study.scenarios[name]),
        status=status,
        missing=missing,
    )
