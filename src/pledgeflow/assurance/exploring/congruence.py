"""Whether states that were taken as one are one: each permits the same, and leads to the same.

A key that leaves out what some rule looks at merges states that differ, and whatever was found
behind one of them says nothing of the other. So each state that was merged is expanded too, and
compared with the one that stands for it; only those that are the same but for the numbers of their
events are not. That takes longer than all the rest: beyond a bound the result is not complete.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from pledgeflow.assurance.exploring.graph import Input, Node
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.world import models
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.guards.kinds import Foreign


class Merged(NamedTuple):
    """A state that was taken as one that was known. into: the node; way: how it was reached"""

    into: int
    state: State
    today: date
    watched: Hashable
    way: tuple[int, Input]


class Merges:
    """What was merged, each different state once for each node."""

    def __init__(self, rules: Ruleset) -> None:
        self._read = readable(rules)
        self._seen: dict[int, set[Hashable]] = {}
        self._waiting: list[Merged] = []

    def note(self, merged: Merged, kept: Node) -> None:
        """Remember a merge, unless the two are the same or such a one was merged before."""
        seen = self._seen.get(merged.into)
        if seen is None:
            seen = self._seen[merged.into] = {(kept.today, exact(kept.state, self._read))}
        form = (merged.today, exact(merged.state, self._read))
        if form not in seen:
            seen.add(form)
            self._waiting.append(merged)

    def __iter__(self) -> Iterator[Merged]:
        return iter(self._waiting)


def readable(rules: Ruleset) -> frozenset[str] | None:
    """The commands whose records some rule may look at; None if there are guards of which nobody
    can say that, since a deployer has added them.
    """
    if any(isinstance(model, Foreign) for model in models(rules.source)):
        return None
    uses = Outlook(rules).uses
    seen = (c for use in uses for sight in use.check.sights or () for c in sight.records)
    return frozenset((*seen, *(c for use in uses for c in use.check.reads)))


def exact(state: State, read: frozenset[str] | None) -> Hashable:
    """All of a state that any rule could look at, with the order of its events for their numbers."""
    kept = {c: r for c, r in state.records.items() if read is None or c in read}
    versions = sorted(
        {p.version for s in state.subjects.values() for p in s.passages}
        | {v for s in state.subjects.values() for v in s.revisions}
        | {r.version for records in kept.values() for r in records}
    )
    rank = {version: place for place, version in enumerate(versions)}
    return hash(
        (
            tuple(
                (
                    s.id,
                    tuple((p.state, p.on, rank[p.version]) for p in s.passages),
                    _said(s.content),
                    tuple(rank[v] for v in s.revisions),
                )
                for s in state.subjects.values()
            ),
            tuple(
                (command, tuple(_record(r, rank[r.version]) for r in records))
                for command, records in sorted(kept.items())
            ),
            tuple(sorted((c, len(signed)) for c, signed in state.signatures.items())),
            state.grade,
            tuple(sorted((key, o.open_calls, o.on) for key, o in state.outcomes.items())),
        )
    )


def _record(record: Recorded, place: int) -> Hashable:
    said = _said(record.fields)
    return place, record.subject, record.actor, record.capacity, record.occurred_on, said


def _said(fields: Mapping[str, object]) -> Hashable:
    # Words are digests, each of its own; no rule can look into one.
    return tuple(sorted((k, "text" if isinstance(v, Text) else repr(v)) for k, v in fields.items()))
