"""What changes come to in rows, table by table: the same for every database.

Between `store` and the two `…_writing` modules, which put the rows where they belong. Rows are
tuples in the order of the table's columns, values what the domain has.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pledgeflow.domain.chain import link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.serialisation import encode, kind_of
from pledgeflow.domain.snapshots import freeze
from pledgeflow.errors import ConflictError
from pledgeflow.storage.conflicts import conflict
from pledgeflow.storage.store import Change, Head, PledgeRow

EVERY = 16
"""A snapshot of a stream is written whenever its version passes a multiple of this."""
_ENCODED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

Row = tuple[Any, ...]
Key = tuple[str, str, str, str]
"""A stream as its columns."""


@dataclass(slots=True)
class Written:
    """Rows by table. heads: by stream, (head before, head after, snapshot, its version), the last
    two None where it stays; due: all that is to come, of each stream of which it is replaced

    Where several changes are of one stream, what counts in heads, pledges and due is the last.
    """

    heads: dict[Key, Row] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    pledges: dict[Key, Row] = field(default_factory=dict)
    due: dict[Key, list[Row]] = field(default_factory=dict)
    done: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    pending: list[Row] = field(default_factory=list)

    def add(self, change: Change) -> Head:
        """The rows of one more change; where its stream comes to. Raises StorageError."""
        stream, after, upto = change.stream, change.after, change.upto
        key = (stream.jurisdiction, stream.cycle, stream.promisor, stream.venue)
        head = Head(upto, self._events(key, change))
        if change.events:
            before, known, _, _, *frozen = self.heads.get(key, (*after, *after, None, None))
            if change.state is not None and upto // EVERY > after.version // EVERY:
                frozen = [freeze(change.state), upto]
            self.heads[key] = (before, known, *head, *frozen)
            self.outbox.append((*key, upto, after.version))
        for text in {text.digest: text for text in reversed(change.texts)}.values():
            self.texts.append((stream.jurisdiction, text.digest, text.salt, text.words))
        if change.pledge is not None:
            self.pledges[key] = _pledge(change.pledge)
        if change.due is not None:
            self.due[key] = [
                (row.kind, row.duty, row.subject, row.day, row.organization) for row in change.due
            ]
        if change.key is not None:
            self.done.append((stream.jurisdiction, change.key, *key[1:], after.version, upto))
        if change.follows:
            self.pending.append((*key, upto, after.version))
        return head

    def _events(self, key: Key, change: Change) -> str:
        stream, at, known = change.stream, change.recorded_at, change.after.hash
        for event in change.events:
            data = encode(event)
            known = link(stream, data, at, known)
            command = getattr(event, "command", "")
            on = getattr(event, "occurred_on", getattr(event, "on", None))
            row = (*key, event.version, kind_of(event), command, on, at, data, known)
            self.events.append(row)
        return known


def _pledge(row: PledgeRow) -> Row:
    return (
        row.track,
        row.organization,
        row.state,
        row.policy,
        row.since,
        as_text(sorted(row.kinds)),
        as_text(days(row.first)),
        as_text(dict(row.items)),
        row.grade,
        as_text(row.awards),
        as_text(row.outcomes),
    )


def days(dates: Mapping[str, date]) -> dict[str, str]:
    """Dates as ISO text."""
    return {name: day.isoformat() for name, day in dates.items()}


def as_text(value: Any) -> str:
    """A small collection as JSON text."""
    return _ENCODED(value)


def streams_in(changes: Iterable[Change]) -> list[StreamId]:
    """Every stream that changes are of or rest on, once, in the order in which they are locked."""
    return sorted({stream for one in changes for stream in (one.stream, *one.reads)})


def weigh(
    changes: Iterable[Change], heads: dict[StreamId, Head], keys: set[tuple[str, str]]
) -> tuple[Written, tuple[Head | ConflictError, ...]]:
    """What is to be written of changes, one after the other, and what becomes of each.

    heads: where all streams stand that they are of or rest on, if they have begun; keys: those of
    theirs that were used, with their jurisdictions; both are carried on. Raises StorageError.
    """
    written, answers = Written(), list[Head | ConflictError]()
    for change in changes:
        wrong = conflict(change, heads, keys)
        if wrong is None:
            heads[change.stream] = head = written.add(change)
            if change.key is not None:
                keys.add((change.stream.jurisdiction, change.key))
        answers.append(wrong if wrong is not None else head)
    return written, tuple(answers)
