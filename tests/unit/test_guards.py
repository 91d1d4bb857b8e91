"""Each kind of guard: when it holds, and the reason it gives when it does not."""

# ruff: noqa: E501 -- a policy's words are not broken up

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pledgeflow.decision import decide
from pledgeflow.domain.commands import Command, Tick
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.facts import Facts, Query
from pledgeflow.domain.states import Subject
from pledgeflow.domain.values import Text
from pledgeflow.errors import MissingFactError, PolicyError, Reason, RemedyStep, Ruling
from pledgeflow.policy.guards.binding import Binding, Check
from tests.tiny import (
    FRI,
    MON,
    THU,
    TUE,
    VIEW,
    WED,
    Desk,
    guarded,
    loaded,
    tiny,
)

WORDS = Text("0" * 64)
PROMISED: dict[str, Any] = {"title": WORDS}
SUBMIT = "lifecycles.pledge.transitions.submit"
SECRETARY = "li/secretary"
FIELDS = (
    "label: {zh: 交, en: submit}\n    fields: {}",
    "label: {{zh: 交, en: submit}}\n    fields: {}",
)


def desk(step: str, guard: str, *changes: tuple[str, str]) -> Desk:
    return Desk(loaded(tiny(guarded(step, guard), *changes)))


def said_on_submit(fields: str) -> tuple[str, str]:
    old = "label: {zh: 交, en: submit}\n    fields: {}"
    return old, old.replace("{}", f"{{{fields}}}")


def reason(desk: Desk, name: str = "submit", on: date = FRI, **fields: Any) -> Reason:
    (only,) = desk.why(name, on, **fields)
    assert only.rule.endswith(".guards.g")
    assert only.clauses == ("T-1",)
    return only


# --- what has happened before -------------------------------------------------------------------------


def test_once_is_enough_where_nothing_more_is_asked() -> None:
    asked = desk("submit", "is: preceded_by, command: note")
    why = reason(asked)
    assert (why.code, why.found, why.ruling) == ("not_preceded", {"times": 0}, Ruling.FORBIDDEN)
    assert why.remedy == (RemedyStep("note", ("promisor", "secretary")),)
    asked.do("note", TUE)
    asked.do("submit", FRI)


def test_what_happens_later_does_not_count() -> None:
    asked = desk("submit", "is: preceded_by, command: note")
    asked.do("note", FRI)
    asked.today = FRI
    assert reason(asked, on=THU).found == {"times": 0}


def test_several_times_are_counted_and_the_rest_is_the_remedy() -> None:
    asked = desk("submit", "is: preceded_by, command: note, at_least: 3")
    asked.do("note", MON)
    why = reason(asked)
    assert why.found == {"times": 1}
    assert why.required == {"command": ("note",), "at_least": 3}
    assert [step.times for step in why.remedy] == [2]
    asked.do("note", TUE)
    asked.do("note", WED)
    asked.do("submit", FRI)


def test_only_records_by_the_right_people_count() -> None:
    asked = desk("submit", "is: preceded_by, command: note, by: secretary")
    asked.do("note", MON)
    assert reason(asked).remedy == (RemedyStep("note", ("secretary",)),)
    asked.do("note", MON, SECRETARY)
    asked.do("submit", FRI)


def test_only_records_that_say_the_right_thing_count() -> None:
    asked = desk("submit", "is: preceded_by, command: note, saying: {said: yes}")
    asked.do("note", MON, said="no")
    assert reason(asked).remedy[0].fields == {"said": "yes"}
    asked.do("note", MON, said=("maybe", "yes"))
    asked.do("submit", FRI)


def test_only_recent_records_count() -> None:
    asked = desk("submit", "is: preceded_by, command: note, within: P2D")
    asked.do("note", TUE)
    assert reason(asked).found == {"times": 0}
    asked.do("note", WED)
    asked.do("submit", FRI)


def test_only_records_since_the_last_revision_count() -> None:
    asked = desk("submit", "is: preceded_by, command: note, since: last_revision")
    asked.do("note", MON)
    asked.do("propose", TUE, **PROMISED)
    assert reason(asked).code == "not_preceded"
    asked.do("note", WED)
    asked.do("submit", FRI)


