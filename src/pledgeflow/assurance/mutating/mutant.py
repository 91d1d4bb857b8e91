"""The policies of a shelf with one mutation in the one under test."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.assurance.mutating.kinds import Kind
from pledgeflow.assurance.mutating.mutations import (
    Mutation,
    as_text,
    at,
    elsewhere,
    replaced,
    taken_out,
)
from pledgeflow.assurance.removal import Altered, taken_back
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.overlay import Resolved, resolve
from pledgeflow.policy.loading import Made, make


@dataclass(frozen=True, slots=True)
class Mutant(Altered):
    """A shelf on which one policy is mutated, whatever day it is asked for.

    known: the clauses that the policy may cite; like: the policy as it is; wholes: what
    each form was made of, by its digest; alone: whether the policy loads without what is gone,
    where tracks that inherit it say something of it, too. The first form that is asked for is
    checked as if somebody had written it so; the others differ from it by a dated value or two.
    """

    policy: str = ""
    mutation: Mutation | None = None
    known: frozenset[str] = frozenset()
    like: Made | None = None
    wholes: dict[str, Made] = field(default_factory=dict, repr=False)
    alone: list[bool] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, shelf: Shelf, name: str, mutation: Mutation, like: Made | None = None) -> Mutant:
        """What is on the shelf, but for this. name: by which the policy is found there; like: the
        policy without the mutation, made before
        """
        policy = shelf.load(name).name
        return cls(
            shelf.roots,
            shelf.guards,
            source=shelf,
            shelf=shelf,
            policy=policy,
            mutation=mutation,
            known=frozenset(shelf.register(name)),
            like=like,
        )

    def _resolve(self, name: str, on: date | None, ordinal: int) -> Resolved:
        resolved = self.shelf.resolved(name, on=on, ordinal=ordinal)
        mutation = self.mutation
        if mutation is None or at(resolved.tree, ("policy",)) != self.policy:
            return resolved
        if mutation.kind is Kind.RESTORE:
            if mutation.path not in resolved.absences:
                return resolved
            layers = taken_back(self.shelf.layers(name, on, ordinal), [mutation.path])
            return resolve(layers, on=on, ordinal=ordinal)
        return self._mutated(resolved, mutation)

    def _mutated(self, resolved: Resolved, mutation: Mutation) -> Resolved:
        here = at(resolved.tree, mutation.path)
        if here is None:
            return resolved
        if mutation.after:
            if as_text(here) != mutation.before:
                return resolved
            return replaced(resolved, mutation.path, json.loads(mutation.after))
        without = taken_out(resolved, mutation.path)
        changes = list(elsewhere(resolved.tree, mutation.path))
        if not changes:
            return without
        # Whether it stands by itself is found out where it is checked, and holds for all forms.
        if not self.alone:
            self.alone.append(self._loads(without))
        if self.alone[0]:
            return without
        # What other tracks change of a rule goes with it, unless it is a whole rule by itself.
        for path in changes:
            without = taken_out(without, path)
        return without

    def _build(self, resolved: Resolved) -> Policy:
        known, guards = self.known, self.guards
        # Its forms are most like each other.
        like = next(iter(self.wholes.values()), self.like)
        made = make(resolved, known=known, allowed=guards, checked=not self._made, like=like)
        self.wholes[made.policy.digest] = made
        return made.policy
