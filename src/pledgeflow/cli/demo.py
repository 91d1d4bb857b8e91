"""`demo`: every policy through a year on sample people; what came of it, and what was refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.database import DEMO, file_of, url_of
from pledgeflow.cli.options import Format, FormatOption, Lang, LangOption, language
from pledgeflow.cli.output import fail, print_json, say
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import counting
from pledgeflow.cli.reasons import Explainer
from pledgeflow.cli.results import as_data, result_table, side_by_side
from pledgeflow.cli.telling import Teller
from pledgeflow.demo import Outcome, Setting, months
from pledgeflow.demo.attempts import Refusal
from pledgeflow.demo.company import Stage, play_all
from pledgeflow.demo.counting import figures, telling, telling_besides
from pledgeflow.storage.sql import SqlStore

HALFWAY = timedelta(days=200)


def demo(
    lang: LangOption,
    db: Annotated[
        str | None,
        typer.Option("--db", metavar="URL", help=f"New database or file; {DEMO} if left out."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another seed, another year.")
    ] = 1,
    people: Annotated[
        int, typer.Option("--people", min=4, max=300, metavar="N", help="How many, per policy.")
    ] = 30,
    form: FormatOption = Format.TEXT,
) -> None:
    """Play every policy through a full year on sample people."""
    catalogue = Catalogue()
    names = [name for name in catalogue.names() if not catalogue.load(name).document.abstract]
    with _fresh(db, lang) as store:
        stage = Stage(catalogue.roots, url_of(db or DEMO), Setting(people, seed, lang))
        with counting("", sum(months(catalogue, name) for name in names)) as tick:
            outcomes = play_all(stage, names, tick)
        if form is Format.JSON:
            data = [_data(catalogue, outcome, lang) for outcome in outcomes]
            print_json({"db": db or DEMO, "seed": seed, "people": people, "policies": data})
            return
        for outcome in outcomes:
            put(*_told(store, catalogue, outcome, lang))
        counted = {o.cycle.policy: (figures(o), o.besides) for o in outcomes}
        put(side_by_side(counted, lang), Text(""))
    shown = [refusal for outcome in outcomes for refusal in telling(outcome.refusals)]
    refusal = next((refusal for refusal in shown if refusal.track), None)
    typer.echo("\n".join(_next(refusal, outcomes, db, lang)))


def _fresh(db: str | None, lang: Lang) -> SqlStore:
    """An empty database. The demonstration's own file is replaced, any other is left alone."""
    file = file_of(url_of(db or DEMO))
    if db is None and file is not None and file.exists():
        say(lang.pick(f"替换已有的 {file}", f"replacing {file}"))
        for part in ("", "-wal", "-shm"):
            Path(f"{file}{part}").unlink(missing_ok=True)
    store = SqlStore(url_of(db or DEMO))
    if store.jurisdictions():
        store.close()
        raise fail(f"`{db}` is not empty; name a new database")
    return store


def _told(
    store: SqlStore, catalogue: Catalogue, outcome: Outcome, lang: Lang
) -> list[RenderableType]:
    policy, place = outcome.policy, outcome.cycle.jurisdiction
    names = store.directory(place).names
    clauses = catalogue.register(outcome.cycle.policy)
    title = lang.of(policy.document.title, policy.name)
    parts: list[RenderableType] = [
        Text.assemble((title, "bold"), f" · {place}/{outcome.cycle.cycle}"),
        result_table(outcome, figures(outcome), lang),
    ]
    pledges = lang.pick("被拒绝的办理，例如：", "some of what was refused:")
    others = lang.pick("在投票、评选、备案和年度工作中，例如：", "and elsewhere than in pledges:")
    for said, chosen in (
        (pledges, telling(outcome.refusals)),
        (others, telling_besides(outcome.refusals)),
    ):
        if chosen:
            parts += [Text(""), Text(said, style="bold")]
        for refusal in chosen:
            explainer = Explainer(policy, refusal.track or None, clauses, lang, names)
            parts.append(_refusal(refusal, explainer, Teller(policy, refusal.track, lang, names)))
    return [*parts, Text("")]


def _refusal(refusal: Refusal, explainer: Explainer, tell: Teller) -> RenderableType:
    """Who tried what, and the answer."""
    role = tell.label("capacity", refusal.capacity).removeprefix("the ")
    head = Text.assemble(
        (f"{refusal.on} ", "dim"),
        f"{tell.person(refusal.actor)} ({role}) · {tell.label('command', refusal.command)} → ",
        explainer.ruling(refusal.verdict),
    )
    reasons = [Padding(explainer.reason(r), (0, 0, 0, 2)) for r in refusal.verdict.reasons]
    return Group(head, *reasons)


def _data(catalogue: Catalogue, outcome: Outcome, lang: Lang) -> dict[str, Any]:
    clauses = catalogue.register(outcome.cycle.policy)
    refusals = [
        {
            "pledge": str(refusal.stream),
            "on": refusal.on,
            "command": refusal.command,
            "actor": refusal.actor,
            "capacity": refusal.capacity,
            **Explainer(outcome.policy, refusal.track or None, clauses, lang).data(refusal.verdict),
        }
        for refusal in (*telling(outcome.refusals), *telling_besides(outcome.refusals))
    ]
    return {**as_data(outcome, figures(outcome)), "refusals": refusals}


def _next(
    refusal: Refusal | None, outcomes: list[Outcome], db: str | None, lang: Lang
) -> list[str]:
    """Commands to try now, on a pledge that is there; plain lines, to be copied."""
    rows = [row for outcome in outcomes for row in outcome.rows]
    if not rows:
        return []
    pledge = refusal.stream if refusal is not None else rows[0].stream
    here = f" --db {db}" if db is not None else ""
    # Names and words in it are in one language; what is read with it is best in the same.
    here += f" --lang {lang.value}" if lang is not language() else ""
    place, on = pledge.jurisdiction, outcomes[0].cycle.starts + HALFWAY
    cycle = f"{place}/{pledge.cycle}"
    commands = [f"pledges --all --jurisdiction {place}", f"log {pledge}"]
    commands += [f"awards {cycle}", f"indicators {cycle}", f"duties {place} --on {on}"]
    if refusal is not None:
        asked = f"explain {pledge} --actor {refusal.actor}"
        commands += [asked, f"{asked} --do {refusal.command} --capacity {refusal.capacity}"]
    saved = lang.pick(
        f"已保存到 {db or DEMO}。接下来可试：", f"kept in {db or DEMO}; to go on, try"
    )
    return [saved, *(f"  pledgeflow {command}{here}" for command in commands)]
