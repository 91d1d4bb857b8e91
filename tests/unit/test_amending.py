"""Correcting and annulling: who may, by when, and what has to go first."""

# ruff: noqa: E501 -- the words of a policy are not broken up

from datetime import timedelta

from pledgeflow.domain.commands import Annul, Correct, Tick
from pledgeflow.domain.events import Added, Amended, Annulled, Corrected, Moved, OutcomeArose
from pledgeflow.domain.values import Text
from pledgeflow.errors import Reason, RemedyStep, Ruling
from tests.tiny import FRI, MON, THU, TUE, WED, Desk, guarded, loaded, tiny

WORDS, OTHER = Text("0" * 64), Text("1" * 64)
DO = "lifecycles.commitment.transitions.do"


def desk(*changes: tuple[str, str]) -> Desk:
    """A pledge with one item: version 1 opened it, 2 and 3 brought the item."""
    asked = Desk(loaded(tiny(*changes)))
    asked.do("propose", MON, title=WORDS)
    return asked


def only(asked: Desk, command: Annul | Correct) -> Reason:
    (why,) = asked.refused(command).reasons
    return why


def test_there_has_to_be_such_a_record() -> None:
    asked = desk()
    for target in (1, 3, 99):
        why = only(asked, Annul(target, "wang", "promisor", TUE))
        assert (why.code, why.found, why.rule) == ("unknown_record", {"target": target}, "")


def test_annulling_takes_back_what_the_record_brought_about() -> None:
    asked = desk()
    before = asked.state
    asked.do("do", TUE, item="commitment/1")
    (annulled,) = asked.give(Annul(4, "wang", "promisor", WED, "zhao"))
    assert isinstance(annulled, Annulled)
    assert (annulled.target, annulled.entered_by, annulled.version) == (4, "zhao", 6)
    assert asked.state.subjects == before.subjects
    assert "do" not in asked.state.records
    assert only(asked, Annul(4, "wang", "promisor", THU)).code == "unknown_record"


def test_correcting_replaces_fields_and_what_followed_from_them() -> None:
    asked = desk()
    corrected, added = asked.give(Correct(2, "wang", "promisor", TUE, {"title": OTHER}))
    assert isinstance(corrected, Corrected)
    assert isinstance(added, Added)
    assert asked.state.subjects["commitment/1"].content == {"title": OTHER}
    record = asked.state.record(2)
    assert record is not None
    assert record.fields == {"title": OTHER}
    asked.do("revise", TUE, item="commitment/1", due=THU)
    _, amended = asked.give(Correct(6, "wang", "promisor", WED, {"due": FRI}))
    assert isinstance(amended, Amended)
    assert amended.before == {}
    assert asked.state.subjects["commitment/1"].content == {"title": OTHER, "due": FRI}


def test_a_correction_is_judged_like_the_act_itself() -> None:
    closed = (
        "said: {type: choice, required: false, open: true}",
        "said: {type: choice, required: false, choices: {a: {zh: 甲, en: a}}, cite: T-1}",
    )
    listed = desk(closed)
    listed.do("note", MON, said="a")
    assert (
        only(listed, Correct(4, "wang", "promisor", TUE, {"said": "b"})).code == "not_on_the_list"
    )


def test_a_guard_that_no_longer_holds_refuses_the_correction() -> None:
    fields = (
        "label: {zh: 交, en: submit}\n    fields: {}",
        "label: {zh: 交, en: submit}\n    fields: {ok: boolean}",
    )
    asked = desk(guarded("submit", "is: said, fields: {ok: true}"), fields)
    asked.do("submit", TUE, ok=True)
    why = only(asked, Correct(4, "wang", "promisor", WED, {"ok": False}))
    assert why.code == "said_otherwise"
    # Taken anew, the step would be another act, and this one as wrong as before.
    assert why.remedy == (RemedyStep("correct", fields={"target": 4, "ok": True}),)


def test_a_record_about_the_wrong_item_is_annulled_and_made_anew() -> None:
    asked = desk()
    asked.do("propose", MON, title=WORDS)
    asked.do("do", TUE, item="commitment/1")
    why = only(asked, Correct(6, "wang", "promisor", WED, {"item": "commitment/2"}))
    assert (why.code, why.clauses) == ("about_another_item", ("T-3",))
    assert why.remedy == (RemedyStep("annul", fields={"target": 6}),)
    asked.give(Correct(6, "wang", "promisor", WED, {"item": "commitment/1"}))
    asked.give(Correct(6, "wang", "promisor", WED))


