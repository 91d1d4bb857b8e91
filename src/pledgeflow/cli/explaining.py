"""`explain`: whether a step may be taken, and why not; or everything that somebody may do now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from pledgeflow.cli.database import existing
from pledgeflow.cli.options import (
    DbOption,
    Format,
    FormatOption,
    LangOption,
    OnOption,
    day,
)
from pledgeflow.cli.output import FINDINGS, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.payload import payload
from pledgeflow.cli.reasons import Explainer
from pledgeflow.cli.telling import speaker
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import RefusedError, Verdict
from pledgeflow.policy.surroundings import Rulebook
from pledgeflow.service import Engine
from pledgeflow.steps import stream_id


def explain(
    pledge: Annotated[str, typer.Argument(metavar="PLEDGE", help="jurisdiction/cycle/promisor")],
    *,
    actor: Annotated[str, typer.Option("--actor", metavar="ID", help="Who acts.")],
    lang: LangOption,
    capacity: Annotated[
        str | None,
        typer.Option("--capacity", metavar="ROLE", help="For whom; in whichever, if left out."),
    ] = None,
    do: Annotated[
        str | None,
        typer.Option("--do", metavar="COMMAND", help="The step; if left out, all there are."),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=VALUE", help="What the step says; may be repeated."),
    ] = None,
    on: OnOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Explain whether somebody may take a step in a pledge; if not, why, and what would help."""
    stream = stream_id(pledge)
    with existing(db) as engine:
        policy, when = engine.policy(stream), day(on) or engine.clock()
        row = next(r for r in engine.store.cycles(stream.jurisdiction) if r.cycle == stream.cycle)
        clauses = engine.catalogue.register(row.policy)
        answers: Mapping[tuple[str, str], Verdict]
        try:
            track = engine.state(stream).track
            if do is None:
                answers = engine.permitted(stream, actor, when)
            else:
                fields = payload(field or [], policy.tracks[track].commands.get(do))
                step = {"do": do, "actor": actor, "on": when, **fields}
                answers = {(do, ""): _judged(engine, stream, step, capacity)}
        except RefusedError as error:
            track, answers = "", {(do or error.command, ""): error.verdict}
    explainer = Explainer(policy, track or None, clauses, lang)
    one = next(iter(answers.values())) if do is not None or not track else None
    if form is Format.JSON:
        print_json(explainer.data(one) if one is not None else _all(explainer, answers))
    elif one is not None:
        put(explainer.ruling(one), *(explainer.reason(reason) for reason in one.reasons))
    else:
        put(*_offers(explainer, answers, when))
    if one is not None and not one.permitted:
        raise typer.Exit(FINDINGS)


def _judged(
    engine: Engine, stream: StreamId, step: dict[str, Any], capacity: str | None
) -> Verdict:
    """The verdict in a capacity; if none is named, in the one that comes nearest."""
    rules = engine.policy(stream).tracks[engine.state(stream).track]
    takers = Rulebook(rules.source, rules.root).takers(str(step["do"]))
    roles = [capacity] if capacity is not None else [*takers] or ["promisor"]
    verdicts = [engine.explain(stream, {**step, "capacity": role}) for role in roles]
    return min(verdicts, key=lambda verdict: (not verdict.permitted, len(verdict.reasons)))


def _all(explainer: Explainer, answers: Mapping[tuple[str, str], Verdict]) -> list[dict[str, Any]]:
    return [
        {"command": command, "subject": subject, **explainer.data(verdict)}
        for (command, subject), verdict in answers.items()
    ]


def _offers(
    explainer: Explainer, answers: Mapping[tuple[str, str], Verdict], when: date
) -> list[Text | Table]:
    """What may be done, with what it still has to say; then what may not, with the first reason."""
    lang, words = explainer.lang, speaker(explainer.policy, explainer.track, explainer.lang)
    heads = (lang.pick("步骤", "step"), lang.pick("对象", "about"))
    may = table(*heads, lang.pick("须填写", "has to say"))
    not_now = table(*heads, lang.pick("条款", "clauses"), lang.pick("原因", "why not"))
    for (command, subject), verdict in answers.items():
        about = words.word("subject", subject)
        if verdict.permitted:
            may.add_row(command, about, words.word("field", verdict.needs) if verdict.needs else "")
        else:
            why = explainer.sentence(verdict.reasons[0])
            not_now.add_row(command, about, " ".join(verdict.clauses[:2]), Text(why, style="dim"))
    parts: list[Text | Table] = []
    titles = (lang.pick("可以办理", "may be done"), lang.pick("现不能办理", "not now"))
    for title, rows in zip(titles, (may, not_now), strict=True):
        if rows.row_count:
            parts += [Text(f"{title} ({when})", style="bold"), rows, Text("")]
    return parts
