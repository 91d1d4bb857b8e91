"""When an act may be entered, which stage it falls into, and what time does by itself."""

from datetime import date, timedelta

import pytest

from pledgeflow.domain.commands import Command, Tick
from pledgeflow.domain.events import Moved, Opened, Recorded
from pledgeflow.domain.values import Text
from pledgeflow.errors import PledgeflowError, RemedyStep, Ruling
from tests.tiny import FRI, MON, THU, TUE, WED, Desk, loaded, tiny

WORDS = Text("0" * 64)
DAY = timedelta(days=1)
STATES = "      done: {zh: 毕, en: done}\n"
STEPS = "      do:\n        source: todo\n"


def staged(stage: str) -> Desk:
    cycle = (
        "  assumed: a year\n",
        f"  assumed: a year\n  stages: {{s: {{label: {{zh: 段, en: s}}, {stage}, cite: T-1}}}}\n",
    )
    step = (
        "        by: promisor\n        guards: {}\n        cite: T-2",
        "        by: promisor\n        stage: s\n        cite: T-2",
    )
    return Desk(loaded(tiny(cycle, step)))


def timed(timer: str, *changes: tuple[str, str], dest: str = "late") -> Desk:
    """An item that time takes from `todo` to `late`."""
    late = (STATES, f"{STATES}      late: {{zh: 迟, en: late}}\n")
    final = ("    final: [done]\n", "    final: [done, late]\n")
    step = f"      expire: {{source: todo, dest: {dest}, {timer}, cite: T-1}}\n"
    return Desk(loaded(tiny(late, final, (STEPS, step + STEPS), *changes)))


def test_what_is_to_come_cannot_be_entered() -> None:
    desk = Desk(loaded(tiny()), today=MON)
    (why,) = desk.why("submit", TUE)
    assert (why.code, why.rule, why.ruling) == ("in_the_future", "", Ruling.NOT_YET)
    assert why.remedy == (RemedyStep("", not_before=TUE),)


def test_what_happened_long_ago_cannot_be_entered() -> None:
    desk = Desk(loaded(tiny()), today=MON + 11 * DAY)
    (why,) = desk.why("submit", MON)
    assert (why.code, why.clauses, why.ruling) == ("entered_too_late", ("T-1",), Ruling.TOO_LATE)
    assert why.required == {"not_before": TUE}
    desk.do("submit", TUE)


def test_without_a_limit_anything_can_be_entered_late() -> None:
    desk = Desk(loaded(tiny(("late_entry:\n  within: P10D\n  cite: T-1\n", ""))))
    desk.today = MON + 900 * DAY
    desk.do("submit", MON)


def test_a_stage_that_is_over_refuses_where_it_says_so() -> None:
    desk = staged('until: "03-05", late: refused')
    (why,) = desk.why("submit", THU)
    assert (why.code, why.ruling, why.clauses) == ("after_stage", Ruling.TOO_LATE, ("T-1",))
    assert (why.required, why.remedy) == ({"stage": "s", "day": WED}, ())
    desk.do("submit", WED)


def test_a_stage_that_has_not_begun_refuses_unless_it_says_otherwise() -> None:
    desk = staged('from: "03-05"')
    (why,) = desk.why("submit", TUE)
    assert (why.code, why.ruling) == ("before_stage", Ruling.NOT_YET)
    assert why.remedy == (RemedyStep("", not_before=WED),)
    desk.do("submit", WED)


@pytest.mark.parametrize(
    ("stage", "missed"),
    [('from: "03-05", early: recorded', ((), ("s",))), ('until: "03-03"', (("s",), ()))],
)
def test_a_missed_stage_is_on_record(stage: str, missed: object) -> None:
    recorded = staged(stage).do("submit", TUE)[1]
    assert isinstance(recorded, Recorded)
    assert (recorded.late, recorded.early) == missed


def test_a_stage_without_bounds_is_never_missed() -> None:
    recorded = staged("late: refused").do("submit", TUE)[1]
    assert isinstance(recorded, Recorded)
    assert recorded.late == ()


def test_a_timer_waits_until_nobody_can_overtake_it() -> None:
    desk = timed("after: {period: P2D}")
    desk.do("propose", MON, title=WORDS)
    due = MON + 2 * DAY
    assert desk.give(Tick(due + 10 * DAY)) == ()
    (moved,) = desk.give(Tick(due + 11 * DAY))
    assert isinstance(moved, Moved)
    assert (moved.cause, moved.source, moved.dest, moved.on) == (0, "todo", "late", due)


def test_without_late_entry_a_timer_fires_the_day_after() -> None:
    desk = timed("after: {period: P2D}", ("late_entry:\n  within: P10D\n  cite: T-1\n", ""))
    desk.do("propose", MON, title=WORDS)
    assert desk.give(Tick(WED)) == ()
    assert len(desk.give(Tick(THU))) == 1


