"""`diff`: what two policies say and permit differently, and whether the second only tightens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeflow.assurance.diffing import (
    AlignFile,
    Compared,
    Difference,
    compare,
    counterparts,
    read_alignment,
)
from pledgeflow.assurance.diffing.ruled import Ruled, places, ruled, rules_of
from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.listing import labels
from pledgeflow.assurance.verifying.writing import plain
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import differing, rules_apart
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.options import Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, fail, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import counting
from pledgeflow.domain.commands import AnyCommand, Command
from pledgeflow.exports.differing import Differing, Places
from pledgeflow.policy.compiled.rules import Policy

DEFAULT = Bounds()
PAIRS = 2_000
"""Pairs of states a track, unless somebody says otherwise: a pair costs more than a state."""


def diff(
    one: Annotated[
        str, typer.Argument(metavar="A", help="A policy, by name or by path.", show_default=False)
    ],
    other: Annotated[str, typer.Argument(metavar="B", help="The other.", show_default=False)],
    *,
    lang: LangOption,
    track: Annotated[
        str | None,
        typer.Option("--track", metavar="T[=U]", help="Only this track; of B it is U."),
    ] = None,
    align: Annotated[
        Path | None,
        typer.Option(
            "--align", metavar="FILE", help="What of A is what of B, where that is not found."
        ),
    ] = None,
    refines: Annotated[
        bool,
        typer.Option("--refines", help="Only whether B permits nothing that A refuses."),
    ] = False,
    bound: Annotated[
        int, typer.Option("--bound", min=1, metavar="N", help="So many pairs of states a track.")
    ] = PAIRS,
    items: Annotated[
        int, typer.Option("--items", min=1, max=9, metavar="N", help="Items of each kind, at most.")
    ] = DEFAULT.items,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare two policies: first the rules, then what one permits and the other refuses."""
    catalogue = Catalogue()
    policies = catalogue.load(one), catalogue.load(other)
    said = read_alignment(align, policies) if align is not None else AlignFile()
    pairs = _tracks(policies, track, said)
    bounds = Bounds(bound, items, DEFAULT.months, DEFAULT.merges)
    behaviour: list[Compared] = []
    with counting(lang.pick("正在比较", "comparing"), len(pairs)) as done:
        for pair in pairs:
            behaviour.append(compare(policies, pair, bounds, said))
            done(pair[0])
    rules = _rules((one, other), pairs[0] if track is not None else None, lang)
    report = _Report(policies, rules, behaviour, lang, refines, track is not None)
    if form is Format.JSON:
        print_json(report.data())
    else:
        report.show()
    if report.differs:
        raise typer.Exit(FINDINGS)


def _tracks(
    policies: tuple[Policy, Policy], track: str | None, said: AlignFile
) -> list[tuple[str, str]]:
    if track is None:
        pairs = list(counterparts(*policies, said))
        if not pairs:
            for policy in policies:
                if not policy.tracks:
                    raise fail(f"`{policy.name}` has no track; name a policy that has promisors")
            raise fail("no track of one is like a track of the other; name them with `--track`")
        return pairs
    ours, _, theirs = track.partition("=")
    named = ours, theirs or said.tracks.get(ours) or ours
    for policy, name in zip(policies, named, strict=True):
        if name not in policy.tracks:
            known = ", ".join(f"`{t}`" for t in policy.tracks) or "none"
            raise fail(f"`{policy.name}` has no track `{name}`; it has {known}")
    return [named]


def _rules(
    names: tuple[str, str], tracks: tuple[str, str] | None, lang: Lang
) -> tuple[rules_apart.Side, rules_apart.Side]:
    catalogue = Catalogue()
    sides = [
        rules_apart.Side(
            rules_of(catalogue, name, tracks[here] if tracks is not None else None),
            catalogue.register(name),
            Describer(labels(catalogue, name), lang),
            catalogue,
            name,
        )
        for here, name in enumerate(names)
    ]
    return sides[0], sides[1]


