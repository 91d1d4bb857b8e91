"""Guards over what has happened before in the same stream: most conditions are of this kind."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from operator import le
from typing import Annotated, Any, Literal

from dateutil.relativedelta import relativedelta
from pydantic import Field

from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Value
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.guards.binding import ENTERED, REVISED, Binding, Check, Sight, slack
from pledgeflow.policy.guards.conditions import Guarded
from pledgeflow.policy.words import (
    CommandId,
    CommandIds,
    Ident,
    Model,
    Period,
    RoleIds,
    StateId,
    StateIds,
    period,
)

LAST_REVISION = "last_revision"
ALWAYS = (0, date.min)
_Counting = Callable[[State, Subject, date], list[Recorded]]


class Each(Model):
    """For every item of a lifecycle that is in one of these states (in any, if none is named)."""

    of: Ident
    states: StateIds = Field(default=(), alias="in")


class Past(Guarded):
    """Which records count: of these commands, in these capacities, saying this, since then.

    since_last: only what came after the last record of that command; each round needs its own
    """

    command: CommandIds
    by: RoleIds = ()
    saying: dict[Ident, str | int | bool] = {}
    since: StateId | Literal["last_revision"] | None = None
    since_last: CommandId | None = None

    def threshold(self, binding: Binding) -> Callable[[State, Subject], tuple[int, date]]:
        """The version after which, and the day from which, records count."""
        since = self.since
        if since is None:
            return lambda state, subject: ALWAYS
        if since == LAST_REVISION:
            return lambda state, subject: (_revised(state, subject), date.min)
        if not self._since_the_whole(binding):
            return lambda state, subject: subject.entered(since)
        return lambda state, subject: state.subjects[state.root].entered(since)

    def _since_the_whole(self, binding: Binding) -> bool:
        """Whether it counts since the whole entered a state, and not whatever is judged."""
        named = self.since is not None and self.since != LAST_REVISION
        return named and binding.within.home_of(str(self.since)) != binding.lifecycle

    def counting(self, binding: Binding) -> Callable[[State, Subject, date], list[Recorded]]:
        """The records that count on a day, oldest first."""
        after, round_of = self.threshold(binding), self.since_last
        commands, by, saying = self.command, frozenset(self.by), tuple(self.saying.items())

        def records(state: State, subject: Subject, on: date) -> list[Recorded]:
            first, day = after(state, subject)
            if round_of is not None:
                last, begun = _last(round_of, state, subject, on)
                first, day = max(first, last), max(day, begun)
            return [
                record
                for command in commands
                for record in state.records.get(command, ())
                if record.version > first
                and day <= record.occurred_on <= on
                and (not by or record.capacity in by)
                and all(says(record.fields.get(name), value) for name, value in saying)
                and concerns(record, subject, state)
            ]

        return records

    def _sight(
        self,
        binding: Binding,
        records: _Counting,
        *,
        most: int = 1,
        spans: tuple[relativedelta, ...] = (),
        of: str = "",
    ) -> Sight:
        """As many records as matter; where it matters how old they are, for how long it still does."""

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            found = records(state, subject, facts.today)
            if not spans:
                return min(len(found), most)
            left = {
                tuple(slack(record.occurred_on + span, facts.today) for span in spans)
                for record in found
            }
            return tuple(sorted(left)) if most == 1 else _many(found, spans, facts.today)

        def turns(state: State, subject: Subject, facts: Facts) -> Iterator[date]:
            for record in records(state, subject, facts.today):
                for span in spans:
                    yield record.occurred_on + span
                    yield record.occurred_on + span + DAY

        says = {name: (value,) for name, value in self.saying.items()}
        asks = (self.command, self.by, tuple(self.saying.items()), self.since, self.since_last)
        alike = (*asks, most, tuple(map(repr, spans)), of)
        read = frozenset((*self.command, *((self.since_last,) if self.since_last else ())))
        timed = turns if spans else None
        besides = frozenset({REVISED} if self.since == LAST_REVISION else ())
        besides |= {ENTERED} if self._since_the_whole(binding) else set()
        return Sight(see, of, timed, read, says, alike=alike, besides=besides)


class PrecededBy(Past):
    """This has happened before: at least n times, by whom, saying what, since when, how recently.

    ago: at least so long ago, as a notice that has to stand for some days
    """

    is_: Literal["preceded_by"] = Field(alias="is")
    at_least: Annotated[int, Field(ge=1, le=1_000)] = 1
    within: Period | None = None
    ago: Period | None = None
    each: Each | None = None

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        records, at_least = self.counting(binding), self.at_least
        plainly = self._plainly()
        span = period(self.within) if self.within is not None else None
        stood = period(self.ago) if self.ago is not None else None
        each = self.each

        def count(state: State, subject: Subject, on: date) -> int:
            found = records(state, subject, on)
            if stood is not None:
                found = [record for record in found if record.occurred_on + stood <= on]
            if span is not None:
                return sum(1 for record in found if record.occurred_on + span >= on)
            return len(found)

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            on = command.occurred_on
            if plainly is not None:
                for record in state.records.get(plainly, ()):
                    if record.occurred_on <= on and concerns(record, subject, state):
                        return None
            if each is None:
                number = count(state, subject, on)
                if number >= at_least:
                    return None
                if stood is not None and (young := records(state, subject, on)[:at_least]):
                    return _too_young(binding, young[-1].occurred_on, stood)
                about = self._concerned(binding, state, subject)
                return self._lacking(binding, number, (about,))
            items = [
                item
                for item in state.children(each.of)
                if not each.states or item.state in each.states
            ]
            without = [item.id for item in items if count(state, item, on) < at_least]
            if not without:
                return None
            return self._lacking(binding, 0, tuple(without))

        spans = tuple(s for s in (span, stood) if s is not None)
        of = each.of if each is not None else ""
        sight = self._sight(binding, records, most=at_least, spans=spans, of=of)
        helps = frozenset(self.command) - {self.since_last}
        where = frozenset(each.states if each is not None else ())
        sight = replace(
            sight,
            where=where,
            helps=frozenset() if spans else helps,
            enough=at_least,
            idle=None if spans else partial(le, at_least),
        )
        return Check(
            binding.rule, judge, reads=frozenset(self.command), alone=True, sights=(sight,)
        )

    def _plainly(self) -> str | None:
        """The one command, where a single record of it on time is all that is asked.

        Most guards are of this kind: they are answered at a glance, without a list of records.
        """
        since = self.since or self.since_last
        asks_more = self.by or self.saying or since or self.within or self.ago or self.each
        single = self.at_least == 1 and len(self.command) == 1 and not asks_more
        return self.command[0] if single else None

    def _concerned(self, binding: Binding, state: State, subject: Subject) -> str | None:
        """The item that the missing step has to name: this one, or the one it belongs to."""
        kind = binding.within.points_at(self.command[0])
        above = state.subjects.get(subject.of)
        lines = (item for item in (subject, above) if item is not None)
        return next((item.id for item in lines if item.lifecycle == kind), None)

    def _lacking(self, binding: Binding, number: int, about: tuple[str | None, ...]) -> Reason:
        command = self.command[0]
        named = tuple(subject for subject in about if subject is not None)
        return binding.reason(
            "not_preceded",
            found={"times": number, **({"subjects": named} if named else {})},
            remedy=tuple(
                RemedyStep(
                    command,
                    by=by,
                    subject=subject,
                    times=self.at_least - number,
                    fields=dict(self.saying),
                )
                for subject in about
                for by in ([self.by] if self.by else binding.within.hands(command))
            ),
        )


def _too_young(binding: Binding, last: date, stood: relativedelta) -> Reason:
    """It has happened, but not long enough ago."""
    return binding.reason(
        "not_long_enough",
        found={"on": last},
        ruling=Ruling.NOT_YET,
        remedy=(RemedyStep("", not_before=last + stood),),
    )


class NotPrecededBy(Past):
    """This has not happened: never (since a state), or not `for` a length of time."""

    is_: Literal["not_preceded_by"] = Field(alias="is")
    for_: Period | None = Field(default=None, alias="for")

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        records = self.counting(binding)
        span = period(self.for_) if self.for_ is not None else None

        def latest(state: State, subject: Subject, on: date) -> date:
            found = records(state, subject, on)
            start = self._start(binding, state, subject)
            return max((r.occurred_on for r in found), default=start)

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            return slack(_later(latest(state, subject, facts.today), length), facts.today, 0)

        def turns(state: State, subject: Subject, facts: Facts) -> Iterator[date]:
            yield _later(latest(state, subject, facts.today), length)

        length = span if span is not None else relativedelta()

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            on = command.occurred_on
            if span is None:
                found = records(state, subject, on)
                if not found:
                    return None
                return binding.reason("preceded", found={"on": found[-1].occurred_on})
            last = latest(state, subject, on)
            if last + span <= on:
                return None
            return binding.reason(
                "too_recent",
                found={"on": last},
                ruling=Ruling.NOT_YET,
                remedy=(RemedyStep("", not_before=last + span),),
            )

        sight = self._sight(binding, records)
        if span is not None:
            sight = replace(sight, see=see, turns=turns, alike=None)
        return Check(
            binding.rule, judge, reads=frozenset(self.command), alone=True, sights=(sight,)
        )

    def _start(self, binding: Binding, state: State, subject: Subject) -> date:
        """The time without it is counted from the state named, or from the subject's beginning."""
        if self.since is None or self.since == LAST_REVISION:
            return subject.passages[0].on
        mine = binding.within.home_of(self.since) == binding.lifecycle
        among = subject if mine else state.subjects[state.root]
        days = [p.on for p in among.passages if p.state == self.since]
        return days[-1] if days else among.passages[0].on


