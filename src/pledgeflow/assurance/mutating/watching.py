"""Which tracks' rules a scenario looks at, and which of them a mutant has otherwise.

A play that looks at no rule that is changed is the same play. So only those are played on a mutant
that look at one: nothing else of what they might notice is taken for granted.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pledgeflow.assurance.moments import Form, forms
from pledgeflow.assurance.mutating.mutant import Mutant
from pledgeflow.assurance.running import Begun, Result, Runner, begun
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.staging import Scene
from pledgeflow.assurance.stories import Chapter
from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.loading import Made, besides, make


@dataclass(slots=True)
class Glances:
    """now: the tracks looked at since it was emptied"""

    now: set[str] = field(default_factory=set)


class _Watched(Mapping[str, Ruleset]):
    """The rules of tracks, each noted when it is looked at."""

    def __init__(self, tracks: Mapping[str, Ruleset], glances: Glances) -> None:
        self._tracks, self._glances = tracks, glances

    def __getitem__(self, track: str) -> Ruleset:
        self._glances.now.add(track)
        return self._tracks[track]

    def items(self) -> ItemsView[str, Ruleset]:
        """All of them: only who puts reasons into words looks through all, and words are not asked."""
        return self._tracks.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._tracks)

    def __len__(self) -> int:
        return len(self._tracks)


@dataclass(frozen=True, slots=True)
class WatchedShelf(Shelf):
    """The policies of a shelf, noting which of their tracks are looked at."""

    glances: Glances = field(default_factory=Glances)

    @classmethod
    def watching(cls, shelf: Shelf) -> WatchedShelf:
        """What is on the shelf, and nothing looked at yet."""
        return cls(shelf.roots, shelf.guards, source=shelf)

    def rebuilt(self, name: str, body: str) -> Policy:
        """See `Catalogue.rebuilt`."""
        return self._watched(Shelf.rebuilt(self, name, body))

    def _load(self, name: str, on: date | None, ordinal: int) -> Policy:
        return self._watched(Shelf._load(self, name, on, ordinal))

    def _watched(self, policy: Policy) -> Policy:
        return replace(policy, tracks=_Watched(policy.tracks, self.glances))


@dataclass(slots=True)
class Watcher(Runner):
    """Plays scenarios as they are; tracks: scenario -> those whose rules its play looked at."""

    glances: Glances = field(default_factory=Glances)
    tracks: dict[str, frozenset[str]] = field(default_factory=dict)
    _before: dict[Begun, frozenset[str]] = field(default_factory=dict, repr=False)

    def run(self, scenario: Scenario) -> Result:
        """See `Runner.run`."""
        self.glances.now = set()
        result = Runner.run(self, scenario)
        self.tracks[scenario.name] = frozenset(self.glances.now)
        return result

    def _begin(self, scenario: Scenario, chapter: Chapter | None) -> Scene:
        # Who shares a beginning has looked at what was looked at in it, by whomever it was played.
        key = begun(scenario, chapter)
        if key in self._before:
            self.glances.now |= self._before[key]
            return Runner._begin(self, scenario, chapter)
        outer, self.glances.now = self.glances.now, set()
        try:
            return Runner._begin(self, scenario, chapter)
        finally:
            self._before[key] = frozenset(self.glances.now)
            self.glances.now |= outer


@dataclass(frozen=True, slots=True)
class Changes:
    """Which tracks a mutant has otherwise than the policy as it is.

    name, forms: of the policy; made: what each form of it was made of
    """

    name: str
    forms: Sequence[Form]
    made: Sequence[Made]

    @classmethod
    def on(cls, shelf: Shelf, name: str) -> Changes:
        """For a policy on a shelf."""
        found, known = forms(shelf, name), frozenset(shelf.register(name))
        made = [make(form.resolved, known=known, allowed=shelf.guards) for form in found]
        return cls(name, found, made)

    def of(self, mutant: Mutant) -> frozenset[str] | None:
        """The tracks with other rules, in any form; None where it is more than rules of tracks."""
        found: set[str] = set()
        digests: set[str] = set()
        for form, before in zip(self.forms, self.made, strict=True):
            try:
                policy = mutant.load(self.name, on=form.on, ordinal=form.ordinal)
            except PolicyError:
                return None
            tracks = _between(before, mutant.wholes[policy.digest])
            if tracks is None:
                return None
            found |= tracks
            digests.add(policy.digest)
        # Forms that have become one may be taken for each other.
        same = len(digests) == len({each.policy.digest for each in self.made})
        return frozenset(found) if same else None


def _between(before: Made, after: Made) -> set[str] | None:
    if _besides(before.policy) != _besides(after.policy):
        return None
    places = {name: track.place for name, track in before.policy.document.tracks.items()}
    changed = {n for n, track in before.tracks.items() if track.tree != after.tracks[n].tree}
    # What asks another stream how it stands was compiled with the rules there.
    there = {places[name] for name in changed}
    return changed | {n for n, track in before.tracks.items() if not there.isdisjoint(track.asks)}


def _besides(policy: Policy) -> tuple[object, ...]:
    return besides(policy.document), policy.absences, policy.called, policy.spared
