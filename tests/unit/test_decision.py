"""Deciding: what a command is about, every reason at once, and the answer's kind."""

# ruff: noqa: E501 -- a policy's words are not broken up

import pickle
from datetime import timedelta
from typing import Any

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import begin, explain, needed, permitted
from pledgeflow.domain.commands import Annul, Carried, Command, Correct, StreamId, TakeOver, Tick
from pledgeflow.domain.events import Added, Cycle, Moved, Opened, Recorded
from pledgeflow.domain.facts import Query
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.states import Passage, State, Subject
from pledgeflow.domain.values import Text
from pledgeflow.errors import DirectoryError, Reason, RefusedError, RemedyStep, Ruling, Verdict
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.judging.carrying import carried
from pledgeflow.policy.loading import build
from tests.strategies import CATALOGUE, START, Dice, full_town
from tests.tiny import FRI, MON, THU, TUE, VIEW, WED, Desk, guarded, loaded, tiny

WORDS = Text("0" * 64)
DAY = timedelta(days=1)
SUBMIT = "lifecycles.pledge.transitions.submit"


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


# --- beginning ------------------------------------------------------------------------------------------


def test_the_first_act_opens_the_stream() -> None:
    desk = Desk(loaded(tiny()))
    opened, recorded = desk.do("note", MON)
    assert isinstance(opened, Opened)
    assert isinstance(recorded, Recorded)
    assert (opened.version, opened.track, opened.organization) == (1, "member", "branch")
    assert (opened.state, opened.on, opened.policy) == ("open", START, desk.policy.digest)


def test_whoever_fits_no_track_is_told_whom_the_policy_is_for() -> None:
    policy = loaded(tiny())
    with pytest.raises(RefusedError) as refused:
        begin(policy, StreamId("town", "2025", "zhao"), Cycle("2025", START), VIEW)
    (why,) = refused.value.reasons
    assert (why.code, why.ruling, why.clauses) == ("no_track", Ruling.SILENT, ("T-1",))
    assert refused.value.verdict.ruling is Ruling.SILENT
    assert set(why.text) == {"zh", "en"}


def test_a_track_that_was_taken_out_names_its_clause_too() -> None:
    policy = CATALOGUE.load("huimin")
    view = View(
        {"old": Person("old", frozenset({"retired"}), (Membership("b"),))},
        {"b": Organization("b", "branch")},
    )
    with pytest.raises(RefusedError) as refused:
        begin(policy, StreamId("town", "2025", "old"), Cycle("2025", START), view)
    assert "HM-01" in refused.value.verdict.clauses


def test_a_promisor_who_fits_two_tracks_alike_is_a_mistake_in_the_directory() -> None:
    track = "  other:\n    label: {zh: 他, en: other}\n    match: {person: {leading: true}}\n    cite: T-1\nroles:\n"
    policy = loaded(tiny(("roles:\n", track)))
    assert policy.track_of(VIEW, "wang") == "member"
    assert policy.track_of(VIEW, "zhao") is None
    with pytest.raises(DirectoryError, match="`member` and `other` alike"):
        policy.track_of(VIEW, "li")


def test_the_track_that_names_the_most_wins() -> None:
    policy = CATALOGUE.load("sampler")
    assert policy.track_of(VIEW, "wang") == "member"
    assert policy.track_of(VIEW, "li") == "leader"
    organizations = {"b": Organization("b", "branch")}
    assert policy.track_of(View({}, organizations), "b") == "branch"
    assert policy.track_of(View({}, {"b": Organization("b", "office")}), "b") is None
    assert policy.track_of(View(), "nobody") is None
    desk = Desk(policy)
    assert policy.ruleset(desk.state) is policy.tracks["member"]


# --- what a command is about ------------------------------------------------------------------------------


def test_a_step_about_an_item_names_one_that_is_there() -> None:
    desk = Desk(loaded(tiny()))
    desk.do("propose", MON, title=WORDS)
    for item in ("commitment/2", "pledge", 1, None):
        fields: dict[str, Any] = {} if item is None else {"item": item}
        (why,) = desk.why("do", TUE, **fields)
        assert (why.code, why.rule) == ("unknown_item", "commands.do")
        assert why.required == {"field": "item", "lifecycle": "commitment"}
        assert why.found == {"item": item}
    desk.do("do", TUE, item="commitment/1")


