"""Whether a refusal leaves everything as it was."""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.assurance.verifying.findings import Finding, at_node
from pledgeflow.assurance.verifying.walked import Walked
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State


def refusal_changes(walked: Walked) -> Iterator[Finding]:
    """A refusal changes nothing.

    After all that was tried in a state and refused there, the state must still be what its events
    make of the state before it, and what its key was made of. Built-in guards cannot change what
    they look at; what a deployer adds could.
    """
    made: dict[int, State] = {}
    for node in walked.explored.nodes:
        edge = walked.via[node.number]
        if edge is None:
            made[node.number] = node.state
            continue
        made[node.number] = fold(made[edge.source], edge.events)
        if made[node.number] != node.state:
            yield at_node(walked, edge.source, ("refusal_changes", walked.rules.root), {})
            return
