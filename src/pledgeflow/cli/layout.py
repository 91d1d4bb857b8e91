"""Rules on a page: a grid for each part of a policy. Beneath `showing`."""

from __future__ import annotations

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pledgeflow.assurance.listing import TRACK_RULES, Rule
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.options import Lang
from pledgeflow.cli.output import shown
from pledgeflow.policy.compiled.rules import Policy

WIDEST_ID = 30


def readings(rules: list[Rule], lang: Lang) -> list[RenderableType]:
    """What no clause says, as it is read, and where that was written."""
    parts: list[RenderableType] = []
    for rule in rules:
        place = f"{shown(rule.reading_at.path)}:{rule.reading_at.line}"
        parts += [
            Text(rule.name, style="bold"),
            _indented(Text((rule.assumed or {}).get(lang, ""))),
        ]
        parts.append(_indented(Text(place, style="dim")))
    return parts


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2), expand=False)


def heading(policy: Policy, lang: Lang) -> list[Text]:
    """What a policy is called, and what it is."""
    document, effective = policy.document, policy.document.effective
    lines = [Text(f"{lang.of(document.title, policy.name)}", style="bold")]
    since = str(effective.from_) if effective is not None else ""
    extends = document.extends
    parent = extends if isinstance(extends, str | None) else extends.policy
    facts = [
        policy.name,
        lang.pick(f"沿用 {parent}", f"extends {parent}") if parent else "",
        lang.pick(f"{since} 起施行", f"in force from {since}") if since else "",
        lang.pick("供其他办法沿用", "for others to extend") if document.abstract else "",
        f"sha256 {policy.digest[:12]}",
    ]
    return [*lines, Text(" · ".join(filter(None, facts)), style="dim")]


def laid_out(rules: list[Rule], words: Describer, lang: Lang) -> list[RenderableType]:
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
            title.append(lang.pick("读法：", "reading: ") + rule.assumed[lang], style="yellow")
        grid.add_row(Text(_id(rule)), title, Text(" ".join(rule.clauses), style="green"))
    return parts


def _section(rule: Rule) -> str:
    """The part of the document a rule stands in; a track's own rules are parts of their own."""
    return ".".join(rule.path[:4] if rule.path[2:3] == (TRACK_RULES,) else rule.path[:1])


def _id(rule: Rule) -> str:
    """The last word of the path, indented by what it stands in; none for a whole part."""
    return "  " * rule.depth + rule.path[-1] if len(rule.path) > 1 else ""