def test_an_item_has_a_last_revision_of_its_own() -> None:
    asked = desk("do", "is: preceded_by, command: note, since: last_revision")
    asked.do("propose", MON, **PROMISED)
    asked.do("note", TUE)
    asked.do("propose", WED, **PROMISED)
    asked.do("do", FRI, item="commitment/1")
    assert reason(asked, "do", item="commitment/2").remedy == (
        RemedyStep("note", ("promisor", "secretary")),
    )


def test_only_records_since_a_state_was_entered_count() -> None:
    own = desk("do", "is: preceded_by, command: note, since: todo")
    own.do("note", MON)
    own.do("propose", TUE, **PROMISED)
    assert reason(own, "do", item="commitment/1").code == "not_preceded"
    above = desk("do", "is: preceded_by, command: note, since: closed")
    above.do("propose", MON, **PROMISED)
    above.do("note", TUE)
    above.do("submit", WED)
    assert reason(above, "do", item="commitment/1").code == "not_preceded"
    above.do("note", THU)
    above.do("do", FRI, item="commitment/1")


def test_each_item_needs_a_record_of_its_own() -> None:
    asked = desk("submit", "is: preceded_by, command: revise, each: {of: commitment, in: [todo]}")
    for _ in range(3):
        asked.do("propose", MON, **PROMISED)
    asked.do("revise", TUE, item="commitment/1")
    asked.do("do", TUE, item="commitment/3")
    why = reason(asked)
    assert why.found == {"times": 0, "subjects": ("commitment/2",)}
    assert why.remedy == (RemedyStep("revise", ("promisor",), "commitment/2"),)
    asked.do("revise", TUE, item="commitment/2")
    asked.do("submit", FRI)


def test_each_round_needs_a_record_of_its_own() -> None:
    asked = desk("do", "is: preceded_by, command: note, since_last: revise")
    asked.do("propose", MON, **PROMISED)
    asked.do("note", MON)
    asked.do("revise", TUE, item="commitment/1", due=FRI)
    assert reason(asked, "do", item="commitment/1").found == {"times": 0}
    asked.today = FRI
    asked.do("note", MON)  # entered late: it belongs to the round before
    assert reason(asked, "do", item="commitment/1").found == {"times": 0}
    asked.do("note", WED)
    asked.do("do", FRI, item="commitment/1")


def test_the_first_round_needs_no_earlier_one() -> None:
    asked = desk("submit", "is: preceded_by, command: note, since_last: propose")
    asked.do("note", MON)
    asked.do("submit", FRI)


def test_a_joint_act_has_a_remedy_for_each_party() -> None:
    joint = ("by: [promisor, secretary]", "by: {all_of: [promisor, secretary]}")
    why = reason(desk("submit", "is: preceded_by, command: note", joint))
    assert why.remedy == (RemedyStep("note", ("promisor",)), RemedyStep("note", ("secretary",)))


def test_what_must_not_have_happened() -> None:
    asked = desk("submit", "is: not_preceded_by, command: note")
    asked.do("note", MON)
    why = reason(asked)
    assert (why.code, why.found, why.remedy) == ("preceded", {"on": MON}, ())
    desk("submit", "is: not_preceded_by, command: note").do("submit", FRI)


def test_a_while_without_it_is_counted_from_the_last_time() -> None:
    asked = desk("submit", "is: not_preceded_by, command: note, for: P3D, since: open")
    asked.do("note", WED)
    why = reason(asked)
    assert (why.code, why.found, why.ruling) == ("too_recent", {"on": WED}, Ruling.NOT_YET)
    assert why.remedy == (RemedyStep("", not_before=WED + timedelta(days=3)),)
    asked.do("submit", WED + timedelta(days=3))


@pytest.mark.parametrize(
    ("since", "begins"),
    [("", TUE), (", since: last_revision", TUE), (", since: todo", TUE), (", since: open", None)],
)
def test_a_while_without_it_is_counted_from_a_beginning(since: str, begins: date | None) -> None:
    asked = desk("do", f"is: not_preceded_by, command: note, for: P3D{since}")
    asked.do("propose", TUE, **PROMISED)
    if begins is None:  # the pledge has been open since the year began
        asked.do("do", TUE, item="commitment/1")
    else:
        assert reason(asked, "do", on=WED, item="commitment/1").found == {"on": begins}
        asked.do("do", TUE + timedelta(days=3), item="commitment/1")


