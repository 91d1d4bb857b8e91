"""The guard over a tally that a command carries: that enough votes are counted, and not too many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields
from pledgeflow.errors import Reason, RemedyStep
from pledgeflow.policy.guards.binding import Binding, Check, Offers
from pledgeflow.policy.guards.conditions import Guarded
from pledgeflow.policy.guards.payload import said
from pledgeflow.policy.words import Ident, Share, share

MANY = 10**12
"""More people than any tally that is tried counts votes: what is offered as their number."""


class Tally(Guarded):
    """A tally counts at least so many votes in all.

    present: a field with the number of voters: nobody casts more than `marks` votes, and one of
    them for each choice; of: a field with the number of those entitled: no more than that vote, and
    `share` of them at least (of the voters present, if their number is said; else of the votes)
    """

    is_: Literal["tally"] = Field(alias="is")
    field: Ident
    at_least: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    present: Ident | None = None
    marks: Annotated[int, Field(ge=1, le=1_000)] = 1
    share: Share | None = None
    of: Ident | None = None

    def bind(self, binding: Binding) -> Check:
        """Compile against its place in the policy."""

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            return _Counted(self, binding, command, said(command)).reason()

        others = tuple(name for name in (self.present, self.of) if name is not None)
        # Everybody entitled came: so many that none of the tallies tried exceeds them.
        offers: Offers = {self.field: (self.at_least,), **dict.fromkeys(others, (MANY,))}
        if self.present is None and self.of is not None and self.share is not None:
            offers = {**offers, self.of: (self.at_least,)}
        return Check(binding.rule, judge, fields=frozenset((self.field, *others)), offers=offers)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a command says of votes, held against a guard."""

    guard: Tally
    binding: Binding
    command: AnyCommand
    fields: Fields

    def reason(self) -> Reason | None:
        """What is wrong first; the others hang on it."""
        guard = self.guard
        missing = tuple(n for n in (guard.present, guard.of) if n is not None and self._of(n) is None)
        if missing:
            return self._because("votes_of_unknown_many", {"fields": missing}, missing)
        if (votes := self._total()) < guard.at_least:
            return self._because("too_few_votes", {"votes": votes}, (guard.field,))
        return self._too_many(votes) or self._too_small_a_share(votes)

    def _too_many(self, votes: int) -> Reason | None:
        """More votes than those present can have cast, or more of them than there are."""
        guard, present = self.guard, self._of(self.guard.present)
        entitled, both = self._of(guard.of), (guard.field, guard.present or guard.of or "")
        voters = present if present is not None else entitled
        if voters is None:
            return None
        if present is not None and entitled is not None and present > entitled:
            found = {"present": present, "entitled": entitled}
            return self._because("too_many_present", found, (str(guard.present), str(guard.of)))
        largest = max(self._parts(), default=0)
        if largest > voters:
            found = {"votes": largest, "most": voters, "present": voters}
            return self._because("too_many_votes", found, both)
        if votes > voters * guard.marks:
            found = {"votes": votes, "most": voters * guard.marks, "present": voters}
            return self._because("too_many_votes", found, both)
        return None

    def _too_small_a_share(self, votes: int) -> Reason | None:
        guard, present = self.guard, self._of(self.guard.present)
        entitled, came = self._of(guard.of), votes if present is None else present
        if guard.share is None or entitled is None:
            return None
        part: Fraction = share(guard.share)
        if came >= part * entitled:
            return None
        found = {"votes": came, "entitled": entitled, "least": -(-part * entitled // 1)}
        named = guard.field if guard.present is None else guard.present
        return self._because("too_small_a_share", found, (named, str(guard.of)))

    def _because(self, code: str, found: Mapping[str, Any], fields: tuple[str, ...]) -> Reason:
        """A reason; what helps is the same step, with other numbers in these fields."""
        remedy = (RemedyStep(self.command.name, fields=dict.fromkeys(fields)),)
        return self.binding.reason(code, found=found, remedy=remedy)

    def _parts(self) -> tuple[int, ...]:
        counts = self.fields.get(self.guard.field)
        votes = counts.values() if isinstance(counts, Mapping) else ()
        return tuple(n for n in votes if isinstance(n, int))

    def _total(self) -> int:
        return sum(self._parts())

    def _of(self, name: str | None) -> int | None:
        """The number a field says."""
        found = self.fields.get(name) if name is not None else None
        return found if isinstance(found, int) and not isinstance(found, bool) else None
