"""`export`, `import`: a whole jurisdiction as JSON Lines, and back; its log for process mining."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import typer

from pledgeflow.cli.database import creating, existing, place_in
from pledgeflow.cli.options import DB, DbOption, Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, fail, print_json, say
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import Bar, moving
from pledgeflow.cli.translating import translated
from pledgeflow.service import Engine

_STEP = 200
"""The bar is told of so many lines at a time."""


class Kind(StrEnum):
    """What a jurisdiction is exported as."""

    JSONL = "jsonl"
    XES = "xes"
    OCEL = "ocel"


def export(
    jurisdiction: Annotated[
        str, typer.Argument(metavar="JURISDICTION", help="Which one.", show_default=False)
    ],
    lang: LangOption,
    kind: Annotated[
        Kind,
        typer.Option("--as", help="All of it as JSON Lines, or its log for process mining."),
    ] = Kind.JSONL,
    db: DbOption = None,
) -> None:
    """Print everything of a jurisdiction that cannot be worked out, a record a line.

    As XES or OCEL: what happened, by ids and without anybody's words; that cannot be imported.
    """
    step = _STEP if kind is Kind.JSONL else 1
    with existing(db) as engine, moving(lang.pick("导出", "exporting")) as bar:
        place_in(engine, jurisdiction)
        for number, part in enumerate(_parts(engine, jurisdiction, kind, bar), start=1):
            sys.stdout.buffer.write(part)
            if number % step == 0:
                bar.move(step)
        sys.stdout.buffer.flush()


def _parts(engine: Engine, jurisdiction: str, kind: Kind, bar: Bar) -> Iterable[bytes]:
    """Line by line, or stream by stream."""
    if kind is Kind.JSONL:
        exported = import_module("pledgeflow.exchange.exporting").exported
        return cast("Iterable[bytes]", exported(engine.store, jurisdiction, bar.begin))
    write = getattr(import_module(f"pledgeflow.exports.{kind}"), kind)
    return (part.encode() for part in write(engine.store, jurisdiction, bar.begin))


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What was exported; - for stdin.")],
    lang: LangOption,
    keep_going: Annotated[
        bool,
        typer.Option("--keep-going", help="Import what is good of a file, and tell of the rest."),
    ] = False,
    db: Annotated[
        str | None,
        typer.Option(
            "--db", metavar="URL", envvar=DB, help="Database URL or file; new, if need be."
        ),
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Put an exported jurisdiction into a database: all of it or, if that is wanted, what is good."""
    if str(file) == "-":
        done = _imported(sys.stdin.buffer, db, lang, _telling(file, lang) if keep_going else None)
    elif not file.is_file():
        raise fail(f"there is no file `{file}`; name one that `pledgeflow export` has printed")
    else:
        with file.open("rb") as opened:
            done = _imported(opened, db, lang, _telling(file, lang) if keep_going else None)
    if form is Format.JSON:
        print_json(done._asdict())
    else:
        put(_said(done, lang))
    if done.bad:
        raise typer.Exit(FINDINGS)


def _imported(file: BinaryIO, db: str | None, lang: Lang, bad: Callable[[Any], None] | None) -> Any:
    importing = import_module("pledgeflow.exchange.importing")
    with creating(db) as engine, moving(lang.pick("导入", "importing"), size=True) as bar:
        bar.begin(os.fstat(file.fileno()).st_size if file.seekable() else 0)
        made = importing.Import(
            engine.store, engine.catalogue, engine.calendar, engine.directory, bar.move
        )
        return made.run(file, bad=bad)


def _said(done: Any, lang: Lang) -> str:
    if not done.bad:
        return lang.pick(
            f"已导入 {done.jurisdiction}，共{done.lines}行",
            f"imported {done.jurisdiction}: {done.lines} lines",
        )
    return lang.pick(
        f"已导入 {done.jurisdiction}，共{done.lines}行，其中{done.bad}处有误，未予导入",
        f"imported {done.jurisdiction}: {done.lines} lines, but for {done.bad} that are bad",
    )


def _telling(file: Path, lang: Lang) -> Callable[[Any], None]:
    def tell(bad: Any) -> None:
        why = bad.why if lang is Lang.EN else translated(bad.why)
        say(f"{file}:{bad.line}: {why}")

    return tell
