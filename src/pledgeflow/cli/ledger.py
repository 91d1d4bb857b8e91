"""`ledger`: a register that a policy asks for, from what is in a database."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text as Line

from pledgeflow.cli.database import cycle_in, existing
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import (
    CycleArgument,
    DbOption,
    Lang,
    LangOption,
    OnOption,
    OrganizationOption,
    day,
)
from pledgeflow.cli.output import keep_dates, message, print_rows, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.reasons import plain
from pledgeflow.domain.values import Text
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.keeping import CLOSED, OPEN, OVERDUE, Cell
from pledgeflow.policy.language.ledgers import Column, Ledger
from pledgeflow.service import Engine
from pledgeflow.service.ledgers import LedgerRow, ledger_of

STANDING = {
    OPEN: ("未到期", "open"),
    OVERDUE: ("已逾期", "overdue"),
    CLOSED: ("已办结", "closed"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; some take full-width marks for one too."""


NAMED = frozenset(
    {"state", "status", "capacity", "track", "venue", "grade", "promisor", "actor", "organization"}
)
"""Columns whose cells are ids, which are called something."""


class LedgerFormat(StrEnum):
    """How a ledger is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def ledger(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As the policy calls it.", show_default=False)
    ],
    where: CycleArgument,
    *,
    lang: LangOption,
    organization: OrganizationOption = None,
    promisor: Annotated[
        str | None, typer.Option("--promisor", metavar="ID", help="Only this one's.")
    ] = None,
    on: OnOption = None,
    db: DbOption = None,
    form: Annotated[
        LedgerFormat, typer.Option("--format", help="What to print.")
    ] = LedgerFormat.TEXT,
) -> None:
    """Show a ledger of a cycle: the pledges' items, records or outcomes, in its columns."""
    with existing(db) as engine:
        asked = _Asked(*cycle_in(engine, where), organization, promisor, on)
        policy = engine.cycle_policy(asked.jurisdiction, asked.cycle)
        kept, rows = ledger_of(policy, name), asked.rows(engine, name)
        names = engine.store.directory(asked.jurisdiction).names
        shown = Shown(policy, kept, lang, names)
        match form:
            case LedgerFormat.JSON:
                print_rows(_data(row) for row in rows)
            case LedgerFormat.CSV:
                write_csv(shown.heads, map(shown.cells, rows))
            case LedgerFormat.TEXT:
                _print(shown, rows)


@dataclass(frozen=True, slots=True)
class _Asked:
    jurisdiction: str
    cycle: str
    organization: str | None
    promisor: str | None
    on: datetime | None

    def rows(self, engine: Engine, name: str) -> Iterator[LedgerRow]:
        return engine.ledger(
            self.jurisdiction,
            name,
            cycle=self.cycle,
            organization=self.organization,
            promisor=self.promisor,
            on=day(self.on),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """Puts the rows of a ledger into words. names: of people and organizations."""

    policy: Policy
    ledger: Ledger
    lang: Lang
    names: Any
    _labels: dict[str, Labels] = field(default_factory=dict, repr=False)

    @property
    def heads(self) -> list[str]:
        """What the columns are called."""
        return [self.lang.of(column.label) for column in self.ledger.columns.values()]

    @property
    def kept_by(self) -> str:
        """Who is to keep the ledger."""
        labels = self._of(next(iter(self.policy.tracks)))
        return labels.joined(labels.label("role", r) for r in self.ledger.kept_by)

    def cells(self, row: LedgerRow) -> list[str]:
        """A row, cell by cell; an empty one where nothing is said."""
        labels = replace(self._of(row.row.track), words=row.words)
        columns = self.ledger.columns.items()
        return [self._cell(column, row.row.cells[name], row, labels) for name, column in columns]

    def _of(self, track: str) -> Labels:
        if track not in self._labels:
            self._labels[track] = Labels(self.policy, track, self.lang, self.names)
        return self._labels[track]

    def _cell(self, column: Column, cell: Cell, row: LedgerRow, labels: Labels) -> str:
        ((word, name),) = column.from_.said
        if cell is None:
            return ""
        if word == "outcome":
            found = cell if isinstance(cell, tuple) else (cell,)
            return labels.joined(labels.label("outcome", str(each)) for each in found)
        if word in NAMED and isinstance(cell, str):
            return self._named(word, cell, row, labels)
        return labels.field(name, cell, row.row.command if word == "field" else "")

    def _named(self, word: str, cell: str, row: LedgerRow, labels: Labels) -> str:
        """What an id is called."""
        document = self.policy.document
        match word:
            case "state":
                return labels.state(row.row.lifecycle, cell)
            case "status":
                return self.lang.pick(*STANDING[cell])
            case "capacity":
                return labels.label("role", cell).removeprefix("the ")
            case "track":
                return self.lang.of(document.tracks[cell].label)
            case "venue":
                return self.lang.of(document.venues.get(cell), cell)
            case "grade":
                return labels.label("tier", cell)
            case _:
                return labels.person(cell)


def write_csv(heads: list[str], rows: Iterable[list[str]]) -> None:
    """Rows for a spreadsheet; what it would take for a formula becomes text."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(map(_plain_cell, heads))
    for row in rows:
        writer.writerow(map(_plain_cell, row))


def _plain_cell(cell: str) -> str:
    # A lone carriage return is not quoted, and would begin a row of its own.
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _print(shown: Shown, rows: Iterator[LedgerRow]) -> None:
    pick, made = shown.lang.pick, table(*shown.heads)
    for row in rows:
        made.add_row(*shown.cells(row))
    keeper = pick("（{}建立）", " (kept by {})").format(shown.kept_by) if shown.kept_by else ""
    put(Line(f"{shown.lang.of(shown.ledger.label)}{keeper}", style="bold"))
    if made.row_count:
        keep_dates(made)
        put(made)
    else:
        message(pick("台账中没有内容", "there is nothing in this ledger"))


def _data(found: LedgerRow) -> dict[str, Any]:
    row = found.row
    erased = [
        name
        for name, cell in row.cells.items()
        if isinstance(cell, Text) and cell.digest not in found.words
    ]
    return {
        "pledge": str(row.stream),
        "subject": row.subject,
        "version": row.version,
        "cells": {name: _said(cell, found) for name, cell in row.cells.items()},
        "redacted": erased,
    }


def _said(cell: Cell, found: LedgerRow) -> Any:
    return found.words.get(cell.digest) if isinstance(cell, Text) else plain(cell)
