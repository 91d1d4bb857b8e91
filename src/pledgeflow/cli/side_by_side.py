"""`show A --beside B`: what a deployer reads to choose between two policies. Beneath `showing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pledgeflow.assurance.beside import Kind, Line
from pledgeflow.assurance.listing import Rule
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.layout import WIDEST_ID
from pledgeflow.cli.options import FORCES, Lang
from pledgeflow.cli.rule_data import rule_data
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.register import Clause

WORDS = {
    "same": ("相同", "same"),
    "different": ("不同", "different"),
    "only_left": ("仅前者有", "only in the first"),
    "only_right": ("仅后者有", "only in the second"),
}


@dataclass(slots=True)
class Side:
    """One of the two. told: clauses whose gist has been given already."""

    policy: Policy
    rules: list[Rule]
    clauses: Mapping[str, Clause]
    words: Describer
    told: set[str] = field(default_factory=set)

    def cell(self, rule: Rule | None, keys: Iterable[str] | None, lang: Lang) -> Text:
        """What a rule says, or just these words of it, and on what ground."""
        if rule is None:
            return Text("—", style="dim")
        parts = [self.words.title(rule), self.words.text(rule)]
        cell = Text(
            " · ".join(filter(None, parts)) if keys is None else self.words.part(rule, keys)
        )
        for name in rule.clauses:
            cell.append("\n" if cell.plain else "").append(name, style="green")
            if name in self.clauses and name not in self.told:
                self.told.add(name)
                cell.append(f" {lang.of(self.clauses[name].gist)}", style="dim")
        if rule.assumed is not None:
            reading = lang.pick("读法：", "reading: ") + rule.assumed[lang]
            cell.append("\n" if cell.plain else "").append(reading, style="yellow")
        return cell


def laid_side_by_side(
    lines: Sequence[Line], kinds: Sequence[Kind], sides: tuple[Side, Side], lang: Lang
) -> Iterator[RenderableType]:
    """A grid for each part, then the clauses by kind."""
    left, right = sides
    yield _heading(sides, lang)
    yield Text(_counts(lines, lang), style="dim")
    parts = dict.fromkeys(line.part for line in lines)
    for part in parts:
        inside = _within([line for line in lines if line.part == part])
        grid, said = _grid(sides), Text(lang.pick(*WORDS["same"]), style="dim")
        around: dict[int, Line] = {}
        for line, above in inside:
            if line.verdict == "same":
                continue
            for each in above:
                if each.verdict == "same" and id(each) not in around:
                    # what differs stands in something that does not: else it would seem to
                    # belong to the row before
                    around[id(each)] = each
                    grid.add_row(_ids(each), said, said)
            keys = [d.key for d in line.differences] or None
            cells = (left.cell(line.left, keys, lang), right.cell(line.right, keys, lang))
            grid.add_row(_ids(line), *cells)
        yield from (Text(""), Text(part, style="bold cyan"))
        if grid.row_count:
            yield grid
        same = [
            ".".join(_ids(each).plain.strip() for each in (*above, line))
            for line, above in inside
            if line.verdict == "same" and id(line) not in around
        ]
        if same:
            words = lang.pick("相同：", "same: ") + lang.pick("、", ", ").join(same)
            yield Text(words, style="dim")
    yield from (Text(""), Text(lang.pick("条款（按类别）", "clauses by kind"), style="bold cyan"))
    yield _clauses(kinds, sides, lang)


def _within(lines: Sequence[Line]) -> list[tuple[Line, tuple[Line, ...]]]:
    """Each line of a part with those it stands in, the outermost first."""
    found: list[tuple[Line, tuple[Line, ...]]] = []
    above: tuple[Line, ...] = ()
    for line in lines:
        above = above[: _depth(line)]
        found.append((line, above))
        above = (*above, line)
    return found


def _depth(line: Line) -> int:
    return next(rule.depth for rule in (line.left, line.right) if rule is not None)


def _heading(sides: tuple[Side, Side], lang: Lang) -> Text:
    titles = (lang.of(side.policy.document.title, side.policy.name) for side in sides)
    return Text("  |  ".join(titles), style="bold")


def _counts(lines: Sequence[Line], lang: Lang) -> str:
    ordered = sorted(lines, key=lambda line: list(WORDS).index(line.verdict))
    groups = groupby(ordered, key=lambda line: line.verdict)
    return " · ".join(f"{lang.pick(*WORDS[name])} {len(list(group))}" for name, group in groups)


def _grid(sides: tuple[Side, Side]) -> Table:
    grid = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column("", width=WIDEST_ID - 4, overflow="fold")
    for side in sides:
        grid.add_column(side.policy.name, ratio=1, overflow="fold", header_style="bold")
    return grid


def _ids(line: Line) -> Text:
    """The id of a rule, indented by what it stands in; both, where they differ."""
    names = (rule.path[-1] for rule in (line.left, line.right) if rule is not None)
    return Text("  " * _depth(line) + " / ".join(dict.fromkeys(names)))


def _clauses(kinds: Sequence[Kind], sides: tuple[Side, Side], lang: Lang) -> Table:
    grid = _grid(sides)
    for kind in kinds:
        cells = (_gists(kind.left, lang), _gists(kind.right, lang))
        grid.add_row(Text(kind.kind), *cells)
    return grid


def _gists(register: Mapping[str, Clause], lang: Lang) -> Text:
    cell = Text()
    for name, clause in register.items():
        cell.append("\n" if cell.plain else "").append(name, style="green")
        force = lang.pick(*FORCES[clause.force])
        cell.append(f" ({force}) {lang.of(clause.gist)}", style="dim")
    return cell if cell.plain else Text("—", style="dim")


def as_data(
    lines: Sequence[Line], kinds: Sequence[Kind], sides: tuple[Side, Side]
) -> dict[str, Any]:
    """The same for programs, complete: also what is the same, and every gist."""
    left, right = sides
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in WORDS}
    return {
        "left": {"policy": left.policy.name, "digest": left.policy.digest},
        "right": {"policy": right.policy.name, "digest": right.policy.digest},
        "summary": counts,
        "rules": [
            {
                "part": line.part,
                "verdict": line.verdict,
                "left": rule_data(line.left, left.clauses),
                "right": rule_data(line.right, right.clauses),
                "differences": [
                    {"key": d.key, "left": d.left, "right": d.right} for d in line.differences
                ],
            }
            for line in lines
        ],
        "kinds": {
            kind.kind: {"left": _registered(kind.left), "right": _registered(kind.right)}
            for kind in kinds
        },
    }


def _registered(register: Mapping[str, Clause]) -> dict[str, Any]:
    return {
        name: {"force": clause.force, "gist": clause.gist.model_dump()}
        for name, clause in register.items()
    }
