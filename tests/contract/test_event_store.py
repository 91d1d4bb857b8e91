"""What every store keeps to: in memory, in SQLite's memory or a file, in a real PostgreSQL."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import IntegrityError

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.domain.events import Cycle, Event, Moved, Opened
from pledgeflow.domain.people import Membership
from pledgeflow.errors import ConflictError, DirectoryError, StorageError
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import (
    Change,
    CycleRow,
    DueRow,
    EventStore,
    Glance,
    Head,
    PledgeRow,
    SealedText,
)
from tests.postgres import emptied
from tests.writing import Told, append, told

DAY = date(2025, 3, 31)
NOW = datetime(2025, 3, 31, 12, 30, 15, 250, tzinfo=UTC)
WANG = StreamId("huimin", "2025", "wang")
LI = StreamId("huimin", "2025", "li")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pledges.db"


def opened(stream: StreamId = WANG) -> Opened:
    return Opened(
        version=1,
        stream=stream,
        cycle=Cycle("2025", date(2025, 1, 1)),
        track="member",
        organization="branch_1",
        lifecycle="pledge",
        state="drafting",
        on=DAY,
        policy="ab12",
    )


def moved(version: int, dest: str = "under_review") -> Moved:
    return Moved(version, version - 1, "pledge", "drafting", dest, DAY, "ab12", "a.b")


def pledge(stream: StreamId = WANG, version: int = 1, **changes: Any) -> PledgeRow:
    row = PledgeRow(stream, "member", "branch_1", "drafting", version, "ab12", DAY)
    return replace(row, **changes)


def stored(*events: Event, stream: StreamId = WANG) -> list[Told]:
    return [(stream, event.version, event, NOW) for event in events]


def nothing_of(store: EventStore, stream: StreamId) -> bool:
    kept = (store.load(stream), store.pledge(stream), store.heads(stream.jurisdiction))
    return kept == ((), None, {})


# the log


def test_what_was_appended_is_loaded(store: EventStore) -> None:
    assert nothing_of(store, WANG)
    append(store, WANG, 0, [opened()], recorded_at=NOW)
    append(store, WANG, 1, [moved(2), moved(3)], recorded_at=NOW)
    assert told(store.load(WANG)) == stored(opened(), moved(2), moved(3))
    assert store.load(LI) == ()


def test_a_stream_is_its_venue_too(store: EventStore) -> None:
    home = WANG._replace(venue="residence")
    append(store, home, 0, [opened(home)], recorded_at=NOW)
    assert store.load(WANG) == ()
    assert store.heads("huimin") == {home: 1}


def test_the_time_of_recording_is_kept_whatever_its_zone(store: EventStore) -> None:
    beijing = NOW.astimezone(timezone(timedelta(hours=8)))
    append(store, WANG, 0, [opened()], recorded_at=beijing)
    (event,) = store.load(WANG)
    assert event.recorded_at == beijing
    assert event.recorded_at.utcoffset() == timedelta(0)


def test_heads_are_those_of_the_cycle_in_order(store: EventStore) -> None:
    later = WANG._replace(cycle="2026")
    for stream in (later, WANG, LI):
        append(store, stream, 0, [opened(stream), moved(2)], recorded_at=NOW)
    assert list(store.heads("huimin").items()) == [(LI, 2), (WANG, 2), (later, 2)]
    assert store.heads("huimin", "2026") == {later: 2}


@pytest.mark.parametrize("version", [1, 2, 3, 4])
@pytest.mark.parametrize("right", [True, False])
def test_only_what_came_after_is_read_where_the_stream_came_by(
    store: EventStore, version: int, *, right: bool
) -> None:
    """Another one that has grown past what a reader knows is not taken for the one it knows."""
    append(store, WANG, 0, [opened(), moved(2), moved(3)], recorded_at=NOW)
    kept = store.load(WANG)
    hashed = kept[min(version, 3) - 1].hash if right else "of another"
    known = Head(version, hashed)
    other, reading = store.read([Glance(LI, known), Glance(WANG, known)])
    (alone,) = store.read([Glance(WANG, known)])
    assert not other.by
    assert alone == reading
    assert reading.head == Head(3, kept[-1].hash)
    assert reading.by == (right and version <= 3)
    assert [e.version for e in reading.events] == list(range(version + 1 if reading.by else 1, 4))


@pytest.mark.parametrize("expected", [0, 2])
def test_a_stream_that_is_elsewhere_is_a_conflict(store: EventStore, expected: int) -> None:
    append(store, WANG, 0, [opened()], recorded_at=NOW)
    with pytest.raises(ConflictError, match=r"`huimin/2025/wang` is at version 1, not \d"):
        append(store, WANG, expected, [moved(expected + 1)], recorded_at=NOW)
    assert told(store.load(WANG)) == stored(opened())


def test_versions_follow_each_other(store: EventStore) -> None:
    wrong: list[list[Event]] = [[moved(2)], [opened(), opened()], [opened(), moved(3)]]
    for events in wrong:
        with pytest.raises(StorageError, match=r"event \d cannot follow version [01]"):
            append(store, WANG, 0, events, recorded_at=NOW)
    assert nothing_of(store, WANG)


def test_a_time_without_a_zone_is_refused(store: EventStore) -> None:
    with pytest.raises(StorageError, match="needs a time zone"):
        append(store, WANG, 0, [opened()], recorded_at=NOW.replace(tzinfo=None))


def test_an_event_that_would_not_read_back_is_refused_with_the_rest(store: EventStore) -> None:
    broken: Any = moved(2)._replace(on=NOW)
    with pytest.raises(StorageError, match="`on`"):
        append(
            store, WANG, 0, [opened(), broken], key="k", pledge=pledge(version=2), recorded_at=NOW
        )
    assert nothing_of(store, WANG)
    assert store.done("huimin", "k") is None


def test_a_conflict_leaves_nothing_behind(store: EventStore) -> None:
    append(store, WANG, 0, [opened()], pledge=pledge(), recorded_at=NOW)
    with pytest.raises(ConflictError):
        append(
            store,
            WANG,
            0,
            [opened()],
            texts=[SealedText("ab", "salt", "words")],
            pledge=pledge(state="signed"),
            key="k",
            recorded_at=NOW,
        )
    assert store.texts("huimin", ["ab"]) == {}
    assert store.pledge(WANG) == pledge()
    assert store.done("huimin", "k") is None


def test_of_many_threads_exactly_one_wins(store: EventStore) -> None:
    append(store, WANG, 0, [opened()], recorded_at=NOW)
    barrier, outcomes = Barrier(8), list[str]()

    def write(dest: str) -> None:
        barrier.wait()
        try:
            append(store, WANG, 1, [moved(2, dest)], key=dest, recorded_at=NOW)
            outcomes.append(dest)
        except ConflictError:
            outcomes.append("lost")

    threads = [Thread(target=write, args=(f"state_{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [outcome for outcome in outcomes if outcome != "lost"]
    assert len(outcomes) == 8
    assert told(store.load(WANG)) == stored(opened(), moved(2, winner))
    assert told(store.done("huimin", winner)) == stored(moved(2, winner))


# once


def test_what_was_done_under_a_key_is_found_and_not_done_again(store: EventStore) -> None:
    append(store, WANG, 0, [opened()], recorded_at=NOW)
    assert store.done("huimin", "k") is None
    append(store, WANG, 1, [moved(2)], key="k", recorded_at=NOW)
    append(store, WANG, 2, [moved(3)], recorded_at=NOW)
    assert told(store.done("huimin", "k")) == stored(moved(2))
    with pytest.raises(ConflictError, match="`k` was done before"):
        append(store, LI, 0, [opened(LI)], key="k", recorded_at=NOW)
    assert store.load(LI) == ()
    assert store.done("gannan", "k") is None


def test_a_change_that_conflicts_leaves_nothing_and_its_key_free(store: EventStore) -> None:
    append(store, WANG, 0, [opened()], recorded_at=NOW)
    elsewhere = Change(WANG, Head(1, "of another history"), [moved(2)], NOW, key="k")
    with pytest.raises(ConflictError, match="has another history"):
        store.append(elsewhere)
    assert store.done("huimin", "k") is None
    assert told(store.load(WANG)) == stored(opened())
    append(store, WANG, 1, [moved(2)], key="k", recorded_at=NOW)


def test_a_key_can_stand_for_nothing_having_happened(store: EventStore) -> None:
    append(store, WANG, 0, [], key="tick", recorded_at=NOW)
    assert store.done("huimin", "tick") == ()
    assert nothing_of(store, WANG)


# words


def test_erased_words_leave_the_log_as_it_is(store: EventStore) -> None:
    texts = [SealedText("ab", "salt", "困难"), SealedText("cd", "pepper", "another")]
    append(store, WANG, 0, [opened()], texts=texts, recorded_at=NOW)
    assert store.texts("huimin", ["ab", "cd", "ef"]) == {"ab": "困难", "cd": "another"}
    store.erase("huimin", ["ab", "ef"])
    assert store.texts("huimin", ["ab", "cd"]) == {"cd": "another"}
    assert told(store.load(WANG)) == stored(opened())


def test_words_kept_before_are_kept_once(store: EventStore) -> None:
    first, second = SealedText("ab", "salt", "first"), SealedText("ab", "salt", "second")
    append(store, WANG, 0, [opened()], texts=[first, second], recorded_at=NOW)
    append(store, WANG, 1, [moved(2)], texts=[second], recorded_at=NOW)
    assert store.texts("huimin", iter(["ab"])) == {"ab": "first"}


def test_many_words_are_found_and_erased(store: EventStore) -> None:
    digests = [f"{i:04}" for i in range(1201)]
    texts = [SealedText(digest, "salt", digest) for digest in digests]
    append(store, WANG, 0, [opened()], texts=texts, recorded_at=NOW)
    assert store.texts("huimin", digests) == {digest: digest for digest in digests}
    store.erase("huimin", digests)
    assert store.texts("huimin", digests) == {}


# projections, cycles, policies


def test_a_projection_is_replaced_by_the_next(store: EventStore) -> None:
    append(store, WANG, 0, [opened()], pledge=pledge(), recorded_at=NOW)
    full = pledge(
        version=2,
        state="signed",
        kinds=frozenset({"in_service", "leader"}),
        first={"consultation": DAY, "approval": date(2025, 1, 2)},
        items={"open": 2, "struck_off": 1},
        grade="basically",
        awards=("b", "a"),
        outcomes=("notice", "criticism"),
    )
    append(store, WANG, 1, [moved(2)], pledge=full, recorded_at=NOW)
    assert store.pledge(WANG) == full
    append(store, WANG, 2, [moved(3)], recorded_at=NOW)
    assert store.pledges("huimin") == [replace(full, version=3)]


def test_pledges_are_those_of_the_cycle_in_order(store: EventStore) -> None:
    later = WANG._replace(cycle="2026")
    for stream in (later, WANG, LI):
        append(store, stream, 0, [opened(stream)], pledge=pledge(stream), recorded_at=NOW)
    assert [row.stream for row in store.pledges("huimin")] == [LI, WANG, later]
    assert store.pledges("huimin", "2026") == [pledge(later)]
    assert [row.stream for row in store.pledges("huimin", promisors=["wang"])] == [WANG, later]
    assert store.pledges("huimin", "2025", promisors=["li", "nobody"]) == [pledge(LI)]
    assert store.pledges("huimin", promisors=[]) == []


@pytest.mark.parametrize("row", [pledge(LI), pledge(version=2)])
def test_a_projection_of_something_else_is_refused(store: EventStore, row: PledgeRow) -> None:
    with pytest.raises(StorageError, match="not of `huimin/2025/wang` at version 1"):
        append(store, WANG, 0, [opened()], pledge=row, recorded_at=NOW)
    assert nothing_of(store, WANG)


def test_a_cycle_is_replaced_and_the_earliest_comes_first(store: EventStore) -> None:
    first = CycleRow("huimin", "2025", date(2025, 1, 1), 1, "huimin", "ab12")
    second = first._replace(cycle="2026", starts=date(2026, 1, 1), ordinal=2)
    closed = first._replace(closed=date(2025, 12, 31))
    for row in (second, first, closed):
        store.put_cycle(row)
    assert store.cycles("huimin") == (closed, second)
    assert store.cycles("gannan") == ()


def test_a_policy_is_kept_by_its_digest(store: EventStore) -> None:
    assert store.policy("ab12") is None
    store.put_policy("ab12", "huimin", '{"policy":"huimin"}', "0.1.0")
    store.put_policy("ab12", "huimin", '{"policy":"huimin"}', "0.2.0")
    with pytest.raises(StorageError, match="another policy is kept under `ab12`"):
        store.put_policy("ab12", "huimin", "{}", "0.1.0")
    kept = store.policy("ab12")
    assert kept is not None
    assert (kept.name, kept.body, kept.engine) == ("huimin", '{"policy":"huimin"}', "0.1.0")


def test_jurisdictions_do_not_see_each_other(store: EventStore) -> None:
    other = WANG._replace(jurisdiction="gannan")
    words = SealedText("ab", "salt", "words")
    append(store, WANG, 0, [opened()], texts=[words], pledge=pledge(), recorded_at=NOW)
    assert nothing_of(store, other)
    assert store.texts("gannan", ["ab"]) == {}
    store.erase("gannan", ["ab"])
    assert store.texts("huimin", ["ab"]) == {"ab": "words"}
    append(store, other, 0, [opened(other)], key="k", recorded_at=NOW)
    append(store, WANG, 1, [moved(2)], key="k", recorded_at=NOW)
    assert store.heads("gannan") == {other: 1}
    assert store.pledges("gannan") == []


# the directory

TREE: dict[str, Any] = {
    "organizations": {
        "bureau": {
            "kind": "bureau",
            "name": {"en": "Bureau", "zh": "局"},
            "posts": {"head": "zhao"},
        },
        "branch_1": {
            "kind": "branch",
            "kinds": {"rural": True, "urban": False},
            "parent": "bureau",
            "name": "第一支部",
            "posts": {
                "secretary": [{"person": "li", "until": "2025-06-30"}, "wang"],
                "clerk": {"wang": "true"},
            },
        },
    },
    "people": {
        "wang": {"name": "王", "kinds": ["in_service"], "member_of": "branch_1"},
        "li": {
            "kinds": {"in_service": True, "leader": True},
            "memberships": [
                {"organization": "bureau"},
                {"organization": "branch_1", "venue": "residence", "from": date(2025, 1, 1)},
            ],
        },
        "zhao": {"name": {"en": "Zhao"}, "until": "2025-06-30", "member_of": "bureau"},
    },
    "relations": {"contact": {"wang": ["li", "zhao"], "branch_1": "li"}},
}


def test_a_directory_is_kept_and_replaced_whole(store: EventStore) -> None:
    assert store.directory("huimin") == DirectoryData()
    data = DirectoryData.from_tree(TREE)
    store.put_directory("huimin", data)
    assert store.directory("huimin") == data
    unnamed = replace(data, people=tuple(replace(row, name="") for row in data.people))
    store.put_directory("huimin", unnamed)
    assert store.directory("huimin") == unnamed
    assert store.directory("gannan") == DirectoryData()


def test_a_jurisdiction_has_a_cycle_or_a_directory(store: EventStore) -> None:
    assert store.jurisdictions() == ()
    store.put_cycle(CycleRow("huimin", "2025", DAY, 1, "huimin", "ab12"))
    store.put_directory("gannan", DirectoryData.of([PersonRow("wang")]))
    store.put_directory("chiping", DirectoryData())
    assert store.jurisdictions() == ("gannan", "huimin")


def test_rows_may_overlap(store: EventStore) -> None:
    twice = [PersonRow("wang", kinds=frozenset({kind})) for kind in ("retired", "leader", "leader")]
    data = DirectoryData.of(
        twice,
        [OrganizationRow("branch_1", "branch")],
        memberships=[MembershipRow("wang", "branch_1")] * 2,
        posts=[PostRow("branch_1", "clerk", "wang")] * 2,
        relations=[RelationRow("contact", "wang", "branch_1")] * 2,
    )
    store.put_directory("huimin", data)
    view = store.directory("huimin").view(DAY)
    assert view.persons["wang"].kinds == {"retired", "leader"}
    assert view.home("wang", "") == "branch_1"
    assert view.holders("branch_1", "clerk") == ("wang",)
    assert view.relations == {("contact", "branch_1"): ("wang",)}


def test_a_view_is_of_its_day() -> None:
    data = DirectoryData.from_tree(TREE)
    before, after = data.view(date(2025, 6, 30)), data.view(date(2025, 7, 1))
    assert before.holders("branch_1", "secretary") == ("li", "wang")
    assert after.holders("branch_1", "secretary") == ("wang",)
    assert before.holders("bureau", "head") == ("zhao",)
    assert after.holders("bureau", "head") == ()
    assert before.relations[("contact", "wang")] == ("li", "zhao")
    assert after.relations[("contact", "wang")] == ("li",)
    assert after.persons.keys() == {"wang", "li"}
    assert before.persons["li"].memberships == (
        Membership("bureau"),
        Membership("branch_1", "residence"),
    )
    assert data.view(date(2024, 12, 31)).persons["li"].memberships == (Membership("bureau"),)
    assert before.organizations["branch_1"].kinds == {"rural"}
    assert [above.id for above in before.ancestors("branch_1")] == ["bureau"]
    assert before.holders("branch_1", "clerk") == ("wang",)


def test_names_are_beside_the_ids() -> None:
    names = {"wang": "王", "zhao": "Zhao", "bureau": "局", "branch_1": "第一支部"}
    assert DirectoryData.from_tree(TREE).names == names


@pytest.mark.parametrize(
    ("organization", "kinds", "found"),
    [
        ("", (), ("li", "wang", "zhao")),
        ("bureau", (), ("li", "zhao")),
        ("branch_1", (), ("wang",)),
        ("", (("in_service", True),), ("li", "wang")),
        ("", (("in_service", True), ("leader", False)), ("wang",)),
        ("nowhere", (), ()),
    ],
)
def test_people_are_found_by_work_unit_and_kinds(
    organization: str, kinds: tuple[tuple[str, bool], ...], found: tuple[str, ...]
) -> None:
    assert DirectoryData.from_tree(TREE).of_kinds(organization, kinds, DAY) == found


def person(**entry: Any) -> dict[str, Any]:
    return {"organizations": {"b": {"kind": "branch"}}, "people": {"wang": entry}}


def branch(**entry: Any) -> dict[str, Any]:
    return {"organizations": {"b": {"kind": "branch", **entry}}, "people": {"wang": None}}


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"persons": {}}, "directory.persons: nothing is called so here"),
        ({"people": ["wang"]}, "people: write a mapping here"),
        ({"people": {"": {}}}, "people: write a name or an id here"),
        (person(member_of="x"), "people.wang.member_of: no organization is called `x`"),
        (person(member_of=True), "people.wang.member_of: write a name or an id here"),
        (person(member_off="b"), "people.wang.member_off: nothing is called so here"),
        (person(name=["王"]), "people.wang.name: write a name or an id here"),
        (person(memberships={"b": True}), "people.wang.memberships: write a list here"),
        (
            person(memberships=[{"venue": "home"}]),
            "people.wang.memberships.0.organization: write a name or an id here",
        ),
        (
            person(**{"from": "soon"}),
            "people.wang.from: `soon` is no date; write it like 2025-03-31",
        ),
        (
            person(**{"from": "2025-01-02", "until": "2025-01-01"}),
            "people.wang: ends on 2025-01-01, before it begins",
        ),
        (
            person(kinds={"retired": "yes"}),
            "people.wang.kinds.retired: write `true` here, or a list of names above",
        ),
        (branch(kind=None), "organizations.b.kind: write a name or an id here"),
        (branch(parent="x"), "organizations.b.parent: no organization is called `x`"),
        (branch(parent="b"), "organizations.b.parent: `b` stands above itself"),
        (branch(posts={"clerk": "x"}), "organizations.b.posts.clerk: no person is called `x`"),
        (
            branch(posts={"clerk": [{"person": "wang", "form": DAY}]}),
            "organizations.b.posts.clerk.0.form: nothing is called so here",
        ),
        (
            {**branch(), "relations": {"contact": {"x": "wang"}}},
            "relations.contact.x: nobody and no organization is called `x`",
        ),
        (
            {**branch(), "people": {"b": {}}},
            "organizations.b: a person has this id too; rename one",
        ),
    ],
)
def test_a_mistake_in_a_directory_is_named_with_its_place(tree: Any, message: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        DirectoryData.from_tree(tree)
    assert str(caught.value).partition("; known are")[0] == message


@pytest.mark.parametrize("name", ["a/b", "a@b", "a\nb"])
def test_an_id_that_cannot_name_a_pledge_is_refused(name: str) -> None:
    with pytest.raises(DirectoryError, match="an id has no `/`, no `@`"):
        DirectoryData.of([PersonRow(name)])
    with pytest.raises(DirectoryError, match="an id has no `/`, no `@`"):
        DirectoryData.of([], [OrganizationRow(name, "branch")])


def test_rows_that_do_not_fit_together_are_refused() -> None:
    branch_1 = OrganizationRow("branch_1", "branch")
    with pytest.raises(DirectoryError, match=r"people\.wang\.member_of: no organization .* `x`"):
        DirectoryData.of([PersonRow("wang")], memberships=[MembershipRow("wang", "x")])
    with pytest.raises(DirectoryError, match="no person is called `wang`"):
        DirectoryData.of([], [branch_1], memberships=[MembershipRow("wang", "branch_1")])
    with pytest.raises(DirectoryError, match="is there twice"):
        DirectoryData.of([], [branch_1, branch_1])
    with pytest.raises(DirectoryError, match="no id"):
        DirectoryData.of([PersonRow("")])


# databases


def raw(url: str, *statements: str) -> None:
    """What somebody else does to the database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_database_opened_again_has_everything(database: str) -> None:
    with SqlStore(database) as store:
        words = [SealedText("ab", "salt", "words")]
        append(store, WANG, 0, [opened()], texts=words, pledge=pledge(), key="k", recorded_at=NOW)
        store.put_cycle(CycleRow("huimin", "2025", DAY, 1, "huimin", "ab12"))
        store.put_directory("huimin", DirectoryData.from_tree(TREE))
    with SqlStore(database) as store:
        assert store.load(WANG) == store.done("huimin", "k")
        assert told(store.load(WANG)) == stored(opened())
        assert store.pledge(WANG) == pledge()
        assert store.texts("huimin", ["ab"]) == {"ab": "words"}
        assert store.jurisdictions() == ("huimin",)
        assert store.directory("huimin") == DirectoryData.from_tree(TREE)


