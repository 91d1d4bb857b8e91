"""A store inside a transaction that its host has begun: what is done is done if the host commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from pledgeflow.errors import StorageError
from pledgeflow.storage.sql import SqlStore

if TYPE_CHECKING:
    from sqlalchemy import Connection

_Answer = TypeVar("_Answer")


class JoinedStore(SqlStore):
    """What a `SqlStore` is, by way of one connection, each act in a savepoint of its own.

    It commits nothing and takes nothing back but what failed. Only the thread whose transaction it
    is may use it. Raises StorageError where the connection leads elsewhere, or has no transaction.
    """

    def __init__(self, store: SqlStore, connection: Connection) -> None:
        if connection.engine.url != store._engine.url:
            raise StorageError("the connection leads to another database than the store's")
        if not connection.in_transaction():
            raise StorageError("the connection has no transaction; begin one first")
        store.create()
        super().__init__(connection.engine)
        self._connection = connection
        self._ready = True

    def close(self) -> None:
        """Nothing to let go of: the connection is the host's."""

    def _straight(self, act: Callable[[Any], _Answer], *, write: bool) -> _Answer:  # noqa: ARG002
        with self._plainly(), self._connection.begin_nested():
            return act(self._connection.connection.driver_connection)

    @contextmanager
    def _connected(self, *, write: bool, silent: bool = False) -> Iterator[Connection]:  # noqa: ARG002
        with self._plainly(), self._connection.begin_nested():
            yield self._connection

    def scrub(self, names: Iterable[str], jurisdiction: str) -> None:  # noqa: ARG002
        """Raises StorageError: wiping the files would wait for the very transaction it is part of."""
        raise StorageError(
            "nothing is wiped from the files within a transaction; do it again once that is committed"
        )

    def _purge(self, names: Iterable[str], jurisdiction: str) -> bool:  # noqa: ARG002
        return False  # as above: whoever erased is told that it lingers still

    def _forget(self) -> None:
        """What was deleted lingers until the host has committed, and somebody forgets again."""


def joined(store: object, connection: Connection) -> JoinedStore:
    """A store in the transaction of a connection. Raises StorageError for a store of another make."""
    if not isinstance(store, SqlStore):
        raise StorageError("this store is in no database that could have a transaction")
    return JoinedStore(store, connection)