def _later(day: date, length: relativedelta) -> date:
    """So much later; what has not come into being yet (`date.max`) is never later than that."""
    return day if day == date.max else day + length


def _many(
    found: list[Recorded], spans: tuple[relativedelta, ...], today: date
) -> tuple[tuple[int, ...], ...]:
    """For how long each record matters, where several have to."""
    left = (tuple(slack(record.occurred_on + span, today) for span in spans) for record in found)
    return tuple(sorted(left))


def says(said: Value | None, wanted: Any) -> bool:
    """Whether a record's field says what is wanted; a choice of several says each of them."""
    return wanted in said if isinstance(said, tuple) else said == wanted


def concerns(record: Recorded, subject: Subject, state: State) -> bool:
    """Whether a record is about a subject: the pledge is about all, an item about its own."""
    about = record.subject
    if about == subject.id or about in (state.root, subject.of) or subject.id == state.root:
        return True
    # What is owed by the whole pledge is met by the practice of any of its items.
    item = state.subjects.get(about)
    return subject.of == state.root and item is not None and item.lifecycle != subject.lifecycle


def _last(command: str, state: State, subject: Subject, on: date) -> tuple[int, date]:
    """The version and day of the last record of a command about a subject, up to a day.

    What came later does not count: a record that is put right later was not of a later round.
    """
    told = [
        r
        for r in state.records.get(command, ())
        if r.occurred_on <= on and concerns(r, subject, state)
    ]
    return (told[-1].version, told[-1].occurred_on) if told else ALWAYS


def _revised(state: State, subject: Subject) -> int:
    if subject.id == state.root:
        return state.revised
    return subject.revisions[-1] if subject.revisions else 0
