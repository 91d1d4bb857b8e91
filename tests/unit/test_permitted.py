"""What is on offer: exactly what can be done, with an example, and reasons only where they are asked for."""

# ruff: noqa: E501 -- a policy's words are not broken up
# ruff: noqa: ARG001 -- guards share one signature

import copy
import pickle
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pledgeflow.decision import decide, permitted
from pledgeflow.domain.commands import AnyCommand, Command
from pledgeflow.domain.events import Recorded, Signed
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Value
from pledgeflow.errors import Reason, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Blank, Policy
from pledgeflow.policy.compiled.witnesses import ABSENT, MOST, WORDS, candidates
from pledgeflow.policy.guards.binding import OTHERWISE, Binding, Check, Offers
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.policy.language.steps import CommandField
from tests.tiny import FRI, MON, TUE, WED, Desk, loaded, tiny

SUBMIT = ("submit", "pledge")
AB = "choices: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}"
STEP = "        by: promisor\n        guards: {}\n        cite: T-2"
DAY = timedelta(days=1)


def fields(text: str) -> tuple[str, str]:
    """The change that gives `submit` these fields."""
    old = "label: {zh: 交, en: submit}\n    fields: {}"
    return old, old.replace("{}", f"{{{text}}}")


def guards(**written: str) -> tuple[str, str]:
    """The change that puts these guards on `submit`."""
    listed = ", ".join(f"{name}: {{{guard}, cite: T-1}}" for name, guard in written.items())
    return STEP, STEP.replace("{}", f"{{{listed}}}")


def offered(
    desk: Desk, actor: str = "wang", on: date = MON, today: date | None = None
) -> Permissions:
    facts = desk.facts(Command("submit", actor, "", on))
    return permitted(desk.policy, desk.state, actor, on, facts._replace(today=today or on))


def may(desk: Desk, key: tuple[str, str] = SUBMIT, actor: str = "wang", on: date = MON) -> bool:
    """Whether a step is on offer; if so, the example has to be accepted."""
    said = offered(desk, actor, on)
    if key not in said.allowed:
        assert not said[key].permitted
        return False
    command = said.example(*key)
    events = decide(desk.policy, desk.state, command, desk.facts(command))
    act = next(e for e in events if isinstance(e, Recorded | Signed))
    assert (act.command, act.subject, act.actor) == (*key, actor)
    return said[key].permitted


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


# --- a mapping --------------------------------------------------------------------------------------


def test_the_answer_is_a_mapping_of_every_step_and_subject() -> None:
    desk = Desk(loaded(tiny()))
    desk.do("propose", MON, title=WORDS)
    said = offered(desk, "li")
    assert said.allowed == (("note", "pledge"),)
    assert repr(said) == "Permissions(allowed=[('note', 'pledge')])"
    assert len(said) == len(list(said)) == 5
    assert ("do", "commitment/1") in said
    assert ("note", "pledge") in said
    for unknown in (("do", "pledge"), ("note", "commitment/1"), "note"):
        assert unknown not in said
    with pytest.raises(KeyError):
        said["do", "pledge"]
    with pytest.raises(KeyError):
        said.example("submit", "pledge")


def test_it_equals_the_plain_mapping_and_travels_as_one() -> None:
    said = offered(Desk(loaded(tiny())), "li")
    plain = dict(said)
    assert said == plain
    assert plain == said
    assert pickle.loads(pickle.dumps(said)) == plain
    assert copy.deepcopy(said) == plain


def test_reasons_are_worked_out_once_and_only_for_what_is_looked_up() -> None:
    asked: list[str] = []

    def nosy(binding: Binding, options: Mapping[str, str | int | bool]) -> Check:
        def judge(s: State, u: Subject, command: AnyCommand, f: Facts) -> Reason | None:
            asked.append(command.name)
            return binding.reason("no", found={})

        return Check(binding.rule, judge)

    policy = loaded(tiny(guards(g="is: nosy")), allowed={"nosy": nosy})
    said = offered(Desk(policy))
    assert asked == ["submit"]
    first = said["submit", "pledge"]
    assert codes(first) == ["no"]
    assert asked == ["submit", "submit"]
    assert said["submit", "pledge"] is first
    assert asked == ["submit", "submit"]


# --- dates ------------------------------------------------------------------------------------------


