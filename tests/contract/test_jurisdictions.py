"""No query of one jurisdiction shows anything of another, though both have the same ids.

Whatever is done in two jurisdictions at once, each finds what it would find in a store of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine as Database
from sqlalchemy import UniqueConstraint

from pledgeflow.ballots import tables as ballots
from pledgeflow.catalogue import Catalogue
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
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import ConflictError, PledgeflowError
from pledgeflow.service import Engine
from pledgeflow.storage import tables
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.projecting import pledge_row
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import (
    START,
    Change,
    CycleRow,
    DueRow,
    EventStore,
    Glance,
    Head,
    Judged,
    SealedText,
)
from tests.dice import examples
from tests.postgres import emptied
from tests.town import DIRECTORY, PEOPLE, POLICIES, day

DAY = date(2025, 3, 31)
NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)
PLACES = ("huimin", "gannan")

# --- the store ------------------------------------------------------------------------------


def stream(place: str, number: int) -> StreamId:
    return StreamId(place, ("2025", "2026")[number % 2], ("wang", "li")[number // 2 % 2])


def next_state(store: EventStore, at: StreamId) -> tuple[Head, Event, State]:
    """Where a stream is, the next event in it, and the state after that."""
    (reading,) = store.read([Glance(at)])
    version = reading.head.version + 1
    event: Event = Moved(version, 0, "pledge", "drafting", "drafting", DAY, "ab12", "a.b")
    if version == 1:
        cycle = Cycle(at.cycle, date(int(at.cycle), 1, 1))
        event = Opened(1, at, cycle, "member", "branch", "pledge", "drafting", DAY, "ab12")
    events = (*(stored.event for stored in store.load(at)), event)
    return reading.head, event, fold(State(at, Cycle(at.cycle, DAY)), events)


def change(store: EventStore, place: str, number: int) -> Change:
    """The next thing in one of the streams, with everything that may be written beside it."""
    at = stream(place, number)
    head, event, state = next_state(store, at)
    return Change(
        at,
        replace_head(head, number),
        [event],
        NOW,
        state=state,
        texts=[SealedText(f"d{number % 3}", "salt", f"{place} {number}")],
        pledge=pledge_row(state, frozenset({place})),
        due=[DueRow(at, DAY + timedelta(days=number), "timer", "branch")],
        key=f"k{number % 5}" if number % 2 else None,
        reads={stream(place, number + 1): number % 2} if number % 7 == 0 else {},
        follows=number % 3 == 0,
    )


def replace_head(head: Head, number: int) -> Head:
    """Now and then somebody else's."""
    return head if number % 8 or head == START else Head(head.version, "another")