def test_a_state_that_was_never_entered_counts_from_the_first() -> None:
    asked = desk("do", "is: not_preceded_by, command: note, for: P3D, since: done")
    asked.do("propose", TUE, **PROMISED)
    assert reason(asked, "do", on=WED, item="commitment/1").found == {"on": TUE}


# --- whom a record is about -----------------------------------------------------------------------------


def test_a_record_about_another_item_does_not_count() -> None:
    asked = desk("do", "is: preceded_by, command: revise")
    asked.do("propose", MON, **PROMISED)
    asked.do("propose", MON, **PROMISED)
    asked.do("revise", TUE, item="commitment/1")
    why = reason(asked, "do", item="commitment/2")
    assert why.remedy == (RemedyStep("revise", ("promisor",), "commitment/2"),)
    asked.do("do", FRI, item="commitment/1")


# --- others ---------------------------------------------------------------------------------------------

ELSEWHERE = "is: preceded_elsewhere, means: record, among: {leading: true}"


def test_others_come_first() -> None:
    asked = desk("submit", ELSEWHERE)
    asked.missing = ("li",)
    why = reason(asked)
    assert (why.code, why.found) == ("others_first", {"missing": ("li",)})
    step = RemedyStep("note", ("promisor", "secretary"), not_after=FRI, promisor="li")
    assert why.remedy == (step,)
    asked.missing = ()
    (recorded, _) = asked.do("submit", FRI)[1:]
    assert isinstance(recorded, Recorded)
    (leaned,) = recorded.leaned_on
    assert (leaned.fact, leaned.source, leaned.as_of, leaned.version) == (
        f"{SUBMIT}.guards.g",
        "desk",
        FRI,
        7,
    )


@pytest.mark.parametrize(("where", "organization"), [("own", "branch"), ("jurisdiction", "")])
def test_what_others_did_is_asked_of_the_own_organization_or_of_all(
    where: str, organization: str
) -> None:
    asked = desk("submit", f"{ELSEWHERE}, in: {where}")
    (query,) = asked.facts(Command("submit", "wang", "promisor", FRI)).elsewhere
    assert isinstance(query, Query)
    assert (query.organization, query.besides, query.kinds) == (
        organization,
        "wang",
        (("leading", True),),
    )


def test_a_fact_that_was_not_fetched_is_not_made_up() -> None:
    asked = desk("submit", ELSEWHERE)
    asked.do("note", MON)
    with pytest.raises(MissingFactError, match=r"guards\.g"):
        decide(
            asked.policy, asked.state, Command("submit", "wang", "promisor", FRI), Facts(FRI, VIEW)
        )


# --- the items ------------------------------------------------------------------------------------------


def test_there_have_to_be_items() -> None:
    asked = desk("submit", "is: items, of: commitment, at_least: 2")
    asked.do("propose", MON, **PROMISED)
    why = reason(asked)
    assert (why.code, why.found) == ("too_few_items", {"items": 1})
    assert why.remedy == (RemedyStep("propose", ("promisor",)),)
    asked.do("propose", MON, **PROMISED)
    asked.do("submit", FRI)


def test_only_items_that_say_something_count() -> None:
    asked = desk(
        "submit", "is: items, of: commitment, at_least: 1, saying: {title: true, due: true}"
    )
    asked.do("propose", MON, **PROMISED)
    why = reason(asked)
    assert (why.code, why.found) == ("too_few_items", {"items": 0})
    assert why.remedy == (
        RemedyStep("propose", ("promisor",), fields={"title": None, "due": None}),
    )
    asked.do("propose", MON, **PROMISED, due=FRI)
    asked.do("submit", FRI)


def test_an_item_may_have_to_say_just_this_to_count() -> None:
    choice = ("title: text\n", "title: text\n      kind: {type: choice, open: true}\n")
    guard = "is: items, of: commitment, in: [done], at_least: 1, saying: {kind: good}"
    asked = desk("submit", guard, choice)
    asked.do("propose", MON, **PROMISED, kind="bad")
    asked.do("propose", MON, **PROMISED, kind="good")
    assert reason(asked).remedy == (RemedyStep("do", ("promisor",), "commitment/2"),)
    asked.do("do", TUE, item="commitment/2")
    asked.do("submit", FRI)


