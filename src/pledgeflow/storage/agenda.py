"""What is to come, in its table: replaced for a stream at a time, read by day, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import tuple_

from pledgeflow.domain.commands import StreamId
from pledgeflow.storage import tables
from pledgeflow.storage.store import DueRow, Kind

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DUE = tables.due.c
_ORDER = (_DUE.day, _DUE.cycle, _DUE.promisor, _DUE.venue, _DUE.duty, _DUE.subject)
PAGE = 500
"""So many rows are read at a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are meant; see `EventStore.due`."""

    jurisdiction: str
    kind: Kind
    until: date
    cycle: str | None
    organization: str | None


def replace_due(connection: Connection, stream: StreamId, rows: Sequence[DueRow]) -> None:
    """Put what is to come in a stream in place of what was."""
    table = tables.due
    here = (
        _DUE.jurisdiction == stream.jurisdiction,
        _DUE.cycle == stream.cycle,
        _DUE.promisor == stream.promisor,
        _DUE.venue == stream.venue,
    )
    connection.execute(table.delete().where(*here))
    if rows:
        connection.execute(table.insert(), [due_columns(row) for row in rows])


def page(connection: Connection, wanted: Wanted, after: DueRow | None) -> list[DueRow]:
    """The next rows in their order, after one."""
    asked = [
        _DUE.jurisdiction == wanted.jurisdiction,
        _DUE.kind == wanted.kind,
        _DUE.day <= wanted.until,
    ]
    if wanted.cycle is not None:
        asked.append(_DUE.cycle == wanted.cycle)
    if wanted.organization is not None:
        asked.append(_DUE.organization == wanted.organization)
    if after is not None:
        asked.append(tuple_(*_ORDER) > tuple_(*_place(after)))
    found = tables.due.select().where(*asked).order_by(*_ORDER).limit(PAGE)
    return [_row(dict(row)) for row in connection.execute(found).mappings()]


def _place(row: DueRow) -> tuple[date, str, str, str, str, str]:
    stream = row.stream
    return row.day, stream.cycle, stream.promisor, stream.venue, row.duty, row.subject


def due_columns(row: DueRow) -> dict[str, Any]:
    """A row as column -> value."""
    stream = row.stream
    return {
        "jurisdiction": stream.jurisdiction,
        "cycle": stream.cycle,
        "promisor": stream.promisor,
        "venue": stream.venue,
        "kind": row.kind,
        "duty": row.duty,
        "subject": row.subject,
        "day": row.day,
        "organization": row.organization,
    }


def _row(row: dict[str, Any]) -> DueRow:
    keys = ("jurisdiction", "cycle", "promisor", "venue")
    return DueRow(StreamId(*(row.pop(key) for key in keys)), **row)
