"""Of the same rules by the same names: nothing is refused, and going over changes no verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.assurance.backtesting.running import Asked, Backtest
from pledgeflow.assurance.backtesting.told import data_of
from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.decision import answered, needed
from pledgeflow.domain.commands import Migrate
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.testing._simulation.walks import CALENDAR, facts_for
from tests.dice import CATALOGUE, deployable
from tests.living import world_of
from tests.strategies import Dice, a_walk, examples, wander


@pytest.mark.parametrize("name", deployable())
@examples(0.08, stress=200)
@given(data=st.data())
def test_put_to_its_own_policy_no_stream_comes_out_otherwise(
    name: str, data: st.DataObject
) -> None:
    store = Sandbox()
    world = world_of(name, store)
    world.live(Dice(data.draw), 4)
    tests = Backtest(store, CATALOGUE, Asked(name), CALENDAR)
    for stream in tests.streams("town"):
        found = tests.of(stream)
        assert not found.differs, data_of(found)


def _over(policy: Policy, state: State) -> State:
    """The same state, gone over to a policy that is the same but for its digest, and says so."""
    same = {
        f"{subject.lifecycle}/{passage.state}": passage.state
        for subject in state.subjects.values()
        for passage in subject.passages
    }
    command = Migrate(state.cycle.starts, "mayor", "another", state.track, same, {}, {})
    events = answered(policy, state, command, Facts(state.cycle.starts))
    assert isinstance(events, tuple)
    return fold(state, events)


@pytest.mark.parametrize("name", deployable())
@examples(0.08, stress=200)
@given(data=st.data())
def test_gone_over_by_the_same_names_every_verdict_is_the_same(
    name: str, data: st.DataObject
) -> None:
    dice = Dice(data.draw)
    walk = a_walk(CATALOGUE.load(name), dice)
    for asked in wander(walk, dice, 8):
        if not asked.before.version:
            continue
        policy = asked.policy
        over = _over(policy, asked.before)
        another = replace(policy, digest="another")
        assert needed(another, over, asked.command) == needed(policy, asked.before, asked.command)
        facts = facts_for(another, over, [asked.command], asked.facts.today, asked.town)
        answer = answered(another, over, asked.command, facts)
        if asked.verdict is None:
            assert isinstance(answer, tuple)
            assert [type(event) for event in answer] == [type(event) for event in asked.events]
        else:
            assert not isinstance(answer, tuple)
            assert answer.ruling == asked.verdict.ruling
            assert [r.code for r in answer.reasons] == [r.code for r in asked.verdict.reasons]
