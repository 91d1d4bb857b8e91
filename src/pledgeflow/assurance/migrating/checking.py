"""Whether a migration forgets nothing and strands nobody: asked of the streams that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pledgeflow.domain.commands import StreamId
from pledgeflow.policy.compiled.rules import Ruleset
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


def findings(migration: Migration, rows: Sequence[PledgeRow], under: Under) -> list[Finding]:
    """All that stands against it. rows: of the streams that go over; under: their policies."""
    groups: dict[tuple[str, str], list[PledgeRow]] = {}
    for row in rows:
        groups.setdefault((row.policy, row.track), []).append(row)
    found: list[Finding] = []
    for (policy, track), there in sorted(groups.items()):
        checks = _Track(migration, under(policy).tracks[track], there)
        found += dict.fromkeys(checks.findings())
    return found


@dataclass(frozen=True, slots=True)
class _Track:
    """The streams of one track, by the rules that they are under. rows: of them"""

    migration: Migration
    rules: Ruleset
    rows: Sequence[PledgeRow]

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
        yield from self._states(there)
        yield from self._grades(there)

    def _states(self, there: Ruleset) -> Iterator[Finding]:
        for lifecycle, rules in self.rules.lifecycles.items():
            known = there.lifecycles.get(lifecycle)
            if known is None:
                holders = self._in(lifecycle, rules.states)
                if holders:
                    yield Finding("no_lifecycle", self.rules.track, lifecycle, "", holders)
                continue
            said = self.migration.states.get(lifecycle, {})
            live = reaching(there, lifecycle)
            for state in rules.states:
                to, what = said.get(state, ""), f"{lifecycle}/{state}"
                holders = self._in(lifecycle, (state,))
                if to not in known.states:
                    yield Finding("forgotten", self.rules.track, what, to, holders)
                elif to not in live and (holders or state not in rules.final):
                    yield Finding("stranded", self.rules.track, what, to, holders)

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


def reaching(rules: Ruleset, lifecycle: str) -> frozenset[str]:
    """The states of a lifecycle from which some way leads to an end, whoever has to take it.

    Of a lifecycle without an end, all of them. Guards are not asked here: a way that nobody can
    take is found by exploring.
    """
    final = frozenset(rules.lifecycles[lifecycle].final)
    if not final:
        return frozenset(rules.lifecycles[lifecycle].states)
    ways = _ways(rules, lifecycle)
    found, new = set(final), set(final)
    while new:
        new = {source for source, dest in ways if dest in new} - found
        found |= new
    return frozenset(found)


def _ways(rules: Ruleset, lifecycle: str) -> frozenset[tuple[str, str]]:
    by_people = (places.get(lifecycle, {}) for places in rules.steps.values())
    by_itself = (rules.completions.get(lifecycle, {}), rules.timers.get(lifecycle, {}))
    return frozenset(
        (source, step.dest)
        for states in (*by_people, *by_itself)
        for source, steps in states.items()
        for step in steps
        if step.dest is not None
    )
