"""A store in a database, through SQLAlchemy Core; import this only where one is really opened.

Here: the database and the log; what stands beside the log is in `shelves`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from logging import Logger
from threading import Lock
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.snapshots import freeze
from pledgeflow.domain.states import State
from pledgeflow.errors import ConflictError, StorageError
from pledgeflow.storage import postgres_writing, reading, sqlite, sqlite_writing, tables, versions
from pledgeflow.storage.agenda import replace_due
from pledgeflow.storage.cleaning import clean
from pledgeflow.storage.errors import ConnectionLostError, ForeignDatabaseError
from pledgeflow.storage.failing import meaning
from pledgeflow.storage.opening import opened
from pledgeflow.storage.shelves import Shelves, plain, put_pledge, span_of, where, within
from pledgeflow.storage.store import (
    Change,
    DueRow,
    Glance,
    Head,
    PledgeRow,
    Reading,
    StoredEvent,
    check_derived,
    check_due,
)
from pledgeflow.storage.straight import Straight
from pledgeflow.storage.surroundings import extract

_Answer = TypeVar("_Answer")


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
        self._driver = Straight(self._engine, keeps=self._own and self._in_file)
        self._silent = self._engine.execution_options()
        self._silent.logger = _silence()
        self._lock = Lock()
        self._ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; a host's engine is left as it is."""
        self._driver.close()
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
                    versions.alone(connection)
                    schema = versions.found(connection, self.name) or self._created(connection)
            if (wrong := versions.mismatch(schema, self.name)) is not None:
                raise wrong
            self._ready = True

    def append(self, change: Change) -> Head:
        """See `EventStore.append`."""
        (answer,) = self.append_all((change,))
        if isinstance(answer, ConflictError):
            raise answer
        return answer

    def append_all(self, changes: Sequence[Change]) -> tuple[Head | ConflictError, ...]:
        """See `EventStore.append_all`."""
        for change in changes:
            change.check()
        if not changes:
            return ()
        write = sqlite_writing.write if self._sqlite else postgres_writing.write
        return self._straight(lambda connection: write(connection, changes), write=True)

    def read(self, asked: Sequence[Glance]) -> list[Reading]:
        """See `EventStore.read`."""
        read = reading.on_sqlite if self._sqlite else reading.on_postgres
        return self._straight(lambda connection: read(connection, asked), write=False)

    def extract(self, jurisdiction: str, ids: Collection[str]) -> DirectoryData:
        """See `EventStore.extract`."""
        return self._straight(
            lambda connection: extract(connection, jurisdiction, ids, sqlite=self._sqlite),
            write=False,
        )

    def put_due(self, stream: StreamId, version: int, due: Sequence[DueRow]) -> None:
        """See `EventStore.put_due`."""
        check_due(stream, due)
        with self._transaction(write=True) as connection:
            if _head(connection, stream) == version:
                replace_due(connection, stream, due)

    def renew(self, state: State, pledge: PledgeRow, due: Sequence[DueRow]) -> bool:
        """See `EventStore.renew`."""
        check_derived(state, pledge, due)
        stream, frozen = state.stream, freeze(state)
        with self._transaction(write=True) as connection:
            if _head(connection, stream) != state.version:
                return False
            here = where(tables.streams, **plain(stream))
            snapshot = {"state": frozen, "state_version": state.version}
            connection.execute(tables.streams.update().where(*here).values(**snapshot))
            put_pledge(connection, pledge)
            replace_due(connection, stream, due)
            return True

    def done(self, jurisdiction: str, key: str) -> tuple[StoredEvent, ...] | None:
        """See `EventStore.done`."""
        with self._transaction() as connection:
            table = tables.done
            here = where(table, jurisdiction=jurisdiction, key=key)
            row = connection.execute(table.select().where(*here)).mappings().first()
            if row is None:
                return None
            span = span_of(row)
            return _loaded(connection, span.stream)[span.after : span.upto]

    def load(self, stream: StreamId) -> tuple[StoredEvent, ...]:
        """See `EventStore.load`."""
        with self._transaction() as connection:
            return _loaded(connection, stream)

    def heads(self, jurisdiction: str, cycle: str | None = None) -> Mapping[StreamId, int]:
        """See `EventStore.heads`."""
        table = tables.streams
        stream = (table.c.jurisdiction, table.c.cycle, table.c.promisor, table.c.venue)
        last = select(*stream, table.c.version).where(*where(table, **within(jurisdiction, cycle)))
        with self._transaction() as connection:
            heads = {StreamId(*row[:4]): int(row[4]) for row in connection.execute(last)}
        return {stream: heads[stream] for stream in sorted(heads)}

    def transaction(self, *, write: bool = False) -> AbstractContextManager[Connection]:
        """A connection with a transaction that ends with the block, for what shares the database.

        What is done there is in no log, however much of the rest a host may log.
        """
        return self._transaction(write=write, silent=True)

    def scrub(self, names: Iterable[str], jurisdiction: str) -> None:
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
                    clean(plainly, name, jurisdiction, self.name)

    @contextmanager
    def _transaction(self, *, write: bool = False, silent: bool = False) -> Iterator[Connection]:
        if not self._ready:
            self.create()
        with self._connected(write=write, silent=silent) as connection:
            yield connection

    @property
    def _in_file(self) -> bool:
        return self._sqlite and self._engine.url.database not in (None, "", ":memory:")

    @contextmanager
    def _connected(self, *, write: bool, silent: bool = False) -> Iterator[Connection]:
        engine = self._silent if silent else self._engine
        with self._plainly(), engine.connect() as connection, connection.begin():
            if self._sqlite:
                sqlite.begin(_driver(connection), write=write)
            yield connection

    def _straight(self, act: Callable[[Any], _Answer], *, write: bool) -> _Answer:
        """What is done on the driver's own connection; see `Straight.run`."""
        if not self._ready:
            self.create()
        try:
            return self._driver.run(act, write=write)
        except Exception as error:
            if (known := self._told(error)) is error:
                raise
            raise known from error

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if (known := self._told(error)) is error:
                raise
            raise known from error

    def _told(self, error: Exception) -> Exception:
        """What is raised instead of an error of the database's; any other stays as it is."""
        if isinstance(error, DBAPIError | self._engine.dialect.loaded_dbapi.Error):
            known = meaning(self.name, error)
            if isinstance(known, ConnectionLostError) and not self._sqlite:
                self._engine.dispose()  # the others in the pool are lost too: not one error for each
            return known
        if isinstance(error, SQLAlchemyError | ValueError):
            return StorageError(f"`{self.name}` failed: {error}")
        return error

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

    def _purge(self, names: Iterable[str], jurisdiction: str) -> bool:
        try:
            if self._sqlite:
                with self._plainly(), self._engine.connect() as connection:
                    sqlite.rewrite(_driver(connection))
            self.scrub(names, jurisdiction)
        except (StorageError, ConflictError):
            return False  # what was to be deleted is, and whoever asked is told the rest
        return True

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


def _head(connection: Connection, stream: StreamId) -> int:
    """Where a stream is, and stays until the transaction ends."""
    table = tables.streams
    found = select(table.c.version).where(*where(table, **plain(stream)))
    return connection.scalar(found.with_for_update()) or 0


def _loaded(connection: Connection, stream: StreamId) -> tuple[StoredEvent, ...]:
    log = tables.events
    here = log.select().where(*where(log, **plain(stream))).order_by(log.c.version)
    return tuple(
        StoredEvent(
            stream,
            row["version"],
            reading.decoded(stream, row["version"], row["data"]),
            row["recorded_at"],
            row["hash"],
        )
        for row in connection.execute(here).mappings()
    )
