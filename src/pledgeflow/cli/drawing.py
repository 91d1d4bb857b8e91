"""`diagram`: the lifecycles of a policy as Mermaid, DOT, SCXML or XState."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    PolicyArgument,
    day,
)
from pledgeflow.cli.output import fail, message, print_json, say
from pledgeflow.exports.charts import Chart, charts
from pledgeflow.exports.diagrams import alike, mermaid
from pledgeflow.exports.dot import dot
from pledgeflow.exports.scxml import scxml
from pledgeflow.exports.xstate import xstate
from pledgeflow.policy.compiled.rules import Policy

Drawn = Mapping[str, Mapping[str, Chart]]


class Kind(StrEnum):
    """What a lifecycle is drawn as."""

    MERMAID = "mermaid"
    DOT = "dot"
    SCXML = "scxml"
    XSTATE = "xstate"


WRITERS: Mapping[Kind, Callable[[Chart], Any]] = {
    Kind.MERMAID: mermaid,
    Kind.DOT: dot,
    Kind.SCXML: scxml,
    Kind.XSTATE: xstate,
}
ENDINGS = {Kind.MERMAID: "mmd", Kind.DOT: "dot", Kind.SCXML: "scxml", Kind.XSTATE: "json"}


def diagram(
    name: PolicyArgument,
    *,
    lang: LangOption,
    kind: Annotated[
        Kind, typer.Option("--as", help="What to draw them as.", show_default=True)
    ] = Kind.MERMAID,
    track: Annotated[
        str | None, typer.Option("--track", metavar="TRACK", help="One track; all, if left out.")
    ] = None,
    lifecycle: Annotated[
        str | None,
        typer.Option("--lifecycle", metavar="NAME", help="One lifecycle; all, if left out."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="Write a file for each lifecycle into it."),
    ] = None,
    on: OnOption = None,
    cycle: Annotated[
        int, typer.Option("--cycle", min=1, metavar="N", help="In the jurisdiction's n-th cycle.")
    ] = 1,
    form: FormatOption = Format.TEXT,
) -> None:
    """Draw the lifecycles of a policy: a page of Markdown with a Mermaid diagram for each, or
    another format.

    ⏰ marks what time does, ⚙ what completes itself.
    """
    policy = Catalogue().load(name, on=day(on), ordinal=cycle)
    drawn = charts(policy, lang.value)
    chosen = _chosen(policy, drawn, track, lifecycle)
    if not chosen:
        message(lang.pick(f"{policy.name} 没有承诺人类别", f"`{policy.name}` has no track to draw"))
    if folder is not None:
        _write(folder, chosen, kind, lang)
    elif form is Format.JSON:
        print_json(
            {t: {n: WRITERS[kind](c) for n, c in each.items()} for t, each in chosen.items()}
        )
    elif kind is Kind.MERMAID:
        _page(policy, chosen, lang)
    else:
        _print(kind, [chart for each in chosen.values() for chart in each.values()])


def _chosen(policy: Policy, drawn: Drawn, track: str | None, lifecycle: str | None) -> Drawn:
    if track is not None and track not in drawn:
        known = ", ".join(f"`{t}`" for t in drawn) or "none"
        raise fail(f"`{policy.name}` has no track `{track}`; it has {known}")
    chosen = drawn if track is None else {track: drawn[track]}
    if lifecycle is None:
        return chosen
    found = {t: {lifecycle: each[lifecycle]} for t, each in chosen.items() if lifecycle in each}
    if not found:
        names = dict.fromkeys(n for each in chosen.values() for n in each)
        known = ", ".join(f"`{n}`" for n in names) or "none"
        raise fail(f"`{policy.name}` has no lifecycle `{lifecycle}` there; it has {known}")
    return found


def _page(policy: Policy, chosen: Drawn, lang: Lang) -> None:
    """Several diagrams in a row are no Mermaid; a page of them is Markdown wherever it is put."""
    labels = {t: lang.of(policy.document.tracks[t].label) for t in chosen}
    texts = {t: {n: mermaid(c) for n, c in each.items()} for t, each in chosen.items()}
    for lifecycle, tracks, text in alike(texts):
        called = lang.of(policy.tracks[tracks[0]].lifecycles[lifecycle].label)
        whose = lang.pick("、", ", ").join(labels[t] for t in tracks)
        typer.echo(f"## {called} ({lifecycle}) · {whose}\n\n```mermaid\n{text}```\n")


def _print(kind: Kind, found: list[Chart]) -> None:
    """Graphs may stand in a row; SCXML and JSON are one document each."""
    if kind is not Kind.DOT and len(found) > 1:
        raise fail(
            f"there are {len(found)} lifecycles, and `{kind}` holds one; choose one with `--track` "
            "and `--lifecycle`, or write all of them with `--to FOLDER`"
        )
    for chart in found:
        typer.echo(_text(kind, chart), nl=False)


def _write(folder: Path, chosen: Drawn, kind: Kind, lang: Lang) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = [chart for each in chosen.values() for chart in each.values()]
    for chart in found:
        file = folder / f"{chart.name}.{ENDINGS[kind]}"
        file.write_text(_text(kind, chart), encoding="utf-8")
    say(lang.pick(f"已写入{len(found)}个文件：{folder}", f"wrote {len(found)} files into {folder}"))


def _text(kind: Kind, chart: Chart) -> str:
    made = WRITERS[kind](chart)
    return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, indent=2) + "\n"
