"""What comes in from outside: typed fields, or every mistake with what to give instead."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pledgeflow.domain.values import Text
from pledgeflow.errors import InvalidCommandError
from pledgeflow.policy.judging.intake import LONGEST_TEXT, MOST_ENTRIES, intake
from pledgeflow.policy.language.steps import FIELD_TYPES
from tests.tiny import loaded, tiny

TYPES = ", ".join(
    f"a_{kind}: {{type: {kind}, open: true, required: false}}" for kind in FIELD_TYPES
)
RULES = loaded(
    tiny(
        (
            "    fields:\n      said: {type: choice, required: false, open: true}",
            f"    fields: {{{TYPES}, item: commitment}}",
        ),
    )
).tracks["member"]


def seal(words: str) -> Text:
    return Text(f"sealed {words}")


def typed(**raw: object) -> Any:
    return intake(RULES, "note", raw, seal)


def ill(**raw: object) -> tuple[str, ...]:
    with pytest.raises(InvalidCommandError) as invalid:
        typed(**raw)
    assert str(invalid.value) == "`note`: " + "; ".join(invalid.value.problems)
    return invalid.value.problems


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("a_text", "words", Text("sealed words")),
        ("a_choice", "this", "this"),
        ("a_choices", "this", ("this",)),
        ("a_choices", ["this", "that", "this"], ("this", "that")),
        ("a_checklist", ["real"], {"real": True}),
        ("a_checklist", {"real": True, "useful": False}, {"real": True, "useful": False}),
        ("a_tally", {"good": 3, "bad": 0}, {"good": 3, "bad": 0}),
        ("a_tier", "good", "good"),
        ("a_date", "2025-03-31", date(2025, 3, 31)),
        ("a_date", date(2025, 3, 31), date(2025, 3, 31)),
        ("a_integer", -3, -3),
        ("a_decimal", "92.5", Decimal("92.5")),
        ("a_decimal", 3, Decimal(3)),
        ("a_decimal", Decimal("0.1"), Decimal("0.1")),
        ("a_boolean", False, False),
        ("a_person", "wang", "wang"),
        ("a_organization", "branch", "branch"),
        ("item", 2, "commitment/2"),
        ("item", "2", "commitment/2"),
        ("item", "commitment/2", "commitment/2"),
    ],
)
def test_what_fits_becomes_typed(field: str, given: object, value: object) -> None:
    (only,) = typed(**{field: given}).values()
    assert only == value
    assert type(only) is type(value)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("a_choices", [str(n) for n in range(MOST_ENTRIES)]),
        ("a_checklist", {str(n): n % 2 == 0 for n in range(MOST_ENTRIES)}),
        ("a_tally", {str(n): n for n in range(MOST_ENTRIES)}),
        ("a_results", {str(n): "elected" for n in range(MOST_ENTRIES)}),
        ("a_results", {"wang": "elected"}),
        ("a_tally", {}),
    ],
)
def test_so_many_entries_are_taken_whole(field: str, given: Any) -> None:
    (only,) = typed(**{field: given}).values()
    assert only == (tuple(given) if isinstance(given, list) else given)


@pytest.mark.parametrize(
    "words", ["甲\n\t乙", " a b ", "x" * LONGEST_TEXT, "\u200b!", "\U0001f600"]
)
def test_words_are_sealed_as_they_are(words: str) -> None:
    assert typed(a_text=words) == {"a_text": Text(f"sealed {words}")}


TEXTUAL = "has to be text"
MANY = f"has to be a list of 1 to {MOST_ENTRIES} entries; leave it out if there is none"
MISTAKES = [
    ("a_text", 3, TEXTUAL),
    ("a_text", "  ", TEXTUAL),
    (
        "a_text",
        "x" * (LONGEST_TEXT + 1),
        f"has {LONGEST_TEXT + 1} characters; {LONGEST_TEXT} is the most",
    ),
    ("a_text", "a\x00b", "has characters that cannot be stored; write plain text"),
    ("a_text", "a\ud800b", "has characters that cannot be stored; write plain text"),
    ("a_choice", ["a"], TEXTUAL),
    ("a_choices", 3, MANY),
    ("a_choices", ["x"] * (MOST_ENTRIES + 1), MANY),
    ("a_choices", [3], TEXTUAL),
    ("a_choices", [], MANY),
    ("a_checklist", {"real": "yes"}, "has to say true or false for each criterion"),
    (
        "a_checklist",
        dict.fromkeys(map(str, range(MOST_ENTRIES + 1)), True),
        "has to say true or false for each criterion",
    ),
    ("a_tally", [3], "has to give a number of votes for each grade"),
    (
        "a_tally",
        dict.fromkeys(map(str, range(MOST_ENTRIES + 1)), 1),
        "has to give a number of votes for each grade",
    ),
    ("a_tally", {"good": -1}, "counts votes: no number can be below zero"),
    ("a_tally", {"good": True}, "has to be a whole number"),
    ("a_results", {}, f"has to say one thing of each of 1 to {MOST_ENTRIES} people"),
    ("a_results", ["wang"], f"has to say one thing of each of 1 to {MOST_ENTRIES} people"),
    (
        "a_results",
        dict.fromkeys(map(str, range(MOST_ENTRIES + 1)), "elected"),
        f"has to say one thing of each of 1 to {MOST_ENTRIES} people",
    ),
    ("a_date", "31.3.2025", "has to be a date such as 2025-03-31, not `31.3.2025`"),
    ("a_date", datetime(2025, 3, 31), "has to be a date such as 2025-03-31"),
    ("a_integer", "3", "has to be a whole number"),
    ("a_integer", 10**15, "has to be a number of ordinary size"),
    ("a_decimal", 1.5, "has to be a number written as text, such as 92.5"),
    ("a_decimal", True, "has to be a number written as text, such as 92.5"),
    ("a_decimal", "many", "has to be a number, not `many`"),
    ("a_decimal", "NaN", "has to be a number of ordinary size"),
    ("a_decimal", "1" * 16, "has to be a number of ordinary size"),
    ("a_boolean", "true", "has to be true or false"),
    ("item", 0, TEXTUAL),
]


@pytest.mark.parametrize(("field", "given", "message"), MISTAKES)
def test_what_does_not_fit_is_said_with_what_would(field: str, given: object, message: str) -> None:
    assert ill(**{field: given}) == (f"`{field}` {message}",)


def test_every_mistake_is_said_at_once() -> None:
    said = ill(a_date="soon", a_integer="3", a_texd="x", colour="red")
    assert said[:2] == (
        "`a_date` has to be a date such as 2025-03-31, not `soon`",
        "`a_integer` has to be a whole number",
    )
    assert said[2] == "there is no field `a_texd`; perhaps `a_text`"
    assert said[3].startswith("there is no field `colour`; it has `a_text`, `a_choice`")


def test_a_command_without_fields_says_so() -> None:
    with pytest.raises(InvalidCommandError, match="there is no field `x`; it has none"):
        intake(RULES, "submit", {"x": 1}, seal)


def test_an_unknown_command_has_nothing_to_type() -> None:
    assert intake(RULES, "vote", {"x": 1}, seal) == {}


def test_what_is_shown_of_nonsense_is_short_and_can_be_printed() -> None:
    (said,) = ill(a_date="\ud800" + "x" * 100)
    assert len(said) < 100
    assert said.encode()


def test_a_policy_is_named_with_its_digest() -> None:
    named = f"town@{'0a' * 32}"
    assert typed(a_policy=named) == {"a_policy": named}
    for wrong in ("town", f"town@{'0' * 63}", f"Town@{'0' * 64}", f"a/b@{'0' * 64}"):
        assert ill(a_policy=wrong) == (
            "`a_policy` has to be a policy with its digest, as in name@digest",
        )