def test_items_in_another_state_are_brought_into_it() -> None:
    asked = desk("submit", "is: items, of: commitment, in: [done], at_least: 1")
    why = reason(asked)
    assert why.remedy == (
        RemedyStep("propose", ("promisor",)),
        RemedyStep("do", ("promisor",), "commitment/1"),
    )
    asked.do("propose", MON, **PROMISED)
    assert reason(asked).remedy == (RemedyStep("do", ("promisor",), "commitment/1"),)
    asked.do("do", TUE, item="commitment/1")
    asked.do("submit", FRI)


def test_new_items_may_begin_where_they_are_wanted() -> None:
    asked = desk("submit", "is: items, of: commitment, in: [todo], at_least: 1")
    assert reason(asked).remedy == (RemedyStep("propose", ("promisor",)),)
    asked.do("propose", MON, **PROMISED)
    asked.do("do", TUE, item="commitment/1")
    assert reason(asked).remedy == (RemedyStep("propose", ("promisor",)),)


def test_where_nothing_adds_items_nothing_helps() -> None:
    added = ("        adds: commitment\n", "")
    assert reason(desk("submit", "is: items, of: commitment, at_least: 1", added)).remedy == ()


def test_each_item_has_to_say_something() -> None:
    asked = desk("submit", "is: items, of: commitment, fields: [due, title]")
    asked.do("propose", MON, due=FRI, **PROMISED)
    asked.do("propose", MON, **PROMISED)
    why = reason(asked)
    assert why.code == "items_incomplete"
    assert why.found == {"subjects": ("commitment/2",), "fields": {"commitment/2": ("due",)}}
    step = RemedyStep("revise", ("promisor",), "commitment/2", fields={"due": None})
    assert why.remedy == (step,)
    asked.do("revise", TUE, item="commitment/2", due=FRI)
    asked.do("submit", FRI)


@pytest.mark.parametrize(
    ("wanted", "off"),
    [
        ("all: [done]", {"commitment/2": "todo"}),
        ("none: [todo]", {"commitment/2": "todo"}),
        ("in: [todo], any: [done]", {"commitment/2": "todo"}),
    ],
)
def test_items_have_to_be_in_their_states(wanted: str, off: dict[str, str]) -> None:
    asked = desk("submit", f"is: items, of: commitment, {wanted}")
    asked.do("propose", MON, **PROMISED)
    asked.do("propose", MON, **PROMISED)
    asked.do("do", TUE, item="commitment/1")
    why = reason(asked)
    assert (why.code, why.found) == ("items_not_ready", {"subjects": off})
    assert why.remedy == (RemedyStep("do", ("promisor",), "commitment/2"),)


def test_items_that_are_where_they_belong_are_fine() -> None:
    asked = desk("submit", "is: items, of: commitment, all: [todo], none: [done], any: [todo]")
    asked.do("propose", MON, **PROMISED)
    asked.do("submit", FRI)


def test_no_way_leads_back_for_an_item_that_has_ended() -> None:
    asked = desk("submit", "is: items, of: commitment, none: [done]")
    asked.do("propose", MON, **PROMISED)
    asked.do("do", TUE, item="commitment/1")
    assert reason(asked).remedy == ()


def test_a_due_date_has_to_have_passed() -> None:
    asked = desk("do", "is: due, passed: true")
    asked.do("propose", MON, **PROMISED)
    why = reason(asked, "do", on=TUE, item="commitment/1")
    assert (why.code, why.found) == ("no_due_date", {"due": None})
    assert why.remedy == (
        RemedyStep("revise", ("promisor",), "commitment/1", fields={"due": None}),
    )
    asked.do("revise", TUE, item="commitment/1", due=THU)
    why = reason(asked, "do", on=THU, item="commitment/1")
    assert (why.code, why.ruling, why.found) == ("not_due_yet", Ruling.NOT_YET, {"due": THU})
    assert why.remedy == (RemedyStep("", not_before=FRI),)
    asked.do("do", FRI, item="commitment/1")


