"""`duties`: what is owed in a jurisdiction, by whom, by when and by which clause."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from dateutil.relativedelta import relativedelta
from rich.text import Text

from pledgeflow.cli.addressed import Row, addressed
from pledgeflow.cli.cycles import JurisdictionArgument
from pledgeflow.cli.database import existing, place_in
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import DbOption, Format, FormatOption, Lang, LangOption, day, on_day
from pledgeflow.cli.output import fail, message
from pledgeflow.cli.output import show as put
from pledgeflow.policy.judging.owing import Status
from pledgeflow.service import Due, Engine
from pledgeflow.service.calendars import read_calendar

ROWS = 500
"""Rows printed at a time, so that a long list needs no more memory than a short one."""
ADDRESS = 3
"""The column with the pledge."""
STATUS = {Status.OPEN: ("待办", "open"), Status.OVERDUE: ("逾期", "overdue")}

CalendarOption = Annotated[
    Path | None,
    typer.Option(
        "--calendar",
        metavar="FILE",
        help="Holidays and make-up workdays, over those announced; from PLEDGEFLOW_CALENDAR if "
        "left out.",
        show_default=False,
    ),
]


def duties(
    jurisdiction: JurisdictionArgument,
    *,
    lang: LangOption,
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="ID", help="Only what this person owes.")
    ] = None,
    organization: Annotated[
        str | None,
        typer.Option("--organization", metavar="ID", help="Only in this organization's pledges."),
    ] = None,
    cycle: Annotated[
        str | None, typer.Option("--cycle", metavar="ID", help="Only this one's.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="What is due by then; a month from the day asked, if left out.",
        ),
    ] = None,
    on: Annotated[
        datetime | None, on_day("As of which day: what has been done since was still owed then.")
    ] = None,
    calendar: CalendarOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List what is owed and not done yet, and what of it is overdue."""
    with existing(db) as engine:
        place, slash, one = jurisdiction.partition("/")
        if slash and place in engine.store.jurisdictions():
            raise fail(f"`{jurisdiction}` is a cycle; write `{place} --cycle {one}`")
        place_in(engine, jurisdiction)
        if calendar is not None:
            engine.calendar = read_calendar(calendar)
        today, last = day(on) or engine.clock(), day(until)
        if last is not None and last < today:
            raise fail(
                f"`--until {last}` lies before the day that is asked about, {today}; name a later "
                "day, or an earlier one with `--on`"
            )
        found = engine.duties(
            jurisdiction,
            actor=actor,
            organization=organization,
            cycle=cycle,
            until=last or _a_month_from(today),
            today=today,
        )
        if actor is not None or organization is not None:
            found = iter(sorted(found, key=lambda due: (due.owed.due, str(due.stream))))
        if form is Format.JSON:
            _print_json(found)
        elif not _print(engine, found, lang):
            message(lang.pick("没有待履行的职责", "nothing is owed"))


def _a_month_from(today: date) -> date:
    with suppress(OverflowError, ValueError):  # after the last day there is
        return today + relativedelta(months=1)
    return date.max


def _data(due: Due) -> dict[str, Any]:
    owed = due.owed
    return {
        "pledge": str(due.stream),
        "organization": due.organization,
        "duty": owed.duty,
        "subject": owed.subject,
        "since": owed.since,
        "due": owed.due,
        "status": due.status.value,
        "role": owed.owner,
        "owners": due.owners,
        "passed_to": due.passed_to,
        "rule": owed.rule,
        "clauses": owed.clauses,
    }


def _print_json(found: Iterator[Due]) -> None:
    """A list, an entry a line, printed as it is found."""
    first = next(found, None)
    if first is None:
        typer.echo("[]")
        return
    typer.echo(f"[{_line(first)}", nl=False)
    for due in found:
        typer.echo(f",\n {_line(due)}", nl=False)
    typer.echo("]")


def _line(due: Due) -> str:
    return json.dumps(_data(due), ensure_ascii=False, default=str)


def _print(engine: Engine, found: Iterator[Due], lang: Lang) -> bool:
    heads = (("应于", "due"), ("状态", "status"), ("职责", "duty"), ("承诺", "pledge"))
    more = (("事项", "about"), ("由", "owed by"), ("依据", "clauses"))
    labels: dict[tuple[str, str, str], Labels] = {}
    some = False
    while rows := list(islice(found, ROWS)):
        some = True
        told: list[Row] = []
        for due in rows:
            stream = due.stream
            key = (stream.jurisdiction, stream.cycle, due.track)
            if key not in labels:
                names = engine.store.directory(stream.jurisdiction).names
                labels[key] = Labels(engine.policy(stream), due.track, lang, names)
            told.append(_row(due, labels[key], lang))
        put(*addressed([lang.pick(*head) for head in (*heads, *more)], told, ADDRESS))
    return some


def _row(due: Due, words: Labels, lang: Lang) -> Row:
    owed = due.owed
    style = "bold red" if due.status is Status.OVERDUE else ""
    role = words.label("capacity", owed.owner).removeprefix("the ")
    people = words.joined(words.person(owner) for owner in due.owners)
    vacant = lang.pick("无人担任", "nobody")
    heirs = words.joined(words.person(heir) for heir in due.passed_to)
    now = lang.pick(f"，现为{heirs}", f", now {heirs}") if heirs else ""
    return (
        str(owed.due),
        Text(lang.pick(*STATUS[due.status]), style=style),
        words.label("duty", owed.duty),
        str(due.stream),
        words.label("subject", owed.subject) if "/" in owed.subject else "",
        f"{people or vacant}{now} ({role})",
        " ".join(owed.clauses),
    )
