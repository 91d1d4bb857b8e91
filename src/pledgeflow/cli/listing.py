"""The rules of a policy in a row, each with its ground and where it was written. Beneath `showing`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.absence import ABSENT, is_absent
from pledgeflow.policy.loading import RULE_PARTS, track_layer
from pledgeflow.policy.marks import Layer, Mark, mapping
from pledgeflow.policy.overlay import Resolved
from pledgeflow.policy.rules import Policy

GROUND = ("label", "cite", "assumed", ABSENT)
HEAD = frozenset({"policy", "title", "extends", "abstract"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as listed: what it says itself, without the rules inside it.

    depth: how many listed rules it stands in; reading_at: where its assumption was written
    """

    path: tuple[str, ...]
    depth: int
    label: Mapping[str, str] | None
    clauses: tuple[str, ...]
    assumed: str | None
    absent: bool
    says: Mapping[str, Any]
    mark: Mark
    reading_at: Mark

    @property
    def name(self) -> str:
        """The whole path, dotted."""
        return ".".join(self.path)


def listed(policy: Policy, resolved: Resolved, track: str | None) -> list[Rule]:
    """Every rule in the order of the files; for one track, its own in place of the common ones."""
    whole = Layer(resolved.whole, resolved.marks).entries()
    parts = {key: layer for key, layer in whole.items() if key not in HEAD}
    if track is not None:
        own = track_layer(track, policy.document, resolved).entries()
        mine = {k: v for k, v in parts["tracks"].entries()[track].entries().items() if k != "rules"}
        mark = parts["tracks"].marks.mark
        alone = mapping(mark, {track: mapping(mark, mine)})
        parts = {k: v for k, v in parts.items() if k not in RULE_PARTS} | {"tracks": alone} | own
    return [rule for key, layer in parts.items() for rule in _walk(layer, (key,), 0)]


def _walk(layer: Layer, path: tuple[str, ...], depth: int) -> Iterator[Rule]:
    tree = layer.tree
    if not isinstance(tree, dict):
        return
    inner = {key: below for key, below in layer.entries().items() if key not in GROUND}
    nested = {key for key, below in inner.items() if _has_rules(below.tree)}
    if _is_rule(tree):
        cite = tree.get("cite")
        label, assumed = tree.get("label"), tree.get("assumed")
        yield Rule(
            path=path,
            depth=depth,
            label={k: str(v) for k, v in label.items()} if isinstance(label, dict) else None,
            clauses=(cite,) if isinstance(cite, str) else tuple(map(str, _many(cite))),
            assumed=assumed if isinstance(assumed, str) else None,
            absent=is_absent(tree),
            says={key: below.tree for key, below in inner.items() if key not in nested},
            mark=layer.marks.mark,
            reading_at=layer.marks.at(("assumed",)),
        )
        depth += 1
    for key in inner:
        if key in nested:
            yield from _walk(inner[key], (*path, key), depth)


def _is_rule(tree: Any) -> bool:
    return isinstance(tree, dict) and not tree.keys().isdisjoint(GROUND)


def _has_rules(tree: Any) -> bool:
    if not isinstance(tree, dict):
        return False
    return _is_rule(tree) or any(_has_rules(below) for below in tree.values())


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | dict) else ()


def labels(catalogue: Catalogue, name: str) -> dict[tuple[str, str], Mapping[str, str]]:
    """(collection, id) -> label, for what rules name: states, roles, commands, tiers and so on."""
    found: dict[tuple[str, str], Mapping[str, str]] = {}

    def collect(tree: Any, parent: str) -> None:
        for key, below in tree.items() if isinstance(tree, dict) else ():
            if not isinstance(below, dict):
                continue
            label = below.get("label", below)
            if isinstance(label, dict) and isinstance(label.get("zh"), str):
                found.setdefault((parent, key), label)
            collect(below, key)

    for _, source in reversed(catalogue.lineage(name)):
        collect(source.tree, "")
    return found
