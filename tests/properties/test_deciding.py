"""What holds for every answer of every policy: pure, repeatable, complete, and with its reasons."""

import pickle
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pledgeflow.decision import decide, explain
from pledgeflow.domain.commands import Tick
from pledgeflow.domain.events import Event, Opened
from pledgeflow.errors import Reason, RefusedError, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.words import Grounded
from tests.dice import shared
from tests.strategies import (
    CATALOGUE,
    Asked,
    Dice,
    a_walk,
    deployable,
    examples,
    fingerprint,
    wander,
)

each_policy = pytest.mark.parametrize("name", deployable())


def answered(asked: Asked) -> tuple[Event, ...] | Verdict:
    """The same command put again, from copies of everything that can be copied."""
    given = (asked.before, asked.command, asked.facts)
    state, command, facts = pickle.loads(pickle.dumps(given))
    try:
        return decide(asked.policy, state, command, facts)
    except RefusedError as error:
        refused: RefusedError = pickle.loads(pickle.dumps(error))
    return refused.verdict


def walked(name: str, data: st.DataObject, length: int) -> Iterator[Asked]:
    dice = Dice(data.draw)
    return wander(a_walk(CATALOGUE.load(name), dice), dice, length)


def repeatable(asked: Asked) -> None:
    given = (asked.before, asked.command, asked.facts)
    before = pickle.dumps(given)
    answers = [answered(asked), answered(asked)]
    assert pickle.dumps(given) == before
    assert answers == [asked.verdict or asked.events] * 2
    said = explain(asked.policy, *given)
    assert said == (asked.verdict or Verdict(Ruling.PERMITTED))


@each_policy
@examples(0.15)
@given(st.data())
def test_deciding_changes_nothing_it_is_given_and_always_says_the_same(
    name: str, data: st.DataObject
) -> None:
    for asked in walked(name, data, 12):
        repeatable(asked)


@pytest.mark.parametrize("name", shared(deployable()))
@examples(0.02)
@given(st.data())
def test_deciding_leaves_the_policy_as_it_was(name: str, data: st.DataObject) -> None:
    policy = CATALOGUE.load(name)
    before = fingerprint(policy)
    for asked in walked(name, data, 20):
        explain(policy, asked.after, asked.command, asked.facts)
    assert fingerprint(policy) == before


@each_policy
@examples(0.15)
@given(st.data())
def test_events_carry_on_where_the_stream_ends(name: str, data: st.DataObject) -> None:
    for asked in walked(name, data, 30):
        first = asked.before.version + 1
        versions = [event.version for event in asked.events]
        assert versions == list(range(first, first + len(versions)))
        assert all(isinstance(event, Opened) is (event.version == 1) for event in asked.events)
        assert asked.events or asked.verdict or isinstance(asked.command, Tick)


def cited(policy: Policy, track: str, rule: str) -> tuple[str, ...]:
    """The clauses of the rule at a path; of its transition where it has no ground of its own."""
    for top in (policy.tracks[track].source, policy.document):
        lineage = list(along(top, rule.split(".")))
        for node in reversed(lineage):
            if isinstance(node, Grounded) and (node.cite or node.assumed):
                return node.cite
    return ()


def along(node: object, path: list[str]) -> Iterator[object]:
    for step in path:
        if isinstance(node, BaseModel):
            node = getattr(node, step, None)
        elif isinstance(node, Mapping):
            node = node.get(step)
        yield node


def well_explained(asked: Asked, reason: Reason, register: frozenset[str]) -> None:
    assert reason.code
    assert set(reason.text) == {"zh", "en"}
    assert all(reason.text.values())
    assert set(reason.clauses) <= register
    if cited(asked.policy, asked.before.track, reason.rule):
        assert reason.clauses, reason


@each_policy
@examples(0.2)
@given(st.data())
def test_a_refusal_says_why_and_by_which_clause(name: str, data: st.DataObject) -> None:
    register = frozenset(CATALOGUE.register(name))
    for asked in walked(name, data, 30):
        if asked.verdict is not None:
            assert asked.verdict.reasons
            assert asked.verdict.ruling in {r.ruling for r in asked.verdict.reasons}
            for reason in asked.verdict.reasons:
                well_explained(asked, reason, register)


@each_policy
@pytest.mark.stress
@examples(1, stress=200)
@given(st.data())
def test_long_walks_stay_pure_repeatable_and_explained(name: str, data: st.DataObject) -> None:
    register = frozenset(CATALOGUE.register(name))
    for asked in walked(name, data, 120):
        repeatable(asked)
        for reason in asked.verdict.reasons if asked.verdict else ():
            well_explained(asked, reason, register)
