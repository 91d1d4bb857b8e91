"""Values as scenarios write them, held against resolved rules and against what items say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from pledgeflow.domain.values import Text
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.absence import ABSENT


def found_at(policy: Policy, path: str) -> object:
    """The resolved value at a rule path; None if nothing is there, `{absent: true}` if removed."""
    steps = tuple(path.split("."))
    if any(steps[: len(gone)] == gone for gone in policy.absences):
        return {ABSENT: True}
    here: object = policy.tree
    for step in steps:
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def labels_at(policy: Policy, path: str) -> list[str]:
    """Every Chinese label at a rule path and below it."""
    return list(chinese(found_at(policy, path)))


def chinese(node: object) -> Iterator[str]:
    """Every text that stands under a `zh`."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "zh" and isinstance(value, str):
                yield value
            else:
                yield from chinese(value)


def contains(labels: Iterable[str], text: str) -> bool:
    """Whether one of the labels has the text in it."""
    return any(text in label for label in labels)


def same(wanted: object, found: object) -> bool:
    """Whether two values are alike; sets may be lists or maps of `true`, dates and numbers text."""
    if isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        ordered = isinstance(found, list)
        pair = [_plain(v) for v in wanted], [_plain(v) for v in found]
        return pair[0] == pair[1] if ordered else set(pair[0]) == set(pair[1])
    left, right = _members(wanted), _members(found)
    if left is not None and right is not None:
        return left == right
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return wanted.keys() == found.keys() and all(same(wanted[k], found[k]) for k in wanted)
    return _plain(wanted) == _plain(found)


def plain(value: object) -> str:
    """A value as it would be written in a scenario."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case Mapping():
            members = _members(value)
            if members:
                return f"[{', '.join(sorted(members))}]"
            return f"{{{', '.join(f'{k}: {plain(v)}' for k, v in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(map(plain, value))}]"
        case Text():
            return "text"
        case _:
            return f"`{value}`"


def some(what: str, wanted: tuple[str, ...], found: Collection[str]) -> Iterator[str]:
    """A difference unless these are among the found; or, if none is named, nothing is found."""
    if not set(wanted) <= set(found) or (found and not wanted):
        yield f"expected `{what}` {listed(wanted)}, found {listed(found)}"


def listed(names: Collection[str]) -> str:
    """Names in a row."""
    return ", ".join(f"`{name}`" for name in names) or "none"


def _members(value: object) -> frozenset[str] | None:
    """What a set holds, however it is written; nothing for what is no set."""
    match value:
        case str():
            return frozenset({value})
        case list() | tuple() if all(isinstance(v, str) for v in value):
            return frozenset(value)
        case Mapping() if value and all(v is True for v in value.values()):
            return frozenset(map(str, value))
        case _:
            return None


def _plain(value: object) -> object:
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, bool):  # which is a number to Python
        return str(value).lower()
    return value if isinstance(value, str | int) else repr(value)
