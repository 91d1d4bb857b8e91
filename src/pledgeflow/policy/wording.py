"""Reasons in words."""

from __future__ import annotations

from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict
from pledgeflow.policy.rules import Policy


def worded(policy: Policy, state: State | None, verdict: Verdict) -> Verdict:
    return verdict
