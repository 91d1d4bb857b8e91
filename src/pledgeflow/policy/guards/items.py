"""Guards over the items of a pledge: how many, in which states, with which content, due when."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Value
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.guards.binding import CALLED, Binding, Check, Sight, slack
from pledgeflow.policy.guards.conditions import Guarded
from pledgeflow.policy.guards.history import says
from pledgeflow.policy.words import Ident, Idents, StateIds

Number = Annotated[int, Field(ge=0, le=100_000)]


class Items(Guarded):
    """The items of a lifecycle: at least so many, each with these fields, all/any/none in states.

    `in` says which of them count (all, if no state is named), `saying` what these have to say
    (`true`: anything). more_than, fewer_than: of a number, or of the one that a field of what they
    belong to says, such as the places of an award.
    """

    is_: Literal["items"] = Field(alias="is")
    of: Ident
    states: StateIds = Field(default=(), alias="in")
    saying: dict[Ident, str | int | bool] = {}
    at_least: Annotated[int, Field(ge=0, le=1_000)] = 0
    more_than: Number | Ident | None = None
    fewer_than: Number | Ident | None = None
    fields: Idents = ()
    all: StateIds = ()
    any: StateIds = ()
    none: StateIds = ()

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        counted, fields, saying = frozenset(self.states), self.fields, tuple(self.saying.items())

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            items = [
                item
                for item in state.subjects.values()
                if item.lifecycle == self.of and (not counted or item.state in counted)
                if all(_says(item, name, value) for name, value in saying)
            ]
            least = self.at_least
            if self.more_than is not None:
                bound = _bound(self.more_than, state)
                if bound is None:
                    return _unbounded(binding, state, self.more_than)
                least = max(least, bound + 1)
            if len(items) < least:
                return self._too_few(binding, state, len(items), least)
            if self.fewer_than is not None:
                most = _bound(self.fewer_than, state)
                if most is None:
                    return _unbounded(binding, state, self.fewer_than)
                if len(items) >= most:
                    found = {"items": len(items), "most": most}
                    return binding.reason("too_many_items", found=found)
            for item in items:
                if any(field not in item.content for field in fields):
                    return self._lacking(binding, items)
            return self._misplaced(binding, items)

        return Check(binding.rule, judge, alone=True, sights=tuple(self._sights(binding)))

    def _sights(self, binding: Binding) -> Iterator[Sight]:
        """Of each item: whether it counts, is complete, and where it is; the numbers of the root."""
        counted, saying, fields = frozenset(self.states), tuple(self.saying.items()), self.fields
        places = tuple(frozenset(p) for p in (self.all, self.any, self.none) if p)

        def see(state: State, item: Subject, facts: Facts) -> Hashable:
            return (
                not counted or item.state in counted,
                all(_says(item, name, value) for name, value in saying),
                all(name in item.content for name in fields),
                *(item.state in place for place in places),
            )

        wanted: dict[str, tuple[Value, ...]] = dict.fromkeys(fields, (True,))
        wanted |= {name: (value,) for name, value in saying}
        asks = (self.states, saying, fields, *places)
        counting = self.at_least or self.more_than is not None or self.fewer_than is not None

        def idle(seen: tuple[bool, ...]) -> bool:
            counts, said, complete, *where = seen
            fits = [(not p) if wanted else p for p, wanted in zip(where, kinds, strict=True)]
            return not (counts and said) or (complete and not counting and not any(fits))

        # Of these places it should be in the first, and in none of the others.
        kinds = [kind == "all" for kind in ("all", "any", "none") if getattr(self, kind)]
        alike = (*asks, bool(counting), tuple(kinds))
        yield Sight(see, self.of, says=wanted, where=counted, alike=alike, idle=idle)
        for number in (self.more_than, self.fewer_than):
            if isinstance(number, str):
                yield _number(number, binding.within.root)

    def _too_few(self, binding: Binding, state: State, number: int, least: int) -> Reason:
        """More are added; or those that are there, but in another state, are brought into it."""
        others = [
            item
            for item in state.children(self.of)
            if self.states and item.state not in self.states
            if all(_says(item, name, value) for name, value in self.saying.items())
        ]
        ways = [(item, self._way(binding, item.state, self.states)) for item in others]
        remedy = [
            RemedyStep(trigger, binding.within.takers(trigger), item.id)
            for item, way in [w for w in ways if w[1]][: least - number]
            for trigger in way
        ]
        if not remedy:
            remedy = list(self._added(binding, state, least - number))
        found = {"items": number, **({"least": least} if least > self.at_least else {})}
        return binding.reason("too_few_items", found=found, remedy=tuple(remedy))

    def _added(self, binding: Binding, state: State, number: int) -> Iterator[RemedyStep]:
        """So many new ones, and what brings each, by the id it will have, into its state."""
        within = binding.within
        adder = next(iter(within.adders(self.of)), None)
        if adder is None:
            return
        said = {name: None if value is True else value for name, value in self.saying.items()}
        yield RemedyStep(adder, within.takers(adder), times=number, fields=said)
        initial = within.initial(self.of)
        if initial in self.states:
            return
        first = len(state.children(self.of)) + 1
        for trigger in self._way(binding, initial, self.states):
            for i in range(first, first + number):
                yield RemedyStep(trigger, within.takers(trigger), f"{self.of}/{i}")

    def _way(self, binding: Binding, source: str, dests: tuple[str, ...]) -> tuple[str, ...]:
        """To the state named first if any way leads there: authors name the good end first."""
        routes = (binding.within.route(self.of, source, frozenset({dest})) for dest in dests)
        return next((route for route in routes if route), ())

    def _lacking(self, binding: Binding, items: list[Subject]) -> Reason:
        lacking = {
            item.id: missing
            for item in items
            if (missing := tuple(f for f in self.fields if f not in item.content))
        }
        return binding.reason(
            "items_incomplete",
            found={"subjects": tuple(lacking), "fields": lacking},
            remedy=tuple(
                RemedyStep(trigger, binding.within.takers(trigger), item, fields=_blank(missing))
                for item, missing in lacking.items()
                for trigger in binding.within.amenders(self.of)[:1]
            ),
        )

    def _misplaced(self, binding: Binding, items: list[Subject]) -> Reason | None:
        if self.all and (off := [i for i in items if i.state not in self.all]):
            return self._elsewhere(binding, off, lambda state: self._way(binding, state, self.all))
        if self.none and (off := [i for i in items if i.state in self.none]):
            # Any other state will do: the nearest, by the step that the author names first.
            others = binding.within.states(self.of) - frozenset(self.none)
            return self._elsewhere(
                binding, off, lambda state: binding.within.route(self.of, state, others)
            )
        if self.any and not any(i.state in self.any for i in items):
            first = items[:1]
            return self._elsewhere(
                binding, first, lambda state: self._way(binding, state, self.any)
            )
        return None

    def _elsewhere(
        self, binding: Binding, off: list[Subject], way: Callable[[str], tuple[str, ...]]
    ) -> Reason:
        return binding.reason(
            "items_not_ready",
            found={"subjects": {item.id: item.state for item in off}},
            remedy=tuple(
                RemedyStep(trigger, binding.within.takers(trigger), item.id)
                for item in off
                for trigger in way(item.state)
            ),
        )


class Due(Guarded):
    """The item's due date has passed, or has not. field: which of its dates."""

    is_: Literal["due"] = Field(alias="is")
    field: Ident = "due"
    passed: bool

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        field, passed = self.field, self.passed

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            due, on = subject.content.get(field), command.occurred_on
            if not isinstance(due, date):
                return self._undated(binding, subject) if passed else None
            if (on > due) is passed:
                return None
            if passed:
                wait = RemedyStep("", not_before=due + timedelta(days=1))
                return binding.reason(
                    "not_due_yet", found={"due": due}, ruling=Ruling.NOT_YET, remedy=(wait,)
                )
            return binding.reason("past_due", found={"due": due, "on": on}, ruling=Ruling.TOO_LATE)

        def relies(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> date | None:
            due = subject.content.get(field)
            return due if isinstance(due, date) else None

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            due = subject.content.get(field)
            return slack(due, facts.today) if isinstance(due, date) else None

        def turns(state: State, subject: Subject, facts: Facts) -> Iterator[date]:
            due = subject.content.get(field)
            if isinstance(due, date) and due < date.max:
                yield due + timedelta(days=1)

        sights = (Sight(see, turns=turns, says={field: ()}),)
        return Check(binding.rule, judge, relies=relies, alone=True, sights=sights)

    def _undated(self, binding: Binding, subject: Subject) -> Reason:
        remedy = binding.amend(subject, {self.field: None})
        return binding.reason("no_due_date", found={"due": None}, remedy=remedy)


class CarriedAtMost(Guarded):
    """The item has been carried over from an earlier cycle fewer times than this."""

    is_: Literal["carried_at_most"] = Field(alias="is")
    periods: Annotated[int, Field(ge=0, le=100)]

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            carried = subject.content.get("carried", 0)
            if isinstance(carried, int) and carried < self.periods:
                return None
            return binding.reason("carried_too_often", found={"periods": carried})

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            carried = subject.content.get("carried", 0)
            return min(carried, self.periods) if isinstance(carried, int) else self.periods

        return Check(binding.rule, judge, alone=True, sights=(Sight(see),))


class CalledFor(Guarded):
    """An outcome calls for this step and has not got it yet. outcome: which (any, if none)."""

    is_: Literal["called_for"] = Field(alias="is")
    outcome: Idents = ()

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        named = frozenset(self.outcome)

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            for outcome in state.outcomes.values():
                if (
                    command.name in outcome.open_calls
                    and (not named or outcome.id in named)
                    and outcome.subject == subject.id
                ):
                    return None
            arisen = tuple(outcome.id for outcome in state.outcomes.values())
            return binding.reason("not_called_for", found={"outcomes": arisen})

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            mine = (o for o in state.outcomes.values() if o.subject == subject.id)
            told = (o for o in mine if not named or o.id in named)
            # Whatever is called for is answered by all of them at once: by which does not matter.
            return tuple(sorted({command for o in told for command in o.open_calls}))

        called = [f"{CALLED}.{name}" for name in self.outcome] or [CALLED]
        sights = (Sight(see, besides=frozenset(called)),)
        return Check(binding.rule, judge, alone=True, sights=sights)


MOST_PLACES = 100
"""More than so many items no exploration looks at."""


def _number(field: str, root: str) -> Sight:
    """What the root says in a field that holds a number."""

    def see(state: State, subject: Subject, facts: Facts) -> Hashable:
        said = subject.content.get(field)
        return min(said, MOST_PLACES) if isinstance(said, int) else None

    return Sight(see, root, says={field: (1,)})


def _bound(named: int | str, state: State) -> int | None:
    """A number, or what the root says in that field; nothing where it does not."""
    said = state.subjects[state.root].content.get(named) if isinstance(named, str) else named
    return said if isinstance(said, int) else None


def _unbounded(binding: Binding, state: State, field: int | str) -> Reason:
    root = state.subjects[state.root]
    remedy = binding.amend(root, {str(field): None})
    return binding.reason("no_number", found={"field": field}, remedy=remedy)


def _says(item: Subject, name: str, value: str | int | bool) -> bool:
    """Whether an item's content says something: this, or anything at all."""
    said = item.content.get(name)
    return said is not None and (value is True or says(said, value))


def _blank(fields: tuple[str, ...]) -> dict[str, Any]:
    return dict.fromkeys(fields)
