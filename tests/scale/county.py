"""A county of any size on SQLite, its pledges begun in bulk, and a count of the rows that are read.

Everybody has a pledge of the tests' own policy, in which a timer runs from the first day on. What
is kept of each is what the engine keeps: the events of `decide`, and the projections of the state
that they lead to; a test holds the rows against those of pledges that were begun one by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.event import listen

from pledgeflow.decision import begin, decide
from pledgeflow.domain.calendars import UNANNOUNCED
from pledgeflow.domain.commands import Command, StreamId
from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Fields, seal
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.conditions import kinds_of
from pledgeflow.service import Engine
from pledgeflow.service.casework import Case
from pledgeflow.service.passing import schedule
from pledgeflow.storage.projecting import pledge_row
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import START, Change, EventStore, SealedText
from tests.strategies import CATALOGUE

COUNTY = "county"
BEGUN = date(2025, 1, 10)
NOW = datetime(2025, 1, 10, 12, tzinfo=UTC)
EARLIER, THIS = "earlier", "this"
"""Two cycles: a few pledges of the first one wake in the middle of the second."""
IN_BETWEEN = date(2025, 5, 19)
"""Their day: 200 days from their first, and the 45 in which somebody may still enter something."""


@dataclass(frozen=True, slots=True)
class Size:
    """Members are spread evenly over the branches, thirty branches to a town."""

    members: int
    organizations: int

    @property
    def branches(self) -> list[str]:
        return [f"branch_{n}" for n in range(self.organizations - 1 - self.towns)]

    @property
    def towns(self) -> int:
        return max(1, self.organizations // 31)

    def home_of(self, number: int) -> str:
        return f"branch_{number % len(self.branches)}"


def member(number: int) -> str:
    """The id of a member."""
    return f"member_{number:06}"


def directory(size: Size) -> DirectoryData:
    """A committee over towns over branches, each with a secretary; everybody has a contact."""
    towns = [f"town_{n}" for n in range(size.towns)]
    people = [member(n) for n in range(size.members)]
    homes = [size.home_of(n) for n in range(size.members)]
    first = {home: person for person, home in zip(reversed(people), reversed(homes), strict=True)}
    return DirectoryData.of(
        [PersonRow(person, kinds=frozenset({"in_service"})) for person in people],
        [
            OrganizationRow("committee", "committee"),
            *(OrganizationRow(town, "town", parent="committee") for town in towns),
            *(
                OrganizationRow(branch, "branch", parent=towns[n % len(towns)])
                for n, branch in enumerate(size.branches)
            ),
        ],
        memberships=[MembershipRow(p, home) for p, home in zip(people, homes, strict=True)],
        posts=[PostRow(home, "secretary", person) for home, person in first.items()],
        relations=[RelationRow("contact", first[h], p) for p, h in zip(people, homes, strict=True)],
    )


@dataclass(slots=True)
class Reads:
    """What SQLite reads for us: rows handed out, and the steps its machine takes to find them."""

    rows: int = 0
    steps: int = 0
    connections: list[sqlite3.Connection] = field(default_factory=list)

    @contextmanager
    def counted(self) -> Iterator[Reads]:
        """What is read within the block; outside, counting each step would take too long."""
        self.rows = self.steps = 0
        for connection in self.connections:
            connection.row_factory = self._row
            connection.set_progress_handler(self._step, 1)
        yield self
        for connection in self.connections:
            connection.row_factory = None
            connection.set_progress_handler(None, 1)

    def _row(self, _: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self.rows += 1
        return row

    def _step(self) -> int:
        self.steps += 1
        return 0


@dataclass(slots=True)
class County:
    """An engine over a database in a file, of which each read is counted."""

    engine: Engine
    reads: Reads
    size: Size
    path: Path


@contextmanager
def county(path: Path, size: Size, *, bulk: bool = True) -> Iterator[County]:
    """A county, with all its pledges of this cycle begun in bulk."""
    reads = Reads()
    database = create_engine(f"sqlite:///{path}")

    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # nobody needs it after the test
        reads.connections.append(connection)

    listen(database, "connect", connected)
    engine = Engine(SqlStore(database), CATALOGUE, lambda: BEGUN)
    engine.put_directory(COUNTY, directory(size))
    engine.open_cycle(COUNTY, "sampler", cycle=EARLIER, starts=date(2024, 9, 15))
    engine.open_cycle(COUNTY, "sampler", cycle=THIS, starts=date(2025, 1, 1))
    for number in range(3):
        one_by_one(engine, StreamId(COUNTY, EARLIER, member(number)))
    if bulk:
        in_bulk(engine, size)
    yield County(engine, reads, size, path)
    database.dispose()


AT_ONCE = 5_000
HEARD = "a road"
STEP = {"do": "consult", "capacity": PROMISOR, "on": BEGUN, "channel": "visits", "heard": HEARD}


def one_by_one(engine: Engine, stream: StreamId) -> None:
    """Begin a pledge as its promisor would."""
    engine.do(stream, {**STEP, "actor": stream.promisor})


def in_bulk(engine: Engine, size: Size) -> None:
    """Begin everybody's pledge of this cycle: decided, and kept, without looking anything up."""
    store = engine.store
    view = store.directory(COUNTY).view(BEGUN)
    row = next(row for row in store.cycles(COUNTY) if row.cycle == THIS)
    cycle = Cycle(row.cycle, row.starts, row.ordinal)
    policy = engine.policy(StreamId(COUNTY, THIS, member(0)))
    for some in range(0, size.members, AT_ONCE):
        numbers = range(some, min(some + AT_ONCE, size.members))
        streams = [StreamId(COUNTY, THIS, member(number)) for number in numbers]
        begun = [beginning(policy, begin(policy, s, cycle, view), view, store) for s in streams]
        store.append_all(begun)


def beginning(policy: Policy, blank: State, view: View, store: EventStore) -> Change:
    """A pledge as its promisor begins it, with all that the engine keeps of it."""
    stream = blank.stream
    heard = seal(HEARD, stream.promisor)
    fields: Fields = {"channel": "visits", "heard": heard}
    command = Command("consult", stream.promisor, PROMISOR, BEGUN, fields)
    events = decide(policy, blank, command, Facts(BEGUN, view))
    state = fold(blank, events)
    return Change(
        stream,
        START,
        events,
        NOW,
        state=state,
        texts=[SealedText(heard.digest, stream.promisor, HEARD)],
        pledge=pledge_row(state, kinds_of(view, stream.promisor)),
        due=schedule(Case(policy, state, store, BEGUN), state, UNANNOUNCED),
    )