def test_a_step_of_the_pledge_may_name_an_item() -> None:
    desk = Desk(
        loaded(
            tiny(
                (
                    "said: {type: choice, required: false, open: true}",
                    "item: {type: commitment, required: false}",
                )
            )
        )
    )
    desk.do("propose", MON, title=WORDS)
    (about,) = desk.do("note", TUE, item="commitment/1")
    (general,) = desk.do("note", TUE)
    assert isinstance(about, Recorded)
    assert isinstance(general, Recorded)
    assert (about.subject, general.subject) == ("pledge", "pledge")


# --- reasons ----------------------------------------------------------------------------------------------


def test_a_step_nobody_has_heard_of_is_silent() -> None:
    verdict = Desk(loaded(tiny())).refused(Command("vote", "wang", "promisor", MON))
    assert verdict.ruling is Ruling.SILENT
    (why,) = verdict.reasons
    assert (why.code, why.rule, why.clauses) == ("silent", "commands", ())


@pytest.mark.parametrize(
    ("name", "cited"),
    [("thank", ("SA-03",)), ("leaders_first", ()), ("criticise", ())],
)
def test_a_step_that_was_taken_out_is_silent_by_its_clause(
    name: str, cited: tuple[str, ...]
) -> None:
    desk = Desk(CATALOGUE.load("sampler"), promisor="li")
    (why,) = desk.why(name, MON, "li/promisor")
    assert (why.code, why.clauses) == ("silent", cited)


def test_what_is_taken_out_at_the_top_takes_nothing_else_with_it() -> None:
    parent = read(tiny(), "parent.yaml")
    child = read("policy: child\nextends: tiny\nevaluation: {absent: true, cite: T-1}\n", "c.yaml")
    policy = build(
        resolve([parent, child], on=None, ordinal=1), known=frozenset({"T-1", "T-2", "T-3"})
    )
    assert policy.absences == {("evaluation",): ("T-1",)}
    assert policy.tracks["member"].evaluation is None
    Desk(policy).do("submit", MON)


def test_every_reason_is_given_and_the_hardest_names_the_answer() -> None:
    desk = Desk(loaded(tiny(guarded("submit", "is: preceded_by, command: note"))), today=MON)
    verdict = desk.refused(Command("submit", "li", "secretary", TUE))
    assert codes(verdict.reasons) == ["in_the_future", "not_in_capacity", "not_preceded"]
    assert verdict.ruling is Ruling.FORBIDDEN
    assert verdict.clauses == ("T-2", "T-1")
    assert not verdict.permitted
    later = desk.refused(Command("note", "wang", "promisor", TUE))
    assert later.ruling is Ruling.NOT_YET


def test_fields_are_required_and_lists_are_closed() -> None:
    choices = "said: {type: choices, choices: {a: {zh: 甲, en: a}}, cite: T-3}"
    desk = Desk(loaded(tiny(("said: {type: choice, required: false, open: true}", choices))))
    (missing,) = desk.why("note", MON)
    assert (missing.code, missing.rule, missing.clauses) == (
        "field_missing",
        "commands.note.fields.said",
        ("T-3",),
    )
    assert missing.remedy == (RemedyStep("note", fields={"said": None}),)
    for said in ("b", ("a", "b"), {"b": True}):
        (closed,) = desk.why("note", MON, said=said)
        assert (closed.code, closed.clauses) == ("not_on_the_list", ("T-3",))
        assert closed.required == {"field": "said", "values": ("a",)}
        assert closed.found == {"values": ("b",)}
    desk.do("note", MON, said=("a",))
    desk.do("note", MON, said=3)


def test_a_remedy_that_is_the_same_step_is_about_the_same_item() -> None:
    again = (
        "        source: todo\n        dest: done",
        "        source: [todo, done]\n        dest: done",
    )
    desk = Desk(loaded(tiny(again)))
    desk.do("propose", MON, title="x")
    (unnamed,) = desk.why("do", MON)
    assert unnamed.remedy == (RemedyStep("do", fields={"item": None}),)
    (who,) = desk.why("do", MON, "li/secretary", item="commitment/1")
    assert who.remedy == (RemedyStep("do", ("promisor",), "commitment/1"),)
    desk.do("do", FRI, item="commitment/1")
    (early,) = desk.why("do", WED, item="commitment/1")
    assert early.remedy == (RemedyStep("do", subject="commitment/1", not_before=FRI),)


