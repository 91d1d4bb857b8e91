"""An item of which a guard sees what would not hold it up might as well not be there."""

from __future__ import annotations

import pytest

from pledgeflow.policy.guards.binding import Sight
from tests.tiny import guarded, loaded, tiny


def sight(guard: str) -> Sight:
    """The first sight of a guard on `submit`."""
    policy = loaded(tiny(guarded("submit", guard)))
    steps = policy.tracks["member"].steps["submit"]["pledge"].values()
    checks = [check for each in steps for step in each for check in step.checks]
    return next(s for check in checks if check.rule.endswith(".g") for s in check.sights or ())


@pytest.mark.parametrize(
    ("guard", "seen", "idle"),
    [
        ("is: items, of: commitment, in: [todo]", (False, True, True), True),
        ("is: items, of: commitment, at_least: 1", (True, True, True), False),
        ("is: items, of: commitment, all: [todo]", (True, True, True, True), True),
        ("is: items, of: commitment, all: [todo]", (True, True, True, False), False),
        ("is: items, of: commitment, none: [todo]", (True, True, True, False), True),
        ("is: items, of: commitment, none: [todo]", (True, True, True, True), False),
        ("is: preceded_by, command: note, at_least: 2", 2, True),
        ("is: preceded_by, command: note, at_least: 2", 1, False),
    ],
)
def test_what_is_idle(guard: str, seen: object, idle: bool) -> None:
    found = sight(guard).idle
    assert found is not None
    assert found(seen) is idle


def test_where_days_count_nothing_is_idle() -> None:
    assert sight("is: preceded_by, command: note, within: P30D").idle is None
