"""The stores that every contract is held against."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore


@pytest.fixture(params=["memory", "file", "sqlite-memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    path = tmp_path / "pledges.db"
    with SqlStore("sqlite://" if request.param == "sqlite-memory" else f"sqlite:///{path}") as sql:
        yield sql
