"""A stream read at once with what judging in it needs, in the driver's own statements.

Used by `sql` alone. On PostgreSQL everything comes with one wait for the network; on SQLite, where
waiting costs nothing, the history is asked for only where it is needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.domain.serialisation import decode
from pledgeflow.domain.snapshots import thaw
from pledgeflow.domain.states import State
from pledgeflow.errors import StorageError
from pledgeflow.storage.prepared import ask, numbered
from pledgeflow.storage.store import START, CycleRow, Glance, Head, Reading, Span

_WIDTH = len(("version", "hash", "state_version", "directory"))
_CYCLE = ("starts", "ordinal", "policy", "digest", "closed")
_SPAN = ("cycle", "promisor", "venue", "after", "upto")


def _columns(*more: str, day: str = "{}") -> str:
    """day: what makes a day ISO text, which it need not be already"""
    starts, *judged, closed = (f"c.{name}" for name in _CYCLE)
    columns = (
        *("s.version", "s.hash", "s.state_version", "d.version"),
        *(day.format(starts), *judged, day.format(closed)),
        *(f"k.{name}" for name in _SPAN),
        *more,
    )
    return ", ".join(columns)


def _joined(asked: str) -> str:
    """asked: the rows `q` that say what is asked about."""

    def same(table: str, *names: str) -> str:
        return " AND ".join(f"{table}.{name} = q.{name}" for name in names)

    return (
        f"FROM {asked} "
        f"LEFT JOIN streams s ON {same('s', *_KEY)} "
        f"LEFT JOIN directories d ON {same('d', 'jurisdiction')} "
        f"LEFT JOIN cycles c ON {same('c', 'jurisdiction', 'cycle')} "
        f"LEFT JOIN done k ON {same('k', 'jurisdiction', 'key')}"
    )


_KEY = ("jurisdiction", "cycle", "promisor", "venue")
_AT = " AND ".join(f"{name} = ?" for name in _KEY)
_ONE = "(SELECT ? AS jurisdiction, ? AS cycle, ? AS promisor, ? AS venue, ? AS key) AS q"
_SQLITE = f"SELECT {_columns()} {_joined(_ONE)}"
_STATE = f"SELECT state FROM streams WHERE {_AT}"
_EVENTS = f"SELECT data FROM events WHERE {_AT} AND version > ? ORDER BY version"
_BY = f"SELECT 1 FROM events WHERE {_AT} AND version = ? AND hash = ?"

_MANY = (
    "unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::text[]) "
    "WITH ORDINALITY AS q (jurisdiction, cycle, promisor, venue, key, known, hash, place)"
)
_KNOWN = "b.version IS NOT NULL"
_OF_S = " AND ".join(f"e.{name} = s.{name}" for name in _KEY)
_ISO = "to_char({}, 'YYYY-MM-DD')"
_HISTORY = (
    f"(SELECT json_agg(e.data ORDER BY e.version) FROM events e WHERE {_OF_S} AND "
    f"e.version > CASE WHEN {_KNOWN} THEN q.known ELSE s.state_version END)"
)
_TOLD = _columns(f"CASE WHEN {_KNOWN} THEN NULL ELSE s.state END", "b.version", _HISTORY, day=_ISO)
_PASSED = (
    f"LEFT JOIN events b ON {' AND '.join(f'b.{name} = q.{name}' for name in _KEY)} "
    "AND b.version = q.known AND b.hash = q.hash"
)
_POSTGRES = numbered(f"SELECT {_TOLD} {_joined(_MANY)} {_PASSED} ORDER BY q.place")
# For one, values by themselves: PostgreSQL then keeps its plan, instead of making one each time.
_SINGLE = (
    "(SELECT ?::text AS jurisdiction, ?::text AS cycle, ?::text AS promisor, "
    "?::text AS venue, ?::text AS key, ?::int AS known, ?::text AS hash) AS q"
)
_POSTGRES_ONE = numbered(f"SELECT {_TOLD} {_joined(_SINGLE)} {_PASSED}")
_KINDS = (
    int,
    str,
    int,
    int,
    *(str, int, str, str, str),
    *(str, str, str, int, int),
    str,
    int,
    json.loads,
)
"""What makes the columns of an answer of PostgreSQL's, which are text."""


