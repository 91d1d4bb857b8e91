"""Whether states that were taken as one are one: each permits the same, and leads to the same.

A key that leaves out what some rule looks at merges states that differ, and whatever was found
behind one of them says nothing of the other. So each state that was merged is expanded too, and
compared with the one that stands for it; only those that are the same but for the numbers of their
events are not. That takes longer than all the rest: beyond a bound the result is not complete.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import NamedTuple

from pledgeflow.assurance.exploring.graph import Input, Unusual
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text


class Spot(NamedTuple):
    """Where a run stands. watched: what is remembered of it; unusual: as in `Node`"""

    state: State
    today: date
    watched: Hashable
    unusual: Unusual


class Merged(NamedTuple):
    """Where a run stood that was taken as one that was known. into: the node; way: how it came there"""

    into: int
    spot: Spot
    way: tuple[int, Input]


def exact(state: State) -> Hashable:
    """All of a state that any rule could look at, with the order of its events for their numbers."""
    versions = sorted(
        {p.version for s in state.subjects.values() for p in s.passages}
        | {v for s in state.subjects.values() for v in s.revisions}
        | {r.version for records in state.records.values() for r in records}
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
                for command, records in sorted(state.records.items())
            ),
            tuple(
                (command, tuple((s.subject, s.capacity, s.actor, s.content) for s in signed))
                for command, signed in sorted(state.signatures.items())
            ),
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
