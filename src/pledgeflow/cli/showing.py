"""`show`: a policy rule by rule, or what in it is our own reading."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.listing import TRACK_RULES, Rule, labels, listed
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
    *,
    lang: LangOption,
    assumed: Annotated[bool, typer.Option("--assumed", help="Only what no clause says.")] = False,
    track: Annotated[
        str | None,
        typer.Option("--track", metavar="TRACK", help="The rules that hold for one track."),
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


def _readings(rules: list[Rule]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for rule in rules:
        place = f"{shown(rule.reading_at.path)}:{rule.reading_at.line}"
        parts += [Text(rule.name, style="bold"), _indented(Text(rule.assumed or ""))]
        parts.append(_indented(Text(place, style="dim")))
    return parts


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2), expand=False)


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


def _rules(rules: list[Rule], words: Describer, lang: Lang) -> list[RenderableType]:
    """A grid for each part of the document; ids indented, grounds at the right."""
    parts: list[RenderableType] = []
    section = ""
    widest = max((len(_id(rule)) for rule in rules), default=0)
    grid = Table()
    for rule in rules:
        if _section(rule) != section:
            section = _section(rule)
            parts += [Text(""), Text(section, style="bold cyan")]
            grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
            grid.add_column(width=min(widest, WIDEST_ID), overflow="fold")
            grid.add_column(ratio=1, overflow="fold")
            grid.add_column(max_width=12, justify="right")
            parts.append(grid)
        title, said = Text(words.title(rule)), words.text(rule)
        if said:
            beside = bool(title.plain)
            title.append(" · " if beside else "").append(said, style="dim" if beside else "")
        if rule.assumed is not None:
            title.append("\n" if title.plain else "")
            title.append(lang.pick("读法：", "reading: ") + rule.assumed, style="yellow")
        grid.add_row(Text(_id(rule)), title, Text(" ".join(rule.clauses), style="green"))
    return parts


def _section(rule: Rule) -> str:
    """The part of the document a rule stands in; a track's own rules are parts of their own."""
    return ".".join(rule.path[:4] if rule.path[2:3] == (TRACK_RULES,) else rule.path[:1])


def _id(rule: Rule) -> str:
    """The last word of the path, indented by what it stands in; none for a whole part."""
    return "  " * rule.depth + rule.path[-1] if len(rule.path) > 1 else ""
