"""From the files of a policy and its ancestors to one tree, each leaf knowing where it was written.

settle      dated values: the one in force      (dated)
normalise   one way to write each thing         (shorthand)
missed      removals that take out nothing      (missed)
merge       ancestor to child                   (merging)
absences    removed rules beside the rest       (absence)
canonical, digest, dump                         (canonical)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.files.absence import Ground, absences, with_absences
from pledgeflow.policy.files.canonical import canonical, digest, dump
from pledgeflow.policy.files.dated import settle
from pledgeflow.policy.files.marks import Layer, Marks, Path, Tree, mapping, refuse
from pledgeflow.policy.files.merging import merge
from pledgeflow.policy.files.missed import missed
from pledgeflow.policy.files.shorthand import LISTS, normalise

__all__ = [
    "LISTS",
    "Ground",
    "Layer",
    "Resolved",
    "absences",
    "canonical",
    "digest",
    "dump",
    "merge",
    "normalise",
    "resolve",
    "settle",
    "with_absences",
]

_OWN = frozenset({"policy", "extends", "abstract"})
_OWN_IF_GIVEN = frozenset({"title", "effective"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """A policy with nothing left to look up.

    tree: settled, normalised and merged, without what was removed
    marks: for each path of the tree and of the absences, where the last layer wrote it
    absences: the ground of each removal, `{"cite": …}` or `{"assumed": …}`, by path
    """

    tree: Tree
    marks: Marks
    absences: Mapping[Path, Ground]

    @property
    def whole(self) -> Tree:
        """The tree with the removals in place: what to dump and to pin by its digest."""
        return with_absences(self.tree, self.absences)


def resolve(layers: Sequence[Layer], *, on: date | None, ordinal: int) -> Resolved:
    """Merge the files of a policy, the oldest ancestor first, the policy itself last.

    on: the day whose dated values count, None for the latest; ordinal: the cycle's, from 1.
    `policy`, `extends` and `abstract` are the last file's, `title` and `effective` too if it
    has them. `layers` has at least one (ValueError).

    Raises PolicyError: with the problems of all layers.
    """
    if not layers:
        raise ValueError("nothing to resolve; give at least one layer")
    problems: list[Problem] = []
    ready = [_prepared(layer, on, ordinal, problems) for layer in layers]
    refuse(problems)
    merged = ready[0]
    for layer in ready[1:]:
        problems += missed(merged, layer)
        merged = _inherit(merged, layer)
    refuse(problems)
    tree, grounds = absences(merged.tree)
    return Resolved(tree, merged.marks, grounds)


def _prepared(layer: Layer, on: date | None, ordinal: int, problems: list[Problem]) -> Layer:
    steps = (lambda given: settle(given, on=on, ordinal=ordinal), normalise)
    for step in steps:
        try:
            layer = step(layer)
        except PolicyError as error:  # go on: the next step finds its own problems all the same
            problems += error.problems
    return layer


def _inherit(parent: Layer, child: Layer) -> Layer:
    dropped = _OWN | (_OWN_IF_GIVEN & child.entries().keys())
    kept = {key: entry for key, entry in parent.entries().items() if key not in dropped}
    return merge(mapping(parent.marks.mark, kept), child)
