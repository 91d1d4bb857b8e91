"""Guards over what the command itself says: findings, holders, attendance, tallies."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal

from pydantic import Field

from pledgeflow.domain.commands import AnyCommand, Command
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields, Value
from pledgeflow.errors import Reason, RemedyStep
from pledgeflow.policy.guards.binding import OTHERWISE, Binding, Check, Offers, Open, Sight
from pledgeflow.policy.guards.conditions import Guarded, kinds_of
from pledgeflow.policy.words import Ident, Idents


def said(command: AnyCommand) -> Fields:
    """The fields a command carries; time carries none."""
    return command.fields if isinstance(command, Command) else {}


def again(command: AnyCommand, fields: Mapping[str, Any]) -> tuple[RemedyStep, ...]:
    """The remedy of a payload guard: the same step, saying this."""
    return (RemedyStep(command.name, fields=fields),)


class AllYes(Guarded):
    """A checklist finds every one of these criteria met."""

    is_: Literal["all_yes"] = Field(alias="is")
    field: Ident
    of: Idents

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        field, criteria = self.field, self.of

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            findings = said(command).get(field)
            met = findings if isinstance(findings, Mapping) else {}
            for criterion in criteria:
                if met.get(criterion) is not True:
                    break
            else:
                return None
            failed = tuple(c for c in criteria if met.get(c) is not True)
            wanted = {**met, **dict.fromkeys(failed, True)}
            return binding.reason(
                "criteria_not_met",
                found={"field": field, "criteria": failed},
                remedy=again(command, {field: wanted}),
            )

        offers = {field: (dict.fromkeys(criteria, True),)}
        fields = frozenset({field})
        return Check(binding.rule, judge, fields=fields, offers=offers, alone=True, sights=())


class Includes(Guarded):
    """A field of several choices names all of these (`exactly`: and no others)."""

    is_: Literal["includes"] = Field(alias="is")
    field: Ident
    of: Idents
    exactly: bool = False

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        return _naming(binding, self.field, self.of, exactly=self.exactly)


class Copies(Guarded):
    """The copies of a document go to just these holders, people, bodies or places."""

    is_: Literal["copies"] = Field(alias="is")
    field: Ident = "copies"
    holders: Idents

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        return _naming(binding, self.field, self.holders, exactly=True)


class Given(Guarded):
    """These fields of the command, otherwise optional, are filled in."""

    is_: Literal["given"] = Field(alias="is")
    fields: Idents

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        fields = self.fields

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            filled = said(command)
            missing = tuple(f for f in fields if f not in filled)
            if not missing:
                return None
            return binding.reason(
                "fields_missing",
                found={"fields": missing},
                remedy=again(command, dict.fromkeys(missing)),
            )

        offers = dict.fromkeys(fields, ())
        read = frozenset(fields)
        return Check(binding.rule, judge, fields=read, offers=offers, alone=True, sights=())


class Listed(Guarded):
    """What a field says is on the list that holds for the promisor.

    of: for everybody; kinds: kind of promisor -> for these (of several kinds, for each of them);
    open: what is not among the field's choices at all is taken too: from everybody, or from these
    kinds and from who is of none that has a list
    """

    is_: Literal["listed"] = Field(alias="is")
    field: Ident
    of: Idents = ()
    kinds: dict[Ident, Idents] = {}
    open: bool | Idents = False

    @property
    def named(self) -> tuple[str, ...]:
        """Every value that stands on one of the lists, once."""
        lists = (self.of, *self.kinds.values())
        return tuple(dict.fromkeys(value for each in lists for value in each))

    def listed_for(self, kinds: frozenset[str]) -> tuple[str, ...]:
        """The values that a promisor of these kinds may choose from."""
        own = (values for kind, values in self.kinds.items() if kind in kinds)
        return tuple(dict.fromkeys(value for each in (self.of, *own) for value in each))

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        field, is_open = self.field, self.open
        known = frozenset((*self.named, *binding.within.choices(binding.rule, field)))

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            given = said(command).get(field, ())
            values = given if isinstance(given, tuple) else (given,)
            if not values:
                return None
            kinds = kinds_of(facts.view, state.stream.promisor)
            own = self.listed_for(kinds)
            free = is_open is True or (
                is_open is not False
                and (kinds.isdisjoint(self.kinds) or not kinds.isdisjoint(is_open))
            )
            other = tuple(str(v) for v in values if v not in own and not (free and v not in known))
            if not other:
                return None
            listed = tuple(sorted(kinds & self.kinds.keys()))
            return binding.reason(
                "not_listed_for",
                found={"field": field, "values": other, "own": own, "kinds": listed},
                remedy=again(command, {field: own[0]}) if own else (),
            )

        lists = tuple(each for each in (self.of, *self.kinds.values()) if each)
        offers: Offers = {field: (*lists, OTHERWISE)}

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            kinds = kinds_of(facts.view, state.stream.promisor)
            free = kinds.isdisjoint(self.kinds) or not kinds.isdisjoint(
                is_open if isinstance(is_open, tuple) else ()
            )
            return bool(self.listed_for(kinds)), free

        sights = (Sight(see, binding.within.root),)
        return Check(binding.rule, judge, frozenset({field}), offers=offers, sights=sights)


def _named_too(answer: Value, wanted: Idents, missing: Idents, extra: Idents) -> Value:
    """What a field has to say. What it names already stays: another guard may ask for that."""
    if isinstance(answer, Mapping):
        return {**answer, **dict.fromkeys(missing, True), **dict.fromkeys(extra, False)}
    if isinstance(answer, tuple) and not extra:
        return (*answer, *missing)
    return wanted


def _naming(binding: Binding, field: str, wanted: tuple[str, ...], *, exactly: bool) -> Check:
    members = frozenset(wanted)

    def judge(state: State, subject: Subject, command: AnyCommand, facts: Facts) -> Reason | None:
        answer = said(command).get(field, ())
        named = answer
        if isinstance(named, Mapping):
            named = tuple(name for name, met in named.items() if met is True)
        given = frozenset(named) if isinstance(named, tuple) else frozenset({named})
        if given == members if exactly else given >= members:
            return None
        missing = tuple(w for w in wanted if w not in given)
        extra = tuple(sorted(str(g) for g in given - members)) if exactly else ()
        return binding.reason(
            "not_named",
            found={"field": field, "missing": missing, "extra": extra},
            remedy=again(command, {field: _named_too(answer, wanted, missing, extra)}),
        )

    # Naming nobody at all may mean leaving the field out.
    offered: tuple[Value | Open, ...] = (wanted,) if wanted else (wanted, OTHERWISE)
    fields, offers = frozenset({field}), {field: offered}
    return Check(binding.rule, judge, fields=fields, offers=offers, alone=True, sights=())
