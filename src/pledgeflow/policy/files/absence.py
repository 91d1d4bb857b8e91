"""Removal: `{absent: true, cite: …}` where a rule was, and the record of it beside the result.

What is gone keeps its `label`, so that people can still be told what it was, and a track also its
`match`, so that whoever it was for can be told why they need not pledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from pledgeflow.policy.files.marks import Path, Tree

ABSENT = "absent"
LABEL = "label"
GROUNDS = frozenset({"cite", "assumed"})
MATCH = "match"
KEPT = GROUNDS | {LABEL, MATCH}

Ground: TypeAlias = dict[str, Tree]


def is_absent(tree: Tree) -> bool:
    """Whether this stands for a removed rule; a mapping may have an `absent` that is not true."""
    return isinstance(tree, dict) and tree.get(ABSENT) is True


def absences(tree: Tree) -> tuple[Tree, dict[Path, Ground]]:
    """The tree without what stands for removed rules, and their grounds by path.

    A ground is `{"cite": …}` or `{"assumed": …}`, as the file has it, with what it keeps.
    """
    found: dict[Path, Ground] = {}
    return _without(tree, (), found), found


def with_absences(tree: Tree, grounds: Mapping[Path, Ground]) -> Tree:
    """The inverse of `absences`: the whole resolved form, the one to dump and to pin."""
    for path, ground in grounds.items():
        tree = _inserted(tree, path, {ABSENT: True, **ground})
    return tree


def _without(tree: Tree, path: Path, found: dict[Path, Ground]) -> Tree:
    if not isinstance(tree, dict):
        return tree
    kept: dict[str, Tree] = {}
    for key, value in tree.items():
        if isinstance(value, dict) and is_absent(value):
            found[*path, key] = {name: value[name] for name in value if name in KEPT}
        else:
            kept[key] = _without(value, (*path, key), found)
    return kept


def _inserted(tree: Tree, path: Path, gone: Tree) -> Tree:
    if not path:
        return gone
    head = str(path[0])
    here = tree if isinstance(tree, dict) else {}
    return {**here, head: _inserted(here.get(head), path[1:], gone)}
