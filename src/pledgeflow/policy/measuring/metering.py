"""Counts the indicators of a policy over pledges that come one by one, in any order.

Kept is no pledge, only counts, and of promisors who take part their ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.domain.events import Cycle
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.covering import Asked
from pledgeflow.policy.language.indicators import AnyIndicator, Participation
from pledgeflow.policy.measuring.counting import NOTHING, Owing, absent, count, takes_part
from pledgeflow.policy.measuring.measured import Count, Measured

Who = tuple[str, str]
"""A promisor and the venue."""


@dataclass(slots=True)
class Meter:
    """First `see` every pledge, then `ask` for everybody who is to pledge.

    on: the day of looking; an indicator's cut-off before that counts instead; owed: what was due in
    a stream by a day
    Groups keep counts apart: by organization, by promisor, or all in one.
    """

    policy: Policy
    cycle: Cycle
    on: date
    owed: Owing
    _counts: dict[tuple[str, str], Count] = field(default_factory=dict, repr=False)
    _taking: dict[str, set[Who]] = field(default_factory=dict, repr=False)

    @property
    def rules(self) -> Mapping[str, AnyIndicator]:
        """The indicators."""
        return self.policy.document.indicators

    @property
    def days(self) -> frozenset[date]:
        """The days on which it has to be known who is to pledge."""
        return frozenset(self.as_of(r) for r in self.rules.values() if _of_promisors(r))

    def as_of(self, rule: AnyIndicator) -> date:
        """The last day that counts for an indicator."""
        cut = rule.as_of
        last = None
        if cut is not None and cut.day is not None:
            last = cut.day.within(self.cycle.starts)
        elif cut is not None and cut.stage is not None:
            rules = self.policy.document.cycle
            stage = rules.stages.get(cut.stage) if rules is not None else None
            until = stage.until if stage is not None else None
            last = until.within(self.cycle.starts) if until is not None else None
        return self.on if last is None else min(last, self.on)

    def see(self, state: State, group: str = "", *, counts: bool = True) -> None:
        """Count a pledge. counts: False where only whether its promisor takes part is looked at."""
        who = (state.stream.promisor, state.stream.venue)
        for name, rule in self.rules.items():
            on = self.as_of(rule)
            if isinstance(rule, Participation) and rule.of == "promisors":
                if takes_part(rule, state, on):
                    self._taking.setdefault(name, set()).add(who)
            elif counts:
                self._add(name, group, count(rule, state, on, self.owed))

    def ask(self, each: Asked, on: date, group: str = "") -> None:
        """Count one who on one of the `days` is to pledge; what they pledged has been seen by then."""
        who = (each.owner, each.venue)
        for name, rule in self.rules.items():
            if not _of_promisors(rule) or self.as_of(rule) != on or each.duty != "required":
                continue
            if not rule.tracks or each.track in rule.tracks:
                takes = who in self._taking.get(name, ())
                known = takes or each.organization
                self._add(name, group, Count(int(takes), 1) if known else absent(rule))

    def measured(self, group: str = "") -> dict[str, Measured]:
        """Every indicator of the policy, in its order, as counted in a group."""
        return {
            name: Measured(name, rule, self.as_of(rule), self._counts.get((name, group), NOTHING))
            for name, rule in self.rules.items()
        }

    def _add(self, name: str, group: str, found: Count) -> None:
        if found != NOTHING:
            key = (name, group)
            self._counts[key] = self._counts.get(key, NOTHING) + found


def _of_promisors(rule: AnyIndicator) -> bool:
    return isinstance(rule, Participation) and rule.of == "promisors"
