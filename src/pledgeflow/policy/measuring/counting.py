"""What one pledge, or one promisor, adds to an indicator. Pure, and as of a day.

A pledge is looked at as it stood at the end of that day, by the dates on which things happened:
what was entered late counts, what was annulled does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain

from pledgeflow.domain.commands import PLEDGE
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.states import State, Subject
from pledgeflow.policy.compiled.grading import counting, votes_in
from pledgeflow.policy.duties.owing import Owed
from pledgeflow.policy.language.indicators import (
    AnyIndicator,
    Fulfilment,
    Openness,
    Participation,
    Satisfaction,
)
from pledgeflow.policy.measuring.measured import Count

NOTHING = Count()
Owing = Callable[[State, date], Iterable[Owed]]
"""What was due in a stream by a day, met or not."""


def count(rule: AnyIndicator, state: State, on: date, owed: Owing) -> Count:
    """What a stream adds to an indicator that is about streams; promisors are asked one by one."""
    if rule.tracks and state.track not in rule.tracks:
        return NOTHING
    due = _due(rule, state, on, owed)
    if state.stream.aggregate != PLEDGE:
        return due + _elsewhere(rule, state, on)
    return due + _pledge(rule, state, on) if has_begun(state, on) else due


def _elsewhere(rule: AnyIndicator, state: State, on: date) -> Count:
    """Votes count in other streams too, such as an organization's year; nothing is missing there."""
    found = _satisfaction(rule, state, on) if isinstance(rule, Satisfaction) else NOTHING
    return NOTHING if found.missing else found


def _due(rule: AnyIndicator, state: State, on: date, owed: Owing) -> Count:
    """The times at which a duty to show something was due, and those at which it was shown."""
    if not isinstance(rule, Openness) or not rule.duties:
        return NOTHING
    found = [one for one in owed(state, on) if one.duty in rule.duties]
    met = sum(one.met_on is not None and one.met_on <= on for one in found)
    return Count(met, len(found))


def _pledge(rule: AnyIndicator, state: State, on: date) -> Count:
    match rule:
        case Fulfilment():
            return _fulfilment(rule, state, on)
        case Participation():
            return _among(rule, state, on) or Count(int(takes_part(rule, state, on)), 1)
        case Openness():
            return _among(rule, state, on) or _openness(rule, state, on)
        case _:
            return _satisfaction(rule, state, on)


def has_begun(state: State, on: date) -> bool:
    """Whether anything had happened in a pledge by the end of a day."""
    if next(_recorded(state, on), None) is not None:
        return True
    signed = (s.occurred_on for signatures in state.signatures.values() for s in signatures)
    below = (s.passages[0].on for s in state.subjects.values() if s.id != state.root)
    return any(day <= on for day in (*signed, *below))


def takes_part(rule: Participation, state: State, on: date) -> bool:
    """Whether a pledge is one of somebody who takes part, or in which somebody did."""
    if not has_begun(state, on):
        return False
    if rule.state:
        return not _been(state.subjects[state.root], on).isdisjoint(rule.state)
    return not rule.means or any(
        record.means in rule.means and (not rule.by or record.capacity in rule.by)
        for record in _recorded(state, on)
    )


def absent(rule: AnyIndicator, number: int = 1) -> Count:
    """What adds nothing that could be counted: left out, or so many of which none is reached."""
    return Count(0, number if rule.missing == "zero" else 0, {}, 1)


def _fulfilment(rule: Fulfilment, state: State, on: date) -> Count:
    """Items, each by where it is and by where it has been.

    INVARIANT: whatever has once counted goes on counting unless it is put aside, so that taking
    a promise back never makes the rate better. `checks.indicators` keeps withdrawals from leading
    to where an item is fulfilled or aside.
    """
    counts = (*rule.counted, *rule.fulfilled)
    reached = total = 0
    aside: Counter[str] = Counter()
    for item in state.children(rule.of):
        if item.passages[0].on > on:
            continue
        here = item.state_on(on)
        if here in rule.aside:
            aside[here] += 1
        elif not _been(item, on).isdisjoint(counts):
            total += 1
            reached += here in rule.fulfilled
    if total or aside:
        return Count(reached, total, dict(aside))
    return absent(rule)


def _openness(rule: Openness, state: State, on: date) -> Count:
    taken = {record.means for record in _recorded(state, on)}
    return Count(sum(means in taken for means in rule.means), len(rule.means))


def _satisfaction(rule: Satisfaction, state: State, on: date) -> Count:
    wanted = (*rule.satisfied.tiers, *rule.satisfied.choices)
    satisfied = total = 0
    every = rule.records == "all"
    for record in chain.from_iterable(counting(state, c, on, every=every) for c in rule.command):
        votes = votes_in(record.fields.get(rule.field))
        total += sum(votes.values())
        satisfied += sum(number for answer, number in votes.items() if answer in wanted)
    return Count(satisfied, total) if total else absent(rule)


def _among(rule: Participation | Openness, state: State, on: date) -> Count | None:
    """What a pledge adds that is not one of those which an indicator is about; else nothing."""
    if not rule.among or not _been(state.subjects[state.root], on).isdisjoint(rule.among):
        return None
    return absent(rule, len(rule.means) if isinstance(rule, Openness) else 1)


def _been(subject: Subject, on: date) -> frozenset[str]:
    """Every state that a subject had entered by the end of a day."""
    return frozenset(passage.state for passage in subject.passages if passage.on <= on)


def _recorded(state: State, on: date) -> Iterator[Recorded]:
    for records in state.records.values():
        for record in records:
            if record.occurred_on <= on:
                yield record