FULL = {
    "sqlite": [
        "CREATE TRIGGER full BEFORE INSERT ON pledges BEGIN SELECT RAISE(FAIL, 'full'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION full_() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'full'; END $$",
        "CREATE TRIGGER full_ BEFORE INSERT ON pledges FOR EACH ROW EXECUTE FUNCTION full_()",
    ],
}


def test_a_failure_halfway_through_writing_leaves_nothing(empty: str) -> None:
    with SqlStore(empty) as store:
        store.create()
        raw(empty, *FULL[make_url(empty).get_backend_name()])
        texts = [SealedText("ab", "salt", "words")]
        with pytest.raises((StorageError, ConflictError)):
            append(
                store, WANG, 0, [opened()], texts=texts, pledge=pledge(), key="k", recorded_at=NOW
            )
        assert nothing_of(store, WANG)
        assert store.texts("huimin", ["ab"]) == {}
        assert store.done("huimin", "k") is None
        append(store, WANG, 0, [opened()], texts=texts, key="k", recorded_at=NOW)


def test_stores_on_one_new_database_race_and_one_wins(empty: str) -> None:
    barrier, outcomes = Barrier(6), list[str]()

    def write() -> None:
        with SqlStore(empty) as store:
            barrier.wait()
            try:
                append(store, WANG, 0, [opened()], recorded_at=NOW)
                outcomes.append("won")
            except ConflictError:
                outcomes.append("lost")

    threads = [Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 5 + ["won"]


@pytest.mark.parametrize("act", ["UPDATE events SET data = ''", "DELETE FROM events"])
def test_the_log_cannot_be_changed(database: str, act: str) -> None:
    engine = create_engine(database)
    append(SqlStore(engine), WANG, 0, [opened()], recorded_at=NOW)
    with engine.connect() as connection, pytest.raises(IntegrityError, match="only appended to"):
        connection.execute(text(act))
    assert told(SqlStore(engine).load(WANG)) == stored(opened())
    engine.dispose()


def test_the_log_cannot_be_truncated(postgres: Engine) -> None:
    append(SqlStore(postgres), WANG, 0, [opened()], recorded_at=NOW)
    with postgres.connect() as connection, pytest.raises(IntegrityError, match="only appended to"):
        connection.execute(text("TRUNCATE events"))


def test_erased_words_are_in_no_file(path: Path) -> None:
    with SqlStore(f"sqlite:///{path}") as store:
        words = [SealedText("ab", "salt", "unforgettable")]
        append(store, WANG, 0, [opened()], texts=words, recorded_at=NOW)
        store.put_directory("huimin", DirectoryData.of([PersonRow("wang", "unmistakable")]))
        store.erase("huimin", ["ab"])
        store.put_directory("huimin", DirectoryData.of([PersonRow("wang")]))
        kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"wang" in kept
    assert b"unforgettable" not in kept
    assert b"unmistakable" not in kept


def test_a_database_of_our_own_is_durable(path: Path) -> None:
    with SqlStore(f"sqlite:///{path}") as store, store._transaction() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_a_host_shares_its_engine_and_keeps_it(empty: str) -> None:
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE portal (id INTEGER)"))
    with SqlStore(engine) as store:
        append(store, WANG, 0, [opened()], recorded_at=NOW)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar() == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("CREATE TABLE portal (id INTEGER)", "is a database of something else; name a new file"),
        (None, "is no SQLite database; name another file"),
    ],
)
def test_a_file_that_is_not_ours_is_left_alone(path: Path, made: str | None, message: str) -> None:
    if made is None:
        path.write_text("a letter to somebody, long enough to be taken for a header" * 20)
    else:
        raw(f"sqlite:///{path}", made)
    before = path.read_bytes() if made is None else None
    with SqlStore(f"sqlite:///{path}") as store, pytest.raises(StorageError) as caught:
        store.load(WANG)
    assert str(caught.value) == f"`{path}` {message}"
    assert before is None or path.read_bytes() == before


