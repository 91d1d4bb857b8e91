"""What annulling undoes: a record that is taken back just before a step that rested on it.

Annulments are no part of an exploration, since what they lead back to is in no key. They are tried
from the one history that each state was first reached by, and only followed by one more step.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from pledgeflow.assurance.exploring import Input
from pledgeflow.assurance.verifying.walked import Edge, Walked
from pledgeflow.assurance.verifying.watching import GIVEN, Breach, Seen
from pledgeflow.decision import decide
from pledgeflow.domain.commands import Annul
from pledgeflow.domain.events import Event, Recorded
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State
from pledgeflow.errors import RefusedError

KEPT = "annulled"
WATCHED = frozenset({Means.PUBLICATION, Means.GRADE, Means.AUDIT, Means.AWARD, Means.COMMENDATION})
"""What is published, graded or conferred on the strength of records before it."""


class Taken(NamedTuple):
    """A record is annulled, then a step is taken, and that breaks something."""

    annul: Edge
    step: Edge
    breach: Breach


def annulled(walked: Walked) -> tuple[Taken, ...]:
    """What breaks where a record goes and a step that needed it can be taken all the same."""
    if KEPT not in walked.kept:
        walked.kept[KEPT] = tuple(_annulled(walked))
    found = walked.kept[KEPT]
    return found if isinstance(found, tuple) else ()


def _annulled(walked: Walked) -> Iterator[Taken]:
    for edge in walked.edges:
        if not any(isinstance(e, Recorded) and e.means in WATCHED for e in edge.events):
            continue
        state = walked.node(edge.source).state
        for record in _needed(walked, state):
            taken = _without(walked, edge, state, record)
            if taken is not None:
                yield taken


def _needed(walked: Walked, state: State) -> Iterator[Recorded]:
    """The records that the properties ask about."""
    order = walked.declared.order
    for record in chain.from_iterable(state.records.values()):
        if record.means in GIVEN or record.command in order:
            yield record


def _without(walked: Walked, edge: Edge, state: State, record: Recorded) -> Taken | None:
    given = edge.input
    command = Annul(record.version, record.actor, record.capacity, given.facts.today)
    try:
        events = decide(walked.policy, state, command, given.facts)
        left = fold(state, events)
        after = decide(walked.policy, left, given.command, given.facts)
    except RefusedError:
        return None
    breaches = walked.memory.watch.breaches(_seen(walked, left), after)
    breach = next(iter(breaches), None)
    if breach is None:
        return None
    taking_back = Edge(edge.source, Input(command, False, given.facts), events, edge.source)
    return Taken(taking_back, edge._replace(events=after), breach)


def _seen(walked: Walked, state: State) -> Seen:
    """What would be remembered if what was annulled had never happened."""
    records: list[Event] = [r for kept in state.records.values() for r in kept]
    effects: list[Event] = [e for kept in state.effects.values() for e in kept]
    events = sorted((*records, *effects), key=lambda event: event.version)
    return walked.memory.watch.step(Seen(), events)
