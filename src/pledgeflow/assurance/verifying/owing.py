"""Whether what is owed can be done in time, by whatever somebody may do from then on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from heapq import heappop, heappush

from pledgeflow.assurance.verifying.findings import Finding, at_node, on_edge, shortest
from pledgeflow.assurance.verifying.walked import Edge, Walked
from pledgeflow.domain.commands import Tick
from pledgeflow.domain.events import Added, Amended, Event, Moved, Recorded
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State
from pledgeflow.policy.duties.owing import After, Duty, Owed, instances
from pledgeflow.policy.judging.owing import applies

Waits = Mapping[int, int]
"""Node -> days that have to pass, at least, until something has been done; not there: never."""


def duty_unmeetable(walked: Walked) -> Iterator[Finding]:
    """Every duty can be met by someone in time.

    Whenever something begins to be owed that is not overdue already (by entering the states in
    which it is owed, by what it follows from, or from the start), some way must lead from there to
    as many acts that meet it as it takes, and the days that have to pass on that way must not be
    more than there are until it is due. What is due after the days that are explored is not asked
    about. Whether others than its owner act does not matter; of
    duties that each item has, any item will do.
    """
    yield from shortest(_unmeetable(walked))


def _unmeetable(walked: Walked) -> Iterator[tuple[int, Finding]]:
    for duty in walked.rules.duties.values():
        if not walked.asks("duty_unmeetable", duty.id):
            continue
        waits = _waits(walked, duty, ())
        # Where the bounds kept something out, it may be all that is wanted.
        perhaps = _waits(walked, duty, [n.number for n in walked.explored.nodes if n.bounded])
        for number in walked.explored.starts:
            if waits.get(number) == 0:
                continue
            node = walked.node(number)
            facts = Facts(node.today, walked.explored.world.view)
            late = partial(_late, walked, duty, (None, node.state), facts)
            due = late(waits.get(number))
            if due is not None:
                named = ("duty_unmeetable", duty.id)
                finding = at_node(walked, number, named, _asks(duty, due), duty.rule)
                yield 0, replace(finding, bounded=late(perhaps.get(number)) is None)
        for edge in walked.edges:
            # Where it can be done at once, it can be done whenever it is due.
            if waits.get(edge.dest) == 0 or not any(_begins(duty, e) for e in edge.events):
                continue
            before = walked.node(edge.source).state
            states = (before, fold(before, edge.events))
            late = partial(_late, walked, duty, states, edge.input.facts)
            due = late(waits.get(edge.dest))
            if due is not None:
                finding = on_edge(walked, edge, "duty_unmeetable", duty.id, duty.rule)
                bounded = late(perhaps.get(edge.dest)) is None
                finding = replace(finding, waiting=True, asks=_asks(duty, due), bounded=bounded)
                yield finding.length, finding


def _asks(duty: Duty, due: date) -> Mapping[str, object]:
    return {"reaches": {"command": duty.met_by, "by": due}}


def _begins(duty: Duty, event: Event) -> bool:
    """Whether something may begin to be owed with an event."""
    if isinstance(event, Moved | Added | Amended):
        return True
    after = duty.rhythm.command if isinstance(duty.rhythm, After) else ""
    return isinstance(event, Recorded) and event.command == after


def _late(
    walked: Walked,
    duty: Duty,
    states: tuple[State | None, State],
    facts: Facts,
    waits: int | None,
) -> date | None:
    """When something is due that is owed in the later state, and was not before, if it is too late."""
    before, after = states
    explored = walked.explored
    since = after.subjects[after.root].passages[0].on
    known = {_told(one, since) for one in _owed(walked, duty, before)} if before else set()
    for one in _owed(walked, duty, after):
        if not explored.world.reaches(one.due, explored.bounds.months):
            continue  # so far time does not go
        if one.met_on is not None or one.due < facts.today or _told(one, since) in known:
            continue
        if waits is not None and waits <= (one.due - facts.today).days:
            continue
        if applies(walked.rules, after, one, facts):
            return one.due
    return None


def _owed(walked: Walked, duty: Duty, state: State) -> Iterator[Owed]:
    return instances(duty, state, walked.explored.world.calendar)


def _told(one: Owed, begun: date) -> tuple[str, date, date]:
    # What is owed from the start counts from when somebody begins, and was owed before.
    return one.subject, max(one.since, begun), one.due


def _waits(walked: Walked, duty: Duty, perhaps: Iterable[int]) -> Waits:
    """How long it takes from each node, at least, until the duty has been met so often as it asks.

    perhaps: nodes from which it may be met, for all that is known
    """
    waits: Waits = {}
    met_by = duty.met_by if duty.at_least == 1 else ()
    open_ends = [(0, number) for number in perhaps]
    for times in range(duty.at_least):
        goals = [
            (0 if not times else waits[edge.dest], edge.source)
            for edge in walked.edges
            if (not times or edge.dest in waits) and _meets(duty, edge)
        ]
        # What only helps can be given where nothing waits for it, too: once, for all that is known.
        goals += [(0, n.number) for n in walked.explored.nodes if not n.also.isdisjoint(met_by)]
        waits = _nearest(walked, [*goals, *open_ends])
    return waits


def _meets(duty: Duty, edge: Edge) -> bool:
    return any(isinstance(e, Recorded) and e.command in duty.met_by for e in edge.events)


def _nearest(walked: Walked, goals: list[tuple[int, int]]) -> Waits:
    """The fewest days from each node to one of the goals, each of which takes some days itself.

    What was not explored any further may be a goal.
    """
    open_ = [(0, node.number) for node in walked.explored.nodes if not node.expanded]
    heap, found = [*goals, *open_], dict[int, int]()
    heap.sort()
    while heap:
        days, number = heappop(heap)
        if number in found:
            continue
        found[number] = days
        for edge in walked.into[number]:
            if edge.source not in found:
                heappush(heap, (days + _takes(walked, edge), edge.source))
    return found


def _takes(walked: Walked, edge: Edge) -> int:
    """The days that pass on an edge."""
    command = edge.input.command
    if not isinstance(command, Tick):
        return 0
    return (command.occurred_on - walked.node(edge.source).today).days
