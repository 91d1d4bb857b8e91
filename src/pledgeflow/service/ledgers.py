"""What is shown of many pledges at once: ledgers, and who has pledged. Beneath `engine`.

Rows are made one pledge after the other, so that a ledger takes no more memory than its longest
pledge, besides the list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Literal

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text
from pledgeflow.errors import DirectoryError, PledgeflowError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.covering import Asked, asked
from pledgeflow.policy.judging.keeping import Keeper, Row
from pledgeflow.policy.language.ledgers import Coverage, Ledger
from pledgeflow.service.casework import check_organization
from pledgeflow.storage.store import CycleRow, EventStore, PledgeRow

Under = Callable[[str], Policy]
"""A policy by its digest; "": the one that the cycle runs by."""
Place = Literal["pledged", "missing", "need_not"]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of a ledger, with the words that its digests stand for; erased ones are not there."""

    row: Row
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody who is asked to pledge stands, or who is not.

    standing: `need_not` is who has not pledged and was not required to; state: of the pledge,
    "" where none has begun; track: the pledge's, or the one that they are in
    unit: what they are counted with; clauses: what orders it
    """

    asked: Asked
    standing: Place
    state: str
    track: str
    unit: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """One cycle of a jurisdiction, looked at as a whole.

    view: of the day `on`; state: a pledge as it stands
    """

    store: EventStore
    cycle: CycleRow
    under: Under
    view: View
    on: date
    state: Callable[[StreamId], State]

    @property
    def policy(self) -> Policy:
        """The one that the cycle runs by; some of its pledges may be under others."""
        return self.under("")

    def ledger(
        self, name: str, *, organization: str | None = None, promisor: str | None = None
    ) -> Iterator[LedgerRow]:
        """The rows of a ledger; organization: of this one and those below it."""
        ledger, every = ledger_of(self.policy, name), list(self._pledges())
        check_organization(self.view, organization)
        known = (self.view.persons, self.view.organizations, {p.stream.promisor for p in every})
        if promisor is not None and not any(promisor in names for names in known):
            raise DirectoryError(f"nobody and no organization is called `{promisor}` on this date")
        pledges = (
            pledge
            for pledge in every
            if promisor in (None, pledge.stream.promisor)
            and self._within(pledge.organization, organization)
        )
        return self._rows(ledger, pledges)

    def people(self, *, organization: str | None = None) -> Iterator[Standing]:
        """Everybody in the directory, and whether they have pledged."""
        coverage = coverage_of(self.policy)
        check_organization(self.view, organization)
        begun = {(p.stream.promisor, p.stream.venue): p for p in self._pledges()}
        everybody = (
            (each, begun.get((each.owner, each.venue))) for each in asked(self.policy, self.view)
        )
        return (
            self._standing(coverage, each, pledge)
            for each, pledge in everybody
            if self._within(each.organization, organization)
        )

    def _rows(self, ledger: Ledger, pledges: Iterable[PledgeRow]) -> Iterator[LedgerRow]:
        keepers: dict[tuple[str, str], Keeper] = {}
        for pledge in pledges:
            key = (pledge.policy, pledge.track)
            if key not in keepers:
                rules = self.under(pledge.policy).tracks[pledge.track]
                keepers[key] = Keeper(ledger, rules, self.on)
            rows = list(keepers[key].rows(self.state(pledge.stream)))
            words = self._words(rows)
            yield from (LedgerRow(row, words) for row in rows)

    def _standing(self, coverage: Coverage, each: Asked, pledge: PledgeRow | None) -> Standing:
        made = pledge is not None and self._made(coverage, pledge)
        lacking: Place = "missing" if each.duty == "required" else "need_not"
        unit = each.organization
        if coverage.unit.field is not None:
            unit = self._unit(pledge, coverage.unit.field)
        orders = (*each.clauses, *coverage.cite) if each.duty == "required" else each.clauses
        return Standing(
            asked=each,
            standing="pledged" if made else lacking,
            state=self._state_of(pledge) if pledge is not None else "",
            track=pledge.track if pledge is not None else each.track,
            unit=unit,
            clauses=tuple(dict.fromkeys(orders)),
        )

    def _made(self, coverage: Coverage, pledge: PledgeRow) -> bool:
        taken = (pledge.first.get(means.value) for means in coverage.pledged.means)
        if any(day is not None and day <= self.on for day in taken):
            return True
        return self._state_of(pledge) in coverage.pledged.states

    def _state_of(self, pledge: PledgeRow) -> str:
        """The state of a pledge on the day; "" if it had not begun."""
        if pledge.since <= self.on:
            return pledge.state
        state = self.state(pledge.stream)
        root = state.subjects[state.root]
        return root.state_on(self.on) if root.passages[0].on <= self.on else ""

    def _unit(self, pledge: PledgeRow | None, name: str) -> str:
        """What a pledge's acts last said under a field."""
        if pledge is None:
            return ""
        state = self.state(pledge.stream)
        said = [
            record
            for records in state.records.values()
            for record in records
            if name in record.fields and record.occurred_on <= self.on
        ]
        latest = max(said, key=lambda record: record.version, default=None)
        value = latest.fields[name] if latest is not None else ""
        return value if isinstance(value, str) else ""

    def _pledges(self) -> list[PledgeRow]:
        return self.store.pledges(self.cycle.jurisdiction, self.cycle.cycle)

    def _within(self, home: str, organization: str | None) -> bool:
        if organization in (None, home):
            return True
        return any(above.id == organization for above in self.view.ancestors(home))

    def _words(self, rows: list[Row]) -> Mapping[str, str]:
        cells = (cell for row in rows for cell in row.cells.values())
        digests = {cell.digest for cell in cells if isinstance(cell, Text)}
        return self.store.texts(self.cycle.jurisdiction, digests) if digests else {}


def ledger_of(policy: Policy, name: str) -> Ledger:
    """A ledger by its name. Raises PledgeflowError if the policy has none that is called so."""
    ledgers = policy.document.ledgers
    if name in ledgers:
        return ledgers[name]
    near = get_close_matches(name, ledgers, n=3, cutoff=0.4) or ledgers
    there = ", ".join(f"`{each}`" for each in near) or "none"
    raise PledgeflowError(f"`{policy.name}` has no ledger `{name}`; there is {there}")


def coverage_of(policy: Policy) -> Coverage:
    """What counts as having pledged. Raises PledgeflowError if the policy does not say."""
    coverage = policy.document.coverage
    if coverage is None:
        raise PledgeflowError(
            f"`{policy.name}` does not say when somebody has pledged; write `coverage:` in it"
        )
    return coverage
