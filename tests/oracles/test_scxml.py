"""What is exported as SCXML, run by somebody else's engine, goes where our own engine goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest

from pledgeflow import decision
from pledgeflow.domain.commands import Begin
from pledgeflow.errors import Reason
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging import choosing
from pledgeflow.testing._simulation.neighbours import peopled
from pledgeflow.testing._simulation.walks import blank
from pledgeflow.testing._simulation.wandering import any_command, deepen
from tests.dice import CATALOGUE, Dice, deployable, thrown
from tests.oracles.charting import Chartrun, Charts, DisagreementError, Followed, watched
from tests.strategies import any_town, full_town

SEQUENCES = 100_000
"""Over all tracks of all policies, where there is time for it."""
A_FEW = 2
LENGTH = 5
FROM_HERE = 50
"""So many sequences begin where another has come to: coming there takes longer than they do."""


@contextmanager
def refused_in_short() -> Iterator[None]:
    """No words and no remedies of refusals, which take most of the time that deciding takes."""
    wrong = Reason("wrong_state", "")
    with (
        patch.object(decision, "worded", lambda _policy, _state, verdict: verdict),
        patch.object(choosing, "no_way", lambda _case: wrong),
    ):
        yield


def tracks() -> list[tuple[str, str]]:
    return [(name, track) for name in deployable() for track in CATALOGUE.load(name).tracks]


def begun(policy: Policy, track: str, dice: Dice, charts: Charts) -> Followed:
    town = full_town(policy, track) if dice.number(1) else any_town(policy, track, dice)
    town = peopled(policy, town, track, dice)
    walk = Followed(policy, town, blank(policy, town), charts=charts)
    walk.ask(Begin(walk.today))
    deepen(walk, dice, dice.number(3))
    return walk


def go_on(walk: Followed, dice: Dice) -> None:
    for _ in range(LENGTH):
        walk.today += timedelta(days=dice.pick([0, 0, 1, 1, 3, 8, 30]))
        walk.ask(any_command(walk, dice))


def sequences(policy: Policy, track: str, number: int) -> Iterator[Followed]:
    dice = thrown(number)
    for done in range(number):
        if done % FROM_HERE == 0:
            start = begun(policy, track, dice, Charts.of(policy, track))
        walk = start.anew()
        with refused_in_short():
            go_on(walk, dice)
        yield walk


@pytest.mark.parametrize(("name", "track"), tracks()[::16])
def test_somebody_elses_engine_goes_the_same_way(name: str, track: str) -> None:
    walks = list(sequences(CATALOGUE.load(name), track, A_FEW))
    assert len(walks) == A_FEW


@pytest.mark.stress
@pytest.mark.parametrize(("name", "track"), tracks())
def test_somebody_elses_engine_goes_the_same_way_every_time(name: str, track: str) -> None:
    wanted = SEQUENCES // len(tracks()) + 1
    assert sum(1 for _ in sequences(CATALOGUE.load(name), track, wanted)) == wanted


DOCUMENT = watched(
    """<scxml xmlns="http://www.w3.org/2005/07/scxml" initial="a"><datamodel>
<data id="taken" expr="''"/></datamodel>
<state id="a"><transition event="act.go" cond="_event.data.may_go" target="b">
<assign location="taken" expr="'go'"/></transition></state>
<state id="b"/></scxml>"""
)


def test_an_expression_that_cannot_be_run_is_noticed() -> None:
    assert Chartrun(DOCUMENT).give("act.go", {"may_go": True}) == "go"
    assert Chartrun(DOCUMENT).give("act.go", {"may_go": False}) is None
    broken = Chartrun(DOCUMENT.replace("_event.data.may_go", "nobody.knows.that"))
    with pytest.raises(DisagreementError, match="could not be run"):
        broken.give("act.go", {"may_go": True})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('target="promised"', 'target="graded"'),
        ('event="act.promise"', 'event="act.grade"'),
        ("_event.data.may_promise", "true"),
        ("_event.data.may_promise", "nobody.knows.that"),
        ("_event.data.may_promise", "false"),
        ("expr=\"'promise'\"", "expr=\"'grade'\""),
        ('initial="invited"', 'initial="promised"'),
    ],
)
def test_a_document_that_says_something_else_is_noticed(before: str, after: str) -> None:
    policy = CATALOGUE.load("town")
    charts = Charts.of(policy, "member")
    document = charts.documents["pledge"]
    assert before in document
    charts.documents = {**charts.documents, "pledge": document.replace(before, after)}
    with pytest.raises(DisagreementError):
        wander_often(policy, charts)


def wander_often(policy: Policy, charts: Charts) -> None:
    for seed in range(40):
        go_on(begun(policy, "member", thrown(seed), replace(charts, runs={})), thrown(seed))
