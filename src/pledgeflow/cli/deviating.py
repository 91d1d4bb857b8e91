"""`show NAME --deviations`: what a policy makes of the one it extends. Beneath `showing`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.assurance.deviations import READING, Deviation
from pledgeflow.assurance.listing import Rule
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.options import FORCES, Lang
from pledgeflow.cli.output import shown
from pledgeflow.cli.rule_data import rule_data
from pledgeflow.policy.language.register import Clause

CHANGES = {
    "changed": ("改为", "changed"),
    "added": ("新增", "added"),
    "removed": ("取消", "removed"),
}
GROUPS = (
    ("must", ("不同于上位办法的强制条款", "departs from what a clause orders")),
    ("may", ("不同于上位办法的任意条款", "departs from what a clause allows")),
    ("context", ("不同于上位办法的背景条款", "departs from what a clause describes")),
    (READING, ("改变上位办法中无条款依据的内容", "changes what no clause orders")),
    ("", ("新增或另行声明", "adds, or says for itself")),
    ("principle", ("可自行变更的原则性规定", "changes a default that is free to change")),
)


@dataclass(frozen=True, slots=True)
class Family:
    """A policy and its parent. register: every clause that either may cite."""

    policy: str
    parent: str
    register: Mapping[str, Clause]
    words: Describer
    before: Describer
    lang: Lang


def told(found: Sequence[Deviation], family: Family) -> Iterator[RenderableType]:
    """The deviations by the force of what stood behind the parent's rule, the strictest first."""
    pick = family.lang.pick
    head = pick(f"{family.policy} 沿用 {family.parent}", f"{family.policy} extends {family.parent}")
    yield Text(f"{head} · {pick(f'{len(found)}处不同', f'deviations: {len(found)}')}", style="bold")
    for force, title in GROUPS:
        group = [each for each in found if each.force == force]
        if group:
            yield Text("")
            yield Text(f"{pick(*title)} ({len(group)})", style="bold cyan")
        for each in group:
            yield from _one(each, family)


def _one(each: Deviation, family: Family) -> Iterator[RenderableType]:
    pick = family.lang.pick
    change = pick(*CHANGES[each.change])
    yield Text.assemble((each.rule.name, "bold"), f" · {change}")
    keys = [difference.key for difference in each.differences]
    if each.parent is not None:
        whole = family.before.text(each.parent)
        said = (family.before.part(each.parent, keys) if keys else "") or whole
        yield _indented(pick("原为", "was"), said or "—", _place(each.parent.mark), "dim")
        for name in each.clauses:
            yield _indented("", _clause(name, family), "", "green")
    if each.child is not None:
        said = family.words.text(each.child)
        if keys and not each.child.absent:
            said = family.words.part(each.child, keys)
        yield _indented(pick("现为", "is"), said or "—", _place(each.child.mark), "")
        own = [name for name in each.child.clauses if name not in each.keeps]
        for name in own:
            yield _indented(pick("依据", "ground"), _clause(name, family), "", "green")
        if each.child.assumed is not None:
            reading = each.child.assumed[family.lang]
            yield _indented(pick("读法", "reading"), reading, "", "yellow")
    if each.keeps:
        yield Padding(Text(_keeps(each, family.lang), style="bold red"), (0, 0, 0, 2))


def _keeps(each: Deviation, lang: Lang) -> str:
    names = lang.pick("、", ", ").join(each.keeps)
    en = f"keeps citing {names} though it changes what {names} orders"
    return lang.pick(
        f"仍引用 {names}，但已改变其规定的内容；请另注依据", f"{en}; give a ground of its own"
    )


def _clause(name: str, family: Family) -> str:
    clause = family.register.get(name)
    if clause is None:
        return name
    force = family.lang.pick(*FORCES[clause.force])
    return f"{name} ({force}) {family.lang.of(clause.gist)}"


def _place(mark: Any) -> str:
    return f"{shown(mark.path)}:{mark.line}:{mark.column}"


def _indented(head: str, words: str, place: str, style: str) -> Padding:
    text = Text.assemble((f"{head} " if head else "", "cyan"), (words, style))
    text.append(f"  {place}" if place else "", style="dim")
    return Padding(text, (0, 0, 0, 2), expand=False)


def as_data(found: Sequence[Deviation], family: Family) -> dict[str, Any]:
    """The same for programs; what is free to change stands apart."""
    return {
        "policy": family.policy,
        "parent": family.parent,
        "deviations": [_data(each, family) for each in found if not each.free],
        "free": [_data(each, family) for each in found if each.free],
    }


def _data(each: Deviation, family: Family) -> dict[str, Any]:
    def side(rule: Rule | None) -> dict[str, Any] | None:
        return rule_data(rule, family.register)

    return {
        "rule": each.rule.name,
        "change": each.change,
        "force": each.force,
        "clauses": {
            name: family.register[name].force for name in each.clauses if name in family.register
        },
        "keeps_citing": each.keeps,
        "parent": side(each.parent),
        "child": side(each.child),
        "differences": [
            {"key": d.key, "parent": d.left, "child": d.right} for d in each.differences
        ],
    }
