"""The databases that outboxes are in, and a clock that goes when it is told to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.storage.sql import SqlStore
from tests.real_postgres import new_database, running
from tests.relay.fakes import Clock


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    with running() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'pledges.db'}"
    return new_database(request.getfixturevalue("server"))


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with SqlStore(url) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()
