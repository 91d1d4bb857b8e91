"""The guard over a tally that a command carries: that enough votes are counted, and not too many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
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

    present: a field with the number of voters: each casts `marks` votes at most, and one for any
    choice; of: a field with the number of those entitled: no more than that are present, and
    `share` of them at least
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

        numbers = tuple(name for name in (self.present, self.of) if name is not None)
        # Everybody entitled came: so many that no tally that is tried exceeds them.
        offers: Offers = {self.field: (self.at_least,), **dict.fromkeys(numbers, (MANY,))}
        fields = frozenset((self.field, *numbers))
        return Check(binding.rule, judge, fields=fields, offers=offers, sights=())


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a command says of votes, held against a guard."""

    guard: Tally
    binding: Binding
    command: AnyCommand
    fields: Fields

    def reason(self) -> Reason | None:
        """What is wrong first: the rest hangs on it."""
        guard = self.guard
        numbers = {
            n: _number(self.fields.get(n)) for n in (guard.present, guard.of) if n is not None
        }
        missing = tuple(name for name, number in numbers.items() if number is None)
        if missing:
            again = dict.fromkeys(missing)
            return self._because("voters_of_unknown_number", {"fields": missing}, again)
        votes = self._votes()
        if sum(votes) < guard.at_least:
            return self._because("too_few_votes", {"votes": sum(votes)}, {guard.field: None})
        present = numbers.get(guard.present or "")
        if present is None:
            return None
        entitled = numbers.get(guard.of or "")
        return self._too_many(votes, present) or self._too_few(present, entitled)

    def _too_many(self, votes: tuple[int, ...], present: int) -> Reason | None:
        """More votes than those present can have cast, for any choice or in all."""
        marks, largest, total = self.guard.marks, max(votes), sum(votes)
        wanted = max(largest, -(-total // marks))
        if present >= wanted:
            return None
        counted, most = (largest, present) if largest > present else (total, present * marks)
        found = {"votes": counted, "most": most, "present": present}
        return self._because("too_many_votes", found, {str(self.guard.present): wanted})

    def _too_few(self, present: int, entitled: int | None) -> Reason | None:
        """More present than are entitled, or too small a share of those."""
        if entitled is None:
            return None
        guard, found = self.guard, {"present": present, "entitled": entitled}
        if present > entitled:
            return self._because("too_many_present", found, {str(guard.of): present})
        least = ceil(share(guard.share) * entitled) if guard.share is not None else 0
        if present < least:
            again = {str(guard.present): least}
            return self._because("too_small_a_share", {**found, "least": least}, again)
        return None

    def _because(self, code: str, found: Mapping[str, Any], again: Mapping[str, Any]) -> Reason:
        """A reason; what helps is the same step, saying this."""
        remedy = (RemedyStep(self.command.name, fields=again),)
        return self.binding.reason(code, found=found, remedy=remedy)

    def _votes(self) -> tuple[int, ...]:
        counts = self.fields.get(self.guard.field)
        votes = counts.values() if isinstance(counts, Mapping) else ()
        return tuple(n for n in votes if isinstance(n, int))


def _number(value: object) -> int | None:
    """A field's whole number; nothing, where there is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
