"""The cycles of jurisdictions: opening them, and the policy that each of them runs by."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from datetime import date
from importlib.metadata import version
from typing import NamedTuple
from unicodedata import normalize

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError, PledgeflowError, PolicyError, StorageError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.intake import POLICY
from pledgeflow.storage.store import CycleRow, EventStore

LONGEST_ID = 200
_TRIES = 5
_YEAR = re.compile(r"[1-9]\d{3}", re.ASCII)


class Cycles(NamedTuple):
    """The cycles in a store. known: policies that have been looked up, by digest."""

    store: EventStore
    catalogue: Catalogue
    known: MutableMapping[str, Policy]

    def open(
        self, jurisdiction: str, policy: str, *, cycle: str, starts: date | None = None
    ) -> CycleRow:
        """See `Engine.open_cycle`."""
        for name in (jurisdiction, cycle):
            if not _speakable(name):
                raise PledgeflowError(
                    "jurisdictions and cycles are named without `/`, `@` or blanks"
                )
            if name != (narrow := normalize("NFKC", name)):
                # It would look like another name, and could only be typed the same odd way.
                raise PledgeflowError(f"`{name}` has full-width marks; write `{narrow}`")
        for _ in range(_TRIES):
            row = self._next(jurisdiction, policy, cycle, starts)
            try:
                self.store.put_cycle(row, new=True)
            except ConflictError:
                continue  # somebody opened one meanwhile: it may be this one
            return row
        raise ConflictError(f"cycles of `{jurisdiction}` are being opened all the time; try again")

    def _next(self, jurisdiction: str, policy: str, cycle: str, starts: date | None) -> CycleRow:
        """A cycle as it would be opened now."""
        rows = self.store.cycles(jurisdiction)
        if any(row.cycle == cycle for row in rows):
            raise PledgeflowError(f"the cycle `{cycle}` of `{jurisdiction}` is already open")
        ordinal = len(rows) + 1
        first = starts if starts is not None else self._first_day(policy, cycle, ordinal)
        last = max((row.starts for row in rows), default=date.min)
        if type(first) is not date or first <= last:
            raise PledgeflowError(f"a cycle has to start after the last one, {last}; name the day")
        loaded = self._filed(policy) or self.catalogue.load(policy, on=first, ordinal=ordinal)
        _check_in_force(loaded, first)
        self.store.put_policy(loaded.digest, loaded.name, loaded.body, version("pledgeflow"))
        return CycleRow(
            jurisdiction=jurisdiction,
            cycle=cycle,
            starts=first,
            ordinal=ordinal,
            policy=policy if POLICY.fullmatch(policy) is None else loaded.name,
            digest=loaded.digest,
            closed=None,
        )

    def _filed(self, policy: str) -> Policy | None:
        """The policy that is named `name@digest`, as it was filed; nothing if it is not so named.

        Raises PledgeflowError where it is not kept.
        """
        written = POLICY.fullmatch(policy)
        if written is None:
            return None
        kept = self.store.policy(written[2])
        if kept is None or kept.name != written[1]:
            raise PledgeflowError(f"`{policy}` was never filed here; name a policy without digest")
        return self.catalogue.rebuilt(kept.name, kept.body)

    def check_closable(self, jurisdiction: str, cycle: str, on: date) -> None:
        """Raises PledgeflowError where a cycle was closed already, or begins after that day."""
        row = self.named(jurisdiction, cycle)
        if row.closed is not None:
            raise PledgeflowError(f"`{jurisdiction}/{cycle}` was closed on {row.closed}")
        if on < row.starts:
            raise PledgeflowError(f"`{jurisdiction}/{cycle}` starts on {row.starts}, after {on}")

    def close(self, jurisdiction: str, cycle: str, on: date) -> CycleRow:
        """Keep that a cycle was closed on a day."""
        row = self.named(jurisdiction, cycle)._replace(closed=on)
        self.store.put_cycle(row)
        return row

    def of(self, stream: StreamId) -> CycleRow:
        """The cycle that a pledge belongs to. Raises PledgeflowError if it was never opened."""
        return self.named(stream.jurisdiction, stream.cycle)

    def named(self, jurisdiction: str, cycle: str) -> CycleRow:
        """A cycle by its name. Raises PledgeflowError if it was never opened."""
        rows = self.store.cycles(jurisdiction)
        for row in rows:
            if row.cycle == cycle:
                return row
        if not rows:
            there = ", ".join(f"`{name}`" for name in self.store.jurisdictions())
            known = there or "none; open a cycle first"
            raise PledgeflowError(
                f"there is no cycle in `{jurisdiction}`; jurisdictions are {known}"
            )
        known = ", ".join(f"`{row.cycle}`" for row in rows)
        raise PledgeflowError(f"`{jurisdiction}` has no cycle `{cycle}`; it has {known}")

    def policy(self, row: CycleRow) -> Policy:
        """The policy that the cycle was opened with, even if its file has changed or gone since."""
        if row.digest not in self.known:
            self.known[row.digest] = self._as_filed(row) or self._as_kept(row)
        return self.known[row.digest]

    def under(self, digest: str, row: CycleRow) -> Policy:
        """The policy with a digest that a stream of the cycle is under: the cycle's own, or the one
        that it stayed under or went over to when the cycle did not. "": of one that has not begun
        """
        if digest in ("", row.digest):
            return self.policy(row)
        if digest not in self.known:
            kept = self.store.policy(digest)
            if kept is None:
                place = f"{row.jurisdiction}/{row.cycle}"
                raise StorageError(f"the rules of a stream in `{place}` are not in the store")
            self.known[digest] = self.catalogue.rebuilt(kept.name, kept.body)
        return self.known[digest]

    def _first_day(self, policy: str, cycle: str, ordinal: int) -> date:
        # int() reads much that is no year: `2_025`, `+2025`
        if _YEAR.fullmatch(cycle) is None:
            raise PledgeflowError(f"`{cycle}` names no year; say on which day the cycle starts")
        year = date(int(cycle), 1, 1)
        loaded = self._filed(policy) or self.catalogue.load(policy, on=year, ordinal=ordinal)
        rules = loaded.document.cycle
        return rules.starts.within(year) if rules is not None else year

    def _as_filed(self, row: CycleRow) -> Policy | None:
        try:
            loaded = self.catalogue.load(row.policy, on=row.starts, ordinal=row.ordinal)
        except PolicyError:
            return None
        return loaded if loaded.digest == row.digest else None

    def _as_kept(self, row: CycleRow) -> Policy:
        kept = self.store.policy(row.digest)
        if kept is None:
            raise StorageError(
                f"the rules of `{row.jurisdiction}/{row.cycle}` are not in the store"
            )
        return self.catalogue.rebuilt(row.policy, kept.body)


def _speakable(name: object) -> bool:
    """Whether a name can stand in `jurisdiction/cycle/promisor`."""
    fits = isinstance(name, str) and 0 < len(name) <= LONGEST_ID and name.isprintable()
    return fits and not set(str(name)) & set("/@ ")


def _check_in_force(policy: Policy, first: date) -> None:
    document = policy.document
    if document.abstract:
        raise PledgeflowError(f"`{policy.name}` is only for others to extend; open one that does")
    effective = document.effective
    if effective is None:
        return
    if first < effective.from_ or (effective.until is not None and first > effective.until):
        until = f" to {effective.until}" if effective.until else ""
        span = f"{effective.from_}{until}"
        raise PledgeflowError(f"`{policy.name}` is in force from {span}, and not on {first}")