def test_a_number_that_cannot_be_is_refused_with_the_numbers() -> None:
    fields = "came: {type: integer, at_least: 1}, ayes: {type: integer, part_of: came, cite: T-3}"
    given = "label: {zh: 交, en: submit}\n    fields: {}"
    desk = Desk(loaded(tiny((given, given.replace("{}", f"{{{fields}}}")))))
    (many,) = desk.why("submit", MON, came=7, ayes=9)
    assert (many.code, many.rule) == ("part_exceeds_whole", "commands.submit.fields.ayes")
    assert (many.clauses, many.remedy) == (
        ("T-3",),
        (RemedyStep("submit", fields={"ayes": 7}),),
    )
    assert many.required == {"field": "ayes", "part_of": "came"}
    assert many.found == {"part": 9, "whole": 7}
    few, negative = desk.why("submit", MON, came=0, ayes=-1)
    assert (few.code, few.required) == ("number_too_small", {"field": "came", "at_least": 1})
    assert (negative.found, negative.required["at_least"]) == ({"number": -1}, 0)
    assert few.remedy == (RemedyStep("submit", fields={"came": 1}),)
    below, nothing = desk.why("submit", MON, came=-3, ayes=2)
    assert (below.code, nothing.code) == ("number_too_small", "part_exceeds_whole")
    assert nothing.remedy == (RemedyStep("submit", fields={"ayes": 0, "came": 0}),)
    (missing,) = desk.why("submit", MON, came=7)
    assert missing.code == "field_missing"
    desk.do("submit", MON, came=7, ayes=7)


def test_who_may_not_act_is_told_who_may() -> None:
    desk = Desk(loaded(tiny()))
    cases = {
        "wang/secretary": ("own_pledge", {"actor": "wang", "entitled": ("li",)}),
        "zhao/secretary": ("not_holder", {"actor": "zhao", "entitled": ("li",)}),
        "li/promisor": ("not_promisor", {"actor": "li", "entitled": ("wang",)}),
        "zhao/above": ("not_in_capacity", {"capacity": "above"}),
    }
    for by, (code, found) in cases.items():
        (why,) = desk.why("note", MON, by)
        assert (why.code, why.found, why.ruling) == (code, found, Ruling.NOT_AUTHORIZED)
        assert why.clauses == ("T-1",)


def test_the_promisor_does_not_type_what_others_decided() -> None:
    desk = Desk(loaded(tiny()))
    (why,) = desk.refused(Command("note", "li", "secretary", MON, entered_by="wang")).reasons
    assert (why.code, why.found) == ("own_pledge", {"actor": "wang"})
    desk.give(Command("note", "li", "secretary", MON, entered_by="zhao"))
    desk.give(Command("note", "wang", "promisor", MON, entered_by="wang"))


def test_another_state_names_the_way_and_its_clauses() -> None:
    desk = Desk(loaded(tiny()))
    desk.do("propose", MON, title=WORDS)
    desk.do("do", MON, item="commitment/1")
    (back,) = desk.why("revise", TUE, item="commitment/1")
    assert (back.code, back.remedy, back.clauses) == ("wrong_state", (), ("T-1",))
    assert back.found == {"state": "done", "subject": "commitment/1"}
    assert back.required == {"lifecycle": "commitment", "states": ("todo",), "command": "revise"}


def test_a_move_is_not_dated_before_the_last_one() -> None:
    again = (
        "      note:\n",
        "      reopen: {source: closed, dest: open, by: promisor, cite: T-3}\n      note:\n",
    )
    command = ("commands:\n", "commands:\n  reopen: {means: record, label: {zh: 再, en: reopen}}\n")
    desk = Desk(loaded(tiny(again, command)), today=FRI)
    desk.do("submit", WED)
    (why,) = desk.why("reopen", TUE)
    assert (why.code, why.clauses, why.found) == ("before_last_move", ("T-3",), {"on": TUE})
    assert why.remedy == (RemedyStep("reopen", not_before=WED),)
    desk.do("reopen", WED)