def outcome(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except ConflictError as error:
        # A database says so in its own words where its own rules came first.
        return type(error)


def append(store: EventStore, place: str, number: int) -> Any:
    return outcome(lambda: store.append(change(store, place, number)))


def append_all(store: EventStore, place: str, number: int) -> Any:
    some = [change(store, place, number), change(store, place, number + 3)]
    return [
        answer if isinstance(answer, Head) else str(answer) for answer in store.append_all(some)
    ]


def renew(store: EventStore, place: str, number: int) -> Any:
    at = stream(place, number)
    known = store.load(at)
    if not known:
        return None
    state = fold(State(at, Cycle(at.cycle, DAY)), (stored.event for stored in known))
    row = replace(pledge_row(state, frozenset()), awards=(place,))
    return store.renew(state, row, [DueRow(at, DAY, "duty", "branch", place)])


def log(store: EventStore, place: str, number: int) -> None:
    judged = Judged(stream(place, number), number, "sign", place, "", DAY, "forbidden", "ab12")
    store.log([judged], at=NOW + timedelta(seconds=number))


def put_cycle(store: EventStore, place: str, number: int) -> None:
    store.put_cycle(CycleRow(place, ("2025", "2026")[number % 2], DAY, number, place, "ab12"))


def put_directory(store: EventStore, place: str, number: int) -> None:
    store.put_directory(
        place,
        DirectoryData.of(
            [PersonRow("wang", place), PersonRow("li", place)],
            [OrganizationRow("branch", "branch", place)],
            memberships=[MembershipRow("wang", "branch")] * (number % 2),
            posts=[PostRow("branch", "secretary", ("wang", "li")[number % 2])],
            relations=[RelationRow("contact", "wang", "li")] * (number % 3 > 0),
        ),
    )


Do = Callable[[EventStore, str, int], Any]
WRITING: Mapping[str, Do] = {
    "append": append,
    "append_all": append_all,
    "log": log,
    "settle": lambda store, place, n: store.settle(stream(place, n), 1 + n % 3),
    "erase": lambda store, place, n: store.erase(place, [f"d{n % 3}"], person="wang"),
    "put_due": lambda store, place, n: store.put_due(
        stream(place, n), 1, [DueRow(stream(place, n), DAY, "duty", "branch")]
    ),
    "renew": renew,
    "drop_due": lambda store, place, n: store.drop_due(place, "2025", ("timer", "duty")[n % 2]),
    "put_cycle": put_cycle,
    "put_directory": put_directory,
}
STREAMS = range(4)
READING: Mapping[str, Callable[[EventStore, str], Any]] = {
    "read": lambda store, place: store.read([Glance(stream(place, n), key="k1") for n in STREAMS]),
    "decisions": lambda store, place: [*store.decisions(place), *store.decisions(place, "2025")],
    "pending": lambda store, place: store.pending(place),
    "done": lambda store, place: [store.done(place, f"k{n}") for n in range(5)],
    "load": lambda store, place: [store.load(stream(place, n)) for n in STREAMS],
    "heads": lambda store, place: [list(store.heads(place, c).items()) for c in (None, "2025")],
    "texts": lambda store, place: store.texts(place, ["d0", "d1", "d2"]),
    "pledge": lambda store, place: [store.pledge(stream(place, n)) for n in STREAMS],
    "pledges": lambda store, place: (
        [*store.pledges(place), *store.pledges(place, "2025", promisors=["wang"])]
    ),
    "due": lambda store, place: [
        *store.due(place, "timer", date.max),
        *store.due(place, "duty", date.max, cycle="2025", organization="branch"),
    ],
    "cycles": lambda store, place: store.cycles(place),
    "extract": lambda store, place: store.extract(place, ["wang", "branch"]).view(DAY),
    "directory": lambda store, place: store.directory(place),
    "around": lambda store, place: store.around(place, ["wang"], DAY),
    "members": lambda store, place: [store.members(place, o, DAY) for o in ("branch", "")],
}
OF_ALL = {"jurisdictions", "policy", "put_policy"}
"""Which jurisdictions there are, and what belongs to none."""


def test_every_method_of_a_store_is_asked() -> None:
    methods = {
        name
        for each in EventStore.__mro__
        for name, found in vars(each).items()
        if callable(found) and not name.startswith("_")
    }
    assert methods == WRITING.keys() | READING.keys() | OF_ALL


Act = tuple[str, str, int]
FILLED: list[Act] = [
    (place, act, number + place_number)
    for number in (1, 4)
    for place_number, place in enumerate(PLACES)
    for act in ("put_directory", "put_cycle", "log", "append", "append_all")
]
"""There is something of every kind in both, and not the same."""


@examples(0.15)
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(sorted(WRITING)), st.integers(0, 16)),
        min_size=1,
        max_size=12,
    )
)
def test_each_finds_what_it_would_find_alone(postgres_of_worker: Database, acts: list[Act]) -> None:
    emptied(postgres_of_worker)
    alone = {place: MemoryStore() for place in PLACES}
    with SqlStore("sqlite://") as sqlite:
        together: tuple[EventStore, ...] = (MemoryStore(), sqlite, SqlStore(postgres_of_worker))
        for place, act, number in (*FILLED, *acts):
            expected = WRITING[act](alone[place], place, number)
            for store in together:
                assert WRITING[act](store, place, number) == expected, (act, type(store))
        for place in PLACES:
            for name, asked in READING.items():
                expected = asked(alone[place], place)
                for store in together:
                    assert asked(store, place) == expected, (name, type(store))


# --- the engine -----------------------------------------------------------------------------

