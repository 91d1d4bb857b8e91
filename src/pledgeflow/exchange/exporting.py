"""From a database to lines: as they stand at one moment, however long it takes, a few at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, collate, func, inspect, select, text, union

from pledgeflow.errors import PledgeflowError, StorageError
from pledgeflow.exchange.kinds import BALLOTS, END, FORMAT, HEADER, KINDS, Kind
from pledgeflow.exchange.lines import Record, written
from pledgeflow.storage import tables
from pledgeflow.storage.sql import SqlStore

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, RowMapping, Select

AT_ONCE = 500
"""So many rows are fetched at a time."""
MIGRATED = "migrated"
"""The kind of event in which a stream goes over to other rules."""
_FILED = re.compile(r'@([0-9a-f]{64})"')


@dataclass(slots=True)
class Export:
    """A jurisdiction's lines. total: how many there will be, give or take the policies filed."""

    connection: Connection
    jurisdiction: str
    total: int = 0
    _line: int = 0
    _filed: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[bytes]:
        yield self._next(HEADER, {"format": FORMAT, "jurisdiction": self.jurisdiction})
        for kind in KINDS:
            for row in self._rows(kind):
                try:
                    data = kind.data(dict(row))
                except ValueError as error:
                    at = "/".join(str(row[name]) for name in kind.order)
                    raise StorageError(
                        f"`{self.jurisdiction}/{at}` is damaged; see `pledgeflow audit verify`"
                    ) from error
                if kind.table is tables.events:
                    self._filed.update(_FILED.findall(row["data"]))
                    if row["kind"] == MIGRATED:
                        # what was decided before was decided by rules that nothing is under now
                        self._filed.add(data["event"]["source"])
                yield self._next(kind.name, data)
        yield self._next(END, {"lines": self._line + 1})

    def count(self) -> None:
        """See how many lines there will be."""
        there = [kind for kind in KINDS if kind.own and self._there(kind)]
        counts = (
            select(func.count())
            .select_from(kind.table)
            .where(kind.table.c.jurisdiction == self.jurisdiction)
            for kind in there
        )
        self.total = sum(self.connection.scalar(count) or 0 for count in counts)

    def _next(self, kind: str, data: dict[str, Any]) -> bytes:
        self._line += 1
        return written(Record(kind, self._line, data))

    def _there(self, kind: Kind) -> bool:
        """Whether its table is: those of ballots are only made when they are needed."""
        return kind.name not in BALLOTS or inspect(self.connection).has_table(kind.table.name)

    def _rows(self, kind: Kind) -> Iterator[RowMapping]:
        if not self._there(kind):
            return
        options = {"stream_results": True, "yield_per": AT_ONCE}
        yield from self.connection.execute(self._wanted(kind), execution_options=options).mappings()

    def _wanted(self, kind: Kind) -> Select[Any]:
        table = kind.table
        wanted = select(table).order_by(*(self._by_bytes(table.c[name]) for name in kind.order))
        if kind.own:
            return wanted.where(table.c.jurisdiction == self.jurisdiction)
        # a stream may have stayed under rules that its cycle left, or gone over to others before it
        own = union(
            *(
                select(column).where(of.c.jurisdiction == self.jurisdiction)
                for of, column in (
                    (tables.cycles, tables.cycles.c.digest),
                    (tables.pledges, tables.pledges.c.policy),
                )
            )
        )
        if kind.name == "filed":
            return wanted.where(table.c.digest.in_(sorted(self._filed)), table.c.digest.not_in(own))
        return wanted.where(table.c.digest.in_(own))

    def _by_bytes(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """In the same order in every database, whatever its language."""
        sqlite = self.connection.dialect.name == "sqlite"
        return column if sqlite or not isinstance(column.type, String) else collate(column, "C")


@contextmanager
def at_one_moment(store: SqlStore) -> Iterator[Connection]:
    """A connection that sees what was committed when it first reads, and nothing later."""
    with store.transaction() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        yield connection


def exported(
    store: SqlStore, jurisdiction: str, begun: Callable[[int], object] = bool
) -> Iterator[bytes]:
    """The lines of a jurisdiction. begun: is told how many there will be, give or take a few.

    Raises PledgeflowError where there is none of that name, StorageError for what is damaged.
    """
    with at_one_moment(store) as connection:
        export = Export(connection, jurisdiction)
        export.count()
        if not export.total:
            raise PledgeflowError(f"there is nothing of `{jurisdiction}` in the database")
        begun(export.total)
        yield from export
