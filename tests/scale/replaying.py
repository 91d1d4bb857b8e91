"""Puts a database to a policy in a process of its own, and says how long it took and how much memory.

`python -m tests.scale.replaying county.db NAME JURISDICTION PROCESSES [HOW_MANY]`: a fresh process
has no room left over from building the county.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pledgeflow.assurance.backtesting.running import Asked, Backtest, parallel
from pledgeflow.assurance.backtesting.told import Totals
from pledgeflow.catalogue import Catalogue
from pledgeflow.storage.sql import SqlStore


def replayed(url: str, name: str, jurisdiction: str, processes: int, most: int | None) -> object:
    """Seconds, bytes that all processes held at most, seconds of each processor, and what came."""
    with SqlStore(url) as store:
        streams = Backtest(store, Catalogue(), Asked(name)).streams(jurisdiction)[:most]
    totals, held, busy, begun = Totals(), dict[int, int](), dict[int, float](), time.monotonic()
    for number, traced in enumerate(parallel(url, Asked(name), streams, processes)):
        totals.add(traced)
        if number % 100 == 0:
            _look(held, busy)
    return {
        "seconds": time.monotonic() - begun,
        "memory": sum(held.values()),
        "busy": sorted(busy.values()),
        "streams": totals.streams,
        "acts": totals.acts,
        "differing": totals.differing,
    }


def _look(held: dict[int, int], busy: dict[int, float]) -> None:
    """How much each process holds, and how long it has been at work, as Linux counts them."""
    own = Path("/proc/self/task")
    children = (int(c) for task in own.iterdir() for c in (task / "children").read_text().split())
    for process in (None, *children):
        place = Path("/proc", "self" if process is None else str(process))
        status = (place / "status").read_text(encoding="ascii", errors="replace").splitlines()
        peak = next((int(s.split()[1]) * 1024 for s in status if s.startswith("VmHWM:")), 0)
        held[process or 0] = max(peak, held.get(process or 0, 0))
        if process is not None:
            times = (place / "stat").read_text().rpartition(")")[2].split()
            busy[process] = (int(times[11]) + int(times[12])) / 100


if __name__ == "__main__":
    url, name, jurisdiction, processes, *most = sys.argv[1:]
    found = replayed(url, name, jurisdiction, int(processes), int(most[0]) if most else None)
    print(json.dumps(found))
