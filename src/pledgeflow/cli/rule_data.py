"""Rules as JSON. Beneath `showing`, `side_by_side` and `deviating`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pledgeflow.assurance.listing import Rule
from pledgeflow.policy.files.marks import Mark
from pledgeflow.policy.language.register import Clause


def rule_data(rule: Rule | None, register: Mapping[str, Clause]) -> dict[str, Any] | None:
    """A rule with the gist of its clauses; nothing, where there is none."""
    if rule is None:
        return None
    known = {name: register[name] for name in rule.clauses if name in register}
    gists = {name: clause.gist.model_dump() for name, clause in known.items()}
    forces = {name: clause.force for name, clause in known.items()}
    return {**plain_rule(rule), "gists": gists, "forces": forces}


def plain_rule(rule: Rule) -> dict[str, Any]:
    """A rule: what it says, on what ground, and where that was written."""
    return {
        "rule": rule.name,
        "label": rule.label,
        "clauses": rule.clauses,
        "assumed": rule.assumed,
        "absent": rule.absent,
        "says": rule.says,
        "source": source(rule.mark),
    }


def source(mark: Mark) -> dict[str, Any]:
    """Where something was written."""
    return {"path": mark.path, "line": mark.line, "column": mark.column}
