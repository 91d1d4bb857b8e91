"""Whoever looks whether a record is whole would see if it were not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pledgeflow.service import Order
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.written import EVERY
from tests.crash.killing import Told
from tests.crash.office import Say, engine_on, found, given
from tests.crash.record import wrong

HALVES = {
    "an event": "DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM events)",
    "a middle event": "UPDATE events SET command = 'x', data = replace(data, 'visits', 'letter') "
    "WHERE rowid = (SELECT min(rowid) FROM events WHERE command = 'consult')",
    "a head": "UPDATE streams SET version = version - 1 WHERE promisor = 'm1'",
    "an old hash": "UPDATE streams SET hash = '' WHERE promisor = 'b1'",
    "a snapshot": "UPDATE streams SET state_version = state_version - 1 WHERE promisor = 'm2'",
    "a row": "DELETE FROM pledges WHERE promisor = 'm1'",
    "what is due": "DELETE FROM due WHERE promisor = 'm1' AND kind = 'timer'",
    "a key": "DELETE FROM done WHERE key = 'consult 1'",
    "another key": "UPDATE done SET key = 'other' WHERE key = 'consult 1'",
    "what followed": "DELETE FROM done WHERE key LIKE 'reaction:%b1p2'",
    "the outbox": "DELETE FROM outbox WHERE promisor = 'm1' AND after = 0",
    "words": "DELETE FROM texts WHERE digest = (SELECT min(digest) FROM texts)",
    "pending": "INSERT INTO pending VALUES ('t', '2025', 'b1', 'year', 9, 8)",
}
"""What a command might leave behind if it were not all or nothing."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A database with a few commands in it, and what is known of them."""
    path, told = tmp_path_factory.mktemp("crash") / "pledges.db", Told()
    heard = {"do": "consult", "capacity": "promisor", "channel": "visits", "heard": "roads"}
    rating = {"do": "hold_rating", "capacity": "secretary", "results": {"b1p2": "good"}}
    with SqlStore(f"sqlite:///{path}") as store:
        engine = engine_on(store)
        for say in (
            Say("run", found(engine)),
            Say("do", (Order("c/2025/m1", {**heard, "actor": "m1"}, "consult 1"),)),
            Say("do", (Order("c/2025/m1", {**heard, "actor": "m1"}, "consult 2"),)),
            Say("do", (Order("t/2025/b1@year", {**rating, "actor": "b1p0"}, "rating"),)),
            Say(
                "run",
                tuple(
                    Order("c/2025/m2", {**heard, "actor": "m2"}, f"m2 {n}") for n in range(EVERY)
                ),
            ),
        ):
            told.begin(say)
            told.end(given(engine, say))
        assert wrong(store, engine, told, settled=True) == []
    return path, told


@pytest.mark.parametrize("half", HALVES)
def test_half_a_command_would_be_seen(
    half: str, written: tuple[Path, Told], tmp_path: Path
) -> None:
    path, told = written
    here = tmp_path / "pledges.db"
    here.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(here, isolation_level=None)) as connection:
        for act in ("update", "delete"):
            connection.execute(f"DROP TRIGGER events_no_{act}")
        assert connection.execute(HALVES[half]).rowcount == 1
    with SqlStore(f"sqlite:///{here}") as store:
        assert wrong(store, engine_on(store), told, settled=True)


def test_what_still_has_to_follow_is_seen(written: tuple[Path, Told], tmp_path: Path) -> None:
    """As when somebody dies between what followed and noting that it has."""
    path, told = written
    here = tmp_path / "pledges.db"
    here.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(here, isolation_level=None)) as connection:
        connection.execute("INSERT INTO pending VALUES ('t', '2025', 'b1', 'year', 2, 1)")
    with SqlStore(f"sqlite:///{here}") as store:
        engine = engine_on(store)
        assert wrong(store, engine, told, settled=False) == []
        assert wrong(store, engine, told, settled=True)
        assert engine.catch_up("t") == 1
        assert wrong(store, engine, told, settled=True) == []
