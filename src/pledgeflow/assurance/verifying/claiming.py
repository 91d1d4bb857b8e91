"""Where the properties that a policy declares itself do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pledgeflow.assurance.exploring import Input, Node
from pledgeflow.assurance.verifying.claims import Claim, Waiting, happens
from pledgeflow.assurance.verifying.findings import Finding, shortest
from pledgeflow.assurance.verifying.walked import PREFIX, Edge, Walked
from pledgeflow.decision import decide
from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.commands import Command, Tick
from pledgeflow.domain.events import Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.errors import RefusedError
from pledgeflow.policy.language.properties import Precedence


def claimed(walked: Walked, claim: Claim, place: int) -> Iterator[Finding]:
    """Where one of them is broken, by a shortest way. place: of the claim among all of the track."""
    yield from shortest((finding.length, finding) for finding in _broken(walked, claim, place))


def _broken(walked: Walked, claim: Claim, place: int) -> Iterator[Finding]:
    for edge in walked.edges:
        if edge.events and claim.step(_waiting(walked, edge.source, place), edge.events)[1]:
            yield _found(walked, claim, edge)
    if claim.within is None:
        return
    for node in walked.explored.nodes:
        waiting = _waiting(walked, node.number, place)
        if waiting.since is None or not waiting.inside:
            continue
        # Time may always pass, whatever people leave undone: one day more than there is.
        late = max(waiting.since + claim.within + DAY, node.today)
        idle = _passing(walked, node, late)
        after, broken = claim.step(waiting, idle.events)
        if isinstance(claim.says, Precedence):
            yield from _too_late(walked, claim, (claim.says, after), (node, idle, late))
        elif broken or claim.late(after, late):
            yield _found(walked, claim, idle, waiting=True)


def _passing(walked: Walked, node: Node, day: date) -> Edge:
    """Time moves to a day, and nobody does anything."""
    facts = Facts(day, walked.explored.world.view, {}, walked.explored.world.calendar)
    tick = Tick(day)
    events: tuple[Event, ...] = ()
    if node.state.version:
        events = decide(walked.policy, node.state, tick, facts)
    return Edge(node.number, Input(tick, False, facts), events, node.number)


def _too_late(
    walked: Walked,
    claim: Claim,
    told: tuple[Precedence, Waiting],
    idle: tuple[Node, Edge, date],
) -> Iterator[Finding]:
    """What could be done at a node, done so late that what had to come first is too long ago."""
    says, before = told
    node, passed, day = idle
    state = fold(node.state, passed.events)
    for given, events, dest in node.steps:
        if not isinstance(given.command, Command):
            continue
        if not any(happens(says.then, event) for event in events):
            continue
        command = given.command._replace(occurred_on=day)
        facts = given.facts._replace(today=day)
        try:
            late = decide(walked.policy, state, command, facts)
        except RefusedError:
            continue
        if claim.step(before, late)[1]:
            edge = Edge(node.number, Input(command, given.leans, facts), late, dest)
            yield _found(walked, claim, edge, passed)


def _waiting(walked: Walked, number: int, place: int) -> Waiting:
    return walked.watched[number].waiting[place]


def _found(
    walked: Walked, claim: Claim, edge: Edge, *before: Edge, waiting: bool = False
) -> Finding:
    way = (*walked.way(edge.source), *before, edge)
    rule = f"{PREFIX}{claim.id}"
    asks: dict[str, object] = {"keeps": claim.id} if waiting else {"permitted": False}
    return Finding(rule, claim.id, way, (rule,), waiting, way[0].source, asks)
