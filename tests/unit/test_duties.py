"""Duties: which instances there are, what meets them, how they stand, and who owes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pledgeflow.cli.options import Lang
from pledgeflow.cli.telling import Teller
from pledgeflow.domain.calendars import UNANNOUNCED, Days
from pledgeflow.domain.commands import Annul, Command
from pledgeflow.domain.events import OutcomeArose, Recorded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import Organization, View
from pledgeflow.domain.states import State
from pledgeflow.errors import CalendarError, Ruling
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.judging.owing import (
    Owed,
    Status,
    answering,
    applies,
    asked_on,
    first_owed,
    owed,
)
from pledgeflow.policy.loading import build
from tests.tiny import FRI, KNOWN, MON, PATH, TUE, VIEW, WED, Desk, guarded, loaded, tiny

ALWAYS = date.max
CALENDAR = Days(frozenset({2025}), off=frozenset({TUE}), on=frozenset({date(2025, 3, 8)}))
STAGES = (
    "  assumed: a year\n",
    "  assumed: a year\n  stages:\n"
    "    spring: {label: {zh: 春, en: spring}, from: '03-01', until: '05-31', assumed: so}\n"
    "    open: {label: {zh: 开, en: open}, assumed: so}\n",
)
NOTE = "owner: secretary, met_by: note"


def with_duty(rules: str, *changes: tuple[str, str]) -> str:
    """The tiny policy with a duty called `d`."""
    duty = f"duties:\n  d: {{label: {{zh: 责, en: duty}}, {rules}, cite: T-1}}\n"
    return tiny(("outcomes: {}\n", f"outcomes: {{}}\n{duty}"), *changes)


def desk(rules: str, *changes: tuple[str, str]) -> Desk:
    return Desk(loaded(with_duty(rules, *changes)), today=None)


def found(at: Desk, until: date = ALWAYS) -> list[Owed]:
    rules = at.policy.tracks[at.state.track]
    return list(owed(rules, at.state, CALENDAR, until=until))


def days(at: Desk) -> list[date]:
    return [one.due for one in found(at)]


def standing(at: Desk, today: date) -> list[str]:
    return [one.status(today).value for one in found(at)]


def noted(at: Desk, *when: date) -> Desk:
    for day in when:
        at.do("note", day)
    return at


# --- rhythms in a stream ----------------------------------------------------------------------


def test_a_quarter_is_due_on_its_last_day() -> None:
    at = desk(f"{NOTE}, every: P3M")
    assert days(at) == [date(2025, m, d) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))]
    first = found(at)[0]
    assert (first.since, first.rule, first.clauses) == (date(2025, 1, 1), "duties.d", ("T-1",))
    assert (first.owner, first.subject, first.duty) == ("secretary", "pledge", "d")


@pytest.mark.parametrize(
    ("rules", "due"),
    [
        ("every: P1M, from: {stage: spring}, until: {stage: spring}", [(3, 31), (4, 30), (5, 31)]),
        ("every: P1M, until: {stage: spring}", [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31)]),
        ("every: P4M, from: {stage: open}, until: {stage: open}", [(4, 30), (8, 31), (12, 31)]),
        ("every: P2M, from: {stage: spring}, until: {stage: spring}", [(4, 30)]),
        ("rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1;INTERVAL=4'", [(1, 31), (5, 31), (9, 30)]),
        ("rrule: 'FREQ=YEARLY;COUNT=3;BYMONTH=6;BYMONTHDAY=1'", [(6, 1)]),
        ("due: '06-30'", [(6, 30)]),
    ],
)
def test_when_a_rhythm_falls_due(rules: str, due: list[tuple[int, int]]) -> None:
    assert days(desk(f"{NOTE}, {rules}", STAGES)) == [date(2025, m, d) for m, d in due]


def test_a_day_of_the_next_year_may_be_due() -> None:
    assert days(desk(f"{NOTE}, due: 'next 01-31'")) == [date(2026, 1, 31)]
    late = (
        "    spring: {",
        "    last: {label: {zh: 尾, en: last}, until: next 02-28, assumed: so}\n    spring: {",
    )
    assert days(desk(f"{NOTE}, due: 'next 01-31'", STAGES, late)) == [date(2026, 1, 31)]
    ending = desk(f"{NOTE}, every: P6M, until: {{state: closed}}", STAGES, late)
    assert days(ending) == [date(2025, 6, 30), date(2025, 12, 31)]


def test_a_rhythm_may_begin_and_end_with_a_state() -> None:
    at = desk(
        f"{NOTE}, every: P1M, from: {{state: closed}}, while: [closed], until: {{stage: spring}}",
        STAGES,
    )
    assert days(at) == []
    at.do("submit", WED)
    assert days(at) == [date(2025, 4, 4), date(2025, 5, 4)]
    ends = desk(f"{NOTE}, every: P1M, until: {{state: closed}}")
    ends.do("submit", date(2025, 3, 31))
    assert days(ends) == [date(2025, 1, 31), date(2025, 2, 28)]


def test_the_final_state_ends_a_duty_but_what_was_done_in_time_stands() -> None:
    at = noted(desk(f"{NOTE}, every: P1M"), MON)
    at.do("submit", WED)
    assert [(one.due, one.met_on) for one in found(at)] == [
        (date(2025, 1, 31), None),
        (date(2025, 2, 28), None),
        (date(2025, 3, 31), MON),
    ]
    # Nobody has to make good any more what was left undone.
    assert standing(at, FRI) == ["missed", "missed", "met"]


# --- what meets it ------------------------------------------------------------------------------


def test_acts_meet_the_period_they_fall_into() -> None:
    at = noted(desk(f"{NOTE}, every: P1M"), date(2025, 2, 28), date(2025, 4, 1))
    met = {one.due.month: one.met_on for one in found(at)}
    assert met[1] is None
    assert met[2] == date(2025, 2, 28)
    assert met[3] is None
    assert met[4] == date(2025, 4, 1)


def test_a_period_is_overdue_until_the_next_is_met_or_has_passed() -> None:
    at = desk(f"{NOTE}, every: P3M")
    assert standing(at, date(2025, 3, 31)) == ["open"] * 4
    assert standing(at, date(2025, 4, 1)) == ["overdue", "open", "open", "open"]
    assert standing(at, date(2025, 7, 1)) == ["missed", "overdue", "open", "open"]
    assert standing(at, date(2027, 1, 1)) == ["missed", "missed", "missed", "overdue"]
    noted(at, date(2025, 4, 10))
    assert standing(at, date(2025, 4, 9)) == ["overdue", "open", "open", "open"]
    assert standing(at, date(2025, 4, 10)) == ["missed", "met", "open", "open"]


def test_several_acts_may_be_needed() -> None:
    at = noted(desk(f"{NOTE}, at_least: 2, every: P6M"), MON)
    assert found(at)[0].met_on is None
    noted(at, TUE, FRI)
    assert found(at)[0].met_on == TUE


def test_a_single_day_may_be_met_late_or_before_any_other() -> None:
    at = desk(f"{NOTE}, due: '03-03'")
    assert standing(at, TUE) == ["overdue"]
    noted(at, WED)
    assert standing(at, TUE) == ["overdue"]
    assert standing(at, WED) == ["late"]
    assert standing(noted(desk(f"{NOTE}, due: '03-03'"), MON), MON) == ["met"]


def test_an_annulled_act_meets_nothing() -> None:
    at = noted(desk(f"{NOTE}, due: '03-03'"), MON)
    at.give(Annul(2, "wang", "promisor", MON))
    assert standing(at, TUE) == ["overdue"]


# --- after something ------------------------------------------------------------------------------

ASKED = "owner: secretary, met_by: submit, after: {command: note, "


def test_each_act_is_followed_by_one_of_its_own() -> None:
    at = desk("owner: secretary, met_by: propose, after: {command: note, within: P2D}")
    noted(at, MON, TUE)
    at.do("propose", TUE, title="x")
    assert [(one.due, one.met_on) for one in found(at)] == [(WED, TUE), (date(2025, 3, 6), None)]
    at.do("propose", FRI, title="y")
    assert standing(at, FRI) == ["met", "late"]


def test_what_came_before_answers_nothing() -> None:
    at = desk("owner: secretary, met_by: propose, after: {command: note, within: P2D}")
    at.do("propose", MON, title="x")
    noted(at, MON)
    assert standing(at, MON) == ["open"]
    at.do("propose", MON, title="y")
    assert standing(at, MON) == ["met"]


def test_two_answers_may_be_needed_for_each() -> None:
    at = desk("owner: secretary, met_by: propose, at_least: 2, after: {command: note, within: P2D}")
    noted(at, MON, MON)
    at.do("propose", MON, title="x")
    assert standing(at, MON) == ["open", "open"]
    at.do("propose", TUE, title="y")
    assert standing(at, TUE) == ["met", "open"]


def test_working_days_are_counted_by_the_calendar() -> None:
    at = noted(
        desk("owner: secretary, met_by: submit, after: {command: note, working_days: 5}"), MON
    )
    # Tuesday is a holiday, and on Saturday people work.
    assert days(at) == [date(2025, 3, 10)]
    rules = at.policy.tracks["member"]
    with pytest.raises(CalendarError, match="2025 are not announced"):
        list(owed(rules, at.state, Days(), until=ALWAYS))


def first(at: Desk) -> date | None:
    return first_owed(at.policy.tracks["member"], at.state, UNANNOUNCED)


def test_the_first_of_what_is_not_met_is_kept_whichever_days_people_work_on() -> None:
    assert first(noted(desk(f"{NOTE}, every: P3M"), MON)) == date(2025, 6, 30)
    at = desk("owner: secretary, met_by: propose, after: {command: note, working_days: 5}")
    assert first(at) is None
    assert first(noted(at, MON, TUE)) == MON
    at.do("propose", WED, title="x")
    assert first(at) == TUE


def test_an_item_owes_nothing_after_the_last_year() -> None:
    rules = f"{NOTE}, each: commitment, after: {{field: due, within: P7D}}"
    at = item(desk(rules), date.max)
    assert days(at) == []
    assert first(at) is None


def test_what_an_item_is_asked_is_kept_until_it_is_answered() -> None:
    at = item(desk(f"{NOTE}, each: commitment, after: {{field: due, working_days: 5}}"), MON)
    assert first(at) == TUE


def test_a_state_that_is_entered_may_be_followed_even_if_it_is_final() -> None:
    at = desk(f"{NOTE}, after: {{state: closed, within: P1W}}")
    assert days(at) == []
    at.do("submit", MON)
    assert standing(at, MON) == ["open"]
    assert days(at) == [date(2025, 3, 10)]


def test_an_act_may_be_followed_in_the_final_state() -> None:
    at = desk("owner: secretary, met_by: note, after: {command: submit, within: P1D}")
    at.do("submit", MON)
    assert standing(at, WED) == ["overdue"]
    noted(at, FRI)
    assert standing(at, FRI) == ["late"]


# --- items --------------------------------------------------------------------------------------

REMIND = (
    "owner: secretary, met_by: [note, revise], each: commitment, in: [todo], after: {field: due"
)


def item(at: Desk, due: date | None = None, on: date = MON) -> Desk:
    said: dict[str, str | date] = {"title": "x"} if due is None else {"title": "x", "due": due}
    at.give(Command("propose", "wang", "promisor", on, said))
    return at


def test_a_date_of_the_item_is_followed_unless_the_item_is_done() -> None:
    at = item(item(item(desk(f"{REMIND}}}"), TUE)), FRI)
    assert [(o.subject, o.since, o.due) for o in found(at)] == [
        ("commitment/1", WED, WED),
        ("commitment/3", date(2025, 3, 8), date(2025, 3, 8)),
    ]
    at.do("do", WED, item="commitment/3")
    assert [o.subject for o in found(at)] == ["commitment/1"]
    assert standing(at, FRI) == ["overdue"]
    at.do("do", FRI, item="commitment/1")
    assert found(at)[0].lapses == FRI
    assert standing(at, FRI) == ["missed"]


def test_what_names_an_item_is_about_that_item_and_what_names_none_about_all() -> None:
    at = item(item(desk(f"{REMIND}, within: P2D}}"), MON), MON)
    at.do("revise", TUE, item="commitment/2", due=MON)
    assert {o.subject: o.met_on for o in found(at)} == {"commitment/1": None, "commitment/2": TUE}
    noted(at, WED)
    assert {o.subject: o.met_on for o in found(at)} == {"commitment/1": WED, "commitment/2": TUE}


def test_an_item_owes_nothing_for_the_time_before_it_was() -> None:
    each = "each: commitment, owner: promisor, met_by: note, every: P1M, until: {stage: spring}"
    at = item(desk(each, STAGES))
    assert [(o.since, o.due) for o in found(at)] == [
        (MON, date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 4, 30)),
        (date(2025, 5, 1), date(2025, 5, 31)),
    ]


def test_an_item_may_begin_and_end_a_duty_by_its_own_states() -> None:
    at = item(
        desk("each: commitment, owner: promisor, met_by: note, after: {state: todo, within: P1D}")
    )
    assert days(at) == [TUE]
    ends = "each: commitment, owner: promisor, met_by: note, every: P1W, until: {state: done}"
    at = item(desk(f"{ends}, in: [todo, done]"))
    before = len(days(at))
    at.do("do", MON, item="commitment/1")
    assert len(days(at)) < before


# --- who owes it, and whether at all --------------------------------------------------------------


def answered(at: Desk, view: View = VIEW) -> tuple[str, ...]:
    rules = at.policy.tracks[at.state.track]
    return answering(rules, at.state, found(at)[0], view)


def vacant() -> View:
    branch = Organization("branch", "branch", "office", {})
    return View(VIEW.persons, {**VIEW.organizations, "branch": branch})


def test_a_duty_passes_on_with_its_post_and_to_whoever_steps_in() -> None:
    at = desk(f"{NOTE}, every: P3M")
    assert answered(at) == ("li",)
    assert answered(at, vacant()) == ("zhao",)
    assert answered(at, View()) == ()
    assert answered(desk("owner: promisor, met_by: note, every: P3M")) == ("wang",)
    one = found(at)[0]
    assert asked_on(one, MON) == MON
    assert asked_on(one, date(2025, 6, 1)) == one.due


def test_the_one_who_pledges_does_not_answer_for_the_post() -> None:
    at = Desk(loaded(with_duty(f"{NOTE}, every: P3M")), promisor="li")
    assert answered(at) == ("zhao",)


@pytest.mark.parametrize(("promisor", "holds"), [("li", True), ("wang", False)])
def test_a_duty_may_stand_under_a_condition(promisor: str, holds: bool) -> None:
    text = with_duty(f"{NOTE}, every: P6M, if: {{is: promisor, kinds: {{leading: true}}}}")
    at = Desk(loaded(text), promisor=promisor)
    rules = at.policy.tracks["member"]
    assert [applies(rules, at.state, one, Facts(MON, VIEW)) for one in found(at)] == [holds] * 2


def test_a_condition_may_be_about_the_item() -> None:
    rules = "owner: promisor, met_by: note, each: commitment, after: {state: todo, within: P1D}"
    at = desk(f"{rules}, if: {{is: content, fields: {{due: true}}}}")
    item(item(at), FRI)
    facts = Facts(MON, VIEW)
    told = at.policy.tracks["member"]
    assert [applies(told, at.state, one, facts) for one in found(at)] == [False, True]
    free = desk(f"{NOTE}, every: P6M")
    assert applies(free.policy.tracks["member"], free.state, found(free)[0], facts)


def test_nothing_is_owed_where_nothing_has_begun_or_is_declared() -> None:
    at = desk(f"{NOTE}, every: P6M")
    rules = at.policy.tracks["member"]
    assert list(owed(rules, State(at.state.stream, at.state.cycle), CALENDAR, until=ALWAYS)) == []
    assert found(Desk(loaded(tiny()))) == []


@pytest.mark.parametrize("rules", [NOTE, f"{NOTE}, every: P3M, until: {{stage: gone}}"])
def test_a_policy_that_has_lost_something_still_says_what_is_owed(rules: str) -> None:
    """Without its checks, as where a rule is taken out to see what protects it."""
    text = with_duty(rules, guarded("submit", "is: owed, duty: lost"))
    policy = build(resolve([read(text, PATH)], on=None, ordinal=1), known=KNOWN, checked=False)
    at = Desk(policy)
    assert len(days(at)) == (0 if rules == NOTE else 4)
    assert at.why("submit")[0].code == "not_owed"


def test_only_what_is_due_by_then_is_listed() -> None:
    at = desk(f"{NOTE}, every: P3M")
    assert [one.due for one in found(at, date(2025, 6, 30))] == days(at)[:2]
    assert found(at, date(2025, 6, 29))[0].lapses == found(at)[0].lapses


def test_every_instance_stands_in_one_way() -> None:
    one = Owed("d", "pledge", MON, TUE, WED, "duties.d", (), "secretary", FRI)
    assert [one.status(MON + timedelta(n)) for n in range(3)] == [
        Status.OPEN,
        Status.OPEN,
        Status.LATE,
    ]
    assert one.still(TUE)
    assert not one.still(WED)


def test_what_an_act_brings_about_is_known_from_that_day_on() -> None:
    one = Owed("d", "pledge", MON, WED, None, "duties.d", (), "secretary", known=TUE)
    assert [one.still(day) for day in (MON, TUE, FRI)] == [False, True, True]
    begun = desk(f"{NOTE}, every: P1M, from: {{state: closed}}, while: [closed]")
    begun.do("submit", WED)
    assert {one.known for one in found(begun)} == {WED}
    of_item = item(desk(f"{NOTE}, each: commitment, after: {{field: due, within: P7D}}"), MON)
    assert [one.known for one in found(of_item)] == [MON]


# --- guards over what is owed, and what a record relied on ----------------------------------------

OVERDUE = guarded("submit", "is: owed, duty: d, overdue: true")


def last(at: Desk) -> Recorded:
    record = at.events[0] if isinstance(at.events[0], Recorded) else at.events[1]
    assert isinstance(record, Recorded)
    return record


def test_what_is_overdue_can_be_urged_and_the_record_says_what_was_due() -> None:
    at = desk(f"{NOTE}, due: '03-04'", OVERDUE)
    (why,) = at.why("submit", TUE)
    assert (why.code, why.ruling, why.found) == ("not_owed_yet", Ruling.NOT_YET, {"due": TUE})
    assert why.remedy[0].not_before == WED
    at.do("submit", WED)
    assert last(at).relied == {"lifecycles.pledge.transitions.submit.guards.g": TUE}


def test_what_is_met_cannot_be_urged() -> None:
    at = noted(desk(f"{NOTE}, due: '03-04'", OVERDUE), MON)
    (why,) = at.why("submit", WED)
    assert (why.code, why.found, why.remedy) == ("not_owed", {"due": None}, ())


@pytest.mark.parametrize(
    ("asks", "on", "code"),
    [
        ("overdue: false", MON, ""),
        ("overdue: false", date(2025, 4, 2), "not_owed"),
        ("duty: d", date(2025, 4, 2), ""),
        ("duty: d", date(2025, 1, 2), "not_owed_yet"),
    ],
)
def test_what_is_owed_now_has_begun_and_is_not_met(asks: str, on: date, code: str) -> None:
    said = asks if asks.startswith("duty") else f"duty: d, {asks}"
    text = with_duty(
        f"{NOTE}, every: P1M, from: {{stage: only}}, until: {{stage: only}}",
        guarded("submit", f"is: owed, {said}"),
        (
            "  assumed: a year\n",
            "  assumed: a year\n  stages:\n"
            "    only: {label: {zh: 月, en: month}, from: '03-01', until: '03-31', assumed: so}\n",
        ),
    )
    at = Desk(loaded(text))
    command = Command("submit", "wang", "promisor", on)
    if code:
        assert [r.code for r in at.refused(command).reasons] == [code]
    else:
        at.give(command)
        assert list(last(at).relied.values()) == [date(2025, 3, 31)]


def test_an_item_is_urged_about_its_own_and_about_what_the_whole_owes() -> None:
    at = desk(f"{REMIND}}}", guarded("do", "is: owed, duty: d, overdue: true"))
    item(item(at, MON), FRI)
    assert at.why("do", WED, item="commitment/2")[0].code == "not_owed_yet"
    at.do("do", WED, item="commitment/1")
    assert list(last(at).relied.values()) == [TUE]
    whole = desk(f"{NOTE}, due: '03-03'", guarded("do", "is: owed, duty: d"))
    item(whole)
    whole.do("do", TUE, item="commitment/1")
    assert list(last(whole).relied.values()) == [MON]


def test_a_duty_that_is_none_here_is_not_owed() -> None:
    condition = "if: {is: promisor, kinds: {leading: true}}"
    text = with_duty(f"{NOTE}, due: '03-03', {condition}", OVERDUE)
    assert Desk(loaded(text)).why("submit", FRI)[0].code == "not_owed"
    Desk(loaded(text), promisor="li").do("submit", FRI, by="li/promisor")


def test_a_due_date_that_a_guard_looked_at_is_kept() -> None:
    at = item(desk(f"{NOTE}, every: P3M", guarded("do", "is: due, passed: true")), MON)
    at.do("do", TUE, item="commitment/1")
    assert last(at).relied == {"lifecycles.commitment.transitions.do.guards.g": MON}
    free = item(desk(f"{NOTE}, every: P3M", guarded("do", "is: due, passed: false")))
    free.do("do", TUE, item="commitment/1")
    assert last(free).relied == {}


@pytest.mark.parametrize(
    ("lang", "told"), [(Lang.EN, "[due 2025-03-03]"), (Lang.ZH, "［期限2025-03-03］")]
)
def test_the_history_tells_which_due_date_something_was_about(lang: Lang, told: str) -> None:
    at = item(desk(f"{NOTE}, every: P3M", guarded("do", "is: due, passed: true")), MON)
    tell = Teller(at.policy, "member", lang)
    assert told not in tell.what(last(at))
    at.do("do", TUE, item="commitment/1")
    assert told in tell.what(last(at))


@pytest.mark.parametrize(("kind", "kept"), [("leading", False), ("in_service", True)])
def test_under_a_condition_only_what_counts_is_kept(kind: str, kept: bool) -> None:
    under = f"if: {{is: promisor, kinds: {{{kind}: true}}}}"
    at = item(desk(f"{NOTE}, every: P3M", guarded("do", f"is: due, passed: true, {under}")), MON)
    at.do("do", TUE, item="commitment/1")
    assert bool(last(at).relied) is kept


def test_an_outcome_keeps_the_due_date_that_it_rests_on() -> None:
    outcome = (
        "outcomes:\n  slow:\n    label: {zh: 慢, en: slow}\n    when: {state: done}\n"
        "    guards:\n      over: {is: due, passed: true, cite: T-3}\n"
        "      new: {is: items, of: commitment, at_least: 1, cite: T-3}\n"
        "    cite: T-3\n"
    )
    at = item(desk(f"{NOTE}, every: P3M", ("outcomes: {}\n", outcome)), MON)
    at.do("do", TUE, item="commitment/1")
    arisen = [event for event in at.events if isinstance(event, OutcomeArose)]
    assert [event.relied for event in arisen] == [{"outcomes.slow.guards.over": MON}]
