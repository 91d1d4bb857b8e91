"""A cycle is closed: what it takes no more, and what goes on in it all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import PledgeflowError, RefusedError, Ruling, UnfinishedError
from pledgeflow.service import Done, Engine
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from tests.tiny import tiny

REMEDY = """\
  remedy:
    label: {zh: 改, en: remedy}
    of: pledge
    initial: due
    final: [mended]
    states:
      due: {zh: 待改, en: due}
      late: {zh: 逾期, en: late}
      mended: {zh: 已改, en: mended}
    transitions:
      mend: {source: [due, late], dest: mended, by: promisor, cite: T-1}
      run_late: {source: due, dest: late, after: {period: P30D}, cite: T-1}
evaluation:
"""
DEMAND = """\
      demand: {source: closed, stays: true, by: secretary, adds: remedy, cite: T-1}
  commitment:
"""
COMMANDS = """\
  demand:
    means: rectification_order
    label: {zh: 责令, en: demand}
    fields: {}
  mend:
    means: rectification_account
    label: {zh: 整改, en: mend}
    fields:
      remedy: remedy
lifecycles:
"""
OUTCOME = """\
outcomes:
  o: {label: {zh: 果, en: o}, when: {state: closed}, calls_for: {demand: true}, cite: T-1}
"""
TEXT = tiny(
    ("evaluation:\n", REMEDY),
    ("  commitment:\n    label", DEMAND + "    label"),
    ("lifecycles:\n", COMMANDS),
    ("outcomes: {}\n", OUTCOME),
)
PEOPLE = {
    "organizations": {
        "branch": {"kind": "branch", "parent": "office", "posts": {"secretary": "li"}},
        "office": {"kind": "office", "posts": {"secretary": "zhao"}},
    },
    "people": {
        person: {"kinds": ["in_service"], "member_of": "branch"} for person in ("wang", "li", "hu")
    }
    | {"zhao": {"kinds": [], "member_of": "office"}},
}
WANG, LI = ("town/2025/wang", "town/2025/li")
CLAUSES = "document: {zh: 办法, en: rules}\nclauses:\n" + "".join(
    f"  T-{n}: {{force: must, kind: lifecycle, gist: {{zh: 规, en: rule}}}}\n" for n in (1, 2, 3)
)


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "policy.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "tiny" / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    store = MemoryStore() if request.param == "memory" else SqlStore("sqlite://")
    made = Engine(store, Catalogue((tmp_path,)), lambda: date(2025, 12, 31))
    made.put_directory("town", PEOPLE)
    made.open_cycle("town", "tiny", cycle="2025")
    yield made
    if isinstance(store, SqlStore):
        store.close()


def step(
    engine: Engine,
    do: str,
    on: str,
    by: str = "wang/promisor",
    *,
    pledge: str = WANG,
    **rest: object,
) -> Done:
    actor, _, capacity = by.partition("/")
    return engine.do(pledge, {"do": do, "actor": actor, "capacity": capacity, "on": on, **rest})


def ended(engine: Engine) -> None:
    step(engine, "propose", "2025-03-03", title="窗口")
    step(engine, "submit", "2025-03-04")


def refusal(
    engine: Engine,
    do: str,
    on: str,
    by: str = "wang/promisor",
    *,
    pledge: str = WANG,
    **rest: object,
) -> str:
    actor, _, capacity = by.partition("/")
    asked = {"do": do, "actor": actor, "capacity": capacity, "on": on, **rest}
    with pytest.raises(RefusedError) as caught:
        engine.do(pledge, asked)
    verdict = caught.value.verdict
    assert engine.explain(pledge, asked) == verdict
    assert all(reason.text["zh"] and reason.text["en"] for reason in verdict.reasons)
    codes = {reason.code for reason in verdict.reasons}
    assert codes != {"cycle_closed"} or verdict.ruling is Ruling.TOO_LATE
    return " ".join(sorted(codes))


def test_a_cycle_with_open_pledges_is_not_closed_unless_anyway(engine: Engine) -> None:
    ended(engine)
    step(engine, "propose", "2025-03-03", "li/promisor", pledge=LI, title="窗口")
    with pytest.raises(UnfinishedError, match=LI) as caught:
        engine.close_cycle("town", "2025", on=date(2025, 12, 31))
    assert caught.value.pledges == (LI,)
    assert [str(row.stream) for row in engine.unfinished("town", "2025")] == [LI]
    assert engine.store.cycles("town")[0].closed is None
    row = engine.close_cycle("town", "2025", on=date(2025, 12, 31), anyway=True)
    assert row.closed == date(2025, 12, 31)
    assert engine.store.cycles("town") == (row,)


def test_a_closed_cycle_takes_no_new_command(engine: Engine) -> None:
    ended(engine)
    engine.close_cycle("town", "2025")
    assert refusal(engine, "note", "2025-12-31") == "cycle_closed"
    assert refusal(engine, "do", "2025-12-31", item="commitment/1") == "cycle_closed"
    assert refusal(engine, "do", "2025-12-31", item="commitment/9") == "cycle_closed"
    begun = refusal(
        engine, "propose", "2025-12-31", "hu/promisor", pledge="town/2025/hu", title="x"
    )
    assert begun == "cycle_closed"
    assert not engine.history("town/2025/hu")


def test_a_refusal_says_since_when(engine: Engine) -> None:
    ended(engine)
    engine.close_cycle("town", "2025", on=date(2025, 6, 30))
    with pytest.raises(RefusedError, match="2025-06-30"):
        step(engine, "note", "2025-12-31")


def test_records_are_still_corrected_and_annulled(engine: Engine) -> None:
    ended(engine)
    step(engine, "note", "2025-03-05", said="x")
    engine.close_cycle("town", "2025", on=date(2025, 3, 10))
    noted = len(engine.history(WANG))
    step(engine, "correct", "2025-03-12", target=noted, said="y")
    step(engine, "annul", "2025-03-13", target=noted)
    assert "note" not in engine.state(WANG).records or not engine.state(WANG).records["note"]


def test_what_an_outcome_calls_for_goes_on_to_its_end(engine: Engine) -> None:
    ended(engine)
    engine.close_cycle("town", "2025", on=date(2025, 3, 10))
    step(engine, "demand", "2025-03-20", "li/secretary")
    assert refusal(engine, "demand", "2025-03-20", "li/secretary") == "cycle_closed"
    assert engine.tick("town", date(2025, 5, 1)) == 1
    assert engine.state(WANG).subjects["remedy/1"].state == "late"
    step(engine, "mend", "2025-05-02", remedy="remedy/1")
    assert refusal(engine, "mend", "2025-05-03", remedy="remedy/1") == "cycle_closed"
    assert engine.tick("town", date(2025, 12, 31)) == 0


def test_what_is_offered_in_a_closed_cycle_is_what_goes_on(engine: Engine) -> None:
    ended(engine)
    before = engine.permitted(WANG, "li", date(2025, 3, 20))
    engine.close_cycle("town", "2025", on=date(2025, 3, 10))
    offered = engine.permitted(WANG, "li", date(2025, 3, 20))
    assert offered.keys() == before.keys()
    assert [key for key, verdict in offered.items() if verdict.permitted] == [("demand", "pledge")]
    assert {r.code for r in offered["note", "pledge"].reasons} == {"cycle_closed"}
    step(engine, "demand", "2025-03-20", "li/secretary")
    mending = engine.permitted(WANG, "wang", date(2025, 3, 21))
    assert [key for key, verdict in mending.items() if verdict.permitted] == [("mend", "remedy/1")]


def test_time_stands_still_for_what_nothing_follows_from(engine: Engine) -> None:
    ended(engine)
    step(engine, "demand", "2025-03-05", "li/secretary")
    engine.close_cycle("town", "2025", on=date(2025, 3, 10))
    happened = engine.pass_time("town", date(2025, 12, 31))
    assert list(happened) == [StreamId("town", "2025", "wang")]
    assert engine.pass_time("town", date(2025, 12, 31)) == {}


def test_time_passes_to_the_day_of_closing(engine: Engine) -> None:
    ended(engine)
    step(engine, "demand", "2025-03-05", "li/secretary")
    engine.close_cycle("town", "2025", on=date(2025, 12, 31))
    assert engine.state(WANG).subjects["remedy/1"].state == "late"


def test_a_cycle_is_closed_once_and_not_before_it_began(engine: Engine) -> None:
    with pytest.raises(PledgeflowError, match="starts on 2025-01-01"):
        engine.close_cycle("town", "2025", on=date(2024, 12, 31))
    with pytest.raises(PledgeflowError, match="has no cycle `2024`"):
        engine.close_cycle("town", "2024")
    engine.close_cycle("town", "2025")
    with pytest.raises(PledgeflowError, match="was closed on 2025-12-31"):
        engine.close_cycle("town", "2025")
    assert engine.open_cycle("town", "tiny", cycle="2026").closed is None
