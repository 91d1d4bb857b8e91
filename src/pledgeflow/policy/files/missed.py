"""Removals that miss: they name what no ancestor has, but nearly.

Saying that something never was is allowed, and cites the clause that leaves it out; a slip of the
pen says the same, and takes out nothing. It is told by an ancestor's id that is almost the same;
whoever says what it is that does not hold (`label`) means it.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from pledgeflow.errors import Problem
from pledgeflow.policy.files.absence import LABEL, is_absent
from pledgeflow.policy.files.marks import Layer

NEARLY = 0.8


def missed(parent: Layer, child: Layer) -> Iterator[Problem]:
    """A problem for each removal in the child that seems to mean something else of the parent."""
    if not isinstance(parent.tree, dict) or not isinstance(child.tree, dict):
        return
    inherited, own = parent.entries(), child.entries()
    for key, entry in own.items():
        if key in inherited:
            yield from missed(inherited[key], entry)
        elif is_absent(entry.tree) and LABEL not in entry.entries():
            others = [name for name in inherited if name not in own]
            near = get_close_matches(key, others, n=1, cutoff=NEARLY)
            if near:
                said = (
                    f"there is no `{key}` to take out; perhaps `{near[0]}`; "
                    "or say under `label:` what it is that does not hold here"
                )
                yield entry.marks.mark.problem(said)