def test_a_record_that_moves_nothing_is_judged_in_the_state_that_held_then() -> None:
    desk = Desk(loaded(tiny(("source: [open, closed]", "source: open"))), today=FRI)
    desk.do("submit", WED)
    desk.do("note", TUE)
    (why,) = desk.why("note", THU)
    assert why.code == "wrong_state"


def test_nothing_is_added_on_a_day_before_the_last_move() -> None:
    desk = Desk(loaded(tiny()), today=FRI)
    desk.do("submit", WED)
    (why,) = desk.why("propose", TUE, title=WORDS)
    assert why.code == "wrong_state"


def test_a_pledge_does_not_move_before_its_items_did() -> None:
    desk = Desk(loaded(tiny()), today=FRI)
    desk.do("propose", MON, title=WORDS)
    desk.do("do", WED, item="commitment/1")
    (why,) = desk.why("submit", TUE)
    assert (why.code, why.required) == ("before_last_move", {"not_before": WED})
    assert why.remedy == (RemedyStep("submit", not_before=WED),)
    desk.do("submit", WED)


AGAIN = "      submit_again:\n        trigger: submit\n        source: open\n        dest: closed\n        by: secretary\n        cite: T-3\n  commitment:\n    label"


def test_of_several_ways_the_one_for_the_own_capacity_says_what_is_missing() -> None:
    strict = guarded("submit", "is: preceded_by, command: note")
    desk = Desk(loaded(tiny(strict, ("  commitment:\n    label", AGAIN))))
    (own,) = desk.why("submit", MON)
    assert own.rule == f"{SUBMIT}.guards.g"
    (other,) = desk.why("submit", MON, "zhao/secretary")
    assert (other.code, other.rule, other.clauses) == ("not_holder", f"{SUBMIT}_again", ("T-3",))
    (neither,) = desk.why("submit", MON, "zhao/above")
    assert (neither.code, neither.rule) == ("not_in_capacity", f"{SUBMIT}_again")


# --- the way there ------------------------------------------------------------------------------------------

COMPLETED = (
    "        dest: closed\n        by: promisor\n        guards: {}\n",
    "        dest: closed\n        when: {g: {is: items, of: commitment, in: [done], at_least: 1, cite: T-1}}\n",
)
AFTER = (
    "        source: [open, closed]\n        stays: true\n",
    "        source: closed\n        stays: true\n",
)


def steps(reason: Reason) -> list[tuple[str, str | None]]:
    return [(step.command, step.subject) for step in reason.remedy]


def test_the_way_names_what_a_completion_still_waits_for() -> None:
    desk = Desk(loaded(tiny(COMPLETED, AFTER)))
    (why,) = desk.why("note", MON)
    assert steps(why) == [("propose", None), ("do", "commitment/1")]
    desk.do("propose", MON, title=WORDS)
    (why,) = desk.why("note", MON)
    assert steps(why) == [("do", "commitment/1")]


def test_the_way_names_what_its_own_steps_need_first_and_each_once() -> None:
    guard = guarded("submit", "is: items, of: commitment, in: [done], at_least: 1")
    (why,) = Desk(loaded(tiny(guard, AFTER))).why("note", MON)
    assert steps(why) == [("propose", None), ("do", "commitment/1"), ("submit", None)]


def test_the_way_of_an_item_leads_through_what_it_belongs_to() -> None:
    become = "      become:\n        source: todo\n        dest: done\n        when: {}\n        while: {pledge: [closed]}\n        cite: T-1\n"
    item = "      do:\n        source: todo\n        dest: done\n"
    desk = Desk(
        loaded(tiny((item, f"{become}      do:\n        source: done\n        stays: true\n")))
    )
    desk.do("propose", MON, title=WORDS)
    (why,) = desk.why("do", MON, item="commitment/1")
    assert steps(why) == [("submit", None)]
    desk.do("submit", MON)
    desk.do("do", MON, item="commitment/1")


