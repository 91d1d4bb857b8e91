"""A place many times over: every person, organization and pledge of it copied under other names.

So a large county is as lively as a small one, and nobody has to live through it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pledgeflow.catalogue import Catalogue
from pledgeflow.demo.year import Setting, play
from pledgeflow.domain.commands import PLEDGE, StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.serialisation import from_data, to_data
from pledgeflow.domain.states import State
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.projecting import pledge_row
from pledgeflow.storage.store import START, Change, CycleRow, EventStore

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
AT_ONCE = 500
PLACES = ("promisor", "organization", "actor", "entered_by")
SAYING = ("fields", "content", "before", "after", "signatories")


@dataclass(frozen=True, slots=True)
class Original:
    """A place as it was lived in. streams: of its pledges, so many events of each; others: whole"""

    directory: DirectoryData
    cycle: CycleRow
    body: str
    streams: Mapping[StreamId, list[dict[str, Any]]]

    @classmethod
    def of(cls, name: str, people: int, length: int) -> Original:
        """A year under a policy; length: so many events of each pledge are copied"""
        store = MemoryStore()
        play(store, Catalogue(), name, Setting(people, 1, "en"), lambda: None)
        (cycle,) = store.cycles(name)
        kept = store.policy(cycle.digest)
        assert kept is not None
        return cls(
            store.directory(name),
            cycle,
            kept.body,
            {
                stream: [
                    to_data(stored.event)
                    for stored in store.load(stream)[
                        : length if stream.aggregate == PLEDGE else None
                    ]
                ]
                for stream in store.heads(name)
                # what is selected from hangs on how pledges end, and these are cut short
                if stream.aggregate != "selection"
            },
        )

    @property
    def ids(self) -> frozenset[str]:
        """Everybody and every organization."""
        people = {row.person for row in self.directory.people}
        return frozenset(people | {row.organization for row in self.directory.organizations})


@dataclass(frozen=True, slots=True)
class Copy:
    """One of the copies."""

    original: Original
    number: int
    ids: frozenset[str]

    def name(self, name: str) -> str:
        """What somebody is called in it."""
        return f"{name}_{self.number}" if name in self.ids else name

    def directory(self) -> DirectoryData:
        """Who is who in it."""
        data, name = self.original.directory, self.name
        return DirectoryData(
            tuple(replace(row, person=name(row.person)) for row in data.people),
            tuple(
                replace(
                    row,
                    organization=name(row.organization),
                    parent=name(row.parent) if row.parent else None,
                )
                for row in data.organizations
            ),
            tuple(
                replace(row, person=name(row.person), organization=name(row.organization))
                for row in data.memberships
            ),
            tuple(
                replace(row, person=name(row.person), organization=name(row.organization))
                for row in data.posts
            ),
            tuple(
                replace(row, person=name(row.person), target=name(row.target))
                for row in data.relations
            ),
        )

    def changes(self) -> Iterator[Change]:
        """Its streams."""
        row = self.original.cycle
        for stream, events in self.original.streams.items():
            here = stream._replace(promisor=self.name(stream.promisor))
            happened = tuple(from_data(self._renamed(data)) for data in events)
            blank = State(here, Cycle(row.cycle, row.starts, row.ordinal))
            state = fold(blank, happened)
            yield Change(here, START, happened, NOW, pledge=pledge_row(state, frozenset()))

    def _renamed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        found = {**data}
        for key, value in data.items():
            if key in PLACES and isinstance(value, str):
                found[key] = self.name(value)
            elif key in SAYING:
                found[key] = self._said(value)
        if "stream" in data:
            found["stream"] = self._renamed(data["stream"])
        return found

    def _said(self, value: Any) -> Any:
        """Who is named; in lists are words alone, and some of them are what a body is called too."""
        match value:
            case str():
                return self.name(value)
            case dict():
                return {self.name(key): self._said(each) for key, each in value.items()}
            case _:
                return value


def copied(original: Original, store: EventStore, times: int) -> int:
    """Put so many copies into a store; how many events there are."""
    row, ids = original.cycle, original.ids
    copies = [Copy(original, number, ids) for number in range(times)]
    store.put_policy(row.digest, row.policy, original.body, "test")
    every = [copy.directory() for copy in copies]
    store.put_directory(
        row.jurisdiction,
        DirectoryData(
            tuple(each for data in every for each in data.people),
            tuple(each for data in every for each in data.organizations),
            tuple(each for data in every for each in data.memberships),
            tuple(each for data in every for each in data.posts),
            tuple(each for data in every for each in data.relations),
        ),
    )
    store.put_cycle(row)
    events, some = 0, list[Change]()
    for copy in copies:
        some += copy.changes()
        if len(some) >= AT_ONCE:
            events += sum(len(change.events) for change in some)
            store.append_all(some)
            some = []
    store.append_all(some)
    return events + sum(len(change.events) for change in some)
