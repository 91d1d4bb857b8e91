"""What is owed in a stream by when, and who owes it; the second half asks the directory.

Nothing here is stored: an instance is worked out from the records and the passages each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import Tick
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.duties.owing import Owed, Status, instances, unmet_from

__all__ = ["Owed", "Status", "answering", "applies", "asked_on", "first_owed", "owed"]


def owed(rules: Ruleset, state: State, calendar: Calendar, *, until: date) -> Iterator[Owed]:
    """Every instance of every duty that is due by a day, the earliest first, met or not.

    A duty under an `if` is among them whomever it is about: see `applies`. Raises CalendarError
    where working days are asked about that nobody has announced.
    """
    if state.root not in state.subjects:
        return
    found = (
        one
        for duty in rules.duties.values()
        for one in instances(duty, state, calendar)
        if one.due <= until
    )
    yield from sorted(found, key=lambda one: (one.due, one.duty, one.subject))


def first_owed(rules: Ruleset, state: State, calendar: Calendar) -> date | None:
    """A day before which nothing that is not met yet is due; None if nothing is owed."""
    days = (day for duty in rules.duties.values() for day in unmet_from(duty, state, calendar))
    return min(days, default=None)


def asked_on(one: Owed, today: date) -> date:
    """As of which day the directory says who owes an instance: its due date, or today before that."""
    return min(one.due, today)


def applies(rules: Ruleset, state: State, one: Owed, facts: Facts) -> bool:
    """Whether the condition of a duty, if it has one, holds. facts: with the view of `asked_on`."""
    condition = rules.duties[one.duty].condition
    if condition is None:
        return True
    return condition(state, state.subjects[one.subject], Tick(one.due), facts) is None


def answering(rules: Ruleset, state: State, one: Owed, view: View) -> tuple[str, ...]:
    """Who owes an instance; nobody where its role and all who step in for it are vacant.

    view: as of `asked_on`, so that a duty passes on with the post it belongs to
    """
    return rules.roles.answering(one.owner, state, view)