def test_nothing_is_on_offer_for_a_day_to_come_or_one_too_long_ago() -> None:
    desk = Desk(loaded(tiny()))
    ahead = offered(desk, on=TUE, today=MON)
    assert ahead.allowed == ()
    assert codes(ahead[SUBMIT]) == ["in_the_future"]
    assert ahead[SUBMIT].ruling is Ruling.NOT_YET
    late = offered(desk, on=MON, today=MON + 11 * DAY)
    assert late.allowed == ()
    assert codes(late[SUBMIT]) == ["entered_too_late"]
    assert codes(offered(desk, "zhao", TUE, MON)[SUBMIT]) == ["in_the_future", "not_promisor"]
    assert SUBMIT in offered(desk, on=MON, today=MON + 10 * DAY).allowed


def test_before_the_last_move_only_records_are_on_offer() -> None:
    reopened = "      reopen: {trigger: submit, source: open, stays: true, by: secretary, cite: T-1}\n  commitment:\n    label"
    desk = Desk(loaded(tiny(("  commitment:\n    label", reopened))))
    desk.do("submit", WED)
    said = offered(desk, "li", TUE, WED)
    assert said.allowed == (("note", "pledge"), ("submit", "pledge"))
    assert codes(offered(desk, "wang", TUE, WED)[SUBMIT]) == ["own_pledge"]
    assert codes(said["propose", "pledge"]) == ["wrong_state"]


def test_a_stage_or_a_state_above_that_is_not_there_closes_a_step() -> None:
    stages = '  starts: "01-01"\n  stages: {late: {label: {zh: 晚, en: late}, from: "06-01", cite: T-1}}\n  assumed: a year'
    staged = (STEP, STEP.replace("by: promisor", "by: promisor\n        stage: late"))
    desk = Desk(loaded(tiny(('  starts: "01-01"\n  assumed: a year', stages), staged)))
    assert codes(offered(desk)[SUBMIT]) == ["before_stage"]
    assert not may(desk)
    assert may(desk, on=date(2025, 6, 2))


def test_an_items_step_waits_for_the_pledge_above_it() -> None:
    above = (
        "        source: todo\n        dest: done",
        "        source: todo\n        dest: done\n        while: {pledge: [closed]}",
    )
    desk = Desk(loaded(tiny(above)))
    desk.do("propose", MON, title=WORDS)
    assert not may(desk, ("do", "commitment/1"))
    desk.do("submit", MON)
    assert may(desk, ("do", "commitment/1"))


def test_a_move_that_the_pledge_no_longer_allows_is_not_dated_back_to_when_it_did() -> None:
    above = (
        "        source: todo\n        dest: done",
        "        source: todo\n        dest: done\n        while: {pledge: [open]}",
    )
    desk = Desk(loaded(tiny(above)), today=FRI)
    desk.do("propose", MON, title=WORDS)
    desk.do("submit", WED)
    (why,) = desk.why("do", TUE, item="commitment/1")
    assert why.code == "not_while"
    said = offered(desk, "wang", TUE, FRI)
    assert codes(said["do", "commitment/1"]) == ["not_while"]


def test_a_guard_that_no_field_changes_is_asked_in_each_capacity() -> None:
    asking = STEP.replace("promisor", "[promisor, secretary]").replace(
        "{}", "{g: {is: preceded_by, command: note, cite: T-1}}"
    )
    desk = Desk(loaded(tiny((STEP, asking))))
    for actor in ("wang", "li"):
        assert not may(desk, actor=actor)
        assert codes(offered(desk, actor)[SUBMIT]) == ["not_preceded"]
    desk.do("note", MON)
    assert may(desk)
    assert may(desk, actor="li")


# --- payloads ---------------------------------------------------------------------------------------

