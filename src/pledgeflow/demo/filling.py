"""Fills in the fields of a step by their types, well or carelessly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from pledgeflow.demo.cast import Cast
from pledgeflow.demo.names import ELSEWHERE, words
from pledgeflow.demo.temper import Temper
from pledgeflow.domain.commands import PLEDGE
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Ruleset, StepName
from pledgeflow.policy.judging.awarding import SELECTION, Choosing
from pledgeflow.policy.language.steps import CommandField

MANY = 9
"""Of more people nobody says anything in one form."""
CONTENT = frozenset({Means.PROPOSAL, Means.REVISION})
"""What these say is what is promised."""


@dataclass(frozen=True, slots=True)
class Form:
    """Somebody with a form. subject: the item it is about; on: today; ends: of the cycle."""

    rules: Ruleset
    state: State
    temper: Temper
    on: date
    ends: date
    lang: str
    rng: Random
    cast: Cast = field(default_factory=Cast)

    def filled(
        self, command: StepName, subject: str, asked: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        """Every required field, and the optional ones if somebody is careful.

        asked: what has to be said; only that, where an item is mended
        """
        asked = asked or {}
        mends = bool(asked) and command.means == Means.REVISION
        said: dict[str, object] = {}
        for name, spec in command.rules.fields.items():
            if asked.get(name) is not None:
                said[name] = asked[name]
            elif name == command.pointer:
                if subject in self.state.subjects and "/" in subject:
                    said[name] = subject
            elif spec.required or name in asked or (self._careful() and not mends):
                value = self.value(spec, command.means)
                if value is not None:
                    said[name] = value
        return {**said, **self._parts(command, said, asked)}

    def _parts(
        self, command: StepName, said: Mapping[str, object], asked: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Of what is counted of a whole, most where somebody is careful, and never more than that."""
        parts: dict[str, object] = {}
        for name, spec in command.rules.fields.items():
            whole = said.get(spec.part_of or "")
            if name in said and isinstance(whole, int) and asked.get(name) is None:
                parts[name] = self.rng.randint(whole // 2 if self._careful() else 0, whole)
        return parts

    def blanks(self, command: StepName, asked: Mapping[str, object]) -> Mapping[str, object]:
        """Something for each field that has to be said, whatever it is; None where there is nothing."""
        specs = command.rules.fields
        open_ones = [name for name, value in asked.items() if value is None and name in specs]
        return {name: self.value(specs[name], command.means) for name in open_ones}

    def _careful(self) -> bool:
        return self.rng.random() < self.temper.care

    def value(self, spec: CommandField, means: str) -> object:
        """A value that fits the type; nothing where there is none to choose from."""
        readers: Mapping[str, Callable[[], object]] = {
            "text": lambda: words(self.rng, means, self.lang),
            "choice": lambda: next(iter(self._chosen(spec, 1)), None),
            "choices": lambda: self._chosen(spec, len(spec.choices)) or None,
            "checklist": lambda: {c: self._careful() for c in spec.choices},
            "tally": lambda: self._tally(spec),
            "results": lambda: self._results(spec),
            "tier": self._tier,
            "date": lambda: self._day(means),
            "integer": self._number,
            "decimal": lambda: self.rng.randint(1, 9),
            "boolean": lambda: True,
            "person": self._person,
            "organization": lambda: self.state.organization,
            "policy": lambda: self.cast.policy or None,
        }
        return readers[spec.type]() if spec.type in readers else None

    def _number(self) -> int:
        """In a selection two places, or fewer, so that there is something to choose; else any."""
        if self.state.stream.aggregate == SELECTION:
            number = sum(1 for _ in Choosing(self.rules, self.state).candidates())
            return max(1, min(2, number - 1))
        return self.rng.randint(1, 9)

    def _chosen(self, spec: CommandField, number: int) -> list[str]:
        """So many of the values there are; a word of one's own where none are named."""
        if spec.choices:
            return self.rng.sample(list(spec.choices), number)
        return [ELSEWHERE[self.lang != "zh"]] if spec.open else []

    def _results(self, spec: CommandField) -> Mapping[str, str] | None:
        """The best of most of one's people, the next of some."""
        tiers = self.rules.evaluation.tiers if self.rules.evaluation is not None else {}
        words = list(spec.choices or tiers)
        people = self.cast.of(self.state.organization)[:MANY]
        said = {who: words[0 if self._careful() else min(1, len(words) - 1)] for who in people}
        return said or None if words else None

    def _tally(self, spec: CommandField) -> Mapping[str, int] | None:
        """Most votes for the tier that fits, fewer for those beside it."""
        tiers = list(self.rules.evaluation.tiers) if self.rules.evaluation is not None else []
        tiers = list(spec.choices) or tiers
        if spec.of is not None:
            tiers = [subject.id for subject in self.state.children(spec.of)]
        place = min(self.temper.grade, len(tiers) - 1)
        votes = {tier: max(0, 12 - 7 * abs(i - place)) for i, tier in enumerate(tiers)}
        return {tier: n + self.rng.randint(0, 3) for tier, n in votes.items()} or None

    def _tier(self) -> str | None:
        tiers = list(self.rules.evaluation.tiers) if self.rules.evaluation is not None else []
        return tiers[min(self.temper.grade, len(tiers) - 1)] if tiers else None

    def _day(self, means: str) -> date:
        """A promise is due before the cycle ends; anything else within a month."""
        if means not in CONTENT:
            return self.on + timedelta(days=self.rng.randint(15, 30))
        room = max(30, (self.ends - self.on).days - 60)
        return self.on + timedelta(days=self.rng.randint(30, room))

    def _person(self) -> str:
        if self.state.stream.aggregate != PLEDGE:
            people = self.cast.of(self.state.organization)
            return self.rng.choice(people) if people else self.state.organization
        owners = [r.actor for records in self.state.records.values() for r in records]
        promisor = self.state.stream.promisor
        return owners[0] if owners and promisor == self.state.organization else promisor
