"""`show`: a policy rule by rule, or what in it is our own reading."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.layout import heading, laid_out, readings
from pledgeflow.cli.listing import Rule, labels, listed
from pledgeflow.cli.options import (
    Format,
    FormatOption,
    LangOption,
    OnOption,
    PolicyArgument,
    day,
)
from pledgeflow.cli.output import fail, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.marks import Mark


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
    """Show a policy rule by rule, each with its ground."""
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
        put(*readings(rules))
    else:
        words = Describer(labels(catalogue, name), lang)
        put(*heading(policy, lang), *laid_out(rules, words, lang))


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
