"""Whether the figures and terms of a clause stand in the policy where its register says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pledgeflow.assurance.comparing import chinese, contains
from pledgeflow.policy.files.absence import is_absent
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.files.overlay import Resolved
from pledgeflow.policy.language.register import ClauseValue

SILENT = "silent"
OPEN = "open"
NAMED = frozenset({"roles", "commands", "lifecycles", "states", "tiers", "choices"})
"""Maps whose ids stand elsewhere for what their labels say."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A resolved policy to look values up in. labels: id -> Chinese labels of what has that id."""

    tree: Tree
    labels: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, resolved: Resolved) -> Ground:
        """The whole of a policy, with what it removes in its place."""
        found: dict[str, dict[str, None]] = {}
        for name, label in _labelled(resolved.whole):
            found.setdefault(name, {})[label] = None
        return cls(resolved.whole, {name: tuple(labels) for name, labels in found.items()})

    def at(self, path: str) -> Tree:
        """What stands at a dotted path; None if nothing does."""
        here = self.tree
        for step in path.split("."):
            here = here.get(step) if isinstance(here, dict) else None
        return here


def homeless(name: str, value: ClauseValue, grounds: Sequence[Ground]) -> list[str]:
    """In words, what of a value stands nowhere; in one of the grounds is enough."""
    if value.places in ((), ("",)):
        return [f"the register does not say where its value `{name}` stands"]
    leaves = list(_leaves(value.is_))
    if value.places == (SILENT,):
        stated = [leaf for leaf in leaves if leaf != SILENT]
        return [f"its value `{name}` is not silent; say where it stands"] if stated else []
    where = " or ".join(f"`{place}`" for place in value.places)
    if all(ground.at(place) is None for ground in grounds for place in value.places):
        return [f"its value `{name}` stands nowhere: there is no {where}"]
    return [
        f"`{_text(leaf)}` of its value `{name}` does not stand at {where}"
        for leaf in leaves
        if not any(_stands(name, leaf, place, g) for g in grounds for place in value.places)
    ]


def _stands(name: str, leaf: object, place: str, ground: Ground) -> bool:
    node = ground.at(place)
    if node is None or leaf == SILENT:
        return node is not None  # a reading stands in for what the document leaves open
    if node is False or is_absent(node):
        return leaf is False
    if isinstance(leaf, bool):
        if leaf and name.endswith(f"_{OPEN}"):
            return isinstance(node, Mapping) and node.get(OPEN) is True
        return leaf
    words = {place.rpartition(".")[2], *_words(node)}
    if _text(leaf) in words:
        return True
    if isinstance(leaf, int):
        return _listed(node) == leaf
    labels = [*chinese(node), *(label for word in words for label in ground.labels.get(word, ()))]
    return contains(labels, _text(leaf))


def _listed(node: object) -> int:
    """How many things are listed at a node; none where it is no list, or none of ids alone."""
    if isinstance(node, Mapping) and all(
        v is True or isinstance(v, Mapping) for v in node.values()
    ):
        return len(node)
    return len(node) if isinstance(node, list) else 0


def _leaves(value: object) -> Iterator[object]:
    match value:
        case None:
            return
        case Mapping():
            for part in value.values():
                yield from _leaves(part)
        case list():
            for part in value:
                yield from _leaves(part)
        case _:
            yield value


def _words(node: object) -> Iterator[str]:
    """Every key and every simple value at and below a node, as text."""
    match node:
        case Mapping():
            for key, value in node.items():
                yield str(key)
                yield from _words(value)
        case list():
            for value in node:
                yield from _words(value)
        case _:
            yield _text(node)


def _labelled(node: object) -> Iterator[tuple[str, str]]:
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if key in NAMED and isinstance(value, Mapping):
            for name, said in value.items():
                label = said.get("label", said) if isinstance(said, Mapping) else None
                if isinstance(label, Mapping) and isinstance(label.get("zh"), str):
                    yield str(name), label["zh"]
        yield from _labelled(value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
