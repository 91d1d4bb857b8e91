"""`show`: a policy rule by rule, or what in it is our own reading."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.listing import Rule, labels, listed
from pledgeflow.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    PolicyArgument,
    day,
)
from pledgeflow.cli.output import fail, print_json, shown
from pledgeflow.cli.output import show as put
from pledgeflow.policy.marks import Mark
from pledgeflow.policy.rules import Policy

WIDEST_ID = 30


def show(
    name: PolicyArgument,
    lang: LangOption,
    assumed: Annotated[bool, typer.Option("--assumed", help="Only what no clause says.")] = False,
    track: Annotated[
        str | None, typer.Option("--track", metavar="TRACK", help="The rules that hold for one track.")
    ] = None,
    on: OnOption = None,
    cycle: Annotated[
        int, typer.Option("--cycle", min=1, metavar="N", help="In the jurisdiction's n-th cycle.")
    ] = 1,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show a policy, rule by rule, with the clause or the reading behind each."""
    catalogue = Catalogue()
    policy = catalogue.load(name, on=day(on), ordinal=cycle)
    if track is not None and track not in policy.tracks:
        known = ", ".join(f"`{t}`" for t in policy.tracks) or "none"
        raise fail(f"`{policy.name}` has no track `{track}`; it has {known}")
    rules = listed(policy, catalogue.resolved(name, on=day(on), ordinal=cycle), track)
    if assumed:
        rules = [rule for rule in rules if rule.assumed is not None]
    if form is Format.JSON:
        head = {} if assumed else _head(policy, day(on), cycle, track)
        key = "assumed" if assumed else "rules"
        print_json({"policy": policy.name, **head, key: [_data(rule, assumed) for rule in rules]})
    elif assumed:
        put(*_readings(rules))
    else:
        put(*_title(policy, lang), *_rules(rules, Describer(labels(catalogue, name), lang), lang))


def _head(policy: Policy, on: date | None, cycle: int, track: str | None) -> dict[str, Any]:
    document = policy.document
    title, extends = document.title, document.extends
    return {
        "title": title.model_dump() if title is not None else None,
        "extends": extends if isinstance(extends, str | None) else extends.policy,
        "abstract": document.abstract,
        "on": on,
        "cycle": cycle,
        "track": track,
        "digest": policy.digest,
    }


def _data(rule: Rule, assumed: bool) -> dict[str, Any]:
    if assumed:
        return {"rule": rule.name, "reading": rule.assumed, "source": _source(rule.reading_at)}
    return {
        "rule": rule.name,
        "label": rule.label,
        "clauses": rule.clauses,
        "assumed": rule.assumed,
        "absent": rule.absent,
        "says": rule.says,
        "source": _source(rule.mark),
    }


def _source(mark: Mark) -> dict[str, Any]:
    return {"path": mark.path, "line": mark.line, "column": mark.column}


def _readings(rules: list[Rule]) -> list[Text]:
    return [
        Text.assemble(
            (rule.name, "bold"),
            f"\n  {rule.assumed}\n  ",
            (f"{shown(rule.reading_at.path)}:{rule.reading_at.line}", "dim"),
        )
        for rule in rules
    ]


def _title(policy: Policy, lang: Lang) -> list[Text]:
    document, effective = policy.document, policy.document.effective
    lines = [Text(f"{lang.of(document.title, policy.name)}", style="bold")]
    since = str(effective.from_) if effective is not None else ""
    parent = _head(policy, None, 1, None)["extends"]
    facts = [
        policy.name,
        lang.pick(f"沿用 {parent}", f"extends {parent}") if parent else "",
        lang.pick(f"{since} 起施行", f"in force from {since}") if since else "",
        lang.pick("供其他办法沿用", "for others to extend") if document.abstract else "",
        f"sha256 {policy.digest[:12]}",
    ]
    return [*lines, Text(" · ".join(filter(None, facts)), style="dim")]


def _rules(rules: list[Rule], words: Describer, lang: Lang) -> list[Any]:
    """A grid for each part of the document; ids indented, grounds at the right."""
    parts: list[Any] = []
    section = ""
    ids = max((len(_id(rule)) for rule in rules), default=0)
    for rule in rules:
        if rule.path[0] != section:
            section = rule.path[0]
            parts += [Text(""), Text(section, style="bold cyan")]
            grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
            grid.add_column(width=min(ids, WIDEST_ID), overflow="fold")
            grid.add_column(ratio=1, overflow="fold")
            grid.add_column(max_width=12, justify="right")
            parts.append(grid)
        said = words.text(rule)
        title = Text(words.title(rule))
        if said:
            title.append(" · " if title.plain else "").append(said, style="dim" if title.plain else "")
        if rule.assumed is not None:
            title.append("\n" if title.plain else "")
            title.append(lang.pick("读法：", "reading: ") + rule.assumed, style="italic yellow")
        ground = Text(" ".join(rule.clauses), style="green")
        grid.add_row(Text(_id(rule)), title, ground)
    return parts


def _id(rule: Rule) -> str:
    """The last word of the path, indented by what it stands in; a part that is one rule has none."""
    name = rule.path[-1] if len(rule.path) > 1 else ""
    if rule.path[-2:-1] in (("when",), ("stages",)) or "rules" not in rule.path[2:-1]:
        return "  " * rule.depth + name
    return "  " * rule.depth + (name if rule.depth > 1 else ".".join(rule.path[3:]))
