"""Where a whole and one of its items can stand at the same time: what says `while`, or `since` when
records count, can be told from that in a track of any size.

All pairs of a state of the whole and a state of an item are gone through that steps can lead to,
whoever takes them and whatever is said. Of guards only those count that ask of all items that they
are in some states. So everything that can happen is among the pairs, however many items there are,
and more. What holds in all of them is proved; what does not is not refuted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.guards.history import NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import Items
from pledgeflow.policy.language.lifecycles import Lifecycle, Transition
from pledgeflow.policy.language.schema import Rules

Pair = tuple[str, str]
"""A state of the whole, and one of the item."""


@dataclass(frozen=True, slots=True)
class Together:
    """The rules of one track. root: the lifecycle of the whole"""

    rules: Rules
    root: str

    @property
    def whole(self) -> Lifecycle:
        """The lifecycle of the whole."""
        return self.rules.lifecycles[self.root]

    def pairs(self, lifecycle: str) -> frozenset[Pair] | None:
        """Where the whole and an item of a lifecycle can stand together; None if that is not only
        their own affair: the item belongs to something else, or comes from another cycle.
        """
        item = self.rules.lifecycles[lifecycle]
        steps = item.transitions.values()
        if item.of != (self.root,) or any(step.carries is not None for step in steps):
            return None
        found: set[Pair] = set()
        ahead = list(self._beginnings(lifecycle))
        while ahead:
            pair = ahead.pop()
            if pair not in found:
                found.add(pair)
                ahead += self._next(lifecycle, pair)
        return frozenset(found)

    def _beginnings(self, lifecycle: str) -> Iterator[Pair]:
        initial = self.rules.lifecycles[lifecycle].initial
        for name, rules in self.rules.lifecycles.items():
            for step in rules.transitions.values():
                if step.adds == lifecycle:
                    states = (*step.source, step.dest) if name == self.root else self.whole.states
                    yield from ((state, initial) for state in states if state is not None)

    def _next(self, lifecycle: str, pair: Pair) -> Iterator[Pair]:
        over, here = pair
        for step in self.whole.transitions.values():
            if over in step.source and step.dest is not None and _lets(step, lifecycle, here):
                yield step.dest, here
        for step in self.rules.lifecycles[lifecycle].transitions.values():
            if here in step.source and step.dest is not None and over in self.under(step):
                yield over, step.dest

    def under(self, step: Transition) -> Iterable[str]:
        """The states of the whole under which a step on an item is open."""
        return step.while_.get(self.root, self.whole.states)

    def idle(self, place: Pair, guard: PrecededBy | NotPrecededBy) -> bool:
        """Whether `since` does not matter: the state has not been entered when the guard is asked, or
        it is entered once, and what the guard counts is only recorded after that. place: the
        lifecycle and the step on which the guard stands
        """
        since = guard.since
        if since is None:
            return True
        if since not in self.whole.states or since == self.whole.initial:
            return False
        lifecycle, name = place
        step = self.rules.lifecycles[lifecycle].transitions[name]
        if lifecycle != self.root and since in self.rules.lifecycles[lifecycle].states:
            return False
        # A record may be entered late, and is then judged by what has been since.
        moves = lifecycle == self.root and step.dest is not None
        asked = set(step.source) if moves else set(self.whole.states)
        later = {since} | self._after({since})
        never = later.isdisjoint(asked)
        once = since not in self._after({since})
        return never or (once and all(self._only_after(since, c) for c in guard.command))

    def _after(self, states: set[str], without: str = "") -> set[str]:
        """Every state into which steps of the whole can lead from these, but not through one."""
        found: set[str] = set()
        ahead = list(states)
        while ahead:
            here = ahead.pop()
            dests = {s.dest for s in self.whole.transitions.values() if here in s.source and s.dest}
            new = dests - found - {without}
            found |= new
            ahead += new
        return found

    def _only_after(self, since: str, command: str) -> bool:
        """Whether a command can only be recorded once a state has been entered."""
        before = {self.whole.initial} | self._after({self.whole.initial}, since)
        return all(
            name == self.root and before.isdisjoint(transition.source)
            for name, rules in self.rules.lifecycles.items()
            for step, transition in rules.transitions.items()
            if fires(step, transition) == command
        )


def _lets(step: Transition, lifecycle: str, state: str) -> bool:
    """Whether the whole can take a step while one of its items is in a state."""
    if step.after is not None:
        return True
    for guard in (*step.guards.values(), *(step.when or {}).values()):
        if not isinstance(guard, Items) or guard.of != lifecycle:
            continue
        of_all = guard.if_ is None and not guard.states and not guard.saying
        if of_all and ((guard.all and state not in guard.all) or state in guard.none):
            return False
    return True


def opens_alike(before: Together, after: Together, path: tuple[str, ...]) -> bool:
    """Whether a change of `while`, `since` or `of` at a path of a track's rules is proved to make no
    difference to what is permitted, nor to the rules on which the rest is refused.
    """
    match path:
        case ("lifecycles", lifecycle, "transitions", name, "while", *_):
            steps = _steps(before, after, (lifecycle, name))
            return steps is not None and _under_alike(before, lifecycle, *steps)
        case ("lifecycles", lifecycle, "transitions", name, "guards", guard, "since"):
            steps = _steps(before, after, (lifecycle, name))
            return steps is not None and all(
                _since_idle(rules, (lifecycle, name), step, guard)
                for rules, step in zip((before, after), steps, strict=True)
            )
        case ("lifecycles", lifecycle, "of"):
            return _belonging_alike(before, after, lifecycle)
        case _:
            return False


def _belonging_alike(before: Together, after: Together, lifecycle: str) -> bool:
    """Whether nothing that such an item might belong to, or no more, is ever named where one is
    added.
    """
    items = [each.rules.lifecycles.get(lifecycle) for each in (before, after)]
    if items[0] is None or items[1] is None:
        return False
    mended = items[1].model_copy(update={"of": items[0].of})
    all_of_them = {**after.rules.lifecycles, lifecycle: mended}
    if after.rules.model_copy(update={"lifecycles": all_of_them}) != before.rules:
        return False
    differ = set(items[0].of) ^ set(items[1].of)
    for name, rules in before.rules.lifecycles.items():
        for step, transition in rules.transitions.items():
            if transition.adds != lifecycle:
                continue
            fields = before.rules.commands[fires(step, transition)].fields.values()
            if name in differ or any(field.type in differ for field in fields):
                return False
    return True


def _steps(
    before: Together, after: Together, place: tuple[str, str]
) -> tuple[Transition, Transition] | None:
    """A step before and after; None if anything else differs, or it is not there."""
    lifecycle, name = place
    rules = [each.rules.lifecycles.get(lifecycle) for each in (before, after)]
    if rules[0] is None or rules[1] is None:
        return None
    steps = [each.transitions.get(name) for each in (rules[0], rules[1])]
    if steps[0] is None or steps[1] is None:
        return None
    mended = rules[1].model_copy(update={"transitions": {**rules[1].transitions, name: steps[0]}})
    all_of_them = {**after.rules.lifecycles, lifecycle: mended}
    if after.rules.model_copy(update={"lifecycles": all_of_them}) != before.rules:
        return None
    return steps[0], steps[1]


def _under_alike(rules: Together, lifecycle: str, one: Transition, two: Transition) -> bool:
    pairs = rules.pairs(lifecycle)
    if pairs is None or two.model_copy(update={"while_": one.while_}) != one:
        return False
    others = [{k: v for k, v in s.while_.items() if k != rules.root} for s in (one, two)]
    under, over = set(rules.under(one)), set(rules.under(two))
    differ = under ^ over
    return others[0] == others[1] and not any(o in differ for o, h in pairs if h in one.source)


def _since_idle(rules: Together, place: tuple[str, str], step: Transition, name: str) -> bool:
    guard = step.guards.get(name)
    return isinstance(guard, PrecededBy | NotPrecededBy) and rules.idle(place, guard)
