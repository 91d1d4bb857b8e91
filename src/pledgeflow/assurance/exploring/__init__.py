"""All reachable states of a track of a policy, found with the real `decide` and `evolve`."""

from __future__ import annotations

from pledgeflow.assurance.exploring.graph import (
    Bounds,
    Explored,
    Incongruent,
    Input,
    Node,
    Raised,
    Scope,
)
from pledgeflow.assurance.exploring.searching import explore

__all__ = ["Bounds", "Explored", "Incongruent", "Input", "Node", "Raised", "Scope", "explore"]
