"""The driver's own connections, without what SQLAlchemy does around each statement; for `sql`.

Deciding takes microseconds: taking a connection from a pool, and giving it back, takes longer.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import local
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

from pledgeflow.storage import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Engine

_Answer = TypeVar("_Answer")


class Straight:
    """Gives out the driver's connections of an engine.

    keeps: each thread keeps one of its own, which only a SQLite file has room for
    """

    def __init__(self, engine: Engine, *, keeps: bool) -> None:
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self._mine = local() if keeps else None
        self._all: WeakSet[Any] = WeakSet()

    def run(self, act: Callable[[Any], _Answer], *, write: bool) -> _Answer:
        """What `act` answers, given the driver's connection: one transaction, or none of it is done.

        On SQLite what writes begins here and ends with it, and what reads begins its own; on
        PostgreSQL each statement is one, unless `act` begins another.
        """
        return self._on_sqlite(act, write=write) if self._sqlite else self._on_postgres(act)

    def close(self) -> None:
        """Let go of the connections that threads have kept."""
        for connection in list(self._all):
            connection.close()
        self._all.clear()
        if self._mine is not None:
            self._mine = local()

    def _on_sqlite(self, act: Callable[[Any], _Answer], *, write: bool) -> _Answer:
        if self._mine is None:
            pooled = self._engine.raw_connection()
            try:
                return self._on(pooled.driver_connection, act, write=write)
            finally:
                pooled.close()
        return self._on(self._own(self._mine), act, write=write)

    def _on(self, driver: Any, act: Callable[[Any], _Answer], *, write: bool) -> _Answer:
        if not write:
            return act(driver)
        sqlite.begin(driver, write=True)
        try:
            answer = act(driver)
            driver.execute("COMMIT")
        except BaseException:
            driver.rollback()
            raise
        return answer

    def _on_postgres(self, act: Callable[[Any], _Answer]) -> _Answer:
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        try:
            return act(driver)
        finally:
            if driver.closed:
                pooled.invalidate()
            pooled.close()

    def _own(self, mine: local) -> Any:
        connection = getattr(mine, "connection", None)
        if connection is None:
            pooled = self._engine.raw_connection()
            connection = mine.connection = pooled.driver_connection
            pooled.detach()
            mine.kept = pooled
            self._all.add(pooled)
        return connection
