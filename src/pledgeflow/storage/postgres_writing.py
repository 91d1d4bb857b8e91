"""The write path on PostgreSQL: all of any number of changes in one statement; used by `sql` alone.

A statement is a transaction of its own, so that a command waits for the network once. Changes that
begin a stream, or rest on other streams, and batches lock what they are about first, in one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Integer

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError
from pledgeflow.storage import tables
from pledgeflow.storage.conflicts import elsewhere, used
from pledgeflow.storage.prepared import ask, numbered
from pledgeflow.storage.store import START, Change, Head
from pledgeflow.storage.written import Row, Written, streams_in, weigh

if TYPE_CHECKING:
    from psycopg import Connection
    from sqlalchemy import Table

_KEY = ("jurisdiction", "cycle", "promisor", "venue")
_KEYS = ", ".join(_KEY)


def _typed(column: Any) -> str:
    if isinstance(column.type, tables.Moment):
        return "timestamptz"
    if isinstance(column.type, Date):
        return "date"
    return "int" if isinstance(column.type, Integer) else "text"


FEW = 4
"""Up to so many rows each value is given by itself: an array takes longer to make than to read."""
_Column = tuple[str, str]


def _told(name: str, columns: Sequence[_Column], count: int) -> str:
    """So many rows, as the statement is given them; more than a few: one array for each column."""
    names = ", ".join(f'"{column}"' for column, _ in columns)
    if count > FEW:
        arrays = ", ".join(f"?::{kind}[]" for _, kind in columns)
        return f"unnest({arrays}) AS {name} ({names})"
    row = ", ".join(f"?::{kind}" for _, kind in columns)
    if not count:
        return f"(SELECT {', '.join(f'NULL::{k}' for _, k in columns)} WHERE false) AS {name} ({names})"
    if count == 1:
        return f"(SELECT {row}) AS {name} ({names})"  # dissolves in what it stands in
    return f"(VALUES {', '.join([f'({row})'] * count)}) AS {name} ({names})"


def _given(rows: Sequence[Row]) -> list[Any]:
    """The values of rows as `_told` wants them."""
    if len(rows) > FEW:
        return [list(column) for column in zip(*rows, strict=True)]
    return [value for row in rows for value in row]


def _columns(table: Table) -> tuple[_Column, ...]:
    return tuple((column.name, _typed(column)) for column in table.columns)


_HEADS = (
    *((key, "text") for key in _KEY),
    ("before", "int"),
    ("known", "text"),
    ("version", "int"),
    ("hash", "text"),
    ("state", "text"),
    ("state_version", "int"),
)


def _same(one: str, other: str, keys: Sequence[str] = _KEY) -> str:
    return " AND ".join(f'{one}."{key}" = {other}."{key}"' for key in keys)


def _replacing(table: Table) -> str:
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    rest = [column.name for column in table.columns if not column.primary_key]
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    return f" ON CONFLICT ({keys}) DO UPDATE SET {changed}"


_OTHERWISE = {
    "texts": " ON CONFLICT DO NOTHING",
    "pledges": _replacing(tables.pledges),
    "due": _replacing(tables.due),
}
_ONCE = (("jurisdiction", "text"), ("key", "text"))


def _inserted(name: str, count: int) -> str:
    """The rows of a table go in."""
    columns = _columns(tables.METADATA.tables[name])
    names = ", ".join(f'"{column}"' for column, _ in columns)
    rows = "coming r" if name == "due" else _told("r", columns, count)
    otherwise = _OTHERWISE.get(name, "")
    return f"INSERT INTO {name} ({names}) SELECT r.* FROM counted, {rows} WHERE whole{otherwise}"


_MOVED = (
    "UPDATE streams s SET version = h.version, hash = h.hash, state = coalesce(h.state, s.state), "
    "state_version = coalesce(h.state_version, s.state_version) FROM {} "
    f"WHERE h.before > 0 AND {_same('s', 'h')} AND s.version = h.before AND s.hash = h.known"
)
_UNUSED = " AND NOT EXISTS (SELECT 1 FROM done d JOIN {} USING (jurisdiction, key))"


def _one_moved(keyed: int) -> list[str]:
    """A stream that has begun is moved on: what nearly every command comes to."""
    unused = _UNUSED.format(_told("k", _ONCE, keyed)) if keyed else ""
    moved = _MOVED.format(_told("h", _HEADS, 1))
    return [f"counted AS ({moved}{unused} RETURNING true AS whole)"]


def _all_moved(heads: int, keyed: int) -> list[str]:
    """So many streams are moved on, or begin."""
    return [
        f"h AS (SELECT * FROM {_told('h', _HEADS, heads)})",
        *([f"k AS (SELECT * FROM {_told('k', _ONCE, keyed)})"] if keyed else []),
        f"moved AS ({_MOVED.format('h')}{_UNUSED.format('k') if keyed else ''} RETURNING 1)",
        f"begun AS (INSERT INTO streams SELECT {_KEYS}, version, hash, state, "
        "coalesce(state_version, 0) FROM h WHERE before = 0 ON CONFLICT DO NOTHING RETURNING 1)",
        "counted AS (SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM begun) = "
        "(SELECT count(*) FROM h) AS whole)",
    ]


@cache
def _statement(heads: int | None, parts: tuple[tuple[str, int], ...], rescheduled: int) -> bytes:
    """Heads move first; all the rest goes in only where every head was where it was left.

    heads, rescheduled: of so many streams, None of just one that has begun; parts: tables, and how
    many rows go into each
    """
    keys = [column.name for column in tables.due.primary_key]
    # What comes again is replaced, and not deleted: in one statement it could not come again.
    undue = (
        f"DELETE FROM due d USING counted, {_told('g', _HEADS[:4], rescheduled)} "
        f"WHERE {_same('d', 'g')} AND whole "
        f"AND NOT EXISTS (SELECT 1 FROM coming n WHERE {_same('d', 'n', keys)})"
    )
    keyed = dict(parts).get("done", 0)
    steps = _one_moved(keyed) if heads is None else _all_moved(heads, keyed)
    for part, count in parts:
        if part == "due":
            steps.append(f"coming AS (SELECT * FROM {_told('c', _columns(tables.due), count)})")
            steps.append(f"undue AS ({undue})")
        steps.append(f"put_{part} AS ({_inserted(part, count)})")
    return numbered(f"WITH {', '.join(steps)} SELECT whole FROM counted")


def write(
    connection: Connection[Any], changes: Sequence[Change]
) -> tuple[Head | ConflictError, ...]:
    """What became of each change: where its stream has come to, or why it was left out.

    The connection commits by itself, unless the caller has begun a transaction.
    """
    if len(changes) == 1 and _alone(changes[0]):
        (change,) = changes
        written = Written()
        head = written.add(change)
        if _put(connection, written):
            return (head,)
        if change.key is not None and _used(connection, {(change.stream.jurisdiction, change.key)}):
            return (used(change.key),)
        found = _heads(connection, [change.stream], lock=False).get(change.stream, START)
        return (elsewhere(change.stream, change.after.version, found.version),)
    with connection.transaction():
        return _locked(connection, changes)


def _alone(change: Change) -> bool:
    """Whether nothing has to hold still for a change but its own stream, which is there."""
    return change.after.version > 0 and bool(change.events) and not change.reads


def _locked(
    connection: Connection[Any], changes: Sequence[Change]
) -> tuple[Head | ConflictError, ...]:
    heads = _heads(connection, streams_in(changes), lock=True)
    keys = _used(connection, {(c.stream.jurisdiction, c.key) for c in changes if c.key is not None})
    written, answers = weigh(changes, heads, keys)
    if not _put(connection, written):
        # A key that was free when it was looked up; what was begun is taken back.
        raise ConflictError("somebody else wrote this first; read it again")
    return answers


def _put(connection: Connection[Any], written: Written) -> bool:
    """Whether everything was written; if not, nothing was."""
    due = [(*at, *row) for at, rows in written.due.items() for row in rows]
    parts: dict[str, Sequence[Row]] = {
        "events": written.events,
        "texts": written.texts,
        "pledges": [(*at, *row) for at, row in written.pledges.items()],
        "due": due,
        "done": written.done,
        "outbox": written.outbox,
        "pending": written.pending,
    }
    given = {name: rows for name, rows in parts.items() if rows or (name == "due" and written.due)}
    heads = [(*at, *row) for at, row in written.heads.items()]
    values = [*_given(heads), *_given([row[: len(_ONCE)] for row in written.done])]
    for name, rows in given.items():
        values += _given(rows)
        if name == "due":
            values += _given(list(written.due))
    shape = tuple((name, min(len(rows), FEW + 1)) for name, rows in given.items())
    one = len(heads) == 1 and heads[0][len(_KEY)] > 0
    many = None if one else min(len(heads), FEW + 1)
    asked = _statement(many, shape, min(len(written.due), FEW + 1))
    return ask(connection, asked, values, (str,)) == [["t"]]


_LOCK_NAMES = numbered(
    "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM "
    "(SELECT name FROM unnest(?::text[]) WITH ORDINALITY AS u (name, n) ORDER BY n) AS each"
)
_FIND = (
    "SELECT s.jurisdiction, s.cycle, s.promisor, s.venue, s.version, s.hash FROM streams s JOIN "
    f"{_told('h', _HEADS[:4], FEW + 1)} ON {_same('s', 'h')}"
)
_FOUND = numbered(_FIND)
_LOCKED = numbered(f"{_FIND} ORDER BY 1, 2, 3, 4 FOR UPDATE OF s")
_USED = numbered(
    "SELECT d.jurisdiction, d.key FROM done d JOIN unnest(?::text[], ?::text[]) AS u (j, k) "
    "ON d.jurisdiction = u.j AND d.key = u.k"
)


def _heads(
    connection: Connection[Any], streams: Sequence[StreamId], *, lock: bool
) -> dict[StreamId, Head]:
    """Where streams have come to. lock: they hold still from here on, those not begun as well."""
    keys = [(s.jurisdiction, s.cycle, s.promisor, s.venue) for s in streams]
    if lock:
        # What is not there yet has no row to lock: its name is.
        ask(connection, _LOCK_NAMES, [[str(stream) for stream in streams]])
    arrays = [list(column) for column in zip(*keys, strict=True)]
    found = ask(connection, _LOCKED if lock else _FOUND, arrays, (*(str,) * 4, int, str))
    return {StreamId(*row[:4]): Head(*row[4:]) for row in found}


def _used(connection: Connection[Any], keys: set[tuple[str, str]]) -> set[tuple[str, str]]:
    if not keys:
        return set()
    arrays = [list(column) for column in zip(*keys, strict=True)]
    return {(row[0], row[1]) for row in ask(connection, _USED, arrays, (str, str))}