def test_a_due_date_must_not_have_passed() -> None:
    asked = desk("do", "is: due, passed: false")
    asked.do("propose", MON, **PROMISED)
    asked.do("propose", MON, due=THU, **PROMISED)
    why = reason(asked, "do", on=FRI, item="commitment/2")
    assert (why.code, why.ruling) == ("past_due", Ruling.TOO_LATE)
    assert why.found == {"due": THU, "on": FRI}
    asked.do("do", FRI, item="commitment/1")
    asked.do("do", THU, item="commitment/2")


def test_an_item_is_carried_over_so_often_and_no_more() -> None:
    asked = desk("do", "is: carried_at_most, periods: 0")
    asked.do("propose", MON, **PROMISED)
    why = reason(asked, "do", item="commitment/1")
    assert (why.code, why.found) == ("carried_too_often", {"periods": 0})
    fine = desk("do", "is: carried_at_most, periods: 1")
    fine.do("propose", MON, **PROMISED)
    fine.do("do", FRI, item="commitment/1")


def test_a_step_has_to_be_called_for() -> None:
    outcomes = (
        "outcomes: {}",
        "outcomes: {o: {label: {zh: 果, en: o}, when: {command: note}, calls_for: submit, cite: T-1}}",
    )
    asked = desk("submit", "is: called_for, outcome: [o]", outcomes)
    why = reason(asked)
    assert (why.code, why.found) == ("not_called_for", {"outcomes": ()})
    other = (
        "outcomes: {o:",
        "outcomes: {p: {label: {zh: 他, en: p}, when: {command: note}, cite: T-1}, o:",
    )
    asked = desk("submit", "is: called_for, outcome: [o]", outcomes, other)
    asked.do("note", MON)
    asked.do("submit", FRI)
    answered = asked.state.outcomes["o", "pledge", 1]
    assert answered.open_calls == ()


# --- the promisor, the grade, the content ---------------------------------------------------------------


def test_a_promisor_of_another_kind_is_refused() -> None:
    asked = desk("submit", "is: promisor, kinds: {leading: true, retired: false}")
    why = reason(asked)
    assert (why.code, why.found) == ("other_promisor", {"kinds": ("in_service",)})
    assert why.required == {"kinds": {"leading": True, "retired": False}}
    leader = Desk(asked.policy, promisor="li")
    leader.do("submit", FRI, "li/promisor")


def test_a_promisor_in_another_post_is_refused() -> None:
    asked = desk("submit", "is: promisor, posts: {secretary: true}")
    why = reason(asked)
    assert (why.code, why.found) == ("other_promisor", {"kinds": ("in_service",), "posts": ()})
    secretary = Desk(asked.policy, promisor="li")
    secretary.do("submit", FRI, "li/promisor")
    other = Desk(desk("submit", "is: promisor, posts: {secretary: false}").policy, promisor="li")
    (why,) = other.why("submit", FRI, "li/promisor")
    assert why.found == {"kinds": ("in_service", "leading"), "posts": ("secretary",)}


@pytest.mark.parametrize("tiers", ["", ", tiers: [good]"])
def test_a_grade_has_to_be_confirmed_and_right(tiers: str) -> None:
    evaluation = "evaluation:\n  tiers: {good: {zh: 好, en: good}, bad: {zh: 差, en: bad}}\n  grade: {command: note, field: tier, confirmed_by: revise, cite: T-1}\n  cite: T-1"
    changes = [
        ("evaluation:\n  tiers: {}\n  cite: T-1", evaluation),
        ("said: {type: choice, required: false, open: true}", "tier: tier"),
    ]
    asked = desk("submit", f"is: graded{tiers}", *changes)
    assert reason(asked).found == {}
    asked.do("propose", MON, **PROMISED)
    asked.do("note", MON, tier="bad" if tiers else "good")
    assert reason(asked).found["confirmed"] is False
    asked.do("revise", MON, item="commitment/1")
    if tiers:
        assert reason(asked).found == {"tier": "bad", "confirmed": True}
        asked.do("note", MON, tier="good")
        asked.do("revise", MON, item="commitment/1")
    asked.do("submit", FRI)


