"""`relay`: hands what has happened on to somebody else, as long as it runs or once."""

from __future__ import annotations

import os
import random
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from threading import Event as Flag
from typing import Annotated, Any

import typer

from pledgeflow.cli.database import existing, place_in
from pledgeflow.cli.options import DbOption, Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, message, print_json, say
from pledgeflow.cli.output import show as put
from pledgeflow.cli.translating import said, translated
from pledgeflow.errors import PledgeflowError

TOKEN = "PLEDGEFLOW_RELAY_TOKEN"
"""The variable that holds what the receiver knows us by; it is in no list of processes."""


def relay(
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="Where events are posted, one at a time.")
    ],
    lang: LangOption,
    once: Annotated[
        bool, typer.Option("--once", help="Hand on what there is, and come back.")
    ] = False,
    jurisdiction: Annotated[
        str | None, typer.Option("--jurisdiction", metavar="NAME", help="Only of this one.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="URI", help="What goes before a jurisdiction's name in `source`."
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0.1, max=600, help="For one answer."),
    ] = 10.0,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Hand on what has happened, as CloudEvents, until each event was received."""
    endpoint = import_module("pledgeflow.relay.endpoint").Endpoint(
        to, timeout=timedelta(seconds=timeout), token=os.environ.get(TOKEN) or None
    )
    if source is not None:
        import_module("pledgeflow.relay.cloudevents").check_source(source)
    relaying = import_module("pledgeflow.relay.relaying")
    with existing(db) as engine:
        if jurisdiction is not None:
            place_in(engine, jurisdiction)
        outbox = import_module("pledgeflow.relay.outbox").Outbox(engine.store, jurisdiction)
        made = relaying.Relay(
            outbox,
            endpoint,
            name=f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}",
            clock=lambda: datetime.now(UTC),
            chance=random.random,
            lease=timedelta(seconds=4 * timeout + 60),
            tell=_telling(lang),
            **({"source": source} if source is not None else {}),
        )
        if not once:
            made.run(_stopped())
            return
        result = made.once()
        waiting = outbox.waiting()
    _show(result.handed, waiting, lang, form)
    if waiting:
        raise typer.Exit(FINDINGS)


def _show(handed: int, waiting: int, lang: Lang, form: Format) -> None:
    if form is Format.JSON:
        print_json({"handed_on": handed, "streams_waiting": waiting})
        return
    zh = f"已转出{handed}条；尚有{waiting}处待转" if waiting else f"已转出{handed}条"
    streams = "1 stream waits" if waiting == 1 else f"{waiting} streams wait"
    events = "1 event" if handed == 1 else f"{handed} events"
    en = f"handed on {events}; {streams}" if waiting else f"handed on {events}"
    put(lang.pick(zh, en))


def _telling(lang: Lang) -> Callable[[Any], None]:
    """Says what failed; what went well is not worth a line."""

    def tell(what: Any) -> None:
        if isinstance(what, PledgeflowError):
            message(said(what, lang))
        elif what.why:
            why = what.why if lang is Lang.EN else translated(what.why)
            again = what.again.astimezone().strftime("%Y-%m-%d %H:%M:%S") if what.again else ""
            zh, en = (
                f"{what.stream}：{why}；{again}后再试",
                f"{what.stream}: {why}; again at {again}",
            )
            say(lang.pick(zh, en))

    return tell


def _stopped() -> Flag:
    """Set when somebody wants the process to end: it ends after the turn it is at."""
    stop = Flag()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError):  # not in the main thread: whoever runs it there stops it
            signal.signal(name, lambda *_: stop.set())
    return stop
