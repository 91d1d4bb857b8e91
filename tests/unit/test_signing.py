"""Joint acts: the same content, by distinct people, until all have signed."""

# ruff: noqa: E501 -- the words of a policy are not broken up

from decimal import Decimal
from typing import Any

import pytest

from pledgeflow.domain.commands import Annul
from pledgeflow.domain.events import Moved, Recorded, Signed
from pledgeflow.domain.values import Text, seal
from pledgeflow.errors import RemedyStep, Ruling
from tests.tiny import FRI, MON, THU, TUE, VIEW, WED, Desk, loaded, tiny

JOINT = (
    "        by: promisor\n        guards: {}\n        cite: T-2",
    "        by: {all_of: [promisor, secretary]}\n        guards: {}\n        cite: T-2",
)
FIELDS = (
    "label: {zh: 交, en: submit}\n    fields: {}",
    "label: {zh: 交, en: submit}\n    fields: {copies: {type: choices, open: true, required: false}, ok: {type: checklist, open: true, required: false}, n: {type: decimal, required: false}, words: {type: text, required: false}}",
)
PROMISOR, SECRETARY = "wang/promisor", "li/secretary"


def desk(*changes: tuple[str, str]) -> Desk:
    return Desk(loaded(tiny(JOINT, FIELDS, *changes)))


def test_the_act_is_done_when_all_have_signed() -> None:
    asked = desk()
    (_, signed) = asked.do("submit", MON, PROMISOR)
    assert isinstance(signed, Signed)
    assert asked.state.subjects["pledge"].state == "open"
    recorded, moved = asked.do("submit", TUE, SECRETARY)
    assert isinstance(recorded, Recorded)
    assert recorded.signatories == {"promisor": "wang", "secretary": "li"}
    assert isinstance(moved, Moved)
    assert asked.state.signatures == {}


def test_each_party_signs_once() -> None:
    asked = desk()
    asked.do("submit", MON, PROMISOR)
    (why,) = asked.why("submit", TUE, PROMISOR)
    assert (why.code, why.found) == ("already_signed", {"capacity": "promisor"})
    assert (why.rule, why.clauses) == ("lifecycles.pledge.transitions.submit", ("T-2",))
    assert why.remedy == (RemedyStep("submit", ("secretary",)),)


def test_nobody_signs_for_two() -> None:
    three = ("{all_of: [promisor, secretary]}", "{all_of: [promisor, secretary, above]}")
    asked = desk(three)
    office = VIEW.organizations["office"]
    both = {
        **VIEW.organizations,
        "office": type(office)("office", "office", None, {"secretary": ("li", "zhao")}),
    }
    asked.view = type(VIEW)(VIEW.persons, both)
    asked.do("submit", MON, SECRETARY)
    (why,) = asked.why("submit", TUE, "li/above")
    assert (why.code, why.ruling) == ("signs_twice", Ruling.NOT_AUTHORIZED)
    assert why.remedy == (RemedyStep("submit", ("above",)),)
    asked.do("submit", TUE, "zhao/above")
    asked.do("submit", WED, PROMISOR)
    assert asked.state.subjects["pledge"].state == "closed"


def test_nobody_signs_before_those_who_signed_first() -> None:
    asked = desk()
    asked.today = FRI
    asked.do("submit", WED, PROMISOR)
    (why,) = asked.why("submit", TUE, SECRETARY)
    assert (why.code, why.required) == ("before_last_move", {"not_before": WED})
    assert why.remedy == (RemedyStep("submit", ("secretary",), not_before=WED),)
    asked.do("submit", WED, SECRETARY)


@pytest.mark.parametrize(
    "other",
    [{}, {"copies": ("self",)}, {"ok": {"real": False}}, {"n": Decimal("1.5")}],
)
def test_all_sign_the_same(other: dict[str, Any]) -> None:
    said: dict[str, Any] = {"copies": ("self", "board"), "ok": {"real": True}, "n": Decimal(2)}
    asked = desk()
    asked.do("submit", MON, PROMISOR, **said)
    (why,) = asked.why("submit", TUE, SECRETARY, **(said | other if other else {}))
    assert (why.code, why.found) == ("signs_something_else", {"capacity": ("promisor",)})
    asked.do("submit", TUE, SECRETARY, **said)


