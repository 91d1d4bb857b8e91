"""The small typed words of the policy language: sets, days, periods, the values of a register."""

from datetime import date
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from pydantic import TypeAdapter, ValidationError

from pledgeflow.domain.events import Cycle
from pledgeflow.domain.meanings import Means
from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.rules import StageRule
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.language.following import Calls
from pledgeflow.policy.language.lifecycles import By
from pledgeflow.policy.language.register import ClauseValue, read_register
from pledgeflow.policy.language.steps import CommandField, Fields
from pledgeflow.policy.words import Day, Idents, MonthDay, Period, YearDay, is_policy_id, period


def taken(kind: Any, raw: object) -> Any:
    return TypeAdapter(kind).validate_python(raw)


def said(kind: Any, raw: object) -> str:
    with pytest.raises(ValidationError) as invalid:
        taken(kind, raw)
    return invalid.value.errors()[0]["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize("raw", ["a", ["a"], {"a": True}, ("a",)])
def test_a_set_is_one_word_a_list_or_a_map_of_true(raw: object) -> None:
    assert taken(Idents, raw) == ("a",)


@pytest.mark.parametrize("raw", [{"a": False}, 3, ["A"], None])
def test_what_is_no_set_of_ids_is_refused(raw: object) -> None:
    assert said(Idents, raw)


def test_a_day_is_written_in_full() -> None:
    assert taken(Day, "2025-03-31") == date(2025, 3, 31)
    assert taken(Day, date(2025, 3, 31)) == date(2025, 3, 31)
    assert said(Day, "31 March") == "`31 March` is no date; write YYYY-MM-DD"


def test_a_day_of_the_year_may_be_one_of_the_next() -> None:
    start = date(2025, 1, 1)
    assert taken(YearDay, "03-31").within(start) == date(2025, 3, 31)
    assert taken(YearDay, "next 06-30").within(start) == date(2026, 6, 30)
    assert taken(YearDay, MonthDay(3, 31)) == MonthDay(3, 31)
    assert [str(MonthDay(3, 1)), str(MonthDay(6, 30, 1))] == ["03-01", "next 06-30"]


def test_the_last_of_february_falls_back() -> None:
    leap = taken(YearDay, "02-29")
    assert leap.within(date(2024, 1, 1)) == date(2024, 2, 29)
    assert leap.within(date(2025, 1, 1)) == date(2025, 2, 28)


@pytest.mark.parametrize("raw", ["31 March", "3-31", 331])
def test_a_day_of_the_year_is_written_as_month_and_day(raw: object) -> None:
    assert said(YearDay, raw).startswith("write a day of the year as MM-DD, or `next MM-DD`")


def test_there_is_no_thirtieth_of_february() -> None:
    assert said(YearDay, "02-30") == "there is no day `02-30`"


def test_a_period_is_a_length_of_time() -> None:
    assert taken(Period, "P1Y2M3W4D") == "P1Y2M3W4D"
    assert period("P1Y2M3W4D") == relativedelta(years=1, months=2, weeks=3, days=4)
    assert date(2025, 1, 31) + period("P1M") == date(2025, 2, 28)
    assert (
        said(Period, "3 months") == "`3 months` is no period; write one as in P1Y, P3M, P2W or P30D"
    )
    for raw in ("P", "P3", "PT3H", ""):
        with pytest.raises(ValueError, match="is no period"):
            period(raw)


def test_parties_are_one_role_several_or_all_of_them() -> None:
    for raw in ("a", {"a": True}, {"any_of": "a"}):
        assert taken(By, raw).any_of == ("a",)
    assert taken(By, {"all_of": {"a": True, "b": True}}).all_of == ("a", "b")
    assert said(By, 3)


def test_a_field_may_be_written_as_its_type() -> None:
    assert taken(Fields, {"a": "text"})["a"] == CommandField(type="text")
    assert said(Fields, {"a": 3})


def test_calls_are_one_step_or_several_with_their_limits() -> None:
    assert list(taken(Calls, "a")) == ["a"]
    calls = taken(Calls, {"a": True, "b": {"within": "P3D"}})
    assert (calls["a"].within, calls["b"].within) == (None, "P3D")
    assert said(Calls, 3)


def test_a_stage_may_lie_open_at_either_end() -> None:
    stage = StageRule("s", "r", (), (MonthDay(3, 1), None), refuses_early=True, refuses_late=False)
    assert stage.days(Cycle("2025", date(2025, 1, 1)).starts) == (date(2025, 3, 1), None)


def test_meanings_are_a_closed_list() -> None:
    assert Means("grade") is Means.GRADE
    with pytest.raises(ValueError, match="dance"):
        Means("dance")


REGISTER = """\
document: {zh: 文, en: document}
clauses:
  T-1:
    force: must
    kind: rule
    gist: {zh: 一, en: one}
    values:
      one: {is: 3, at: a.b}
      two: {is: [x], at: [a.b, c.d]}
"""


def test_a_clause_says_at_which_rules_its_values_stand() -> None:
    (clause,) = read_register(read(REGISTER, "clauses.yaml")).clauses.values()
    assert [value.places for value in clause.values.values()] == [("a.b",), ("a.b", "c.d")]
    assert ClauseValue.model_validate({"is": 1}).places == ("",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("force: must", "force: shall"),
         "4:5: clauses.T-1.force: `shall` is not possible here; write 'must', 'may', 'principle' "
         "or 'context'"),
        (("    kind: rule\n", ""), "3:3: clauses.T-1: `kind` is missing; add it"),
        (("kind: rule", "kind: 5"), "5:5: clauses.T-1.kind: write text here"),
        (("kind: rule", "kind: ''"),
         "5:5: clauses.T-1.kind: this text is empty; write something or take the key out"),
        (("kind: rule", f"kind: {'x' * 4001}"),
         "5:5: clauses.T-1.kind: this text is too long; use at most 4000 characters"),
        (("values:", "valus:"),
         "7:5: clauses.T-1.valus: `valus` is not a word of a register; take it out"),
        (("gist: {zh: 一, en: one}", "gist: one"),
         "6:5: clauses.T-1.gist: write a mapping here: one entry a line, `key: value`"),
    ],
)  # fmt: skip
def test_every_mistake_in_a_register_is_found_where_it_is(
    change: tuple[str, str], said: str
) -> None:
    assert change[0] in REGISTER
    with pytest.raises(PolicyError) as error:
        read_register(read(REGISTER.replace(*change), "clauses.yaml"))
    assert [str(problem) for problem in error.value.problems] == [f"clauses.yaml:{said}"]


def test_a_policy_is_called_by_a_plain_id() -> None:
    assert is_policy_id("my-county_2")
    assert not any(map(is_policy_id, ("", "My", "2nd", "a b", "a\n")))
