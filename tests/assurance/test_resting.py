"""Where the day makes no difference no time passes, and what is found behind it is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from pledgeflow.assurance.exploring import Bounds, Explored, explore
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.resting import restful
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.parting import Part, parts
from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.compiled.rules import Policy
from tests.assurance.odd import FROM_MID, commands, states, steps
from tests.assurance.policies import kept
from tests.assurance.test_owed_in_parts import owing
from tests.tiny import guarded, loaded, tiny

ASKED = frozenset(
    {"dead_end", "duty_unmeetable", "no_consequence", "practised_unpublished", "never_enabled"}
)
BOUNDS = Bounds(states=20_000, merges=0, unusual=1)
Seen = tuple[date, str, tuple[str, ...], frozenset[str]]


def seen(explored: Explored, resting: frozenset[str]) -> set[Seen]:
    """Where runs come to beyond where time stands still, and what is permitted there."""
    found: set[Seen] = set()
    for node in explored.nodes:
        state = node.state
        items = tuple(sorted(s.state for s in state.subjects.values() if s.id != state.root))
        root = state.subjects[state.root].state
        if root not in resting:
            permitted = frozenset(given.command.name for given, _, _ in node.steps)
            found.add((node.today, root, items, permitted))
    return found


def nothing_lost(policy: Policy, track: str, part: Part) -> None:
    """All that is found when time passes anywhere is found when it rests where it may."""
    explored = explore(policy, track, bounds=BOUNDS, scope=part.scope)
    moving = replace(part.scope, resting=frozenset())
    everything = explore(policy, track, bounds=BOUNDS, scope=moving)
    assert not explored.unexplored
    assert not everything.unexplored
    assert seen(everything, part.resting) <= seen(explored, part.resting)


def planned(policy: Policy, track: str) -> tuple[Part, ...]:
    """The parts of a track in which time may rest somewhere."""
    declared = Declared(policy.document, policy.tracks[track])
    return tuple(part for part in parts(declared, ASKED) if part.resting)


def owed(seed: int, folder: Path) -> None:
    policy = kept(owing(Random(seed)), folder).load("tiny", on=date(2025, 1, 1))
    for part in planned(policy, "member"):
        nothing_lost(policy, "member", part)


@pytest.mark.parametrize("seed", [1, 2, 3, 6])
def test_nothing_is_lost_where_time_rests(seed: int, tmp_path: Path) -> None:
    owed(seed, tmp_path)


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_lost_where_time_rests_whatever_the_policy(seed: int, tmp_path: Path) -> None:
    owed(seed, tmp_path)


def feicheng() -> Policy:
    """A policy with stages, and with dates that items name."""
    return Catalogue().load("feicheng", on=date(2025, 1, 1))


def test_a_date_that_is_said_where_time_rests_is_said_for_every_time_to_come() -> None:
    policy = feicheng()
    (part,) = (p for p in planned(policy, "branch") if p.questions[0].about == "prompt_reminder")
    assert {"drafting", "discussing"} <= part.resting
    # With publication it begins to be owed, and then it counts on which day that is.
    assert part.resting.isdisjoint({"determined", "published"})
    nothing_lost(policy, "branch", part)


@pytest.mark.stress
def test_nothing_is_lost_in_a_policy_with_stages() -> None:
    policy = feicheng()
    for part in planned(policy, "branch"):
        nothing_lost(policy, "branch", part)


STAGE = (
    "tracks:\n",
    '  stages:\n    s: {until: "06-30", label: {zh: 段, en: s}, late: LATE, cite: T-1}\ntracks:\n',
)
STAGED = ("        source: open\n        dest: closed\n", "")


@pytest.mark.parametrize(("late", "rests"), [("recorded", True), ("refused", False)])
def test_time_rests_where_being_late_is_only_recorded(late: str, rests: bool) -> None:
    staged = STAGED[0] + "        stage: s\n"
    stage = STAGE[0], STAGE[1].replace("LATE", late)
    outlook = Outlook(loaded(tiny(stage, (STAGED[0], staged))).tracks["member"])
    assert ("open" in restful(outlook)) is rests
    assert "closed" in restful(outlook)


@pytest.mark.parametrize(
    ("guard", "rests"),
    [
        ("is: preceded_by, command: note", True),
        ("is: preceded_by, command: note, within: P3D", False),
        ("is: not_preceded_by, command: note, for: P3D", False),
    ],
)
def test_time_rests_where_no_guard_counts_days(guard: str, rests: bool) -> None:
    outlook = Outlook(loaded(tiny(guarded("submit", guard))).tracks["member"])
    assert bool(restful(outlook)) is rests


def test_time_does_not_rest_before_what_happens_by_itself_one_after_the_other() -> None:
    """Who goes on late comes to a state that on time would have been left at once."""
    there = "when: {g: {is: items, of: commitment, at_least: 1, cite: T-1}}"
    timely = "when: {g: {is: due, passed: false, cite: T-1}}"
    slip = (
        f"      slip: {{source: todo, dest: done, while: {{pledge: mid}}, {timely}, cite: T-1}}\n"
    )
    text = tiny(
        commands(go="meeting"),
        (
            "    transitions:\n",
            f"    transitions:\n      on: {{source: sent, dest: mid, {there}, cite: T-1}}\n",
        ),
        steps("go: source: open, dest: sent"),
        states("sent", "mid"),
        FROM_MID,
        ("      revise:\n        source: todo", f"{slip}      revise:\n        source: todo"),
    )
    assert restful(Outlook(loaded(text).tracks["member"])) == {"closed"}