def test_what_belongs_to_something_else_has_no_way_through_it() -> None:
    third = "  third:\n    label: {zh: 三, en: third}\n    of: [pledge, commitment]\n    initial: new\n    final: [old]\n    states: {new: {zh: 新, en: new}, old: {zh: 旧, en: old}}\n    transitions:\n      age: {source: new, dest: old, when: {}, while: {commitment: [done]}, cite: T-1}\n      use: {source: old, stays: true, by: promisor, while: {commitment: [done]}, cite: T-1}\nevaluation:\n"
    adds = (
        "        source: [open, closed]\n        stays: true\n",
        "        source: [open, closed]\n        stays: true\n        adds: third\n",
    )
    use = (
        "commands:\n",
        "commands:\n  use: {means: record, label: {zh: 用, en: use}, fields: {which: third}}\n",
    )
    desk = Desk(loaded(tiny(("evaluation:\n", third), adds, use)))
    desk.do("note", MON)
    (why,) = desk.why("use", MON, which="third/1")
    assert (why.code, why.remedy) == ("wrong_state", ())


def test_the_way_says_what_tells_it_from_others_with_the_same_trigger() -> None:
    desk = Desk(CATALOGUE.load("sampler"))
    book = desk.policy.tracks["member"].source.lifecycles["pledge"]
    assert {"conclude_well", "conclude_badly"} <= set(book.transitions)
    reopened = State(
        desk.state.stream,
        desk.state.cycle,
        1,
        "member",
        "branch",
        "",
        "pledge",
        {"pledge": Subject("pledge", "pledge", "", (Passage("appraised", START, 1),))},
    )
    command = Command("plan_round", "zhao", "committee", START)
    verdict = explain(desk.policy, reopened, command, desk.facts(command))
    (why,) = (r for r in verdict.reasons if r.code == "wrong_state")
    assert [(s.command, s.by, s.fields) for s in why.remedy] == [
        ("conclude", ("committee",), {"result": "not_kept"})
    ]


def test_of_a_joint_act_on_the_way_only_those_are_named_who_have_not_signed() -> None:
    joint = (
        "        by: promisor\n        guards: {}\n        cite: T-2",
        "        by: {all_of: [promisor, secretary]}\n        guards: {}\n        cite: T-2",
    )
    desk = Desk(loaded(tiny(joint, AFTER)))
    assert [step.by for step in desk.why("note", MON)[0].remedy] == [("promisor",), ("secretary",)]
    desk.do("submit", MON)
    assert [step.by for step in desk.why("note", MON)[0].remedy] == [("secretary",)]


def test_what_an_item_belongs_to_has_to_be_in_its_state() -> None:
    above = (
        "        by: promisor\n        guards: {}\n        cite: T-3",
        "        by: promisor\n        while: {pledge: [closed]}\n        cite: T-3",
    )
    desk = Desk(loaded(tiny(above)))
    desk.do("propose", MON, title=WORDS)
    (why,) = desk.why("do", TUE, item="commitment/1")
    assert (why.code, why.required) == ("not_while", {"while": {"pledge": ("closed",)}})
    assert why.found == {"state": "open", "subject": "pledge"}
    assert why.remedy == (RemedyStep("submit", ("promisor",)),)
    desk.do("submit", WED)
    desk.do("do", WED, item="commitment/1")


def test_what_an_item_belongs_to_may_have_gone_on_since_that_day() -> None:
    above = (
        "        by: promisor\n        guards: {}\n        cite: T-3",
        "        by: promisor\n        while: {pledge: [open]}\n        cite: T-3",
    )
    desk = Desk(loaded(tiny(above)), today=FRI)
    desk.do("propose", MON, title=WORDS)
    desk.do("submit", WED)
    (why,) = (r for r in desk.why("do", TUE, item="commitment/1") if r.code == "not_while")
    assert why.found == {"state": "closed", "subject": "pledge"}


# --- explaining, and what decide will read ------------------------------------------------------------------


def test_explaining_what_is_permitted_gives_no_reason() -> None:
    desk = Desk(loaded(tiny()))
    command = Command("note", "wang", "promisor", MON)
    verdict = explain(desk.policy, desk.state, command, desk.facts(command))
    assert verdict == Verdict(Ruling.PERMITTED)
    assert verdict.permitted
    assert verdict.clauses == ()


