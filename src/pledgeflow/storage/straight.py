"""The driver's own connections, without what SQLAlchemy does around each statement; for `sql`.

Deciding takes microseconds: taking a connection from a pool, and giving it back, takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import local
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pledgeflow.storage import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Straight:
    """Gives out the driver's connections of an engine.

    keeps: each thread keeps one of its own, which only a SQLite file has room for
    """

    def __init__(self, engine: Engine, *, keeps: bool) -> None:
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self._mine = local() if keeps else None
        self._all: WeakSet[Any] = WeakSet()

    def transaction(self, *, write: bool) -> AbstractContextManager[Any]:
        """What is done with it is one transaction, or none of it is done.

        On SQLite it begins here and ends with the block; on PostgreSQL each statement is one,
        unless the block begins another.
        """
        return self._on_sqlite(write) if self._sqlite else self._on_postgres()

    def close(self) -> None:
        """Let go of the connections that threads have kept."""
        for connection in list(self._all):
            connection.close()
        self._all.clear()
        if self._mine is not None:
            self._mine = local()

    @contextmanager
    def _on_sqlite(self, write: bool) -> Iterator[Any]:
        with self._connection() as driver:
            sqlite.begin(driver, write=write)
            try:
                yield driver
                driver.execute("COMMIT")
            except BaseException:
                driver.rollback()
                raise

    @contextmanager
    def _on_postgres(self) -> Iterator[Any]:
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        driver.autocommit = True
        try:
            yield driver
        finally:
            if driver.closed:
                pooled.invalidate()
            else:
                driver.autocommit = False
            pooled.close()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self._mine is None:
            pooled = self._engine.raw_connection()
            try:
                yield pooled.driver_connection
            finally:
                pooled.close()
            return
        mine = getattr(self._mine, "connection", None)
        if mine is None:
            pooled = self._engine.raw_connection()
            mine = self._mine.connection = pooled.driver_connection
            pooled.detach()
            self._mine.kept = pooled
            self._all.add(pooled)
        yield mine
