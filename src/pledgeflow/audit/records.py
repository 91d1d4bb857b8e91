"""What an audit reads from the database, as it lies there: damaged text is no reason to stop.

Beneath `auditing`. SQLite is asked for bytes, since a flipped one may leave no text at all;
PostgreSQL refuses what is no text itself. Rows come one after the other and are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    LargeBinary,
    Select,
    Table,
    and_,
    cast,
    collate,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)

from pledgeflow.audit.walking import Row
from pledgeflow.domain.chain import BEGINNING
from pledgeflow.domain.commands import StreamId
from pledgeflow.storage import tables

AT_ONCE = 1_000
"""So many rows are fetched at a time."""
KEYS = ("jurisdiction", "cycle", "promisor", "venue")
_AT_ROW = re.compile(r"row (\d+) missing from index")
_WHOLE = re.compile("0|-?[1-9][0-9]*")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{6})")
_ISO = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


class Leaf(NamedTuple):
    """What a checkpoint says of a stream. number: of the checkpoint."""

    stream: StreamId
    version: int
    hash: str
    number: int


@dataclass(frozen=True, slots=True)
class Records:
    """A jurisdiction's records, by way of a connection."""

    connection: Connection
    jurisdiction: str

    def events(self) -> Iterator[Row]:
        """All events, those of a stream together and in order, with its head and what was signed."""
        log, heads, leaves = tables.events, tables.streams, tables.leaves
        joined = log.outerjoin(heads, same_stream(heads, log)).outerjoin(
            leaves, and_(same_stream(leaves, log), leaves.c.version == log.c.version)
        )
        beside = (heads.c.version, heads.c.hash, leaves.c.number, leaves.c.hash)
        since: tuple[ColumnElement[Any], ...] = (literal("0"), literal(BEGINNING))
        return self._events(joined, (*beside, *since), log.c.jurisdiction == self.jurisdiction)

    def events_between(self, number: int) -> Iterator[Row]:
        """The events from one checkpoint to the next, which is `number`, of the streams that moved."""
        log, new, old = tables.events, tables.leaves.alias("new"), tables.leaves.alias("old")
        inner = tables.leaves.alias("inner")
        last = (
            select(func.max(inner.c.version))
            .where(same_stream(inner, new), inner.c.number < number)
            .scalar_subquery()
        )
        joined = log.join(new, same_stream(new, log)).outerjoin(
            old, and_(same_stream(old, new), old.c.version == last)
        )
        beside = (new.c.version, new.c.hash, null(), null(), old.c.version, old.c.hash)
        return self._events(
            joined,
            beside,
            new.c.jurisdiction == self.jurisdiction,
            new.c.number == number,
            log.c.version <= new.c.version,
            log.c.version > func.coalesce(old.c.version, 0),
        )

    def of_stream(self, stream: StreamId, after: int, upto: int) -> list[tuple[str, str]]:
        """The events of a stream after a version and up to another: recorded at, data."""
        log = tables.events
        here = [log.c[key] == value for key, value in zip(KEYS, _place(stream), strict=True)]
        wanted = (
            select(self._moment(log.c.recorded_at), self._raw(log.c.data))
            .where(*here, log.c.version > after, log.c.version <= upto)
            .order_by(log.c.version)
        )
        rows = self.connection.execute(wanted).all()
        return [(self._iso(at) or "", _text(data) or "") for at, data in rows]

    def empty(self) -> Iterator[tuple[StreamId, int]]:
        """Streams whose head says that there are events, and that have none; and how many it says."""
        heads, log = tables.streams, tables.events
        there = select(log.c.version).where(same_stream(log, heads)).exists()
        wanted = self._of(heads, heads.c.version).where(heads.c.version > 0, ~there)
        for row in self._rows(wanted):
            yield _stream(row), _whole(row[4]) or 0

    def behind(self) -> Iterator[tuple[StreamId, int, int, int]]:
        """Streams that a checkpoint says more of than there is.

        The last version that is there, the one that was signed, and the checkpoint's number.
        Those whose head was put back are among them, whatever became of the events.
        """
        leaves, log, heads = tables.leaves, tables.events, tables.streams
        there = select(log.c.version).where(
            same_stream(log, leaves), log.c.version == leaves.c.version
        )
        headed = select(heads.c.version).where(
            same_stream(heads, leaves),
            or_(
                heads.c.version > leaves.c.version,
                and_(heads.c.version == leaves.c.version, heads.c.hash == leaves.c.hash),
            ),
        )
        last = select(func.max(log.c.version)).where(same_stream(log, leaves)).scalar_subquery()
        wanted = self._of(leaves, last, leaves.c.version, leaves.c.number).where(
            ~(there.exists() & headed.exists())
        )
        for row in self._rows(wanted):
            yield _stream(row), _whole(row[4]) or 0, _whole(row[5]) or 0, _whole(row[6]) or 0

    def leaves(self, number: int) -> Iterator[Leaf]:
        """What all streams had come to at a checkpoint, in the order of its tree."""
        leaves, found = tables.leaves, None
        keys = [self._ordered(leaves.c[key]) for key in KEYS[1:]]
        wanted = self._of(leaves, leaves.c.version, leaves.c.hash, leaves.c.number)
        wanted = wanted.where(leaves.c.number <= number).order_by(*keys, leaves.c.version)
        for row in self._rows(wanted):
            leaf = Leaf(_stream(row), _whole(row[4]) or 0, _shown(row[5]), _whole(row[6]) or 0)
            if found is not None and found.stream != leaf.stream:
                yield found
            found = leaf
        if found is not None:
            yield found

    def disagreeing(self) -> Iterator[tuple[str, str, int]]:
        """Where a file of SQLite does not agree with itself: table, stream ("": unknown), version.

        What a table holds of an event's place, its index holds too, and only one of them is read.
        """
        for table in (tables.events, tables.streams, tables.leaves) if self._sqlite else ():
            checked = self.connection.exec_driver_sql(f"PRAGMA integrity_check({table.name})")
            for (said,) in checked.all():
                found = _AT_ROW.match(str(said))
                if found is not None:
                    yield (table.name, *self._at_row(table, int(found[1])))
                elif said != "ok":
                    yield table.name, "", 0

    def _at_row(self, table: Table, number: int) -> tuple[str, int]:
        keys = (*KEYS, "version")
        wanted = select(*(self._raw(table.c[key]) for key in keys))
        row = self.connection.execute(wanted.where(literal_column("rowid") == number)).first()
        return (str(_stream(row)), _whole(row[4]) or 0) if row is not None else ("", 0)

    def checkpoints(self) -> Iterator[tuple[int, str | None, str | None]]:
        """The checkpoints in their order: number, body, signature."""
        table = tables.checkpoints
        columns = map(self._raw, (table.c.number, table.c.body, table.c.signature))
        here = table.c.jurisdiction == self.jurisdiction
        for row in self._rows(select(*columns).where(here).order_by(table.c.number)):
            yield _whole(row[0]) or 0, _text(row[1]), _text(row[2])

    def texts(self) -> Iterator[tuple[str, str | None, str | None]]:
        """All words that are kept: digest, salt, words."""
        table = tables.texts
        columns = (table.c.digest, table.c.salt, table.c.words)
        wanted = select(*map(self._raw, columns)).where(table.c.jurisdiction == self.jurisdiction)
        for digest, salt, words in self._rows(wanted):
            yield _shown(digest), _text(salt), _text(words)

    def policies(self) -> Iterator[tuple[str, str | None]]:
        """Policies: digest, body (None where a cycle runs by one that is not there)."""
        cycles, table = tables.cycles, tables.policies
        for digest, body in self._rows(select(self._raw(table.c.digest), self._raw(table.c.body))):
            yield _shown(digest), _text(body)
        there = select(table.c.digest).where(table.c.digest == cycles.c.digest).exists()
        here = (cycles.c.jurisdiction == self.jurisdiction, ~there)
        for (digest,) in self._rows(select(self._raw(cycles.c.digest)).where(*here).distinct()):
            yield _shown(digest), None

    def _events(
        self, joined: FromClause, beside: tuple[Any, ...], *here: ColumnElement[bool]
    ) -> Iterator[Row]:
        log = tables.events
        wanted = (
            select(
                *(self._raw(log.c[key]) for key in KEYS),
                self._raw(log.c.version),
                self._raw(log.c.kind),
                self._raw(log.c.command),
                self._day(log.c.occurred_on),
                self._moment(log.c.recorded_at),
                self._raw(log.c.data),
                self._raw(log.c.hash),
                *map(self._raw, beside),
            )
            .select_from(joined)
            .where(*here)
            .order_by(*(log.c[key] for key in KEYS), log.c.version)
        )
        for row in self._rows(wanted):
            version, kind, command, day, at, data, digest = row[4:11]
            yield Row(
                _stream(row),
                _whole(version),
                _text(kind),
                _text(command),
                _text(day),
                self._iso(at),
                _text(data),
                _text(digest),
                _whole(row[11]),
                _text(row[12]),
                _whole(row[13]),
                _text(row[14]),
                _whole(row[15]) or 0,
                _text(row[16]) or BEGINNING,
            )

    def _of(self, table: FromClause, *columns: Any) -> Select[Any]:
        keys = [self._raw(table.c[key]) for key in KEYS]
        wanted = select(*keys, *map(self._raw, columns))
        return wanted.where(table.c.jurisdiction == self.jurisdiction)

    def _rows(self, wanted: Select[Any]) -> Iterator[Any]:
        yield from self.connection.execute(
            wanted, execution_options={"stream_results": True, "yield_per": AT_ONCE}
        )

    @property
    def _sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def _raw(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(column, LargeBinary) if self._sqlite else column

    def _day(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return self._raw(column) if self._sqlite else func.to_char(column, "YYYY-MM-DD")

    def _moment(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        if self._sqlite:
            return self._raw(column)
        return func.to_char(func.timezone("UTC", column), _ISO)

    def _iso(self, value: object) -> str | None:
        text = _text(value)
        if text is None or not self._sqlite:
            return text
        found = _MOMENT.fullmatch(text)
        return f"{found[1]}T{found[2]}Z" if found is not None else None

    def _ordered(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """By the bytes of UTF-8, whatever the language of the database."""
        return column if self._sqlite else collate(column, "C")


def same_stream(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether two rows are of one stream."""
    return and_(*(one.c[key] == other.c[key] for key in KEYS))


def _place(stream: StreamId) -> tuple[str, str, str, str]:
    return stream.jurisdiction, stream.cycle, stream.promisor, stream.venue


def _stream(row: Any) -> StreamId:
    return StreamId(*map(_shown, row[:4]))


def _text(value: object) -> str | None:
    """What is stored, if it is text."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str) else None


def _shown(value: object) -> str:
    """What is stored, in a form that can be shown whatever it is."""
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)


def _whole(value: object) -> int | None:
    """What is stored, if it is a whole number."""
    if isinstance(value, int):
        return value
    text = _text(value)
    return int(text) if text is not None and _WHOLE.fullmatch(text) else None
