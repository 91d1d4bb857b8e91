"""Fields with whole numbers that cannot be just any: a part is no more than its whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields, Value
from pledgeflow.errors import Reason, RemedyStep
from pledgeflow.policy.guards.binding import Check, Open
from pledgeflow.policy.guards.payload import said
from pledgeflow.policy.guards.tallies import MANY
from pledgeflow.policy.language.steps import CommandRules


@dataclass(frozen=True, slots=True)
class Bounded:
    """A field with a whole number. command: whose; least: no less; whole: the field it is part of."""

    command: str
    field: str
    rule: str
    clauses: tuple[str, ...]
    least: int
    whole: str | None

    def against(self, fields: Fields) -> Reason | None:
        """Why the number cannot be that, with the numbers; nothing where it is not given."""
        number, of = fields.get(self.field), fields.get(self.whole or "")
        if not isinstance(number, int):
            return None
        if number < self.least:
            required: dict[str, object] = {"field": self.field, "at_least": self.least}
            again: dict[str, Value] = {self.field: self.least}
            return self._because("number_too_small", (required, {"number": number}), again)
        if isinstance(of, int) and number > of:
            required = {"field": self.field, "part_of": self.whole}
            most = max(of, self.least)
            again = {self.field: most} if most == of else {self.field: most, str(self.whole): most}
            found = {"part": number, "whole": of}
            return self._because("part_exceeds_whole", (required, found), again)
        return None

    def check(self) -> Check:
        """The same for `permitted`, with numbers to try: no less, and of a whole large enough."""

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            return self.against(said(command))

        offers: dict[str, tuple[Value | Open, ...]] = {self.field: (self.least,)}
        if self.whole is not None:
            offers[self.whole] = (MANY,)
        return Check(self.rule, judge, fields=frozenset(offers), offers=offers)

    def _because(
        self, code: str, told: tuple[Mapping[str, object], Mapping[str, object]], again: Fields
    ) -> Reason:
        """A reason: what was required and found, and what the same step would have to say."""
        remedy = (RemedyStep(self.command, fields=again),)
        return Reason(code, self.rule, self.clauses, *told, remedy)


def bounded(name: str, command: CommandRules) -> Iterator[Bounded]:
    """The fields of a command whose numbers are bounded."""
    for field, spec in command.fields.items():
        if spec.at_least is not None or spec.part_of is not None:
            rule = f"commands.{name}.fields.{field}"
            least = spec.at_least if spec.at_least is not None else 0
            yield Bounded(name, field, rule, spec.cite, least, spec.part_of)
