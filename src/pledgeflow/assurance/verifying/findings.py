"""A property that does not hold: what is wrong, and by which shortest way one gets there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from pledgeflow.assurance.verifying.walked import Edge, Walked
from pledgeflow.domain.commands import Tick


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. promise: which promise it breaks, by id.

    about: what it is about (a command, a duty, an outcome, a lifecycle, a meaning), by its id;
    way: the shortest one there, empty where nothing has to happen; rules: paths of rules besides
    those of its steps; waiting: whether it is the state at the end that is wrong, and not the last
    step; start: the node from which the way leads; asks: what a scenario would expect in the end:
    that the last step is refused, if nothing else is said; bounded: it may be wrong only because
    there can be no more items than the bounds allow
    """

    promise: str
    about: str
    way: tuple[Edge, ...] = ()
    rules: tuple[str, ...] = ()
    waiting: bool = False
    start: int = 0
    asks: Mapping[str, object] = field(default_factory=lambda: {"permitted": False})
    bounded: bool = False

    @property
    def length(self) -> int:
        """How many inputs it takes; days that pass one after the other are one."""
        moves = [isinstance(edge.input.command, Tick) for edge in self.way]
        return sum(not (tick and before) for before, tick in pairwise((False, *moves)))

    @property
    def leans(self) -> bool:
        """Whether it rests on how other streams were taken to stand, or on the bounds."""
        return self.bounded or any(edge.input.leans for edge in self.way)


def at_node(
    walked: Walked, number: int, named: tuple[str, str], asks: Mapping[str, object], *rules: str
) -> Finding:
    """It is wrong to be in a state. named: which property, and what it is about."""
    way = walked.way(number)
    return Finding(*named, way, rules, waiting=True, start=_start(way, number), asks=asks)


def on_edge(walked: Walked, edge: Edge, promise: str, about: str, *rules: str) -> Finding:
    """It is wrong to get from one state to the next."""
    way = (*walked.way(edge.source), edge)
    return Finding(promise, about, way, rules, start=_start(way, edge.source))


def shortest(found: Iterable[tuple[int, Finding]]) -> Iterator[Finding]:
    """Of findings with their length, a shortest one for each thing they are about.

    One that rests on no choice of what other streams say goes before one that does.
    """
    best: dict[tuple[str, str], tuple[bool, int, Finding]] = {}
    for length, finding in found:
        key, rank = (finding.promise, finding.about), (finding.leans, length)
        if key not in best or rank < best[key][:2]:
            best[key] = (*rank, finding)
    yield from (finding for _, _, finding in best.values())


def _start(way: tuple[Edge, ...], number: int) -> int:
    return way[0].source if way else number
