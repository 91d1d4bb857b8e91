"""Time passes where something is due: what is read for it, and when it is read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.extracts import Indexed
from pledgeflow.domain.people import View
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.judging.timing import due_timers, wake
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import DueRow, Glance, Reading
from tests.tiny import MON, Desk, loaded, tiny
from tests.unit.test_timing import WORDS, timed

A_DAY = timedelta(days=1)
LATE = 10 * A_DAY
"""What the policy gives for entering late."""
WANG, LI = (StreamId("town", "2025", person) for person in ("wang", "li"))
CLAUSES = "document: {zh: 办法, en: rules}\nclauses:\n" + "".join(
    f"  T-{n}: {{force: must, kind: lifecycle, gist: {{zh: 规, en: rule}}}}\n" for n in (1, 2, 3)
)
DONE = "      done: {zh: 毕, en: done}\n"
LATER = (DONE, f"{DONE}      late: {{zh: 迟, en: late}}\n")
FINAL = ("    final: [done]\n", "    final: [done, late]\n")
DO = "      do:\n        source: todo\n"


class Counting(MemoryStore):
    """A store that says which streams were read."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[StreamId] = []

    def read(self, asked: Sequence[Glance]) -> list[Reading]:
        self.asked.extend(each.stream for each in asked)
        return super().read(asked)


def text(timer: str) -> str:
    """Items which that timer takes from `todo` to `late`."""
    expire = f"      expire: {{source: todo, dest: late, {timer}, cite: T-1}}\n"
    return tiny(LATER, FINAL, (DO, expire + DO))