WORD = f"word: {{type: choice, {AB}, cite: T-1}}"
FLAG = "flag: {type: boolean, required: false}"
PARTS = "all: integer, n: {type: integer, part_of: all}"
PAYLOADS = [
    # fields, guards, whether anything passes
    (WORD, {"g": "is: said, fields: {word: a}"}, True),
    (WORD, {"g": "is: said, fields: {word: c}"}, False),
    (WORD, {"g": "is: said, fields: {word: a}", "h": "is: said, fields: {word: b}"}, False),
    (WORD, {"g": "is: preceded_by, command: note, if: {is: said, fields: {word: a}}"}, True),
    (
        WORD,
        {
            "g": "is: preceded_by, command: note, if: {is: said, fields: {word: a}}",
            "h": "is: preceded_by, command: note, if: {is: said, fields: {word: b}}",
        },
        False,
    ),
    (
        FLAG,
        {
            "g": "is: preceded_by, command: note, if: {is: said, fields: {flag: true}}",
            "h": "is: preceded_by, command: note, if: {is: said, fields: {flag: false}}",
        },
        True,  # left out
    ),
    (FLAG, {"g": "is: given, fields: [flag]"}, True),
    (
        f"{WORD}, {FLAG}, t: text",
        {"g": "is: said, fields: {word: b}", "h": "is: given, fields: [flag]"},
        True,
    ),
    (
        f"{WORD}, {FLAG}",
        {"g": "is: said, fields: {word: b}", "h": "is: said, fields: {flag: 2}"},
        False,
    ),
    ("votes: tally", {}, True),
    ("votes: tally", {"g": "is: tally, field: votes, at_least: 1"}, False),  # no tiers to vote for
    (
        f"some: {{type: choices, {AB}, cite: T-1}}",
        {"g": "is: includes, field: some, of: [a]", "h": "is: includes, field: some, of: [b]"},
        True,
    ),
    (
        f"some: {{type: choices, {AB}, cite: T-1}}",
        {"g": "is: copies, field: some, holders: [a]", "h": "is: includes, field: some, of: [b]"},
        False,
    ),
    (
        f"some: {{type: choices, {AB}, required: false, cite: T-1}}",
        {"g": "is: includes, field: some, of: [], exactly: true"},
        True,
    ),
    (
        f"found: {{type: checklist, {AB}, cite: T-1}}",
        {"g": "is: all_yes, field: found, of: [a]", "h": "is: all_yes, field: found, of: [b]"},
        True,
    ),
    ("n: integer", {"g": "is: said, fields: {n: 3}"}, True),
    ("n: {type: integer, at_least: 4}", {}, True),
    ("n: {type: integer, at_least: 4}", {"g": "is: said, fields: {n: 3}"}, False),
    ("all: integer, n: {type: integer, part_of: all}", {}, True),
    (PARTS, {"g": "is: said, fields: {n: 3}"}, True),
    (PARTS, {"g": "is: said, fields: {n: 3}", "h": "is: said, fields: {all: 2}"}, False),
    (PARTS, {"g": "is: said, fields: {n: -1}"}, False),
    (f"{PARTS}, m: {{type: integer, part_of: n, at_least: 2}}", {}, True),
    (
        f"{PARTS}, m: {{type: integer, part_of: n, at_least: 2}}",
        {"g": "is: said, fields: {n: 1}"},
        False,
    ),
    ("n: decimal", {"g": "is: said, fields: {n: 3}"}, True),
    ("t: text", {"g": "is: said, fields: {t: x}"}, False),
    ("d: date, p: person, o: organization", {"g": "is: given, fields: [d, p, o]"}, True),
    ("p: person", {"g": "is: preceded_by, command: note, if: {is: said, fields: {p: wang}}"}, True),
]


@pytest.mark.parametrize(("given", "asking", "passes"), PAYLOADS)
def test_a_step_is_on_offer_precisely_if_something_can_be_said(
    given: str, asking: dict[str, str], passes: bool
) -> None:
    changes = [fields(given), *([guards(**asking)] if asking else [])]
    assert may(Desk(loaded(tiny(*changes)))) is passes


def test_a_tier_can_only_be_given_where_there_are_tiers() -> None:
    desk = Desk(loaded(tiny(fields("tier: tier"))))
    assert not may(desk)
    assert codes(offered(desk)[SUBMIT]) == ["field_missing"]


def test_who_cannot_say_it_right_is_told_what_is_against_the_nearest_payload() -> None:
    contradiction = guards(g="is: said, fields: {word: a}", h="is: said, fields: {word: b}")
    said = offered(Desk(loaded(tiny(fields(WORD), contradiction))))
    assert codes(said[SUBMIT]) == ["said_otherwise"]
    assert said[SUBMIT].needs == ()


def test_what_depends_on_who_asks_is_filled_in() -> None:
    desk = Desk(loaded(tiny(fields("p: person, o: organization, d: date, t: text"))))
    example = offered(desk).example(*SUBMIT)
    assert example.fields == {"p": "wang", "o": "branch", "d": MON, "t": WORDS}
    assert example.occurred_on == MON


# --- items ------------------------------------------------------------------------------------------


def pointing(spec: str, *more: tuple[str, str]) -> Desk:
    return Desk(loaded(tiny(fields(f"item: {spec}"), *more)))


def test_a_step_of_the_pledge_that_has_to_name_an_item_needs_one() -> None:
    desk = pointing("commitment")
    assert not may(desk)
    assert codes(offered(desk)[SUBMIT]) == ["field_missing"]
    desk.do("propose", MON, title=WORDS)
    assert may(desk)
    assert offered(desk)[SUBMIT].needs == ("item",)
    assert offered(desk).example(*SUBMIT).fields == {"item": "commitment/1"}


