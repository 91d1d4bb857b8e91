"""A history is folded the same way whenever and however it is folded, and can be taken back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pledgeflow.domain.commands import Annul, Correct, Tick
from pledgeflow.domain.events import Effect, Recorded
from pledgeflow.domain.evolution import evolve, fold
from pledgeflow.domain.states import Passage, State
from pledgeflow.policy.compiled.roles import REACTION
from tests.strategies import (
    CATALOGUE,
    Asked,
    Dice,
    Walk,
    a_walk,
    ask,
    blank,
    deployable,
    examples,
    wander,
)

each_policy = pytest.mark.parametrize("name", deployable())


def walked(name: str, data: st.DataObject, length: int) -> Walk:
    dice = Dice(data.draw)
    walk = a_walk(CATALOGUE.load(name), dice)
    for _ in wander(walk, dice, length):
        pass
    return walk


@each_policy
@examples(0.12)
@given(st.data())
def test_a_history_folds_to_the_same_state_whole_or_in_parts(
    name: str, data: st.DataObject
) -> None:
    walk = walked(name, data, 30)
    start = blank(walk.policy, walk.town)
    assert fold(start, walk.history) == walk.state
    cut = data.draw(st.integers(0, len(walk.history)))
    first = fold(start, walk.history[:cut])
    frozen = repr(first)
    assert fold(first, walk.history[cut:]) == walk.state
    assert repr(first) == frozen


@each_policy
@examples(0.12)
@given(st.data())
def test_a_history_needs_no_policy_and_no_directory_to_be_read(
    name: str, data: st.DataObject
) -> None:
    walk = walked(name, data, 20)
    unknown = State(walk.state.stream, walk.state.cycle)
    if walk.history:
        assert fold(unknown, walk.history) == walk.state


def recorded(asked: Asked) -> tuple[State, Recorded] | None:
    """The state just before a record, and the record; none if a command led to none.

    Nor where it set off a timer that is due already: then time acts before anybody takes it back.
    """
    today = asked.facts.today
    if ask(asked.policy, asked.town, asked.after, Tick(today), today).events:
        return None
    state = asked.before
    for happened in asked.events:
        if isinstance(happened, Recorded):
            return state, happened
        state = evolve(state, happened)
    return None


def unversioned(state: State) -> State:
    """The state without what only tells at which version something came about."""

    def effect(happened: Effect) -> Effect:
        return happened._replace(version=0)

    def passage(entered: Passage) -> Passage:
        return replace(entered, version=0)

    return replace(
        state,
        version=0,
        subjects={
            key: replace(
                s, passages=tuple(map(passage, s.passages)), revisions=(0,) * len(s.revisions)
            )
            for key, s in state.subjects.items()
        },
        effects={key: tuple(map(effect, e)) for key, e in state.effects.items()},
    )


def nobody_takes_back(asked: Asked, command: Any) -> None:
    """What has followed from another stream nobody annuls or corrects, and is told of no way to."""
    again = ask(asked.policy, asked.town, asked.after, command, asked.facts.today)
    assert again.verdict is not None
    assert {reason.code for reason in again.verdict.reasons} <= {"vacant", "own_pledge"}
    assert not any(reason.remedy for reason in again.verdict.reasons)


def amended(asked: Asked, command: Any) -> Asked:
    again = ask(asked.policy, asked.town, asked.after, command, asked.facts.today)
    assert again.verdict is None, again.verdict
    return again


@each_policy
@examples(0.2)
@given(st.data())
def test_annulling_at_once_leaves_everything_as_it_was(name: str, data: st.DataObject) -> None:
    dice = Dice(data.draw)
    for asked in wander(a_walk(CATALOGUE.load(name), dice), dice, 25):
        if (found := recorded(asked)) is None:
            continue
        before, record = found
        event(record.means)
        undo = Annul(record.version, record.actor, record.capacity, asked.facts.today)
        if record.capacity == REACTION:
            nobody_takes_back(asked, undo)
            continue
        after = amended(asked, undo).after
        # A joint act is signed again by all: what was signed before it is gone with it.
        assert replace(after, version=0, signatures={}) == replace(before, version=0, signatures={})


@each_policy
@examples(0.2)
@given(st.data())
def test_correcting_nothing_changes_nothing(name: str, data: st.DataObject) -> None:
    dice = Dice(data.draw)
    for asked in wander(a_walk(CATALOGUE.load(name), dice), dice, 25):
        found = recorded(asked)
        if found is None or found[1].signatories:
            continue
        record = found[1]
        same = Correct(
            record.version, record.actor, record.capacity, asked.facts.today, record.fields
        )
        if record.capacity == REACTION:
            nobody_takes_back(asked, same)
            continue
        again = amended(asked, same)
        assert unversioned(again.after) == unversioned(asked.after)
        assert again.after.version > asked.after.version