def test_an_item_has_to_say_this() -> None:
    asked = desk("do", "is: content, fields: {title: true, due: true}")
    asked.do("propose", MON, **PROMISED)
    why = reason(asked, "do", item="commitment/1")
    assert (why.code, why.found) == ("other_content", {"fields": ("due",)})
    assert why.remedy == (
        RemedyStep("revise", ("promisor",), "commitment/1", fields={"due": None}),
    )
    asked.do("revise", TUE, item="commitment/1", due=FRI)
    asked.do("do", FRI, item="commitment/1")


def test_an_item_has_to_say_just_this() -> None:
    stars = ("due: {type: date, required: false}", "stars: {type: integer, required: false}")
    asked = desk("do", "is: content, fields: {stars: 3}", stars)
    asked.do("propose", MON, stars=2, **PROMISED)
    asked.do("propose", MON, stars=3, **PROMISED)
    assert reason(asked, "do", item="commitment/1").remedy[0].fields == {"stars": 3}
    asked.do("do", FRI, item="commitment/2")


# --- what the command says ------------------------------------------------------------------------------

CHECKS = "ok: {type: checklist, open: true, required: false}"
TO = "to: {type: choices, open: true, required: false}"


def test_a_step_has_to_say_this() -> None:
    asked = desk(
        "submit",
        "is: said, fields: {ok: true, n: 1}",
        said_on_submit("ok: {type: boolean, required: false}, n: {type: integer, required: false}"),
    )
    why = reason(asked, ok=True, n=2)
    assert (why.code, why.found) == ("said_otherwise", {"n": 2})
    assert why.remedy == (RemedyStep("submit", fields={"n": 1}),)
    asked.do("submit", FRI, ok=True, n=1)


def test_a_step_about_an_item_has_to_say_this() -> None:
    fields = (
        "label: {zh: 做, en: do}\n    fields:\n",
        "label: {zh: 做, en: do}\n    fields:\n      how: {type: choice, open: true, required: false}\n",
    )
    asked = desk("do", "is: said, fields: {how: well}", fields)
    asked.do("propose", MON, **PROMISED)
    (step,) = reason(asked, "do", item="commitment/1").remedy
    assert (step.command, step.fields) == ("do", {"how": "well"})
    asked.do("do", FRI, item="commitment/1", how="well")


def test_every_criterion_has_to_be_found_met() -> None:
    asked = desk("submit", "is: all_yes, field: ok, of: [real, useful]", said_on_submit(CHECKS))
    why = reason(asked, ok={"real": False, "more": True})
    assert why.code == "criteria_not_met"
    assert why.found == {"field": "ok", "criteria": ("real", "useful")}
    assert why.remedy[0].fields == {"ok": {"real": True, "useful": True, "more": True}}
    assert reason(asked).found["criteria"] == ("real", "useful")
    asked.do("submit", FRI, ok={"real": True, "useful": True})


def test_a_field_has_to_name_all_of_these() -> None:
    asked = desk("submit", "is: includes, field: to, of: [board, self]", said_on_submit(TO))
    why = reason(asked, to="board")
    assert why.code == "not_named"
    assert why.found == {"field": "to", "missing": ("self",), "extra": ()}
    assert why.remedy == (RemedyStep("submit", fields={"to": ("board", "self")}),)
    # What is named already stays: another guard may ask for it.
    assert reason(asked, to=("moon", "self")).remedy[0].fields == {"to": ("moon", "self", "board")}
    asked.do("submit", FRI, to=("self", "board", "archive"))


def test_a_checklist_names_what_it_finds_met() -> None:
    choices = "{board: {zh: 栏, en: board}, self: {zh: 己, en: self}}"
    field = f"to: {{type: checklist, required: false, choices: {choices}, assumed: two}}"
    asked = desk("submit", "is: includes, field: to, of: [board, self]", said_on_submit(field))
    why = reason(asked, to={"board": True, "self": False})
    assert why.found["missing"] == ("self",)
    assert why.remedy[0].fields == {"to": {"board": True, "self": True}}
    asked.do("submit", FRI, to={"board": True, "self": True})


