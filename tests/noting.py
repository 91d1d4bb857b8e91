"""Notes that many write at once, in threads or in processes; a child imports no more than this."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import ConflictError
from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore

DAY = date(2025, 3, 3)

Noted = tuple[str, int, str]
"""In which stream, as which version, what."""


def notes(engine: Engine, streams: list[str], me: str, times: int) -> list[Noted]:
    """Write notes, again where others were first too often; what was answered to each."""
    done = []
    for number in range(times):
        stream = streams[number % len(streams)]
        step = {"do": "note", "actor": stream.rpartition("/")[2], "capacity": "promisor", "on": DAY}
        while True:
            try:
                said = {**step, "said": f"{me}-{number}"}
                (event, *_) = engine.do(stream, said, key=f"{me}-{number}").events[-1:]
            except ConflictError:
                continue
            done.append((stream, event.version, f"{me}-{number}"))
            break
    return done


def office(store: SqlStore, folder: Path) -> Engine:
    """An engine under the policies in a folder."""
    return Engine(store, Catalogue((folder,)), clock=lambda: DAY)
