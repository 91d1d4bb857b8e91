"""What a database's error means, as one of ours; used by whatever runs a statement.

Told by codes alone: the words are the database's own, in whatever language its server speaks.
"""

from __future__ import annotations

import sqlite3

from pledgeflow.errors import ConflictError, PledgeflowError, StorageError
from pledgeflow.storage.errors import (
    ConnectionLostError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseFullError,
    DiskError,
    ForeignDatabaseError,
    ReadOnlyError,
)
from pledgeflow.storage.sqlite import WAIT_MS

_CONFLICT = "somebody else wrote this first"
_FULL = "cannot grow, since there is no room left; make some, and do it again"
_DISK = "could not be read or written; look at the disk and at quotas, and do it again"
_DAMAGED = "is damaged; put back a copy of it"
_BUSY = "was busy for too long; try again"
_READ_ONLY = "may only be read; let this account write to the file and to its directory"
_CLOSED = "cannot be opened; is its directory there, and may this account write to it?"
_LOST = "is out of reach; see that the server is running and that the URL is right, and do it again"

_SQLITE_UNIQUE = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_ROWID,
    }
)
_PRIMARY = 0xFF
"""The low byte of a code of SQLite's says what kind it is; the rest is detail."""
_SQLITE: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: (DatabaseBusyError, f"was busy for {WAIT_MS // 1000} seconds; try again"),
    sqlite3.SQLITE_LOCKED: (DatabaseBusyError, _BUSY),
    sqlite3.SQLITE_FULL: (DatabaseFullError, _FULL),
    sqlite3.SQLITE_READONLY: (ReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_PERM: (ReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_CANTOPEN: (ConnectionLostError, _CLOSED),
    sqlite3.SQLITE_NOTADB: (ForeignDatabaseError, "is no SQLite database; name another file"),
    sqlite3.SQLITE_CORRUPT: (DatabaseDamagedError, _DAMAGED),
    sqlite3.SQLITE_IOERR: (DiskError, _DISK),
}

_POSTGRES_CONFLICT = frozenset({"23505", "40001", "40P01"})
"""Is there already; cannot be put in an order with what others do; two wait for each other."""
_POSTGRES: dict[str, tuple[type[StorageError], str]] = {
    "25006": (ReadOnlyError, "may only be read; name the server that takes what is written"),
    "42501": (ReadOnlyError, "does not let this role do that; grant it what it needs"),
    "53100": (DatabaseFullError, _FULL),
    "53300": (DatabaseBusyError, "has no connection left; try again"),
    "55P03": (DatabaseBusyError, _BUSY),
    "57014": (DatabaseBusyError, _BUSY),
    "58030": (DiskError, _DISK),
    "XX001": (DatabaseDamagedError, _DAMAGED),
    "XX002": (DatabaseDamagedError, _DAMAGED),
}
_POSTGRES_LOST = ("08", "57P")
"""Classes of codes that end a connection: broken, or the server goes away or is not there yet."""


def meaning(database: str, error: Exception) -> PledgeflowError:
    """What an error from a driver, or from SQLAlchemy about one, means; to be raised from it."""
    cause = getattr(error, "orig", None) or error
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return _of_sqlite(database, code, cause)
    if getattr(error, "connection_invalidated", False):
        return _lost(database)
    return _of_postgres(database, getattr(cause, "sqlstate", None), cause)


def _of_sqlite(database: str, code: int, cause: BaseException) -> PledgeflowError:
    if code in _SQLITE_UNIQUE:
        return ConflictError(f"`{database}`: {_CONFLICT}")
    kind, words = _SQLITE.get(code & _PRIMARY, (StorageError, f"failed: {cause}"))
    return kind(f"`{database}` {words}")


def _of_postgres(database: str, state: str | None, cause: BaseException) -> PledgeflowError:
    # a driver that never got through, or got no answer, has no code of the server's to give
    no_answer = state is None and any(t.__name__ == "OperationalError" for t in type(cause).__mro__)
    if no_answer or (state is not None and state.startswith(_POSTGRES_LOST)):
        return _lost(database)
    if state in _POSTGRES_CONFLICT:
        return ConflictError(f"`{database}`: {_CONFLICT}")
    # the first line says what was wrong; the rest may quote a row, and rows are people's
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or cause
    kind, words = _POSTGRES.get(state or "", (StorageError, f"failed: {said}"))
    return kind(f"`{database}` {words}")


def _lost(database: str) -> ConnectionLostError:
    return ConnectionLostError(f"`{database}` {_LOST}")
