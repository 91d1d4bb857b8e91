"""A record that was kept and signed, and somebody with the database in hand who meddles with it.

`Record` is a town's record on a SQLite file, with a checkpoint halfway, which somebody outside keeps;
a `Meddler` changes a copy of the file behind the engine's back, and puts right what belongs to it as
far as told.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pledgeflow.audit.auditing import Auditing
from pledgeflow.audit.checkpoints import Signed
from pledgeflow.audit.findings import Finding, Report
from pledgeflow.audit.keys import Key, generate
from pledgeflow.domain.chain import BEGINNING, link_text
from pledgeflow.domain.commands import StreamId
from pledgeflow.storage.sql import SqlStore
from tests.town import TOWN, Town, day

AT = datetime(2025, 7, 5, tzinfo=UTC)
STREAM = "jurisdiction, cycle, promisor, venue"
COLUMNS = (
    *STREAM.split(", "),
    "version",
    "kind",
    "command",
    "occurred_on",
    "recorded_at",
    "data",
    "hash",
)
Place = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """A file, the key, and the checkpoint that somebody outside keeps. signed: events before it."""

    file: Path
    key: Key
    outside: Signed
    events: tuple[tuple[Place, int], ...]
    signed: tuple[tuple[Place, int], ...]

    @classmethod
    def made(cls, folder: Path) -> Record:
        """Half a year, a checkpoint, and what came after."""
        file = folder / "town.db"
        generate(folder / "key")
        key = Key.read(folder / "key")
        with SqlStore(f"sqlite:///{file}") as store:
            town = Town(store=store).forwarded()
            outside = Auditing(store).checkpoint("t", key, at=AT)
            signed = _events(file)
            town.do(TOWN, "announce", day(7, 4), "mayor", places=1)
            town.do(TOWN, "give_notice", day(7, 4), "mayor")
            town.do(TOWN, "object", day(7, 6), "mayor", candidacy=1, what="never there")
        return cls(file, key, outside, _events(file), signed)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Meddler]:
        """A copy to meddle with."""
        file = folder / "copy.db"
        file.unlink(missing_ok=True)
        shutil.copy(self.file, file)
        connection = sqlite3.connect(file, isolation_level=None)
        for act in ("update", "delete"):
            connection.execute(f"DROP TRIGGER events_no_{act}")
        try:
            yield Meddler(self, file, connection)
        finally:
            connection.close()


def _events(file: Path) -> tuple[tuple[Place, int], ...]:
    connection = sqlite3.connect(file)
    rows = connection.execute(f"SELECT {STREAM}, version FROM events ORDER BY {STREAM}, version")
    found = tuple((row[:4], row[4]) for row in rows)
    connection.close()
    return found


@dataclass(frozen=True, slots=True)
class Meddler:
    """Somebody who may write whatever they like to the file."""

    record: Record
    file: Path
    connection: sqlite3.Connection

    def run(self, statement: str, *values: Any) -> list[Any]:
        """One statement."""
        return self.connection.execute(statement, values).fetchall()

    def at(self, place: Place, version: int, column: str) -> bytes | int | None:
        """What is stored there; text as its bytes."""
        ((kind, number, raw),) = self.run(
            f"SELECT typeof({column}), {column} * 1, CAST({column} AS BLOB) FROM events {HERE}",
            *place,
            version,
        )
        found: bytes | int | None = {"integer": number, "null": None}.get(kind, raw)
        return found

    def put(self, place: Place, version: int, column: str, value: bytes | int | None) -> None:
        """Store something there; bytes as text."""
        as_text = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
        self.run(f"UPDATE events SET {column} = {as_text} {HERE}", value, *place, version)

    def drop(self, place: Place, version: int) -> None:
        """An event is gone."""
        self.run(f"DELETE FROM events {HERE}", *place, version)

    def truncate(self, place: Place, upto: int) -> None:
        """What came after is gone, and the head says so too."""
        self.run(f"DELETE FROM events {OF} AND version > ?", *place, upto)
        if upto == 0:
            self.run(f"DELETE FROM streams {OF}", *place)
        else:
            self.head(place, upto, self.at(place, upto, "hash"))

    def head(self, place: Place, version: int, digest: Any) -> None:
        """The stream's head, put right."""
        self.run(
            f"UPDATE streams SET version = ?, hash = CAST(? AS TEXT) {OF}", version, digest, *place
        )

    def chain(self, place: Place) -> None:
        """All hashes of a stream and its head, put right."""
        rows = self.run(
            f"SELECT version, data, recorded_at FROM events {OF} ORDER BY version", *place
        )
        found, version = BEGINNING, 0
        for version, data, at in rows:
            moment = f"{at.replace(' ', 'T')}Z"
            found = link_text(str(StreamId(*place)), data, moment, found)
            self.put(place, version, "hash", found.encode())
        self.head(place, version, found)

    def leaf(self, place: Place) -> None:
        """What a checkpoint says of a stream, put right."""
        self.run(f"UPDATE leaves SET hash = (SELECT hash FROM events e WHERE {_SAME}) {OF}", *place)

    def sign(self) -> None:
        """Another checkpoint, with the real key."""
        with SqlStore(f"sqlite:///{self.file}") as store:
            Auditing(store).checkpoint("t", self.record.key, at=AT)

    def look(self, **how: Any) -> Report:
        """What an audit finds."""
        with SqlStore(f"sqlite:///{self.file}") as store:
            return Auditing(store).verify("t", keys=[self.record.key.public], **how)

    def found(self, place: Place, **how: Any) -> Finding:
        """What an audit finds of a stream; there has to be something."""
        named = str(StreamId(*place))
        (finding,) = (each for each in self.look(**how).findings if each.stream == named)
        return finding


OF = "WHERE jurisdiction = ? AND cycle = ? AND promisor = ? AND venue = ?"
HERE = f"{OF} AND version = ?"
_SAME = " AND ".join(f"e.{name} = leaves.{name}" for name in (*STREAM.split(", "), "version"))
