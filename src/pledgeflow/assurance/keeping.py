"""What a scenario says of ledgers and of who has pledged, held against what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from pledgeflow.assurance.comparing import listed, plain, same, some
from pledgeflow.assurance.scenarios import Kept, People
from pledgeflow.assurance.staging import JURISDICTION
from pledgeflow.domain.values import Text
from pledgeflow.service import Engine
from pledgeflow.service.ledgers import LedgerRow, Standing


def ledgers(wanted: Mapping[str, Kept], engine: Engine, cycle: str, on: date) -> Iterator[str]:
    """Where the ledgers of a play differ from what is expected of them."""
    for name, kept in wanted.items():
        rows = list(engine.ledger(JURISDICTION, name, cycle=cycle, on=on))
        number = kept.count if kept.count is not None else len(kept.rows or ())
        if number != len(rows):
            yield f"expected ledger `{name}` to have {number} rows, found {len(rows)}"
            continue
        for place, (cells, row) in enumerate(zip(kept.rows or (), rows, strict=False), start=1):
            yield from _row(f"row {place} of ledger `{name}`", cells, row)


def _row(where: str, wanted: Mapping[str, object], found: LedgerRow) -> Iterator[str]:
    cells = found.row.cells
    for column, value in wanted.items():
        if column not in cells:
            yield f"{where} has no column `{column}`; it has {listed(tuple(cells))}"
            continue
        cell: object = cells[column]
        if isinstance(cell, Text):
            cell = found.words.get(cell.digest)
        alike = cell is None if value is None else same(value, cell)
        if not alike:
            yield f"expected `{column}` in {where} to be {plain(value)}, found {plain(cell)}"


def coverage(wanted: People, engine: Engine, cycle: str, on: date) -> Iterator[str]:
    """Where who has pledged, is missing or need not in a play differs from what is expected."""
    found = {_name(each): each for each in engine.people(JURISDICTION, cycle, on=on)}
    for standing in ("pledged", "missing", "need_not"):
        asked = getattr(wanted, standing)
        if asked is not None:
            there = [name for name, each in found.items() if each.standing == standing]
            yield from some(standing, tuple(asked), there)
    for name, clauses in (wanted.need_not or {}).items():
        behind = found[name].clauses if name in found else ()
        if not set(clauses) <= set(behind):
            said = f"need not pledge by {listed(clauses)}, found {listed(behind)}"
            yield f"expected that {name} {said}"
    counted = Counter((e.unit, e.standing) for e in found.values() if e.asked.duty != "none")
    for unit, numbers in (wanted.units or {}).items():
        for standing, number in numbers.items():
            if counted[unit, standing] != number:
                less = f"{number} {standing}, found {counted[unit, standing]}"
                yield f"expected `{unit}` to have {less}"


def _name(standing: Standing) -> str:
    asked = standing.asked
    return f"{asked.owner}@{asked.venue}" if asked.venue else asked.owner
