"""Whether a migration forgets nothing and strands nobody: asked of the streams that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pledgeflow.assurance.migrating.reaching import stranded
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.judging.migrating import migrated
from pledgeflow.service.ledgers import Under
from pledgeflow.service.migrating import Migration
from pledgeflow.storage.store import PledgeRow

Trouble = Literal["forgotten", "stranded", "no_track", "other_kind", "no_lifecycle", "no_tier"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands against a migration.

    what: the track, `lifecycle/state`, lifecycle or tier; to: where the map leads, if it leads
    anywhere; streams: those that are in it now
    """

    trouble: Trouble
    track: str
    what: str
    to: str
    streams: tuple[StreamId, ...]


def findings(
    migration: Migration,
    rows: Sequence[PledgeRow],
    under: Under,
    state: Callable[[StreamId], State],
) -> list[Finding]:
    """All that stands against it. rows: of the streams that go over; under: their policies;
    state: how each stands
    """
    groups: dict[tuple[str, str], list[PledgeRow]] = {}
    for row in rows:
        groups.setdefault((row.policy, row.track), []).append(row)
    found: list[Finding] = []
    for (policy, track), there in sorted(groups.items()):
        checks = _Track(migration, under(policy).tracks[track], there, state)
        found += dict.fromkeys(checks.findings())
    return found


@dataclass(frozen=True, slots=True)
class _Track:
    """The streams of one track, by the rules that they are under. rows: of them"""

    migration: Migration
    rules: Ruleset
    rows: Sequence[PledgeRow]
    state: Callable[[StreamId], State]

    def findings(self) -> Iterator[Finding]:
        """What stands against their going over."""
        to = self.migration.track(self.rules.track)
        there = self.migration.to.tracks.get(to)
        everybody = tuple(row.stream for row in self.rows)
        if there is None:
            yield Finding("no_track", self.rules.track, self.rules.track, to, everybody)
            return
        document = self.migration.to.document.tracks[to]
        elsewhere = [row.stream for row in self.rows if row.stream.venue != document.place]
        if elsewhere or there.root != self.rules.root:
            streams = tuple(elsewhere) or everybody
            yield Finding("other_kind", self.rules.track, self.rules.track, to, streams)
            return
        forgotten = tuple(self._states(there))
        yield from forgotten
        yield from self._grades(there)
        if not forgotten:
            yield from self._stranded(there)

    def _states(self, there: Ruleset) -> Iterator[Finding]:
        for lifecycle, rules in self.rules.lifecycles.items():
            known = there.lifecycles.get(lifecycle)
            if known is None:
                holders = self._in(lifecycle, rules.states)
                if holders:
                    yield Finding("no_lifecycle", self.rules.track, lifecycle, "", holders)
                continue
            said = self.migration.states.get(lifecycle, {})
            for state in rules.states:
                to, what = said.get(state, ""), f"{lifecycle}/{state}"
                holders = self._in(lifecycle, (state,))
                if to not in known.states:
                    yield Finding("forgotten", self.rules.track, what, to, holders)

    def _stranded(self, there: Ruleset) -> Iterator[Finding]:
        """Streams that could not come to an end any more, by what would be stuck in them."""
        stuck: dict[tuple[str, str], list[StreamId]] = {}
        for row in self.rows:
            state = self.state(row.stream)
            command = self.migration.command(state, "", row.since)
            after = fold(state, migrated(state, command))
            for name in stranded(there, after):
                subject = state.subjects[name]
                what = f"{subject.lifecycle}/{subject.state}"
                stuck.setdefault((what, after.subjects[name].state), []).append(row.stream)
        for (what, to), streams in sorted(stuck.items()):
            held = tuple(dict.fromkeys(streams))
            yield Finding("stranded", self.rules.track, what, to, held)

    def _grades(self, there: Ruleset) -> Iterator[Finding]:
        tiers = there.evaluation.tiers if there.evaluation is not None else {}
        by_tier: dict[str, list[StreamId]] = {}
        for row in self.rows:
            if row.grade is not None:
                by_tier.setdefault(row.grade, []).append(row.stream)
        for tier, streams in by_tier.items():
            to = self.migration.tiers.get(tier, tier)
            if to not in tiers:
                yield Finding("no_tier", self.rules.track, tier, to, tuple(streams))

    def _in(self, lifecycle: str, states: Iterable[str]) -> tuple[StreamId, ...]:
        """The streams that are in one of these states, or have an item that is."""
        root, wanted = lifecycle == self.rules.root, frozenset(states)
        keys = {f"{lifecycle}/{state}" for state in wanted}
        return tuple(
            row.stream
            for row in self.rows
            if (root and row.state in wanted) or any(row.items.get(key) for key in keys)
        )