def test_a_refusal_survives_pickling_and_says_what_it_is() -> None:
    desk = Desk(loaded(tiny()))
    with pytest.raises(RefusedError) as refused:
        desk.do("vote")
    copy = pickle.loads(pickle.dumps(refused.value))
    assert (copy.command, copy.reasons) == ("vote", refused.value.reasons)
    assert str(copy).startswith("`vote` is silent: this policy does not provide for")
    assert refused.value.reasons[0].facts == {"required": {"command": "vote"}, "found": {}}


LEADERS = "is: preceded_elsewhere, means: record, among: {leading: true}"


def test_needed_are_the_facts_that_a_step_leans_on() -> None:
    desk = Desk(loaded(tiny(guarded("submit", LEADERS))))
    (query,) = needed(desk.policy, desk.state, Command("submit", "wang", "promisor", MON))
    assert isinstance(query, Query)
    assert (query.jurisdiction, query.cycle, query.means) == ("town", "2025", "record")
    assert (query.organization, query.on, query.besides) == ("branch", MON, "wang")
    for other in (
        Command("note", "wang", "promisor", MON),
        Command("vote", "wang", "promisor", MON),
        Tick(MON),
        Annul(3, "wang", "promisor", MON),
        Correct(3, "wang", "promisor", MON),
    ):
        assert needed(desk.policy, desk.state, other) == ()


def test_a_correction_needs_what_the_record_leaned_on_on_its_day() -> None:
    desk = Desk(loaded(tiny(guarded("submit", LEADERS))))
    desk.do("submit", MON)
    fix = Correct(2, "wang", "promisor", WED)
    (query,) = needed(desk.policy, desk.state, fix)
    assert query.on == MON
    desk.give(fix)


def test_a_step_about_an_item_needs_its_facts_whichever_item() -> None:
    desk = Desk(loaded(tiny(guarded("do", LEADERS))))
    desk.do("propose", MON, title=WORDS)
    for fields in ({}, {"item": "commitment/1"}):
        assert (
            len(needed(desk.policy, desk.state, Command("do", "wang", "promisor", MON, fields)))
            == 1
        )


# --- what is on offer ---------------------------------------------------------------------------------------


def offered(desk: Desk, actor: str) -> dict[tuple[str, str], Verdict]:
    facts = desk.facts(Command("submit", actor, "", MON))
    return dict(permitted(desk.policy, desk.state, actor, MON, facts))


def test_on_offer_is_every_step_of_every_subject_with_what_is_still_to_be_said() -> None:
    desk = Desk(
        loaded(
            tiny(
                guarded("submit", "is: given, fields: [how]"),
                (
                    "label: {zh: 交, en: submit}\n    fields: {}",
                    "label: {zh: 交, en: submit}\n    fields: {how: {type: choice, open: true, required: false}}",
                ),
            )
        )
    )
    desk.do("propose", MON, title=WORDS)
    said = offered(desk, "wang")
    assert set(said) == {
        ("propose", "pledge"),
        ("note", "pledge"),
        ("submit", "pledge"),
        ("revise", "commitment/1"),
        ("do", "commitment/1"),
    }
    assert all(verdict.permitted for verdict in said.values())
    assert said["propose", "pledge"].needs == ("title",)
    assert said["do", "commitment/1"].needs == ()


def test_on_offer_is_what_some_capacity_allows_else_why_not() -> None:
    desk = Desk(loaded(tiny()))
    said = offered(desk, "li")
    assert said["note", "pledge"].permitted
    assert codes(said["submit", "pledge"].reasons) == ["not_promisor"]
    desk.do("submit", MON)
    closed = offered(desk, "wang")["submit", "pledge"]
    assert (codes(closed.reasons), closed.ruling) == (["wrong_state"], Ruling.FORBIDDEN)


def test_of_several_capacities_the_nearest_says_why_not() -> None:
    said = offered(Desk(loaded(tiny())), "zhao")
    assert codes(said["note", "pledge"].reasons) == ["not_promisor"]


def test_time_passes_before_anything_is_offered() -> None:
    timer = "      lapse: {source: open, dest: closed, after: {period: P2D}, cite: T-1}\n      submit:\n"
    desk = Desk(loaded(tiny(("      submit:\n", timer))))
    assert codes(offered(desk, "wang")["submit", "pledge"].reasons) == ["wrong_state"]


# --- from one cycle to the next -------------------------------------------------------------------------------


