"""Which step of the one track is which of the other: by what it means, never by its name alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from pledgeflow.policy.compiled.rules import Policy, Ruleset


@dataclass(frozen=True, slots=True)
class Alignment:
    """commands: left -> right; left, right: those without a counterpart, which stutter."""

    commands: Mapping[str, str]
    left: tuple[str, ...]
    right: tuple[str, ...]

    def turned(self) -> Mapping[str, str]:
        """right -> left."""
        return {theirs: ours for ours, theirs in self.commands.items()}


def aligned(left: Ruleset, right: Ruleset) -> Alignment:
    """Steps with one meaning about one kind of subject; of several, those named or called alike."""
    pairs: dict[str, str] = {}
    ours, theirs = _forms(left), _forms(right)
    for place in range(3):
        taken = set(pairs.values())
        one = _unique({n: f[place] for n, f in ours.items() if n not in pairs})
        other = _unique({n: f[place] for n, f in theirs.items() if n not in taken})
        pairs |= {name: other[form] for form, name in one.items() if form in other}
    taken = set(pairs.values())
    return Alignment(
        pairs,
        tuple(name for name in ours if name not in pairs),
        tuple(name for name in theirs if name not in taken),
    )


def counterparts(left: Policy, right: Policy) -> Iterator[tuple[str, str]]:
    """The tracks to hold against each other: of one aggregate and called alike, else in order."""
    for one, ours in left.document.tracks.items():
        same = [
            name
            for name, track in right.document.tracks.items()
            if track.place == ours.place
            and (track.match.person is None) == (ours.match.person is None)
        ]
        if one in same:
            yield one, one
            continue
        alike = [n for n, t in left.document.tracks.items() if t.place == ours.place]
        at = alike.index(one)
        if at < len(same):
            yield one, same[at]


def _forms(rules: Ruleset) -> dict[str, tuple[Hashable, Hashable, Hashable]]:
    """command -> what it is told by, the surest first."""
    found: dict[str, tuple[Hashable, Hashable, Hashable]] = {}
    for name, command in rules.commands.items():
        of_root = rules.root in rules.steps.get(name, {})
        label = command.rules.label
        meaning = (command.means, of_root)
        found[name] = ((*meaning, name), (*meaning, label.zh), meaning)
    return found


def _unique(forms: Mapping[str, Hashable]) -> dict[Hashable, str]:
    counts = Counter(forms.values())
    return {form: name for name, form in forms.items() if counts[form] == 1}
