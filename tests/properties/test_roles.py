"""Nobody judges the own pledge, whoever holds which post; a directory that contradicts itself fails."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.decision import begin
from pledgeflow.domain.commands import Command, StreamId
from pledgeflow.domain.events import Annulled, Corrected, Cycle, Event, Recorded, Signed
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.rules import Policy
from tests.strategies import (
    CATALOGUE,
    START,
    Asked,
    Dice,
    Walk,
    a_walk,
    any_town,
    ask,
    deepen,
    deployable,
    examples,
    offers,
    steps_of,
    wander,
)

each_policy = pytest.mark.parametrize("name", deployable())
ACTS = (Recorded, Signed, Annulled, Corrected)


def owners(policy: Policy, asked: Asked) -> frozenset[str]:
    """Whose own pledge it is, found without the code under test."""
    view, promisor = asked.town.view, asked.town.promisor
    if promisor in view.persons:
        return frozenset({promisor})
    track = policy.document.tracks[asked.before.track]
    posts = view.organizations[promisor].posts
    return frozenset(person for post in track.represented_by for person in posts.get(post, ()))


def kept_apart(happened: Event, own: frozenset[str]) -> None:
    if not isinstance(happened, ACTS):
        return
    if happened.capacity == REACTION:
        # Nobody acts here: who is named acted in another stream, as that stream's rules let them.
        assert isinstance(happened, Recorded)
        assert happened.leaned_on[0].fact.startswith("reactions.")
    elif happened.capacity != PROMISOR:
        assert happened.actor not in own
        assert happened.entered_by not in own
    elif isinstance(happened, Recorded | Signed):
        assert happened.actor in own
    if isinstance(happened, Recorded) and happened.signatories:
        signed = happened.signatories
        assert len(set(signed.values())) == len(signed)
        assert all((actor in own) is (role == PROMISOR) for role, actor in signed.items())


@each_policy
@examples(0.3)
@given(st.data())
def test_nobody_judges_the_own_pledge(name: str, data: st.DataObject) -> None:
    dice, policy = Dice(data.draw), CATALOGUE.load(name)
    track = dice.pick(tuple(policy.tracks))
    walk = Walk.of(policy, any_town(policy, track, dice))
    deepen(walk, dice, dice.number(2))
    for asked in wander(walk, dice, 20):
        own = owners(policy, asked)
        for happened in asked.events:
            kept_apart(happened, own)
    # …nor on the way there
    for happened in walk.history:
        kept_apart(happened, own)


@each_policy
@examples(0.2)
@given(st.data())
def test_nobody_acts_by_hand_for_what_follows_from_elsewhere(
    name: str, data: st.DataObject
) -> None:
    """Not in that capacity, and in no other where nothing else may take the step."""
    dice = Dice(data.draw)
    walk = a_walk(CATALOGUE.load(name), dice)
    following = {step.rule: step for step in steps_of(walk.rules) if REACTION in step.roles}
    capacities = (REACTION, PROMISOR, *walk.rules.source.roles)
    for asked in wander(walk, dice, 8):
        if isinstance(asked.command, Command) and asked.command.because is None:
            acts = (e for e in asked.events if isinstance(e, Recorded | Signed))
            assert all(each.capacity != REACTION for each in acts)
        actor = dice.pick(walk.town.people)
        for step in following.values():
            fields = walk.vocabulary.fields(step.trigger, dice)
            only = step.roles == (REACTION,)
            for capacity in capacities if only else (REACTION,):
                by_hand = Command(step.trigger, actor, capacity, walk.today, fields)
                said = ask(walk.policy, walk.town, walk.state, by_hand, walk.today)
                records = [e for e in said.events if isinstance(e, Recorded | Signed)]
                assert not any(getattr(e, "rule", step.rule) == step.rule for e in records)
                assert not any(e.capacity == REACTION for e in records)
        offered = offers(walk.policy, walk.town, walk.state, actor, walk.today)
        assert all(offered.example(*key).capacity != REACTION for key in offered.allowed)


@each_policy
def test_what_nobody_may_do_by_hand_follows_from_something(name: str) -> None:
    policy = CATALOGUE.load(name)
    followed = {rule.source.do for rules in policy.tracks.values() for rule in rules.reactions}
    for rules in policy.tracks.values():
        for step in steps_of(rules):
            if step.roles == (REACTION,):
                assert step.trigger in followed, step.rule


@st.composite
def forests(draw: st.DrawFn) -> tuple[View, bool]:
    """Organizations under any parents, known or not; and whether the first stands above itself."""
    size = draw(st.integers(1, 5))
    names = [f"o{i}" for i in range(size)]
    parents = {n: draw(st.sampled_from([*names, "unknown", None])) for n in names}
    organizations = {n: Organization(n, "branch", parents[n]) for n in names}
    person = Person("pat", frozenset({"in_service"}), (Membership("o0"),))
    seen: list[str | None] = []
    current: str | None = "o0"
    while current in parents and current not in seen:
        seen.append(current)
        current = parents[current]
    return View({"pat": person}, organizations), current in seen


@given(forests())
def test_a_loop_in_the_directory_is_found_before_anybody_acts(drawn: tuple[View, bool]) -> None:
    view, loops = drawn
    if loops:
        with pytest.raises(DirectoryError):
            list(view.ancestors("o0"))
    else:
        above = [organization.id for organization in view.ancestors("o0")]
        assert len(set(above)) == len(above)
        assert "o0" not in above


@each_policy
def test_a_promisor_without_a_home_or_with_two_cannot_begin(name: str) -> None:
    policy = CATALOGUE.load(name)
    track = next(t for t in policy.tracks if policy.document.tracks[t].match.person is not None)
    town = Walk.of(policy, any_town(policy, track, Dice(lambda _: 0))).town
    pat = town.view.persons["pat"]
    for homes in ((), (Membership("home"), Membership("above"))):
        persons = {**town.view.persons, "pat": replace(pat, memberships=homes)}
        with pytest.raises(DirectoryError):
            begin(
                policy,
                StreamId("town", "2025", "pat"),
                Cycle("2025", START),
                replace(town.view, persons=persons),
            )