def on_sqlite(connection: Any, asked: Sequence[Glance]) -> list[Reading]:
    """See `EventStore.read`."""
    if len(asked) == 1 and (alone := _known_on_sqlite(connection, asked[0])) is not None:
        return [alone]
    if connection.in_transaction:
        return [_on_sqlite(connection, each) for each in asked]
    connection.execute("BEGIN")
    try:
        return [_on_sqlite(connection, each) for each in asked]
    finally:
        connection.execute("COMMIT")


def _known_on_sqlite(connection: Any, asked: Glance) -> Reading | None:
    """A stream that is where it was known to be: one statement, and no transaction to begin."""
    stream, known, key = asked
    if known == START:
        return None
    row = connection.execute(_SQLITE, (*_at(stream), key)).fetchone()
    return _reading(stream, row, known=known) if row[:2] == known else None


def _at(stream: StreamId) -> tuple[str, str, str, str]:
    return stream.jurisdiction, stream.cycle, stream.promisor, stream.venue


def _on_sqlite(connection: Any, asked: Glance) -> Reading:
    stream, known, key = asked
    at = _at(stream)
    row = connection.execute(_SQLITE, (*at, key)).fetchone()
    by = known != START and connection.execute(_BY, (*at, *known)).fetchone() is not None
    after = known.version if by else row[2] or 0
    frozen = None
    if after and not by:
        (frozen,) = connection.execute(_STATE, at).fetchone()
    events = connection.execute(_EVENTS, (*at, after)).fetchall()
    texts = [data for (data,) in events]
    return _reading(stream, row, frozen, texts, known=known if by else None)


def on_postgres(connection: Any, asked: Sequence[Glance]) -> list[Reading]:
    """See `EventStore.read`."""
    if not asked:
        return []
    keys = [(*_at(stream), key, *known) for stream, known, key in asked]
    if len(keys) == 1:
        rows = ask(connection, _POSTGRES_ONE, keys[0], _KINDS)
    else:
        values = [list(column) for column in zip(*keys, strict=True)]
        rows = ask(connection, _POSTGRES, values, _KINDS)
    found = []
    for (stream, known, _), row in zip(asked, rows, strict=True):
        *_, frozen, by, texts = row
        found.append(_reading(stream, row, frozen, texts or (), known=known if by else None))
    return found


def _reading(
    stream: StreamId,
    row: Any,
    frozen: str | None = None,
    texts: Sequence[str] = (),
    *,
    known: Head | None,
) -> Reading:
    """What a row says. known: where the stream came by, if the reader knows it up to there"""
    after = known.version if known is not None else row[2] or 0
    head = START if row[0] is None else Head(row[0], row[1])
    cycle = tuple(row[_WIDTH : _WIDTH + len(_CYCLE)])
    span = row[_WIDTH + len(_CYCLE) : _WIDTH + len(_CYCLE) + len(_SPAN)]
    return Reading(
        head=head,
        by=known is not None,
        state=_thawed(stream, frozen),
        events=tuple(decoded(stream, n, text) for n, text in enumerate(texts, start=after + 1)),
        cycle=_cycle(stream.jurisdiction, stream.cycle, cycle) if cycle[0] is not None else None,
        span=Span(StreamId(stream.jurisdiction, *span[:3]), *span[3:]) if span[0] else None,
        directory=row[3] or 0,
    )


def _thawed(stream: StreamId, frozen: str | None) -> State | None:
    return thaw(stream, frozen) if frozen is not None else None


@lru_cache(maxsize=256)
def _cycle(jurisdiction: str, cycle: str, row: tuple[Any, ...]) -> CycleRow:
    starts, ordinal, policy, digest, closed = row
    return CycleRow(
        jurisdiction,
        cycle,
        _day(starts),
        ordinal,
        policy,
        digest,
        None if closed is None else _day(closed),
    )


def _day(kept: Any) -> date:
    return kept if isinstance(kept, date) else date.fromisoformat(kept)


def decoded(stream: StreamId, version: int, data: str) -> Event:
    """An event as it was kept. Raises StorageError that says where it is damaged."""
    try:
        return decode(data)
    except StorageError as error:
        raise StorageError(f"`{stream}`, version {version}: {error}") from error
