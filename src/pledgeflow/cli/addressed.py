"""Lists of rows about streams. An address is copied whole: where it does not fit beside the rest of
its row it stands on a line of its own, above the rows that are about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pledgeflow.cli.output import console, table

GAP = 2
T = TypeVar("T")
Row = Sequence[str | Text]


def addressed(heads: Sequence[str], rows: Sequence[Row], at: int) -> Iterator[RenderableType]:
    """The rows as they are to be printed. at: the column with the address."""
    width = console().width
    if _wide(natural := _natural([heads, *rows])) <= width:
        whole = table(*heads)
        for row in rows:
            whole.add_row(*row)
        yield whole
        return
    widths = _narrowed(_without(natural, at), width)
    yield _grid(widths, [[Text(head, style="bold") for head in _without(heads, at)]])
    for address, group in groupby(rows, key=lambda row: str(row[at])):
        yield Text(address, style="bold")
        yield _grid(widths, [_without(row, at) for row in group])


def _without(row: Sequence[T], at: int) -> list[T]:
    return [cell for n, cell in enumerate(row) if n != at]


def _natural(rows: Sequence[Row]) -> list[int]:
    """How wide each column is where nothing is wrapped."""
    return [
        max(cell_len(line) for cell in column for line in str(cell).split("\n"))
        for column in zip(*rows, strict=True)
    ]


def _wide(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _narrowed(widths: list[int], width: int) -> list[int]:
    """The widest columns give way until all fit."""
    while _wide(widths) > width and max(widths) > GAP:
        widths[widths.index(max(widths))] -= 1
    return widths


def _grid(widths: Sequence[int], rows: Sequence[Row]) -> Table:
    made = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    for width in widths:
        made.add_column(width=width, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made
