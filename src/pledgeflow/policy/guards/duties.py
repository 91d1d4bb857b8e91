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
from pledgeflow.policy.duties.owing import After, Duty, Owed, Status, instances, wherever
from pledgeflow.policy.guards.binding import ENTERED, GRADE, Binding, Check, Sight, slack
from pledgeflow.policy.guards.conditions import Guarded
from pledgeflow.policy.words import Ident

COMING = "coming"
"""The name of an item that nobody has added yet."""


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
            """How it stands with each whom it concerns: now, and if it were one everywhere."""
            today, state = facts.today, _with_one_more(duty, state, binding, facts.today)
            told: dict[str, list[Hashable]] = {}
            for ever in (duty, wherever(duty)) if duty is not None else ():
                for item in _concerned(ever, state, subject):
                    under = ever.condition
                    holds = under is None or under(state, item, Tick(today), facts) is None
                    told.setdefault(item.id, []).append(holds)
                for o in _still(ever, state, subject, facts):
                    days = slack(o.since, today, 0), slack(o.due, today), slack(o.known, today, 0)
                    told[o.subject].append((*days, o.done))
            return tuple(sorted(map(tuple, told.values()), key=repr))

        def turns(state: State, subject: Subject, facts: Facts) -> Iterator[date]:
            for owed in self._coming(duty, state, subject, facts):
                yield owed.since
                yield owed.due + DAY

        counted = frozenset(duty.counted if duty is not None else ())
        besides = frozenset({ENTERED, GRADE})
        sights = [Sight(see, turns=turns, records=counted, besides=besides)]
        if duty is not None and duty.each:
            # Which items there are, where they stand and what they say; what is seen of them is above.
            sights.append(Sight(_nothing, duty.each, says={"": ()}, idle=bool))
        return Check(binding.rule, judge, relies=relies, sights=tuple(sights))

    def _coming(
        self, duty: Duty | None, state: State, subject: Subject, facts: Facts
    ) -> Iterator[Owed]:
        """What of the duty is unmet, or still to come, now or once it is one."""
        for ever in (duty, wherever(duty)) if duty is not None else ():
            yield from _still(ever, state, subject, facts)

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


def brought(duty: Duty) -> Check:
    """Whether what a duty comes from has happened: elsewhere it is none, and begins to be one there.

    No guard: it has nothing against anything.
    """

    def judge(state: State, subject: Subject, command: AnyCommand, facts: Facts) -> Reason | None:
        return None

    def see(state: State, subject: Subject, facts: Facts) -> Hashable:
        found = instances(wherever(duty), state, facts.calendar)
        return any(owed.subject == subject.id for owed in found)

    counted = frozenset(duty.counted)
    sights = (Sight(see, records=counted, alike=("brought", duty.id)),)
    return Check(duty.rule, judge, reads=counted, sights=sights)


def _concerned(duty: Duty, state: State, subject: Subject) -> tuple[Subject, ...]:
    """Whose duty it is of those that a step about a subject looks at."""
    if not duty.each:
        return (state.subjects[state.root],)
    wanted = (state.root, f"{duty.each}/{COMING}")
    items = state.children(duty.each)
    return tuple(i for i in items if subject.id in (wanted[0], i.id) or i.id == wanted[1])


def _with_one_more(duty: Duty | None, state: State, binding: Binding, today: date) -> State:
    """The same with an item that comes today, where it depends on the day what such a one owes."""
    if duty is None or not duty.each or isinstance(duty.rhythm, After):
        return state
    initial = binding.within.initial(duty.each)
    coming = f"{duty.each}/{COMING}"
    item = Subject(coming, duty.each, state.root, (Passage(initial, today, state.version + 1),))
    return replace(state, subjects={**state.subjects, coming: item})


def _still(duty: Duty, state: State, subject: Subject, facts: Facts) -> Iterator[Owed]:
    """What of a duty is unmet, or still to come, whatever it is under."""
    concerned = {each.id for each in _concerned(duty, state, subject)}
    for owed in instances(duty, state, facts.calendar):
        unmet = owed.status(facts.today) in (Status.OPEN, Status.OVERDUE)
        if owed.subject in concerned and unmet:
            yield owed


def _nothing(*_: object) -> bool:
    """What is seen of an item that is looked at with everything else: it might not be there."""
    return True


def _root(owed: Owed, state: State) -> bool:
    return owed.subject == state.root
