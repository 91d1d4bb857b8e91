"""Whether what is owed can be done in time, by whatever somebody may do from then on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from heapq import heappop, heappush
from typing import NamedTuple

from pledgeflow.assurance.exploring.beginning import beginnings
from pledgeflow.assurance.verifying.findings import Finding, at_node, on_edge, shortest
from pledgeflow.assurance.verifying.walked import Edge, Walked
from pledgeflow.domain.commands import AnyCommand, Tick
from pledgeflow.domain.events import Added, Amended, Event, Graded, Moved, Opened, Recorded
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State
from pledgeflow.policy.duties.owing import After, Duty, Owed, instances
from pledgeflow.policy.judging.owing import applies

BEGUN = "begun"
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


class _Waiting(NamedTuple):
    """One duty, and how long it takes to meet it. perhaps: where the bounds kept something out"""

    walked: Walked
    duty: Duty
    waits: Waits
    perhaps: Waits

    def unmet(
        self, states: tuple[State | None, State], facts: Facts, number: int
    ) -> tuple[date, bool] | None:
        """What begins to be owed and cannot be met in time from a node, and when that is due; and
        whether only the bounds may be why.
        """
        waits = self.waits.get(number)
        if waits == 0:
            return None  # where it can be done at once, it can be done whenever it is due
        late = partial(_late, self.walked, self.duty, states, facts)
        due = late(waits)
        return (due, late(self.perhaps.get(number)) is None) if due is not None else None


def _unmeetable(walked: Walked) -> Iterator[tuple[int, Finding]]:
    bounded = [n.number for n in walked.explored.nodes if n.bounded]
    for duty in walked.rules.duties.values():
        if walked.asks("duty_unmeetable", duty.id):
            waits = _waits(walked, duty, ())
            # Where the bounds kept something out, it may be all that is wanted.
            waiting = _Waiting(walked, duty, waits, _waits(walked, duty, bounded))
            yield from _from_the_start(waiting)
            yield from _on_the_way(waiting)


def _from_the_start(waiting: _Waiting) -> Iterator[tuple[int, Finding]]:
    walked, duty, _, _ = waiting
    for number in walked.explored.starts:
        node = walked.node(number)
        if node.state.version:
            facts = Facts(node.today, walked.explored.world.view)
            found = waiting.unmet((None, node.state), facts, number)
            if found is not None:
                asks, named = _asks(duty, found[0]), ("duty_unmeetable", duty.id)
                finding = at_node(walked, number, named, asks, duty.rule)
                yield 0, replace(finding, bounded=found[1])


def _on_the_way(waiting: _Waiting) -> Iterator[tuple[int, Finding]]:
    walked, duty, _, _ = waiting
    for edge in (*walked.edges, *_begun(walked)):
        if not any(_begins(duty, event) for event in edge.events):
            continue
        before = walked.node(edge.source).state
        states = (before, fold(before, edge.events))
        found = waiting.unmet(states, edge.input.facts, edge.dest)
        if found is not None:
            finding = on_edge(walked, edge, "duty_unmeetable", duty.id, duty.rule)
            asks = _asks(duty, found[0])
            yield finding.length, replace(finding, waiting=True, asks=asks, bounded=found[1])


def _begun(walked: Walked) -> tuple[Edge, ...]:
    """The first acts that a part leaves out: after them, what it asks about stands as before.

    Where it only has them after what helps, there is nothing that this would have taken away.
    """
    if walked.asked is None:
        return ()
    if BEGUN not in walked.kept:
        walked.kept[BEGUN] = tuple(
            Edge(node.number, given, events, _after(walked, node.number, given.command))
            for node, given, events in beginnings(walked.policy, walked.explored)
        )
    kept = walked.kept[BEGUN]
    return kept if isinstance(kept, tuple) else ()


def _after(walked: Walked, number: int, command: AnyCommand) -> int:
    """Where a command leads once all that helps has been done; nowhere, where a part has it not."""
    seen, todo = {number}, [number]
    while todo:
        for given, events, dest in walked.node(todo.pop()).steps:
            if given.command == command:
                return dest
            if (
                dest not in seen
                and events
                and all(isinstance(e, Opened | Recorded) for e in events)
            ):
                seen.add(dest)
                todo.append(dest)
    return number


def _asks(duty: Duty, due: date) -> Mapping[str, object]:
    return {"reaches": {"command": duty.met_by, "by": due}}


def _begins(duty: Duty, event: Event) -> bool:
    """Whether something may begin to be owed with an event."""
    if isinstance(event, Opened | Moved | Added | Amended):
        return True
    if isinstance(event, Graded):
        return duty.condition is not None
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
    known: set[tuple[str, date, date]] = set()
    if before is not None and before.version:
        owed = instances(duty, before, explored.world.calendar)
        known = {_told(one) for one in owed if applies(walked.rules, before, one, facts)}
    for one in instances(duty, after, explored.world.calendar):
        if not explored.world.reaches(one.due, explored.bounds.months):
            continue  # so far time does not go
        if one.met_on is not None or one.due < facts.today or _told(one) in known:
            continue
        if waits is not None and waits <= (one.due - facts.today).days:
            continue
        if applies(walked.rules, after, one, facts):
            return one.due
    return None


def _told(one: Owed) -> tuple[str, date, date]:
    return one.subject, one.since, one.due


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
