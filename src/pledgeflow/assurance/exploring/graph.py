"""What an exploration finds: states and the inputs that lead from one to the next. Data only."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.assurance.exploring.world import World
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.events import Event
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far an exploration goes; what lies beyond is said in its result.

    states: so many, then it stops; items: so many subjects of a lifecycle whose subjects some rule
    looks at together, else one; months: time passes as long from the cycle's first day; merges: so
    many states that were taken as one are compared with the one that stands for them; unusual: so
    often is something out of the ordinary said of what has not ended, where there are several of a
    kind: something else than the first of what there is to say (None: any number of times)
    """

    states: int = 8_000
    items: int = 2
    months: int = 18
    merges: int = 10_000
    unusual: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a track is explored, where that is not all of it.

    commands: only these are given (None: all); lifecycles: only what becomes of subjects of these
    matters, and of the whole (None: of all); outcomes: only these matter, but for what a guard sees
    (None: all); duties: only whether these are any matters (None: all); visible: none of these is
    one that only helps, and those that do are given first (None: each may be left out); also: what
    only helps, and is asked about where nothing waits for it; until: rules of steps; where none of
    them can be taken any more, nothing is looked at (empty: everything is); sought: it is over as
    soon as one of these commands has been given, and its state was gone through; begin: in this
    world and on this day, rather than in one of its own when the cycle begins; resting: states of
    the whole in which no time passes, as the day makes no difference there
    """

    commands: frozenset[str] | None = None
    visible: frozenset[str] | None = None
    also: frozenset[str] = frozenset()
    until: frozenset[str] = frozenset()
    sought: frozenset[str] = frozenset()
    begin: tuple[World, date] | None = None
    lifecycles: frozenset[str] | None = None
    outcomes: frozenset[str] | None = None
    duties: frozenset[str] | None = None
    resting: frozenset[str] = frozenset()


EVERYTHING = Scope()
Unusual = tuple[str, ...]
USUAL: Unusual = ()


@dataclass(frozen=True, slots=True)
class Input:
    """Something that may happen: a command by somebody, or time moving to a day (`Tick`).

    leans: on facts of other streams that were chosen, so that whatever rests on it is `possible`;
    facts: what was known to the decision; unusual: it says something out of the ordinary;
    beyond: the bounds keep out what it would bring, so it is only asked about
    """

    command: AnyCommand
    leans: bool
    facts: Facts
    unusual: bool = False
    beyond: bool = False


Step = tuple[Input, tuple[Event, ...], int]


@dataclass(slots=True)
class Node:
    """A state that stands for all with its key. parent: how it was first reached, by a shortest way.

    steps: permitted inputs, what they brought about, and the number of the state they lead to;
    refused: inputs that are not permitted; watched: what the watcher made of the way here;
    beyond: commands that are permitted and not followed, as one more item is beyond the bounds;
    also: commands that are permitted and not followed, as they only help and nothing waits for them;
    unsaid: something out of the ordinary might be said, if the bounds let it; unusual: of which
    items something out of the ordinary was said, as long as it counts
    """

    number: int
    state: State
    today: date
    parent: tuple[int, Input] | None
    watched: Hashable = None
    steps: list[Step] = field(default_factory=list)
    refused: list[Input] = field(default_factory=list)
    expanded: bool = False
    beyond: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    unsaid: bool = False
    unusual: Unusual = USUAL

    @property
    def bounded(self) -> bool:
        """Whether more might happen here, if the bounds let it."""
        return self.unsaid or bool(self.beyond)


@dataclass(frozen=True, slots=True)
class Raised:
    """Something in a policy raised instead of answering. rule: the path of the guard, if known."""

    rule: str
    error: str
    trace: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Incongruent:
    """Two states with one key that differ in what they permit or lead to: the key is unsound.

    kept: the number of the node that stands for both; trace: how the other one was reached;
    differing: names of the commands that tell them apart
    """

    kept: int
    trace: tuple[Input, ...]
    differing: tuple[str, ...]


@dataclass(slots=True)
class Explored:
    """All that was found. complete: nothing that the bounds allow was left out.

    starts: numbers of the nodes that it began from; merges: how often a state was taken as one
    that was known, checked: for how many that was checked anew, as the rest were the same but for
    the order of what nobody reads; unexplored: day -> states still to be looked at;
    uncompared: some merges were not checked; beyond: whether time or items were bounded; exact:
    paths of guards that do not say what they see
    """

    track: str
    bounds: Bounds
    world: World
    nodes: list[Node] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    complete: bool = True
    merges: int = 0
    checked: int = 0
    uncompared: bool = False
    decided: int = 0
    incongruent: list[Incongruent] = field(default_factory=list)
    raised: list[Raised] = field(default_factory=list)
    unexplored: dict[date, int] = field(default_factory=dict)
    beyond: dict[str, int] = field(default_factory=dict)
    exact: tuple[str, ...] = ()

    def trace(self, number: int) -> list[Input]:
        """The shortest way to a node, from one of the starts."""
        inputs: list[Input] = []
        parent = self.nodes[number].parent
        while parent is not None:
            number, given = parent
            inputs.append(given)
            parent = self.nodes[number].parent
        return inputs[::-1]

    def start_of(self, number: int) -> int:
        """The start from which the shortest way to a node leads."""
        while (parent := self.nodes[number].parent) is not None:
            number = parent[0]
        return number
