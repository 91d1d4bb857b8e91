"""Many at once on one database, in threads and in processes: nothing is lost, nothing happens twice.

Every history has to be one that some order of the same acts, one after the other, could have given.
Races between two streams that rest on each other are in `test_races_between_streams`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from pledgeflow.ballots.box import Voter
from pledgeflow.ballots.sql import box_beside
from pledgeflow.domain.balloting import BallotId, Secrecy, Terms
from pledgeflow.domain.chain import link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData, PersonRow
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.serialisation import encode
from pledgeflow.errors import (
    AlreadyVotedError,
    PledgeflowError,
    RefusedError,
)
from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from tests.noting import Noted, notes, office
from tests.tiny import MON, tiny

THREADS, PROCESSES = 16, 4
FEW, FULL = 5, 60
"""So many acts each takes."""

REVIEWED = tiny(
    (
        "  do:\n    means: report\n",
        "  approve:\n    means: approval\n    label: {zh: 准, en: approve}\n"
        "    fields: {item: commitment}\n"
        "  give_back:\n    means: return\n    label: {zh: 退, en: give back}\n"
        "    fields: {item: commitment}\n"
        "  do:\n    means: report\n",
    ),
    (
        "      done: {zh: 毕, en: done}\n",
        "      done: {zh: 毕, en: done}\n      approved: {zh: 准, en: approved}\n"
        "      returned: {zh: 退, en: returned}\n",
    ),
    ("    final: [done]\n", "    final: [done, approved, returned]\n"),
    (
        "      do:\n        source: todo\n",
        "      approve: {source: todo, dest: approved, by: secretary, cite: T-3}\n"
        "      give_back: {source: todo, dest: returned, by: secretary, cite: T-3}\n"
        "      do:\n        source: todo\n",
    ),
)
"""The tiny policy, in which a secretary approves an item or gives it back."""


def written_to(folder: Path) -> Path:
    """The policy, in a folder of policies."""
    (folder / "tiny").mkdir(parents=True)
    (folder / "tiny" / "policy.yaml").write_text(REVIEWED, encoding="utf-8")
    clauses = "".join(
        f"  T-{n}: {{force: must, kind: sample, gist: {{zh: 条, en: clause}}}}\n" for n in (1, 2, 3)
    )
    register = f"document: {{zh: 规, en: rules}}\nclauses:\n{clauses}"
    (folder / "tiny" / "clauses.yaml").write_text(register, encoding="utf-8")
    return folder


def begun(engine: Engine, members: int) -> list[str]:
    """A branch with two who may review, and so many pledges."""
    names = [f"m{number}" for number in range(members)]
    people = {name: {"kinds": ["in_service"], "member_of": "east"} for name in names}
    reviewers = {name: {"member_of": "east"} for name in ("an", "bo")}
    tree: dict[str, Any] = {
        "organizations": {
            "hill": {"kind": "town"},
            "east": {"kind": "branch", "parent": "hill", "posts": {"secretary": ["an", "bo"]}},
        },
        "people": {**people, **reviewers},
    }
    engine.put_directory("t", tree)
    engine.open_cycle("t", "tiny", cycle="2025")
    return [f"t/2025/{name}" for name in names]


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each answers, or why it did not; all begin at the same moment."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except PledgeflowError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


NOTING = """
import sys, json
from functools import partial
from pathlib import Path
from pledgeflow.storage.sql import SqlStore
from tests.noting import notes, office
url, folder, me, times, *streams = sys.argv[1:]
with SqlStore(url) as store:
    engine = office(store, Path(folder))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(notes(engine, streams, me, int(times))))
