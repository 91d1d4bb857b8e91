"""`diagram`: the lifecycles of a policy as Mermaid diagrams."""

from __future__ import annotations

from typing import Annotated

import typer

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import (
    Format,
    FormatOption,
    LangOption,
    OnOption,
    PolicyArgument,
    day,
)
from pledgeflow.cli.output import fail, message, print_json
from pledgeflow.exports.diagrams import alike, diagrams


def diagram(
    name: PolicyArgument,
    *,
    lang: LangOption,
    track: Annotated[
        str | None, typer.Option("--track", metavar="TRACK", help="One track; all, if left out.")
    ] = None,
    on: OnOption = None,
    cycle: Annotated[
        int, typer.Option("--cycle", min=1, metavar="N", help="In the jurisdiction's n-th cycle.")
    ] = 1,
    form: FormatOption = Format.TEXT,
) -> None:
    """Draw the lifecycles of a policy: a page of Markdown with a Mermaid diagram for each.

    ⏰ marks what time does, ⚙ what completes itself.
    """
    policy = Catalogue().load(name, on=day(on), ordinal=cycle)
    drawn = diagrams(policy, lang.value)
    if track is not None and track not in drawn:
        known = ", ".join(f"`{t}`" for t in drawn) or "none"
        raise fail(f"`{policy.name}` has no track `{track}`; it has {known}")
    chosen = drawn if track is None else {track: drawn[track]}
    if form is Format.JSON:
        print_json(chosen)
        return
    labels = {t: lang.of(policy.document.tracks[t].label) for t in chosen}
    for lifecycle, tracks, text in alike(chosen):
        called = lang.of(policy.tracks[tracks[0]].lifecycles[lifecycle].label)
        whose = lang.pick("、", ", ").join(labels[t] for t in tracks)
        # Several diagrams in a row are no Mermaid; a page of them is Markdown wherever it is put.
        typer.echo(f"## {called} ({lifecycle}) · {whose}\n\n```mermaid\n{text}```\n")
    if not chosen:
        message(lang.pick(f"{policy.name} 没有承诺人类别", f"`{policy.name}` has no track to draw"))
