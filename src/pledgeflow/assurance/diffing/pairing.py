"""Both policies together, breadth first: what one permits and the other refuses, the shortest way.

A step with a counterpart is taken on both sides, one without on its own side only. Where both
permit a step said in several ways, each way goes with the way of the other that is most like it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

from pledgeflow.assurance.diffing.aligning import Alignment, aligned
from pledgeflow.assurance.diffing.side import Side, Try
from pledgeflow.assurance.exploring.graph import Bounds
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.states import State
from pledgeflow.errors import Reason, Verdict
from pledgeflow.policy.compiled.rules import Policy

Accepting = Literal["left", "right"]


class Move(NamedTuple):
    """A step of the pair; None where a side stays where it is. leans: on facts that were chosen."""

    left: AnyCommand | None
    right: AnyCommand | None
    leans: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that one side takes and the other refuses. last: as taken; reasons: of the refusal.

    possible: it rests on facts of other streams that were chosen
    """

    accepting: Accepting
    left: str
    right: str
    code: str
    clause: str
    trace: tuple[Move, ...]
    last: AnyCommand
    reasons: tuple[Reason, ...]
    possible: bool


@dataclass(slots=True)
class Compared:
    """What was found. complete: nothing that the bounds allow was left out.

    refines: the right permits nothing that the left refuses; None where that is not known
    """

    tracks: tuple[str, str]
    alignment: Alignment
    bounds: Bounds
    pairs: int = 0
    complete: bool = True
    beyond: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def refines(self) -> bool | None:
        """Whether the right only tightens the left."""
        if any(d.accepting == "right" and not d.possible for d in self.differences):
            return False
        unsure = not self.complete or any(d.accepting == "right" for d in self.differences)
        return None if unsure else True


@dataclass(slots=True)
class _Pair:
    states: tuple[State, State]
    days: tuple[date, date]
    parent: tuple[_Pair, Move] | None

    def trace(self) -> tuple[Move, ...]:
        moves: list[Move] = []
        here = self
        while here.parent is not None:
            here, move = here.parent
            moves.append(move)
        return tuple(moves[::-1])


def compare(
    policies: tuple[Policy, Policy], tracks: tuple[str, str], bounds: Bounds | None = None
) -> Compared:
    """Run two tracks together as far as the bounds allow. Raises DirectoryError as `explore` does."""
    return _Product(policies, tracks, bounds or Bounds()).run()


