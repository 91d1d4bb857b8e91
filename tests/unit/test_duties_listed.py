"""What the engine lists as owed: who owes it now, in which pledges, by which calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.assurance.running import run
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.calendars import Days
from pledgeflow.errors import CalendarError, DirectoryError, PledgeflowError
from pledgeflow.service import Due, Engine
from pledgeflow.storage.memory import MemoryStore
from tests.unit.test_closing import CLAUSES
from tests.unit.test_duties import with_duty

MEETING = "owner: secretary, met_by: note, every: P3M"
PEOPLE = {
    "organizations": {
        "office": {"kind": "office", "posts": {"secretary": ["zhao"]}},
        "branch": {
            "kind": "branch",
            "parent": "office",
            "posts": {
                "secretary": [
                    {"person": "li", "until": "2025-06-30"},
                    {"person": "qian", "from": "2025-07-01"},
                ]
            },
        },
        "works": {"kind": "branch", "parent": "office", "posts": {"secretary": ["sun"]}},
    },
    "people": {
        **{name: {"kinds": ["in_service"], "member_of": "branch"} for name in ("wang", "li")},
        "zhou": {"kinds": ["in_service"], "member_of": "works"},
        **{name: {"member_of": "office"} for name in ("zhao", "qian", "sun")},
    },
}
JUNE, AUGUST = date(2025, 6, 1), date(2025, 8, 1)
ALWAYS = date.max


def engine(folder: Path, rules: str = MEETING) -> Engine:
    (folder / "tiny").mkdir(exist_ok=True)
    (folder / "tiny" / "policy.yaml").write_text(with_duty(rules), "utf-8")
    (folder / "tiny" / "clauses.yaml").write_text(CLAUSES, "utf-8")
    made = Engine(MemoryStore(), Catalogue((folder,)), lambda: JUNE)
    made.put_directory("town", PEOPLE)
    made.open_cycle("town", "tiny", cycle="2025")
    for name in ("wang", "li", "zhou"):
        step(made, name, "2025-03-03")
    return made


def step(made: Engine, name: str, on: str, do: str = "note") -> None:
    stream = f"town/2025/{name}"
    made.do(stream, {"do": do, "actor": name, "capacity": "promisor", "on": on})


def seen(found: Iterator[Due]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(d.stream.promisor, str(d.owed.due), d.status.value, d.owners) for d in found]


def test_what_is_owed_is_listed_by_whom_as_of_its_day(tmp_path: Path) -> None:
    made = engine(tmp_path)
    assert seen(made.duties("town", until=date(2025, 9, 30))) == [
        ("li", "2025-06-30", "open", ("zhao",)),
        ("li", "2025-09-30", "open", ("zhao",)),
        ("wang", "2025-06-30", "open", ("li",)),
        ("wang", "2025-09-30", "open", ("li",)),
        ("zhou", "2025-06-30", "open", ("sun",)),
        ("zhou", "2025-09-30", "open", ("sun",)),
    ]


def test_a_duty_passes_on_when_its_post_changes_hands(tmp_path: Path) -> None:
    made = engine(tmp_path)
    found = seen(made.duties("town", actor="qian", until=ALWAYS, today=AUGUST))
    # What is overdue is still owed by who had the post, and made good by who has it now.
    assert [row for row in found if row[0] == "wang"] == [
        ("wang", "2025-06-30", "overdue", ("li",)),
        ("wang", "2025-09-30", "open", ("qian",)),
        ("wang", "2025-12-31", "open", ("qian",)),
    ]
    (before,) = made.duties("town", actor="li", until=ALWAYS, today=AUGUST)
    assert before.owed.due == date(2025, 6, 30)
    assert before.passed_to == ("qian",)


def test_it_is_narrowed_down_by_organization_and_cycle(tmp_path: Path) -> None:
    made = engine(tmp_path)
    found = seen(made.duties("town", organization="works", until=date(2025, 6, 30)))
    assert found == [("zhou", "2025-06-30", "open", ("sun",))]
    assert len(seen(made.duties("town", cycle="2025", until=date(2025, 6, 30)))) == 3
    with pytest.raises(PledgeflowError, match="has no cycle `2031`"):
        next(made.duties("town", cycle="2031", until=ALWAYS))


def test_who_is_misspelt_owes_nothing_and_is_told(tmp_path: Path) -> None:
    made = engine(tmp_path)
    assert seen(made.duties("town", actor="qian", until=date(2025, 6, 1))) == []
    assert seen(made.duties("town", organization="office", until=ALWAYS)) == []
    with pytest.raises(DirectoryError, match=r"nobody is called `qiann` .* perhaps `qian`"):
        seen(made.duties("town", actor="qiann", until=ALWAYS))
    with pytest.raises(DirectoryError, match="no organization `brnch`; there is `branch`"):
        seen(made.duties("town", organization="brnch", until=ALWAYS))


def test_what_was_done_is_listed_for_the_pledge_alone(tmp_path: Path) -> None:
    made = engine(tmp_path)
    found = made.duties_of("town/2025/wang", until=date(2025, 3, 31))
    assert seen(iter(found)) == [("wang", "2025-03-31", "met", ("li",))]
    assert seen(made.duties("town", until=date(2025, 3, 31))) == []
    assert made.duties_of("town/2025/wang", until=date(2025, 3, 31), today=date(2025, 3, 1))[
        0
    ].owed.still(date(2025, 3, 1))


def test_on_a_day_in_the_past_nobody_owes_what_was_brought_about_later(tmp_path: Path) -> None:
    made = engine(tmp_path, "owner: secretary, met_by: submit, after: {command: note, within: P1M}")
    before, on_the_day = date(2025, 3, 2), date(2025, 3, 3)
    assert seen(made.duties("town", until=ALWAYS, today=before)) == []
    found = seen(made.duties("town", until=ALWAYS, today=on_the_day))
    assert {day for _, day, _, _ in found} == {"2025-04-03"}


def test_in_a_closed_cycle_nothing_is_owed_any_more(tmp_path: Path) -> None:
    made = engine(tmp_path)
    made.close_cycle("town", "2025", on=AUGUST, anyway=True)
    assert seen(made.duties("town", until=ALWAYS, today=AUGUST)) == []


def test_who_is_of_other_kinds_has_no_duty_under_a_condition(tmp_path: Path) -> None:
    made = engine(tmp_path, f"{MEETING}, if: {{is: promisor, posts: {{secretary: true}}}}")
    found = seen(made.duties("town", until=date(2025, 9, 30), today=AUGUST))
    # On the day it was due Li was secretary; by now somebody else is.
    assert found == [("li", "2025-06-30", "overdue", ("zhao",))]


def test_working_days_are_those_of_the_engines_calendar(tmp_path: Path) -> None:
    made = engine(
        tmp_path, "owner: secretary, met_by: submit, after: {command: note, working_days: 3}"
    )
    assert {day for _, day, _, _ in seen(made.duties("town", until=ALWAYS))} == {"2025-03-06"}
    made.calendar = Days()
    with pytest.raises(CalendarError, match="2025 are not announced"):
        list(made.duties("town", until=ALWAYS))


# --- scenarios ----------------------------------------------------------------------------------

SCENARIO = """
- scenario: the meeting is due
  policy: tiny
  clauses: [T-1]
  given: {directory: sample, cycle: 2025, promisor: wang}
  when:
    - {on: 2025-03-03, actor: wang, capacity: promisor, do: note}
  then: {duties: THEN, as_of: AS_OF}
