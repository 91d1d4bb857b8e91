"""How far a long command is: a bar on stderr where somebody watches, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pledgeflow.cli.output import errors


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """Yields a function to call once for each of `total` parts that is done, saying of what."""
    screen = errors()
    if not screen.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda part: bar.update(task, advance=1, description=part)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Says what is being done while it is being done."""
    screen = errors()
    if not screen.is_terminal:
        yield
        return
    with screen.status(what):
        yield