def test_a_carried_item_leaves_with_what_was_promised() -> None:
    desk = Desk(loaded(tiny(("        cite: T-3", "        carries: todo\n        cite: T-3"))))
    desk.do("propose", MON, title=WORDS, due=FRI)
    assert carried(desk.policy, desk.state) == ()
    desk.do("do", TUE, item="commitment/1")
    item = Carried("2025/commitment/1", "commitment", "todo", {"title": WORDS, "due": FRI}, 1)
    assert carried(desk.policy, desk.state) == (item,)


def test_a_carried_item_comes_in_once_and_counts_how_often() -> None:
    desk = Desk(loaded(tiny(("        cite: T-3", "        carries: todo\n        cite: T-3"))))
    item = Carried("2024/commitment/4", "commitment", "todo", {"title": WORDS}, 2)
    opened, added = desk.give(TakeOver(MON, (item,)))
    assert isinstance(opened, Opened)
    assert isinstance(added, Added)
    assert (added.subject, added.of, added.state) == ("commitment/1", "pledge", "todo")
    assert added.content == {"title": WORDS, "carried": 2, "carried_from": "2024/commitment/4"}
    assert desk.give(TakeOver(TUE, (item,))) == ()
    desk.do("do", WED, item="commitment/1")
    (again,) = carried(desk.policy, desk.state)
    assert (again.times, again.content) == (3, {"title": WORDS})


def test_what_another_policy_does_not_know_stays_out() -> None:
    desk = Desk(loaded(tiny()))
    for lifecycle, state in (("errand", "todo"), ("commitment", "lost")):
        item = Carried("2024/x/1", lifecycle, state, {"title": WORDS}, 1)
        assert all(not isinstance(event, Added) for event in desk.give(TakeOver(MON, (item,))))
    assert set(desk.state.subjects) == {"pledge"}


def test_an_item_that_says_nonsense_of_how_often_it_came_is_carried_as_new() -> None:
    fields = (
        "due: {type: date, required: false}",
        "carried: {type: choice, open: true, required: false}",
    )
    desk = Desk(
        loaded(tiny(fields, ("        cite: T-3", "        carries: todo\n        cite: T-3")))
    )
    desk.do("propose", MON, title=WORDS, carried="often")
    desk.do("do", TUE, item="commitment/1")
    assert [item.times for item in carried(desk.policy, desk.state)] == [1]


def test_a_year_of_the_built_in_policies_begins() -> None:
    catalogue = Catalogue()
    for name in catalogue.names():
        policy = catalogue.load(name)
        for track in policy.tracks:
            town = full_town(policy, track)
            stream = StreamId("town", "2025", town.promisor, town.venue)
            assert begin(policy, stream, Cycle("2025", START), town.view).track == track
    assert Dice(lambda _: 0).pick(["first", "second"]) == "first"


def test_a_promise_at_another_venue_is_one_of_its_own_or_none() -> None:
    venue = ("person: {in_service: true}", "venue: home\n      person: {in_service: true}")
    at_home = loaded(tiny(("tracks:\n", "venues: {home: {zh: 家, en: home}}\ntracks:\n"), venue))
    homes = (Membership("branch"), Membership("office", "home"))
    view = View({"wang": Person("wang", frozenset({"in_service"}), homes)}, VIEW.organizations)
    cycle = Cycle("2025", START)
    work, home = StreamId("t", "2025", "wang"), StreamId("t", "2025", "wang", "home")
    assert begin(at_home, home, cycle, view).organization == "office"
    for policy, stream in ((at_home, work), (loaded(tiny()), home)):
        with pytest.raises(RefusedError) as refused:
            begin(policy, stream, cycle, view)
        assert refused.value.verdict.ruling is Ruling.SILENT
        assert refused.value.verdict.clauses == ("T-1",)
    with pytest.raises(DirectoryError, match="no organization at the venue `home`"):
        begin(at_home, home, cycle, VIEW)


def test_moves_name_where_they_come_from() -> None:
    desk = Desk(loaded(tiny()))
    *_, moved = desk.do("submit", MON)
    assert isinstance(moved, Moved)
    assert (moved.cause, moved.source, moved.dest, moved.rule) == (2, "open", "closed", SUBMIT)
