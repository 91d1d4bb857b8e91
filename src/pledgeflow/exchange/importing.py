"""From lines to a database: all of a file or, if that is wanted, all of it that is good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from sqlalchemy import select

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.extracts import Directory
from pledgeflow.errors import PledgeflowError
from pledgeflow.exchange.kinds import END, FORMAT, HEADER, KINDS
from pledgeflow.exchange.lines import LONGEST, BadRecordError, Record, read
from pledgeflow.exchange.streams import Unfolding
from pledgeflow.exchange.writing import DirectoryWithin, Writer
from pledgeflow.service.rebuilding import Deriving
from pledgeflow.steps import stream_id
from pledgeflow.storage import tables
from pledgeflow.storage.sql import SqlStore

if TYPE_CHECKING:
    from sqlalchemy import Connection


class BadLine(NamedTuple):
    """A line that was not imported, or what is missing before one; lines count from 1."""

    line: int
    why: str


class BadFileError(PledgeflowError):
    """A file of which nothing was imported, and the line that it failed at."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(line, why)
        self.line, self.why = line, why

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}; nothing was imported"


class Imported(NamedTuple):
    """What came of a file. lines: that it has; bad: that were not imported."""

    jurisdiction: str
    lines: int
    bad: int


@dataclass(frozen=True, slots=True)
class Import:
    """Puts files into a store.

    catalogue: reads the rules that are in a file; calendar: which days are working days; directory:
    a host's own, if the store has none; moved: is told how many bytes have been read
    """

    store: SqlStore
    catalogue: Catalogue
    calendar: Calendar
    directory: Directory | None = None
    moved: Callable[[int], object] = bool

    def run(self, file: BinaryIO, *, bad: Callable[[BadLine], object] | None = None) -> Imported:
        """Import a file, in one transaction.

        bad: is told of every bad line, and of those that rest on one; then the rest is imported.
        Without it the first one is the end. Raises BadFileError, or PledgeflowError for a
        jurisdiction that is there already.
        """
        lines = _Lines(file, self.moved)
        jurisdiction = lines.header()
        with self.store.transaction(write=True) as connection:
            _check_new(connection, jurisdiction)
            told = _Telling(bad)
            own = self.directory or DirectoryWithin(connection)
            unfolding = Unfolding(connection, Deriving(own, self.calendar), told)
            writer = Writer(connection, jurisdiction, self.catalogue.rebuilt, unfolding, told)
            lines.through(writer, told)
        return Imported(jurisdiction, lines.number, len(told.lines))


@dataclass(slots=True)
class _Telling:
    """Tells of a bad line, once; or ends the whole."""

    bad: Callable[[BadLine], object] | None
    lines: set[int] = field(default_factory=set)

    def __call__(self, line: int, why: str) -> None:
        if self.bad is None:
            raise BadFileError(line, why)
        if line not in self.lines:
            self.lines.add(line)
            self.bad(BadLine(line, why))


@dataclass(slots=True)
class _Lines:
    """Goes through the lines of a file. number: of the one that was read last."""

    file: BinaryIO
    moved: Callable[[int], object]
    number: int = 0
    _last: int = 0
    _skipped: int = 0

    def header(self) -> str:
        """The jurisdiction that the file is of. Raises BadFileError."""
        line = next(self._raw(), b"")
        try:
            record = read(line)
        except BadRecordError as error:
            raise BadFileError(1, f"this is no file of an export: {error}") from error
        if record.kind != HEADER or record.line != 1:
            raise BadFileError(1, "this is no file of an export, or not all of one")
        if record.data.get("format") != FORMAT:
            raise BadFileError(1, f"the file is of another format, and not of {FORMAT}")
        name = record.data.get("jurisdiction")
        whole = record.data.keys() == {"format", "jurisdiction"}
        if not whole or not isinstance(name, str) or not _speakable(name):
            raise BadFileError(1, "the file names no jurisdiction")
        self._last = 1
        return name

    def through(self, writer: Writer, told: Callable[[int, str], None]) -> None:
        """Give all other lines to a writer, and tell of those that are bad."""
        ended = False
        for line in self._raw():
            try:
                if ended:
                    raise BadRecordError("the file was at its end before this line")
                record = self._placed(read(line), writer, told)
                if record.kind == END:
                    ended = _end(record)
                    writer.end()
                else:
                    writer.take(record, self.number)
            except BadRecordError as error:
                self._skipped += 1
                writer.doubtful = True
                told(self.number, str(error))
        if not ended:
            writer.end()
            told(self.number + 1, "the file ends before its last line")

    def _placed(self, record: Record, writer: Writer, told: Callable[[int, str], None]) -> Record:
        """A record that is not before its turn, nor behind it."""
        if record.line <= self._last:
            raise BadRecordError(f"line {record.line} stands here again, or out of its place")
        missing = record.line - self._last - 1 - self._skipped
        if missing > 0:
            writer.doubtful = True
            told(self.number, f"so many lines are missing before this one: {missing}")
        self._last, self._skipped = record.line, 0
        return record

    def _raw(self) -> Iterator[bytes]:
        while line := self.file.readline(LONGEST + 1):
            self.number += 1
            self.moved(len(line))
            if len(line) > LONGEST:
                while line and not line.endswith(b"\n"):
                    line = self.file.readline(LONGEST)
                    self.moved(len(line))
                line = b""  # none of ours is as long as that
            yield line


def _end(record: Record) -> bool:
    if record.data != {"lines": record.line}:
        raise BadRecordError("it ends another file")
    return True


def _speakable(name: str) -> bool:
    try:
        return stream_id(f"{name}/c/p").jurisdiction == name
    except PledgeflowError:
        return False


def _check_new(connection: Connection, jurisdiction: str) -> None:
    own = [kind.table for kind in KINDS if kind.own and kind.table.metadata is tables.METADATA]
    for table in (*own, tables.streams, tables.directories):
        here = select(table.c.jurisdiction).where(table.c.jurisdiction == jurisdiction).limit(1)
        if connection.execute(here).first() is not None:
            raise PledgeflowError(
                f"`{jurisdiction}` is in the database already; import it into another one"
            )
