"""Whether indicators count something that there is, in at least one of the tracks they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.language.indicators import (
    AnyIndicator,
    Fulfilment,
    Openness,
    Participation,
    Satisfaction,
)
from pledgeflow.policy.language.schema import Document
from pledgeflow.policy.language.steps import CommandField

VOTES = ("tally", "tier", "choice")
TAKEN_BACK = frozenset({Means.WITHDRAWAL, Means.REFUSAL})


def indicator_findings(document: Document, surfaces: Sequence[Surface]) -> Iterator[Finding]:
    """Everything wrong with a policy's indicators."""
    if not surfaces:
        return  # an abstract policy says what others count, of steps that only they have
    for name, rule in document.indicators.items():
        place = ("indicators", name)
        yield from unknown((*place, "tracks"), "track", rule.tracks, document.tracks)
        yield from _cut_off((*place, "as_of"), rule, document)
        about = [s for s in surfaces if not rule.tracks or s.track in rule.tracks]
        yield from _Indicator(place, about or surfaces).findings(rule)


def _cut_off(place: Place, rule: AnyIndicator, document: Document) -> Iterator[Finding]:
    stage = rule.as_of.stage if rule.as_of is not None else None
    if stage is None:
        return
    stages = document.cycle.stages if document.cycle is not None else {}
    yield from unknown((*place, "stage"), "stage", (stage,), stages)
    if stage in stages and stages[stage].until is None:
        yield (*place, "stage"), f"`{stage}` has no end; give it `until:`, or name a day"


@dataclass(frozen=True, slots=True)
class _Indicator:
    place: Place
    surfaces: Sequence[Surface]

    def findings(self, rule: AnyIndicator) -> Iterator[Finding]:
        match rule:
            case Fulfilment():
                yield from self._fulfilment(rule)
            case Participation():
                yield from self._pledges("state", rule.state)
                yield from self._pledges("among", rule.among)
                yield from self._means(rule.means)
                roles = {role for surface in self.surfaces for role in surface.roles}
                yield from unknown((*self.place, "by"), "role", rule.by, roles)
            case Openness():
                yield from self._pledges("among", rule.among)
                yield from self._means(rule.means)
                duties = {name for surface in self.surfaces for name in surface.rules.duties}
                yield from unknown((*self.place, "duties"), "duty", rule.duties, duties)
            case _:
                yield from self._satisfaction(rule)

    def _fulfilment(self, rule: Fulfilment) -> Iterator[Finding]:
        place, of = self.place, rule.of
        items = {name for s in self.surfaces for name in s.rules.lifecycles if name != s.root}
        yield from unknown((*place, "of"), "lifecycle of items", (of,), items)
        if of not in items:
            return
        states = {state for surface in self.surfaces for state in surface.book.states(of)}
        for key in ("counted", "fulfilled", "aside"):
            yield from unknown((*place, key), "state", getattr(rule, key), states)
        for state in rule.aside:
            if state in rule.fulfilled:
                yield (*place, "aside"), f"`{state}` is fulfilled too; keep it in one of them"
        withdrawn = set(self._withdrawn(of))
        for key in ("fulfilled", "aside"):
            for state in getattr(rule, key):
                if state in withdrawn:
                    yield (
                        (*place, key),
                        f"a promise that is taken back becomes `{state}`, which would make the "
                        "rate better; take it out here",
                    )

    def _withdrawn(self, of: str) -> Iterator[str]:
        """Where the items of a lifecycle go by a step that takes a promise back."""
        for surface in self.surfaces:
            lifecycle = surface.rules.lifecycles.get(of)
            for key, step in lifecycle.transitions.items() if lifecycle is not None else ():
                command = surface.rules.commands.get(fires(key, step))
                if command is not None and command.means in TAKEN_BACK and step.dest is not None:
                    yield step.dest

    def _pledges(self, key: str, named: tuple[str, ...]) -> Iterator[Finding]:
        states = {state for s in self.surfaces for state in s.book.states(s.root)}
        yield from unknown((*self.place, key), "state of a pledge", named, states)

    def _means(self, named: Iterable[Means]) -> Iterator[Finding]:
        taken = {s.rules.commands[name].means for s in self.surfaces for name in s.given}
        for means in named:
            if means not in taken:
                yield (
                    (*self.place, "means"),
                    f"no step that somebody can take means `{means.value}`; take it out, or give a "
                    "command that meaning",
                )

    def _satisfaction(self, rule: Satisfaction) -> Iterator[Finding]:
        place, satisfied = self.place, rule.satisfied
        given = {command for surface in self.surfaces for command in surface.given}
        yield from unknown(
            (*place, "command"), "command that somebody can give", rule.command, given
        )
        for name in rule.command:
            specs = list(self._specs(name, rule.field))
            if name in given and not any(spec.type in VOTES and not spec.of for spec in specs):
                yield (
                    (*place, "field"),
                    f"`{name}` has no field `{rule.field}` that holds votes of tiers or choices; "
                    "name one of type `tally`, `tier` or `choice`",
                )
            if satisfied.choices and any(not spec.open for spec in specs):
                choices = {choice for spec in specs for choice in spec.choices}
                where = (*place, "satisfied", "choices")
                yield from unknown(where, f"choice of `{rule.field}`", satisfied.choices, choices)
        tiers = {tier for s in self.surfaces for tier in _tiers(s)}
        yield from unknown((*place, "satisfied", "tiers"), "tier", satisfied.tiers, tiers)

    def _specs(self, command: str, field: str) -> Iterator[CommandField]:
        for surface in self.surfaces:
            rules = surface.rules.commands.get(command)
            if rules is not None and field in rules.fields:
                yield rules.fields[field]


def _tiers(surface: Surface) -> Iterable[str]:
    evaluation = surface.rules.evaluation
    return evaluation.tiers if evaluation is not None else ()
