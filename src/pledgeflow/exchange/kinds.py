"""What stands in a file, in which order, and how a row of a table is a record.

Only what cannot be worked out is kept: snapshots, pledges, what is to come and the heads of streams
follow from the events. Who is at which stream to hand it on is nobody else's business.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Date, Integer

from pledgeflow.ballots import tables as ballots
from pledgeflow.domain.chain import instant
from pledgeflow.exchange.lines import BadRecordError
from pledgeflow.storage import tables

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

FORMAT = 1
"""Grows with each change of what stands in a file."""
HEADER, END = "pledgeflow", "end"
PLACE = ("cycle", "promisor", "venue")
"""What names a stream in its jurisdiction."""
_LARGEST = 2**31 - 1
_WITHOUT = {"events": ("kind", "command", "occurred_on", "data")}
"""Columns that say again what another one says."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Records of one table. name: as it stands in a line."""

    name: str
    table: Table

    @property
    def own(self) -> bool:
        """Whether rows are a jurisdiction's own, and not everybody's."""
        return "jurisdiction" in self.table.c

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """Those that stand in a record as they are."""
        left_out = ("jurisdiction", *_WITHOUT.get(self.table.name, ()))
        return tuple(column for column in self.table.c if column.name not in left_out)

    @property
    def order(self) -> tuple[str, ...]:
        """The columns by which records are in order."""
        keys = (column.name for column in self.table.primary_key)
        return tuple(name for name in keys if name != "jurisdiction")

    @property
    def of_stream(self) -> bool:
        """Whether rows are of a stream."""
        return all(name in self.table.c for name in PLACE)

    def data(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as a record's data."""
        data = {column.name: _written(column, row[column.name]) for column in self.columns}
        if self.table is tables.events:
            data["event"] = json.loads(row["data"])
        return data

    def row(self, data: Mapping[str, Any], jurisdiction: str) -> dict[str, Any]:
        """A record's data as a row, typed as its table is. Raises BadRecordError."""
        extra = {"event"} if self.table is tables.events else set()
        names = {column.name for column in self.columns}
        if data.keys() != names | extra:
            wrong = min(data.keys() ^ (names | extra))
            raise BadRecordError(f"`{wrong}` is {'unknown' if wrong in data else 'missing'}")
        row = {column.name: _read(column, data[column.name]) for column in self.columns}
        return {"jurisdiction": jurisdiction, **row} if self.own else row


def _kinds() -> tuple[Kind, ...]:
    named = {
        "policy": tables.policies,
        "cycle": tables.cycles,
        "person": tables.people,
        "organization": tables.organizations,
        "membership": tables.memberships,
        "post": tables.posts,
        "relation": tables.relations,
        "text": tables.texts,
        "event": tables.events,
        "filed": tables.policies,
        "key": tables.done,
        "pending": tables.pending,
        "outbox": tables.outbox,
        "decision": tables.decisions,
        "ballot": ballots.ballots,
        "voter": ballots.roll,
        "code": ballots.codes,
        "count": ballots.counts,
        "vote": ballots.votes,
        "checkpoint": tables.checkpoints,
        "leaf": tables.leaves,
    }
    return tuple(Kind(name, table) for name, table in named.items())


KINDS = _kinds()
"""In the order in which they stand in a file: nothing comes before what it rests on."""
DIRECTORY = ("person", "organization", "membership", "post", "relation")
NAMED = {kind.name: kind for kind in KINDS}
BALLOTS = ("ballot", "voter", "code", "count", "vote")


def _written(column: Column[Any], value: Any) -> Any:
    match value:
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case _ if isinstance(column.type, tables.Json):
            return column.type.write(value)
        case _:
            return value


def _read(column: Column[Any], value: Any) -> Any:
    if value is None and column.nullable and not isinstance(column.type, tables.Json):
        return None
    found = _typed(column, value)
    if found is None or _written(column, found) != value:
        raise BadRecordError(f"`{column.name}` holds what does not belong there")
    return found


def _typed(column: Column[Any], value: Any) -> Any:
    """A value as its column has it; None where it cannot be one."""
    kind = column.type
    match value:
        case bool():
            return value if isinstance(kind, Boolean) else None
        case int() if isinstance(kind, Integer) and not isinstance(kind, Boolean):
            return value if abs(value) <= _LARGEST else None
        case _ if isinstance(kind, tables.Json):
            return _collection(kind, value)
        case str() if isinstance(kind, tables.Moment):
            return _moment(value)
        case str() if isinstance(kind, Date):
            return _day(value)
        case str() if kind.python_type is str:
            return value
        case _:
            return None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _moment(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def _collection(kind: tables.Json, value: Any) -> Any:
    """What a small collection is to Python, if it is one of the kind."""
    words = isinstance(value, list) and all(isinstance(each, str) for each in value)
    pairs = list(value.values()) if isinstance(value, dict) else None
    if kind is tables.WORDS or kind is tables.KINDS:
        fits = words
    elif kind is tables.COUNTS:
        fits = pairs is not None and all(type(n) is int for n in pairs)
    else:
        fits = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return kind.read(value) if fits else None
