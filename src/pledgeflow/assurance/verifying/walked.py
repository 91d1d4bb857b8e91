"""An exploration as the properties look at it: how deep, by what way, and what was before.

INVARIANT: nodes are numbered in the order in which they were found, so a trace is a shortest one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from pledgeflow.assurance.exploring import Explored, Input, Node
from pledgeflow.assurance.verifying.claims import Claim, Waiting, claims
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.watching import Mark, Seen, Watch, only
from pledgeflow.domain.commands import Tick
from pledgeflow.domain.events import Event
from pledgeflow.policy.compiled.rules import Policy, Ruleset

PREFIX = "properties."
"""Before the name of a property that a policy declares itself."""


class Watched(NamedTuple):
    """What is remembered at a node: for the built-in properties, and for the declared ones."""

    seen: Seen
    waiting: tuple[Waiting, ...]

    def of(self, subject: str) -> Hashable:
        """What is remembered of one item."""
        if not (self.seen.items or self.seen.calls or self.seen.felt):
            return None
        marks = tuple(mark for name, mark in self.seen.items if name == subject)
        calls = sorted((o, c) for o, s, c in self.seen.calls if s == subject)
        felt = sorted(o for o, s in self.seen.felt if s == subject)
        kept = all(mark & Mark.ENDED and mark & Mark.KEPT for mark in marks)
        if not calls and kept and (marks or not felt):
            return None  # nothing is asked of it any more
        return marks, tuple(calls), tuple(felt)

    def rest(self, today: date) -> Hashable:
        """What is remembered of the whole; for how long something waits, and not since which day."""
        seen = self.seen._replace(items=(), calls=frozenset(), felt=frozenset())
        return seen, tuple(waiting.on(today) for waiting in self.waiting)


@dataclass(frozen=True, slots=True)
class Memory:
    """Folds events into what is remembered. starts: the first day of the cycle; promise: the one
    built-in property that is asked about, "": none; None: all of them
    """

    watch: Watch
    claims: tuple[Claim, ...]
    starts: date
    promise: str | None = None

    @classmethod
    def of(cls, declared: Declared, starts: date) -> Memory:
        """What the properties of a track ask to remember."""
        return cls(Watch(declared), claims(declared), starts)

    def only(self, promise: str) -> Memory:
        """Only what one property asks for, a built-in or a declared one ("": nothing)."""
        kept = tuple(claim for claim in self.claims if f"{PREFIX}{claim.id}" == promise)
        return Memory(self.watch, kept, self.starts, "" if kept else promise)

    @property
    def start(self) -> Watched:
        """Before anything has happened."""
        return Watched(Seen(), tuple(claim.start(self.starts) for claim in self.claims))

    def fold(self, watched: Hashable, events: tuple[Event, ...]) -> Hashable:
        """`step`, as an exploration asks for it: what it begins with is None."""
        return self.step(watched if isinstance(watched, Watched) else self.start, events)

    def step(self, watched: Watched, events: tuple[Event, ...]) -> Watched:
        """After some events."""
        if not events:
            return watched
        waiting = zip(self.claims, watched.waiting, strict=True)
        seen = self.watch.step(watched.seen, events) if self.promise != "" else watched.seen
        return Watched(
            seen if not self.promise else only(seen, self.promise),
            tuple(claim.step(before, events)[0] for claim, before in waiting),
        )


class Edge(NamedTuple):
    """A permitted input at a node, what it brought about, and where it leads."""

    source: int
    input: Input
    events: tuple[Event, ...]
    dest: int


@dataclass(slots=True)
class Walked:
    """An exploration with what is remembered at each node, and how deep it lies.

    edges: in the order of the nodes; depth: inputs from the start; into: the edges that lead to a
    node; via: the edge by which it was first reached; kept: what several properties ask for;
    asked: (promise, about) that this exploration can answer; None: all
    """

    policy: Policy
    declared: Declared
    memory: Memory
    explored: Explored
    watched: list[Watched] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    into: list[list[Edge]] = field(default_factory=list)
    via: list[Edge | None] = field(default_factory=list)
    kept: dict[str, object] = field(default_factory=dict)
    asked: frozenset[tuple[str, str]] | None = None

    @classmethod
    def through(
        cls,
        policy: Policy,
        explored: Explored,
        memory: Memory,
        asked: frozenset[tuple[str, str]] | None = None,
    ) -> Walked:
        """Go through an exploration once, from the first node to the last."""
        nodes = explored.nodes
        walked = cls(policy, memory.watch.declared, memory, explored, asked=asked)
        walked.watched = [memory.start] * len(nodes)
        walked.depth = [0] * len(nodes)
        walked.into = [[] for _ in nodes]
        walked.via = [None] * len(nodes)
        for node in nodes:
            for given, events, dest in node.steps:
                edge = Edge(node.number, given, events, dest)
                walked.edges.append(edge)
                walked.into[dest].append(edge)
                if walked.via[dest] is None and nodes[dest].parent == (node.number, given):
                    walked.via[dest] = edge
                    walked.depth[dest] = walked.depth[node.number] + walked.costs(edge)
                    walked.watched[dest] = memory.step(walked.watched[node.number], events)
        return walked

    def without(self, questions: Iterable[tuple[str, str]]) -> Walked:
        """The same, asked less: some questions are put to another exploration."""
        return replace(self, asked=self.asked - frozenset(questions)) if self.asked else self

    def asks(self, promise: str, about: str = "") -> bool:
        """Whether a question is one that this exploration can answer."""
        return self.asked is None or not self.asked.isdisjoint({(promise, about), (promise, "")})

    def asks_any(self, promise: str) -> bool:
        """Whether some question of a promise is one that this exploration can answer."""
        return self.asked is None or any(asked == promise for asked, _ in self.asked)

    def costs(self, edge: Edge) -> int:
        """One input; but time that moves on after it has moved is one with that."""
        before = self.via[edge.source]
        again = before is not None and isinstance(before.input.command, Tick)
        return 0 if again and isinstance(edge.input.command, Tick) else 1

    @property
    def rules(self) -> Ruleset:
        """The rules of the track."""
        return self.declared.rules

    def node(self, number: int) -> Node:
        """A node by its number."""
        return self.explored.nodes[number]

    def way(self, number: int) -> tuple[Edge, ...]:
        """A shortest way to a node, edge by edge."""
        edges: list[Edge] = []
        edge = self.via[number]
        while edge is not None:
            edges.append(edge)
            edge = self.via[edge.source]
        return tuple(reversed(edges))

    def leading_to(self, goals: Iterable[int], *, until: date | None = None) -> set[int]:
        """The nodes from which a way leads to one of the goals; until: by that day.

        What was not explored any further may lead anywhere, so it counts as a goal, too.
        """
        seen = {g for g in goals if until is None or self.node(g).today <= until}
        seen |= {node.number for node in self.explored.nodes if not node.expanded}
        todo = list(seen)
        while todo:
            for edge in self.into[todo.pop()]:
                if edge.source not in seen:
                    seen.add(edge.source)
                    todo.append(edge.source)
        return seen
