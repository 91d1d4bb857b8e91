"""How a stream may begin, whatever of its track was explored: by any first act that is permitted.

An exploration of a part has only acts that make a difference to what is asked there. But something
may be owed from the first act on, whichever it is.
"""

from __future__ import annotations

from contextlib import suppress

from pledgeflow.assurance.exploring.graph import Explored, Input, Node
from pledgeflow.assurance.exploring.inputs import Inputs
from pledgeflow.assurance.exploring.keys import Keys
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.decision import answered
from pledgeflow.domain.commands import Command
from pledgeflow.domain.events import Event
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.rules import Policy

Beginning = tuple[Node, Input, tuple[Event, ...]]


def beginnings(policy: Policy, explored: Explored) -> list[Beginning]:
    """What may be done first, and was left out: the node, the act, and what it brings about."""
    outlook = Outlook(policy.tracks[explored.track])
    keys = Keys(policy, outlook)
    inputs = Inputs(policy, explored.world, outlook, explored.bounds)
    found: list[Beginning] = []
    for node in (node for node in explored.nodes if not node.state.version):
        there = {given.command.name for given, _, _ in node.steps} | node.also | node.beyond
        for given in inputs.of(node.state, node.today, keys):
            if not isinstance(given.command, Command) or given.command.name in there:
                continue
            with suppress(Exception):  # a guard that raises is told of where it is explored
                answer = answered(policy, node.state, given.command, given.facts)
                if not isinstance(answer, Verdict):
                    found.append((node, given, answer))
    return found