def test_nothing_is_amended_before_it_happened() -> None:
    asked = desk()
    asked.do("do", WED, item="commitment/1")
    why = only(asked, Annul(4, "wang", "promisor", TUE))
    assert (why.code, why.required) == ("before_last_move", {"not_before": WED})
    assert why.remedy == (RemedyStep("annul", not_before=WED),)


def test_a_record_that_moved_nothing_can_be_put_right_in_any_state() -> None:
    asked = desk()
    asked.do("revise", MON, item="commitment/1", due=WED)
    record = asked.state.records["revise"][0]
    asked.give(Annul(record.version, "wang", "promisor", MON))
    source = ("        source: [open, closed]\n", "        source: open\n")
    noted = desk(source)
    noted.do("note", MON, said="x")
    noted.do("submit", TUE)
    noted.give(Correct(4, "wang", "promisor", WED, {"said": "y"}))
    assert noted.state.records["note"][0].fields == {"said": "y"}


def test_only_whoever_could_take_the_step_amends_it() -> None:
    asked = desk()
    asked.do("note", MON, "li/secretary")
    cases = {
        ("wang", "promisor"): ("not_in_capacity", {"capacity": "promisor"}),
        ("wang", "secretary"): ("own_pledge", {"actor": "wang", "entitled": ("li",)}),
        ("zhao", "secretary"): ("not_holder", {"actor": "zhao", "entitled": ("li",)}),
    }
    for (actor, capacity), (code, found) in cases.items():
        for command in (Annul(4, actor, capacity, TUE), Correct(4, actor, capacity, TUE)):
            why = only(asked, command)
            assert (why.code, why.found, why.ruling) == (code, found, Ruling.NOT_AUTHORIZED)
            assert (why.required, why.clauses) == ({"roles": ("secretary",)}, ("T-1",))
            step = RemedyStep(command.name, ("secretary",), fields={"target": 4})
            assert why.remedy == (step,)


def test_the_promisor_does_not_type_the_amendment_of_what_others_did() -> None:
    asked = desk()
    asked.do("note", MON, "li/secretary")
    why = only(asked, Correct(4, "li", "secretary", TUE, {"said": "x"}, "wang"))
    assert (why.code, why.found) == ("own_pledge", {"actor": "wang"})
    asked.give(Correct(4, "li", "secretary", TUE, {"said": "x"}, "zhao"))
    asked.do("note", TUE)
    own = asked.state.records["note"][-1].version
    asked.give(Annul(own, "wang", "promisor", TUE, "wang"))


def test_an_amendment_has_a_date_like_any_act() -> None:
    asked = desk()
    asked.today = MON
    assert only(asked, Annul(2, "wang", "promisor", TUE)).code == "in_the_future"


def test_what_rests_on_a_record_is_annulled_first_the_latest_before_the_others() -> None:
    asked = desk()
    asked.do("revise", TUE, item="commitment/1", due=FRI)
    asked.do("do", WED, item="commitment/1")
    why = only(asked, Annul(2, "wang", "promisor", THU))
    assert (why.code, why.found, why.clauses) == (
        "others_rest_on_it",
        {"records": (4, 6)},
        ("T-1",),
    )
    assert [step.fields["target"] for step in why.remedy] == [6, 4]
    for target in (6, 4, 2):
        asked.give(Annul(target, "wang", "promisor", THU))
    assert set(asked.state.subjects) == {"pledge"}


def test_what_read_a_record_rests_on_it() -> None:
    asked = desk(guarded("do", "is: preceded_by, command: note"))
    asked.do("note", MON)
    asked.do("do", TUE, item="commitment/1")
    assert only(asked, Annul(4, "wang", "promisor", WED)).found == {"records": (5,)}


def test_what_is_about_another_item_rests_on_nothing() -> None:
    asked = desk()
    asked.do("propose", MON, title=WORDS)
    asked.do("do", TUE, item="commitment/1")
    asked.do("do", TUE, item="commitment/2")
    asked.give(Annul(6, "wang", "promisor", WED))
    assert asked.state.subjects["commitment/1"].state == "todo"