class _Product:
    """One comparison on its way."""

    def __init__(
        self, policies: tuple[Policy, Policy], tracks: tuple[str, str], bounds: Bounds
    ) -> None:
        self._left = Side(policies[0], tracks[0], bounds)
        self._right = Side(policies[1], tracks[1], bounds)
        self._bounds = bounds
        alignment = aligned(self._left.rules, self._right.rules)
        self._found = Compared(tracks, alignment, bounds)
        self._known: set[Hashable] = set()
        self._told: set[Hashable] = set()
        self._queue: deque[_Pair] = deque()

    def run(self) -> Compared:
        """Everything that is found."""
        days = self._left.first, self._right.first
        for states in self._starts():
            self._meet(states, days, None)
        while self._queue:
            if len(self._known) > self._bounds.states:
                self._found.complete = False
                break
            self._expand(self._queue.popleft())
        for side in (self._left, self._right):
            for what, often in side.inputs.beyond.items():
                self._found.beyond[what] = self._found.beyond.get(what, 0) + often
        self._found.pairs = len(self._known)
        return self._found

    def _starts(self) -> Iterator[tuple[State, State]]:
        """Promisors called alike; whoever has no such counterpart goes with the other's first."""
        ours = {s.stream.promisor: s for s in self._left.world.starts}
        theirs = {s.stream.promisor: s for s in self._right.world.starts}
        first, other = next(iter(ours.values())), next(iter(theirs.values()))
        for name in dict.fromkeys((*ours, *theirs)):
            yield ours.get(name, first), theirs.get(name, other)

    def _meet(
        self,
        states: tuple[State, State],
        days: tuple[date, date],
        parent: tuple[_Pair, Move] | None,
    ) -> None:
        key = (self._left.key(states[0], days[0]), self._right.key(states[1], days[1]))
        if key not in self._known:
            self._known.add(key)
            self._queue.append(_Pair(states, days, parent))

    def _expand(self, pair: _Pair) -> None:
        ours = self._left.tries(pair.states[0], pair.days[0])
        theirs = self._right.tries(pair.states[1], pair.days[1])
        for name, other in self._found.alignment.commands.items():
            one, two = ours.get(name, []), theirs.get(other, [])
            self._both(pair, (name, other), (one, two))
        for name in {**ours}.keys() - self._found.alignment.commands.keys():
            self._alone(pair, ours[name], 0)
        for name in {**theirs}.keys() - self._found.alignment.turned().keys():
            self._alone(pair, theirs[name], 1)
        self._time(pair)

    def _both(
        self, pair: _Pair, names: tuple[str, str], tries: tuple[list[Try], list[Try]]
    ) -> None:
        able = tuple([t for t in side if isinstance(t.answer, State)] for side in tries)
        if able[0] and able[1]:
            matches = {
                (i, max(range(len(able[1])), key=lambda j: (_like(t, able[1][j]), -abs(i - j))))
                for i, t in enumerate(able[0])
            } | {
                (max(range(len(able[0])), key=lambda i: (_like(able[0][i], t), -abs(i - j))), j)
                for j, t in enumerate(able[1])
            }
            for i, j in sorted(matches):
                one, two = able[0][i], able[1][j]
                move = Move(
                    one.given.command, two.given.command, one.given.leans or two.given.leans
                )
                assert isinstance(one.answer, State)
                assert isinstance(two.answer, State)
                self._meet((one.answer, two.answer), pair.days, (pair, move))
        elif able[0] or able[1]:
            place = 0 if able[0] else 1
            self._differ(pair, names, able[place][0], (place, tries[1 - place]))

    def _differ(
        self, pair: _Pair, names: tuple[str, str], taken: Try, other: tuple[int, list[Try]]
    ) -> None:
        place, tries = other
        side, away = (self._left, self._right)[1 - place], 1 - place
        verdicts = [t.answer for t in tries if isinstance(t.answer, Verdict)]
        asked = side.asked(names[away], pair.states[away], pair.days[away])
        verdicts += [asked] if asked is not None and not verdicts else []
        # Of several ways to be refused, the one with the fewest reasons is the nearest to being let.
        verdict = min(verdicts, key=lambda v: len(v.reasons), default=None)
        trace = pair.trace()
        for reason in verdict.reasons if verdict is not None else ():
            for clause in reason.clauses or ("",):
                form = (place, names, reason.code, clause)
                if form in self._told:
                    continue
                self._told.add(form)
                accepting: Accepting = "right" if place else "left"
                leans = taken.given.leans or any(t.given.leans for t in tries)
                possible = leans or any(move.leans for move in trace)
                self._found.differences.append(
                    Difference(
                        accepting, *names, reason.code, clause, trace, taken.given.command,
                        verdict.reasons if verdict is not None else (), possible,
                    )
                )  # fmt: skip

    def _alone(self, pair: _Pair, tries: list[Try], place: int) -> None:
        for each in tries:
            if isinstance(each.answer, State):
                one, two = pair.states
                states = (one, each.answer) if place else (each.answer, two)
                command = each.given.command
                move = (
                    Move(None, command, each.given.leans)
                    if place
                    else Move(command, None, each.given.leans)
                )
                self._meet(states, pair.days, (pair, move))

    def _time(self, pair: _Pair) -> None:
        turns = (
            self._left.turns(pair.states[0], pair.days[0]),
            self._right.turns(pair.states[1], pair.days[1]),
        )
        by = min((days for days in turns if days is not None), default=None)
        if by is None:
            return
        day = pair.days[0] + timedelta(days=by)
        if (day - self._left.first).days > self._bounds.months * 31:
            self._found.beyond["days"] = self._found.beyond.get("days", 0) + 1
            return
        days = (day, pair.days[1] + timedelta(days=by))
        one, two = (
            side.ticked(state, on)
            for side, state, on in zip((self._left, self._right), pair.states, days, strict=True)
        )
        if isinstance(one.answer, State) and isinstance(two.answer, State):
            move = Move(one.given.command, two.given.command, False)
            self._meet((one.answer, two.answer), days, (pair, move))


def _like(one: Try, other: Try) -> int:
    """How much two ways to say a thing have in common."""
    return len(set(one.form) & set(other.form)) + (one.given.leans == other.given.leans)


def told(compared: Compared) -> Mapping[str, list[Difference]]:
    """The differences by what is permitted: "left" more by the first, "right" by the second."""
    return {
        side: [d for d in compared.differences if d.accepting == side] for side in ("left", "right")
    }
