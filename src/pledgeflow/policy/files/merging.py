"""One layer over another: what the child says counts, the parent fills in the rest."""

from __future__ import annotations

from pledgeflow.errors import Problem
from pledgeflow.policy.files.absence import GROUNDS, LABEL, MATCH, is_absent
from pledgeflow.policy.files.marks import Layer, mapping, refuse
from pledgeflow.policy.files.shorthand import LISTS

_WHOLE = LISTS | GROUNDS
_OF_MATCH = frozenset({"person", "organization", "venue"})


def merge(parent: Layer, child: Layer) -> Layer:
    """The child over the parent, both settled and normalised.

    Mappings merge key by key; anything else, and `order`, `cite`, `assumed`, is replaced. Where
    the child gives a ground, the parent's grounds of the same rule go. A removal replaces what
    it removes, all but its label and its match; writing anything but `{}` over a removal brings
    the rule back, without what it was before. Marks are those of the last layer that wrote.

    Raises PolicyError: nothing written where the parent has a mapping.
    """
    problems: list[Problem] = []
    merged = _merged(parent, child, problems)
    refuse(problems)
    return merged


def _merged(parent: Layer, child: Layer, problems: list[Problem]) -> Layer:
    if is_absent(child.tree):
        return _removed(parent, child)
    if not isinstance(parent.tree, dict):
        return child
    if is_absent(parent.tree):
        return parent if child.tree == {} else child
    if child.tree is None:
        # a key left empty by mistake would remove rules without saying on what ground
        message = "nothing is written here; leave the key out, or write `{absent: true, cite: …}`"
        problems.append(child.marks.mark.problem(message))
    if not isinstance(child.tree, dict):
        return child
    own = child.entries()
    entries = parent.entries()
    if GROUNDS & own.keys():
        entries = {key: entry for key, entry in entries.items() if key not in GROUNDS}
    for key, entry in own.items():
        inherited = key in entries and key not in _WHOLE
        entries[key] = _merged(entries[key], entry, problems) if inherited else entry
    return mapping(child.marks.mark, entries)


def _removed(parent: Layer, child: Layer) -> Layer:
    inherited, own = parent.entries(), child.entries()
    kept = {LABEL: inherited.get(LABEL), MATCH: _whom(inherited)}
    left = {
        key: entry
        for key, entry in kept.items()
        if key not in own and entry is not None and isinstance(entry.tree, dict)
    }
    return mapping(child.marks.mark, {**own, **left}) if left else child


def _whom(track: dict[str, Layer]) -> Layer | None:
    """Whom a track of pledges is for; nothing of what is no such track."""
    match, aggregate = track.get(MATCH), track.get("aggregate")
    other = aggregate is not None and aggregate.tree != "pledge"
    return None if match is None or other or match.entries().keys() - _OF_MATCH else match
