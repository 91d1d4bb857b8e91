"""Each example of embedding does what it says, and a joined transaction is the host's alone."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, text

from pledgeflow import Engine
from pledgeflow.errors import ConflictError, RefusedError, StorageError
from pledgeflow.storage.joined import JoinedStore
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import Change
from tests.town import PEOPLE, YEAR, Town, day

EXAMPLES = Path(__file__).parents[2] / "examples" / "embedding"
SAID = {
    "own_engine": "wang's pledge is at version 3, beside the portal's own tables",
    "joined_transaction": "forms: form-1; versions: {'wang': 3, 'li': 0}",
    "own_directory": "people in the store: 0",
    "threads": "40 opinions recorded, 40 different versions",
}


def run(name: str, url: str) -> str:
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    script = [sys.executable, str(EXAMPLES / f"{name}.py"), url]
    done = subprocess.run(script, capture_output=True, check=False, encoding="utf-8", env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", SAID)
def test_an_example_does_what_it_says(name: str, tmp_path: Path) -> None:
    assert SAID[name] in run(name, f"sqlite:///{tmp_path / 'portal.db'}")


def test_postgresql_has_a_pool_and_a_schema(new_postgres: str) -> None:
    assert "events in the schema pledges" in run("postgres", new_postgres)


def example(name: str) -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(EXAMPLES))
        return import_module(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "postgresql":
        made = create_engine(request.getfixturevalue("new_postgres"))
    else:
        made = example("joined_transaction").database_at(f"sqlite:///{tmp_path / 'portal.db'}")
    yield made
    made.dispose()


@pytest.fixture
def town(database: Database) -> Town:
    return Town(store=SqlStore(database)).promised()


def rate(engine: Engine) -> Any:
    step = {"do": "hold_rating", "actor": "an", "capacity": "secretary", "on": day(6, 1)}
    return engine.do(YEAR, {**step, "results": dict.fromkeys(PEOPLE, "good")}, key="k")


def seen(engine: Engine) -> object:
    return (engine.streams("t"), engine.store.done("t", "k"), engine.store.pending("t"))


def test_what_was_done_within_is_done_if_the_host_commits(database: Database, town: Town) -> None:
    with database.begin() as connection:
        done = rate(town.engine.within(connection))
    assert done.unmet == ()
    assert town.engine.state(YEAR).version == done.state.version
    assert rate(town.engine).events == done.events
    assert all(town.engine.state(f"t/2025/{name}").records["rate"] for name in PEOPLE)


def test_nothing_is_left_if_the_host_does_not(database: Database, town: Town) -> None:
    before = seen(town.engine)
    with database.connect() as connection:
        transaction = connection.begin()
        joined = town.engine.within(connection)
        rate(joined)
        assert joined.state(YEAR).version > town.engine.state(YEAR).version
        transaction.rollback()
    assert seen(town.engine) == before
    assert rate(town.engine).events


def test_a_refusal_leaves_the_hosts_transaction_as_it_was(database: Database, town: Town) -> None:
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE portal (id INTEGER)"))
        joined = town.engine.within(connection)
        with pytest.raises(RefusedError):
            joined.do("t/2025/an", {"do": "promise", "actor": "an", "capacity": "promisor"})
        connection.execute(text("INSERT INTO portal VALUES (1)"))
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM portal")).scalar() == 1


def test_a_conflict_goes_to_the_host(
    database: Database, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def busy(_: object, changes: Sequence[Change]) -> tuple[ConflictError, ...]:
        tried.append(changes)
        return tuple(ConflictError("somebody was first") for _ in changes)

    with database.begin() as connection:
        joined = town.engine.within(connection)
        monkeypatch.setattr(JoinedStore, "append_all", busy)
        with pytest.raises(ConflictError):
            rate(joined)
    assert len(tried) == 1


def test_only_a_transaction_of_the_same_database_is_joined(
    database: Database, town: Town, tmp_path: Path
) -> None:
    with database.connect() as connection, pytest.raises(StorageError, match="no transaction"):
        town.engine.within(connection)
    other = create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    with other.begin() as connection, pytest.raises(StorageError, match="another database"):
        town.engine.within(connection)
    other.dispose()
    with database.begin() as connection, pytest.raises(StorageError, match="in no database"):
        Town(store=MemoryStore()).engine.within(connection)


def test_what_wipes_the_files_does_not_wait_for_the_transaction_it_is_in(
    database: Database, town: Town
) -> None:
    with database.begin() as connection:
        store = town.engine.within(connection).store
        assert isinstance(store, JoinedStore)
        assert not store.erase("t", ["ab"], person="an")
        with pytest.raises(StorageError, match="once that is committed"):
            store.scrub(["texts"], "t")
    assert town.engine.store.erase("t", ["ab"], person="an")
