"""What is broken on purpose is broken, and by nothing shorter; what is sound, in no way.

The shortest traces in `fault.yaml` are confirmed by brute force: a few here, all in `make stress`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.states import State, Subject
from tests.planted.brute import DAYS, DUES, HERE, Promise, look, names, report, said, start
from tests.planted.listing import World, key
from tests.planted.whole import write

QUICK = ("lapsed_without_return", "waiting_for_each_other")
PROMISES = get_args(Promise)
SOUND = [name for name in names() if name.startswith("sound")]
BROKEN = [name for name in names() if name not in SOUND]


def agrees(name: str) -> None:
    """What the brute force finds is what is written beside the policy, and nothing else."""
    told = said(name)
    written = dict(told.get("also", {}))
    if "promise" in told:
        written[told["promise"]] = told["shortest"]
    assert {found.promise: found.length for found in look(name).values()} == written


@pytest.mark.parametrize("name", QUICK)
def test_a_few_are_as_broken_as_they_say(name: str) -> None:
    agrees(name)


@pytest.mark.stress
@pytest.mark.parametrize("name", names())
def test_all_are_as_broken_as_they_say(name: str) -> None:
    agrees(name)


@pytest.mark.parametrize("name", names())
def test_the_loader_accepts_each(name: str, tmp_path: Path) -> None:
    assert Catalogue((HERE,)).load(name).name == name
    assert Catalogue().load(str(write(name, tmp_path))).name == name


def test_there_are_enough_of_all_sorts() -> None:
    assert len(BROKEN) >= 30
    assert len(SOUND) >= 5
    # Whatever a policy says, a refusal changes nothing: that is below every policy.
    assert {said(name)["promise"] for name in BROKEN} == set(PROMISES) - {"refusal_changes"}


@pytest.mark.parametrize("name", BROKEN)
def test_each_says_what_is_wrong_with_it(name: str) -> None:
    told = said(name)
    assert told["fault"].endswith(".")
    assert {told["promise"], *told.get("also", {})} <= set(PROMISES)
    assert (told["shortest"] is None) is (told["promise"] == "never_enabled")


def test_a_trace_is_told_step_by_step() -> None:
    lines = list(report("lapsed_without_return"))
    assert lines[0].startswith("lapsed_without_return: dead_end")
    assert lines[-1] == "    1. until 2025-09-01"


def test_states_that_differ_in_numbers_only_are_the_same() -> None:
    world = World(Catalogue((HERE,)).load("sound"), "mo", DAYS, DUES)
    early, late = (_with_item(world, version) for version in (2, 7))
    today = date(2025, 1, 10)
    assert key(early, today) == key(late, today)
    assert key(early, today) != key(early, DAYS[1])
    assert key(early, today) != key(_revised(early), today)


def _with_item(world: World, version: int) -> State:
    state = start(world)
    passages = (replace(state.subjects["pledge"].passages[0], state="proposed", version=version),)
    item = Subject("commitment/1", "commitment", "pledge", passages, {}, (version,))
    return replace(state, version=version, subjects={**state.subjects, item.id: item})


def _revised(state: State) -> State:
    item = state.subjects["commitment/1"]
    revised = replace(item, revisions=(*item.revisions, 9))
    return replace(state, subjects={**state.subjects, item.id: revised})
