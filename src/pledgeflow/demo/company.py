"""All policies side by side: each in a process of its own where there are several processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from pledgeflow.ballots.sql import box_beside
from pledgeflow.catalogue import Catalogue
from pledgeflow.demo.year import Outcome, Setting, play
from pledgeflow.storage.keeping import keep
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore

Tick = Callable[[str], None]
PATIENCE = 0.2
"""So many seconds pass before it is looked whether anybody has died."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it is played: the folders of the policies, and the database that everything is kept in."""

    roots: tuple[Path, ...]
    url: str
    setting: Setting


def play_all(
    stage: Stage, names: Sequence[str], tick: Tick, workers: int | None = None
) -> list[Outcome]:
    """Play each policy through its year; the outcomes are in the order of the names.

    tick: called with a name once for each of its months; workers: how many at once, as many as
    there are processors unless said. Every policy is a jurisdiction of its own in the database.
    """
    several = min(workers or os.cpu_count() or 1, len(names))
    catalogue = Catalogue(stage.roots)
    if several == 1:
        lived = {name: _live(stage, name, partial(tick, name)) for name in names}
    else:
        lived = dict(_together(stage, names, tick, several))
    return [_outcome(catalogue, name, lived[name]) for name in names]


Lived = Mapping[str, Any]
"""The fields of an outcome, but for the policy, which no process can hand to another."""


def _live(stage: Stage, name: str, tick: Callable[[], None]) -> Lived:
    """One policy, kept in the database when it is over."""
    catalogue, rehearsal = Catalogue(stage.roots), MemoryStore()
    with SqlStore(stage.url) as store:
        outcome = play(rehearsal, catalogue, name, stage.setting, tick, box=box_beside(store))
        keep(rehearsal, store)
    return {f.name: getattr(outcome, f.name) for f in fields(outcome) if f.name != "policy"}


def _together(
    stage: Stage, names: Sequence[str], tick: Tick, workers: int
) -> Iterator[tuple[str, Lived]]:
    context = get_context("spawn")
    with context.Manager() as manager:
        months: Queue[str] = manager.Queue()
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            # The longest first, so that nobody waits for it at the end.
            order = sorted(names, key=partial(_size, Catalogue(stage.roots)), reverse=True)
            futures = {name: pool.submit(_alone, stage, name, months) for name in order}
            while not all(future.done() for future in futures.values()):
                _told(months, tick)
            while not months.empty():
                tick(months.get())
            yield from ((name, future.result()) for name, future in futures.items())


def _alone(stage: Stage, name: str, months: Queue[str]) -> Lived:
    """As `_live`, in another process."""
    return _live(stage, name, partial(months.put, name))


def _told(months: Queue[str], tick: Tick) -> None:
    try:
        tick(months.get(timeout=PATIENCE))
    except Empty:
        return


def _size(catalogue: Catalogue, name: str) -> int:
    return len(catalogue.load(name).body)


def _outcome(catalogue: Catalogue, name: str, lived: Lived) -> Outcome:
    cycle = lived["cycle"]
    policy = catalogue.load(name, on=cycle.starts, ordinal=cycle.ordinal)
    return Outcome(policy=policy, **lived)