MEMBERS = st.sampled_from(PEOPLE)
STEPS = st.one_of(
    st.tuples(MEMBERS, st.just("promise"), st.just({"capacity": "promisor"})),
    st.tuples(
        st.just("east@year"),
        st.just("hold_rating"),
        st.dictionaries(MEMBERS, st.sampled_from(["good", "poor"]), min_size=1).map(
            lambda results: {"actor": "an", "results": results}
        ),
    ),
    st.tuples(MEMBERS, st.just("grade"), st.just({"actor": "an", "tier": "good"})),
    st.tuples(MEMBERS, st.just("grade"), st.just({"actor": "bo", "tier": "good"})),
    st.tuples(
        st.just("east@selection"),
        st.just("nominate"),
        MEMBERS.map(lambda member: {"actor": "an", "candidate": member}),
    ),
    st.tuples(
        st.just("east@selection"), st.just("put_forward"), st.just({"actor": "an", "candidacy": 1})
    ),
)


def town(store: EventStore, place: str) -> Engine:
    engine = Engine(store, Catalogue((POLICIES,)), clock=lambda: day(12, 31))
    engine.put_directory(place, DIRECTORY)
    engine.open_cycle(place, "town", cycle="2025")
    return engine


def told(act: Callable[[], Any]) -> Any:
    """What came of it: events without the times of their recording, or why not."""
    try:
        return act().events
    except PledgeflowError as error:
        return type(error), str(error)


def step(engine: Engine, place: str, asked: tuple[str, str, dict[str, Any]], on: date) -> Any:
    who, do, said = asked
    whole = {"do": do, "on": on, "actor": who, "capacity": "secretary", **said}
    return told(lambda: engine.do(f"{place}/2025/{who}", whole, key=f"{who} {do}"))


def everything(engine: Engine, place: str) -> list[Any]:
    """All that an engine can be asked of a jurisdiction, but for times of recording and hashes."""
    rows = engine.streams(place)
    seen: list[Any] = [rows, engine.pledges(place, "2025"), engine.unfinished(place, "2025")]
    for row in rows:
        at = row.stream
        seen += [engine.state(at), [stored.event for stored in engine.history(at)]]
        seen += [engine.duties_of(at, until=day(12, 31)), engine.policy(at).digest]
        seen.append(dict(engine.permitted(at, "an", on=day(7, 1))))
    seen += [list(engine.duties(place, until=day(12, 31))), dict(engine.in_force(place, DAY))]
    seen += [list(engine.filings(place)), list(engine.selections(place, "2025"))]
    seen += [engine.indicators(place, "2025"), engine.indicators_by(place, "2025", "organization")]
    for act in (engine.people, lambda *at: engine.ledger(at[0], "awards", cycle=at[1])):
        with suppress(PledgeflowError):
            seen.append(list(act(place, "2025")))
    seen += [engine.cycle_policy(place, "2025").digest, [*engine.store.decisions(place)]]
    return seen


@examples(0.15)
@given(st.lists(st.tuples(st.sampled_from(PLACES), STEPS), max_size=16))
def test_an_engine_tells_each_what_it_would_tell_it_alone(
    postgres_of_worker: Database, acts: list[tuple[str, tuple[str, str, dict[str, Any]]]]
) -> None:
    emptied(postgres_of_worker)
    store = SqlStore(postgres_of_worker)
    alone = {place: town(MemoryStore(), place) for place in PLACES}
    together, _ = (town(store, place) for place in PLACES)
    for number, (place, asked) in enumerate(acts):
        on = day(1, 10) + timedelta(days=number)
        assert step(together, place, asked, on) == step(alone[place], place, asked, on)
    for place in PLACES:
        assert together.tick(place, day(10, 1)) == alone[place].tick(place, day(10, 1))
        assert everything(together, place) == everything(alone[place], place)


# --- the tables -----------------------------------------------------------------------------

SHARED = {"pledgeflow", "policies"}
"""Whose database it is, and laws by their digests: of no jurisdiction."""


@pytest.mark.parametrize(
    "table",
    [
        table
        for metadata in (tables.METADATA, ballots.METADATA)
        for table in metadata.sorted_tables
        if table.name not in SHARED
    ],
    ids=str,
)
def test_every_key_starts_with_the_jurisdiction(table: Any) -> None:
    """So that a table can be partitioned by it: there a key has to hold what it is divided by."""
    keys = [
        list(table.primary_key.columns),
        *(list(index.columns) for index in table.indexes),
        *(list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)),
        *(list(key.columns) for key in table.foreign_key_constraints),
    ]
    assert [key[0].name for key in keys] == ["jurisdiction"] * len(keys)
    assert not any(column.unique for column in table.columns)
    assert table.columns[0].name == "jurisdiction"
