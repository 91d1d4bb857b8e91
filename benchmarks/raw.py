"""The least that keeping a record can take: an event of 500 bytes is put in, and a row is moved on
if it is where it was, in the driver's own statements. What the engine is measured against.
"""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

EVENT = "e" * 500
TABLES = (
    "CREATE TABLE raw_events (stream TEXT, version INTEGER, data TEXT, "
    "PRIMARY KEY (stream, version))",
    "CREATE TABLE raw_rows (stream TEXT PRIMARY KEY, version INTEGER, data TEXT)",
)
INSERT = "INSERT INTO raw_events VALUES ({0}, {0}, {0})"
MOVE = "UPDATE raw_rows SET version = version + 1 WHERE stream = {0} AND version = {0}"


class RawSqlite:
    """In a file of its own. synchronous: FULL or NORMAL"""

    def __init__(self, path: Path, size: int, synchronous: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute(f"PRAGMA synchronous = {synchronous}")
        for table in TABLES:
            self.connection.execute(table)
        rows = [(f"s{n}", "d" * 200) for n in range(size)]
        self.connection.executemany("INSERT INTO raw_rows VALUES (?, 0, ?)", rows)
        self.versions = [0] * size
        self.dice = random.Random(2)

    def chunk(self, commands: int) -> None:
        """So many commands, each in a transaction."""
        execute = self.connection.execute
        for _ in range(commands):
            number = self.dice.randrange(len(self.versions))
            stream, version = f"s{number}", self.versions[number]
            execute("BEGIN IMMEDIATE")
            execute(INSERT.format("?"), (stream, version + 1, EVENT))
            execute(MOVE.format("?"), (stream, version))
            execute("COMMIT")
            self.versions[number] += 1

    def batch(self, numbers: list[int]) -> None:
        """One for each of these, all in one transaction."""
        events = [(f"s{n}", self.versions[n] + 1, EVENT) for n in numbers]
        rows = [(f"s{n}", self.versions[n]) for n in numbers]
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(INSERT.format("?"), events)
        self.connection.executemany(MOVE.format("?"), rows)
        self.connection.execute("COMMIT")
        for number in numbers:
            self.versions[number] += 1


class RawPostgres:
    """Four waits for the network: begin, insert, update, commit."""

    def __init__(self, url: str, size: int) -> None:
        import psycopg  # noqa: PLC0415 (only where there is a PostgreSQL)

        self.connection: Any = psycopg.connect(url, autocommit=True)
        for table in TABLES:
            self.connection.execute(table)
        with self.connection.cursor() as cursor:
            rows = [(f"s{n}", "d" * 200) for n in range(size)]
            cursor.executemany("INSERT INTO raw_rows VALUES (%s, 0, %s)", rows)
        self.versions = [0] * size
        self.dice = random.Random(2)

    def chunk(self, commands: int) -> None:
        """So many commands, each in a transaction."""
        execute = self.connection.execute
        for _ in range(commands):
            number = self.dice.randrange(len(self.versions))
            stream, version = f"s{number}", self.versions[number]
            execute("BEGIN")
            execute(INSERT.format("%s"), (stream, version + 1, EVENT))
            execute(MOVE.format("%s"), (stream, version))
            execute("COMMIT")
            self.versions[number] += 1

    def batch(self, numbers: list[int]) -> None:
        """One for each of these, all in one transaction: COPY, and one update of an array."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            with cursor.copy("COPY raw_events FROM STDIN") as copy:
                for n in numbers:
                    copy.write_row((f"s{n}", self.versions[n] + 1, EVENT))
            cursor.execute(
                b"UPDATE raw_rows r SET version = r.version + 1 "
                b"FROM unnest(%b::text[], %b::int[]) AS u (stream, version) "
                b"WHERE r.stream = u.stream AND r.version = u.version",
                ([f"s{n}" for n in numbers], [self.versions[n] for n in numbers]),
            )
        for number in numbers:
            self.versions[number] += 1
