"""Processes that are killed, and a server that is stopped, in the middle of something: nothing is lost.

`SIGKILL` proves nothing about a machine that loses power: what is asked of the databases for that is
held in `test_asked`, and said in docs/durability.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psycopg
import pytest

from pledgeflow.storage.sql import SqlStore
from tests.crash.killing import PATIENCE, Birth, Told, births, kill
from tests.crash.office import Say, engine_on, found, given
from tests.crash.recovering import Aftermath, Opening, check
from tests.postgres import Server

KILLS, KILLS_OF_CLIENTS, STOPS = 200, 100, 20
SHARE, SHARE_OF_CLIENTS = 6, 4
LONGEST, MOMENTS = 12, 0.03
"""A process may begin so many things, and then live for up to so many seconds."""
EARLY, THOROUGH = 8, 10
"""One of so many is killed while it opens the database; after one of so many all is looked at twice."""
ASKED = 1 / 3


def beginning(opening: Opening) -> Told:
    """A new database with everything in it that has to be there before."""
    told = Told()
    with opening() as store:
        engine = engine_on(store)
        promises = found(engine)
        told.begin(Say("run", promises))
        told.end(given(engine, Say("run", promises)))
        check(store, engine, told, settled=True)
    return told


def lived(birth: Birth, after: Aftermath, ends: int) -> None:
    """One after the other lives and is killed, on the same database."""
    dice = Random(ends)
    for number in range(ends):
        begun = 0 if number % EARLY == EARLY - 1 else dice.randint(1, LONGEST)
        after.told.hear(birth.round(kill, begun=begun, after=dice.uniform(0, MOMENTS)))
        assert not after.told.lost
        after.look(thorough=number % THOROUGH == 0 or number == ends - 1)


def reckon(after: Aftermath, began: float) -> None:
    """At the end of it: at least a third had a command in flight. See what is said with `-rP`."""
    done = sum(versions is not None for versions in after.told.done.values())
    print(f"{after.figures}; {done} commands by now, {time.monotonic() - began:.0f} s")
    assert after.figures.flying >= after.figures.ends * ASKED


@pytest.mark.parametrize("kills", [SHARE, pytest.param(KILLS, marks=pytest.mark.stress)])
def test_whoever_writes_to_a_file_is_killed(kills: int, tmp_path: Path) -> None:
    began, url = time.monotonic(), f"sqlite:///{tmp_path / 'pledges.db'}"
    with births(url, tmp_path) as birth:
        after = Aftermath(lambda: SqlStore(url), beginning(lambda: SqlStore(url)))
        lived(birth, after, kills)
    after.close()
    reckon(after, began)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that writes as one does that has to outlive a crash; not started yet."""
    with TemporaryDirectory() as folder:
        server = Server(Path(folder) / "server", durable=True)
        yield server
        server.remove()


@pytest.mark.parametrize(
    ("kills", "stops"),
    [(SHARE_OF_CLIENTS, 1), pytest.param(KILLS_OF_CLIENTS, STOPS, marks=pytest.mark.stress)],
)
def test_whoever_writes_to_a_server_is_killed_and_the_server_is_stopped(
    kills: int, stops: int, server: Server, tmp_path: Path
) -> None:
    began, url = time.monotonic(), server.at()

    def opening() -> SqlStore:
        alone(url)
        return SqlStore(url)

    def stop(_: int) -> None:
        server.stop("immediate")

    with births(url, tmp_path) as birth:
        server.start()
        after = Aftermath(opening, beginning(opening))
        lived(birth, after, kills)
        reckon(after, began)
        stopped = Aftermath(opening, after.told)
        for _ in range(stops):
            begun, moment = stopped.dice.randint(1, LONGEST), stopped.dice.uniform(0, MOMENTS)
            stopped.told.hear(birth.round(stop, begun=begun, after=moment))
            assert stopped.told.lost
            server.start()
            stopped.look()
    stopped.close()
    reckon(stopped, began)


def alone(url: str) -> None:
    """Wait until nothing goes on any more for whoever was killed: the server is told of it later."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        until = time.monotonic() + PATIENCE
        while connection.execute(others).fetchone() != (0,):
            assert time.monotonic() < until, "somebody is still there"
            time.sleep(0.002)
