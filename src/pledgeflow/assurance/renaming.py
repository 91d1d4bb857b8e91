"""A policy under other names, with its scenarios: the engine must not notice.

Every id of a policy, state, command, role, track and tier becomes another one, everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any

from pledgeflow.assurance.acts import TICK
from pledgeflow.assurance.checking import opened
from pledgeflow.assurance.scenarios import Written
from pledgeflow.assurance.stories import Stories
from pledgeflow.assurance.suites import DIRECTORIES, FOLDER, STORIES, scenario_files
from pledgeflow.assurance.walking import walk
from pledgeflow.catalogue import POLICY_FILE, REGISTER_FILE, Catalogue
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.files.canonical import dump
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.language.schema import Document

RESERVED = frozenset({PROMISOR, REACTION, TICK, "correct", "annul"})
"""Words of the engine itself, which no policy gives."""

SHOWN = {"state": "state", "capacity": "role", "track": "track", "grade": "tier"}
"""What a column of a ledger shows -> the namespace of the names that are its cells."""

Renaming = Mapping[tuple[str, str], str]
"""(namespace, name) -> the name instead."""


@dataclass(slots=True)
class Collector:
    """Finds the names in a policy. graded, counted: fields that hold a tier, or tiers by number."""

    names: dict[tuple[str, str], None] = field(default_factory=dict)

    def name(self, namespace: str, name: str) -> str:
        """Take note of a name."""
        if name not in RESERVED:
            self.names[namespace, name] = None
        return name

    def said(self, field: str, value: Any) -> Any:  # noqa: ARG002 (no names of its own)
        """What commands say holds no names that are given there."""
        return value

    def cell(self, ledger: str, column: str, value: Any) -> Any:  # noqa: ARG002 (nor here)
        """What ledgers show holds none either."""
        return value


@dataclass(frozen=True, slots=True)
class Renamer:
    """Writes other names. tiers: the fields whose value is a tier, or counts tiers.

    policies: the fields that name a policy; columns: of ledgers, with what each shows: a word, or
    the field that it is
    """

    names: Renaming
    tiers: frozenset[str]
    policies: frozenset[str]
    columns: Mapping[tuple[str, str], str]

    def name(self, namespace: str, name: str) -> str:
        """The name instead; one that the policy does not have stays."""
        return self.names.get((namespace, name), name)

    def said(self, field: str, value: Any) -> Any:
        """A field's value, with its tiers under their new names."""
        if field in self.tiers and isinstance(value, str):
            return self.name("tier", value)
        if field in self.tiers and isinstance(value, Mapping):
            return {self.name("tier", key): count for key, count in value.items()}
        if field in self.policies and isinstance(value, str):
            return self.name("policy", value)
        return value

    def cell(self, ledger: str, column: str, value: Any) -> Any:
        """What a column shows: names where it shows states, roles, tracks or grades."""
        source = self.columns.get((ledger, column), "")
        namespace = SHOWN.get(source)
        if namespace is None or not isinstance(value, str):
            return self.said(source, value)
        return self.name(namespace, value)


def renamed(catalogue: Catalogue, name: str, target: Path, *, reverse: bool = False) -> str:
    """Write a policy, its ancestors and its scenarios into a folder, all under new names.

    reverse: the new names sort the other way round; returns the policy's new name
    """
    lineage = catalogue.lineage(name)
    collector = Collector()
    for _, source in lineage:
        walk(Document, source.tree, collector)
    trees = [source.tree for _, source in lineage]
    names = _fresh(collector.names, reverse=reverse)
    fields = frozenset(_graded(trees)), frozenset(_naming(trees))
    renamer = Renamer(names, *fields, dict(_columns(trees)))
    new = name
    for folder, source in lineage:
        tree = walk(Document, _unpinned(source.tree), renamer)
        new = str(tree["policy"])
        (target / new).mkdir(parents=True)
        (target / new / POLICY_FILE).write_text(dump(tree), encoding="utf-8")
        if (folder / REGISTER_FILE).is_file():
            copyfile(folder / REGISTER_FILE, target / new / REGISTER_FILE)
    _scenarios(lineage[-1][0] / FOLDER, target / new / FOLDER, renamer)
    return new


def _scenarios(source: Path, target: Path, renamer: Renamer) -> None:
    target.mkdir()
    if (source / DIRECTORIES).is_dir():
        copytree(source / DIRECTORIES, target / DIRECTORIES)
    if (source / STORIES).is_file():
        tree = walk(Stories, opened(source / STORIES, "mapping").tree, renamer)
        (target / STORIES).write_text(dump(tree), encoding="utf-8")
    for path in scenario_files(source):
        written = walk(list[Written], opened(path, "sequence").tree, renamer)
        (target / path.name).write_text(dump(written), encoding="utf-8")


def _fresh(names: Iterable[tuple[str, str]], *, reverse: bool) -> Renaming:
    """New names that say nothing, none of which has been a name before."""
    old = {name for _, name in names}
    spaces: dict[str, list[str]] = {}
    for namespace, name in names:
        spaces.setdefault(namespace, []).append(name)
    return {
        (namespace, name): new if (new := f"{namespace}_{number:03}") not in old else f"x_{new}"
        for namespace, found in spaces.items()
        for number, name in enumerate(sorted(found, reverse=reverse), start=1)
    }


def _graded(trees: Iterable[Tree]) -> Iterable[str]:
    """The fields of commands that hold a tier or a tally."""
    for tree in trees:
        if isinstance(tree, dict):
            fields = tree.get("fields")
            for key, spec in fields.items() if isinstance(fields, dict) else ():
                kind = spec.get("type") if isinstance(spec, dict) else spec
                own = isinstance(spec, dict) and "choices" in spec
                if kind == "tier" or (kind == "tally" and not own):
                    yield key
            yield from _graded(tree.values())


def _naming(trees: Iterable[Tree]) -> Iterable[str]:
    """The fields of commands that name a policy."""
    for tree in trees:
        if isinstance(tree, dict):
            fields = tree.get("fields")
            for key, spec in fields.items() if isinstance(fields, dict) else ():
                if (spec.get("type") if isinstance(spec, dict) else spec) == "policy":
                    yield key
            yield from _naming(tree.values())


def _columns(trees: Iterable[Tree]) -> Iterable[tuple[tuple[str, str], str]]:
    """The columns of all ledgers, each with what it shows."""
    for tree in trees:
        ledgers = tree.get("ledgers") if isinstance(tree, dict) else None
        for name, ledger in ledgers.items() if isinstance(ledgers, dict) else ():
            columns = ledger.get("columns") if isinstance(ledger, dict) else None
            for key, column in columns.items() if isinstance(columns, dict) else ():
                source = column.get("from") if isinstance(column, dict) else None
                words = source.values() if isinstance(source, dict) else (source,)
                yield from (((name, key), word) for word in words if isinstance(word, str))


def _unpinned(tree: Tree) -> Tree:
    """A policy without the pin of its parent, which will not be the same under other names."""
    extends = tree.get("extends") if isinstance(tree, dict) else None
    if isinstance(tree, dict) and isinstance(extends, dict):
        return {**tree, "extends": extends.get("policy")}
    return tree
