"""The table that deciding reads, and the state machine it was copied from, never disagree."""

from collections.abc import Iterator

import pytest
from transitions import Machine, MachineError

from pledgeflow.policy.compiled.machine import build
from pledgeflow.policy.compiled.rules import Ruleset, Step
from tests.strategies import CATALOGUE, deployable, steps_of


class Pawn:
    """The lightest model there is: it only has a state."""

    state: str


def acts(rules: Ruleset, lifecycle: str) -> list[Step]:
    """The steps that people take, in the order of the file: alternatives are tried in it."""
    order = list(rules.source.lifecycles[lifecycle].transitions)
    own = [step for step in steps_of(rules) if step.lifecycle == lifecycle]
    return sorted(own, key=lambda step: order.index(step.rule.rpartition(".")[2]))


def machines() -> Iterator[tuple[str, str, str]]:
    for name in deployable():
        for track, rules in CATALOGUE.load(name).tracks.items():
            for lifecycle in rules.lifecycles:
                yield name, track, lifecycle


def fired(machine: Machine, state: str, trigger: str) -> str | None:
    """Where the machine goes; none if it refuses. A record that moves nothing stays."""
    pawn = Pawn()
    machine.add_model(pawn, initial=state)
    try:
        moved = pawn.trigger(trigger)  # type: ignore[attr-defined]
    except (MachineError, AttributeError):
        return None
    finally:
        machine.remove_model(pawn)
    assert moved
    return pawn.state


@pytest.mark.parametrize(("name", "track", "lifecycle"), list(machines()))
def test_the_table_leads_where_the_machine_goes(name: str, track: str, lifecycle: str) -> None:
    rules = CATALOGUE.load(name).tracks[track]
    declared = rules.lifecycles[lifecycle]
    machine = build(tuple(declared.states), declared.initial, acts(rules, lifecycle))
    triggers = {*rules.commands, *rules.steps, "unheard_of"}
    for state in declared.states:
        for trigger in triggers:
            ways = rules.steps.get(trigger, {}).get(lifecycle, {}).get(state, ())
            dest = (ways[0].dest or state) if ways else None
            assert fired(machine, state, trigger) == dest, (state, trigger)


@pytest.mark.parametrize(("name", "track", "lifecycle"), list(machines()))
def test_firing_a_step_that_is_not_there_adds_nothing_to_the_table(
    name: str, track: str, lifecycle: str
) -> None:
    rules = CATALOGUE.load(name).tracks[track]
    for by_lifecycle in rules.steps.values():
        by_state = by_lifecycle.get(lifecycle, {})
        assert type(by_state) is dict
        assert "nowhere" not in by_state
        with pytest.raises(KeyError):
            by_state["nowhere"]