def test_time_that_has_moved_on_cannot_be_annulled() -> None:
    timer = (
        "      do:\n        source: todo\n",
        "      expire: {source: todo, dest: done, after: {period: P1D}, cite: T-1}\n      do:\n        source: todo\n",
    )
    asked = desk(timer)
    asked.do("revise", MON, item="commitment/1", due=FRI)
    asked.give(Tick(MON + timedelta(days=30)))
    asked.today = MON + timedelta(days=30)
    why = only(asked, Annul(4, "wang", "promisor", asked.today))
    assert (why.found, why.remedy) == ({"records": (0,)}, ())
    # what was proposed goes with all that time did to it, once nothing else rests on it
    fresh = desk(timer)
    fresh.give(Tick(MON + timedelta(days=30)))
    fresh.give(Annul(2, "wang", "promisor", asked.today))
    assert set(fresh.state.subjects) == {"pledge"}


def test_what_time_did_to_another_item_does_not_stand_in_the_way() -> None:
    timer = (
        "      do:\n        source: todo\n",
        "      expire: {source: todo, dest: done, after: {field: due}, cite: T-1}\n      do:\n        source: todo\n",
    )
    asked = desk(timer)
    asked.do("propose", MON, title=WORDS, due=MON)
    later = MON + timedelta(days=30)
    asked.do("do", later, item="commitment/1")
    assert asked.state.subjects["commitment/2"].state == "done"
    asked.give(Annul(asked.events[-2].version, "wang", "promisor", later))
    assert asked.state.subjects["commitment/1"].state == "todo"


def test_a_grade_is_a_line_of_its_own() -> None:
    evaluation = (
        "evaluation:\n  tiers: {}\n",
        "evaluation:\n  tiers: {good: {zh: 好, en: good}}\n  grade: {command: note, cite: T-1}\n",
    )
    tier = ("said: {type: choice, required: false, open: true}", "tier: tier")
    asked = desk(evaluation, tier)
    asked.do("note", MON, tier="good")
    asked.do("note", TUE, tier="good")
    assert only(asked, Annul(4, "wang", "promisor", WED)).found == {"records": (6,)}


JOINT = (
    "        by: promisor\n        guards: {}\n        cite: T-2",
    "        by: {all_of: [promisor, secretary]}\n        guards: {}\n        cite: T-2",
)


def test_what_was_signed_jointly_is_annulled_by_any_party_and_corrected_by_none() -> None:
    asked = desk(JOINT)
    asked.do("submit", MON)
    asked.do("submit", MON, "li/secretary")
    why = only(asked, Correct(5, "wang", "promisor", TUE))
    assert (why.code, why.clauses) == ("jointly_signed", ("T-2",))
    assert why.remedy == (RemedyStep("annul", fields={"target": 5}),)
    asked.give(Annul(5, "wang", "promisor", TUE))
    assert asked.state.subjects["pledge"].state == "open"


def test_a_correction_keeps_the_outcomes_of_the_record() -> None:
    outcome = (
        "outcomes: {}",
        "outcomes: {o: {label: {zh: 果, en: o}, when: {command: note}, cite: T-1}}",
    )
    asked = desk(outcome)
    asked.do("note", MON)
    _, arisen = asked.give(Correct(4, "wang", "promisor", TUE, {"said": "x"}))
    assert isinstance(arisen, OutcomeArose)
    assert len(asked.state.outcomes) == 1
    asked.give(Annul(4, "wang", "promisor", TUE))
    assert asked.state.outcomes == {}


def test_a_record_under_a_rule_that_is_gone_is_refused_without_a_clause() -> None:
    asked = desk()
    asked.do("do", MON, item="commitment/1")
    renamed = tiny(
        (
            "      do:\n        source: todo\n",
            "      done_it:\n        trigger: do\n        source: todo\n",
        )
    )
    asked.policy = loaded(renamed)
    why = only(asked, Correct(4, "wang", "promisor", TUE))
    assert (why.code, why.rule) == ("wrong_state", DO.replace(".do", ".done_it"))
    stranger = only(asked, Annul(4, "li", "secretary", TUE))
    assert (stranger.code, stranger.clauses) == ("not_in_capacity", ())


def test_moves_are_taken_back_in_their_order() -> None:
    again = (
        "      note:\n",
        "      reopen: {source: closed, dest: open, by: promisor, cite: T-3}\n      note:\n",
    )
    command = ("commands:\n", "commands:\n  reopen: {means: record, label: {zh: 再, en: reopen}}\n")
    asked = desk(again, command)
    asked.do("submit", MON)
    *_, moved = asked.do("reopen", TUE)
    assert isinstance(moved, Moved)
    assert only(asked, Annul(4, "wang", "promisor", WED)).found == {"records": (6,)}
    asked.give(Annul(6, "wang", "promisor", WED))
    asked.give(Annul(4, "wang", "promisor", WED))
    assert [p.state for p in asked.state.subjects["pledge"].passages] == ["open"]
