"""Guards about the promisor, the grade, the item's content and what the command says.

They are also conditions: any guard may stand under one of them with `if`.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated, Any, Literal

from pydantic import Field

from pledgeflow.domain.commands import AnyCommand, Command
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.guards.binding import (
    GRADE,
    OTHERWISE,
    OUTCOMES,
    Binding,
    Check,
    Offers,
    Sight,
)
from pledgeflow.policy.words import Grounded, Ident, Label, StateIds, TierIds


class Plain(Grounded):
    """A typed condition with a ground. label: how people call it."""

    label: Label | None = None

    def required(self) -> dict[str, Any]:
        """What is asked for, as plain data, for the reason a guard gives."""
        skipped = {"cite", "assumed", "label", "if_", "is_"}
        return self.model_dump(exclude=skipped, exclude_defaults=True, by_alias=True)


class Promisor(Plain):
    """The promisor is of these kinds (`leading: true`) and not of those (`retired: false`).

    posts: holds these in the own organization, and not those
    """

    is_: Literal["promisor"] = Field(alias="is")
    kinds: dict[Ident, bool] = {}
    posts: dict[Ident, bool] = {}

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        wanted, posts = tuple(self.kinds.items()), tuple(self.posts.items())

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            promisor, view = state.stream.promisor, facts.view
            kinds = kinds_of(view, promisor)
            held = tuple(
                post for post, _ in posts if promisor in view.holders(state.organization, post)
            )
            if all((kind in kinds) is value for kind, value in wanted) and all(
                (post in held) is value for post, value in posts
            ):
                return None
            found = {"kinds": tuple(sorted(kinds)), **({"posts": held} if posts else {})}
            return binding.reason("other_promisor", found=found)

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            promisor, view, home = state.stream.promisor, facts.view, state.organization
            kinds = kinds_of(view, promisor)
            return (
                all((kind in kinds) is value for kind, value in wanted),
                all((promisor in view.holders(home, post)) is value for post, value in posts),
            )

        return Check(binding.rule, judge, sights=(Sight(see, binding.within.root),))


class Graded(Plain):
    """The confirmed grade is one of these tiers (any tier, if none is named)."""

    is_: Literal["graded"] = Field(alias="is")
    tiers: TierIds = ()

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        tiers = frozenset(self.tiers)

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            grade = state.grade
            if grade is not None and grade.confirmed and (not tiers or grade.tier in tiers):
                return None
            held = {"tier": grade.tier, "confirmed": grade.confirmed} if grade is not None else {}
            return binding.reason("other_grade", found=held)

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            grade = state.grade
            return grade and ((not tiers or grade.tier in tiers), grade.confirmed)

        sights = (Sight(see, binding.within.root, besides=frozenset({GRADE})),)
        return Check(binding.rule, judge, alone=True, sights=sights)


class Stands(Plain):
    """The pledge, or whatever the stream is about, is in one of these states."""

    is_: Literal["stands"] = Field(alias="is")
    states: StateIds = Field(alias="in")

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        states = frozenset(self.states)

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            now = state.subjects[state.root].state_on(command.occurred_on)
            if now in states:
                return None
            triggers = binding.within.route(state.root, now, states)
            return binding.reason(
                "stands_elsewhere",
                found={"state": now},
                remedy=tuple(RemedyStep(t, binding.within.takers(t)) for t in triggers),
            )

        root = binding.within.root
        sight = Sight(lambda state, subject, facts: subject.state in states, root, where=states)
        return Check(binding.rule, judge, alone=True, sights=(sight,))


class Award(Plain):
    """What has come of the pledge so far makes eligible for awards, or bars from them.

    Who is barred by anything is not eligible; where nothing has come of it, neither holds.
    """

    is_: Literal["award"] = Field(alias="is")
    standing: Literal["eligible", "barred"]

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        wanted = self.standing

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            found = award_of(state)
            if found == wanted:
                return None
            return binding.reason("other_award", found={"standing": found} if found else {})

        besides = frozenset({OUTCOMES})
        sight = Sight(
            lambda state, subject, facts: award_of(state), binding.within.root, besides=besides
        )
        return Check(binding.rule, judge, alone=True, sights=(sight,))


class SomeoneElse(Plain):
    """Whoever acts is not the one whom a field names, of the command or of its item."""

    is_: Literal["someone_else"] = Field(alias="is")
    field: Ident

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        field = self.field

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            if not isinstance(command, Command):
                return None
            named = command.fields.get(field, subject.content.get(field))
            if named is None or named not in (command.actor, command.entered_by):
                return None
            return binding.reason(
                "names_oneself",
                found={"field": field, "actor": named},
                ruling=Ruling.NOT_AUTHORIZED,
            )

        offers: Offers = {field: (OTHERWISE,)}
        fields, sights = frozenset({field}), (_told(field),)
        return Check(binding.rule, judge, fields, offers=offers, alone=True, sights=sights)


class Content(Plain):
    """The item says this: each field has the value named (`true`: any value)."""

    is_: Literal["content"] = Field(alias="is")
    fields: dict[Ident, str | int | bool]

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        wanted = tuple(self.fields.items())

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            content = subject.content
            other = {
                name: None if value is True else value
                for name, value in wanted
                if (name not in content if value is True else content.get(name) != value)
            }
            if not other:
                return None
            return binding.reason(
                "other_content",
                found={"fields": tuple(other)},
                remedy=binding.amend(subject, other),
            )

        def see(state: State, subject: Subject, facts: Facts) -> Hashable:
            content = subject.content
            return tuple(n in content if v is True else content.get(n) == v for n, v in wanted)

        sights = (Sight(see, says={name: (value,) for name, value in wanted}),)
        return Check(binding.rule, judge, alone=True, sights=sights)


class Said(Plain):
    """The command says this: each field has one of the values named."""

    is_: Literal["said"] = Field(alias="is")
    fields: dict[Ident, str | int | bool]

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        wanted = tuple(self.fields.items())

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            fields = command.fields if isinstance(command, Command) else {}
            other = {name: value for name, value in wanted if fields.get(name) != value}
            if not other:
                return None
            return binding.reason(
                "said_otherwise",
                found={name: fields.get(name) for name in other},
                remedy=(RemedyStep(command.name, fields=other),),
            )

        # As a condition it may have to be avoided, too.
        offers = {name: (value, OTHERWISE) for name, value in wanted}
        fields = frozenset(self.fields)
        return Check(binding.rule, judge, fields, offers=offers, alone=True, sights=())


Condition = Annotated[Promisor | Graded | Content | Said, Field(discriminator="is_")]


class Guarded(Plain):
    """A condition that may itself count only under a condition: `if`."""

    if_: Condition | None = Field(default=None, alias="if")


def _told(field: str) -> Sight:
    """Whatever an item says in a field that names somebody."""
    return Sight(lambda state, subject, facts: subject.content.get(field), says={field: ()})


def award_of(state: State) -> str:
    """What a pledge's outcomes make of it: "barred", "eligible" or ""."""
    awards = {outcome.award for outcome in state.outcomes.values()}
    return next((award for award in ("barred", "eligible") if award in awards), "")


def kinds_of(view: View, owner: str) -> frozenset[str]:
    """What the directory calls a promisor, a person or an organization (its kind included)."""
    person = view.persons.get(owner)
    if person is not None:
        return person.kinds
    organization = view.organizations.get(owner)
    return organization.kinds | {organization.kind} if organization is not None else frozenset()
