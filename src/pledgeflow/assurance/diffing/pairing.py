"""Both policies together, breadth first: what one permits and the other refuses, the shortest way.

A pair of states is known by the keys of both, with the items that are counterparts numbered. Every
pair that was taken as one that is known is gone through too, and compared with that one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from pledgeflow.assurance.diffing.aligning import aligned
from pledgeflow.assurance.diffing.found import Compared, Difference, Move, Unsound
from pledgeflow.assurance.diffing.meeting import Apart, Meetings, Met, Pair, name_of
from pledgeflow.assurance.diffing.side import Links, Side
from pledgeflow.assurance.diffing.written import NOTHING_SAID, AlignFile
from pledgeflow.assurance.exploring.congruence import exact
from pledgeflow.assurance.exploring.graph import Bounds
from pledgeflow.assurance.exploring.world import worlds_of
from pledgeflow.domain.commands import Tick
from pledgeflow.errors import Reason
from pledgeflow.policy.compiled.rules import Policy

TICK = Tick.__name__.lower()
MOST_TOLD = 20
Lead = tuple[Hashable, ...]
"""A step with the number of the pair it leads to, or with why one side refuses it."""


@dataclass(slots=True)
class _Node:
    """A pair that stands for all with its key. parent: how it was first reached."""

    number: int
    pair: Pair
    parent: tuple[_Node, Move] | None
    depth: int
    leads: frozenset[Lead] | None = None
    merged: set[Hashable] = field(default_factory=set)

    def trace(self) -> tuple[Move, ...]:
        moves: list[Move] = []
        here = self
        while here.parent is not None:
            here, move = here.parent
            moves.append(move)
        return tuple(moves[::-1])


def compare(
    policies: tuple[Policy, Policy],
    tracks: tuple[str, str],
    bounds: Bounds | None = None,
    said: AlignFile = NOTHING_SAID,
) -> Compared:
    """Run two tracks together as far as the bounds allow.

    bounds: of states, how many pairs; said: what a file says about which is which. Raises
    DirectoryError where nobody can be the promisor of both.
    """
    return _Product(policies, tracks, bounds or Bounds(), said).run()


class _Product:
    """One comparison on its way."""

    def __init__(
        self,
        policies: tuple[Policy, Policy],
        tracks: tuple[str, str],
        bounds: Bounds,
        said: AlignFile,
    ) -> None:
        worlds = worlds_of(((policies[0], tracks[0]), (policies[1], tracks[1])))
        left = Side(policies[0], tracks[0], worlds[0], bounds)
        right = Side(policies[1], tracks[1], worlds[1], bounds)
        self._sides = left, right
        self._bounds = bounds
        alignment = aligned(left.rules, right.rules, said)
        self._meetings = Meetings((left, right), alignment)
        self._found = Compared(tracks, alignment, bounds, worlds[0].view)
        self._nodes: list[_Node] = []
        self._known: dict[Hashable, int] = {}
        self._told: set[Hashable] = set()
        self._queue: deque[_Node] = deque()
        self._merged: list[tuple[_Node, Pair, tuple[_Node, Move]]] = []

    def run(self) -> Compared:
        """Everything that is found."""
        found, (left, right) = self._found, self._sides
        for ours, theirs in zip(left.world.starts, right.world.starts, strict=True):
            self._meet(Pair((ours, theirs), (left.first, right.first), Links()), None)
        while self._queue and len(self._nodes) < self._bounds.states:
            self._expand(self._queue.popleft())
        found.steps = self._queue[0].depth if self._queue else self._nodes[-1].depth + 1
        if self._queue:
            self._further()
        found.pairs, found.waiting = len(self._nodes), len(self._queue)
        if not self._queue:
            self._compare()
        found.unreached = tuple(
            name for name in found.alignment.commands if name not in self._meetings.reached
        )
        for side in self._sides:
            for what, often in side.inputs.beyond.items():
                found.beyond[what] = found.beyond.get(what, 0) + often
            found.raised |= side.raised
        for what, often in self._meetings.beyond.items():
            found.beyond[what] = found.beyond.get(what, 0) + often
        return found

    def _further(self) -> None:
        """Beyond the bound, as many pairs again: always one from where fewest have been, and of
        those the one furthest on.

        What is found there is real, but the way there need not be a shortest one.
        """
        places = Counter(_place(node.pair) for node in self._nodes)
        heap = [(places[_place(node.pair)], -node.depth, node.number) for node in self._queue]
        heapify(heap)
        self._queue.clear()
        for _ in range(self._bounds.states):
            if not heap:
                break
            self._expand(self._nodes[heappop(heap)[-1]])
            self._found.further += 1
            while self._queue:
                node = self._queue.popleft()
                place = _place(node.pair)
                places[place] += 1
                heappush(heap, (places[place], -node.depth, node.number))
        self._queue.extend(self._nodes[number] for *_, number in heap)

    def _key(self, pair: Pair) -> Hashable:
        left, right = self._sides
        one, two = pair.states
        seen = pair.links.seen
        return left.key(one, pair.days[0], seen[0]), right.key(two, pair.days[1], seen[1])

    def _meet(self, pair: Pair, parent: tuple[_Node, Move] | None) -> _Node:
        number = self._known.setdefault(self._key(pair), len(self._nodes))
        if number < len(self._nodes):
            node = self._nodes[number]
            self._merge(node, pair, parent)
            return node
        node = _Node(number, pair, parent, parent[0].depth + 1 if parent is not None else 0)
        self._nodes.append(node)
        self._queue.append(node)
        return node

    def _merge(self, node: _Node, pair: Pair, parent: tuple[_Node, Move] | None) -> None:
        """Remember a pair that was taken as another, unless the same was before."""
        if parent is None or pair.states == node.pair.states:
            return
        self._found.merges += 1
        if len(self._merged) < self._bounds.merges:
            if not node.merged:
                node.merged.add(_exact(node.pair))
            form = _exact(pair)
            if form not in node.merged:
                node.merged.add(form)
                self._merged.append((node, pair, parent))
        else:
            self._found.uncompared = True

    def _expand(self, node: _Node) -> None:
        leads: set[Lead] = set()
        for each in self._meetings.all(node.pair):
            if isinstance(each, Met):
                to = self._meet(each.pair, (node, each.move))
                leads.add(_lead(each, to.number))
            else:
                leads.add(_refused(each))
                self._differ(node, each)
        node.leads = frozenset(leads)

    def _differ(self, node: _Node, apart: Apart) -> None:
        eased: tuple[str, ...] | None = None
        for reason in apart.verdict.reasons:
            for clause in reason.clauses or ("",):
                form = (apart.accepting, apart.names, reason.code, clause or reason.rule)
                if form in self._told:
                    continue
                self._told.add(form)
                if eased is None:
                    eased = self._meetings.eased(node.pair, apart)
                self._found.differences.append(
                    self._difference(node, apart, (reason, clause), eased)
                )

    def _difference(
        self, node: _Node, apart: Apart, why: tuple[Reason, str], eased: tuple[str, ...]
    ) -> Difference:
        trace, (reason, clause) = node.trace(), why
        here = self._sides[1 if apart.accepting == "right" else 0]
        return Difference(
            apart.accepting,
            *apart.names,
            reason.code,
            clause,
            reason.rule,
            trace,
            apart.move,
            here.ground(apart.rule),
            apart.verdict.reasons,
            apart.said,
            apart.move.leans or any(move.leans for move in trace),
            any(move.adapted for move in trace),
            eased,
        )

    # --- whether pairs that were taken as one are one -----------------------------------------------

    def _compare(self) -> None:
        """What was merged permits what the other permits, and leads where that leads."""
        found = self._found
        for node, pair, (parent, move) in self._merged:
            found.checked += 1
            ours, theirs = node.leads or frozenset(), frozenset(self._leading(pair))
            if self._meetings.ends(node.pair) or self._meetings.ends(pair):
                # One of them may have a day left that the other has not.
                ours, theirs = _timeless(ours), _timeless(theirs)
            if ours != theirs and len(found.unsound) < MOST_TOLD:
                names = sorted({str(lead[0]) for lead in ours ^ theirs})
                found.unsound.append(Unsound((*parent.trace(), move), tuple(names)))

    def _leading(self, pair: Pair) -> list[Lead]:
        leads: list[Lead] = []
        for each in self._meetings.all(pair):
            if isinstance(each, Met):
                leads.append(_lead(each, self._known.get(self._key(each.pair), -1)))
            else:
                leads.append(_refused(each))
        return leads


def _place(pair: Pair) -> Hashable:
    """Where everything is on both sides, and which steps have been taken there at all."""
    return tuple(
        (
            tuple(sorted((s.lifecycle, s.state) for s in state.subjects.values())),
            frozenset(state.records),
        )
        for state in pair.states
    )


def _lead(met: Met, to: int) -> Lead:
    return name_of(met.move.left) or name_of(met.move.right), to, name_of(met.move.right)


def _refused(apart: Apart) -> Lead:
    codes = frozenset((reason.code, reason.rule) for reason in apart.verdict.reasons)
    return apart.names[0], apart.accepting, apart.names[1], codes


def _timeless(leads: frozenset[Lead]) -> frozenset[Lead]:
    return frozenset(lead for lead in leads if lead[0] != TICK)


def _exact(pair: Pair) -> Hashable:
    return pair.days, exact(pair.states[0]), exact(pair.states[1]), pair.links.pairs