def test_the_order_of_what_is_named_makes_no_difference() -> None:
    asked = desk()
    asked.do("submit", MON, PROMISOR, copies=("self", "board"))
    asked.do("submit", TUE, SECRETARY, copies=("board", "self"))
    assert asked.state.subjects["pledge"].state == "closed"


def test_free_text_is_sealed_anew_each_time_and_so_is_not_compared() -> None:
    asked = desk()
    asked.do("submit", MON, PROMISOR, words=seal("yes", "one"))
    asked.do("submit", TUE, SECRETARY, words=seal("yes", "two"))
    assert asked.state.subjects["pledge"].state == "closed"


def test_a_revision_voids_what_was_signed() -> None:
    asked = desk()
    asked.do("propose", MON, title=Text("0" * 64))
    asked.do("submit", TUE, PROMISOR)
    asked.do("revise", WED, item="commitment/1", due=FRI)
    asked.do("submit", THU, SECRETARY)
    assert asked.state.subjects["pledge"].state == "open"
    asked.do("submit", THU, PROMISOR)
    assert asked.state.subjects["pledge"].state == "closed"


AWAY = (
    (
        "      submit:\n",
        "      leave: {source: open, dest: away, by: promisor, cite: T-1}\n"
        "      come: {source: away, dest: open, by: promisor, cite: T-1}\n      submit:\n",
    ),
    (
        "commands:\n",
        "commands:\n  leave: {means: record, label: {zh: 离, en: leave}}\n  come: {means: record, label: {zh: 回, en: come}}\n",
    ),
    (
        "      closed: {zh: 关, en: closed}\n",
        "      closed: {zh: 关, en: closed}\n      away: {zh: 远, en: away}\n",
    ),
)


def test_what_was_signed_before_a_return_is_signed_again() -> None:
    asked = desk(*AWAY)
    asked.do("submit", MON, PROMISOR)
    asked.do("leave", MON)
    (why,) = asked.why("submit", TUE, SECRETARY)
    assert [step.command for step in why.remedy] == ["come"]
    asked.do("come", TUE)
    asked.do("submit", TUE, SECRETARY)
    assert asked.state.subjects["pledge"].state == "open"
    asked.do("submit", TUE, PROMISOR)
    assert asked.state.subjects["pledge"].state == "closed"


def test_what_is_signed_is_kept_for_the_others_to_see() -> None:
    asked = desk()
    (*_, signed) = asked.do("submit", MON, PROMISOR, copies=("a", "b"))
    assert isinstance(signed, Signed)
    assert signed.fields == {"copies": ("a", "b")}


def test_taking_back_an_item_voids_what_was_signed_with_it() -> None:
    asked = desk()
    (*_, added) = asked.do("propose", MON, title=Text("0" * 64))
    asked.do("submit", MON, PROMISOR)
    asked.give(Annul(added.version - 1, "wang", "promisor", TUE))
    assert asked.state.signatures == {}
    asked.do("submit", TUE, PROMISOR)
    asked.do("submit", TUE, SECRETARY)
    assert asked.state.subjects["pledge"].state == "closed"


def test_what_was_signed_before_and_after_a_move_that_is_taken_back_is_signed_again() -> None:
    asked = desk(*AWAY)
    asked.do("submit", MON, PROMISOR)
    (left, _) = asked.do("leave", MON)
    (came, _) = asked.do("come", TUE)
    asked.do("submit", TUE, SECRETARY)
    asked.give(Annul(came.version, "wang", "promisor", WED))
    asked.give(Annul(left.version, "wang", "promisor", WED))
    # Both would have signed otherwise, and nobody could complete the act.
    asked.do("submit", WED, PROMISOR)
    asked.do("submit", THU, SECRETARY)
    assert asked.state.subjects["pledge"].state == "closed"


def test_an_item_that_goes_back_leaves_the_signatures_under_the_pledge() -> None:
    asked = desk()
    asked.do("propose", MON, title=Text("0" * 64))
    (done, _) = asked.do("do", MON, item="commitment/1")
    asked.do("submit", TUE, PROMISOR)
    asked.give(Annul(done.version, "wang", "promisor", TUE))
    asked.do("submit", TUE, SECRETARY)
    assert asked.state.subjects["pledge"].state == "closed"
