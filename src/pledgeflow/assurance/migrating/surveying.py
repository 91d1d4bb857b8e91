"""The blast radius of a migration: who goes from where to where, and what changes for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pledgeflow.assurance.migrating.checking import Finding, findings
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.service.looking import Looking
from pledgeflow.service.migrating import Migration
from pledgeflow.storage.store import CycleRow, PledgeRow


@dataclass(frozen=True, slots=True)
class Changed:
    """How the rules of one kind differ for a track: ids of what is new, gone, or otherwise."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether they differ at all."""
        return bool(self.new or self.gone or self.other)


@dataclass(slots=True)
class Survey:
    """What a migration would do.

    going: (track, state, track there, state there) -> streams; items: the same of what is below
    them; staying: why -> streams; duties, outcomes: track -> how its rules change; streams: track
    -> how many go; deemed: command -> in how many streams it is deemed to have been taken
    """

    going: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    items: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    staying: Counter[str] = field(default_factory=Counter)
    streams: Counter[str] = field(default_factory=Counter)
    deemed: Counter[str] = field(default_factory=Counter)
    duties: dict[str, Changed] = field(default_factory=dict)
    outcomes: dict[str, Changed] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "going": [_moved(key, number) for key, number in sorted(self.going.items())],
            "items": [_moved(key, number) for key, number in sorted(self.items.items())],
            "staying": dict(sorted(self.staying.items())),
            "deemed": dict(sorted(self.deemed.items())),
            "changes": [
                {
                    "track": track,
                    "streams": self.streams[track],
                    "duties": _changes(self.duties[track]),
                    "outcomes": _changes(self.outcomes[track]),
                }
                for track in sorted(self.duties)
            ],
            "findings": [
                {
                    "trouble": each.trouble,
                    "track": each.track,
                    "what": each.what,
                    "to": each.to or None,
                    "streams": [str(stream) for stream in each.streams],
                }
                for each in self.findings
            ],
        }


def survey(engine: Looking, cycle: CycleRow, migration: Migration) -> Survey:
    """Look at every stream of a cycle, and write nothing."""
    found, going, under = Survey(), list[PledgeRow](), engine.under(cycle)
    for row in engine.store.pledges(cycle.jurisdiction, cycle.cycle):
        rules = under(row.policy).tracks[row.track]
        why = migration.stays(row, rules)
        if why:
            found.staying[why] += 1
            continue
        going.append(row)
        _see(found, migration, row, rules)
    found.findings = findings(migration, going, under, engine.state)
    return found


def _see(found: Survey, migration: Migration, row: PledgeRow, rules: Ruleset) -> None:
    track = migration.track(row.track)
    to = migration.state(rules.root, row.state)
    found.going[row.track, row.state, track, to] += 1
    found.streams[row.track] += 1
    for key, number in row.items.items():
        lifecycle, _, state = key.partition("/")
        there = f"{lifecycle}/{migration.state(lifecycle, state)}"
        found.items[row.track, key, track, there] += number
    for each in migration.deemed:
        found.deemed[each.command] += row.state in each.states
    other = migration.to.tracks.get(track)
    if row.track not in found.duties and other is not None:
        found.duties[row.track] = _changed(rules.source.duties, other.source.duties)
        found.outcomes[row.track] = _changed(rules.source.outcomes, other.source.outcomes)


def _changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> Changed:
    both = was.keys() & now.keys()
    return Changed(
        tuple(sorted(now.keys() - was.keys())),
        tuple(sorted(was.keys() - now.keys())),
        tuple(sorted(name for name in both if was[name] != now[name])),
    )


def _changes(changed: Changed) -> dict[str, Any]:
    return {"new": list(changed.new), "gone": list(changed.gone), "other": list(changed.other)}


def _moved(key: tuple[str, str, str, str], number: int) -> dict[str, Any]:
    track, state, track_there, state_there = key
    return {
        "track": track,
        "state": state,
        "to_track": track_there,
        "to_state": state_there,
        "number": number,
    }


def source_of(engine: Looking, cycle: CycleRow, to: Policy) -> Policy | None:
    """The policy that streams of a cycle go over from; none where all are under the other one.

    The cycle itself goes over first: if it has, what is left behind says what it was.
    """
    if cycle.digest != to.digest:
        return engine.cycle_policy(cycle.jurisdiction, cycle.cycle)
    rows = engine.store.pledges(cycle.jurisdiction, cycle.cycle)
    other = next((row.policy for row in rows if row.policy != to.digest), None)
    return engine.under(cycle)(other) if other is not None else None
