"""A pledge's row in the projection, from its state: what lists, tables and other pledges read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from pledgeflow.domain.events import Event, Recorded
from pledgeflow.domain.states import State
from pledgeflow.storage.store import PledgeRow


def projected(
    row: PledgeRow | None, events: Iterable[Event], state: State, kinds: frozenset[str]
) -> PledgeRow | None:
    """The row after events; None where nothing in it but its version has changed.

    row: the one before, if it is known
    """
    if row is not None and row.kinds == kinds and all(_known(row, event) for event in events):
        return None
    return pledge_row(state, kinds)


def _known(row: PledgeRow, event: Event) -> bool:
    """Whether an event changes nothing of a row: a record of what was done before already."""
    if not isinstance(event, Recorded):
        return False
    first = row.first.get(event.means)
    return first is not None and first <= event.occurred_on


def pledge_row(state: State, kinds: frozenset[str]) -> PledgeRow:
    """kinds: what the directory calls the promisor, kept beside the row for whoever counts."""
    root = state.subjects[state.root]
    first: dict[str, date] = {}
    for records in state.records.values():
        for record in records:
            earlier = first.get(record.means, record.occurred_on)
            first[record.means] = min(earlier, record.occurred_on)
    below = (s for s in state.subjects.values() if s.id != state.root)
    items = Counter(f"{s.lifecycle}/{s.state}" for s in below)
    grade = state.grade
    return PledgeRow(
        stream=state.stream,
        track=state.track,
        organization=state.organization,
        state=root.state,
        version=state.version,
        policy=state.policy,
        kinds=kinds,
        since=root.since,
        first=first,
        items=dict(items),
        grade=grade.tier if grade is not None and grade.confirmed else None,
        awards=tuple(sorted({o.award for o in state.outcomes.values() if o.award})),
        outcomes=tuple(dict.fromkeys(o.id for o in state.outcomes.values())),
    )
