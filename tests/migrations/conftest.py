"""Places where a database can be: a file, and a real PostgreSQL."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from tests import postgres
from tests.migrations.places import File, Place, Server


@pytest.fixture
def own_server() -> Iterator[postgres.Server]:
    """One that may be stopped."""
    with TemporaryDirectory() as folder:
        server = postgres.Server(Path(folder) / "server")
        server.start()
        yield server
        server.remove()


@pytest.fixture
def outside(postgres_server: Engine) -> Server:
    """The database on the server that was there before all others."""
    return Server(postgres.plain(postgres_server.url))


@pytest.fixture
def postgresql(postgres_server: Engine) -> Iterator[Callable[[], Server]]:
    """Makes a new, empty database on the server each time it is called."""
    made: list[str] = []

    def new() -> Server:
        made.append(f"db{uuid4().hex}")
        said(f"CREATE DATABASE {made[-1]}")
        return Server(postgres.plain(postgres_server.url.set(database=made[-1])))

    def said(statement: str) -> None:
        alone = postgres_server.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            connection.execute(text(statement))

    yield new
    for name in made:
        said(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


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
