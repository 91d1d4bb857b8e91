"""How far a long command is: a bar on stderr where somebody watches, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

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


@dataclass(frozen=True, slots=True)
class Bar:
    """One that is told how much there is once that is known. Without a screen it does nothing."""

    progress: Progress | None = None
    task: TaskID | None = None

    def begin(self, total: int) -> None:
        """How much there is; 0 if nobody knows."""
        if self.progress is not None and self.task is not None and total:
            self.progress.update(self.task, total=total)

    def move(self, by: int) -> None:
        """So much more is done."""
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, advance=by)


@contextmanager
def moving(what: str, *, size: bool = False) -> Iterator[Bar]:
    """A bar over many small parts, or over bytes. size: those"""
    screen = errors()
    if not screen.is_terminal:
        yield Bar()
        return
    done = DownloadColumn() if size else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        yield Bar(progress, progress.add_task(what, total=None))
