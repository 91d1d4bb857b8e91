"""What only SQLite has to be told, on the driver's own connection; used by `sql` alone."""

from __future__ import annotations

from sqlite3 import Connection, OperationalError
from time import monotonic, sleep

WAIT_MS = 10_000
"""How long a writer waits for another one."""

_PRAGMAS = (
    "synchronous = FULL",
    # A page that is written again and again is carried over into the file once: with SQLite's own
    # 1,000 pages a writer spends as long on that as on all the rest. The log takes up to 32 MB.
    "wal_autocheckpoint = 8000",
    "fullfsync = ON",  # macOS alone: there, syncing a file leaves it in the cache of the disk
    "foreign_keys = ON",
    "secure_delete = ON",  # erased words are overwritten, not only unlinked
)


def prepare(connection: Connection) -> None:
    """Set up a new connection of ours; transactions begin where `begin` says so."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection, monotonic() + WAIT_MS / 1000)


def _write_ahead(connection: Connection, until: float) -> None:
    # when several open a new file at once, SQLite refuses all but one without waiting for its turn
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            if "locked" not in str(error) or monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


def begin(connection: Connection, *, write: bool) -> None:
    """Begin a transaction; one that writes takes its turn now, not halfway through."""
    if not connection.in_transaction:
        connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")


def rewrite(connection: Connection) -> None:
    """Write the whole file anew, without anything that was deleted.

    Deleting overwrites what it deletes where that lies now; when pages are split or joined, SQLite
    leaves copies of what it moves, of which it no longer knows.
    """
    connection.execute("VACUUM")


def forget(connection: Connection, *, wait_ms: int = 0) -> bool:
    """Carry what the write-ahead log still holds over into the file, and empty it.

    Whether that was possible: not while somebody reads from before, or does this too, and is not
    ready after so many milliseconds.
    """
    until = monotonic() + wait_ms / 1000
    while True:
        # where another connection is at it, SQLite says so at once, whatever the busy timeout
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy or monotonic() > until:
            return not busy
        sleep(0.01)
