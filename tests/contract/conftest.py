"""The stores that every contract is held against, and the databases that keep them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore


@pytest.fixture(params=["memory", "file", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    match request.param:
        case "memory":
            yield MemoryStore()
        case "postgresql":
            yield SqlStore(request.getfixturevalue("postgres"))
        case _:
            with SqlStore(f"sqlite:///{tmp_path / 'pledges.db'}") as sql:
                yield sql


@pytest.fixture(params=["file", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database in which nothing is kept, for whoever opens it more than once."""
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'pledges.db'}"
    postgres: Engine = request.getfixturevalue("postgres")
    return postgres.url.render_as_string(hide_password=False)


@pytest.fixture(params=["file", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'pledges.db'}"
    url: str = request.getfixturevalue("new_postgres")
    return url
