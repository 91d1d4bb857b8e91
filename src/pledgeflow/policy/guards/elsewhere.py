"""Guards that lean on other streams: what others have done first, and how another stream stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from pledgeflow.domain.commands import PLEDGE, Aggregate, AnyCommand, Command, place_of
from pledgeflow.domain.facts import Facts, Look, Query
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import MissingFactError, Reason, RemedyStep
from pledgeflow.policy.guards.binding import Binding, Check, Sight, Surroundings
from pledgeflow.policy.guards.conditions import Award, Graded, Guarded, Stands
from pledgeflow.policy.guards.history import NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import Items
from pledgeflow.policy.words import Ident, Idents


class PrecededElsewhere(Guarded):
    """Others of the same cycle have taken a step of this meaning first.

    among: which others (`leading: true`), in the own organization or the whole jurisdiction;
    posts: whoever holds one of these, too
    """

    is_: Literal["preceded_elsewhere"] = Field(alias="is")
    means: Means = Field(strict=False)
    among: dict[Ident, bool] = {}
    posts: Idents = ()
    in_: Literal["own", "jurisdiction"] = Field(default="own", alias="in")

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        kinds = tuple(self.among.items())
        own, means, posts = self.in_ == "own", self.means.value, self.posts

        def ask(state: State, subject: Subject, command: AnyCommand) -> Query:
            return Query(
                jurisdiction=state.stream.jurisdiction,
                cycle=state.stream.cycle,
                organization=state.organization if own else "",
                kinds=kinds,
                means=means,
                on=command.occurred_on,
                besides=state.stream.promisor,
                posts=posts,
            )

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            query = ask(state, subject, command)
            fact = facts.elsewhere.get(query)
            if fact is None:
                raise MissingFactError(f"`{binding.rule}` leans on a fact that was not fetched")
            if not isinstance(fact.value, tuple) or not fact.value:
                return None
            return binding.reason(
                "others_first",
                found={"missing": fact.value},
                remedy=tuple(
                    RemedyStep(
                        trigger,
                        binding.within.takers(trigger),
                        not_after=command.occurred_on,
                        promisor=other,
                    )
                    for other in fact.value
                    for trigger in binding.within.meaning(means)[:1]
                ),
            )

        return Check(binding.rule, judge, ask=ask, sights=())


HERE = ("promisor", "own", "superior")
"""Whose other stream may be meant without a field that says so."""

OF_ALL = ("", "annul", "correct")
"""Remedies that no policy declares: to wait, and to take back or put right what was recorded."""

There = Annotated[
    PrecededBy | NotPrecededBy | Items | Graded | Stands | Award, Field(discriminator="is_")
]
"""What can be asked of another stream."""


class Elsewhere(Guarded):
    """Another stream of the cycle stands as these guards ask, which are judged there.

    in, called, venue: which of their streams; whose: of the promisor of this one, of the own
    organization, of the one directly above, or of whoever a field names, of the command or its item
    """

    is_: Literal["elsewhere"] = Field(alias="is")
    in_: Aggregate = Field(default=PLEDGE, alias="in")
    called: Ident | None = None
    venue: Ident | Literal[""] = ""
    whose: Ident = "promisor"
    guards: Annotated[dict[Ident, There], Field(min_length=1)]

    @property
    def place(self) -> str:
        """What stands for the other stream in its name, as for a track."""
        return place_of(self.in_, self.called, self.venue)

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""
        whose, place = self.whose, self.place
        books = binding.within.beside(place)
        inner = {track: tuple(self._bound(binding, book)) for track, book in books.items()}
        named = whose not in HERE

        def ask(state: State, subject: Subject, command: AnyCommand) -> Look | None:
            owner: object = state.stream.promisor if whose == "promisor" else state.organization
            if named:
                said = command.fields if isinstance(command, Command) else {}
                owner = said.get(whose, subject.content.get(whose))
            if not isinstance(owner, str):
                return None
            stream = state.stream
            return Look(
                stream.jurisdiction,
                stream.cycle,
                owner,
                place,
                command.occurred_on,
                above=whose == "superior",
            )

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            query = ask(state, subject, command)
            if query is None:
                return binding.reason("nobody_named", found={"field": whose})
            fact = facts.elsewhere.get(query)
            if fact is None:
                raise MissingFactError(f"`{binding.rule}` leans on a fact that was not fetched")
            there = fact.value
            found: dict[str, object] = {"owner": query.owner, "place": place}
            if query.above:
                found["above"] = True
            # one that is under other rules than these may be in a track that they do not have
            if not isinstance(there, State) or there.track not in inner:
                return binding.reason("not_begun_elsewhere", found=found)
            root = there.subjects[there.root]
            for check in inner[there.track]:
                reason = check.judge(there, root, command, facts)
                if reason is not None:
                    return _there(binding, reason, (there, books[there.track]), found)
            return None

        # Whom an item names is known; whom the command will name is not, before it is given.
        open_ = named and binding.within.asks(binding.rule, whose)
        fields = frozenset({whose}) if open_ else frozenset[str]()
        told = Sight(lambda state, subject, facts: subject.content.get(whose), says={whose: ()})
        sights = (told,) if named else ()
        return Check(binding.rule, judge, ask=ask, fields=fields, sights=sights)

    def _bound(self, binding: Binding, there: Surroundings) -> Iterator[Check]:
        """The guards as they are judged in streams of one track."""
        for name, guard in self.guards.items():
            rule, cite = f"{binding.rule}.guards.{name}", guard.cite or binding.clauses
            yield guard.bind(Binding(rule, cite, there.root, there, guard.required()))


def _there(
    binding: Binding, reason: Reason, beside: tuple[State, Surroundings], found: dict[str, object]
) -> Reason:
    """What is wrong in the other stream, as a reason here; its remedy is to be taken there.

    beside: that stream, and its rules: where nobody takes a step that would help, nothing does
    """
    there, book = beside
    stream, steps = there.stream, reason.remedy
    if not all(book.takers(step.command) for step in steps if step.command not in OF_ALL):
        steps = ()
    return binding.reason(
        "not_so_elsewhere",
        found={
            **found,
            "because": {
                "code": reason.code,
                "required": reason.required,
                "found": reason.found,
            },
        },
        remedy=tuple(replace(step, promisor=stream.promisor, venue=stream.venue) for step in steps),
        ruling=reason.ruling,
    )