def test_a_step_of_the_pledge_that_may_name_an_item_names_it_where_a_guard_asks() -> None:
    optional = "{type: commitment, required: false}"
    assert may(pointing(optional))
    desk = pointing(optional, guards(g="is: given, fields: [item]"))
    assert not may(desk)
    desk.do("propose", MON, title=WORDS)
    assert may(desk)


def test_a_step_that_the_item_knows_too_is_one_of_the_item_where_it_is_named() -> None:
    both = "      submit: {source: todo, stays: true, by: promisor, cite: T-1}\n      do:\n"
    for spec, at_the_root in (("commitment", False), ("{type: commitment, required: false}", True)):
        desk = pointing(spec, ("      do:\n", both))
        desk.do("propose", MON, title=WORDS)
        assert may(desk) is at_the_root
        assert may(desk, ("submit", "commitment/1"))


# --- joint acts -------------------------------------------------------------------------------------

JOINT = STEP.replace("by: promisor", "by: {all_of: [promisor, secretary]}")
TERMS = f"word: {{type: choice, open: true, {AB}, cite: T-1}}, why: {{type: text, required: false}}"


def test_whoever_has_signed_has_nothing_left_to_sign() -> None:
    desk = Desk(loaded(tiny((STEP, JOINT), fields(TERMS))))
    assert may(desk)
    desk.do("submit", MON, word="whatever was agreed")
    assert not may(desk)
    assert codes(offered(desk)[SUBMIT]) == ["already_signed"]
    assert may(desk, actor="li")
    assert offered(desk, "li").example(*SUBMIT).fields["word"] == "whatever was agreed"


def test_nobody_signs_before_the_others_did() -> None:
    desk = Desk(loaded(tiny((STEP, JOINT), fields(TERMS))), today=FRI)
    desk.do("submit", WED, word="a")
    facts = desk.facts(Command("submit", "li", "", TUE))
    said = permitted(desk.policy, desk.state, "li", TUE, facts)
    assert SUBMIT not in said.allowed
    assert codes(said[SUBMIT]) == ["before_last_move"]


def test_words_may_differ_from_those_of_whoever_signed_first() -> None:
    asking = JOINT.replace(
        "{}", "{g: {is: given, fields: [why], if: {is: content, fields: {x: 1}}, cite: T-1}}"
    )
    desk = Desk(loaded(tiny((STEP, asking), fields(TERMS))))
    desk.do("submit", MON, word="b")
    root = desk.state.subjects["pledge"]
    desk.state = replace(desk.state, subjects={"pledge": replace(root, content={"x": 1})})
    assert may(desk, actor="li")
    assert offered(desk, "li").example(*SUBMIT).fields == {"word": "b", "why": WORDS}


def test_what_a_joint_act_takes_is_not_on_offer_to_one_alone() -> None:
    alone = "      alone: {trigger: submit, source: open, dest: closed, by: promisor, guards: {g: {is: GUARD}}, cite: T-1}\n  commitment:\n    label"
    for guard, passes in (
        ("said, fields: {word: a}, cite: T-1", True),
        ("given, fields: [word], cite: T-1", True),
        ("said, fields: {word: b}, cite: T-1", False),
    ):
        asking = JOINT.replace("{}", "{g: {is: said, fields: {word: b}, cite: T-1}}")
        text = tiny(
            (STEP, asking),
            fields(TERMS),
            ("  commitment:\n    label", alone.replace("GUARD", guard)),
        )
        desk = Desk(loaded(text))
        assert may(desk)
        desk.do("submit", MON, word="b")
        assert may(desk) is passes


# --- a deployer's guards ----------------------------------------------------------------------------


def of_a_county(offers: Offers | None) -> Policy:
    """`submit` under a guard of a deployer's, which wants the word b."""

    def county(binding: Binding, options: Mapping[str, str | int | bool]) -> Check:
        def judge(s: State, u: Subject, command: AnyCommand, f: Facts) -> Reason | None:
            said = command.fields.get("word") if isinstance(command, Command) else None
            return None if said == options.get("word") else binding.reason("county", found={})

        return Check(binding.rule, judge, fields=frozenset({"word"}), offers=offers)

    asking = guards(
        g="is: county, with: {word: x}, if: {is: said, fields: {word: a}}",
        h="is: county, with: {word: b}",
    )
    return loaded(tiny(fields(WORD), asking), allowed={"county": county})


