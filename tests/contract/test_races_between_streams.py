"""Two steps at once in two streams, each allowed only without the other: exactly one of them wins.

Both are decided on what they read before either writes; what they read is compared again in the
transaction that writes. Closing a ballot while a vote comes in is in `test_ballot_box`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from pledgeflow.errors import RefusedError
from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from tests.town import DIRECTORY, Town, day, town

SHARE, FULL = 40, 1_000
TWO_BRANCHES = {
    "organizations": {
        **DIRECTORY["organizations"],
        "west": {"kind": "branch", "parent": "hill", "posts": {"secretary": "wu"}},
    },
    "people": {**DIRECTORY["people"], "wu": {"kinds": ["member"], "member_of": "west"}},
}
LAST_PLACE = (
    (
        "        end_selection:\n          means: announcement\n          label: {zh: 结束推荐",
        "        take_place:\n"
        "          means: award\n"
        "          label: {zh: 占用名额, en: take the place}\n"
        "          fields: {other: {type: organization, label: {zh: 另一支部, en: other branch}}}\n"
        "        end_selection:\n          means: announcement\n          label: {zh: 结束推荐",
    ),
    (
        "            end_selection: {source: open, dest: ended, by: secretary, cite: T-01}\n"
        "        candidacy:",
        "            take_place:\n"
        "              source: open\n"
        "              stays: true\n"
        "              by: secretary\n"
        "              guards:\n"
        "                left:\n"
        "                  is: elsewhere\n"
        "                  in: selection\n"
        "                  whose: other\n"
        "                  guards: {free: {is: not_preceded_by, command: take_place}}\n"
        "                  cite: T-01\n"
        "              cite: T-01\n"
        "            enter: {source: open, stays: true, by: secretary, cite: T-01}\n"
        "            end_selection: {source: open, dest: ended, by: secretary, cite: T-01}\n"
        "        candidacy:",
    ),
    (
        "        put_forward:\n          means: nomination\n",
        "        enter: {means: opening, label: {zh: 启动, en: enter}}\n"
        "        put_forward:\n          means: nomination\n",
    ),
)
"""The town has one place: each branch may take it while the other has not."""

LEADERS_FIRST = (
    (
        "      promise: {source: invited, dest: promised, by: promisor, cite: T-01}",
        "      promise:\n"
        "        source: invited\n"
        "        dest: promised\n"
        "        by: promisor\n"
        "        guards:\n"
        "          leaders:\n"
        "            is: preceded_elsewhere\n"
        "            means: publication\n"
        "            among: {leading: true}\n"
        "            if: {is: promisor, kinds: {leading: false}}\n"
        "            cite: T-01\n"
        "        cite: T-01",
    ),
    ("  member: {zh: 党员", "  leading: {zh: 领导, en: leading}\n  member: {zh: 党员"),
)


@pytest.fixture
def engines(tmp_path: Path, empty: str) -> Iterator[Callable[[str], tuple[Engine, Engine]]]:
    """Two engines on one database, under the policy of the town as changed."""
    stores: list[SqlStore] = []

    def made(changed: str) -> tuple[Engine, Engine]:
        stores.extend((SqlStore(empty), SqlStore(empty)))
        first = Town(tmp_path, changed, stores[0]).engine
        return first, Engine(stores[1], first.catalogue, first.clock)

    yield made
    for store in stores:
        store.close()


def at_once(*acts: Callable[[], object]) -> list[bool]:
    """Do all of it at the same moment; which of it was done, and not refused."""
    barrier = Barrier(len(acts))

    def done(act: Callable[[], object]) -> bool:
        barrier.wait()
        try:
            act()
        except RefusedError:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(done, acts))


def step(do: str, actor: str, capacity: str = "secretary", **said: object) -> dict[str, object]:
    """A step on one day in January."""
    return {"do": do, "actor": actor, "capacity": capacity, "on": day(1, 10), **said}


TIMES = [SHARE, pytest.param(FULL, marks=pytest.mark.stress)]


@pytest.mark.parametrize("times", TIMES)
def test_one_branch_gets_the_last_place(
    engines: Callable[[str], tuple[Engine, Engine]], times: int
) -> None:
    first, second = engines(town(*LAST_PLACE))
    winners = set()
    for number in range(times):
        place = f"t{number}"
        first.put_directory(place, TWO_BRANCHES)
        first.open_cycle(place, "town", cycle="2025")
        east, west = (f"{place}/2025/{name}@selection" for name in ("east", "west"))
        first.do(east, step("enter", "an"))
        first.do(west, step("enter", "wu"))
        won = at_once(
            partial(first.do, east, step("take_place", "an", other="west")),
            partial(second.do, west, step("take_place", "wu", other="east")),
        )
        assert sorted(won) == [False, True], f"in round {number}"
        winners.add(won.index(True))
    if times == FULL:
        assert winners == {0, 1}  # neither always comes first: they really raced


@pytest.mark.parametrize("times", TIMES)
def test_nobody_promises_before_a_leader_who_takes_it_back(
    engines: Callable[[str], tuple[Engine, Engine]], times: int
) -> None:
    first, second = engines(town(*LEADERS_FIRST))
    numbered(first)
    people = {
        **DIRECTORY["people"],
        "an": {"kinds": ["member", "leading"], "member_of": "east"},
    }
    for number in range(times):
        place = f"t{number}"
        first.put_directory(place, {**DIRECTORY, "people": people})
        first.open_cycle(place, "town", cycle="2025")
        leader, member = f"{place}/2025/an", f"{place}/2025/cai"
        first.do(leader, step("promise", "an", "promisor"))
        at_once(
            partial(first.do, leader, step("annul", "an", "promisor", target=2)),
            partial(second.do, member, step("promise", "cai", "promisor")),
        )
        promised = first.state(member).records.get("promise", ())
        if promised:
            # it was written while the leader's promise stood, at the version that it leaned on
            (leaned,) = promised[0].leaned_on
            order = written(first, place)
            mine = order.index(("cai", 2))
            later = [i for i, (who, v) in enumerate(order) if who == "an" and v > leaned.version]
            assert all(i > mine for i in later), f"in round {number}"


def kept(engine: Engine) -> SqlStore:
    assert isinstance(engine.store, SqlStore)
    return engine.store


def numbered(engine: Engine) -> None:
    """Let the database number events as they are written; SQLite does."""
    with kept(engine).transaction(write=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE events ADD COLUMN rowid bigserial"))


def written(engine: Engine, place: str) -> list[tuple[str, int]]:
    """Whose events, by version, in the order in which they were written."""
    asked = "SELECT promisor, version FROM events WHERE jurisdiction = :place ORDER BY rowid"
    with kept(engine).transaction() as connection:
        rows = connection.execute(text(asked), {"place": place}).all()
    return [(str(promisor), int(version)) for promisor, version in rows]
