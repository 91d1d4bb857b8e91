"""Whether a command takes longer where there are a million pledges than where there are a thousand.

The million are copies of one that was begun: its rows, and those of its promisor, under other
names. Nothing of any of them is remembered: each is read for the first time.
"""

from __future__ import annotations

import sqlite3
import statistics
from pathlib import Path

from keeping import commands
from office import BRANCH, Office
from places import folder

SMALL, LARGE = 1_000, 1_000_000
CHUNK = 25
CHUNKS = 40


def figures() -> dict[str, float]:
    """What is measured here, by name."""
    with folder() as place:
        small, large = office(place / "small.db", SMALL), office(place / "large.db", LARGE)
        few, many = commands(small), commands(large)
        few(CHUNK), many(CHUNK)
        ratios, here, there = [], [], []
        for _ in range(CHUNKS):
            forget(small), forget(large)
            first, second = few(CHUNK), many(CHUNK)
            ratios.append(second / first)
            here.append(first)
            there.append(second)
        small.store.close(), large.store.close()
    return {
        "growth": round(statistics.median(ratios), 3),
        "growth_small_us": round(statistics.median(here) / CHUNK * 1e6, 1),
        "growth_large_us": round(statistics.median(there) / CHUNK * 1e6, 1),
    }


def forget(office: Office) -> None:
    """Let an engine read every stream anew."""
    office.engine = type(office.engine)(
        office.store,
        office.engine.catalogue,
        office.engine.clock,
        _policies=office.engine._policies,
    )


def office(path: Path, size: int) -> Office:
    """A file with so many pledges."""
    made = Office(f"sqlite:///{path}", BRANCH).open()
    made.engine.do(*made.consulting(1)[:2])
    made.store.close()
    copied(path, size)
    return Office(f"sqlite:///{path}", size)


def copied(path: Path, size: int) -> None:
    """Give everybody from the second branch on what `p1` has."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute("CREATE TEMP TABLE others (n INTEGER PRIMARY KEY)")
        connection.execute(
            "WITH RECURSIVE more (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM more WHERE n < ?) "
            "INSERT INTO others SELECT n FROM more",
            (BRANCH, size - 1),
        )
        for table in ("streams", "events", "pledges", "due", "outbox"):
            copy(connection, table, "promisor")
        copy(connection, "people", "person")
        copy(connection, "memberships", "person")
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
    connection.close()


def copy(connection: sqlite3.Connection, table: str, whose: str) -> None:
    """The rows of `p1`, for all others."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    own = {
        whose: "'p' || others.n",
        "row": "1000000 + others.n * 10 + t.row % 10",
        "data": """replace(t.data, '"p1"', '"p' || others.n || '"')""",
    }
    told = ", ".join(own.get(name, f't."{name}"') for name in columns)
    connection.execute(
        f"INSERT INTO {table} SELECT {told} FROM {table} t, others WHERE t.{whose} = 'p1'"
    )
