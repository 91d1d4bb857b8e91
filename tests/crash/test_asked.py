"""What is asked of a database so that what was acknowledged outlives a loss of power, asked back of it.

Nothing here loses power. The documentation of both databases says what is needed for that; see
docs/durability.md.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from pledgeflow.domain.commands import StreamId
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import Glance

FULL = 2
ASKED = {"journal_mode": "wal", "synchronous": FULL, "fullfsync": 1, "foreign_keys": 1}
THREADS = 4
STREAM = StreamId("t", "2025", "somebody")


def every_way(store: SqlStore, ask: Callable[[Any], dict[str, object]]) -> list[dict[str, object]]:
    """What the driver's connections answer, by every way on which the store comes to one."""
    found = []
    for write in (False, True):
        with store.transaction(write=write) as connection:
            found.append(ask(connection.connection.driver_connection))
        with store.unchecked(write=write) as connection:
            found.append(ask(connection.connection.driver_connection))
        found.append(store._straight(ask, write=write))
    return found


def in_threads(act: Callable[[], list[dict[str, object]]]) -> list[dict[str, object]]:
    """As `act`, of several threads at the same time, each of which has connections of its own."""
    together = Barrier(THREADS)

    def acted(_: int) -> list[dict[str, object]]:
        together.wait()
        return act()

    with ThreadPoolExecutor(THREADS) as threads:
        return [each for found in threads.map(acted, range(THREADS)) for each in found]


def pragmas(connection: Any) -> dict[str, object]:
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ASKED}


def test_every_connection_to_a_file_is_told_to_wait_for_the_disk(tmp_path: Path) -> None:
    with SqlStore(f"sqlite:///{tmp_path / 'pledges.db'}") as store:
        store.read([Glance(STREAM)])
        found = [*every_way(store, pragmas), *in_threads(lambda: every_way(store, pragmas))]
    assert found == [ASKED] * len(found)


def commits(connection: Any) -> dict[str, object]:
    return {"synchronous_commit": connection.execute("SHOW synchronous_commit").fetchone()[0]}


@pytest.mark.parametrize(("told", "asked"), [("off", "on"), ("on", "on"), ("local", "local")])
def test_every_session_waits_for_the_log(told: str, asked: str, new_postgres: str) -> None:
    """Whatever the server would do otherwise; what is stricter than `on` is left as it is."""
    with SqlStore(saying(new_postgres, told)) as store:
        found = [*every_way(store, commits), *in_threads(lambda: every_way(store, commits))]
    assert found == [{"synchronous_commit": asked}] * len(found)


def saying(url: str, told: str) -> str:
    """A URL by which sessions begin with that."""
    parsed = make_url(url)
    options = f"{parsed.query['options']} -csynchronous_commit={told}"
    said = parsed.update_query_dict({"options": options})
    return said.render_as_string(hide_password=False)


def test_an_engine_of_the_host_keeps_its_ways(new_postgres: str) -> None:
    engine = create_engine(saying(new_postgres, "off"))
    with SqlStore(engine) as store:
        found = every_way(store, commits)
    engine.dispose()
    assert found == [{"synchronous_commit": "off"}] * len(found)
