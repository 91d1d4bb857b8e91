"""`cycle open`, `cycle close`, `cycle list`: the years in a database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from pledgeflow.catalogue import Catalogue, read_directory
from pledgeflow.cli.database import creating, cycle_in, existing, place_in
from pledgeflow.cli.directories import counted, counts, doubts
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import (
    DB,
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    day,
)
from pledgeflow.cli.output import FINDINGS, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.output import shown as placed
from pledgeflow.errors import UnfinishedError
from pledgeflow.policy.judging.intake import POLICY
from pledgeflow.service import Engine
from pledgeflow.storage.store import CycleRow, PledgeRow

JurisdictionArgument = Annotated[
    str, typer.Argument(metavar="JURISDICTION", help="A name of your own.", show_default=False)
]


def open_(
    jurisdiction: JurisdictionArgument,
    policy: Annotated[
        str, typer.Argument(metavar="POLICY", help="By name or by path; NAME@DIGEST if filed.")
    ],
    *,
    cycle: Annotated[str, typer.Option("--cycle", metavar="ID", help="As a rule, the year.")],
    lang: LangOption,
    starts: Annotated[
        datetime | None,
        typer.Option(
            "--starts",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="The first day; the policy's own, if left out.",
        ),
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Option("--directory", metavar="FILE", help="People and organizations, in YAML."),
    ] = None,
    db: Annotated[
        str | None,
        typer.Option(
            "--db", metavar="URL", envvar=DB, help="Database URL or file; new, if need be."
        ),
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Begin a cycle under a policy, which is pinned from then on."""
    name = policy if POLICY.fullmatch(policy) is not None else _found(policy)
    people = read_directory(directory) if directory is not None else None
    with creating(db) as engine:
        row = engine.open_cycle(jurisdiction, name, cycle=cycle, starts=day(starts))
        if people is not None:
            engine.put_directory(jurisdiction, people)
        view = engine.store.directory(jurisdiction).view(row.starts)
        if form is Format.JSON:
            print_json({**_data(row), **counts(view)})
        else:
            rules = placed(row.policy)
            zh = f"已开启 {jurisdiction}/{cycle}，自{row.starts}起，适用 {rules}"
            en = f"opened {jurisdiction}/{cycle} from {row.starts} under {rules}"
            put(Text(lang.pick(zh, en), style="bold"), Text(counted(view, lang)))
            put(Text(f"sha256 {row.digest}", style="dim"))
        if people is not None:
            doubts(engine, jurisdiction, people, lang)
    if not view.persons:
        said = lang.pick(
            "名册为空；请用 `pledgeflow directory` 录入",
            "the directory is empty; fill it with `pledgeflow directory`",
        )
        message(said)


def _found(policy: str) -> str:
    """How the database names a policy that is there: by name, or by where it is."""
    catalogue = Catalogue()
    catalogue.load(policy)
    return policy if policy in catalogue.names() else str(catalogue.file(policy).resolve())


def close(
    jurisdiction: JurisdictionArgument,
    cycle: Annotated[
        str | None,
        typer.Argument(
            metavar="CYCLE", help="Or in one word: jurisdiction/cycle.", show_default=False
        ),
    ] = None,
    *,
    lang: LangOption,
    on: OnOption = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also if pledges have not come to their end.")
    ] = False,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """End a cycle: it takes no new steps any more."""
    with existing(db) as engine:
        if cycle is None:
            jurisdiction, cycle = cycle_in(engine, jurisdiction)
        place_in(engine, jurisdiction)
        try:
            row = engine.close_cycle(jurisdiction, cycle, on=day(on), anyway=anyway)
        except UnfinishedError:
            rows = engine.unfinished(jurisdiction, cycle)
            shown = _unfinished(engine, rows, lang)
            if form is Format.JSON:
                names = [{"pledge": str(row.stream), "state": row.state} for row in rows]
                print_json({"closed": None, "unfinished": names})
            else:
                put(shown)
            zh = f"{len(rows)}份承诺尚未办结；要照样关闭，请加 `--anyway`"
            en = f"unfinished: {len(rows)}; to close the cycle all the same, add `--anyway`"
            message(lang.pick(zh, en))
            raise typer.Exit(FINDINGS) from None
        left = [str(row.stream) for row in engine.unfinished(jurisdiction, cycle)]
    if form is Format.JSON:
        print_json({**_data(row), "unfinished": left})
        return
    zh, en = f"{jurisdiction}/{cycle} 已于{row.closed}关闭", f"closed on {row.closed}"
    put(Text(lang.pick(zh, f"{jurisdiction}/{cycle} {en}"), style="bold"))
    if left:
        put(Text(lang.pick(f"其中{len(left)}份尚未办结", f"unfinished: {len(left)}")))


def list_(
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List the cycles in a database."""
    with existing(db) as engine:
        rows = [
            (row, len(engine.pledges(place, row.cycle)), len(engine.unfinished(place, row.cycle)))
            for place in engine.store.jurisdictions()
            for row in engine.store.cycles(place)
        ]
    if form is Format.JSON:
        print_json(
            [{**_data(row), "pledges": all_, "unfinished": some} for row, all_, some in rows]
        )
        return
    heads = (
        ("地区或单位", "jurisdiction"),
        ("期间", "cycle"),
        ("开始", "starts"),
        ("关闭", "closed"),
    )
    more = (("办法", "policy"), ("承诺", "pledges"), ("未办结", "unfinished"))
    made = table(*(lang.pick(*head) for head in (*heads, *more)))
    for row, pledges, unfinished in rows:
        counts = (str(pledges), str(unfinished))
        closed = str(row.closed or "—")
        made.add_row(row.jurisdiction, row.cycle, str(row.starts), closed, row.policy, *counts)
    put(made)
    if not rows:
        message(lang.pick("没有期间", "there are no cycles"))


def _data(row: CycleRow) -> dict[str, Any]:
    return {
        "jurisdiction": row.jurisdiction,
        "cycle": row.cycle,
        "starts": row.starts,
        "ordinal": row.ordinal,
        "policy": row.policy,
        "digest": row.digest,
        "closed": row.closed,
    }


def _unfinished(engine: Engine, rows: list[PledgeRow], lang: Lang) -> Table:
    made = table(
        *(lang.pick(*h) for h in (("承诺", "pledge"), ("承诺人", "promisor"), ("状态", "state")))
    )
    for row in rows:
        stream = row.stream
        names = engine.store.directory(stream.jurisdiction).names
        words = Labels(engine.policy(stream), row.track, lang, names)
        root = words.policy.tracks[row.track].root
        made.add_row(str(stream), words.person(stream.promisor), words.state(root, row.state))
    return made
