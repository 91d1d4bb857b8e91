"""What an audit reads from the database, as it lies there: damaged text is no reason to stop.

Beneath `auditing`, on `lying`. Rows come one after the other and are not kept.
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
    Select,
    Table,
    and_,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)

from pledgeflow.audit.lying import KEYS, Lying, shown, stream_of, text_of, whole
from pledgeflow.audit.walking import Row
from pledgeflow.domain.chain import BEGINNING
from pledgeflow.domain.commands import StreamId
from pledgeflow.storage import tables

AT_ONCE = 1_000
"""So many rows are fetched at a time."""
_AT_ROW = re.compile(r"row (\d+) missing from index")


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

    @property
    def lying(self) -> Lying:
        """How this database has things lie."""
        return Lying(self.connection.dialect.name == "sqlite")

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
            select(self.lying.moment(log.c.recorded_at), self.lying.raw(log.c.data))
            .where(*here, log.c.version > after, log.c.version <= upto)
            .order_by(log.c.version)
        )
        rows = self.connection.execute(wanted).all()
        return [(self.lying.iso(at) or "", text_of(data) or "") for at, data in rows]

    def empty(self) -> Iterator[tuple[StreamId, int]]:
        """Streams whose head says that there are events, and that have none; and how many it says."""
        heads, log = tables.streams, tables.events
        there = select(log.c.version).where(same_stream(log, heads)).exists()
        wanted = self._of(heads, heads.c.version).where(heads.c.version > 0, ~there)
        for row in self._rows(wanted):
            yield stream_of(row), whole(row[4]) or 0

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
            yield stream_of(row), whole(row[4]) or 0, whole(row[5]) or 0, whole(row[6]) or 0

    def leaves(self, number: int) -> Iterator[Leaf]:
        """What all streams had come to at a checkpoint, in the order of its tree."""
        leaves, found = tables.leaves, None
        keys = [self.lying.ordered(leaves.c[key]) for key in KEYS[1:]]
        wanted = self._of(leaves, leaves.c.version, leaves.c.hash, leaves.c.number)
        wanted = wanted.where(leaves.c.number <= number).order_by(*keys, leaves.c.version)
        for row in self._rows(wanted):
            leaf = Leaf(stream_of(row), whole(row[4]) or 0, shown(row[5]), whole(row[6]) or 0)
            if found is not None and found.stream != leaf.stream:
                yield found
            found = leaf
        if found is not None:
            yield found

    def disagreeing(self) -> Iterator[tuple[str, str, int]]:
        """Where a file of SQLite does not agree with itself: table, stream ("": unknown), version.

        What a table holds of an event's place, its index holds too, and only one of them is read.
        """
        for table in (tables.events, tables.streams, tables.leaves) if self.lying.sqlite else ():
            checked = self.connection.exec_driver_sql(f"PRAGMA integrity_check({table.name})")
            for (said,) in checked.all():
                found = _AT_ROW.match(str(said))
                if found is not None:
                    yield (table.name, *self._at_row(table, int(found[1])))
                elif said != "ok":
                    yield table.name, "", 0

    def _at_row(self, table: Table, number: int) -> tuple[str, int]:
        keys = (*KEYS, "version")
        wanted = select(*(self.lying.raw(table.c[key]) for key in keys))
        row = self.connection.execute(wanted.where(literal_column("rowid") == number)).first()
        return (str(stream_of(row)), whole(row[4]) or 0) if row is not None else ("", 0)

    def checkpoints(self) -> Iterator[tuple[int, str | None, str | None]]:
        """The checkpoints in their order: number, body, signature."""
        table = tables.checkpoints
        columns = map(self.lying.raw, (table.c.number, table.c.body, table.c.signature))
        here = table.c.jurisdiction == self.jurisdiction
        for row in self._rows(select(*columns).where(here).order_by(table.c.number)):
            yield whole(row[0]) or 0, text_of(row[1]), text_of(row[2])

    def texts(self) -> Iterator[tuple[str, str | None, str | None]]:
        """All words that are kept: digest, salt, words."""
        table = tables.texts
        columns = (table.c.digest, table.c.salt, table.c.words)
        wanted = select(*map(self.lying.raw, columns)).where(
            table.c.jurisdiction == self.jurisdiction
        )
        for digest, salt, words in self._rows(wanted):
            yield shown(digest), text_of(salt), text_of(words)

    def policies(self) -> Iterator[tuple[str, str | None]]:
        """Policies: digest, body (None where a cycle runs by one that is not there)."""
        cycles, table = tables.cycles, tables.policies
        for digest, body in self._rows(
            select(self.lying.raw(table.c.digest), self.lying.raw(table.c.body))
        ):
            yield shown(digest), text_of(body)
        there = select(table.c.digest).where(table.c.digest == cycles.c.digest).exists()
        here = (cycles.c.jurisdiction == self.jurisdiction, ~there)
        for (digest,) in self._rows(
            select(self.lying.raw(cycles.c.digest)).where(*here).distinct()
        ):
            yield shown(digest), None

    def _events(
        self, joined: FromClause, beside: tuple[Any, ...], *here: ColumnElement[bool]
    ) -> Iterator[Row]:
        log = tables.events
        wanted = (
            select(
                *(self.lying.raw(log.c[key]) for key in KEYS),
                self.lying.raw(log.c.version),
                self.lying.raw(log.c.kind),
                self.lying.raw(log.c.command),
                self.lying.day(log.c.occurred_on),
                self.lying.moment(log.c.recorded_at),
                self.lying.raw(log.c.data),
                self.lying.raw(log.c.hash),
                *map(self.lying.raw, beside),
            )
            .select_from(joined)
            .where(*here)
            .order_by(*(log.c[key] for key in KEYS), log.c.version)
        )
        for row in self._rows(wanted):
            version, kind, command, day, at, data, digest = row[4:11]
            yield Row(
                stream_of(row),
                whole(version),
                text_of(kind),
                text_of(command),
                text_of(day),
                self.lying.iso(at),
                text_of(data),
                text_of(digest),
                whole(row[11]),
                text_of(row[12]),
                whole(row[13]),
                text_of(row[14]),
                whole(row[15]) or 0,
                text_of(row[16]) or BEGINNING,
            )

    def _of(self, table: FromClause, *columns: Any) -> Select[Any]:
        keys = [self.lying.raw(table.c[key]) for key in KEYS]
        wanted = select(*keys, *map(self.lying.raw, columns))
        return wanted.where(table.c.jurisdiction == self.jurisdiction)

    def _rows(self, wanted: Select[Any]) -> Iterator[Any]:
        yield from self.connection.execute(
            wanted, execution_options={"stream_results": True, "yield_per": AT_ONCE}
        )


def same_stream(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether two rows are of one stream."""
    return and_(*(one.c[key] == other.c[key] for key in KEYS))


def _place(stream: StreamId) -> tuple[str, str, str, str]:
    return stream.jurisdiction, stream.cycle, stream.promisor, stream.venue
