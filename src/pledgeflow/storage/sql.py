"""A store in a database, through SQLAlchemy Core; import this only where one is really opened.

Here: the database and the log; what stands beside the log is in `shelves`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from logging import Logger
from threading import Lock
from typing import Any, Self

from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.domain.serialisation import decode, encode, kind_of
from pledgeflow.errors import StorageError
from pledgeflow.storage import sqlite, tables, versions
from pledgeflow.storage.agenda import due_columns, replace_due
from pledgeflow.storage.errors import ConnectionLostError, ForeignDatabaseError
from pledgeflow.storage.failing import meaning
from pledgeflow.storage.opening import opened
from pledgeflow.storage.shelves import (
    Shelves,
    insert,
    plain,
    pledge_columns,
    put_pledge,
    put_texts,
    where,
    within,
)
from pledgeflow.storage.store import (
    NOTHING_READ,
    Beginning,
    DueRow,
    PledgeRow,
    SealedText,
    StoredEvent,
    check_append,
    check_beginnings,
    check_due,
    check_head,
    used,
)


class SqlStore(Shelves):
    """An `EventStore` in the database at a URL (`sqlite:///pledges.db`), or in a host's engine.

    It creates its tables when it is first used. A SQLite file named by URL has to be its own; other
    databases it shares, if they have no other table of the same name. Safe between threads.
    """

    def __init__(self, database: str | Engine) -> None:
        self._own = isinstance(database, str)
        engine = opened(database) if isinstance(database, str) else database
        self._sqlite = engine.dialect.name == "sqlite"
        self.name = (engine.url.database if self._sqlite else None) or str(engine.url)
        # what is told to this engine stays with it: the host's own keeps its ways
        self._engine = engine.execution_options()
        self._engine.hide_parameters = True  # values are people's: in no log, in no traceback
        self._silent = self._engine.execution_options()
        self._silent.logger = _silence()
        if self._sqlite:
            listen(self._engine, "begin", _begin)
        self._lock = Lock()
        self._ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; a host's engine is left as it is."""
        if self._own:
            self._engine.dispose()

    def create(self) -> None:
        """Create missing tables; raises StorageError if the database is not ours."""
        with self._lock:
            if self._ready:
                return
            with self._connected(write=False) as connection:
                schema = versions.found(connection, self.name)
            if schema is None:
                with self._connected(write=True) as connection:
                    schema = versions.found(connection, self.name) or self._created(connection)
            if (wrong := versions.mismatch(schema, self.name)) is not None:
                raise wrong
            self._ready = True

    def append(  # noqa: PLR0913 (see the protocol)
        self,
        stream: StreamId,
        expected_version: int,
        events: Sequence[Event],
        *,
        texts: Sequence[SealedText] = (),
        pledge: PledgeRow | None = None,
        due: Sequence[DueRow] | None = None,
        key: str | None = None,
        reads: Mapping[StreamId, int] = NOTHING_READ,
        follows: bool = False,
        recorded_at: datetime,
    ) -> None:
        """See `EventStore.append`."""
        check_append(
            stream, expected_version, events, pledge=pledge, due=due, recorded_at=recorded_at
        )
        rows = [_event_row(stream, event, recorded_at) for event in events]
        span = {"key": key, "after": expected_version, "upto": expected_version + len(rows)}
        with self._transaction(write=True) as connection:
            if key is not None and _span(connection, stream.jurisdiction, key) is not None:
                raise used(key)
            for read, version in {**reads, stream: expected_version}.items():
                check_head(read, version, _head(connection, read))
            if rows:
                connection.execute(tables.events.insert(), rows)
            put_texts(connection, stream.jurisdiction, texts)
            if pledge is not None:
                put_pledge(connection, pledge)
            if due is not None:
                replace_due(connection, stream, due)
            if key is not None:
                connection.execute(tables.done.insert(), {**plain(stream), **span})
            if follows:
                still = {**plain(stream), "after": span["after"], "upto": span["upto"]}
                connection.execute(tables.pending.insert(), still)

    def pending(self, jurisdiction: str) -> list[tuple[StreamId, int, int]]:
        """See `EventStore.pending`."""
        table = tables.pending
        here = table.select().where(*where(table, jurisdiction=jurisdiction))
        with self._transaction() as connection:
            rows = connection.execute(here).mappings().all()
        found = [
            (
                StreamId(row["jurisdiction"], row["cycle"], row["promisor"], row["venue"]),
                row["after"],
                row["upto"],
            )
            for row in rows
        ]
        return sorted(found)

    def settle(self, stream: StreamId, upto: int) -> None:
        """See `EventStore.settle`."""
        table = tables.pending
        with self._transaction(write=True) as connection:
            connection.execute(table.delete().where(*where(table, **plain(stream), upto=upto)))

    def begin_all(self, begun: Sequence[Beginning], *, recorded_at: datetime) -> None:
        """See `EventStore.begin_all`."""
        check_beginnings(begun, recorded_at)
        rows = [_event_row(one.stream, event, recorded_at) for one in begun for event in one.events]
        with self._transaction(write=True) as connection:
            # A stream that has begun has a first event already: the database refuses another.
            insert(connection, tables.events, rows)
            for place in {one.stream.jurisdiction for one in begun}:
                here = [one for one in begun if one.stream.jurisdiction == place]
                put_texts(connection, place, [text for one in here for text in one.texts])
            pledges = [pledge_columns(one.pledge) for one in begun if one.pledge is not None]
            insert(connection, tables.pledges, pledges)
            insert(connection, tables.due, [due_columns(row) for one in begun for row in one.due])

    def put_due(self, stream: StreamId, version: int, due: Sequence[DueRow]) -> None:
        """See `EventStore.put_due`."""
        check_due(stream, due)
        with self._transaction(write=True) as connection:
            if _head(connection, stream) == version:
                replace_due(connection, stream, due)

    def done(self, jurisdiction: str, key: str) -> tuple[StoredEvent, ...] | None:
        """See `EventStore.done`."""
        with self._transaction() as connection:
            span = _span(connection, jurisdiction, key)
            if span is None:
                return None
            stream, after, upto = span
            return _loaded(connection, stream)[after:upto]

    def load(self, stream: StreamId) -> tuple[StoredEvent, ...]:
        """See `EventStore.load`."""
        with self._transaction() as connection:
            return _loaded(connection, stream)

    def heads(self, jurisdiction: str, cycle: str | None = None) -> Mapping[StreamId, int]:
        """See `EventStore.heads`."""
        log = tables.events
        stream = (log.c.jurisdiction, log.c.cycle, log.c.promisor, log.c.venue)
        here = where(log, **within(jurisdiction, cycle))
        last = select(*stream, func.max(log.c.version)).where(*here).group_by(*stream)
        with self._transaction() as connection:
            heads = {StreamId(*row[:4]): int(row[4]) for row in connection.execute(last)}
        return {stream: heads[stream] for stream in sorted(heads)}

    def transaction(self, *, write: bool = False) -> AbstractContextManager[Connection]:
        """A connection with a transaction that ends with the block, for what shares the database.

        What is done there is in no log, however much of the rest a host may log.
        """
        return self._transaction(write=write, silent=True)

    def scrub(self, names: Iterable[str]) -> None:
        """Let nothing of what was deleted or replaced in these tables linger in the database's files.

        Raises StorageError where somebody still reads from before; then do it again.
        """
        with self._plainly(), self._engine.connect() as connection:
            if self._sqlite:
                if not sqlite.forget(_driver(connection), wait_ms=sqlite.WAIT_MS):
                    raise StorageError(
                        f"`{self.name}` is being read from before; try again when that is over"
                    )
            elif self._engine.dialect.name == "postgresql":
                plainly = connection.execution_options(isolation_level="AUTOCOMMIT")
                for name in names:
                    plainly.execute(text(f"VACUUM (FULL) {name}"))

    @contextmanager
    def _transaction(self, *, write: bool = False, silent: bool = False) -> Iterator[Connection]:
        if not self._ready:
            self.create()
        with self._connected(write=write, silent=silent) as connection:
            yield connection

    @contextmanager
    def _connected(self, *, write: bool, silent: bool = False) -> Iterator[Connection]:
        engine = self._silent if silent else self._engine
        with self._plainly(), engine.connect() as connection:
            connection.execution_options(pledgeflow_writes=write)
            with connection.begin():
                yield connection

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            known = meaning(self.name, error)
            if isinstance(known, ConnectionLostError):
                self._engine.dispose()  # the others in the pool are lost too: not one error for each
            raise known from error
        except (SQLAlchemyError, ValueError) as error:
            raise StorageError(f"`{self.name}` failed: {error}") from error

    def unchecked(self, *, write: bool = False) -> AbstractContextManager[Connection]:
        """A connection with a transaction, whatever tables there are: for what makes or changes them."""
        return self._connected(write=write, silent=True)

    def check_vacant(self, connection: Connection) -> None:
        """Raises ForeignDatabaseError where our tables would have to share with what is not ours."""
        there = set(inspect(connection).get_table_names())
        if there and self._own and self._sqlite:
            raise ForeignDatabaseError(
                f"`{self.name}` is a database of something else; name a new file"
            )
        if taken := sorted(there & tables.METADATA.tables.keys()):
            raise ForeignDatabaseError(f"`{self.name}` has a table `{taken[0]}` that is not ours")

    def _created(self, connection: Connection) -> int:
        self.check_vacant(connection)
        tables.METADATA.create_all(connection, checkfirst=False)
        versions.mark(connection)
        return tables.SCHEMA

    def _forget(self) -> None:
        if self._sqlite:
            with self._plainly(), self._engine.connect() as connection:
                sqlite.forget(_driver(connection))


