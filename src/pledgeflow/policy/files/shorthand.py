"""One way to write each thing: lists become sets, removals are well formed; before any merging."""

from __future__ import annotations

from pledgeflow.errors import Problem
from pledgeflow.policy.files.absence import ABSENT, GROUNDS, KEPT, is_absent
from pledgeflow.policy.files.marks import Layer, Marks, Tree, mapping, quoted, refuse

LISTS = frozenset({"order"})
_KEPT = LISTS | {"cite"}


def normalise(layer: Layer) -> Layer:
    """Rewrite shorthand: `[a, b]` is `{a: true, b: true}`, but for `order` and `cite`.

    Raises PolicyError: an item that is a list, a mapping or nothing; an item twice; a removal
    without a ground, with two, with anything else beside it, or of the whole file.
    """
    problems: list[Problem] = []
    if is_absent(layer.tree):
        here = layer.marks.at((ABSENT,))
        problems.append(here.problem("a whole file cannot be `absent`; name what is removed"))
    normal = _normal(layer, "", problems)
    refuse(problems)
    return normal


def _normal(layer: Layer, name: str, problems: list[Problem]) -> Layer:
    match layer.tree:
        case dict():
            if is_absent(layer.tree):
                problems += _removal_problems(layer)
            entries = layer.entries().items()
            return mapping(layer.marks.mark, {k: _normal(v, k, problems) for k, v in entries})
        case list():
            members = _members(layer, problems)
            return layer if name in _KEPT else mapping(layer.marks.mark, members)
        case _:
            return layer


def _members(layer: Layer, problems: list[Problem]) -> dict[str, Layer]:
    members: dict[str, Layer] = {}
    for item in layer.items():
        name = _name(item.tree)
        if name is None:
            message = "a list holds only words and numbers; write a mapping keyed by id instead"
            problems.append(item.marks.mark.problem(message))
        elif name in members:
            message = f"{quoted(name)} is in this list twice; keep one"
            problems.append(item.marks.mark.problem(message))
        elif name == ABSENT:
            # as a set member it could not be told from a removal
            message = "`absent` marks what is removed; choose another word"
            problems.append(item.marks.mark.problem(message))
        else:
            members[name] = Layer(True, Marks(item.marks.mark))
    return members


def _name(item: Tree) -> str | None:
    match item:
        case bool():
            return str(item).lower()
        case str() | int():
            return str(item)
        case _:
            return None


def _removal_problems(layer: Layer) -> list[Problem]:
    entries = layer.entries()
    here = entries[ABSENT].marks.mark
    problems = [
        entry.marks.mark.problem(f"{quoted(key)} cannot stand beside `absent`; remove one of them")
        for key, entry in entries.items()
        if key not in KEPT | {ABSENT}
    ]
    grounds = GROUNDS & entries.keys()
    if not grounds:
        message = "a removal needs its ground; write `cite` beside `absent`, or `assumed`"
        problems.append(here.problem(message))
    if len(grounds) > 1:
        problems.append(here.problem("a removal has one ground; write either `cite` or `assumed`"))
    return problems
