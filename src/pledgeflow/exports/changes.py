"""What those who extend a policy often change, as overlays of that policy: examples to start from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.guards.history import PrecededBy
from pledgeflow.policy.language.lifecycles import Transition
from pledgeflow.policy.language.schema import Document


def usual_changes(policy: Policy, clause: str) -> dict[str, Tree]:
    """Overlays by top-level key, each of which can be written into a policy that extends this one.

    clause: the id that they cite
    """
    document = policy.document
    found: dict[str, Tree] = {}
    if document.late_entry is not None:
        found["late_entry"] = {"within": "P14D", "cite": clause}
    if stages := _stages(document, clause):
        found["cycle"] = {"stages": stages}
    for name, command in document.commands.items():
        label: Tree = {
            "zh": f"{command.label.zh}（本地名称）",
            "en": f"{command.label.en} (as it is called here)",
        }
        found["commands"] = {name: {"label": label, "cite": clause}}
        break
    if lifecycles := _guards(document, clause):
        found["lifecycles"] = lifecycles
    return found


def _stages(document: Document, clause: str) -> Tree:
    """The first stage that ends: it ends a day earlier."""
    stages = document.cycle.stages if document.cycle is not None else {}
    for name, stage in stages.items():
        last = stage.until
        if last is not None and last.day > 1:
            return {name: {"until": str(replace(last, day=last.day - 1)), "cite": clause}}
    return None


def _guards(document: Document, clause: str) -> dict[str, Tree]:
    """A guard that asks for more, and another that does not hold."""
    more: tuple[str, ...] | None = None
    gone: tuple[str, ...] | None = None
    for path, move in _moves(document):
        for name, guard in move.guards.items():
            at = (*path, "guards", name)
            if any(_has(track.rules, ("lifecycles", *at)) for track in document.tracks.values()):
                continue  # a track that changes a guard would bring it back, and only in part
            if more is None and isinstance(guard, PrecededBy):
                more = at
            elif gone is None:
                gone = at
    tree: dict[str, Tree] = {}
    if more is not None:
        _put(tree, more, {"at_least": 2, "cite": clause})
    if gone is not None:
        _put(tree, gone, {"absent": True, "cite": clause})
    return tree


def _moves(document: Document) -> Iterator[tuple[tuple[str, ...], Transition]]:
    for lifecycle, rules in document.lifecycles.items():
        for name, move in rules.transitions.items():
            yield (lifecycle, "transitions", name), move


def _has(tree: object, path: tuple[str, ...]) -> bool:
    for word in path:
        if not isinstance(tree, Mapping) or word not in tree:
            return False
        tree = tree[word]
    return True


def _put(tree: dict[str, Tree], path: tuple[str, ...], value: Mapping[str, Tree]) -> None:
    here = tree
    for word in path[:-1]:
        below = here.setdefault(word, {})
        assert isinstance(below, dict), "paths lead through mappings"
        here = below
    here[path[-1]] = dict(value)