"""


def whole(engine: Engine, streams: list[str], told: list[list[Noted]]) -> None:
    """What each was told is what happened, once, in one order that was everybody's.

    Nobody's later act stands before an earlier one of theirs; chains are unbroken, and projections
    are of their ends.
    """
    said: list[Noted] = []
    for stream in streams:
        known, at = "", engine.store.load(StreamId(*stream.split("/")))
        assert [stored.version for stored in at] == list(range(1, len(at) + 1))
        for stored in at:
            known = link(stored.stream, encode(stored.event), stored.recorded_at, known)
            assert known == stored.hash
            if isinstance(stored.event, Recorded):
                said.append((stream, stored.version, str(stored.event.fields["said"])))
        row = engine.store.pledge(at[0].stream)
        assert row is not None
        assert row.version == len(at) == engine.state(stream).version
    assert sorted(noted for mine in told for noted in mine) == sorted(said)
    for mine in told:
        for stream in streams:
            versions = [version for where, version, _ in mine if where == stream]
            assert versions == sorted(versions)


TIMES = [FEW, pytest.param(FULL, marks=pytest.mark.stress)]


@pytest.mark.parametrize("pledges", [1, 4])
@pytest.mark.parametrize("times", TIMES)
def test_threads_lose_nothing_and_double_nothing(
    database: str, tmp_path: Path, pledges: int, times: int
) -> None:
    folder = written_to(tmp_path / "policies")
    with SqlStore(database) as store:
        engine = office(store, folder)
        streams = begun(engine, pledges)
        mine = partial(notes, engine, streams, times=times)
        answers = at_once([partial(mine, f"thread{number}") for number in range(THREADS)])
        assert [len(answer) for answer in answers] == [times] * THREADS
        whole(engine, streams, answers)


@pytest.mark.parametrize(
    ("database", "pledges", "times"),
    [
        ("postgresql", 1, FEW),
        *(
            pytest.param(kind, pledges, FULL, marks=pytest.mark.stress)
            for kind in ("file", "postgresql")
            for pledges in (1, 4)
        ),
    ],
    indirect=["database"],
)
def test_processes_lose_nothing_and_double_nothing(
    database: str, tmp_path: Path, pledges: int, times: int
) -> None:
    folder = written_to(tmp_path / "policies")
    several = PROCESSES if times == FULL else 2  # what takes long is that they start
    with SqlStore(database) as store:
        engine = office(store, folder)
        streams = begun(engine, pledges)
        children = [
            subprocess.Popen(
                [sys.executable, "-c", NOTING, database, str(folder), me, str(times), *streams],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[2],
            )
            for me in [f"process{number}" for number in range(several)]
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        with ThreadPoolExecutor(several) as pool:
            outs = [out for out, _ in pool.map(lambda child: child.communicate("\n"), children)]
        assert [child.returncode for child in children] == [0] * several
        answers = [[(a, b, c) for a, b, c in json.loads(out)] for out in outs]
        assert [len(answer) for answer in answers] == [times] * several
        whole(engine, streams, answers)


@pytest.mark.parametrize("times", [20, pytest.param(1_000, marks=pytest.mark.stress)])
def test_of_two_reviewers_at_once_one_decides(database: str, tmp_path: Path, times: int) -> None:
    folder = written_to(tmp_path / "policies")
    with SqlStore(database) as one, SqlStore(database) as two:
        first, second = office(one, folder), office(two, folder)
        (stream,) = begun(first, 1)
        won = set()
        for number in range(1, times + 1):
            mine = {"actor": "m0", "capacity": "promisor", "on": MON}
            first.do(stream, {**mine, "do": "propose", "title": f"item {number}"})
            review = {"capacity": "secretary", "on": MON, "item": f"commitment/{number}"}
            answers = at_once(
                [
                    partial(first.do, stream, {**review, "do": "approve", "actor": "an"}),
                    partial(second.do, stream, {**review, "do": "give_back", "actor": "bo"}),
                ]
            )
            refused = [isinstance(answer, RefusedError) for answer in answers]
            assert sorted(refused) == [False, True], f"in round {number}"
            item = second.state(stream).subjects[f"commitment/{number}"]
            assert item.state == ("returned" if refused[0] else "approved")
            won.add(refused.index(False))
        if times > FULL:
            assert won == {0, 1}  # neither always comes first: they really raced


@pytest.mark.parametrize("times", [60, pytest.param(1_000, marks=pytest.mark.stress)])
def test_of_double_votes_one_is_counted(database: str, times: int) -> None:
    ballot = BallotId(StreamId("town", "2025", "wang"), "rating")
    with SqlStore(database) as store:
        box = box_beside(store)
        voters = [f"v{number}" for number in range(times // 2)]
        box.open(ballot, Terms(Secrecy.UNLINKABLE, ("good", "poor")), voters, on=MON)

        def cast(voter: str) -> bool:
            try:
                box.cast(ballot, Voter(voter), ("good",))
            except AlreadyVotedError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            counted = list(pool.map(cast, [voter for voter in voters for _ in range(2)]))
        assert counted.count(True) == len(voters)
        count = box.close(ballot, on=MON)
        assert (count.turnout.voted, count.votes) == (len(voters), {"good": len(voters), "poor": 0})


@pytest.mark.parametrize("times", [6, pytest.param(300, marks=pytest.mark.stress)])
def test_of_two_cycles_opened_at_once_one_is_the_first(
    database: str, tmp_path: Path, times: int
) -> None:
    folder = written_to(tmp_path / "policies")
    with SqlStore(database) as one, SqlStore(database) as two:
        first, second = office(one, folder), office(two, folder)
        for number in range(times):
            place = f"t{number}"
            same = at_once(
                [
                    partial(first.open_cycle, place, "tiny", cycle="2025"),
                    partial(second.open_cycle, place, "tiny", cycle="2025"),
                ]
            )
            (refused,) = [answer for answer in same if isinstance(answer, PledgeflowError)]
            assert "already open" in str(refused)
            other = at_once(
                [
                    partial(first.open_cycle, place, "tiny", cycle="2026"),
                    partial(second.open_cycle, place, "tiny", cycle="2027"),
                ]
            )
            rows = second.store.cycles(place)
            opened = [answer for answer in other if not isinstance(answer, PledgeflowError)]
            assert [row.ordinal for row in rows] == list(range(1, len(rows) + 1))
            assert len(rows) == 1 + len(opened)
            assert {row.cycle for row in opened} <= {row.cycle for row in rows}


def test_of_two_directories_put_in_at_once_one_is_there_whole(database: str) -> None:
    with SqlStore(database) as one, SqlStore(database) as two:
        made = [DirectoryData.of([PersonRow(f"{name}{n}") for n in range(40)]) for name in "ab"]
        for number in range(1, 11):
            answers = at_once(
                [
                    lambda: one.put_directory("t", made[0]),
                    lambda: two.put_directory("t", made[1]),
                ]
            )
            assert answers == [None, None]
            assert one.directory("t") in made, f"in round {number}"


def test_a_policy_kept_by_many_at_once_is_kept_once(database: str) -> None:
    with SqlStore(database) as store:
        store.create()
        for digest in ("ab", "cd", "ef"):
            put = partial(store.put_policy, digest, "tiny", "{}", "1")
            assert at_once([put] * 6) == [None] * 6
