"""Opens the database that a command works on. SQLAlchemy is only imported when one is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

from pledgeflow.cli.options import CALENDAR, DB
from pledgeflow.cli.output import fail
from pledgeflow.domain.commands import PLEDGE, StreamId
from pledgeflow.service import Engine
from pledgeflow.service.calendars import read_calendar
from pledgeflow.steps import stream_id

DEMO = "pledgeflow-demo.db"
"""What `pledgeflow demo` leaves in the current folder; the others read it unless told otherwise."""
SQLITE = "sqlite:///"


def url_of(db: str) -> str:
    """A database URL, or a plain path to a file of SQLite."""
    return db if "://" in db else f"{SQLITE}{db}"


def file_of(url: str) -> Path | None:
    """The file behind a URL, where there is one."""
    name = url.removeprefix(SQLITE).partition("?")[0]
    return Path(name) if url.startswith(SQLITE) and name not in ("", ":memory:") else None


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    """An engine on the database at a URL, which is created if need be."""
    with import_module("pledgeflow.storage.sql").SqlStore(url) as store:
        engine = Engine(store)
        if file := os.environ.get(CALENDAR):
            engine.calendar = read_calendar(Path(file))
        yield engine


@contextmanager
def creating(db: str | None) -> Iterator[Engine]:
    """An engine on a database that is created if need be; it has to be named."""
    if db is None:
        raise fail(
            f"no database is named; name a new one or one that is there with `--db`, or in {DB}"
        )
    with engine_on(url_of(db)) as engine:
        yield engine


@contextmanager
def existing(db: str | None) -> Iterator[Engine]:
    """An engine on a database that is there; where none is named, on the demonstration's."""
    with engine_on(_there(db)) as engine:
        yield engine


@contextmanager
def stored(db: str | None) -> Iterator[Any]:
    """The store in a database that is there, of whatever version its tables are."""
    with import_module("pledgeflow.storage.sql").SqlStore(_there(db)) as store:
        yield store


def database(db: str | None) -> str:
    """The URL of a database that is there, for a process of its own."""
    return _there(db)


def _there(db: str | None) -> str:
    """The URL of a database; refuses a file that is not there."""
    url = url_of(db or DEMO)
    file = file_of(url)
    if file is not None and not file.is_file():
        other = (
            "name another with `--db`" if db else "run `pledgeflow demo`, or name one with `--db`"
        )
        raise fail(f"there is no database `{file}`; {other}")
    return url


def place_in(engine: Engine, jurisdiction: str) -> None:
    """Refuses a jurisdiction that is not in the database."""
    there = engine.store.jurisdictions()
    if jurisdiction not in there:
        near = get_close_matches(jurisdiction, there, n=3, cutoff=0.4) or there
        names = ", ".join(f"`{name}`" for name in near) or "none; open a cycle first"
        raise fail(f"there is no jurisdiction `{jurisdiction}`; there is {names}")


def cycle_in(engine: Engine, where: str) -> tuple[str, str]:
    """A jurisdiction and a cycle, by their written name; refuses what is not in the database."""
    jurisdiction, _, cycle = where.partition("/")
    if not jurisdiction or not cycle or "/" in cycle:
        raise fail(f"`{where}` names no cycle; write jurisdiction/cycle")
    place_in(engine, jurisdiction)
    return jurisdiction, cycle


def begun(engine: Engine, pledge: str) -> StreamId:
    """The id of a pledge that has begun; of another one, the message names the nearest."""
    stream = stream_id(pledge)
    if not engine.history(stream):
        there = [str(row.stream) for row in engine.streams(stream.jurisdiction)]
        near = get_close_matches(str(stream), there, n=3)
        close = f"; perhaps {' or '.join(f'`{name}`' for name in near)}" if near else ""
        if stream.aggregate != PLEDGE and near:
            raise fail(f"`{stream}` has not begun{close}; see `pledgeflow pledges --all`")
        if stream.aggregate != PLEDGE:
            raise fail(f"`{stream}` has not begun; see `pledgeflow pledges --all`")
        raise fail(f"there is no pledge `{stream}`{close}; see `pledgeflow pledges`")
    return stream
