"""How much of the time that `verify` takes goes into deciding: the same decisions, inside and bare."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from unittest.mock import patch

from pledgeflow.assurance.exploring import searching
from pledgeflow.assurance.verifying.verifying import verify
from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import answered
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Policy

NAME = "huimin"
KEPT = 20_000
"""So many of the decisions, from all over the exploration, are made once more by themselves."""
Asked = tuple[Policy, State, AnyCommand, Facts]


def timed(work: Callable[[], object]) -> float:
    """Seconds of one processor."""
    began = process_time()
    work()
    return process_time() - began


def figures() -> dict[str, float]:
    """Seconds for a whole policy, and decisions a second in there against the same ones alone."""
    seconds = timed(lambda: verify(Catalogue(), NAME))
    asked: list[Asked] = []
    number = 0

    def noting(policy: Policy, state: State, command: AnyCommand, facts: Facts) -> object:
        nonlocal number
        number += 1
        if number % 7 == 0 and len(asked) < KEPT:
            asked.append((policy, state, command, facts))
        return answered(policy, state, command, facts)

    with patch.object(searching, "answered", noting):
        verify(Catalogue(), NAME)
    bare = timed(lambda: [answered(*each) for each in asked])
    ratio = (number / seconds) / (len(asked) / bare)
    return {"verify_huimin_s": round(seconds, 1), "verify_decide_ratio": round(ratio, 3)}
