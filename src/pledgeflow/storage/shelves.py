"""What `SqlStore` keeps beside the log: words, projections, cycles, policies, the directory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import date, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, text

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.domain.extracts import members
from pledgeflow.domain.people import View
from pledgeflow.errors import StorageError
from pledgeflow.storage import tables
from pledgeflow.storage.agenda import PAGE, Wanted, page
from pledgeflow.storage.rows import TableRows, batches
from pledgeflow.storage.store import (
    CycleRow,
    DueRow,
    Judged,
    Kind,
    PledgeRow,
    PolicyRow,
    Span,
    check_new,
)
from pledgeflow.storage.turns import take_turn

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table

_STREAM = StreamId._fields
_DIRECTORY: tuple[tuple[str, Table, type[Any]], ...] = (
    ("people", tables.people, PersonRow),
    ("organizations", tables.organizations, OrganizationRow),
    ("memberships", tables.memberships, MembershipRow),
    ("posts", tables.posts, PostRow),
    ("relations", tables.relations, RelationRow),
)


_UNLESS_KEPT = text(
    "INSERT INTO policies (digest, name, body, engine) VALUES (:digest, :name, :body, :engine) "
    "ON CONFLICT DO NOTHING"
)


class Shelves(ABC):
    """The part of an `EventStore` that is plain rows, written and read as they are."""

    @abstractmethod
    def _transaction(self, *, write: bool = False) -> AbstractContextManager[Connection]:
        """A connection with a transaction, which ends with the block; blocks do not nest."""

    @abstractmethod
    def extract(self, jurisdiction: str, ids: Collection[str]) -> DirectoryData:
        """See `EventStore.extract`."""

    @abstractmethod
    def _forget(self) -> None:
        """Let what was deleted go from the database's files, as far as that costs little."""

    @abstractmethod
    def _purge(self, names: Iterable[str], jurisdiction: str) -> bool:
        """Let nothing that was deleted in these tables linger in the database's files, if possible."""

    def log(self, judged: Sequence[Judged], *, at: datetime) -> None:
        """See `EventStore.log`."""
        rows = [{**plain(one), **plain(one.stream), "at": at, "id": token_hex(8)} for one in judged]
        for row in rows:
            del row["stream"]
        with self._transaction(write=True) as connection:
            insert(connection, tables.decisions, rows)

    def decisions(self, jurisdiction: str, cycle: str | None = None) -> Iterator[Judged]:
        """See `EventStore.decisions`."""
        table = tables.decisions
        here = where(table, **within(jurisdiction, cycle))
        with self._transaction() as connection:
            asked = table.select().where(*here).order_by(table.c.at, table.c.id)
            rows = connection.execute(asked).mappings().all()
        for row in rows:
            columns = {name: row[name] for name in row if name not in ("at", "id")}
            stream = StreamId(*map(columns.pop, _STREAM))
            yield Judged(stream, **columns)

    def pending(self, jurisdiction: str) -> list[Span]:
        """See `EventStore.pending`."""
        table = tables.pending
        here = table.select().where(*where(table, jurisdiction=jurisdiction))
        with self._transaction() as connection:
            rows = connection.execute(here).mappings().all()
        return sorted(span_of(row) for row in rows)

    def settle(self, stream: StreamId, upto: int) -> None:
        """See `EventStore.settle`."""
        table = tables.pending
        with self._transaction(write=True) as connection:
            connection.execute(table.delete().where(*where(table, **plain(stream), upto=upto)))

    def texts(self, jurisdiction: str, digests: Iterable[str]) -> Mapping[str, str]:
        """See `EventStore.texts`."""
        with self._transaction() as connection:
            return known_texts(connection, jurisdiction, digests)

    def erase(
        self, jurisdiction: str, digests: Iterable[str], *, person: str | None = None
    ) -> bool:
        """See `EventStore.erase`."""
        table, people = tables.texts, tables.people
        with self._transaction(write=True) as connection:
            for some in batches(digests):
                here = (*where(table, jurisdiction=jurisdiction), table.c.digest.in_(some))
                connection.execute(table.delete().where(*here))
            if person is not None:
                take_turn(connection, jurisdiction)
                theirs = where(people, jurisdiction=jurisdiction, person=person)
                if connection.execute(people.update().where(*theirs).values(name="")).rowcount:
                    _renew(connection, jurisdiction)
        return self._purge((table.name, people.name), jurisdiction)

    def pledge(self, stream: StreamId) -> PledgeRow | None:
        """See `EventStore.pledge`."""
        with self._transaction() as connection:
            row = connection.execute(_pledges(**plain(stream))).mappings().first()
        return _pledge(row) if row is not None else None

    def pledges(
        self,
        jurisdiction: str,
        cycle: str | None = None,
        *,
        promisors: Collection[str] | None = None,
    ) -> list[PledgeRow]:
        """See `EventStore.pledges`."""
        table = tables.pledges
        asked = _pledges(**within(jurisdiction, cycle))
        each: Iterable[list[ColumnElement[bool]]] = [[]]
        if promisors is not None:
            each = [[table.c.promisor.in_(some)] for some in batches(frozenset(promisors))]
        with self._transaction() as connection:
            found = [
                _pledge(row)
                for more in each
                for row in connection.execute(asked.where(*more)).mappings()
            ]
        return sorted(found, key=lambda row: row.stream)

    def drop_due(self, jurisdiction: str, cycle: str, kind: Kind) -> None:
        """See `EventStore.drop_due`."""
        here = where(tables.due, jurisdiction=jurisdiction, cycle=cycle, kind=kind)
        with self._transaction(write=True) as connection:
            connection.execute(tables.due.delete().where(*here))

    def due(
        self,
        jurisdiction: str,
        kind: Kind,
        until: date,
        *,
        cycle: str | None = None,
        organization: str | None = None,
    ) -> Iterator[DueRow]:
        """See `EventStore.due`."""
        wanted = Wanted(jurisdiction, kind, until, cycle, organization)
        last: DueRow | None = None
        while True:
            # Each page is a transaction of its own: whoever reads on may write in between.
            with self._transaction() as connection:
                rows = page(connection, wanted, last)
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1]

    def put_cycle(self, cycle: CycleRow, *, new: bool = False) -> None:
        """See `EventStore.put_cycle`."""
        with self._transaction(write=True) as connection:
            take_turn(connection, cycle.jurisdiction)
            if new:
                rows = _select(connection, tables.cycles, jurisdiction=cycle.jurisdiction)
                check_new(cycle, [row["cycle"] for row in rows])
            replace(connection, tables.cycles, plain(cycle))

    def cycles(self, jurisdiction: str) -> tuple[CycleRow, ...]:
        """See `EventStore.cycles`."""
        found = [CycleRow(**row) for row in self._rows(tables.cycles, jurisdiction=jurisdiction)]
        return tuple(sorted(found, key=lambda row: (row.starts, row.cycle)))

    def jurisdictions(self) -> tuple[str, ...]:
        """See `EventStore.jurisdictions`."""
        found: set[str] = set()
        with self._transaction() as connection:
            for table in (tables.cycles, *(table for _, table, _ in _DIRECTORY)):
                column = table.c.jurisdiction
                found |= set(
                    connection.scalars(table.select().with_only_columns(column).distinct())
                )
        return tuple(sorted(found))

    def put_policy(self, digest: str, name: str, body: str, engine: str) -> None:
        """See `EventStore.put_policy`."""
        row = PolicyRow(digest, name, body, engine)
        with self._transaction(write=True) as connection:
            # Others may keep it at the same time, in whichever jurisdiction.
            connection.execute(_UNLESS_KEPT, plain(row))
            kept = _select(connection, tables.policies, digest=digest)
            if kept[0]["body"] != body:
                raise StorageError(f"another policy is kept under `{digest}`")

    def policy(self, digest: str) -> PolicyRow | None:
        """See `EventStore.policy`."""
        found = self._rows(tables.policies, digest=digest)
        return PolicyRow(**found[0]) if found else None

    def put_directory(self, jurisdiction: str, directory: DirectoryData) -> None:
        """See `EventStore.put_directory`."""
        with self._transaction(write=True) as connection:
            take_turn(connection, jurisdiction)
            for name, table, _ in _DIRECTORY:
                connection.execute(table.delete().where(*where(table, jurisdiction=jurisdiction)))
                rows = [
                    {"jurisdiction": jurisdiction, "row": i, **plain(row)}
                    for i, row in enumerate(getattr(directory, name))
                ]
                insert(connection, table, rows)
            _renew(connection, jurisdiction)
        self._forget()

    def directory(self, jurisdiction: str) -> DirectoryData:
        """See `EventStore.directory`."""
        kept: dict[str, Any] = {}
        with self._transaction() as connection:
            for name, table, cls in _DIRECTORY:
                names = [field.name for field in fields(cls)]
                rows = _select(connection, table, jurisdiction=jurisdiction)
                ordered = sorted(rows, key=lambda row: int(row["row"]))
                kept[name] = tuple(cls(**{key: row[key] for key in names}) for row in ordered)
        return DirectoryData(**kept)

    def around(self, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """See `Directory.around`."""
        return self.extract(jurisdiction, ids).view(on)

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        """See `Directory.members`."""
        if not organization:
            return self.directory(jurisdiction).view(on)
        with self._transaction() as connection:
            return members(TableRows(connection, jurisdiction), organization, on)

    def _rows(self, table: Table, **values: str) -> Sequence[RowMapping]:
        with self._transaction() as connection:
            return _select(connection, table, **values)


def _renew(connection: Connection, jurisdiction: str) -> None:
    """The directory is another one now."""
    versions = tables.directories
    here = where(versions, jurisdiction=jurisdiction)
    found = connection.scalar(select(versions.c.version).where(*here))
    row = {"jurisdiction": jurisdiction, "version": int(found or 0) + 1}
    replace(connection, versions, row)


def plain(row: Any) -> dict[str, Any]:
    """A dataclass or a named tuple as column -> value, one level deep."""
    return {name: getattr(row, name) for name in row.__match_args__}


def within(jurisdiction: str, cycle: str | None) -> dict[str, str]:
    """The columns that say which streams are meant: of one cycle, or of all."""
    every = {"jurisdiction": jurisdiction}
    return every if cycle is None else {**every, "cycle": cycle}


def where(table: Table, **values: str | int) -> list[ColumnElement[bool]]:
    """Conditions: these columns have these values."""
    return [table.c[name] == value for name, value in values.items()]


def replace(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Put a row in place of the one with its key."""
    key = {column.name: row[column.name] for column in table.primary_key}
    connection.execute(table.delete().where(*where(table, **key)))
    connection.execute(table.insert(), row)


def put_pledge(connection: Connection, pledge: PledgeRow) -> None:
    """Put a projection in place of the pledge's former one."""
    replace(connection, tables.pledges, pledge_columns(pledge))


def pledge_columns(pledge: PledgeRow) -> dict[str, Any]:
    """A projection as column -> value."""
    row = plain(pledge)
    del row["version"]  # the head says it
    return {**plain(row.pop("stream")), **row}


def insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put in rows that are new, if there are any."""
    if rows:
        connection.execute(table.insert(), rows)


def known_texts(
    connection: Connection, jurisdiction: str, digests: Iterable[str]
) -> dict[str, str]:
    """Digest -> words, of those that are kept."""
    table, found = tables.texts, dict[str, str]()
    for some in batches(digests):
        here = (*where(table, jurisdiction=jurisdiction), table.c.digest.in_(some))
        rows = connection.execute(table.select().where(*here)).mappings()
        found |= {row["digest"]: row["words"] for row in rows}
    return found


def _select(connection: Connection, table: Table, **values: str) -> Sequence[RowMapping]:
    return connection.execute(table.select().where(*where(table, **values))).mappings().all()


def span_of(row: RowMapping) -> Span:
    """The span that a row of `done` or `pending` holds."""
    stream = StreamId(row["jurisdiction"], row["cycle"], row["promisor"], row["venue"])
    return Span(stream, row["after"], row["upto"])


def _pledges(**values: str) -> Select[Any]:
    """Projections, with the versions that their streams have come to."""
    table, heads = tables.pledges, tables.streams
    same = and_(*(table.c[name] == heads.c[name] for name in _STREAM))
    joined = select(*table.columns, heads.c.version).select_from(table.join(heads, same))
    return joined.where(*where(table, **values))


def _pledge(row: RowMapping) -> PledgeRow:
    columns = dict(row)
    stream = StreamId(*map(columns.pop, _STREAM))
    return PledgeRow(stream, **columns)