def _silence() -> Logger:
    """A logger that nothing is told to: rows that are read would be logged with their values.

    It is in no registry, so that no configuration of a host's can wake it.
    """
    logger = Logger("pledgeflow.silence")
    logger.disabled = True
    return logger


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("pledgeflow_writes", False)
    sqlite.begin(_driver(connection), write=write)


def _head(connection: Connection, stream: StreamId) -> int:
    log = tables.events
    last = select(func.max(log.c.version)).where(*where(log, **plain(stream)))
    return connection.scalar(last) or 0


def _event_row(stream: StreamId, event: Event, recorded_at: datetime) -> dict[str, Any]:
    return {
        **plain(stream),
        "version": event.version,
        "kind": kind_of(event),
        "command": getattr(event, "command", ""),
        "occurred_on": getattr(event, "occurred_on", getattr(event, "on", None)),
        "recorded_at": recorded_at,
        "data": encode(event),
    }


def _loaded(connection: Connection, stream: StreamId) -> tuple[StoredEvent, ...]:
    log = tables.events
    here = log.select().where(*where(log, **plain(stream))).order_by(log.c.version)
    loaded = []
    for row in connection.execute(here).mappings():
        try:
            event = decode(row["data"])
        except StorageError as error:
            raise StorageError(f"`{stream}`, version {row['version']}: {error}") from error
        loaded.append(StoredEvent(stream, row["version"], event, row["recorded_at"]))
    return tuple(loaded)


def _span(connection: Connection, jurisdiction: str, key: str) -> tuple[StreamId, int, int] | None:
    """Which stream, after which version and up to which, was appended under the key."""
    table = tables.done
    here = where(table, jurisdiction=jurisdiction, key=key)
    row = connection.execute(table.select().where(*here)).mappings().first()
    if row is None:
        return None
    stream = StreamId(row["jurisdiction"], row["cycle"], row["promisor"], row["venue"])
    return stream, row["after"], row["upto"]
