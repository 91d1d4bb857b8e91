"""A store in a database, through SQLAlchemy Core; import this only where one is really opened.

Here: the database and the log; what stands beside the log is in `shelves`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from logging import Logger
from threading import Lock
from typing import Any, Self, cast

from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError, StorageError
from pledgeflow.storage import postgres_writing, reading, sqlite, sqlite_writing, tables
from pledgeflow.storage.agenda import replace_due
from pledgeflow.storage.shelves import Shelves, plain, span_of, where, within
from pledgeflow.storage.store import Change, DueRow, Head, Reading, StoredEvent, check_due

_PLAIN = {
    "unable to open database file": "cannot be opened; does its directory exist?",
    "file is not a database": "is no SQLite database",
    "database is locked": f"was busy for {sqlite.WAIT_MS // 1000} seconds; try again",
}
_RACED = ("40001", "40P01")
"""What PostgreSQL calls it when two transactions cannot both be right: serialization, deadlock."""


class SqlStore(Shelves):
    """An `EventStore` in the database at a URL (`sqlite:///pledges.db`), or in a host's engine.

    It creates its tables when it is first used. A SQLite file named by URL has to be its own; other
    databases it shares, if they have no other table of the same name. Safe between threads.
    """

    def __init__(self, database: str | Engine) -> None:
        self._own = isinstance(database, str)
        engine = _opened(database) if isinstance(database, str) else database
        self._sqlite = engine.dialect.name == "sqlite"
        self._name = (engine.url.database if self._sqlite else None) or str(engine.url)
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
                schema = _schema(connection)
            if schema is None:
                with self._connected(write=True) as connection:
                    schema = _schema(connection) or self._created(connection)
            if schema != tables.SCHEMA:
                raise StorageError(
                    f"`{self._name}` has the tables of another version of pledgeflow "
                    f"({schema}, not {tables.SCHEMA})"
                )
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
        with self._straight(write=True) as connection:
            if self._sqlite:
                return sqlite_writing.write(connection, changes)
            return postgres_writing.write(connection, changes)

    def read(self, stream: StreamId, *, known: int = 0, key: str | None = None) -> Reading:
        """See `EventStore.read`."""
        with self._straight(write=False) as connection:
            if self._sqlite:
                return reading.on_sqlite(connection, stream, known, key)
            return reading.on_postgres(connection, stream, known, key)

    def put_due(self, stream: StreamId, version: int, due: Sequence[DueRow]) -> None:
        """See `EventStore.put_due`."""
        check_due(stream, due)
        with self._transaction(write=True) as connection:
            if _head(connection, stream) == version:
                replace_due(connection, stream, due)

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

    def scrub(self, names: Iterable[str]) -> None:
        """Let nothing of what was deleted or replaced in these tables linger in the database's files.

        Raises StorageError where somebody still reads from before; then do it again.
        """
        with self._plainly(), self._engine.connect() as connection:
            if self._sqlite:
                if not sqlite.forget(_driver(connection), wait_ms=sqlite.WAIT_MS):
                    raise StorageError(
                        f"`{self._name}` is being read from before; try again when that is over"
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
    def _straight(self, *, write: bool) -> Iterator[Any]:
        """The driver's own connection; what is done with it is one transaction, as a statement is.

        On SQLite it begins here and ends with the block; on PostgreSQL each statement is one,
        unless the block begins another.
        """
        if not self._ready:
            self.create()
        with self._plainly():
            pooled = self._engine.raw_connection()
            driver: Any = pooled.driver_connection
            try:
                if self._sqlite:
                    sqlite.begin(driver, write=write)
                    yield driver
                    driver.execute("COMMIT")
                else:
                    driver.autocommit = True
                    yield driver
                    driver.autocommit = False
            except BaseException:
                if self._sqlite:
                    driver.rollback()
                elif driver.closed:
                    pooled.invalidate()
                else:
                    driver.autocommit = False
                raise
            finally:
                pooled.close()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except self._engine.dialect.loaded_dbapi.IntegrityError as error:
            raise ConflictError(f"`{self._name}`: somebody else wrote this first") from error
        except self._engine.dialect.loaded_dbapi.Error as error:
            if getattr(error, "sqlstate", None) in _RACED:
                raise ConflictError(f"`{self._name}`: somebody else wrote this first") from error
            text = str(error)
            raise StorageError(f"`{self._name}` {_PLAIN.get(text, f'failed: {text}')}") from error
        except IntegrityError as error:
            raise ConflictError(f"`{self._name}`: somebody else wrote this first") from error
        except DBAPIError as error:
            text = str(error.orig)
            raise StorageError(f"`{self._name}` {_PLAIN.get(text, f'failed: {text}')}") from error
        except (SQLAlchemyError, ValueError) as error:
            raise StorageError(f"`{self._name}` failed: {error}") from error

    def _created(self, connection: Connection) -> int:
        there = set(inspect(connection).get_table_names())
        if there and self._own and self._sqlite:
            raise StorageError(f"`{self._name}` is a database of something else; name a new file")
        if taken := sorted(there & tables.METADATA.tables.keys()):
            raise StorageError(f"`{self._name}` has a table `{taken[0]}` that is not ours")
        tables.METADATA.create_all(connection, checkfirst=False)
        connection.execute(tables.marker.insert(), {"schema": tables.SCHEMA})
        return tables.SCHEMA

    def _purge(self, names: Iterable[str]) -> bool:
        try:
            if self._sqlite:
                with self._plainly(), self._engine.connect() as connection:
                    sqlite.rewrite(_driver(connection))
            self.scrub(names)
        except (StorageError, ConflictError):
            return False  # what was to be deleted is, and whoever asked is told the rest
        return True

    def _forget(self) -> None:
        if self._sqlite:
            with self._plainly(), self._engine.connect() as connection:
                sqlite.forget(_driver(connection))


def _opened(url: str) -> Engine:
    """An engine of our own; the database itself is not touched yet."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed)
        options: dict[str, Any] = {}
        if parsed.database in (None, "", ":memory:"):
            # a database in memory is its connection: threads take turns with the only one
            options = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
            options["connect_args"] = {"check_same_thread": False}
        engine = create_engine(parsed, **options)
    except SQLAlchemyError as error:
        raise StorageError("no database URL; write one like sqlite:///pledges.db") from error
    except ImportError as error:
        raise StorageError(
            f"the driver `{error.name}` is not installed; pip install 'pledgeflow[postgres]'"
        ) from error
    listen(engine, "connect", lambda connection, _: sqlite.prepare(connection))
    return engine


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


def _schema(connection: Connection) -> int | None:
    """The version of our tables in the database; None if they are not there."""
    if not inspect(connection).has_table(tables.marker.name):
        return None
    return cast("int | None", connection.scalar(select(tables.marker.c.schema)))


def _head(connection: Connection, stream: StreamId) -> int:
    table = tables.streams
    found = select(table.c.version).where(*where(table, **plain(stream)))
    return connection.scalar(found) or 0


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
