"""`export`, `import`: a whole jurisdiction as JSON Lines, and back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from pledgeflow.cli.database import creating, existing, place_in
from pledgeflow.cli.options import DB, DbOption, Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, fail, print_json, say
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import moving
from pledgeflow.cli.translating import translated

_STEP = 200
"""The bar is told of so many lines at a time."""


def export(
    jurisdiction: Annotated[
        str, typer.Argument(metavar="JURISDICTION", help="Which one.", show_default=False)
    ],
    lang: LangOption,
    db: DbOption = None,
) -> None:
    """Print everything of a jurisdiction that cannot be worked out, a record a line."""
    exporting = import_module("pledgeflow.exchange.exporting")
    with existing(db) as engine, moving(lang.pick("导出", "exporting")) as bar:
        place_in(engine, jurisdiction)
        lines = exporting.exported(engine.store, jurisdiction, bar.begin)
        for number, line in enumerate(lines, start=1):
            sys.stdout.buffer.write(line)
            if number % _STEP == 0:
                bar.move(_STEP)
        sys.stdout.buffer.flush()


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
