"""The search: breadth first, with the real `decide` and `evolve`, until nothing new is found."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from datetime import date

from pledgeflow.assurance.exploring.congruence import Merged
from pledgeflow.assurance.exploring.forms import Forms
from pledgeflow.assurance.exploring.graph import (
    Bounds,
    Explored,
    Incongruent,
    Input,
    Node,
    Raised,
)
from pledgeflow.assurance.exploring.influence import Helpers
from pledgeflow.assurance.exploring.inputs import Inputs
from pledgeflow.assurance.exploring.keys import Keys
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.world import World, world_of
from pledgeflow.decision import answered
from pledgeflow.domain.commands import Command, Tick
from pledgeflow.domain.events import Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.rules import Policy

Watch = Callable[[Hashable, tuple[Event, ...]], Hashable]
MOST_RAISED = 100
TICK = Tick(date.min).name
MOST_TOLD = 20
"""Pairs of states that were wrongly taken as one are told up to so many: one is too much."""


def explore(
    policy: Policy,
    track: str,
    *,
    bounds: Bounds | None = None,
    watch: Watch | None = None,
    begin: tuple[World, date] | None = None,
) -> Explored:
    """All states that a stream of a track can come into, as far as the bounds allow.

    watch: folded along the way from None, and told apart by what it makes of the events;
    begin: in this world and on this day, rather than in one of its own when the cycle begins
    """
    return _Search(policy, track, bounds or Bounds(), watch, begin).run()


Lead = tuple[str, int | None]


def _timeless(leads: set[Lead]) -> set[Lead]:
    return {(name, to) for name, to in leads if name != TICK}


class _Search:
    """One exploration on its way."""

    def __init__(
        self,
        policy: Policy,
        track: str,
        bounds: Bounds,
        watch: Watch | None,
        begin: tuple[World, date] | None = None,
    ) -> None:
        self._policy, self._bounds, self._watch = policy, bounds, watch
        self._world = begin[0] if begin is not None else world_of(policy, track)
        self._first = begin[1] if begin is not None else self._world.cycle.starts
        self._outlook = Outlook(policy.tracks[track], bounds.commands)
        self._keys = Keys(policy, self._outlook)
        self._inputs = Inputs(policy, self._world, self._outlook, bounds)
        exact = {u.check.rule for u in self._outlook.uses if u.check.sights is None}
        self._found = Explored(track, bounds, self._world, exact=tuple(sorted(exact)))
        self._known: dict[Hashable, int] = {}
        self._queue: deque[Node] = deque()
        self._merges: list[Merged] = []
        self._forms = Forms(self._outlook)
        self._formed: dict[Hashable, int] = {}
        visible = bounds.visible
        self._helpers = Helpers(self._outlook, visible) if visible is not None else None

    def run(self) -> Explored:
        """Everything that is found."""
        found = self._found
        for start in self._world.starts:
            node = self._met(start, self._first, None, None)
            if node.parent is None and node.number not in found.starts:
                found.starts.append(node.number)
        while self._queue:
            if len(found.nodes) > self._bounds.states:
                self._stopped()
                break
            self._expand(self._queue.popleft())
        found.beyond = dict(self._inputs.beyond)
        self._compare()
        found.complete = found.complete and not found.incongruent and not found.raised
        return found

    def _stopped(self) -> None:
        self._found.complete = False
        self._found.unexplored = dict(sorted(Counter(n.today for n in self._queue).items()))

    def _met(
        self, state: State, today: date, parent: tuple[int, Input] | None, watched: Hashable
    ) -> Node:
        """The node that a state belongs to, a new one if there is none."""
        form = (self._forms.of(state), today, watched)
        nodes, number = self._found.nodes, self._formed.get(form)
        if number is not None:
            self._found.merges += 1
            return nodes[number]
        key = self._keys.key(state, self._inputs.on(today), watched)
        number = self._formed[form] = self._known.setdefault(key, len(nodes))
        if number < len(nodes):
            self._found.merges += 1
            if parent is not None:
                self._merges.append(Merged(number, state, today, watched, parent))
            return nodes[number]
        node = Node(number, state, today, parent, watched)
        nodes.append(node)
        self._queue.append(node)
        return node

    def _expand(self, node: Node) -> None:
        node.expanded = True
        before = self._inputs.left_out
        first = ""
        for given in self._ordered(node):
            if first and given.command.name != first:
                break
            events = self._decided(node, given)
            if events is None:
                node.refused.append(given)
                continue
            today, state, watched = self._after(node, given, events)
            to = self._met(state, today, (node.number, given), watched)
            node.steps.append((given, events, to.number))
            if to is not node and self._helping(given):
                first = given.command.name
        node.bounded = self._inputs.left_out > before

    def _helping(self, given: Input) -> bool:
        """Whether an input only helps, so that it is taken before anything else."""
        return self._helpers is not None and given.command.name in self._helpers.commands

    def _ordered(self, node: Node) -> Iterator[Input]:
        """What may be tried: first what only helps, and that as long as something waits for it."""
        inputs = self._inputs.of(node.state, node.today, self._keys, node.watched)
        if self._helpers is None:
            yield from inputs
            return
        rest: list[Input] = []
        helping: list[Input] = []
        for given in inputs:
            if not self._helping(given):
                rest.append(given)
            elif self._waits(node, given):
                helping.append(given)
        # One command at a time, about all that it may be about: the order of items does not count.
        yield from sorted(helping, key=lambda given: given.command.name)
        yield from rest

    def _waits(self, node: Node, given: Input) -> bool:
        command, state = given.command, node.state
        if self._helpers is None or not isinstance(command, Command):
            return False
        pointer = self._policy.tracks[state.track].commands[command.name].pointer
        about = command.fields.get(pointer or "", state.root)
        facts = self._inputs.on(node.today)
        return self._helpers.wanted(command.name, str(about), state, facts)

    def _compare(self) -> None:
        """Every merge: what was merged permits what the other permits, and leads where that leads."""
        found = self._found
        for merged in self._merges:
            if found.checked >= self._bounds.merges:
                found.complete, found.uncompared = False, True
                return
            kept = found.nodes[merged.into]
            if not kept.expanded:
                continue
            found.checked += 1
            ours: set[Lead] = {(given.command.name, to) for given, _, to in kept.steps}
            _, state, today, watched, _ = merged
            other = replace(kept, state=state, today=today, watched=watched)
            theirs = set(self._leading(other))
            if self._ends(kept) or self._ends(other):
                # Where time may go no further, one of them may have a day left that the other has not.
                ours, theirs = _timeless(ours), _timeless(theirs)
            if ours != theirs and len(found.incongruent) < MOST_TOLD:
                number, given = merged.way
                trace = (*found.trace(number), given)
                names = tuple(sorted({name for name, _ in ours ^ theirs}))
                found.incongruent.append(Incongruent(merged.into, trace, names))

    def _ends(self, node: Node) -> bool:
        """Whether time would still change something, but may go no further."""
        facts = self._inputs.on(node.today)
        day = self._keys.turns(node.state, facts)
        return day is not None and not self._inputs.within(day)

    def _leading(self, node: Node) -> Iterator[Lead]:
        """What is permitted in a state, and to which node it leads; none is None."""
        first = ""
        for given in self._ordered(node):
            if first and given.command.name != first:
                break
            events = self._decided(node, given)
            if events is None:
                continue
            today, state, watched = self._after(node, given, events)
            to = self._where(today, state, watched)
            yield given.command.name, to
            if to != node.number and self._helping(given):
                first = given.command.name

    def _where(self, today: date, state: State, watched: Hashable) -> int | None:
        """The number of the node that a state belongs to, if there is one."""
        form = (self._forms.of(state), today, watched)
        number = self._formed.get(form)
        if number is None:
            number = self._known.get(self._keys.key(state, self._inputs.on(today), watched))
            if number is not None:
                self._formed[form] = number
        return number

    def _after(
        self, node: Node, given: Input, events: tuple[Event, ...]
    ) -> tuple[date, State, Hashable]:
        command = given.command
        today = command.occurred_on if isinstance(command, Tick) else node.today
        state = fold(node.state, events) if events else node.state
        return today, state, self._watch(node.watched, events) if self._watch else None

    def _decided(self, node: Node, given: Input) -> tuple[Event, ...] | None:
        self._found.decided += 1
        try:
            answer = answered(self._policy, node.state, given.command, given.facts)
        except Exception as error:  # a guard that a deployer added may raise whatever it likes
            self._raised(node, given, error)
            return None
        return None if isinstance(answer, Verdict) else answer

    def _raised(self, node: Node, given: Input, error: Exception) -> None:
        if len(self._found.raised) < MOST_RAISED:
            trace = (*self._found.trace(node.number), given)
            rule = self._blamed(node, given)
            self._found.raised.append(Raised(rule, f"{type(error).__name__}: {error}", trace))

    def _blamed(self, node: Node, given: Input) -> str:
        """The path of the guard that raises, if it does so when it is asked by itself."""
        command = given.command
        for use in self._outlook.uses:
            for subject in node.state.subjects.values():
                if subject.lifecycle != use.judged:
                    continue
                if isinstance(command, Command) and all(
                    step.trigger != command.name for step in use.steps if step.roles
                ):
                    continue
                try:
                    use.check.judge(node.state, subject, command, given.facts)
                except Exception:  # this one it is
                    return use.check.rule
        return ""
