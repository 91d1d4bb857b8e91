"""One mutation of a policy, and the policy as resolved with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pledgeflow.assurance.mutating.kinds import Kind
from pledgeflow.policy.files.canonical import ordered
from pledgeflow.policy.files.marks import Marks, Path, Tree
from pledgeflow.policy.files.overlay import Resolved
from pledgeflow.policy.loading import LIKE_DEPTH

TRACKS, RULES = "tracks", "rules"


@dataclass(frozen=True, slots=True)
class Mutation:
    """What becomes of one place of a resolved policy.

    path: the place; rule: the nearest rule around it; before, after: what is there, as ordered JSON
    ("": nothing); clauses: what the rule rests on; says: the change in short, for people
    """

    kind: Kind
    path: tuple[str, ...]
    rule: tuple[str, ...]
    before: str
    after: str
    says: str
    clauses: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The kind, the place and the change: no two of a policy have the same."""
        return f"{self.kind} {'.'.join(self.path)} {self.says}".rstrip()


def at(tree: Tree, path: Path) -> Tree:
    """What stands at a path; None if nothing does."""
    for step in path:
        tree = tree.get(str(step)) if isinstance(tree, dict) else None
    return tree


def own(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path as seen from the rules it is in: a track's own, or the common ones."""
    return path[3:] if path[:1] == (TRACKS,) and path[2:3] == (RULES,) else path


def as_text(tree: Tree) -> str:
    """A part of a tree, to be compared and handed on."""
    return ordered(tree)


def replaced(resolved: Resolved, path: tuple[str, ...], new: Tree) -> Resolved:
    """With something else at a path; what is new there is marked where the old was."""
    tree = _put(resolved.tree, path, new)
    return Resolved(tree, _marked(resolved.marks, tree, path), resolved.absences)


def taken_out(resolved: Resolved, path: tuple[str, ...]) -> Resolved:
    """Without what is at a path, and without what was removed below it."""
    absences = {
        place: ground for place, ground in resolved.absences.items() if place[: len(path)] != path
    }
    return Resolved(_without(resolved.tree, path), resolved.marks, absences)


def elsewhere(tree: Tree, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What tracks that inherit the rule at a path say of it."""
    tracks = at(tree, (TRACKS,))
    for track in tracks if isinstance(tracks, dict) else ():
        there = (TRACKS, track, RULES, *own(path))
        inherits = own(path) == path or path[1] in like(tree, track)
        if there != path and inherits and at(tree, there) is not None:
            yield there


def like(tree: Tree, track: str) -> Iterator[str]:
    """A track, and those that it is like, the nearest first."""
    here: Tree = track
    for _ in range(LIKE_DEPTH):
        if not isinstance(here, str):
            return
        yield here
        here = at(tree, (TRACKS, here, "like"))


def _put(tree: Tree, path: tuple[str, ...], new: Tree) -> Tree:
    if not path:
        return new
    here = tree if isinstance(tree, dict) else {}
    return {**here, path[0]: _put(here.get(path[0]), path[1:], new)}


def _without(tree: Tree, path: tuple[str, ...]) -> Tree:
    if not isinstance(tree, dict) or path[0] not in tree:
        return tree
    if len(path) == 1:
        return {key: value for key, value in tree.items() if key != path[0]}
    return {**tree, path[0]: _without(tree[path[0]], path[1:])}


def _marked(marks: Marks, tree: Tree, path: tuple[str, ...]) -> Marks:
    if not path:
        return _covering(marks, tree)
    below = marks.children.get(path[0], Marks(marks.mark))
    inner = _marked(below, tree[path[0]] if isinstance(tree, dict) else None, path[1:])
    return Marks(marks.mark, {**marks.children, path[0]: inner})


def _covering(marks: Marks, tree: Tree) -> Marks:
    """Marks for everything in a tree: what has none stands where it is in stands."""
    match tree:
        case dict():
            parts: list[tuple[str | int, Tree]] = list(tree.items())
        case list():
            parts = list(enumerate(tree))
        case _:
            return marks
    children = {
        key: _covering(marks.children.get(key, Marks(marks.mark)), value) for key, value in parts
    }
    return Marks(marks.mark, children)
