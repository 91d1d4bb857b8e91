"""The first part of `diff`: rules that were added, removed and changed, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.assurance.beside import Line
from pledgeflow.assurance.diffing.ruled import Ruled
from pledgeflow.assurance.listing import Rule
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.options import Lang
from pledgeflow.cli.output import shown
from pledgeflow.cli.rule_data import rule_data
from pledgeflow.policy.language.register import Clause

VERDICTS = {
    "only_left": ("−", "取消", "removed"),
    "only_right": ("+", "新增", "added"),
    "different": ("~", "改变", "changed"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """The rules of one of the two. clauses: its register; name: as the catalogue knows it"""

    rules: Sequence[Rule]
    clauses: Mapping[str, Clause]
    words: Describer
    catalogue: Catalogue
    name: str


def told(found: Ruled, sides: tuple[Side, Side], lang: Lang) -> Iterator[RenderableType]:
    """What differs, part by part, after how much of it there is."""
    counts = " · ".join(
        f"{lang.pick(*VERDICTS[verdict][1:])} {number}" for verdict, number in found.counts.items()
    )
    head = lang.pick("规则", "rules")
    yield Text(f"{head}：{counts}" if lang is Lang.ZH else f"{head}: {counts}", style="bold")
    part = ""
    for line in found.lines:
        if line.part != part:
            part = line.part
            yield from (Text(""), Text(part, style="bold cyan"))
        yield from _line(line, sides, lang)


def _line(line: Line, sides: tuple[Side, Side], lang: Lang) -> Iterator[RenderableType]:
    mark, *_ = VERDICTS[line.verdict]
    names = dict.fromkeys(rule.name for rule in (line.left, line.right) if rule is not None)
    yield Text(f"{mark} {' / '.join(names)}")
    keys = [difference.key for difference in line.differences] or None
    heads = _heads(sides, lang)
    for rule, side, head in zip((line.left, line.right), sides, heads, strict=True):
        if rule is not None:
            yield Padding(_said(rule, side, keys, head), (0, 0, 0, 2), expand=False)


def _heads(sides: tuple[Side, Side], lang: Lang) -> tuple[str, str]:
    """What to call the two: by their names, unless they are two forms of one policy."""
    one, other = (Path(side.name).name for side in sides)
    if one != other:
        return one, other
    return lang.pick("前者", "first"), lang.pick("后者", "second")


def _said(rule: Rule, side: Side, keys: Sequence[str] | None, head: str) -> Text:
    parts = [side.words.title(rule), side.words.text(rule)]
    words = " · ".join(filter(None, parts)) if keys is None else side.words.part(rule, keys)
    text = Text.assemble((f"{head} ", "cyan"), words or "—")
    text.append(f" {', '.join(rule.clauses)}" if rule.clauses else "", style="green")
    text.append(f"  {shown(rule.mark.path)}:{rule.mark.line}", style="dim")
    return text


def as_data(found: Ruled, sides: tuple[Side, Side]) -> dict[str, Any]:
    """The same for programs."""
    left, right = sides
    return {
        "summary": {"same": found.same, **found.counts},
        "differing": [
            {
                "part": line.part,
                "verdict": line.verdict,
                "left": rule_data(line.left, left.clauses),
                "right": rule_data(line.right, right.clauses),
                "differences": [
                    {"key": d.key, "left": d.left, "right": d.right} for d in line.differences
                ],
            }
            for line in found.lines
        ],
    }
