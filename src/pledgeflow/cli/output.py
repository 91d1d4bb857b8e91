"""Where words go: results to stdout, everything else to stderr, and errors as exit codes."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer
from rich.console import Console, RenderableType
from rich.table import Table
from typer.core import TyperGroup

from pledgeflow.cli.options import Lang
from pledgeflow.cli.translating import problem_said, said, spoken, usage_said
from pledgeflow.errors import PledgeflowError, PolicyError, RefusedError

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
FINDINGS = 1
UNUSABLE = 2


UsageError: Any = typer.BadParameter.__base__
"""What is raised of wrong usage; which package it is from depends on the version of typer."""


class UnusableError(PledgeflowError):
    """Wrong usage or unreadable input."""


class Commands(TyperGroup):
    """The commands; an error that the library raises on purpose is a message, not a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        lang = spoken([*getattr(ctx, "_protected_args", ()), *ctx.args])
        try:
            return super().invoke(ctx)
        except PolicyError as error:
            # One problem a line, so that editors and scripts can follow them.
            problems = (shown(problem_said(problem, lang)) for problem in error.problems)
            typer.echo("\n".join(problems), err=True)
            raise typer.Exit(UNUSABLE) from None
        except PledgeflowError as error:
            message(said(error, lang))
            raise typer.Exit(FINDINGS if isinstance(error, RefusedError) else UNUSABLE) from None
        except OSError as error:
            # A pipe that is closed is no mistake; a full disk, or a folder without rights, is one.
            if error.errno == errno.EPIPE:
                raise
            zh, en = "系统未能读写", "the system could not read or write"
            message(f"{lang.pick(zh, en)}: {error.strerror or error}")
            raise typer.Exit(UNUSABLE) from None
        except UsageError as error:
            if lang is Lang.EN or type(error).__name__ == "NoArgsIsHelpError":
                # The words of the library that types values: nothing a user can do about it.
                error.message = error.message.replace("Value error, ", "")
                raise
            message(usage_said(error.format_message()))
            raise typer.Exit(UNUSABLE) from None


def message(words: str) -> None:
    """Something that is said beside the result."""
    typer.echo(f"pledgeflow: {words}", err=True)


def say(words: str) -> None:
    """Something that happens meanwhile."""
    typer.echo(words, err=True)


def fail(words: str) -> UnusableError:
    """Wrong usage or unreadable input; to be raised. It is translated where it is shown."""
    return UnusableError(words)


def console() -> Console:
    """Where results are printed, as wide as the terminal."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def errors() -> Console:
    """Where progress is shown."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def show(*parts: RenderableType) -> None:
    """Print results."""
    screen = console()
    for part in parts:
        screen.print(part)


def keep_dates(made: Table) -> None:
    """Columns of dates keep their width: a date in two halves is none. The others give way."""
    for column in made.columns:
        cells = [str(cell) for cell in column.cells if str(cell) not in ("", "—", column.header)]
        if cells and all(map(DATE.fullmatch, cells)):
            column.width = len("2025-03-31")


def table(*columns: str) -> Table:
    """A plain table, as narrow as its content; no lines that get in the way of copying."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        made.add_column(name, overflow="fold")
    return made


def print_json(data: Any) -> None:
    """Print a result as JSON."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def print_rows(rows: Iterable[Any]) -> None:
    """Print a list as JSON, a row at a time: it need not fit into memory."""
    before = "[\n  "
    for row in rows:
        written = json.dumps(row, ensure_ascii=False, indent=2, default=str)
        typer.echo(before + written.replace("\n", "\n  "), nl=False)
        before = ",\n  "
    typer.echo("[]" if before.startswith("[") else "\n]")


def shown(place: object) -> str:
    """A path, or a problem that begins with one; relative to the current folder if it is in it."""
    text, here = str(place), f"{Path.cwd()}/"
    return text.removeprefix(here)
