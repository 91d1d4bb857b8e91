"""What one stream brings about in others: once, whatever dies on the way, and for just those named."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import RefusedError
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.testing._simulation.living import PEOPLE, World
from tests.living import Died, Frail, world_of
from tests.strategies import CATALOGUE, Dice, deployable, examples

JOINED = [
    name
    for name in deployable()
    if any(rules.reactions for rules in CATALOGUE.load(name).tracks.values())
]
LENGTH = 8

each_joined = pytest.mark.parametrize("name", JOINED)


def lived(name: str, dice: Dice) -> World:
    world = world_of(name)
    world.live(dice, LENGTH)
    followed = sum(1 for _ in followings(world))
    event(f"followed: {min(followed, 9)}")
    return world


def followings(world: World) -> Iterator[tuple[StreamId, Recorded]]:
    """Every record that followed from another stream."""
    for stream, events in world.events().items():
        for happened in events:
            if isinstance(happened, Recorded) and happened.capacity == REACTION:
                yield stream, happened


def reborn(world: World, dice: Dice, number: int, key: str) -> None:
    """The process starts again: it finds what was still to follow, or whoever acted acts again."""
    _, stream, command = world.told[number]
    if dice.number(1):
        with suppress(RefusedError):
            world.give(stream, command, key=key)
    world.engine.catch_up("town")
    assert world.engine.store.pending("town") == []


@each_joined
@examples(0.1)
@given(st.data())
def test_whatever_dies_on_the_way_the_same_follows_once(name: str, data: st.DataObject) -> None:
    dice = Dice(data.draw)
    first = lived(name, dice)
    store = Frail()
    again = world_of(name, store)
    again.told = first.told
    for number, (again.today, stream, command) in enumerate(first.told):
        store.left, key = dice.number(3), f"act-{number}"
        try:
            with suppress(RefusedError):
                again.give(stream, command, key=key)
        except Died:
            event("died")
            reborn(again, dice, number, key)
        store.left = None
    assert again.events() == first.events()
    assert first.engine.catch_up("town") == 0


@each_joined
@examples(0.1)
@given(st.data())
def test_what_follows_late_follows_once(name: str, data: st.DataObject) -> None:
    """However late, and whatever has happened in between: by then it may come to nothing."""
    dice = Dice(data.draw)
    first, store = lived(name, dice), Frail()
    again = world_of(name, store)
    for again.today, stream, command in first.told:
        store.left = dice.number(3) if dice.number(1) else None
        with suppress(RefusedError, Died):
            again.give(stream, command)
        if dice.rarely(5):
            store.left = None
            again.engine.catch_up("town")
    store.left = None
    again.engine.tick("town", again.today)
    assert store.pending("town") == []
    before = again.events()
    again.engine.tick("town", again.today)
    assert again.events() == before
    causes = [
        (stream, record.command, record.subject, *record.leaned_on[:1], record.fields.values())
        for stream, record in followings(again)
    ]
    keys = [str(cause) for cause in causes]
    assert len(keys) == len(set(keys))


@each_joined
@examples(0.1)
@given(st.data())
def test_streams_that_act_on_each_other_are_each_read_back_alone(
    name: str, data: st.DataObject
) -> None:
    world = lived(name, Dice(data.draw))
    for stream, events in world.events().items():
        if events:
            state = world.engine.state(stream)
            assert fold(State(stream, state.cycle), events) == state


@each_joined
@examples(0.1)
@given(st.data())
def test_results_reach_just_those_of_whom_they_are(name: str, data: st.DataObject) -> None:
    world = lived(name, Dice(data.draw))
    for done in world.done:
        rules = world.policy.ruleset(done.state)
        for record in (each for each in done.events if isinstance(each, Recorded)):
            specs = rules.commands[record.command].rules.fields
            for rule in rules.reactions:
                spec = specs.get(rule.source.whose)
                if ("command", record.command) not in rule.signs or spec is None:
                    continue
                said = record.fields.get(rule.source.whose)
                if spec.type != "results" or not isinstance(said, Mapping):
                    continue
                why = (f"reactions.{rule.id}", str(done.state.stream), record.version)
                reached = {
                    stream.promisor
                    for stream, each in followings(world)
                    for leaned in each.leaned_on
                    if (leaned.fact, leaned.source, leaned.version) == why
                }
                missed = {u.stream.promisor for u in done.unmet if u.command == rule.source.do}
                assert reached <= set(said)
                if not rule.checks:
                    assert reached | missed == set(said)
                    event("results reached somebody" if reached else "results reached nobody")


# --- the town's own award -------------------------------------------------------------------------


@examples(0.2)
@given(st.data())
def test_whoever_is_dropped_is_among_no_candidates_and_gets_no_award(data: st.DataObject) -> None:
    dice, world = Dice(data.draw), world_of("town")
    awarded: dict[str, set[str]] = {}
    for _ in range(3):
        world.live(dice, LENGTH)
        states = world.states()
        barred = {
            who
            for who in PEOPLE
            if (state := states.get((who, ""))) is not None
            and state.grade is not None
            and state.grade.tier == "poor"
        }
        for (owner, place), state in states.items():
            for item in state.children("candidacy") if place == "selection" else ():
                assert (
                    item.state in ("dropped", "awarded") or item.content["candidate"] not in barred
                )
                if item.state == "awarded":
                    awarded.setdefault(owner, set()).add(item.id)
                    event("awarded")
                event(item.state)
    for owner, items in awarded.items():
        now = world.states()[owner, "selection"]
        assert all(now.subjects[item].state == "awarded" for item in items)
