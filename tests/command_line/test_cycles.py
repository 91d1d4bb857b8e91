"""Opening cycles: what they may be called, when they begin, and the policy that stays theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PledgeflowError, StorageError
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore
from tests.tiny import tiny
from tests.unit.test_closing import CLAUSES, PEOPLE

EFFECTIVE = "effective: {from: 2025-01-01, until: 2026-12-31, cite: T-1}\n"


def engine(folder: Path, text: str = "") -> Engine:
    (folder / "tiny").mkdir()
    (folder / "tiny" / "policy.yaml").write_text(text or tiny(), "utf-8")
    (folder / "tiny" / "clauses.yaml").write_text(CLAUSES, "utf-8")
    made = Engine(MemoryStore(), Catalogue((folder,)), lambda: date(2025, 6, 1))
    made.put_directory("town", PEOPLE)
    return made


@pytest.mark.parametrize(
    ("jurisdiction", "cycle", "starts", "what"),
    [
        ("to/wn", "2026", None, "are named without `/`"),
        ("town", "20 26", None, "are named without `/`"),
        ("town", "", None, "are named without `/`"),
        ("town", "2025", None, "the cycle `2025` of `town` is already open"),
        ("town", "spring", None, "`spring` names no year; say on which day the cycle starts"),
        ("town", "2_026", None, "`2_026` names no year"),
        ("town", "+2026", None, "`\\+2026` names no year"),
        ("town", "0", None, "`0` names no year"),
        ("town", "2０26", None, "`2０26` has full-width marks; write `2026`"),
        ("ｔown", "2026", None, "write `town`"),
        ("town", "2024", None, "has to start after the last one, 2025-01-01"),
        ("town", "spring", date(2025, 1, 1), "has to start after the last one, 2025-01-01"),
        ("town", "2027", None, "`tiny` is in force from 2025-01-01 to 2026-12-31, and not on"),
    ],
)
def test_a_cycle_that_cannot_be_opened(
    tmp_path: Path, jurisdiction: str, cycle: str, starts: date | None, what: str
) -> None:
    made = engine(tmp_path, tiny(("policy: tiny\n", f"policy: tiny\n{EFFECTIVE}")))
    made.open_cycle("town", "tiny", cycle="2025")
    with pytest.raises(PledgeflowError, match=what):
        made.open_cycle(jurisdiction, "tiny", cycle=cycle, starts=starts)
    assert [row.cycle for row in made.store.cycles("town")] == ["2025"]
    assert made.store.jurisdictions() == ("town",)


def test_words_to_build_on_open_no_cycle() -> None:
    with pytest.raises(PledgeflowError, match="`base` is only for others to extend"):
        Engine(MemoryStore()).open_cycle("town", "base", cycle="2025")


def test_a_cycle_may_start_on_any_day_after_the_last(tmp_path: Path) -> None:
    made = engine(tmp_path)
    made.open_cycle("town", "tiny", cycle="2025")
    row = made.open_cycle("town", "tiny", cycle="autumn", starts=date(2025, 9, 1))
    assert (row.ordinal, row.starts, row.closed) == (2, date(2025, 9, 1), None)


@pytest.mark.parametrize("left", ["changed", "gone"])
def test_the_policy_of_a_cycle_stays_whatever_becomes_of_its_file(
    tmp_path: Path, left: str
) -> None:
    made = engine(tmp_path)
    row = made.open_cycle("town", "tiny", cycle="2025")
    path = tmp_path / "tiny" / "policy.yaml"
    if left == "gone":
        path.unlink()
    else:
        path.write_text(tiny(("within: P10D", "within: P20D")), "utf-8")
    later = Engine(made.store, Catalogue((tmp_path,)), made.clock)
    assert later.policy("town/2025/wang").digest == row.digest


def test_a_policy_that_is_in_no_store_is_missed(tmp_path: Path) -> None:
    made = engine(tmp_path)
    row = made.open_cycle("town", "tiny", cycle="2025")
    made.store.put_cycle(row._replace(digest="0" * 64))
    with pytest.raises(StorageError, match="the rules of `town/2025` are not in the store"):
        made.policy("town/2025/wang")


def test_of_a_jurisdiction_without_cycles_those_that_have_some_are_named(tmp_path: Path) -> None:
    made = engine(tmp_path)
    with pytest.raises(PledgeflowError, match="no cycle in `city`; jurisdictions are `town`"):
        made.state("city/2025/wang")
    empty = Engine(MemoryStore(), made.catalogue, made.clock)
    with pytest.raises(PledgeflowError, match="none; open a cycle first"):
        empty.state("city/2025/wang")
