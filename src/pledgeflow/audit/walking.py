"""Goes along a stream's chain and says where it first breaks. Pure: rows come from `records`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any, NamedTuple

from pledgeflow.audit.findings import Finding, What
from pledgeflow.domain.chain import BEGINNING, link_text
from pledgeflow.domain.commands import StreamId

# What is raised on data that nobody would have written; a depth that no reader takes is another.
_NO_JSON = (ValueError, RecursionError)


class Row(NamedTuple):
    """An event as it is stored, with its stream's head and what a checkpoint says of it.

    All of it is text, or None where nothing is stored or it is no text; numbers are read, and None
    where they are none. recorded_at: as `chain.instant` writes it; leaf_*: None where no checkpoint
    was made at this version; since, before: where the walk begins, and the hash there
    """

    stream: StreamId
    version: int | None
    kind: str | None
    command: str | None
    occurred_on: str | None
    recorded_at: str | None
    data: str | None
    hash: str | None
    head_version: int | None
    head_hash: str | None
    leaf_number: int | None = None
    leaf_hash: str | None = None
    since: int = 0
    before: str = BEGINNING


@dataclass(slots=True)
class Walk:
    """Along one stream, from where somebody knows it. signed: up to where checkpoints agree."""

    stream: StreamId
    version: int = 0
    hash: str = BEGINNING
    signed: int = 0
    bad: Finding | None = None

    def take(self, row: Row) -> None:
        """The next row; nothing more is said once something is wrong."""
        if self.bad is None and (found := self._wrong(row)) is not None:
            self.bad = found

    def end(self, version: int | None, digest: str | None) -> None:
        """The stream is over; version, digest: where its head says that it is."""
        if self.bad is not None:
            return
        if version is None:
            self.bad = self._found("headless", 0)
        elif version > self.version:
            self.bad = self._found("missing", self.version + 1, version)
        elif version < self.version:
            self.bad = self._found("beyond", version + 1, self.version)
        elif digest != self.hash:
            self.bad = self._found("head", self.version)

    def _wrong(self, row: Row) -> Finding | None:
        here = self.version + 1
        if row.version is None or row.version < here:
            return self._found("misplaced", here if row.version is None else row.version)
        if row.version > here:
            return self._found("missing", here, row.version - 1)
        if row.data is None or row.recorded_at is None:
            return self._found("changed", here)
        found = link_text(str(self.stream), row.data, row.recorded_at, self.hash)
        if found != row.hash:
            return self._found("changed", here)
        self.version, self.hash = here, found
        if not _agree(row, row.data):
            return self._found("columns", here)
        if row.leaf_hash is not None:
            if row.leaf_hash != found:
                since = self.signed + 1
                return self._found("rewritten", since, here, checkpoint=row.leaf_number or 0)
            self.signed = here
        return None

    def _found(
        self, what: What, version: int, upto: int | None = None, *, checkpoint: int = 0
    ) -> Finding:
        last = version if upto is None else upto
        return Finding(what, str(self.stream), version, last, checkpoint)


def walked(rows: Iterable[Row]) -> Iterator[Walk]:
    """Walks along all streams whose rows come one after the other, each ended at its head."""
    for stream, of_stream in groupby(rows, key=lambda row: row.stream):
        row = next(of_stream)
        walk = Walk(stream, row.since, row.before, signed=row.since)
        head = row.head_version, row.head_hash
        for each in chain((row,), of_stream):
            walk.take(each)
        walk.end(*head)
        yield walk


def _agree(row: Row, text: str) -> bool:
    """Whether the columns beside an event say what it says."""
    try:
        data: Any = json.loads(text)
    except _NO_JSON:
        return False
    if not isinstance(data, dict):
        return False
    said = (
        data.get("version"),
        data.get("kind"),
        data.get("command", ""),
        data.get("occurred_on", data.get("on")),
    )
    return said == (row.version, row.kind, row.command, row.occurred_on)
