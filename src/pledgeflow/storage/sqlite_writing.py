"""The write path on SQLite, in the driver's own statements; used by `sql` alone.

INVARIANT: the caller has begun the transaction and with it holds the only right to write, so that
what is checked here still holds when it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError
from pledgeflow.storage import tables
from pledgeflow.storage.store import Change, Head
from pledgeflow.storage.written import Row, Written, streams_in, weigh

_AT = "jurisdiction = ? AND cycle = ? AND promisor = ? AND venue = ?"
_HEAD = f"SELECT version, hash FROM streams WHERE {_AT}"
_USED = "SELECT 1 FROM done WHERE jurisdiction = ? AND key = ?"
_MOVE = f"UPDATE streams SET version = ?, hash = ? WHERE {_AT}"
_STILL = " AND version = ? AND hash = ?"
_SNAPSHOT = f"UPDATE streams SET version = ?, hash = ?, state = ?, state_version = ? WHERE {_AT}"
_BEGIN = "INSERT INTO streams VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def _insert(table: Any, *, otherwise: str = "") -> str:
    marks = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} VALUES ({marks}){otherwise}"


def _replace(table: Any) -> str:
    keys = ", ".join(column.name for column in table.primary_key)
    rest = (c.name for c in table.columns if not c.primary_key)
    changed = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return _insert(table, otherwise=f" ON CONFLICT ({keys}) DO UPDATE SET {changed}")


_EVENT = _insert(tables.events)
_TEXT = _insert(tables.texts, otherwise=" ON CONFLICT DO NOTHING")
_PLEDGE = _replace(tables.pledges)
_UNDUE = f"DELETE FROM due WHERE {_AT}"
_DUE = _insert(tables.due)
_DONE = _insert(tables.done)
_UNDONE = "DELETE FROM done WHERE jurisdiction = ? AND key = ?"
_OUTBOX = _insert(tables.outbox)
_PENDING = _insert(tables.pending)


def write(connection: Connection, changes: Sequence[Change]) -> tuple[Head | ConflictError, ...]:
    """What became of each change: where its stream has come to, or why it was left out."""
    if len(changes) == 1 and (head := _alone(connection, changes[0])) is not None:
        return (head,)
    heads = {s: head for s in streams_in(changes) if (head := _head(connection, s)) is not None}
    asked = {(c.stream.jurisdiction, c.key) for c in changes if c.key is not None}
    keys = {at for at in asked if connection.execute(_USED, at).fetchone() is not None}
    written, answers = weigh(changes, heads, keys)
    _put(connection, written)
    return answers


def _alone(connection: Connection, change: Change) -> Head | None:
    """A change that goes on with a stream, checked by the statements that write it.

    None where it is no such change, or where it conflicts: nothing is written then.
    """
    if not change.events or not change.after.version or change.reads:
        return None
    written = Written()
    head = written.add(change)
    for done in written.done:
        if not connection.execute(f"{_DONE} ON CONFLICT DO NOTHING", done).rowcount:
            return None
    for at, (_, _, *after, state, state_version) in written.heads.items():
        values = (*after, *at) if state is None else (*after, state, state_version, *at)
        move = _MOVE if state is None else _SNAPSHOT
        if not connection.execute(f"{move}{_STILL}", (*values, *change.after)).rowcount:
            _many(connection, _UNDONE, [done[:2] for done in written.done])
            return None
    _put_rest(connection, written)
    return head


def _head(connection: Connection, stream: StreamId) -> Head | None:
    at = (stream.jurisdiction, stream.cycle, stream.promisor, stream.venue)
    row = connection.execute(_HEAD, at).fetchone()
    return Head(*row) if row is not None else None


def _put(connection: Connection, written: Written) -> None:
    for at, (before, _, version, known, state, state_version) in written.heads.items():
        if before == 0:
            connection.execute(_BEGIN, (*at, version, known, state, state_version or 0))
        elif state is None:
            connection.execute(_MOVE, (version, known, *at))
        else:
            connection.execute(_SNAPSHOT, (version, known, state, state_version, *at))
    _many(connection, _DONE, written.done)
    _put_rest(connection, written)


def _put_rest(connection: Connection, written: Written) -> None:
    _many(connection, _EVENT, [_event(row) for row in written.events])
    _many(connection, _TEXT, written.texts)
    _many(connection, _PLEDGE, [(*at, *_pledge(row)) for at, row in written.pledges.items()])
    _many(connection, _UNDUE, list(written.due))
    _many(connection, _DUE, [(*at, *_due(row)) for at, rows in written.due.items() for row in rows])
    _many(connection, _OUTBOX, written.outbox)
    _many(connection, _PENDING, written.pending)


def _many(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    if len(rows) == 1:
        connection.execute(statement, rows[0])
    elif rows:
        connection.executemany(statement, rows)


def _event(row: Row) -> Row:
    *before, on, at, data, known = row
    day = on.isoformat() if on is not None else None
    return (*before, day, _moment(at), data, known)


def _moment(at: datetime) -> str:
    """A point in time as `tables.Moment` has it kept in SQLite."""
    there = at if at.tzinfo is UTC else at.astimezone(UTC)
    return there.isoformat(" ", "microseconds")[:26]


def _pledge(row: Row) -> Row:
    track, organization, state, policy, since, *rest = row
    return (track, organization, state, policy, since.isoformat(), *rest)


def _due(row: Row) -> Row:
    kind, duty, subject, day, organization = row
    return (kind, duty, subject, day.isoformat(), organization)