def test_time_acts_before_anybody_else_does() -> None:
    desk = timed("after: {period: P2D}")
    desk.do("propose", MON, title=WORDS)
    late = MON + 30 * DAY
    why = desk.why("do", late, item="commitment/1")
    assert [reason.code for reason in why] == ["wrong_state"]
    moved, recorded = desk.do("note", late)
    assert isinstance(moved, Moved)
    assert isinstance(recorded, Recorded)
    assert (moved.version, recorded.version) == (4, 5)


@pytest.mark.parametrize(
    ("timer", "day"),
    [("after: {field: due}", FRI), ("after: {field: due, period: P1D}", FRI + DAY)],
)
def test_a_timer_counts_from_a_date_of_the_item(timer: str, day: date) -> None:
    desk = timed(timer)
    desk.do("propose", MON, title=WORDS)
    desk.do("propose", MON, title=WORDS, due=FRI)
    (moved,) = desk.give(Tick(day + 11 * DAY))
    assert isinstance(moved, Moved)
    assert (moved.subject, moved.on) == ("commitment/2", day)


def test_a_timer_waits_for_the_end_of_a_stage() -> None:
    cycle = (
        "  assumed: a year\n",
        '  assumed: a year\n  stages: {s: {label: {zh: 段, en: s}, until: "03-05", cite: T-1}}\n',
    )
    desk = timed("after: {stage: s}", cycle)
    desk.do("propose", MON, title=WORDS)
    assert desk.give(Tick(WED + 10 * DAY)) == ()
    assert len(desk.give(Tick(WED + 11 * DAY))) == 1


def test_a_timer_of_a_stage_without_end_never_fires() -> None:
    cycle = (
        "  assumed: a year\n",
        '  assumed: a year\n  stages: {s: {label: {zh: 段, en: s}, from: "01-01", cite: T-1}}\n',
    )
    desk = timed("after: {stage: s}", cycle)
    desk.do("propose", MON, title=WORDS)
    assert desk.give(Tick(MON + 999 * DAY)) == ()


def test_a_timer_of_a_state_entered_after_its_due_date_is_dated_with_the_state() -> None:
    desk = timed("after: {field: due}")
    desk.do("propose", FRI, title=WORDS, due=MON)
    (moved,) = desk.give(Tick(FRI + 20 * DAY))
    assert isinstance(moved, Moved)
    assert moved.on == FRI


def test_a_timer_is_held_back_by_its_guards_and_by_what_stands_above() -> None:
    above = timed("after: {period: P1D}, while: {pledge: [closed]}")
    above.do("propose", MON, title=WORDS)
    assert above.give(Tick(MON + 30 * DAY)) == ()
    guard = timed(
        "after: {period: P1D}, guards: {g: {is: content, fields: {due: true}, cite: T-1}}"
    )
    guard.do("propose", MON, title=WORDS)
    assert guard.give(Tick(MON + 30 * DAY)) == ()


def test_timers_fire_in_the_order_of_their_dates() -> None:
    desk = timed("after: {field: due}")
    for due in (FRI, TUE):
        desk.do("propose", MON, title=WORDS, due=due)
    moved = desk.give(Tick(FRI + 30 * DAY))
    assert [event.subject for event in moved if isinstance(event, Moved)] == [
        "commitment/2",
        "commitment/1",
    ]


def test_time_opens_a_pledge_that_nobody_has_begun_only_where_it_acts() -> None:
    idle = Desk(loaded(tiny()))
    assert idle.give(Tick(MON)) == ()
    assert idle.state.version == 0
    timer = "      lapse: {source: open, dest: closed, after: {period: P2D}, cite: T-1}\n      submit:\n"
    desk = Desk(loaded(tiny(("      submit:\n", timer))))
    opened, moved = desk.give(Tick(MON))
    assert isinstance(opened, Opened)
    assert isinstance(moved, Moved)
    assert (opened.version, moved.version, moved.on) == (1, 2, date(2025, 1, 3))


def test_timers_that_go_round_in_circles_are_stopped() -> None:
    back = (
        "      expire:",
        "      again: {source: late, dest: todo, after: {field: due}, cite: T-1}\n      expire:",
    )
    text = tiny(
        (STATES, f"{STATES}      late: {{zh: 迟, en: late}}\n"),
        (
            STEPS,
            f"      expire: {{source: todo, dest: late, after: {{field: due}}, cite: T-1}}\n{STEPS}",
        ),
        back,
    )
    desk = Desk(loaded(text))
    desk.do("propose", MON, title=WORDS, due=MON)
    with pytest.raises(PledgeflowError, match="timers go round in circles"):
        desk.give(Command("note", "wang", "promisor", MON + 60 * DAY))
