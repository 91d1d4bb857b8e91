"""A state that was frozen thaws as it was, wherever a pledge may have come to."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.domain import snapshots
from pledgeflow.domain.snapshots import freeze, thaw
from pledgeflow.domain.states import State
from pledgeflow.errors import StorageError
from tests.strategies import CATALOGUE, Dice, a_walk, deployable, examples, wander

each_policy = pytest.mark.parametrize("name", deployable())


def test_a_snapshot_holds_every_part_of_a_state() -> None:
    assert ["stream", *snapshots._PARTS] == [part.name for part in fields(State)]


def walked(name: str, data: st.DataObject) -> State:
    dice = Dice(data.draw)
    walk = a_walk(CATALOGUE.load(name), dice)
    for _ in wander(walk, dice, 12):
        pass
    return walk.state


@each_policy
@examples(0.1)
@given(st.data())
def test_what_was_frozen_thaws_as_it_was(name: str, data: st.DataObject) -> None:
    state = walked(name, data)
    text = freeze(state)
    assert thaw(state.stream, text) == state
    assert freeze(thaw(state.stream, text)) == text
    at, by = data.draw(st.integers(0, len(text) - 1)), data.draw(st.characters())
    damaged = text[:at] + by + text[at + 1 :]
    try:
        found = thaw(state.stream, damaged)
    except StorageError:
        return
    assert (found == state) is (freeze(found) == text)
