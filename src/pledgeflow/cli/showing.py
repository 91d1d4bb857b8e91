"""`show`: a policy rule by rule, what in it is our own reading, or what it is beside another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer

from pledgeflow.assurance.beside import beside, kinds
from pledgeflow.assurance.deviations import deviations
from pledgeflow.assurance.listing import Rule, labels, listed
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import deviating, side_by_side
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.layout import heading, laid_out, readings
from pledgeflow.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    PolicyArgument,
    day,
)
from pledgeflow.cli.output import fail, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.cli.rule_data import plain_rule, source
from pledgeflow.policy.compiled.rules import Policy


def show(
    name: PolicyArgument,
    *,
    lang: LangOption,
    assumed: Annotated[bool, typer.Option("--assumed", help="Only what no clause says.")] = False,
    differing: Annotated[
        bool, typer.Option("--deviations", help="Only what is not as in the policy it extends.")
    ] = False,
    other: Annotated[
        str | None,
        typer.Option("--beside", metavar="NAME", help="Side by side with another policy."),
    ] = None,
    track: Annotated[
        str | None,
        typer.Option(
            "--track", metavar="TRACK", help="The rules of one track; beside another: `a,b`."
        ),
    ] = None,
    on: OnOption = None,
    cycle: Annotated[
        int, typer.Option("--cycle", min=1, metavar="N", help="In the jurisdiction's n-th cycle.")
    ] = 1,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show a policy rule by rule, each with its ground."""
    if sum((assumed, differing, other is not None)) > 1:
        raise fail("`--assumed`, `--deviations` and `--beside` exclude each other; choose one")
    shelf = _Shelf(Catalogue(), day(on), cycle, lang)
    if other is not None:
        shelf.beside((name, other), track, form)
    elif differing:
        shelf.deviations(name, track, form)
    else:
        shelf.show(name, track, form, assumed=assumed)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The policies as of a day, in a jurisdiction's cycle of that ordinal."""

    catalogue: Catalogue
    on: date | None
    cycle: int
    lang: Lang

    def load(self, name: str) -> Policy:
        return self.catalogue.load(name, on=self.on, ordinal=self.cycle)

    def rules(self, name: str, track: str | None) -> list[Rule]:
        """The rules of a policy, or of one of its tracks."""
        policy = self.load(name)
        if track is not None and track not in policy.tracks:
            known = ", ".join(f"`{t}`" for t in policy.tracks) or "none"
            raise fail(f"`{policy.name}` has no track `{track}`; it has {known}")
        resolved = self.catalogue.resolved(name, on=self.on, ordinal=self.cycle)
        return listed(policy, resolved, track)

    def words(self, name: str) -> Describer:
        return Describer(labels(self.catalogue, name), self.lang)

    def show(self, name: str, track: str | None, form: Format, *, assumed: bool) -> None:
        policy, rules = self.load(name), self.rules(name, track)
        if assumed:
            rules = [rule for rule in rules if rule.assumed is not None]
        if form is Format.JSON:
            head = {} if assumed else self._head(policy, track)
            key = "assumed" if assumed else "rules"
            print_json({"policy": policy.name, **head, key: [_data(r, assumed) for r in rules]})
        elif assumed:
            put(*readings(rules, self.lang))
        else:
            words = self.words(name)
            put(*heading(policy, self.lang), *laid_out(rules, words, self.lang))

    def beside(self, names: tuple[str, str], track: str | None, form: Format) -> None:
        one, _, two = (track or "").partition(",")
        left = self._side(names[0], one or None)
        right = self._side(names[1], two or one or None)
        lines, clauses = beside(left.rules, right.rules), kinds(left.clauses, right.clauses)
        if form is Format.JSON:
            print_json(side_by_side.as_data(lines, clauses, (left, right)))
        else:
            put(*side_by_side.laid_side_by_side(lines, clauses, (left, right), self.lang))

    def _side(self, name: str, track: str | None) -> side_by_side.Side:
        rules, register = self.rules(name, track), self.catalogue.register(name)
        return side_by_side.Side(self.load(name), rules, register, self.words(name))

    def deviations(self, name: str, track: str | None, form: Format) -> None:
        policy = self.load(name)
        parent = _parent(policy)
        if parent is None or self.load(parent).document.abstract:
            self._no_parent(policy, parent, form)
            return
        theirs, own = self.rules(parent, track), self.rules(name, track)
        found = deviations(theirs, own, self.catalogue.register(parent))
        register = self.catalogue.register(name)
        words, before = self.words(name), self.words(parent)
        family = deviating.Family(policy.name, parent, register, words, before, self.lang)
        if form is Format.JSON:
            print_json(deviating.as_data(found, family))
        else:
            put(*deviating.told(found, family))

    def _no_parent(self, policy: Policy, parent: str | None, form: Format) -> None:
        if form is Format.JSON:
            empty: dict[str, Any] = {"deviations": [], "free": []}
            print_json({"policy": policy.name, "parent": None, **empty})
        elif parent is None:
            zh, en = f"{policy.name} 未沿用其他办法", f"{policy.name} extends no other policy"
            put(self.lang.pick(zh, en))
        else:
            zh = f"{policy.name} 只沿用 {parent}，后者仅供沿用，本身不施行，无从比较"
            en = f"{policy.name} extends only {parent}, which is no policy in force to depart from"
            put(self.lang.pick(zh, en))

    def _head(self, policy: Policy, track: str | None) -> dict[str, Any]:
        document = policy.document
        title = document.title
        return {
            "title": title.model_dump() if title is not None else None,
            "extends": _parent(policy),
            "abstract": document.abstract,
            "on": self.on,
            "cycle": self.cycle,
            "track": track,
            "digest": policy.digest,
        }


def _parent(policy: Policy) -> str | None:
    extends = policy.document.extends
    return extends if isinstance(extends, str | None) else extends.policy


def _data(rule: Rule, assumed: bool) -> dict[str, Any]:
    if assumed:
        return {"rule": rule.name, "reading": rule.assumed, "source": source(rule.reading_at)}
    return plain_rule(rule)
