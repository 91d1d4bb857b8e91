"""How fast a whole command is kept, against the least that keeping anything takes.

Every command is on another pledge, any as likely as another. Chunks of ours and of the base are
interleaved, the base measured before and after each of ours; what is told is the median of the
ratios. On each database ours and the base lie on the same disk.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from office import Office
from places import folder, postgres
from raw import RawPostgres, RawSqlite
from sqlalchemy.event import listen
from waits import Waits

SIZE = 1000
CHUNKS = 40
BATCHES = 30
BATCH = 1000


def figures() -> dict[str, float]:
    """What is measured here, by name."""
    found: dict[str, float] = {}
    with folder() as place:
        for mode in ("full", "normal"):
            found |= on_sqlite(place / mode, mode)
    found |= on_postgres()
    return found


def on_sqlite(place: Path, mode: str) -> dict[str, float]:
    """A file, with `synchronous` as it says; batches only where every commit is waited for."""
    place.mkdir()
    office = Office(f"sqlite:///{place / 'pledges.db'}", SIZE)
    listen(office.store._engine, "connect", lambda c, _: c.execute(f"PRAGMA synchronous = {mode}"))
    office.open()
    raw = RawSqlite(place / "raw.db", SIZE, mode)
    name = f"sqlite_{mode}"
    size = 50 if mode == "full" else 200
    found = ratio(name, size, commands(office), raw.chunk)
    if mode == "full":
        found |= ratio("batch_sqlite", BATCH, batches(office), numbered(raw.batch), BATCHES)
        found["sqlite_statements"] = statements(office)
    office.store.close()
    return found


def on_postgres() -> dict[str, float]:
    """A server of its own, with the settings it comes with."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres())
        raw = RawPostgres(url, SIZE)
        office = Office(url, SIZE).open()
        found = ratio("postgres", 50, commands(office), raw.chunk)
        found |= ratio("batch_postgres", BATCH, batches(office), numbered(raw.batch), BATCHES)
        office.store.close()
        waits = stack.enter_context(Waits(url))
        distant = Office(waits.url, SIZE)
        counted = commands(distant)
        counted(50)  # statements that come again are prepared on the server
        distant.keys = office.keys
        waits.turns = 0
        counted(100)
        found["postgres_round_trips"] = round(waits.turns / 100, 2)
        distant.store.close()
    return found


def commands(office: Office) -> Callable[[int], float]:
    """So many commands, each on any pledge: seconds spent in them."""

    def chunk(size: int) -> float:
        orders = [office.consulting(office.anybody()) for _ in range(size)]
        begun = time.perf_counter()
        for order in orders:
            office.engine.do(order.stream, order.step, key=order.key)
        return time.perf_counter() - begun

    return chunk


def batches(office: Office) -> Callable[[int], float]:
    """So many commands on as many pledges, in one batch: seconds spent in it."""

    def chunk(size: int) -> float:
        orders = [office.consulting(number) for number in range(size)]
        begun = time.perf_counter()
        office.engine.run(orders)
        return time.perf_counter() - begun

    return chunk


def numbered(batch: Callable[[list[int]], None]) -> Callable[[int], None]:
    """The same of the base."""
    return lambda size: batch(list(range(size)))


def ratio(
    name: str,
    size: int,
    ours: Callable[[int], float],
    base: Callable[[int], None],
    chunks: int = CHUNKS,
) -> dict[str, float]:
    """The median of the ratios, and the medians of both in microseconds a command."""
    for _ in range(3):
        ours(size), base(size)
    before = timed(base, size)
    ratios, mine, theirs = [], [], []
    for _ in range(chunks):
        spent, after = ours(size), timed(base, size)
        ratios.append(spent / ((before + after) / 2))
        mine.append(spent)
        theirs.append(after)
        before = after
    return {
        name: round(statistics.median(ratios), 3),
        f"{name}_us": round(statistics.median(mine) / size * 1e6, 1),
        f"{name}_raw_us": round(statistics.median(theirs) / size * 1e6, 1),
    }


def timed(act: Callable[[int], None], size: int) -> float:
    """Seconds."""
    begun = time.perf_counter()
    act(size)
    return time.perf_counter() - begun


def statements(office: Office) -> float:
    """SQL statements for a command, as SQLite counts them."""
    seen: list[str] = []
    order = office.consulting(0)
    traced(office, seen.append)
    office.engine.do(order.stream, order.step, key=order.key)
    traced(office, None)
    return float(len(seen))


def traced(office: Office, by: Callable[[str], None] | None) -> None:
    """Have every statement told to `by`, or to nobody any more."""
    office.store._driver.run(lambda driver: driver.set_trace_callback(by), write=False)
