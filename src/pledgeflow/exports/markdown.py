"""Tables and words of pages in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; its cells are Markdown."""
    yield _row(heads)
    yield _row(["---"] * len(heads))
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def codes(names: Iterable[str]) -> str:
    """Ids below each other; a dash where there are none."""
    return "<br>".join(f"`{name}`" for name in names) or "—"


def plain(words: str) -> str:
    """Words that are no Markdown."""
    flat = " ".join(words.split()).replace("<", "&lt;")
    return "".join(f"\\{sign}" if sign in "*_`[]\\" else sign for sign in flat)
