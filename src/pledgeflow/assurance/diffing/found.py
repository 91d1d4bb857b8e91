"""What running two policies together finds. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pledgeflow.assurance.diffing.aligning import Alignment
from pledgeflow.assurance.exploring.graph import Bounds
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.people import View
from pledgeflow.errors import Reason

Accepting = Literal["left", "right"]


class Move(NamedTuple):
    """A step of the pair; None where a side stays where it is.

    leans: on facts of other streams that were chosen; adapted: the two sides take the step, but not
    with the same words or by the same people, as what one permits the other refuses
    """

    left: AnyCommand | None
    right: AnyCommand | None
    leans: bool = False
    adapted: bool = False


class Ground(NamedTuple):
    """By which rule a step is permitted, and the clauses behind it."""

    rule: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that one side takes and the other refuses.

    code, clause, rule: of the reason, among all the reasons of the refusal; trace: the shortest way
    there; last: the step, as it was put to both; permits: of the side that takes it; said: the
    other side takes it too, but from somebody else or with other words; leans, adapted: something
    on the way is so (see `Move`); after: steps without a counterpart after which the other side
    would take it too
    """

    accepting: Accepting
    left: str
    right: str
    code: str
    clause: str
    rule: str
    trace: tuple[Move, ...]
    last: Move
    permits: Ground
    reasons: tuple[Reason, ...]
    said: bool
    leans: bool
    adapted: bool
    after: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether nothing that was chosen or adapted lies on the way."""
        return not (self.leans or self.adapted)


@dataclass(frozen=True, slots=True)
class Unsound:
    """Two pairs of states with one key that differ in what is permitted or follows."""

    trace: tuple[Move, ...]
    differing: tuple[str, ...]


@dataclass(slots=True)
class Compared:
    """What was found. view: who there was.

    steps: every way of at most so many steps was gone through; further: pairs that were gone
    through beyond that, on the way to steps that had not been taken yet; waiting: pairs that were
    left; checked: of the merges, those whose pair was gone through too and compared with the one
    that stands for it (the rest were the same); uncompared: some were not; unreached: steps with a
    counterpart (by the left's name) that neither side takes in what was gone through;
    raised: guards that raised, with what; beyond: what the bounds kept out, by kind
    """

    tracks: tuple[str, str]
    alignment: Alignment
    bounds: Bounds
    view: View = field(default_factory=View)
    pairs: int = 0
    steps: int = 0
    further: int = 0
    waiting: int = 0
    merges: int = 0
    checked: int = 0
    uncompared: bool = False
    unreached: tuple[str, ...] = ()
    unsound: list[Unsound] = field(default_factory=list)
    raised: dict[str, str] = field(default_factory=dict)
    beyond: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything that the bounds allow was gone through, and every merge compared."""
        return not (self.waiting or self.uncompared or self.unsound or self.raised)

    def shortest(self, difference: Difference) -> bool:
        """Whether no way to a difference is shorter, rather than just none that was found."""
        return not self.further or len(difference.trace) <= self.steps

    @property
    def relaxations(self) -> list[Difference]:
        """What the right permits and the left refuses."""
        return [each for each in self.differences if each.accepting == "right"]

    @property
    def refines(self) -> bool | None:
        """Whether the right only tightens the left; None where that is not known."""
        if any(each.certain for each in self.relaxations):
            return False
        return True if self.complete and not self.relaxations else None
