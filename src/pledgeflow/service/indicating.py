"""Indicators of a cycle, counted over its pledges one after the other. Beneath `engine`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.extracts import Directory
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.covering import Asked, asked
from pledgeflow.policy.judging.owing import Owed, applies, asked_on, owed
from pledgeflow.policy.measuring.measured import Measured
from pledgeflow.policy.measuring.metering import Meter
from pledgeflow.service.casework import check_organization
from pledgeflow.service.ledgers import Under
from pledgeflow.storage.store import CycleRow, EventStore, PledgeRow

By = Literal["organization", "promisor"]
ALL = ""
"""The group of everything, where nothing is told apart."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose pledges are looked at. organization: with `subtree`, and those below it."""

    organization: str | None = None
    subtree: bool = False
    promisor: str | None = None


@dataclass(frozen=True, slots=True)
class Gauge:
    """One cycle of a jurisdiction. on: the day of looking; state: a pledge as it stands.

    calendar: which days are working days
    """

    store: EventStore
    cycle: CycleRow
    under: Under
    directory: Directory
    on: date
    state: Callable[[StreamId], State]
    calendar: Calendar

    @property
    def policy(self) -> Policy:
        """The one that the cycle runs by, and whose indicators are counted."""
        return self.under("")

    def measure(self, scope: Scope, by: By | None = None) -> dict[str, dict[str, Measured]]:
        """Every indicator, by group: the group is an id, or `ALL` where none is asked for."""
        row = self.cycle
        meter = Meter(self.policy, Cycle(row.cycle, row.starts, row.ordinal), self.on, self._owed)
        homes = self._homes(scope)
        wanted = {day: list(self._asked(day, scope, homes)) for day in meter.days}
        owners = {each.owner for people in wanted.values() for each in people}
        groups: dict[str, None] = {} if by is not None else {ALL: None}
        pledges = self.store.pledges(row.jurisdiction, row.cycle)
        self._check_promisor(scope.promisor, pledges)
        for pledge in pledges:
            counts = _within(pledge.stream.promisor, pledge.organization, scope, homes)
            if not counts and pledge.stream.promisor not in owners:
                continue
            group = _group(by, pledge.stream.promisor, pledge.organization)
            meter.see(self.state(pledge.stream), group, counts=counts)
            if counts:
                groups[group] = None
        for day, people in wanted.items():
            for each in people:
                group = _group(by, each.owner, each.organization)
                groups[group] = None
                meter.ask(each, day, group)
        return {group: meter.measured(group) for group in sorted(groups)}

    def _owed(self, state: State, until: date) -> Iterator[Owed]:
        """What was due in a stream by a day, from whom it was due by the directory of then."""
        rules = self.under(state.policy).tracks[state.track]
        for one in owed(rules, state, self.calendar, until=until):
            if rules.duties[one.duty].condition is not None:
                day, place = asked_on(one, until), state.stream.jurisdiction
                view = self.directory.around(place, (state.stream.promisor,), day)
                if not applies(rules, state, one, Facts(until, view, calendar=self.calendar)):
                    continue
            yield one

    def _view(self, day: date) -> View:
        return self.directory.members(self.cycle.jurisdiction, "", day)

    def _homes(self, scope: Scope) -> frozenset[str] | None:
        """The organizations that are meant; None for all. Raises DirectoryError for an unknown one."""
        view, top = self._view(self.on), scope.organization
        if top is None:
            return None
        check_organization(view, top)
        below = (
            name
            for name in view.organizations
            if scope.subtree and any(above.id == top for above in view.ancestors(name))
        )
        return frozenset((top, *below))

    def _check_promisor(self, promisor: str | None, pledges: Iterable[PledgeRow]) -> None:
        """Raises DirectoryError for somebody who is not known, and has no pledge from before."""
        view = self._view(self.on)
        known = promisor is None or promisor in view.persons or promisor in view.organizations
        if not known and all(pledge.stream.promisor != promisor for pledge in pledges):
            raise DirectoryError(f"nobody and no organization is called `{promisor}` on this date")

    def _asked(self, day: date, scope: Scope, homes: frozenset[str] | None) -> Iterator[Asked]:
        for each in asked(self.policy, self._view(day)):
            if each.duty == "required" and _within(each.owner, each.organization, scope, homes):
                yield each


def _within(owner: str, home: str, scope: Scope, homes: frozenset[str] | None) -> bool:
    return scope.promisor in (None, owner) and (homes is None or home in homes)


def _group(by: By | None, promisor: str, organization: str) -> str:
    match by:
        case "organization":
            return organization
        case "promisor":
            return promisor
        case _:
            return ALL
