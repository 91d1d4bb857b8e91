"""Streams in flight onto other rules: which go over, as what, and each in a transaction of its own.

Beneath `engine`. Whether the map is one that can be gone by is asked before, in
`assurance.migrating`; what it does not name keeps its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from typing import NamedTuple

from pledgeflow.domain.commands import Deemed, Migrate, StreamId
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Fields
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.service.casework import Case, Made, Make
from pledgeflow.service.ledgers import Under
from pledgeflow.storage.store import CycleRow, EventStore, PledgeRow

KEY = "migrate "
"""What the keys begin with under which streams go over."""


@dataclass(frozen=True, slots=True)
class Deeming:
    """What is deemed to have happened, in a stream that is in one of these states.

    on: the day, or since when the stream is in that state; ground: a clause, or what is assumed
    """

    command: str
    means: str
    states: frozenset[str]
    on: date | None
    fields: Fields
    ground: str


@dataclass(frozen=True, slots=True)
class Migration:
    """How the streams of a cycle go over to another policy.

    since: from which day its rules hold; finish: states of a stream in which it finishes by the old
    rules (`every`: in any); states: lifecycle -> state -> state; tracks, commands, tiers: what is
    called otherwise
    """

    to: Policy
    since: date
    every: bool = False
    finish: frozenset[str] = frozenset()
    tracks: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    deemed: tuple[Deeming, ...] = ()

    def stays(self, row: PledgeRow, rules: Ruleset) -> str:
        """Why a stream does not go over: `there` already, `ended`, `finishes`; "" if it goes.

        rules: those that it is under
        """
        if row.policy == self.to.digest:
            return "there"
        if row.state in rules.lifecycles[rules.root].final:
            return "ended"
        return "finishes" if self.every or row.state in self.finish else ""

    def track(self, name: str) -> str:
        """What a track is called there."""
        return self.tracks.get(name, name)

    def state(self, lifecycle: str, name: str) -> str:
        """What a state is called there."""
        return self.states.get(lifecycle, {}).get(name, name)

    def command(self, state: State, actor: str, on: date) -> Migrate:
        """What is to be recorded in a stream."""
        been = {(s.lifecycle, p.state) for s in state.subjects.values() for p in s.passages}
        root = state.subjects[state.root]
        recorded = {self.commands.get(name, name) for name in state.records}
        return Migrate(
            on,
            actor,
            self.to.digest,
            self.track(state.track),
            {f"{lifecycle}/{at}": self.state(lifecycle, at) for lifecycle, at in sorted(been)},
            dict(self.commands),
            dict(self.tiers),
            tuple(
                Deemed(each.command, each.means, each.on or root.since, each.fields, each.ground)
                for each in self.deemed
                if root.state in each.states and each.command not in recorded
            ),
        )


class Going(NamedTuple):
    """One stream on its way. key: makes it happen once."""

    stream: StreamId
    make: Make
    key: str


@dataclass(frozen=True, slots=True)
class Migrating:
    """A migration in one cycle. actor: who orders it, on which day; under: the streams' policies."""

    store: EventStore
    cycle: CycleRow
    migration: Migration
    moment: tuple[str, date]
    under: Under

    def check(self) -> None:
        """Raises PledgeflowError where it cannot be carried out, or not on that day."""
        name, (_, on), since = self._name, self.moment, self.migration.since
        if self.cycle.closed is not None:
            raise PledgeflowError(
                f"`{name}` was closed on {self.cycle.closed}; what is in it stays as it is"
            )
        if on < since:
            raise PledgeflowError(
                f"the new rules hold from {since}, after {on}; carry it out on that day or later"
            )

    def begin(self, retain: Callable[[CycleRow], object]) -> None:
        """From now on the cycle runs by the other policy, and so does whatever begins in it.

        retain: keeps a cycle
        """
        to = self.migration.to
        self.store.put_policy(to.digest, to.name, to.body, version("pledgeflow"))
        if self.cycle.digest != to.digest:
            retain(self.cycle._replace(policy=to.name, digest=to.digest))

    def going(self) -> Iterator[Going]:
        """The streams that go over, in their order."""
        actor, on = self.moment
        for row in self.store.pledges(self.cycle.jurisdiction, self.cycle.cycle):
            if self.migration.stays(row, self.under(row.policy).tracks[row.track]):
                continue

            def make(case: Case) -> Made:
                return self.migration.command(case.state, actor, on), ()

            yield Going(row.stream, make, f"{KEY}{row.stream} {row.version}")

    @property
    def _name(self) -> str:
        return f"{self.cycle.jurisdiction}/{self.cycle.cycle}"
