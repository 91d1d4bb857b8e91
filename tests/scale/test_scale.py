"""What costs in proportion to what is due costs no more in a county of 100,000 than in one of 1,000.

The full figures are measured by `make stress`; `make test` measures a share of them.
"""

from __future__ import annotations

import gc
import secrets
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.domain.commands import StreamId
from tests.scale.county import (
    COUNTY,
    EARLIER,
    IN_BETWEEN,
    STEP,
    THIS,
    County,
    Size,
    county,
    member,
    one_by_one,
)

QUIET = date(2025, 3, 1)
"""Everybody's pledge has a timer running, and none is due."""
ROOT = Path(__file__).parents[2]
MOST_MEMORY = 50_000_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A small county and a large one."""

    small: County
    large: County


SHARE = (Size(200, 7), Size(2_000, 70))
FULL = (Size(1_000, 30), Size(100_000, 3_000))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SHARE, id="share"),
        pytest.param(FULL, id="full", marks=pytest.mark.stress),
    ],
)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("scale")
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(county(folder / f"{size.members}.db", size))
            for size in request.param
        )
        yield Pair(small, large)


def measured(act: Callable[[County], object], place: County) -> tuple[int, int, float]:
    """Rows handed out, steps taken to find them, and seconds."""
    act(place)  # whatever is looked up once, such as the policy, has been
    with place.reads.counted() as reads:
        act(place)
    begun = time.perf_counter()
    act(place)
    return reads.rows, reads.steps, time.perf_counter() - begun


def costs_alike(act: Callable[[County], object], pair: Pair, name: str) -> None:
    """The large county costs at most twice the small one's reads."""
    small, large = measured(act, pair.small), measured(act, pair.large)
    for place, (rows, steps, seconds) in ((pair.small, small), (pair.large, large)):
        print(f"{name}: {place.size.members} members: {rows} rows, {steps} steps, {seconds:.4f} s")
    assert 0 < large[0] <= 2 * small[0]
    assert 0 < large[1] <= 2 * small[1]
    assert large[2] <= 10 * small[2] + 0.5  # nothing that grows with the county takes part in it


def test_a_tick_on_a_quiet_day_reads_no_more(pair: Pair) -> None:
    costs_alike(lambda place: place.engine.tick(COUNTY, QUIET), pair, "quiet day")


def test_a_tick_when_three_are_due_reads_no_more(pair: Pair) -> None:
    costs = []
    for place in (pair.small, pair.large):
        place.engine.tick(COUNTY, QUIET)
        begun = time.perf_counter()
        with place.reads.counted() as reads:
            happened = place.engine.pass_time(COUNTY, IN_BETWEEN)
        seconds = time.perf_counter() - begun
        assert list(happened) == [StreamId(COUNTY, EARLIER, member(n)) for n in range(3)]
        print(f"three due: {place.size.members} members: {reads.rows} rows, {seconds:.4f} s")
        costs.append((reads.rows, reads.steps))
    (few, quick), (many, slow) = costs
    assert few <= many <= 2 * few
    assert quick / 2 <= slow <= 2 * quick


def test_a_step_reads_no_more(pair: Pair) -> None:
    step = {**STEP, "actor": member(7)}
    stream = StreamId(COUNTY, THIS, member(7))
    costs_alike(lambda place: place.engine.explain(stream, step), pair, "a step")


def test_who_is_in_a_branch_reads_its_members(pair: Pair) -> None:
    def ask(place: County) -> object:
        view = place.engine.store.members(COUNTY, "branch_1", QUIET)
        assert len(view.persons) * len(place.size.branches) >= place.size.members / 2
        return view

    costs_alike(ask, pair, "a branch")


@pytest.fixture
def grown() -> Iterator[list[int]]:
    """How much more memory Python held at most within the test than at its beginning, in bytes."""
    gc.collect()
    tracemalloc.start()
    peak: list[int] = []
    yield peak
    tracemalloc.stop()


def test_listing_what_is_to_come_holds_a_page_of_it(pair: Pair, grown: list[int]) -> None:
    place = pair.large
    number = sum(1 for _ in place.engine.store.due(COUNTY, "timer", date.max))
    grown.append(tracemalloc.get_traced_memory()[1])
    print(f"listing {number} timers: {grown[0] / 1e6:.1f} MB at most")
    assert number >= place.size.members
    assert grown[0] < MOST_MEMORY / 10


def test_listing_the_year_s_duties_holds_one_pledge_s(pair: Pair) -> None:
    place, begun = pair.large, time.perf_counter()
    command = [sys.executable, "-m", "tests.scale.listing", str(place.path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    number, grown = map(int, done.stdout.split())
    seconds = time.perf_counter() - begun
    print(f"listing {number} duties: {grown / 1e6:.1f} MB more, {seconds:.0f} s")
    assert number >= 6 * place.size.members  # months left in which to hear people
    assert grown < MOST_MEMORY


def test_the_duties_of_one_organization_read_no_more(pair: Pair) -> None:
    def ask(place: County) -> object:
        found = list(place.engine.duties(COUNTY, organization="branch_1", until=date(2025, 3, 31)))
        assert found
        return found

    costs_alike(ask, pair, "a branch's duties")


# --- how the county was made ----------------------------------------------------------------------

KEPT = {
    "events": "cycle, promisor, venue, version, kind, command, occurred_on, data",
    "texts": "digest, salt, words",
    "pledges": "*",
    "due": "*",
    "cycles": "*",
}


def test_what_is_begun_in_bulk_is_kept_as_if_begun_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = Size(12, 5)
    paths = (tmp_path / "bulk.db", tmp_path / "single.db")
    salt = [""]
    monkeypatch.setattr(secrets, "token_hex", lambda _: salt[0])
    with county(paths[0], size), county(paths[1], size, bulk=False) as single:
        for number in range(size.members):
            salt[0] = member(number)
            one_by_one(single.engine, StreamId(COUNTY, THIS, member(number)))
    kept = []
    for path in paths:
        with sqlite3.connect(path) as raw:
            kept.append({t: sorted(raw.execute(f"SELECT {c} FROM {t}")) for t, c in KEPT.items()})
        raw.close()
    assert kept[0] == kept[1]
    assert len(kept[0]["pledges"]) == size.members + 3
