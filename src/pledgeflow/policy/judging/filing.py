"""What a filing's stream says of policies: which was filed, from which day, and whether it holds.

A view over states, in which nothing is judged. By what steps mean, and by the types of their fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Value
from pledgeflow.policy.compiled.rules import Ruleset

POLICY, DAY = "policy", "date"
"""The types of the fields that say which policy is filed, and from which day it holds."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A policy that was filed, by a step that names it.

    policy: its name, and digest; wanted: from which day it is to hold, if it was said; on: the day
    on which it was filed; approved: on which day; withdrawn: on which day it was taken back
    (approved or not)
    """

    stream: StreamId
    version: int
    policy: str
    digest: str
    on: date
    wanted: date | None = None
    approved: date | None = None
    withdrawn: date | None = None

    @property
    def starts(self) -> date | None:
        """The day from which it holds, which is none before it is approved."""
        if self.approved is None:
            return None
        return max(self.approved, self.wanted or self.approved)


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when a filed policy is in force. until: the first day on which it no longer is"""

    filed: Filed
    starts: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.starts <= on and (self.until is None or on < self.until)


def filed(rules: Ruleset, state: State) -> Iterator[Filed]:
    """The policies that were filed in a stream, in order.

    A step with `means: approval` approves the one that was named last; `return` and `refusal` send
    that back, and `withdrawal` takes it back, or, where nothing waits, the one approved last.
    """
    done: list[Filed] = []
    waiting: Filed | None = None
    for record in sorted((r for kept in state.records.values() for r in kept), key=_version):
        said = _of_type(rules, record, POLICY)
        if isinstance(said, str):
            done += [waiting] if waiting is not None else []
            waiting = _named(rules, state, record, said)
        match Means(record.means):
            case Means.APPROVAL if waiting is not None:
                wanted = _day(rules, record) or waiting.wanted
                done.append(replace(waiting, approved=record.occurred_on, wanted=wanted))
                waiting = None
            case Means.WITHDRAWAL if waiting is not None:
                done.append(replace(waiting, withdrawn=record.occurred_on))
                waiting = None
            case Means.WITHDRAWAL:
                done = [*_taken_back(done, record.occurred_on)]
            case _:
                pass
    yield from done
    if waiting is not None:
        yield waiting


def _version(record: Recorded) -> int:
    return record.version


def _named(rules: Ruleset, state: State, record: Recorded, said: str) -> Filed:
    name, _, digest = said.partition("@")
    on = record.occurred_on
    return Filed(state.stream, record.version, name, digest, on, _day(rules, record))


def _day(rules: Ruleset, record: Recorded) -> date | None:
    said = _of_type(rules, record, DAY)
    return said if isinstance(said, date) else None


def _of_type(rules: Ruleset, record: Recorded, kind: str) -> Value | None:
    """What a record says in its field of a type."""
    specs = rules.commands[record.command].rules.fields
    found = (record.fields.get(name) for name, spec in specs.items() if spec.type == kind)
    return next((value for value in found if value is not None), None)


def _taken_back(done: list[Filed], on: date) -> Iterator[Filed]:
    """The same, without the one that was approved last."""
    approved = [each for each in done if each.approved is not None]
    for each in done:
        last = bool(approved) and each is approved[-1] and each.withdrawn is None
        yield replace(each, withdrawn=on) if last else each


def terms(found: Iterable[Filed]) -> tuple[Term, ...]:
    """When each of an organization's approved policies is in force: on no day more than one.

    The next one takes over on the day from which it holds; of two from the same day, the one that
    was approved later.
    """
    by_start: dict[date, Filed] = {}
    for each in sorted(found, key=_approval):
        if each.starts is not None and (each.withdrawn is None or each.withdrawn > each.starts):
            by_start[each.starts] = each
    days = sorted(by_start)
    following: Mapping[date, date] = dict(pairwise(days))
    return tuple(
        Term(by_start[day], day, _earlier(by_start[day].withdrawn, following.get(day)))
        for day in days
    )


def _approval(each: Filed) -> tuple[date, str, int]:
    return each.approved or date.min, each.stream.cycle, each.version


def _earlier(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)
