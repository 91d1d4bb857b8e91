"""A guard over duties: something is owed now, so that it can be reminded of or urged."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.commands import AnyCommand, Tick
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.duties.owing import Duty, Owed, Status, instances
from pledgeflow.policy.guards.binding import Binding, Check, Sight, slack
from pledgeflow.policy.guards.conditions import Guarded
from pledgeflow.policy.words import Ident


class Owing(Guarded):
    """A duty is owed now: its time has begun, and it is not met.

    overdue: true asks for one whose due date has passed, false for one that can still be in time
    """

    is_: Literal["owed"] = Field(alias="is")
    duty: Ident
    overdue: bool | None = None

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        duty = binding.within.duty(self.duty)

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            pending = self._pending(duty, state, subject, (command, facts))
            on = command.occurred_on
            if any(self._is_meant(owed, on) for owed in pending):
                return None
            return self._other(binding, pending, on)

        def relies(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> date | None:
            on = command.occurred_on
            pending = self._pending(duty, state, subject, (command, facts))
            return next((owed.due for owed in pending if self._is_meant(owed, on)), None)

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            today = facts.today
            return tuple(
                sorted(
                    (slack(o.since, today, 0), slack(o.due, today), slack(o.known, today, 0))
                    for o in self._coming(duty, state, subject, facts)
                )
            )

        def turns(state: State, subject: Subject, facts: Facts) -> Iterator[date]:
            for owed in self._coming(duty, state, subject, facts):
                yield owed.since
                yield owed.due + DAY

        counted = frozenset(duty.counted if duty is not None else ())
        sights = (Sight(see, turns=turns, records=counted),)
        return Check(binding.rule, judge, relies=relies, sights=sights)

    def _coming(
        self, duty: Duty | None, state: State, subject: Subject, facts: Facts
    ) -> Iterator[Owed]:
        """What of the duty is unmet, or still to come, as far as it is known today."""
        found = _applying(duty, state, facts) if duty is not None else ()
        for owed in found:
            mine = subject.id in (state.root, owed.subject) or _root(owed, state)
            if mine and owed.status(facts.today) in (Status.OPEN, Status.OVERDUE):
                yield owed

    def _pending(
        self, duty: Duty | None, state: State, subject: Subject, asked: tuple[AnyCommand, Facts]
    ) -> list[Owed]:
        """What of the duty is unmet on the day, the earliest first."""
        command, facts = asked
        if duty is None:
            return []
        found = _applying(duty, state, facts)
        about = (o for o in found if subject.id in (state.root, o.subject) or _root(o, state))
        return sorted((o for o in about if o.still(command.occurred_on)), key=lambda o: o.due)

    def _is_meant(self, owed: Owed, on: date) -> bool:
        overdue = owed.status(on) is Status.OVERDUE
        return owed.since <= on and self.overdue in (None, overdue)

    def _other(self, binding: Binding, pending: list[Owed], on: date) -> Reason:
        """What has to be waited for, if anything is to come."""
        # What is met later than the day in question is not worth waiting for.
        coming = [o for o in pending if o.status(on) is Status.OPEN and o.met_on is None]
        if not coming:
            return binding.reason("not_owed", found={"due": pending[0].due if pending else None})
        first = coming[0]
        begins = first.due + DAY if self.overdue else first.since
        return binding.reason(
            "not_owed_yet",
            found={"due": first.due},
            ruling=Ruling.NOT_YET,
            remedy=(RemedyStep("", not_before=begins),),
        )


def _applying(duty: Duty, state: State, facts: Facts) -> Iterator[Owed]:
    """The instances of a duty that its condition does not rule out."""
    for owed in instances(duty, state, facts.calendar):
        subject = state.subjects[owed.subject]
        if duty.condition is None or not duty.condition(state, subject, Tick(owed.due), facts):
            yield owed


def _root(owed: Owed, state: State) -> bool:
    return owed.subject == state.root
