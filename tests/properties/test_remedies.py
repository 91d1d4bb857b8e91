"""Whoever does what a refusal says would help is not refused for that reason again."""

from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.errors import Reason
from pledgeflow.policy.compiled.roles import REACTION
from tests.strategies import (
    CATALOGUE,
    Asked,
    Dice,
    Performer,
    StuckError,
    Walk,
    a_walk,
    deployable,
    examples,
    same,
    wander,
)

HOPELESS = frozenset(
    {
        # nothing anybody does changes what the policy, the directory or the calendar says
        "silent",
        "entered_too_late",
        "after_stage",
        "past_due",
        "cycle_closed",
        "other_promisor",
        "other_content",
        "carried_too_often",
        "preceded",
        # what has to come about first is a finding, not a step: a grade, an outcome
        "other_grade",
        "other_award",
        "not_called_for",
        # nothing is owed, and nothing is to come
        "not_owed",
        # said wrongly: the reason itself names what can be said
        "not_on_the_list",
        "unknown_item",
        "unknown_record",
        "under_other_rules",
        "no_due_date",
        # said of nobody of these kinds
        "not_listed_for",
        # no way leads back, or what stands in the way has ended
        "wrong_state",
        "not_while",
        "too_few_items",
        "items_incomplete",
        "items_not_ready",
        "signs_something_else",
        "others_rest_on_it",
        # another stream has not begun, names nobody, or names whoever acts
        "not_begun_elsewhere",
        "nobody_named",
        "names_oneself",
        # so many have been chosen already
        "too_many_items",
    }
)
"""Codes whose remedy may be empty. A new one has to be thought about before it is let in here."""


def hopeless(reason: Reason) -> bool:
    """Whether nothing helps. What has followed from another stream nobody takes back by hand.

    A reason in another stream is as hopeless as the one found there.
    """
    why = reason.found.get("because")
    code = str(why["code"]) if reason.code == "not_so_elsewhere" and why else reason.code
    return code in HOPELESS or reason.required.get("roles") == (REACTION,)


def helped(walk: Walk, asked: Asked) -> None:
    assert asked.verdict is not None
    for reason in asked.verdict.reasons:
        if not reason.remedy:
            assert hopeless(reason), reason
            continue
        performer = Performer(replace(walk, history=[]))
        again, stuck = performed(performer, asked.command, reason)
        left = [r for r in performer.verdict(again).reasons if same(r) == same(reason)]
        if stuck is not None:
            # Somebody who helps is refused in turn, for something that nothing helps against.
            codes = {r.code for r in stuck.reasons}
            assert codes, stuck.command
            assert all(map(hopeless, stuck.reasons)), (stuck.command, stuck.reasons)
            assert not any(r.remedy for r in stuck.reasons), (stuck.command, stuck.reasons)
            event(f"stuck: {min(codes)}")
        elif left and reason.code == "others_rest_on_it":
            # What was taken back has set off a timer, and time cannot be taken back.
            assert [r.remedy for r in left] == [()]
        else:
            assert not left


def performed(
    performer: Performer, command: AnyCommand, reason: Reason
) -> tuple[AnyCommand, StuckError | None]:
    try:
        return performer.remove(command, reason), None
    except StuckError as stuck:
        return command, stuck


@pytest.mark.parametrize("name", deployable())
@examples(0.2)
@given(st.data())
def test_a_performed_remedy_removes_its_reason(name: str, data: st.DataObject) -> None:
    dice = Dice(data.draw)
    walk = a_walk(CATALOGUE.load(name), dice, full=True)
    for asked in wander(walk, dice, 15):
        if asked.verdict is not None:
            helped(walk, asked)


@pytest.mark.parametrize("name", deployable())
@pytest.mark.stress
@examples(1, stress=200)
@given(st.data())
def test_performed_remedies_remove_their_reasons_on_long_walks(
    name: str, data: st.DataObject
) -> None:
    dice = Dice(data.draw)
    walk = a_walk(CATALOGUE.load(name), dice, full=True)
    for asked in wander(walk, dice, 60):
        if asked.verdict is not None:
            helped(walk, asked)
