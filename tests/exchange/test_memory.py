"""However large a jurisdiction is, no more than a little of it is in memory at a time."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

from pledgeflow.exchange.exporting import exported
from pledgeflow.exchange.importing import Import
from pledgeflow.service.calendars import Announced
from pledgeflow.storage.sql import SqlStore
from tests.dice import CATALOGUE
from tests.scale.county import COUNTY, Size, county

SMALL, LARGE = Size(100, 33), Size(1000, 33)


def _peak(act: Callable[[], object]) -> int:
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _peaks(folder: Path, size: Size) -> tuple[int, int]:
    """In bytes: of an export, and of its import."""
    folder.mkdir()
    file, database, other = folder / "file", folder / "county.db", folder / "other.db"
    with county(database, size):
        pass

    def export() -> None:
        with SqlStore(f"sqlite:///{database}") as store, file.open("wb") as out:
            out.writelines(exported(store, COUNTY))

    def load() -> None:
        with SqlStore(f"sqlite:///{other}") as store, file.open("rb") as lines:
            done = Import(store, CATALOGUE, Announced()).run(lines)
            assert done.lines > 4 * size.members

    return _peak(export), _peak(load)


def test_ten_times_as_much_takes_hardly_more(tmp_path: Path) -> None:
    _peaks(tmp_path / "first", Size(60, 33))  # what is made once, such as statements
    small, large = _peaks(tmp_path / "small", SMALL), _peaks(tmp_path / "large", LARGE)
    # Its lines alone are 2 MB more, and what is made of them several times that; what only waits to
    # be collected comes and goes, up to half as much.
    assert large[0] < small[0] + 2_000_000
    assert large[1] < small[1] + 2_000_000
