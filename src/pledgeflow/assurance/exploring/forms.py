"""What a state is as far as any rule can look: its form. States of one form need no comparing.

A key holds what rules can tell apart; a form holds what they could look at. So a form takes no
sight's word for anything: it has all records of every command that some rule reads, each with what
it was before and after. What no rule reads is left out, and so is the order of two records that no
rule holds against each other, and when a subject was where it is no more, if no rule asks since
then. Where a guard is not one of the engine's own, nothing is left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import chain
from typing import Any

from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.world import models
from pledgeflow.domain.events import Recorded, Signed
from pledgeflow.domain.states import Outcome, Passage, State, Subject
from pledgeflow.domain.values import Text
from pledgeflow.policy.guards.duties import Owing
from pledgeflow.policy.guards.history import Past
from pledgeflow.policy.guards.kinds import Foreign

Groups = tuple[tuple[str, ...], ...]
Versions = tuple[int, ...]
MOST_KEPT = 500_000


class Forms:
    """Makes the forms of one track's states. Each part is worked out once and then a number."""

    def __init__(self, outlook: Outlook) -> None:
        self._groups, self._asked = _groups(outlook), _asked_since(outlook)
        self._numbers: dict[Hashable, int] = {}
        self._kept: dict[int, tuple[object, int]] = {}
        self._ordered: dict[Hashable, tuple[object, list[Hashable]]] = {}
        self._entered: dict[int, tuple[Subject, Versions]] = {}

    def of(self, state: State) -> Hashable:
        """The form of a state; equal for two that no rule tells apart now or ever after."""
        number, subjects = self._number, state.subjects.values()
        signatures = state.signatures.items() if state.signatures else ()
        outcomes = state.outcomes.values() if state.outcomes else ()
        return (
            # Whose it is tells who may act, and everything that depends on kinds and posts.
            state.stream.promisor,
            tuple([number(subject, self._subject) for subject in subjects]),
            self._records(state),
            tuple((c, *(number(each, _signed) for each in signed)) for c, signed in signatures),
            state.grade,
            tuple(number(outcome, _outcome) for outcome in outcomes),
        )

    def _records(self, state: State) -> Hashable:
        """The records that are read, in the order in which they may be held against each other."""
        marks = tuple([marked for s in state.subjects.values() for marked in self._marks(s)])
        told: list[Hashable] = []
        groups = self._groups if self._groups is not None else (tuple(state.records),)
        for place, group in enumerate(groups):
            there = [kept for command in group if (kept := state.records.get(command))]
            if there:
                # What was looked at is kept, so that nothing else gets its identity.
                memo = (place, marks, *map(id, there))
                known = self._ordered.get(memo)
                if known is None:
                    known = self._ordered[memo] = there, self._order(place, there, marks)
                told += known[1]
        if len(self._ordered) > MOST_KEPT:
            self._ordered.clear()
        return tuple(told)

    def _order(
        self, place: int, there: list[tuple[Recorded, ...]], marks: tuple[Versions, ...]
    ) -> list[Hashable]:
        found = sorted(chain.from_iterable(there), key=_version)
        return [
            (place, self._number(r, _record), *(bisect_left(mark, r.version) for mark in marks))
            for r in found
        ]

    def _marks(self, subject: Subject) -> tuple[Versions, Versions]:
        """The versions at which a subject entered its states, and was changed."""
        known = self._entered.get(id(subject))
        if known is not None and known[0] is subject:
            return known[1], subject.revisions
        entered = tuple(passage.version for passage in self._passages(subject))
        if len(self._entered) > MOST_KEPT:
            self._entered.clear()
        self._entered[id(subject)] = subject, entered
        return entered, subject.revisions

    def _subject(self, s: Subject) -> Hashable:
        passages = tuple((p.state, p.on) for p in self._passages(s))
        return s.id, s.of, passages, _said(s.content), len(s.revisions)

    def _passages(self, s: Subject) -> Iterator[Passage]:
        """When a subject came into being, and where it is, and where some rule asks since when."""
        asked, last = self._asked, len(s.passages) - 1
        for place, passage in enumerate(s.passages):
            if asked is None or place in (0, last) or passage.state in asked:
                yield passage

    def _number(self, value: object, told: Callable[[Any], Hashable]) -> int:
        """The number of a part. What was looked at is kept, so that nothing gets its identity."""
        known = self._kept.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        number = self._numbers.setdefault(told(value), len(self._numbers))
        self._kept[id(value)] = value, number
        return number


def _groups(outlook: Outlook) -> Groups | None:
    """The commands whose records are read, those together that are held against each other.

    None where a guard of somebody else's may read anything.
    """
    groups: list[set[str]] = []
    if any(isinstance(each, Foreign) for each in models(outlook.rules.source)):
        return None
    for use in outlook.uses:
        check = use.check
        for read in (check.reads, *(sight.records for sight in check.sights or ())):
            if read:
                touched = [group for group in groups if group & read]
                groups = [group for group in groups if not group & read]
                groups.append(set(read).union(*touched))
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def _asked_since(outlook: Outlook) -> frozenset[str] | None:
    """The states of which some rule asks when they were entered; None: it may be any."""
    parts = tuple(models(outlook.rules.source))
    if any(isinstance(each, Foreign | Owing) for each in parts):
        return None
    return frozenset(p.since for p in parts if isinstance(p, Past) and p.since is not None)


def _version(record: Recorded) -> int:
    return record.version


def _record(r: Recorded) -> Hashable:
    return r.command, r.subject, r.actor, r.capacity, r.occurred_on, _said(r.fields)


def _signed(s: Signed) -> Hashable:
    return s.subject, s.capacity, s.actor, s.occurred_on, s.content, _said(s.fields)


def _outcome(o: Outcome) -> Hashable:
    return o.id, o.subject, o.number, o.award, o.open_calls, o.on, not o.calls_for


def _said(fields: Mapping[str, object]) -> Hashable:
    # Words are digests, each of its own; no rule can look into one.
    return tuple(sorted((k, "text" if isinstance(v, Text) else repr(v)) for k, v in fields.items()))
