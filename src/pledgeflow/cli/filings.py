"""`filings`: which policies were filed, and which of them is in force when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer

from pledgeflow.cli.database import existing, place_in
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import (
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    day,
    on_day,
)
from pledgeflow.cli.output import keep_dates, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.service import Engine, Filing


def filings(
    jurisdiction: Annotated[str, typer.Argument(metavar="JURISDICTION", show_default=False)],
    *,
    lang: LangOption,
    organization: Annotated[
        str | None, typer.Option("--organization", metavar="ID", help="Only of this one.")
    ] = None,
    on: Annotated[
        datetime | None,
        on_day("Those in force on this day; how a filing stands is told as it stands now."),
    ] = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show the policies that were filed; on a day, those in force.

    `cycle open` takes what is in force by its name and digest: NAME@DIGEST.
    """
    asked = day(on)
    with existing(db) as engine:
        place_in(engine, jurisdiction)
        if asked is None:
            found = list(engine.filings(jurisdiction, organization))
        else:
            found = list(engine.in_force(jurisdiction, asked, organization).values())
        if form is Format.JSON:
            print_json([_data(each) for each in found])
            return
        if found:
            _print(engine, found, lang)
    if not found:
        zh, en = "没有报送的办法", "no policy was filed"
        if asked is not None:
            zh, en = f"{asked}没有经批准施行的办法", f"no filed policy is in force on {asked}"
        message(lang.pick(zh, en))


def _print(engine: Engine, found: list[Filing], lang: Lang) -> None:
    heads = (
        ("组织", "organization"),
        ("办法", "policy"),
        ("报送", "named on"),
        ("备案", "approved"),
    )
    more = (("施行", "in force from"), ("至", "until"), ("状态", "the filing now"))
    made = table(*(lang.pick(*head) for head in (*heads, *more)))
    for each in found:
        stream, filed, term = each.filed.stream, each.filed, each.term
        policy = engine.policy(stream)
        names = engine.store.directory(stream.jurisdiction).names
        labels = Labels(policy, each.track, lang, names)
        approved = _day(filed.approved)
        if filed.withdrawn is not None:
            approved += lang.pick(f"（{filed.withdrawn}废止）", f" (taken back {filed.withdrawn})")
        state = labels.state(policy.tracks[each.track].root, each.state)
        made.add_row(
            labels.person(each.organization),
            labels.filed(filed.policy, filed.digest),
            str(filed.on),
            approved,
            _day(
                term.starts
                if term is not None
                else filed.wanted
                if filed.approved is None
                else None
            ),
            _day(term.until if term is not None else None),
            state,
        )
    keep_dates(made)
    put(made)
    whole = dict.fromkeys(f"{each.filed.policy}@{each.filed.digest}" for each in found)
    typer.echo("\n".join(("", *whole)))


def _day(found: date | None) -> str:
    return str(found) if found is not None else "—"


def _data(each: Filing) -> dict[str, Any]:
    filed, term = each.filed, each.term
    return {
        "filing": str(filed.stream),
        "organization": each.organization,
        "state": each.state,
        "policy": filed.policy,
        "digest": filed.digest,
        "named_on": filed.on,
        "wanted_from": filed.wanted,
        "approved": filed.approved,
        "withdrawn": filed.withdrawn,
        "starts": term.starts if term is not None else None,
        "until": term.until if term is not None else None,
    }
