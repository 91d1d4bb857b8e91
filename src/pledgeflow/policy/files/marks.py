"""Where every value of a file stands: plain trees, and beside them a trie of positions.

The lowest part of reading: `composing` builds layers, the overlay transforms them, and a
problem found in a tree at any later time still knows its line and column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pledgeflow.errors import PolicyError, Problem

Scalar: TypeAlias = str | int | bool | None
Tree: TypeAlias = "dict[str, Tree] | list[Tree] | Scalar"
Path: TypeAlias = tuple[str | int, ...]

_NONE: Mapping[str | int, Marks] = {}  # shared: most marks are of leaves
_EXCERPT = 60


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One position; line and column count from 1."""

    path: str
    line: int
    column: int

    def problem(self, message: str) -> Problem:
        """A mistake at this position."""
        return Problem(self.path, self.line, self.column, message)


@dataclass(frozen=True, slots=True)
class Marks:
    """The mark of a value, and below it those of its entries.

    The mark of a mapping's entry is that of its key, of a list's item that of the value.
    """

    mark: Mark
    children: Mapping[str | int, Marks] = field(default_factory=lambda: _NONE)

    def at(self, path: Path) -> Mark:
        """The mark at a path; where the path leads nowhere, that of its deepest known part."""
        return self.under(path).mark

    def under(self, path: Path) -> Marks:
        """The marks at and below a path, or below its deepest known part."""
        here = self
        for step in path:
            if step not in here.children:
                break
            here = here.children[step]
        return here


@dataclass(frozen=True, slots=True)
class Layer:
    """A tree and the marks of all its values."""

    tree: Tree
    marks: Marks

    def entries(self) -> dict[str, Layer]:
        """The entries of a mapping by key, each with its marks; empty for anything else."""
        if not isinstance(self.tree, dict):
            return {}
        below = self.marks.children
        return {key: Layer(value, below[key]) for key, value in self.tree.items()}

    def items(self) -> list[Layer]:
        """The items of a list, each with its marks; empty for anything else."""
        if not isinstance(self.tree, list):
            return []
        return [Layer(value, self.marks.children[i]) for i, value in enumerate(self.tree)]


def mapping(mark: Mark, entries: Mapping[str, Layer]) -> Layer:
    """The mapping of these entries, itself standing at a mark."""
    tree: Tree = {key: entry.tree for key, entry in entries.items()}
    return Layer(tree, Marks(mark, {key: entry.marks for key, entry in entries.items()}))


def sequence(mark: Mark, items: Iterable[Layer]) -> Layer:
    """The list of these items, itself standing at a mark."""
    layers = list(items)
    marks = Marks(mark, {i: layer.marks for i, layer in enumerate(layers)})
    return Layer([layer.tree for layer in layers], marks)


def quoted(text: str) -> str:
    """What somebody wrote, on one line, in backticks, cut where it is long."""
    shown = "".join(c if c.isprintable() else " " for c in text[:_EXCERPT].replace("`", "'"))
    return f"`{shown}…`" if len(text) > _EXCERPT else f"`{shown}`"


def refuse(problems: Iterable[Problem]) -> None:
    """Raise a PolicyError with all the problems in the order of the file; nothing if none."""
    if found := tuple(sorted(set(problems))):
        raise PolicyError(found)
