"""`pledges` and `log`: what is in a database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from pledgeflow.cli.addressed import Row, addressed
from pledgeflow.cli.database import begun, existing, place_in
from pledgeflow.cli.options import (
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    PledgeArgument,
)
from pledgeflow.cli.output import message, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.cli.reasons import plain
from pledgeflow.cli.telling import Teller, sealed_in, told
from pledgeflow.domain.serialisation import to_data
from pledgeflow.service import Engine
from pledgeflow.storage.store import PledgeRow, StoredEvent


def pledges(
    *,
    lang: LangOption,
    jurisdiction: Annotated[
        str | None, typer.Option("--jurisdiction", metavar="ID", help="Only this one's.")
    ] = None,
    cycle: Annotated[
        str | None, typer.Option("--cycle", metavar="ID", help="Only this one's.")
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Also organizations' years, selections and filings."),
    ] = False,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List the pledges in a database, and how they stand."""
    with existing(db) as engine:
        if jurisdiction is not None:
            place_in(engine, jurisdiction)
        places = [jurisdiction] if jurisdiction is not None else engine.store.jurisdictions()
        listed = engine.streams if everything else engine.pledges
        rows = [row for place in places for row in listed(place, cycle)]
        if form is Format.JSON:
            print_json([_data(row) for row in rows])
            return
        if rows:
            put(*_listed(engine, rows, lang, tracks=everything))
    if not rows:
        message(lang.pick("没有承诺", "there are no pledges"))


def _data(row: PledgeRow) -> dict[str, Any]:
    return {
        "pledge": str(row.stream),
        "track": row.track,
        "organization": row.organization,
        "state": row.state,
        "since": row.since,
        "items": dict(row.items),
        "grade": row.grade,
        "awards": row.awards,
        "outcomes": row.outcomes,
        "version": row.version,
    }


def _listed(
    engine: Engine, rows: list[PledgeRow], lang: Lang, *, tracks: bool
) -> Iterator[RenderableType]:
    first = (("名称", "name"), ("所属", "whose"), ("类别", "track"))
    heads = first if tracks else (("承诺", "pledge"), ("承诺人", "promisor"))
    more = (("状态", "state"), ("事项", "items"), ("等次和后果", "grade and outcomes"))
    told: list[Row] = []
    tellers: dict[tuple[str, str, str], Teller] = {}
    for row in rows:
        stream = row.stream
        key = (stream.jurisdiction, stream.cycle, row.track)
        if key not in tellers:
            names = engine.store.directory(stream.jurisdiction).names
            tellers[key] = Teller(engine.policy(stream), row.track, lang, names)
        tell = tellers[key]
        joint = lang.pick("、", ", ")
        items = joint.join(_counted(tell, place, n) for place, n in row.items.items())
        followed = [tell.label("outcome", outcome) for outcome in row.outcomes]
        end = [tell.label("tier", row.grade), *followed] if row.grade else followed
        name, state = tell.person(stream.promisor), tell.label("state", row.state)
        track = [lang.of(tell.policy.document.tracks[row.track].label)] if tracks else []
        told.append((str(stream), name, *track, state, items, lang.pick("；", "; ").join(end)))
    return addressed([lang.pick(*head) for head in (*heads, *more)], told, 0)


def _counted(tell: Teller, place: str, number: int) -> str:
    lifecycle, _, state = place.partition("/")
    return f"{tell.label('lifecycle', lifecycle)} {tell.state(lifecycle, state)} {number}"


def log(
    pledge: PledgeArgument,
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Tell the history of a pledge, a year, a selection or a filing, event by event."""
    with existing(db) as engine:
        stream = begun(engine, pledge)
        history = engine.history(stream)
        wanted = [digest for stored in history for digest in sealed_in(stored.event)]
        words = engine.store.texts(stream.jurisdiction, wanted)
        names = engine.store.directory(stream.jurisdiction).names
        policy, track = engine.policy(stream), engine.state(stream).track
    if form is Format.JSON:
        print_json([_event(stored, words) for stored in history])
        return
    tell = Teller(policy, track, lang, names, words)
    made = told([stored.event for stored in history], tell)
    put(Text(tell.stream(stream), style="bold"), made)


def _event(stored: StoredEvent, words: dict[str, str] | Any) -> dict[str, Any]:
    return {
        "version": stored.version,
        "recorded_at": stored.recorded_at.isoformat(),
        **plain(to_data(stored.event)),
        "words": {digest: words.get(digest) for digest in sealed_in(stored.event)},
    }
