"""Ledgers of what is no pledge: an organization's year and its selections; and who pledges then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.ledger import Shown
from pledgeflow.cli.options import Lang
from pledgeflow.service import Engine
from pledgeflow.service.ledgers import LedgerRow
from pledgeflow.storage.memory import MemoryStore
from tests.town import DIRECTORY, PEOPLE, POLICIES, SELECTION, YEAR

LEDGERS = """
ledgers:
  meetings:
    label: {zh: 互评登记, en: meetings}
    rows: {records: [hold_rating, nominate], streams: [year]}
    columns:
      "on": {label: {zh: 日期, en: "on"}, from: "on"}
      whose: {label: {zh: 组织, en: organization}, from: promisor}
      venue: {label: {zh: 场所, en: venue}, from: venue}
      results: {label: {zh: 结果, en: results}, from: {field: results}}
    cite: T-01
  everything:
    label: {zh: 全部记录, en: everything}
    rows: {records: [hold_rating, nominate, promise]}
    columns: {who: {label: {zh: 何人, en: who}, from: actor}}
    cite: T-01
  candidates:
    label: {zh: 人选名册, en: candidates}
    rows: {items: candidacy, in: [nominated, forwarded]}
    columns:
      who: {label: {zh: 人选, en: candidate}, from: {field: candidate}}
      state: {label: {zh: 状态, en: state}, from: state}
    cite: T-01
coverage: {pledged: {means: [consent, publication, signature, submission, proposal]}, cite: T-01}
"""
STEPS: tuple[tuple[str, str, str, str, dict[str, object]], ...] = (
    *((f"t/2025/{name}", "promise", name, "promisor", {}) for name in PEOPLE),
    (YEAR, "hold_rating", "an", "secretary", {"results": {"an": "good", "bo": "poor"}}),
    ("t/2025/bo", "grade", "an", "secretary", {"tier": "good"}),
    (SELECTION, "nominate", "an", "secretary", {"candidate": "bo"}),
    (SELECTION, "put_forward", "an", "secretary", {"candidacy": 1}),
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    (tmp_path / "town").mkdir()
    for name in ("policy.yaml", "clauses.yaml"):
        text = (POLICIES / "town" / name).read_text(encoding="utf-8")
        more = LEDGERS if name == "policy.yaml" else ""
        (tmp_path / "town" / name).write_text(text + more, encoding="utf-8")
    made = Engine(MemoryStore(), Catalogue((tmp_path,)), clock=lambda: date(2025, 12, 31))
    made.put_directory("t", DIRECTORY)
    made.open_cycle("t", "town", cycle="2025")
    for stream, do, actor, capacity, said in STEPS:
        step = {"do": do, "on": date(2025, 2, 1), "actor": actor, "capacity": capacity}
        made.do(stream, {**step, **said})
    return made


def rows(engine: Engine, name: str, organization: str | None = None) -> list[LedgerRow]:
    return list(engine.ledger("t", name, cycle="2025", organization=organization))


def shown(engine: Engine, name: str, lang: Lang) -> list[list[str]]:
    policy = engine.cycle_policy("t", "2025")
    words = Shown(policy, policy.document.ledgers[name], lang, {"bo": "伯"})
    return [words.cells(row) for row in rows(engine, name)]


def test_a_ledger_of_the_years_of_organizations(engine: Engine) -> None:
    (found,) = rows(engine, "meetings")
    assert str(found.row.stream) == YEAR
    assert (found.row.cells["whose"], found.row.cells["venue"]) == ("east", None)
    assert shown(engine, "meetings", Lang.ZH) == [["2025-02-01", "east", "", "an 好、伯 差"]]
    assert shown(engine, "meetings", Lang.EN)[0][3] == "an good, 伯 poor"


def test_records_of_whatever_they_are_of(engine: Engine) -> None:
    assert [row.row.cells["who"] for row in rows(engine, "everything")] == [
        "an",
        "bo",
        "cai",
        "an",
        "an",
    ]
    assert len(rows(engine, "everything", "hill")) == 5


def test_a_ledger_of_candidates(engine: Engine) -> None:
    (found,) = rows(engine, "candidates", "east")
    assert found.row.cells == {"who": "bo", "state": "forwarded"}
    assert shown(engine, "candidates", Lang.ZH)[0] == ["伯", "已上报"]


def test_nobody_is_asked_to_pledge_a_year(engine: Engine) -> None:
    found = {each.asked.owner: each for each in engine.people("t", "2025")}
    assert {name: each.standing for name, each in found.items()} == {
        "an": "pledged",
        "bo": "pledged",
        "cai": "pledged",
        "east": "need_not",
        "hill": "need_not",
        "mayor": "need_not",
    }
    assert found["east"].state == ""
