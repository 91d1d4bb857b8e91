"""Guards that lean on other streams: what others have done first."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts, Query
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import MissingFactError, Reason, RemedyStep
from pledgeflow.policy.guards.binding import Binding, Check
from pledgeflow.policy.guards.conditions import Guarded
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
            if not fact.value:
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

        return Check(binding.rule, judge, ask=ask)
