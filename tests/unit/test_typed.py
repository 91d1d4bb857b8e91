"""A remedy as it is typed: one capacity, the item by its number, and the day from which it can be."""

from datetime import date

from pledgeflow.cli.typed import options
from pledgeflow.errors import RemedyStep
from tests.tiny import loaded, tiny


def typed(step: RemedyStep) -> str:
    return options(loaded(tiny()), "member", step)


def test_a_step_is_typed_with_its_item_day_and_one_capacity() -> None:
    step = RemedyStep("do", ("promisor", "secretary"), "commitment/7", not_before=date(2025, 3, 7))
    assert typed(step) == "--do do --capacity promisor --on 2025-03-07 --set item=7"


def test_what_is_not_named_is_to_be_filled_in_under_the_fields_own_name() -> None:
    assert typed(RemedyStep("do", fields={"item": None})) == "--do do --set item=…"
    assert typed(RemedyStep("revise", fields={"item": None, "due": None})) == (
        "--do revise --set item=… --set due=…"
    )
