"""Which scenarios are the likeliest to notice that a rule has changed: those whose play met it.

The order decides nothing but how soon a mutant is found out, and by what: all of them are played in
the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import NamedTuple

from pledgeflow.assurance.mutating.mutations import Mutation, own
from pledgeflow.assurance.mutating.watching import WatchedShelf, Watcher
from pledgeflow.assurance.scenarios import Scenario, Then
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.staging import JURISDICTION, Scene
from pledgeflow.assurance.study import far
from pledgeflow.errors import RefusedError
from pledgeflow.service import Done

FAR = 2
"""What `far` says of a scenario that has nothing to do with a rule."""
SHOWING = frozenset({"shows", "labels", "responsible"})
"""What a scenario says of the text of rules, and not of what comes of them."""


class Met(NamedTuple):
    """What a play met. rules: each with all that it stands in; tracks: those it looked at"""

    rules: frozenset[tuple[str, ...]]
    tracks: frozenset[str]


Touched = Mapping[str, Met]
"""By scenario."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The scenarios of a policy.

    playing: without what they say of the text of rules; showing: those that say such a thing;
    touched: what the play of each met
    """

    playing: tuple[Scenario, ...]
    showing: tuple[Scenario, ...]
    touched: Touched

    @classmethod
    def of(cls, told: Sequence[Scenario], touched: Touched) -> Suite:
        """Sort scenarios by what they say."""
        playing = (_playing(scenario) for scenario in told)
        return cls(
            tuple(scenario for scenario in playing if scenario is not None),
            tuple(s for s in told if s.then.model_fields_set & SHOWING),
            touched,
        )

    def ranked(self, mutation: Mutation) -> tuple[list[Scenario], list[Scenario]]:
        """Those that have to do with a rule, and all others; the likeliest to notice first."""
        path = own(mutation.path)
        near: list[tuple[tuple[int, int, int], Scenario]] = []
        others: list[tuple[tuple[int, int, int], Scenario]] = []
        for scenario in self.playing:
            touched, off = self.touched[scenario.name].rules, far(scenario, mutation.path)
            met = next((n for n in range(len(path), 0, -1) if path[:n] in touched), 0)
            close = own(mutation.rule) in touched or off < FAR
            (near if close else others).append(((-met, off, len(scenario.when)), scenario))
        first, then = (sorted(each, key=itemgetter(0)) for each in (near, others))
        return [scenario for _, scenario in first], [scenario for _, scenario in then]

    def seeing(self, scenario: Scenario, tracks: frozenset[str] | None) -> bool:
        """Whether a play looks at the rules of one of these tracks; None: whatever it looks at."""
        return tracks is None or not tracks.isdisjoint(self.touched[scenario.name].tracks)


def met(shelf: Shelf, told: Sequence[Scenario]) -> tuple[Touched, list[str]]:
    """The rules that each scenario meets, and the names of those that fail."""
    rules: dict[str, set[tuple[str, ...]]] = {}

    def seen(scenario: Scenario, scene: Scene, last: Done | RefusedError | None) -> None:
        found = rules.setdefault(scenario.name, set())
        for rule in _rules(scene, last):
            steps = tuple(rule.split("."))
            found.update(steps[:n] for n in range(1, len(steps) + 1))

    watched = WatchedShelf.watching(shelf)
    runner = Watcher(watched, seen, glances=watched.glances)
    failed = [result.name for result in runner.run_all(told) if not result.passed]
    return {n: Met(frozenset(found), runner.tracks[n]) for n, found in rules.items()}, failed


def _rules(scene: Scene, last: Done | RefusedError | None) -> Iterator[str]:
    for stream in scene.store.heads(JURISDICTION):
        for kept in scene.store.load(stream):
            yield getattr(kept.event, "rule", "")
    if isinstance(last, RefusedError):
        yield from (reason.rule for reason in last.reasons)


def _playing(scenario: Scenario) -> Scenario | None:
    """A scenario without what it says of the text of rules; None if it says nothing else."""
    left = scenario.then.model_fields_set - SHOWING
    if not left:
        return None
    said = {key: getattr(scenario.then, key) for key in left}
    return replace(scenario, then=Then.model_construct(_fields_set=left, **said))
