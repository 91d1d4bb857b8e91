"""Everything that can happen under a small policy, breadth first, and which promises that breaks.

`python -m tests.planted.brute NAME …` tells of the policies beside this file what is broken and
by which shortest trace. Independent of the library's checker: it knows `decide` and `evolve` only.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import begin, decide
from pledgeflow.domain.commands import Annul, AnyCommand, Begin, Command, Correct, StreamId, Tick
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import RefusedError
from pledgeflow.policy.duties.owing import instances
from pledgeflow.policy.judging.amending import amend
from tests.planted.listing import CALENDAR, PROMISORS, VIEW, Given, World, key
from tests.planted.watching import broken, ended

HERE = Path(__file__).parent
DAYS = (date(2025, 1, 10), date(2025, 9, 1))
DUES = (date(2025, 6, 30),)
MOST = 60_000
"""More states than this, and a policy is not small."""

Promise = Literal[
    "published_unapproved",
    "practised_unpublished",
    "graded_early",
    "award_barred",
    "dead_end",
    "never_enabled",
    "duty_unmeetable",
    "own_judge",
    "no_consequence",
    "refusal_changes",
]
Instance = tuple[str, str, date, date]


@dataclass(frozen=True, slots=True)
class Found:
    """A broken promise. length: inputs of the shortest trace, none where there is no trace."""

    promise: str
    length: int | None
    promisor: str
    trace: tuple[AnyCommand, ...]
    about: str = ""


@dataclass(slots=True)
class Node:
    """A state on a day. depth: inputs to get here; after, by: the last step on a shortest way."""

    state: State
    today: date
    depth: int
    after: int
    by: AnyCommand | None


@dataclass(slots=True)
class Graph:
    """All states of one promisor's stream. backwards: where from, by a step that corrects nothing."""

    world: World
    nodes: list[Node] = field(default_factory=list)
    backwards: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    forwards: list[tuple[int, int]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    found: dict[str, Found] = field(default_factory=dict)

    def trace(self, at: int) -> tuple[AnyCommand, ...]:
        """The inputs of a shortest way to a node."""
        steps: list[AnyCommand] = []
        while (by := self.nodes[at].by) is not None:
            steps.append(by)
            at = self.nodes[at].after
        return tuple(reversed(steps))

    def note(self, promise: str, trace: tuple[AnyCommand, ...], about: str = "") -> None:
        """A promise is broken; only the shortest trace is kept."""
        known = self.found.get(promise)
        if known is None or len(trace) < (known.length or 0):
            self.found[promise] = Found(promise, len(trace), self.world.promisor, trace, about)

    def leading_to(self, goal: Iterable[int]) -> set[int]:
        """The nodes from which a way leads into `goal`."""
        seen = set(goal)
        todo = list(seen)
        while todo:
            for before in self.backwards[todo.pop()]:
                if before not in seen:
                    seen.add(before)
                    todo.append(before)
        return seen


def explored(world: World) -> Graph:
    """Every state that can be reached, and what is broken on the way. Raises ValueError if too many."""
    graph, first = Graph(world), start(world)
    places = {key(first, world.days[0]): 0}
    graph.nodes.append(Node(first, world.days[0], 0, 0, None))
    at = 0
    while at < len(graph.nodes):
        node = graph.nodes[at]
        for given in world.inputs(node.state, node.today):
            after = _taken(graph, at, given)
            if after is None:
                continue
            command, today = given
            place = places.setdefault(key(after, today), len(graph.nodes))
            if place == len(graph.nodes):
                graph.nodes.append(Node(after, today, node.depth + 1, at, command))
            graph.forwards.append((at, place))
            if not isinstance(command, Annul | Correct):
                graph.backwards[place].append(at)
        if places.get(key(node.state, node.today)) != at:
            graph.note("refusal_changes", graph.trace(at))
        at += 1
        if len(graph.nodes) > MOST:
            raise ValueError(f"`{world.policy.name}` has more than {MOST} states")
    return graph


def start(world: World) -> State:
    """The stream as it is when nobody has done anything."""
    stream = StreamId("town", "2025", world.promisor)
    state = begin(world.policy, stream, Cycle("2025", date(2025, 1, 1)), VIEW)
    first = world.days[0]
    return fold(state, decide(world.policy, state, Begin(first), world.facts(first)))


def _taken(graph: Graph, at: int, given: Given) -> State | None:
    """The state after an input, None where it is refused; notes what the step breaks."""
    world, before = graph.world, graph.nodes[at].state
    command, today = given
    facts = world.facts(today)
    if isinstance(command, Annul | Correct) and isinstance(
        amend(world.policy, world.rules, before, command, facts), list
    ):
        return None  # as `decide` would say, which would take long to find words for it
    try:
        events = decide(world.policy, before, command, facts)
    except RefusedError:
        return None
    after = fold(before, events)
    if isinstance(command, Command):
        graph.taken.add(command.name)
    owners = world.rules.roles.owners(before, VIEW)
    for promise in broken(world.rules, owners, events, after):
        graph.note(promise, (*graph.trace(at), command))
    return after


def _dead_ends(graph: Graph) -> None:
    rules = graph.world.rules
    ending = graph.leading_to(n for n, node in enumerate(graph.nodes) if ended(rules, node.state))
    stuck = next((n for n in range(len(graph.nodes)) if n not in ending), None)
    if stuck is not None:
        graph.note("dead_end", graph.trace(stuck))


def _owed(graph: Graph, at: int) -> dict[Instance, bool]:
    """The instances of all duties in a state, and whether each was met in time."""
    state = graph.nodes[at].state
    return {
        (o.duty, o.subject, o.since, o.due): o.met_on is not None and o.met_on <= o.due
        for duty in graph.world.rules.duties.values()
        for o in instances(duty, state, CALENDAR)
    }


def _unmeetable(graph: Graph) -> None:
    """What is owed from a step on, and cannot be met in time however one goes on from there."""
    owed = [_owed(graph, at) for at in range(len(graph.nodes))]
    met: defaultdict[Instance, set[int]] = defaultdict(set)
    for at, those in enumerate(owed):
        for each, done in those.items():
            if done:
                met[each].add(at)
    meetable = {each: graph.leading_to(nodes) for each, nodes in met.items()}
    arising = [(-1, 0), *graph.forwards]
    for before, at in arising:
        for each in owed[at]:
            new = before < 0 or each not in owed[before]
            if new and each[3] >= graph.nodes[at].today and at not in meetable.get(each, ()):
                graph.note("duty_unmeetable", graph.trace(at), each[0])


def findings(worlds: Iterable[World]) -> dict[str, Found]:
    """Everything that is broken: promise -> its shortest trace, over the worlds of all promisors."""
    best: dict[str, Found] = {}
    given, taken = set[str](), set[str]()
    for world in worlds:
        graph = explored(world)
        _dead_ends(graph)
        _unmeetable(graph)
        given |= graph.world.rules.commands.keys()
        taken |= graph.taken
        for promise, found in graph.found.items():
            known = best.get(promise)
            if known is None or len(found.trace) < len(known.trace):
                best[promise] = found
    if given - taken:
        names = ", ".join(sorted(given - taken))
        best["never_enabled"] = Found("never_enabled", None, "", (), names)
    return best


def said(name: str) -> dict[str, Any]:
    """What a policy's `fault.yaml` says."""
    read: dict[str, Any] = yaml.safe_load((HERE / name / "fault.yaml").read_text())
    return read


def names() -> list[str]:
    """All policies beside this file, the sound ones too."""
    return sorted(path.parent.name for path in HERE.glob("*/fault.yaml"))


@cache
def look(name: str) -> dict[str, Found]:
    """What the brute force finds in one of the policies."""
    return findings(worlds(name))


def worlds(name: str) -> list[World]:
    """What may be said under one of the policies, for each of its promisors."""
    told, policy = said(name), Catalogue((HERE,)).load(name)
    days, amending = tuple(told.get("days", DAYS)), told.get("amending", True)
    promisors = told.get("promisors", PROMISORS[:1])
    return [World(policy, promisor, days, DUES, amending) for promisor in promisors]


def _told(command: AnyCommand) -> str:
    match command:
        case Tick():
            return f"until {command.occurred_on}"
        case Command():
            fields = " ".join(f"{k}={v}" for k, v in command.fields.items())
            return f"{command.name} {fields} by {command.actor}/{command.capacity}".replace(
                "  ", " "
            )
        case Annul() | Correct():
            return f"{command.name} record {command.target} by {command.actor}/{command.capacity}"
        case _:
            return command.name


def report(name: str) -> Iterator[str]:
    """What is found in a policy, and how one gets there."""
    found = look(name)
    yield f"{name}: {', '.join(found) or 'nothing is broken'}"
    for each in found.values():
        yield f"  {each.promise} {each.about} ({each.length} inputs, {each.promisor})"
        yield from (f"    {n}. {_told(command)}" for n, command in enumerate(each.trace, 1))


if __name__ == "__main__":
    for asked in sys.argv[1:] or names():
        print("\n".join(report(asked)))