def test_a_table_of_the_host_is_not_taken_for_ours(empty: str) -> None:
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE events (id INTEGER)"))
    with pytest.raises(StorageError, match="has a table `events` that is not ours"):
        SqlStore(engine).create()
    engine.dispose()


def test_a_missing_directory_is_said_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "pledges.db"
    with SqlStore(f"sqlite:///{path}") as store, pytest.raises(StorageError) as caught:
        store.load(WANG)
    assert str(caught.value) == (
        f"`{path}` cannot be opened; is its directory there, and may this account write to it?"
    )


@pytest.mark.parametrize("url", ["pledges.db", "", "nosuch://x/y"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(StorageError), SqlStore(url) as store:
        store.create()


UNGUARDED = {
    "sqlite": "DROP TRIGGER events_no_update",
    "postgresql": "DROP TRIGGER events_no_change ON events",
}


@pytest.mark.parametrize("data", ["{}", "no json"])
def test_a_damaged_event_is_named(empty: str, data: str) -> None:
    with SqlStore(empty) as store:
        append(store, WANG, 0, [opened()], recorded_at=NOW)
    kind = make_url(empty).get_backend_name()
    raw(empty, UNGUARDED[kind], f"UPDATE events SET data = '{data}'")
    with (
        SqlStore(empty) as store,
        pytest.raises(StorageError, match="`huimin/2025/wang`, version 1: damaged event"),
    ):
        store.load(WANG)


def test_the_front_door_leaves_sqlalchemy_alone() -> None:
    script = "import sys, pledgeflow, pledgeflow.storage.store; print('sqlalchemy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert result.stdout.split() == [b"False"]


# a store in memory and those in databases cannot be told apart

streams = st.builds(
    StreamId,
    st.sampled_from("ab"),
    st.sampled_from(["2025", "2026"]),
    st.sampled_from("xy"),
    st.just(""),
)
keys = st.none() | st.sampled_from("kl")
days = st.none() | st.lists(st.dates(DAY, DAY + timedelta(days=3)), max_size=3, unique=True)
# words as they come through `intake`, which takes no control characters
spoken = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=3)
sealed = st.builds(SealedText, st.sampled_from(["d1", "d2"]), st.just("s"), spoken)


class AllStores(RuleBasedStateMachine):
    """Does the same to all of them, and expects the same answer."""

    postgres: Engine

    def __init__(self) -> None:
        super().__init__()
        emptied(self.postgres)
        self.model, self.sqlite = MemoryStore(), SqlStore("sqlite://")
        self.stores: tuple[EventStore, ...] = (self.model, self.sqlite, SqlStore(self.postgres))

    def teardown(self) -> None:
        self.sqlite.close()

    @rule(
        stream=streams,
        step=st.tuples(st.sampled_from([0, 0, 0, 1]), st.integers(0, 2)),
        texts=st.lists(sealed, max_size=2),
        key=keys,
        projected=st.tuples(st.none() | st.sampled_from(["drafting", "signed"]), days),
    )
    def append(
        self,
        stream: StreamId,
        step: tuple[int, int],
        texts: list[SealedText],
        key: str | None,
        projected: tuple[str | None, list[date] | None],
    ) -> None:
        (behind, count), (state, days) = step, projected
        at = max(len(self.model.load(stream)) - behind, 0)
        events = [moved(version) for version in range(at + 1, at + count + 1)]
        row = None if state is None or not at + count else pledge(stream, at + count, state=state)
        due = (
            None
            if days is None or not at + count
            else [DueRow(stream, day, "timer") for day in days]
        )
        answers = []
        for store in self.stores:
            try:
                append(
                    store,
                    stream,
                    at,
                    events,
                    texts=texts,
                    pledge=row,
                    due=due,
                    key=key,
                    recorded_at=NOW,
                )
                answers.append("")
            except ConflictError as error:
                answers.append(str(error))
        assert len(set(answers)) == 1

    @rule(stream=streams, behind=st.integers(0, 1), day=st.dates(DAY, DAY + timedelta(days=3)))
    def reschedule(self, stream: StreamId, behind: int, day: date) -> None:
        at = len(self.model.load(stream)) - behind
        for store in self.stores:
            store.put_due(stream, at, [DueRow(stream, day, "timer")])

    @rule(jurisdiction=st.sampled_from("ab"), digest=st.sampled_from(["d1", "d2"]))
    def erase(self, jurisdiction: str, digest: str) -> None:
        for store in self.stores:
            store.erase(jurisdiction, [digest])

    @invariant()
    def all_answer_alike(self) -> None:
        seen = [
            [
                store.heads(jurisdiction, cycle)
                for jurisdiction in "ab"
                for cycle in (None, "2025", "2026")
            ]
            + [store.pledges(jurisdiction) for jurisdiction in "ab"]
            + [list(store.due(jurisdiction, "timer", date.max)) for jurisdiction in "ab"]
            + [store.texts(jurisdiction, ["d1", "d2"]) for jurisdiction in "ab"]
            + [store.done(jurisdiction, key) for jurisdiction in "ab" for key in "kl"]
            + [store.load(stream) for stream in self.model.heads("a")]
            for store in self.stores
        ]
        assert all(each == seen[0] for each in seen)


def test_stores_cannot_be_told_apart(postgres_of_worker: Engine) -> None:
    class Here(AllStores):
        postgres = postgres_of_worker

    few = settings(max_examples=10, stateful_step_count=10, deadline=None)
    run_state_machine_as_test(Here, settings=few)
