"""A guard over duties: something is owed now, so that it can be reminded of or urged."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import date
from typing import Literal

from pydantic import Field

from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.commands import AnyCommand, Tick
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import Passage, State, Subject
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.duties.owing import Duty, Owed, Status, instances, wherever
from pledgeflow.policy.guards.binding import ENTERED, GRADE, Binding, Check, Sight, slack
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

        return Check(binding.rule, judge, relies=relies, sights=tuple(_sights(duty)))

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


def brought(duty: Duty) -> Sight:
    """Whether what a duty comes from has happened: elsewhere it is none, and begins to be one there."""

    def see(state: State, subject: Subject, facts: Facts) -> Hashable:
        found = instances(wherever(duty), state, facts.calendar)
        return any(owed.subject == subject.id for owed in found)

    return Sight(see, records=frozenset(duty.counted), alike=("brought", duty.id))


def _sights(duty: Duty | None) -> Iterator[Sight]:
    """What is seen of the whole, or of each item that may owe it: now, and if it were one everywhere."""
    if duty is None:
        return

    def see(state: State, subject: Subject, facts: Facts) -> Hashable:
        today, (there, owing) = facts.today, _with(duty, state, subject, facts.today)
        under = duty.condition
        holds = under is None or under(there, owing, Tick(today), facts) is None
        told = (
            tuple(
                sorted(
                    (
                        slack(o.since, today, 0),
                        slack(o.due, today),
                        slack(o.known, today, 0),
                        o.done,
                    )
                    for o in _still(ever, there, owing, facts)
                )
            )
            for ever in (duty, wherever(duty))
        )
        return holds, *told

    def turns(state: State, subject: Subject, facts: Facts) -> Iterator[date]:
        there, owing = _with(duty, state, subject, facts.today)
        ended = owing.state in duty.ends_with.get(owing.lifecycle, ())
        for owed in _still(duty if ended else wherever(duty), there, owing, facts):
            yield owed.since
            yield owed.due + DAY

    besides = frozenset({ENTERED, *((GRADE,) if duty.condition is not None else ())})
    yield Sight(see, duty.each, turns, frozenset(duty.counted), besides=besides, idle=_idle)
    if duty.each:
        # What an item says may decide whether it owes anything, too.
        yield Sight(_nothing, duty.each, says={"": ()}, idle=_settled)


def _with(duty: Duty, state: State, subject: Subject, today: date) -> tuple[State, Subject]:
    """Who owes it of those that are looked at; an item that is still to come, as if it came today."""
    if not duty.each:
        return state, state.subjects[state.root]
    if subject.id in state.subjects:
        return state, subject
    passages = (Passage(subject.state, today, state.version + 1),)
    coming = replace(subject, passages=passages)
    return replace(state, subjects={**state.subjects, coming.id: coming}), coming


def _still(duty: Duty, state: State, subject: Subject, facts: Facts) -> Iterator[Owed]:
    """What of a subject's duty is unmet, or still to come, whatever it is under."""
    for owed in instances(duty, state, facts.calendar):
        unmet = owed.status(facts.today) in (Status.OPEN, Status.OVERDUE)
        if owed.subject == subject.id and unmet:
            yield owed


def _idle(seen: tuple[bool, tuple[object, ...], tuple[object, ...]]) -> bool:
    """Whether an item owes nothing."""
    return not seen[1]


def _nothing(*_: object) -> None:
    """What is seen of an item where nothing but how it stands and what it says matters."""


def _settled(_: object) -> bool:
    """It might as well not be there."""
    return True


def _root(owed: Owed, state: State) -> bool:
    return owed.subject == state.root