def test_a_deployers_guard_says_what_satisfies_it() -> None:
    desk = Desk(of_a_county({"word": ("b",)}))
    assert may(desk)
    assert offered(desk).example(*SUBMIT).fields == {"word": "b"}


def test_one_that_does_not_counts_as_satisfiable() -> None:
    said = offered(Desk(of_a_county(None)))
    assert said.allowed[-1] == SUBMIT
    assert said[SUBMIT].needs == ("word",)


# --- what is tried ----------------------------------------------------------------------------------

BOTH = {"a": {"zh": "甲", "en": "a"}, "b": {"zh": "乙", "en": "b"}}
FIT: list[tuple[dict[str, Any], tuple[Any, ...], list[Any]]] = [
    ({"type": "choice", "choices": BOTH}, (), ["a"]),
    ({"type": "choice", "choices": BOTH}, ("a", "c"), ["a", "b"]),
    ({"type": "choice", "choices": BOTH}, (("b", "c"),), ["b", "a"]),
    ({"type": "choice", "choices": BOTH, "open": True}, ("c", 1), ["c", "a", "other_1"]),
    ({"type": "choice", "open": True}, ("other_1",), ["other_1", "other_2"]),
    ({"type": "choice", "choices": BOTH}, (OTHERWISE, "a"), ["b", "a"]),
    ({"type": "choice", "choices": BOTH, "required": False}, (OTHERWISE, "a"), ["b", ABSENT, "a"]),
    ({"type": "choice", "choices": BOTH, "required": False}, ("a", OTHERWISE), ["a", "b", ABSENT]),
    ({"type": "tier", "open": True}, ("good", "best"), ["good", "poor"]),
    ({"type": "person"}, ("wang",), ["wang", Blank.ACTOR, "other_1"]),
    ({"type": "organization"}, (), [Blank.ORGANIZATION, "other_1"]),
    ({"type": "commitment"}, ("commitment/2",), ["commitment/2", "other_1"]),
    ({"type": "choices", "choices": BOTH}, (("a",), ("c",)), [("a",), ("a", "b")]),
    ({"type": "choices", "choices": BOTH, "open": True}, (("c",), "a"), [("c",), ("a", "b", "c")]),
    ({"type": "choices", "choices": BOTH}, (OTHERWISE,), [("a", "b"), ()]),
    (
        {"type": "choices", "choices": BOTH, "open": True},
        (("c",), ("d",)),
        [("c",), ("d",), ("c", "d"), ("a", "b", "c", "d")],
    ),
    (
        {"type": "checklist", "choices": BOTH},
        ({"a": False}, {"c": True}),
        [{"a": True, "b": True}, {"a": False}],
    ),
    ({"type": "checklist", "open": True}, ({"c": False},), [{"c": True}, {"c": False}]),
    ({"type": "tally"}, (3, 5), [{"good": 5, "poor": 5}, {"good": 5, "poor": 0}]),
    ({"type": "tally"}, (OTHERWISE,), [{"good": 1, "poor": 1}, {"good": 1, "poor": 0}, {}]),
    ({"type": "boolean"}, (False, 1), [False, True]),
    ({"type": "integer"}, (0, "x", True), [0, 1, 2]),
    ({"type": "decimal"}, (0,), [Decimal(0), Decimal(1)]),
    ({"type": "date"}, ("2025-01-01",), [Blank.DAY]),
    ({"type": "text", "required": False}, ("x", OTHERWISE), [WORDS, ABSENT]),
]


@pytest.mark.parametrize(("spec", "asked", "found"), FIT)
def test_candidates_fit_their_field(
    spec: dict[str, Any], asked: tuple[Any, ...], found: list[Value]
) -> None:
    field = CommandField.model_validate(spec)
    assert list(candidates(field, asked, ("good", "poor"))) == found


def test_there_is_an_end_to_what_is_tried() -> None:
    names = [f"f{n}" for n in range(12)]
    specs = ", ".join(f"{name}: {{type: boolean, required: false}}" for name in names)
    wanted = ", ".join(f"{name}: false" for name in names)
    asking = guards(g=f"is: said, fields: {{{wanted}}}")
    policy = loaded(tiny(fields(specs), asking))
    (choice,) = [
        c for c in policy.tracks["member"].choices["pledge"]["open"] if c.trigger == "submit"
    ]
    (group,) = choice.attempts[0].groups
    assert len(group.payloads) == MOST
    assert may(Desk(policy))