def people(**wang: Any) -> dict[str, Any]:
    entries = {name: {"kinds": ["in_service"], "member_of": "branch"} for name in ("wang", "li")}
    posts = {"secretary": "li"}
    return {
        "organizations": {
            "branch": {"kind": "branch", "parent": "office", "posts": posts},
            "office": {"kind": "office"},
        },
        "people": {**entries, "wang": {**entries["wang"], **wang}},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    return tmp_path


def engine_of(folder: Path, written: str, directory: dict[str, Any] | None = None) -> Engine:
    (folder / "tiny" / "policy.yaml").write_text(written, encoding="utf-8")
    engine = Engine(Counting(), Catalogue((folder,)), lambda: MON)
    engine.put_directory("town", people() if directory is None else directory)
    engine.open_cycle("town", "tiny", cycle="2025")
    return engine


def propose(engine: Engine, pledge: StreamId = WANG, **fields: Any) -> None:
    who = pledge.promisor
    asked = {"do": "propose", "actor": who, "capacity": "promisor", "on": MON, "title": "窗口"}
    engine.do(pledge, {**asked, **fields})


def timers(engine: Engine) -> list[DueRow]:
    return list(engine.store.due("town", "timer", date.max))


def read_by_tick(engine: Engine, on: date) -> list[StreamId]:
    store = engine.store
    assert isinstance(store, Counting)
    store.asked.clear()
    engine.tick("town", on)
    return store.asked


# what is kept


def test_what_has_no_timers_has_nothing_to_come(folder: Path) -> None:
    engine = engine_of(folder, tiny())
    propose(engine)
    assert timers(engine) == []
    assert read_by_tick(engine, date.max) == []


def test_a_pledge_wakes_on_the_day_on_which_its_first_timer_can_fire(folder: Path) -> None:
    engine = engine_of(folder, text("after: {field: due}"))
    propose(engine, due="2025-06-01")
    propose(engine, due="2025-05-01")
    first = date(2025, 5, 1) + LATE + A_DAY
    assert timers(engine) == [DueRow(WANG, first, "timer", "branch")]
    assert read_by_tick(engine, first - A_DAY) == []
    assert engine.tick("town", first) == 1
    assert [row.day for row in timers(engine)] == [date(2025, 6, 1) + LATE + A_DAY]


def test_what_is_done_in_time_wakes_nobody(folder: Path) -> None:
    engine = engine_of(folder, text("after: {field: due}"))
    propose(engine, due="2025-05-01")
    did = {"do": "do", "actor": "wang", "capacity": "promisor", "on": MON, "item": 1}
    engine.do(WANG, did)
    assert timers(engine) == []


def test_only_those_who_wake_are_read(folder: Path) -> None:
    engine = engine_of(folder, text("after: {field: due}"))
    propose(engine, WANG, due="2025-05-01")
    propose(engine, LI, due="2025-09-01")
    assert set(read_by_tick(engine, date(2025, 6, 1))) == {WANG}


# what is held back


def test_what_the_pledge_itself_holds_back_is_let_be_until_it_changes(folder: Path) -> None:
    guard = "guards: {g: {is: preceded_by, command: note, cite: T-1}}"
    engine = engine_of(folder, text(f"after: {{period: P2D}}, {guard}"))
    propose(engine)
    due = MON + 2 * A_DAY + LATE + A_DAY
    assert read_by_tick(engine, due) == [WANG]
    assert timers(engine) == []
    assert read_by_tick(engine, due + 90 * A_DAY) == []
    noted = {"do": "note", "actor": "wang", "capacity": "promisor", "on": MON}
    engine.do(WANG, noted)
    assert [row.day for row in timers(engine)] == [due]
    assert engine.tick("town", due + 91 * A_DAY) == 1


DIRECTORY = "after: {period: P2D}, guards: {g: {is: promisor, kinds: {leading: true}, cite: T-1}}"


def leading_from_june() -> DirectoryData:
    data = DirectoryData.from_tree(people(until="2025-05-31"))
    more = {"kinds": ["in_service", "leading"], "from": "2025-06-01"}
    again = DirectoryData.from_tree(people(**more)).people
    return DirectoryData.of(
        (*data.people, *(row for row in again if row.person == "wang")),
        data.organizations,
        memberships=data.memberships,
        posts=data.posts,
    )


def test_what_the_directory_holds_back_is_looked_at_every_day(folder: Path) -> None:
    engine = engine_of(folder, text(DIRECTORY))
    propose(engine)
    due = MON + 2 * A_DAY + LATE + A_DAY
    assert read_by_tick(engine, due) == [WANG]
    assert [row.day for row in timers(engine)] == [due + A_DAY]


@pytest.mark.parametrize("daily", [True, False])
def test_it_is_looked_at_as_of_each_day_also_after_a_long_silence(
    folder: Path, *, daily: bool
) -> None:
    engine = engine_of(folder, text(DIRECTORY))
    engine.put_directory("town", leading_from_june())
    propose(engine)
    for day in range(300 if daily else 0):
        engine.tick("town", MON + day * A_DAY)
    happened = engine.pass_time("town", MON + 300 * A_DAY)
    assert bool(happened) is not daily
    assert engine.state(WANG).subjects["commitment/1"].state == "late"
    assert timers(engine) == []


# what a closed cycle leaves


def test_a_closed_cycle_is_let_be_after_one_look(folder: Path) -> None:
    engine = engine_of(folder, text("after: {period: P2D}"))
    propose(engine)
    engine.close_cycle("town", "2025", on=MON, anyway=True)
    assert len(timers(engine)) == 1
    assert read_by_tick(engine, date(2025, 12, 31)) == [WANG]
    assert timers(engine) == []
    assert engine.state(WANG).subjects["commitment/1"].state == "todo"


def test_what_is_corrected_in_a_closed_cycle_wakes_nobody(folder: Path) -> None:
    engine = engine_of(folder, text("after: {period: P2D}"))
    propose(engine)
    engine.close_cycle("town", "2025", on=MON, anyway=True)
    asked = {"do": "correct", "actor": "wang", "capacity": "promisor", "on": MON, "target": 2}
    engine.do(WANG, {**asked, "title": "柜台"})
    assert timers(engine) == []


# days


def test_after_what_has_fired_or_is_held_back_the_next_one_wakes() -> None:
    desk = timed("after: {field: due}")
    for due in (MON + 60 * A_DAY, MON):
        desk.do("propose", MON + 50 * A_DAY, title=WORDS, due=due)
    rules = desk.policy.tracks["member"]
    assert wake(rules, desk.state) == MON + 50 * A_DAY
    assert wake(rules, desk.state, MON + 50 * A_DAY) == MON + 71 * A_DAY
    assert wake(rules, desk.state, MON + 71 * A_DAY) is None


def test_what_was_due_before_it_began_waits_for_its_beginning() -> None:
    desk = timed("after: {field: due}")
    for due in (MON, MON + 45 * A_DAY):
        desk.do("propose", MON, title=WORDS, due=due)
    rules, state = desk.policy.tracks["member"], desk.state
    first = state.subjects["commitment/1"]
    begun = replace(first, passages=(replace(first.passages[0], on=MON + 60 * A_DAY),))
    state = replace(state, subjects={**state.subjects, first.id: begun})
    assert wake(rules, state) == MON + 56 * A_DAY
    assert [s.id for _, s, _ in due_timers(rules, state, MON + 59 * A_DAY)] == ["commitment/2"]
    found = [(day, s.id) for day, s, _ in due_timers(rules, state, MON + 60 * A_DAY)]
    assert found == [(MON + 45 * A_DAY, "commitment/2"), (MON, "commitment/1")]


@pytest.mark.parametrize("timer", ["after: {field: due}", "after: {field: due, period: P1Y}"])
def test_what_is_due_after_the_last_year_is_never_due(timer: str) -> None:
    desk = timed(timer)
    desk.do("propose", MON, title=WORDS, due=date.max)
    assert wake(desk.policy.tracks["member"], desk.state) is None


def test_a_pledge_without_timers_never_wakes() -> None:
    desk = Desk(loaded(tiny()))
    assert wake(desk.policy.tracks["member"], desk.state) is None


# whose directory


class Portal:
    """A host's own directory."""

    def __init__(self) -> None:
        self.held = {"town": Indexed(DirectoryData.from_tree(people()))}

    def around(self, jurisdiction: str, ids: Any, on: date) -> View:
        return self.held[jurisdiction].around(ids, on)

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        return self.held[jurisdiction].members(organization, on)


def test_a_host_may_have_a_directory_of_its_own(folder: Path) -> None:
    engine = engine_of(folder, tiny(), {})
    with pytest.raises(DirectoryError, match="nobody and no organization is called `wang`"):
        propose(engine)
    engine.directory = Portal()
    propose(engine)
    assert engine.state(WANG).organization == "branch"


def test_somebody_misnamed_is_looked_for_among_colleagues(folder: Path) -> None:
    engine = engine_of(folder, tiny())
    with pytest.raises(DirectoryError, match=r"nobody is called `wnag` .*; perhaps `wang`"):
        propose(engine, LI, actor="wnag")
    with pytest.raises(DirectoryError, match="add them to the directory first"):
        propose(engine, LI, actor="somebody")