"""


def told(folder: Path, then: str, as_of: str = "2025-03-03", rules: str = MEETING) -> str:
    engine(folder, rules)
    suite = folder / "tiny" / "scenarios"
    (suite / "directories").mkdir(parents=True, exist_ok=True)
    people = str(PEOPLE).replace("'", '"')
    (suite / "directories" / "sample.yaml").write_text(people, "utf-8")
    text = SCENARIO.replace("THEN", then).replace("AS_OF", as_of)
    (suite / "all.yaml").write_text(text, "utf-8")
    catalogue = Catalogue((folder,))
    (scenario,) = scenarios(catalogue, "tiny")
    return run(scenario, catalogue).message


@pytest.mark.parametrize(
    ("then", "as_of"),
    [
        ("{d: 2025-06-30}", "2025-03-03"),
        ("{d: {due: 2025-06-30, status: overdue, owner: [li], times: 4}}", "2025-07-02"),
        ("{d: {status: overdue, owner: [qian]}}", "2025-10-01"),
        ("{d: {times: 4}, e: null}", "2025-03-03"),
        ("{e: {times: 0}}", "2025-03-03"),
    ],
)
def test_a_scenario_says_what_is_owed_next(tmp_path: Path, then: str, as_of: str) -> None:
    assert told(tmp_path, then, as_of) == ""


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("{d: 2025-03-31}", "expected due of duty `d` to be `2025-03-31`, found `2025-06-30`"),
        ("{d: null}", "expected due of duty `d` to be nothing, found `2025-06-30`"),
        ("{e: 2025-03-31}", "expected due of duty `e` to be `2025-03-31`, found nothing"),
        ("{d: {status: overdue}}", "expected status of duty `d` to be `overdue`, found `open`"),
        ("{d: {owner: [qian]}}", "expected owner of duty `d` to be [`qian`], found [`li`]"),
        ("{d: {times: 3}}", "expected times of duty `d` to be `3`, found `4`"),
        ("{d: {when: 3}}", "no"),
    ],
)
def test_a_scenario_that_says_otherwise_fails(tmp_path: Path, then: str, message: str) -> None:
    if message == "no":
        with pytest.raises(PledgeflowError, match="when"):
            told(tmp_path, then)
        return
    assert message.replace("`", "") in told(tmp_path, then).replace("`", "")


def test_a_scenario_fails_without_the_duty_that_it_is_about(tmp_path: Path) -> None:
    assert "found nothing" in told(tmp_path, "{e: 2025-06-30}")
