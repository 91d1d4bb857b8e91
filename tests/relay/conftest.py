"""The databases that outboxes are in, and a clock that goes when it is told to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pledgeflow.storage.sql import SqlStore
from tests.relay.fakes import Clock


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'pledges.db'}"
    new: str = request.getfixturevalue("new_postgres")
    return new


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with SqlStore(url) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()
