"""The search: breadth first, with the real `decide` and `evolve`, until nothing new is found."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from datetime import date
from enum import Enum

from pledgeflow.assurance.exploring.congruence import Merged, Spot
from pledgeflow.assurance.exploring.forms import Forms
from pledgeflow.assurance.exploring.graph import (
    EVERYTHING,
    USUAL,
    Bounds,
    Explored,
    Incongruent,
    Input,
    Node,
    Raised,
    Scope,
    Unusual,
)
from pledgeflow.assurance.exploring.helping import Helpers
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
    scope: Scope = EVERYTHING,
    watch: Watch | None = None,
) -> Explored:
    """All states that a stream of a track can come into, as far as the bounds allow.

    scope: what of the track is gone through; watch: folded along the way from None, and told apart
    by what it makes of the events
    """
    begin = scope.begin or _first(policy, track)
    return _Search(policy, track, begin, bounds or Bounds(), scope).run(watch)


def _first(policy: Policy, track: str) -> tuple[World, date]:
    world = world_of(policy, track)
    return world, world.cycle.starts


ASKED = -1
"""Where a command leads that is only asked about."""
Lead = tuple[str, int | None]


def _timeless(leads: set[Lead]) -> set[Lead]:
    return {(name, to) for name, to in leads if name != TICK}


class Taken(Enum):
    """How an input is taken. FIRST: as it only helps, and something waits for it; NOT: it is only
    asked about
    """

    FIRST = "first"
    WITH_THE_REST = "with the rest"
    NOT = "not"


class _Search:
    """One exploration on its way."""

    def __init__(
        self,
        policy: Policy,
        track: str,
        begin: tuple[World, date],
        bounds: Bounds,
        scope: Scope,
    ) -> None:
        self._policy, self._bounds, self._scope = policy, bounds, scope
        self._world, self._first = begin
        rules, duties = policy.tracks[track], scope.duties
        duties = frozenset(rules.duties) if duties is None else duties
        self._outlook = Outlook(rules, scope.commands, scope.lifecycles, scope.outcomes, duties)
        self._keys = Keys(policy, self._outlook)
        self._inputs = Inputs(policy, self._world, self._outlook, bounds, resting=scope.resting)
        exact = {u.check.rule for u in self._outlook.uses if u.check.sights is None}
        self._found = Explored(track, bounds, self._world, exact=tuple(sorted(exact)))
        self._known: dict[Hashable, int] = {}
        self._queue: deque[Node] = deque()
        self._merges: list[Merged] = []
        self._forms = Forms(self._outlook)
        self._formed: dict[Hashable, int] = {}
        self._watch: Watch | None = None
        self._there = False
        visible = scope.visible
        self._helpers = Helpers(self._outlook, visible) if visible is not None else None
        # What is said of one of several items counts as long as something may be said of one.
        self._saying = frozenset(s.rule for s in self._outlook.steps if self._inputs.counts(s))

    def run(self, watch: Watch | None) -> Explored:
        """Everything that is found."""
        found, self._watch = self._found, watch
        for start in self._world.starts:
            node = self._met(self._spot(start, self._first, None, USUAL), None)
            if node.parent is None and node.number not in found.starts:
                found.starts.append(node.number)
        while self._queue and not self._there:
            if len(found.nodes) > self._bounds.states:
                self._stopped()
                break
            self._expand(self._queue.popleft())
        found.beyond = dict(self._inputs.beyond)
        if not self._there:
            self._compare()
        found.complete = found.complete and not found.incongruent and not found.raised
        return found

    def _stopped(self) -> None:
        self._found.complete = False
        self._found.unexplored = dict(sorted(Counter(n.today for n in self._queue).items()))

    def _spot(self, state: State, today: date, watched: Hashable, unusual: Unusual) -> Spot:
        """Where a run stands, without what makes no difference there any more."""
        if self._over(state, today):
            watched = None
        if unusual and not self._ahead(self._saying, state, today):
            unusual = USUAL
        if unusual:
            facts, subjects = self._inputs.on(today), state.subjects
            unusual = tuple(
                i for i in unusual if not self._keys.spent(state, subjects[i], facts, watched)
            )
        return Spot(state, today, watched, unusual)

    def _unusual(self, node: Node, given: Input, events: tuple[Event, ...]) -> Unusual:
        """What was said out of the ordinary after an input, if that is bounded."""
        if self._bounds.unusual is None or not (given.unusual or node.unusual):
            return node.unusual
        return self._inputs.odd(node.unusual, node.state, given, events)

    def _over(self, state: State, today: date) -> bool:
        """Whether nothing is left of what is asked about."""
        until = self._scope.until
        return bool(until) and not self._ahead(until, state, today)

    def _ahead(self, rules: frozenset[str], state: State, today: date) -> bool:
        """Whether one of some steps may still be taken."""
        return self._outlook.any_ahead(rules, self._outlook.root_at(state, today))

    def _met(self, spot: Spot, parent: tuple[int, Input] | None) -> Node:
        """The node that a run is at, a new one if there is none."""
        state, today, watched, unusual = spot
        form = (self._forms.of(state), today, watched, unusual)
        nodes, number = self._found.nodes, self._formed.get(form)
        if number is not None:
            self._found.merges += 1
            return nodes[number]
        number = self._formed[form] = self._known.setdefault(self._key(spot), len(nodes))
        if number < len(nodes):
            self._found.merges += 1
            if parent is not None:
                self._merges.append(Merged(number, spot, parent))
            return nodes[number]
        node = Node(number, state, today, parent, watched, unusual=unusual)
        nodes.append(node)
        if self._over(state, today):
            node.expanded = True
        else:
            self._queue.append(node)
        return node

    def _key(self, spot: Spot) -> Hashable:
        state, today, watched, unusual = spot
        return self._keys.key(state, self._inputs.on(today), watched, unusual)

    def _expand(self, node: Node) -> None:
        node.expanded = True
        before = self._inputs.unsaid
        first = ""
        for given, taken in self._ordered(node):
            name = given.command.name
            if first and name != first:
                break
            events = self._decided(node, given)
            if events is None:
                node.refused.append(given)
            elif given.beyond:
                node.beyond |= {name}
            elif taken is Taken.NOT:
                node.also |= {name}
            else:
                to = self._met(self._after(node, given, events), (node.number, given))
                node.steps.append((given, events, to.number))
                if to is not node and taken is Taken.FIRST:
                    first = name
        node.unsaid = self._inputs.unsaid > before
        sought = self._scope.sought
        self._there = not sought.isdisjoint(given.command.name for given, _, _ in node.steps)

    def _helping(self, given: Input) -> bool:
        """Whether an input only helps, so that it is taken before anything else."""
        return self._helpers is not None and given.command.name in self._helpers.commands

    def _ordered(self, node: Node) -> Iterator[tuple[Input, Taken]]:
        """What may be tried, what comes first before the rest."""
        inputs = self._inputs.of(
            node.state, node.today, self._keys, node.watched, unusual=len(node.unusual)
        )
        rest: list[tuple[Input, Taken]] = []
        helping: list[Input] = []
        for given in inputs:
            if not self._helping(given):
                rest.append((given, Taken.WITH_THE_REST))
            elif self._waits(node, given):
                helping.append(given)
            elif given.command.name in self._scope.also:
                rest.append((given, Taken.NOT))
        # One command at a time, about all that it may be about: the order of items does not count.
        for given in sorted(helping, key=lambda given: given.command.name):
            yield given, Taken.FIRST
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
            ours |= {(name, ASKED) for name in kept.also}
            state, today, watched, unusual = merged.spot
            other = replace(kept, state=state, today=today, watched=watched, unusual=unusual)
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
        if self._over(node.state, node.today):
            return
        first = ""
        for given, taken in self._ordered(node):
            name = given.command.name
            if first and name != first:
                break
            events = None if given.beyond else self._decided(node, given)
            if events is None:
                continue
            if taken is Taken.NOT:
                yield name, ASKED
                continue
            to = self._where(self._after(node, given, events))
            yield name, to
            if to != node.number and taken is Taken.FIRST:
                first = name

    def _where(self, spot: Spot) -> int | None:
        """The number of the node that a run is at, if there is one."""
        return self._known.get(self._key(spot))

    def _after(self, node: Node, given: Input, events: tuple[Event, ...]) -> Spot:
        command = given.command
        today = command.occurred_on if isinstance(command, Tick) else node.today
        state = fold(node.state, events) if events else node.state
        watched = self._watch(node.watched, events) if self._watch else None
        return self._spot(state, today, watched, self._unusual(node, given, events))

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