@pytest.mark.parametrize(
    "guard",
    [
        "is: includes, field: to, of: [board, self], exactly: true",
        "is: copies, field: to, holders: [board, self]",
    ],
)
def test_a_field_has_to_name_just_these(guard: str) -> None:
    asked = desk("submit", guard, said_on_submit(TO))
    assert reason(asked, to=("self", "moon")).found == {
        "field": "to",
        "missing": ("board",),
        "extra": ("moon",),
    }
    assert reason(asked, to=("moon",)).remedy[0].fields == {"to": ("board", "self")}
    assert reason(asked, to=("self",)).remedy[0].fields == {"to": ("self", "board")}
    assert reason(asked).found["missing"] == ("board", "self")
    asked.do("submit", FRI, to=("self", "board"))


def test_two_guards_over_one_field_can_both_be_met() -> None:
    guards = "a: {is: includes, field: to, of: [a], cite: T-1}, b: {is: includes, field: to, of: [b], cite: T-1}"
    old = "        by: promisor\n        guards: {}\n        cite: T-2"
    asked = Desk(loaded(tiny((old, old.replace("{}", f"{{{guards}}}")), said_on_submit(TO))))
    (why,) = asked.why("submit", FRI, to=("b",))
    asked.do("submit", FRI, **why.remedy[0].fields)


def test_fields_have_to_be_filled_in() -> None:
    asked = desk("submit", "is: given, fields: [to, ok]", said_on_submit(f"{TO}, {CHECKS}"))
    why = reason(asked, to=("self",))
    assert (why.code, why.found) == ("fields_missing", {"fields": ("ok",)})
    assert why.remedy == (RemedyStep("submit", fields={"ok": None}),)
    asked.do("submit", FRI, to=("self",), ok={})


def test_votes_are_counted_in_all() -> None:
    tiers = (
        "  tiers: {}\n",
        "  tiers: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}\n  grade: {command: note, cite: T-1}\n",
    )
    graded = (
        "said: {type: choice, required: false, open: true}",
        "tier: {type: tier, required: false}",
    )
    votes = said_on_submit("votes: {type: tally, required: false}")
    asked = desk("submit", "is: tally, field: votes, at_least: 3", votes, tiers, graded)
    why = reason(asked, votes={"a": 1, "b": 1})
    assert (why.code, why.found) == ("too_few_votes", {"votes": 2})
    assert why.remedy == (RemedyStep("submit", fields={"votes": None}),)
    assert reason(asked).found == {"votes": 0}
    assert reason(asked, votes={"a": Decimal(9)}).found == {"votes": 0}
    asked.do("submit", FRI, votes={"a": 2, "b": 1})


LISTED = said_on_submit("topic: {type: choices, required: false, open: true}")


def test_what_is_said_has_to_be_on_the_list_for_the_promisor() -> None:
    guard = "is: listed, field: topic, of: [all], kinds: {in_service: [a, b], leading: [c]}"
    asked = desk("submit", guard, LISTED)
    why = reason(asked, topic=("a", "c"))
    own = ("all", "a", "b")
    assert (why.code, why.required) == (
        "not_listed_for",
        {"field": "topic", "of": ("all",), "kinds": {"in_service": ("a", "b"), "leading": ("c",)}},
    )
    assert why.found == {"field": "topic", "values": ("c",), "own": own, "kinds": ("in_service",)}
    assert why.remedy == (RemedyStep("submit", fields={"topic": "all"}),)
    assert reason(asked, topic="d").found["values"] == ("d",)
    asked.do("submit", FRI, topic=("all", "b"))


def test_lists_of_several_kinds_add_up_and_nothing_said_is_nothing_wrong() -> None:
    guard = "is: listed, field: topic, kinds: {in_service: [a], leading: [c]}"
    asked = desk("submit", guard, LISTED)
    leader = Desk(asked.policy, promisor="li")
    leader.do("submit", FRI, "li/promisor", topic=("a", "c"))
    asked.do("submit", FRI)


def test_an_open_list_takes_what_is_on_no_list_and_nothing_of_another_kind() -> None:
    guard = "is: listed, field: topic, kinds: {in_service: [a], leading: [c]}, open: true"
    asked = desk("submit", guard, LISTED)
    assert reason(asked, topic=("c", "new")).found["values"] == ("c",)
    asked.do("submit", FRI, topic=("a", "new"))


