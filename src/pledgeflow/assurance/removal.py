"""A policy as if a rule, or the removal of a rule, were not in it: what protects it then shows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.assurance.shelf import Shelf
from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.absence import is_absent
from pledgeflow.policy.files.marks import Layer, Path, Tree
from pledgeflow.policy.files.overlay import Resolved, resolve
from pledgeflow.policy.loading import build

CITE = "cite"
PROPERTIES = "properties"


@dataclass(frozen=True, slots=True)
class Altered(Shelf):
    """The policies of a shelf, resolved otherwise. Each form of them is compiled once."""

    shelf: Shelf = field(default_factory=Shelf)
    _made: list[tuple[Resolved, Policy]] = field(default_factory=list, repr=False)

    @abstractmethod
    def _build(self, resolved: Resolved) -> Policy:
        """One form, compiled."""

    def _loads(self, resolved: Resolved) -> bool:
        try:
            self._compiled(resolved)
        except PolicyError:
            return False
        return True

    def _load(self, name: str, on: date | None, ordinal: int) -> Policy:
        return self._compiled(self.resolved(name, on=on, ordinal=ordinal))

    def _compiled(self, resolved: Resolved) -> Policy:
        # Most rules are the same on every day that is asked about: compiling is what takes time.
        for known, policy in self._made:
            if known.tree == resolved.tree and known.absences == resolved.absences:
                return policy
        policy = self._build(resolved)
        self._made.append((resolved, policy))
        return policy


@dataclass(frozen=True, slots=True)
class Without(Altered):
    """The policies of a shelf without what stands at these paths.

    A rule is taken out of the resolved tree. A removal is taken back: what the ancestors have
    there is in force again, or else nothing says any more on what ground it is not.
    """

    paths: tuple[Path, ...] = ()

    @classmethod
    def of(cls, shelf: Shelf, paths: Sequence[Path]) -> Without:
        """What is on the shelf, without these."""
        return cls(shelf.roots, shelf.guards, source=shelf, shelf=shelf, paths=tuple(paths))

    def _resolve(self, name: str, on: date | None, ordinal: int) -> Resolved:
        resolved = self.shelf.resolved(name, on=on, ordinal=ordinal)
        gone = [path for path in self.paths if path in resolved.absences]
        if gone:
            layers = taken_back(self.shelf.layers(name, on, ordinal), gone)
            resolved = resolve(layers, on=on, ordinal=ordinal)
        rules = [path for path in self.paths if path not in gone]
        resolved = _taken_out(resolved, rules)
        changes = list(_changes(resolved.tree, rules))
        # What a track changes of a rule goes with it, unless it is a whole rule by itself.
        return _taken_out(resolved, changes) if changes and not self._loads(resolved) else resolved

    def _build(self, resolved: Resolved) -> Policy:
        # What leads to a rule that is gone is no mistake here: it is what is to show.
        return build(resolved, known=frozenset(), allowed=self.guards, checked=False)


def citing(resolved: Resolved) -> Iterator[tuple[Path, frozenset[str]]]:
    """Every rule, guard and removal that cites clauses, with its path; tracks' own rules too.

    A property is none of them: it says what rules bring about, and does nothing by itself.
    """
    yield from _citing(resolved.tree, ())
    for path, ground in resolved.absences.items():
        if CITE in ground:
            yield path, _named(ground[CITE])


def without(tree: Tree, path: Path) -> Tree:
    """A tree without what is at a path."""
    if not isinstance(tree, dict) or not path or path[0] not in tree:
        return tree
    head = str(path[0])
    if len(path) == 1:
        return {key: value for key, value in tree.items() if key != head}
    return {**tree, head: without(tree[head], path[1:])}


def _citing(node: Tree, path: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    if not isinstance(node, dict):
        return
    if path and CITE in node:
        yield path, _named(node[CITE])
    for key, value in node.items():
        if not (key == PROPERTIES and (not path or path[2:] == ("rules",))):
            yield from _citing(value, (*path, key))


def _taken_out(resolved: Resolved, paths: Sequence[Path]) -> Resolved:
    """The rest of a policy; what was removed below these paths is not remembered either."""
    tree = resolved.tree
    for path in paths:
        tree = without(tree, path)
    absences = {
        place: ground
        for place, ground in resolved.absences.items()
        if not any(place[: len(path)] == path for path in paths)
    }
    return Resolved(tree, resolved.marks, absences)


def _changes(tree: Tree, paths: Sequence[Path]) -> Iterator[Path]:
    """What tracks have of their own at these paths."""
    tracks = _at(tree, ("tracks",))
    for name in tracks if isinstance(tracks, dict) else ():
        for path in paths:
            own = ("tracks", name, "rules", *path)
            if _at(tree, own) is not None:
                yield own


def _named(cite: Tree) -> frozenset[str]:
    if isinstance(cite, str):
        return frozenset({cite})
    return frozenset(map(str, cite)) if isinstance(cite, list | Mapping) else frozenset()


def taken_back(layers: Sequence[Layer], paths: Sequence[Path]) -> list[Layer]:
    """The layers without these removals, each in the last layer that has it."""
    left = list(layers)
    for path in paths:
        for place in range(len(left) - 1, -1, -1):
            if is_absent(_at(left[place].tree, path)):
                left[place] = Layer(without(left[place].tree, path), left[place].marks)
                break
    return left


def _at(tree: Tree, path: Path) -> Tree:
    for step in path:
        tree = tree.get(str(step)) if isinstance(tree, dict) else None
    return tree