@dataclass(frozen=True, slots=True)
class _Report:
    """Both parts of a comparison. refines: only what the second permits and the first refuses;
    one: of one track that was named
    """

    policies: tuple[Policy, Policy]
    sides: tuple[rules_apart.Side, rules_apart.Side]
    behaviour: Sequence[Compared]
    lang: Lang
    refines: bool
    one: bool

    @property
    def differs(self) -> bool:
        """Whether anything is told, or could be there untold."""
        rules = not self.refines and bool(self._ruled.lines)
        return rules or any(not e.complete or self._wanted(e) for e in self.behaviour)

    @property
    def _ruled(self) -> Ruled:
        return ruled(self.sides[0].rules, self.sides[1].rules)

    def _wanted(self, found: Compared) -> Sequence[Difference]:
        return found.relaxations if self.refines else found.differences

    def show(self) -> None:
        """In words."""
        if not self.refines:
            put(*rules_apart.told(self._ruled, self.sides, self.lang))
        for found in self.behaviour:
            words = Differing(self.policies, found, self.lang.value, self._places(found))
            put(*differing.told(words, self._wanted(found), refines=self.refines))
        alone = self._alone()
        if not self.one and any(alone):
            put(differing.apart(self.policies, alone, self.lang))

    def _places(self, found: Compared) -> tuple[Places, Places]:
        left, right = (
            places(rules_of(side.catalogue, side.name, track))
            for side, track in zip(self.sides, found.tracks, strict=True)
        )
        return left, right

    def _alone(self) -> tuple[Sequence[str], Sequence[str]]:
        """Tracks of either that are not compared."""
        left, right = (
            [t for t in policy.tracks if t not in {found.tracks[here] for found in self.behaviour}]
            for here, policy in enumerate(self.policies)
        )
        return left, right

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        left, right = self.policies
        alone = self._alone()
        rules = {} if self.refines else {"rules": rules_apart.as_data(self._ruled, self.sides)}
        return {
            "left": {"policy": left.name, "digest": left.digest},
            "right": {"policy": right.name, "digest": right.digest},
            **rules,
            "tracks": [_data(found, self._wanted(found)) for found in self.behaviour],
            "not_compared": {"left": alone[0], "right": alone[1]},
        }


def _data(found: Compared, wanted: Sequence[Difference]) -> dict[str, Any]:
    bounds, alignment = found.bounds, found.alignment
    return {
        "tracks": found.tracks,
        "complete": found.complete,
        "refines": found.refines,
        "bounds": {
            "pairs": bounds.states,
            "items": bounds.items,
            "months": bounds.months,
            "merges": bounds.merges,
        },
        "explored": {
            "pairs": found.pairs,
            "steps": found.steps,
            "further": found.further,
            "waiting": found.waiting,
            "merges": found.merges,
            "checked": found.checked,
            "unsound": [each.differing for each in found.unsound],
            "raised": found.raised,
            "beyond": found.beyond,
            "unreached": found.unreached,
        },
        "alignment": {
            "commands": alignment.commands,
            "lifecycles": alignment.lifecycles,
            "roles": alignment.roles,
            "tiers": alignment.tiers,
            "fields": alignment.fields,
            "only_left": alignment.left,
            "only_right": alignment.right,
        },
        "differences": [_difference(found, each) for each in wanted],
    }


def _difference(found: Compared, each: Difference) -> dict[str, Any]:
    return {
        "accepting": each.accepting,
        "left": each.left,
        "right": each.right,
        "code": each.code,
        "clause": each.clause,
        "rule": each.rule,
        "permits": {"rule": each.permits.rule, "clauses": each.permits.clauses},
        "reasons": [
            {"code": r.code, "rule": r.rule, "clauses": r.clauses, **r.facts} for r in each.reasons
        ],
        "said": each.said,
        "leans": each.leans,
        "adapted": each.adapted,
        "after": each.after,
        "shortest": found.shortest(each),
        "trace": [{"left": _said(m.left), "right": _said(m.right)} for m in each.trace],
        "last": {"left": _said(each.last.left), "right": _said(each.last.right)},
    }


def _said(command: AnyCommand | None) -> Mapping[str, Any] | None:
    if command is None:
        return None
    who = {}
    if isinstance(command, Command):
        who = {"actor": command.actor, "capacity": command.capacity}
    fields = plain(getattr(command, "fields", {}))
    return {"do": command.name, "on": str(command.occurred_on), **who, "fields": fields}
