"""Two policies side by side: which rules are the same, which differ, and which only one of them has.

Data in, data out. Rules are aligned by their path; where ids differ, by what the command means
and by label. Nothing here reads a file or prints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Literal

from pledgeflow.assurance.listing import TRACK_RULES, Rule
from pledgeflow.policy.language.register import Clause

Verdict = Literal["same", "different", "only_left", "only_right"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One word of a rule that is not the same; nothing, where a side does not say it."""

    key: str
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Line:
    """A rule of the one beside a rule of the other. part: of the document, such as `commands`."""

    part: str
    verdict: Verdict
    left: Rule | None
    right: Rule | None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """The clauses of one kind in both registers, by id."""

    kind: str
    left: Mapping[str, Clause]
    right: Mapping[str, Clause]


@dataclass(slots=True)
class _Node:
    """A word in a path: the rule that stands there, if one does, and what stands below."""

    rule: Rule | None = None
    below: dict[str, _Node] = field(default_factory=dict)


def beside(left: Sequence[Rule], right: Sequence[Rule]) -> list[Line]:
    """Every rule of two policies, aligned: by part, in the order of the first."""
    aligner = _Aligner(_meanings(left), _meanings(right))
    return list(aligner.lines(_trie(left), _trie(right), ()))


def kinds(left: Mapping[str, Clause], right: Mapping[str, Clause]) -> list[Kind]:
    """The clauses of two registers by kind, in the order in which kinds are first met."""
    names = dict.fromkeys(clause.kind for register in (left, right) for clause in register.values())
    return [Kind(name, _of(name, left), _of(name, right)) for name in names]


def differences(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The words in which two contents differ."""
    keys = dict.fromkeys((*left, *right))
    pairs = ((key, left.get(key), right.get(key)) for key in keys)
    return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])


@dataclass(frozen=True, slots=True)
class _Aligner:
    """Walks two tries together. left, right: what the commands of each side mean."""

    left: Mapping[str, str]
    right: Mapping[str, str]

    def lines(self, left: _Node, right: _Node, path: tuple[str, ...]) -> Iterator[Line]:
        for one, other in self._pairs(left, right, path):
            name = next(n for n in (one, other) if n is not None)
            here = left.below[one] if one is not None else _Node()
            there = right.below[other] if other is not None else _Node()
            if here.rule is not None or there.rule is not None:
                yield _line(here.rule, there.rule)
            yield from self.lines(here, there, (*path, name))

    def _pairs(
        self, left: _Node, right: _Node, path: tuple[str, ...]
    ) -> Iterator[tuple[str | None, str | None]]:
        """Which ids stand for the same: each key takes what is unmistakable on both sides."""
        pairs = {name: name for name in left.below if name in right.below}
        for key in Key:
            ones = _unique(_keys(key, left, path, self.left), set(pairs))
            others = _unique(_keys(key, right, path, self.right), set(pairs.values()))
            pairs |= {ones[found]: others[found] for found in ones if found in others}
        yield from ((name, pairs.get(name)) for name in left.below)
        yield from ((None, name) for name in right.below if name not in pairs.values())


class Key(Enum):
    """What rules with different ids are told to be the same by, the surest first."""

    MEANS_AND_LABEL = auto()
    MEANS = auto()
    LABEL = auto()


def _keys(
    key: Key, node: _Node, path: tuple[str, ...], meanings: Mapping[str, str]
) -> dict[str, Hashable]:
    """The key of each rule right below a node, where it has one."""
    found: dict[str, Hashable] = {}
    for name, below in node.below.items():
        rule = below.rule
        means = _means(rule, path[-1:], meanings) if rule is not None else None
        label = rule.label["zh"] if rule is not None and rule.label is not None else None
        match key:
            case Key.MEANS_AND_LABEL if means and label:
                found[name] = (means, label)
            case Key.MEANS if means:
                found[name] = means
            case Key.LABEL if label:
                found[name] = label
            case _:
                pass
    return found


def _means(rule: Rule, within: tuple[str, ...], meanings: Mapping[str, str]) -> str | None:
    """What a command means, or the command that a transition answers to."""
    match within:
        case ("commands",):
            return meanings.get(rule.path[-1])
        case ("transitions",):
            return meanings.get(str(rule.says.get("trigger", rule.path[-1])))
        case _:
            return None


def _unique(keys: Mapping[str, Hashable], taken: set[str]) -> dict[Hashable, str]:
    """key -> the only id that has it, among those that are not taken."""
    left = {name: key for name, key in keys.items() if name not in taken}
    counts = Counter(left.values())
    return {key: name for name, key in left.items() if counts[key] == 1}


def _part(rule: Rule) -> str:
    """The part of the document a rule stands in; a lifecycle, and a track's own rules, by itself."""
    own = rule.path[2:3] == (TRACK_RULES,)
    start = rule.path.index(TRACK_RULES) + 1 if own else 0
    length = 2 if rule.path[start : start + 1] == ("lifecycles",) else 1
    return ".".join(rule.path[: start + length])


def _line(left: Rule | None, right: Rule | None) -> Line:
    if left is not None and right is not None:
        found = differences(left.content, right.content)
        return Line(_part(left), "different" if found else "same", left, right, found)
    if left is not None:
        return Line(_part(left), "only_left", left, None)
    assert right is not None, "a line has a rule on one side at least"
    return Line(_part(right), "only_right", None, right)


def _trie(rules: Sequence[Rule]) -> _Node:
    root = _Node()
    for rule in rules:
        node = root
        for word in rule.path:
            node = node.below.setdefault(word, _Node())
        node.rule = rule
    return root


def _meanings(rules: Sequence[Rule]) -> dict[str, str]:
    """command -> what it means, from wherever commands are declared."""
    return {
        rule.path[-1]: str(rule.says["means"])
        for rule in rules
        if rule.path[-2:-1] == ("commands",) and "means" in rule.says
    }


def _of(kind: str, register: Mapping[str, Clause]) -> dict[str, Clause]:
    return {name: clause for name, clause in register.items() if clause.kind == kind}
