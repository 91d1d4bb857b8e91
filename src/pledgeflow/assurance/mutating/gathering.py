"""Every mutation of a policy, in all the forms that it takes over time: each once, with its name."""

from __future__ import annotations

from dataclasses import replace

from pledgeflow.assurance.moments import Form, forms
from pledgeflow.assurance.mutating.kinds import Kind
from pledgeflow.assurance.mutating.making import mutations
from pledgeflow.assurance.mutating.mutations import Mutation
from pledgeflow.catalogue import Catalogue


def gathered(catalogue: Catalogue, name: str) -> tuple[Mutation, ...]:
    """The mutations of each form. What changes the same in several forms is one, on the clauses of
    all of them; where two that differ would be called the same, the later one says in which form.
    Raises PolicyError if the policy as it is now cannot be resolved.
    """
    found: dict[tuple[Kind, tuple[str, ...], str, str], Mutation] = {}
    named: set[str] = set()
    for form in forms(catalogue, name):
        for mutation in mutations(form.resolved):
            change = (mutation.kind, mutation.path, mutation.before, mutation.after)
            known = found.get(change)
            if known is not None:
                clauses = dict.fromkeys((*known.clauses, *mutation.clauses))
                found[change] = replace(known, clauses=tuple(clauses))
                continue
            told = f"{mutation.says} ({_when(form)})".lstrip()
            found[change] = replace(mutation, says=told) if mutation.name in named else mutation
            named.add(found[change].name)
    return tuple(found.values())


def _when(form: Form) -> str:
    """Which form it is, in short."""
    day = f" as of {form.on}" if form.on is not None else ""
    return f"cycle {form.ordinal}{day}"