def test_a_list_may_be_open_for_some_kinds_alone() -> None:
    guard = "is: listed, field: topic, kinds: {in_service: [a], leading: [c]}, open: [leading]"
    asked = desk("submit", guard, LISTED)
    assert reason(asked, topic="new").found["values"] == ("new",)
    leader = Desk(asked.policy, promisor="li")
    leader.do("submit", FRI, "li/promisor", topic="new")
    other = desk(
        "submit", "is: listed, field: topic, kinds: {leading: [c]}, open: [leading]", LISTED
    )
    assert reason(other, topic="c").found["own"] == ()
    other.do("submit", FRI, topic="new")


def test_an_open_list_takes_no_choice_that_the_field_declares() -> None:
    declared = said_on_submit(
        "topic: {type: choice, required: false, open: true, choices: {x: {zh: 甲, en: x}}}"
    )
    asked = desk("submit", "is: listed, field: topic, of: [a], open: true", declared)
    assert reason(asked, topic="x").found["values"] == ("x",)
    asked.do("submit", FRI, topic="new")


def test_who_is_of_no_kind_that_has_a_list_has_nothing_to_choose_from() -> None:
    guard = "is: listed, field: topic, kinds: {leading: [c]}"
    why = reason(desk("submit", guard, LISTED), topic="c")
    assert (why.found["own"], why.found["kinds"], why.remedy) == ((), (), ())


# --- under a condition, and of a deployer's own ----------------------------------------------------------


def test_a_guard_under_a_condition_counts_only_where_that_holds() -> None:
    guard = "is: preceded_by, command: note, if: {is: promisor, kinds: {leading: true}}"
    asked = desk("submit", guard)
    leader = Desk(asked.policy, promisor="li")
    (why,) = leader.why("submit", FRI, "li/promisor")
    assert why.code == "not_preceded"
    asked.do("submit", FRI)


def test_a_condition_over_fields_makes_a_guard_one_over_fields() -> None:
    fields = said_on_submit("ok: {type: boolean, required: false}")
    asked = desk(
        "submit", "is: preceded_by, command: note, if: {is: said, fields: {ok: true}}", fields
    )
    (step,) = asked.policy.tracks["member"].steps["submit"]["pledge"]["open"]
    (check,) = step.checks
    assert (check.fields, check.reads) == (frozenset({"ok"}), frozenset({"note"}))
    assert reason(asked, ok=True).code == "not_preceded"
    asked.do("submit", FRI, ok=False)


def moonlit(binding: Binding, options: Any) -> Check:
    def judge(*_: object) -> Reason:
        return binding.reason("dark", found={"phase": "new", "wanted": options["phase"]})

    return Check(binding.rule, judge)


def test_a_deployer_adds_a_kind_by_name() -> None:
    text = tiny(guarded("submit", "is: moonlit, with: {phase: full}"))
    with pytest.raises(PolicyError, match="there is no guard kind `moonlit`"):
        loaded(text)
    why = reason(Desk(loaded(text, allowed={"moonlit": moonlit})))
    assert (why.code, why.found) == ("dark", {"phase": "new", "wanted": "full"})
    assert why.text["en"]


def test_time_says_nothing() -> None:
    asked = desk("submit", "is: said, fields: {ok: true}", said_on_submit("ok: boolean"))
    (step,) = asked.policy.tracks["member"].steps["submit"]["pledge"]["open"]
    root: Subject = asked.state.subjects["pledge"]
    against = step.checks[0].judge(asked.state, root, Tick(FRI), Facts(FRI))
    assert against is not None
    assert against.found == {"ok": None}


def test_time_fills_in_nothing() -> None:
    asked = desk("submit", "is: given, fields: [ok]", said_on_submit("ok: boolean"))
    (step,) = asked.policy.tracks["member"].steps["submit"]["pledge"]["open"]
    against = step.checks[0].judge(
        asked.state, asked.state.subjects["pledge"], Tick(FRI), Facts(FRI)
    )
    assert against is not None
    assert against.found == {"fields": ("ok",)}
