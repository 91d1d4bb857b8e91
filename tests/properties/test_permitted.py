"""`permitted` never says no to what somebody could do: every accepted command was on offer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.decision import permitted
from pledgeflow.domain.commands import Command
from pledgeflow.domain.events import Recorded, Signed
from tests.strategies import CATALOGUE, Asked, Dice, a_walk, deployable, examples, facts_for, wander

each_policy = pytest.mark.parametrize("name", deployable())


def was_offered(asked: Asked) -> None:
    command = asked.command
    if not isinstance(command, Command) or asked.verdict is not None:
        return
    act = next(e for e in asked.events if isinstance(e, Recorded | Signed))
    rules = asked.policy.tracks[asked.before.track]
    on = command.occurred_on
    probes = [Command(trigger, command.actor, "", on) for trigger in rules.steps]
    facts = facts_for(asked.policy, asked.before, probes, asked.facts.today, asked.town)
    said = permitted(asked.policy, asked.before, command.actor, on, facts)
    verdict = said[command.name, act.subject]
    assert verdict.permitted, verdict
    assert set(verdict.needs) <= set(command.fields)


@each_policy
@examples(0.2)
@given(st.data())
def test_whatever_is_accepted_was_on_offer(name: str, data: st.DataObject) -> None:
    dice = Dice(data.draw)
    for asked in wander(a_walk(CATALOGUE.load(name), dice), dice, 25):
        was_offered(asked)


@each_policy
@pytest.mark.stress
@examples(1, stress=200)
@given(st.data())
def test_whatever_is_accepted_on_long_walks_was_on_offer(name: str, data: st.DataObject) -> None:
    dice = Dice(data.draw)
    for asked in wander(a_walk(CATALOGUE.load(name), dice), dice, 100):
        was_offered(asked)
