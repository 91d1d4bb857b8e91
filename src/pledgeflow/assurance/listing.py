"""The rules of a policy in a row, each with its ground and its place.

What a policy is shown, compared and searched by: beneath `beside` and `deviations`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.absence import ABSENT, is_absent
from pledgeflow.policy.files.marks import Layer, Mark, mapping
from pledgeflow.policy.files.overlay import Resolved
from pledgeflow.policy.loading import RULE_PARTS, track_layer

GROUND = ("label", "cite", "assumed", ABSENT)
HEAD = frozenset({"policy", "title", "extends", "abstract"})
TRACK_RULES = "rules"
OF_RULES = frozenset(
    {
        "tracks",
        "roles",
        "commands",
        "lifecycles",
        "transitions",
        "guards",
        "stages",
        "outcomes",
        "duties",
        "indicators",
        "ballots",
        "properties",
    }
)
"""What stands under one of these is a rule, even where it only changes a parent's."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as listed: what it says itself, without the rules inside it.

    depth: how many listed rules it stands in; cited_at, reading_at: where its clauses and its
    assumption were written
    """

    path: tuple[str, ...]
    depth: int
    label: Mapping[str, str] | None
    clauses: tuple[str, ...]
    assumed: Mapping[str, str] | None
    absent: bool
    says: Mapping[str, Any]
    mark: Mark
    cited_at: Mark
    reading_at: Mark

    @property
    def content(self) -> dict[str, Any]:
        """What it says, with its label: all that two rules may differ in, but for their grounds."""
        label = {"label": dict(self.label)} if self.label is not None else {}
        return {**label, **self.says, **({ABSENT: True} if self.absent else {})}

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
        mine = {
            k: v for k, v in parts["tracks"].entries()[track].entries().items() if k != TRACK_RULES
        }
        mark = parts["tracks"].marks.mark
        alone = mapping(mark, {track: mapping(mark, mine)})
        parts = {k: v for k, v in parts.items() if k not in RULE_PARTS} | {"tracks": alone} | own
    return [rule for key, layer in parts.items() for rule in _walk(layer, (key,), 0)]


def _walk(layer: Layer, path: tuple[str, ...], depth: int) -> Iterator[Rule]:
    tree = layer.tree
    if not isinstance(tree, dict):
        return
    inner = {key: below for key, below in layer.entries().items() if key not in GROUND}
    nested = {
        key
        for key, below in inner.items()
        if _is_rule(below.tree, path[-1]) or _has_rules(below.tree, key)
    }
    if _is_rule(tree, *path[-2:-1]):
        cite = tree.get("cite")
        label, assumed = tree.get("label"), tree.get("assumed")
        yield Rule(
            path=path,
            depth=depth,
            label={k: str(v) for k, v in label.items()} if isinstance(label, dict) else None,
            clauses=(cite,) if isinstance(cite, str) else tuple(map(str, _many(cite))),
            assumed=reading_of(assumed),
            absent=is_absent(tree),
            says=dict(_said(inner, nested)),
            mark=layer.marks.mark,
            cited_at=layer.marks.at(("cite",)),
            reading_at=layer.marks.at(("assumed",)),
        )
        depth += 1
    for key, below in inner.items():
        if key in nested:
            own = key == TRACK_RULES and path[0] == "tracks"
            yield from _walk(below, (*path, key), 0 if own else depth)


def reading_of(assumed: object) -> Mapping[str, str] | None:
    """A reading in both languages; one that is written in a single one is the same in both."""
    if isinstance(assumed, dict):
        return {lang: str(words) for lang, words in assumed.items()}
    return {"zh": assumed, "en": assumed} if isinstance(assumed, str) else None


def _said(inner: Mapping[str, Layer], nested: set[str]) -> Iterator[tuple[str, Any]]:
    """What is no rule by itself: whole words, and the plain members of sets that have others too."""
    for key, below in inner.items():
        tree = below.tree
        if key not in nested:
            yield key, tree
        elif isinstance(tree, dict) and key not in OF_RULES and not _is_rule(tree, ""):
            plain = {k: v for k, v in tree.items() if not _is_rule(v, key) and not _has_rules(v, k)}
            if plain:
                yield key, plain


def _is_rule(tree: Any, parent: str = "") -> bool:
    ruled = isinstance(tree, dict) and (parent in OF_RULES or not tree.keys().isdisjoint(GROUND))
    return ruled and "zh" not in tree


def _has_rules(tree: Any, parent: str) -> bool:
    """Whether there are rules in a part of the tree, or it is one; parent: the key it stands at."""
    if not isinstance(tree, dict):
        return False
    within = any(_is_rule(below, parent) or _has_rules(below, key) for key, below in tree.items())
    return _is_rule(tree) or within


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
