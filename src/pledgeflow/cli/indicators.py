"""`indicators`: the rates of a cycle, each with what it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from pledgeflow.cli.database import cycle_in, existing
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import (
    CycleArgument,
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    day,
)
from pledgeflow.cli.output import fail, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.measuring.measured import Measured
from pledgeflow.policy.saying.counting import explained

Found = Mapping[str, Measured]


class Grouped(StrEnum):
    """What indicators are told apart by."""

    ORGANIZATION = "organization"
    PROMISOR = "promisor"


def indicators(
    where: CycleArgument,
    *,
    lang: LangOption,
    organization: Annotated[
        str | None, typer.Option("--organization", metavar="ID", help="Only of this one.")
    ] = None,
    subtree: Annotated[
        bool, typer.Option("--subtree", help="Also of the organizations below it.")
    ] = False,
    promisor: Annotated[
        str | None, typer.Option("--promisor", metavar="ID", help="Only this one's.")
    ] = None,
    by: Annotated[
        Grouped | None, typer.Option("--by", help="A row for each of them.", show_default=False)
    ] = None,
    on: OnOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Count the indicators of a cycle: fulfilment, participation, openness, satisfaction."""
    if subtree and organization is None:
        raise fail("`--subtree` is about an organization; name it with `--organization`")
    if by is not None and promisor is not None:
        raise fail("`--by` and `--promisor` exclude each other; choose one")
    with existing(db) as engine:
        place, cycle = cycle_in(engine, where)
        narrow: dict[str, Any] = {"organization": organization, "subtree": subtree, "on": day(on)}
        groups: Mapping[str, Found]
        if by is not None:
            groups = engine.indicators_by(place, cycle, by.value, **narrow)
        else:
            groups = {"": engine.indicators(place, cycle, promisor=promisor, **narrow)}
        policy = engine.cycle_policy(place, cycle)
        names = engine.store.directory(place).names
    told = _Telling(policy, lang, names)
    if form is Format.JSON:
        print_json(_grouped(groups, policy) if by else _data(groups[""], policy))
    elif not policy.document.indicators:
        zh, en = f"{policy.name} 没有规定指标", f"{policy.name} has no indicators"
        message(lang.pick(zh, en))
    elif by is not None:
        put(told.compared(groups, by))
    else:
        put(*told.told(groups[""]))


@dataclass(frozen=True, slots=True)
class _Telling:
    policy: Policy
    lang: Lang
    names: Mapping[str, str]

    def told(self, found: Found) -> Iterator[Table | Text]:
        """Each indicator with its value, and what it is a share of what."""
        pick = self.lang.pick
        for measured in found.values():
            rule, said = (
                measured.rule,
                explained(self.policy, measured.rule, measured.as_of, self.lang.value),
            )
            head = Text(f"{self.lang.of(rule.label)}  {self.share(measured)}", style="bold")
            head.append(f"  {', '.join(measured.clauses)}", style="dim")
            grid = Table.grid(padding=(0, 2, 0, 2))
            grid.add_column(no_wrap=True, justify="right")
            grid.add_column(overflow="fold")
            grid.add_row(str(measured.numerator), said.numerator)
            grid.add_row(str(measured.denominator), said.denominator)
            for words, number in self._left_out(measured, said.missing):
                grid.add_row(f"({number})", words)
            grid.add_row("", said.as_of)
            if rule.into is not None:
                grid.add_row("", pick("纳入", "goes into ") + self.lang.of(rule.into))
            yield from (head, grid)

    def share(self, measured: Measured) -> str:
        """The share in per cent; a sign where there is none."""
        shown = measured.shown
        if shown is None:
            return self.lang.pick("无从计算", "nothing to count")
        return f"{shown.scaleb(2):f}%"

    def compared(self, groups: Mapping[str, Found], by: Grouped) -> Table:
        """A row for each group, a column for each indicator."""
        heads = {
            Grouped.ORGANIZATION: ("组织", "organization"),
            Grouped.PROMISOR: ("承诺人", "promisor"),
        }
        rules = self.policy.document.indicators
        made = table(self.lang.pick(*heads[by]), *(self.lang.of(r.label) for r in rules.values()))
        for column in made.columns[1:]:
            column.justify = "right"
        for group, found in groups.items():
            name = self.names.get(group, group) or self.lang.pick("（未载明）", "(nowhere)")
            cells = (self._cell(found[name]) for name in rules)
            made.add_row(name, *cells)
        return made

    def _cell(self, measured: Measured) -> str:
        if measured.value is None:
            return "—"
        return f"{self.share(measured)} ({measured.numerator}/{measured.denominator})"

    def _left_out(self, measured: Measured, missing: str) -> Iterator[tuple[str, int]]:
        count = measured.count
        labels = Labels(self.policy, next(iter(self.policy.tracks), ""), self.lang, self.names)
        of = getattr(measured.rule, "of", "")
        for state, number in count.aside.items():
            word = labels.state(of, state)
            yield self.lang.pick(f"{word}，不计", f"left out: {word}"), number
        if count.missing:
            yield missing, count.missing


def _data(found: Found, policy: Policy) -> dict[str, Any]:
    return {name: _one(measured, policy) for name, measured in found.items()}


def _grouped(groups: Mapping[str, Found], policy: Policy) -> dict[str, Any]:
    return {group: _data(found, policy) for group, found in groups.items()}


def _one(measured: Measured, policy: Policy) -> dict[str, Any]:
    rule, value, shown = measured.rule, measured.value, measured.shown
    into = rule.into
    return {
        "label": rule.label.model_dump(),
        "is": rule.is_,
        "value": str(value) if value is not None else None,
        "shown": str(shown) if shown is not None else None,
        "numerator": measured.numerator,
        "denominator": measured.denominator,
        "aside": dict(measured.count.aside),
        "missing": {"number": measured.count.missing, "does": rule.missing},
        "as_of": measured.as_of,
        "into": into.model_dump() if into is not None else None,
        "clauses": measured.clauses,
        "rule": f"indicators.{measured.id}",
        "explanation": {
            lang: asdict(explained(policy, rule, measured.as_of, lang)) for lang in ("zh", "en")
        },
    }
