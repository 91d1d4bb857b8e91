"""What a guard may know of the rules around it: who takes which step, and which way leads where."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field

from pledgeflow.policy.duties.owing import Duty
from pledgeflow.policy.language.lifecycles import Transition
from pledgeflow.policy.language.schema import Rules
from pledgeflow.policy.language.steps import CommandField


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A track's rules, looked at from the outside.

    others: place -> track -> its rules; duties: compiled, where they are asked about
    """

    rules: Rules
    root: str
    others: Mapping[str, Mapping[str, Rulebook]] = field(
        default_factory=dict, repr=False, compare=False
    )
    duties: Mapping[str, Duty] = field(default_factory=dict, repr=False)
    _fired: dict[str, tuple[Transition, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    _routes: dict[tuple[str, str, frozenset[str]], tuple[str, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def transitions(self, trigger: str) -> tuple[Transition, ...]:
        """Every transition that a command fires, in any lifecycle."""
        # Guards ask again and again, each time they refuse: the answers are kept.
        found = self._fired.get(trigger)
        if found is None:
            found = self._fired[trigger] = tuple(
                transition
                for lifecycle in self.rules.lifecycles.values()
                for name, transition in lifecycle.transitions.items()
                if fires(name, transition) == trigger
            )
        return found

    def takers(self, command: str) -> tuple[str, ...]:
        """The roles that may take `command`."""
        roles = (
            role
            for transition in self.transitions(command)
            if transition.by is not None
            for role in (*transition.by.any_of, *transition.by.all_of)
        )
        return tuple(dict.fromkeys(roles))

    def hands(self, command: str) -> tuple[tuple[str, ...], ...]:
        """Each party that has to take `command`, as the roles of which one may act for it."""
        moves = [move.by for move in self.transitions(command) if move.by is not None]
        if moves and all(by.all_of for by in moves):
            return tuple((role,) for role in moves[0].all_of)
        return (self.takers(command),)

    def points_at(self, command: str) -> str | None:
        """The lifecycle of the item that a command names, if it names one."""
        declared = self.rules.commands.get(command)
        types = (spec.type for spec in declared.fields.values()) if declared else ()
        return next((t for t in types if t in self.rules.lifecycles), None)

    def choices(self, rule: str, field: str) -> frozenset[str]:
        """The declared choices of a field of the command that the transition of a rule answers to."""
        spec = self._fields(rule).get(field)
        return frozenset(spec.choices) if spec is not None else frozenset()

    def asks(self, rule: str, field: str) -> bool:
        """Whether the command that the transition of a rule answers to has a field."""
        return field in self._fields(rule)

    def _fields(self, rule: str) -> Mapping[str, CommandField]:
        _, lifecycle, _, name, *_ = rule.split(".")
        transition = self.rules.lifecycles[lifecycle].transitions[name]
        command = self.rules.commands.get(fires(name, transition))
        return command.fields if command is not None else {}

    def home_of(self, state: str) -> str:
        """The lifecycle that a state belongs to; the root if none declares it."""
        for name, lifecycle in self.rules.lifecycles.items():
            if state in lifecycle.states:
                return name
        return self.root

    def meaning(self, means: str) -> tuple[str, ...]:
        """The commands that carry a meaning and that some transition fires."""
        return tuple(
            name
            for name, command in self.rules.commands.items()
            if command.means.value == means and self.transitions(name)
        )

    def adders(self, lifecycle: str) -> tuple[str, ...]:
        """The triggers that add a subject of that lifecycle."""
        return self._that(lambda transition: transition.adds == lifecycle)

    def amenders(self, lifecycle: str) -> tuple[str, ...]:
        """The triggers that change the content of a subject of that lifecycle."""
        return self._that(lambda transition: transition.amends == lifecycle)

    def duty(self, name: str) -> Duty | None:
        """A duty by its id; none if there is none."""
        return self.duties.get(name)

    def states(self, lifecycle: str) -> frozenset[str]:
        """All states of that lifecycle; none if there is no such lifecycle."""
        found = self.rules.lifecycles.get(lifecycle)
        return frozenset(found.states) if found is not None else frozenset()

    def beside(self, place: str) -> Mapping[str, Rulebook]:
        """The rules of each track of that place."""
        return self.others.get(place, {})

    def initial(self, lifecycle: str) -> str:
        """The state in which a subject of that lifecycle begins; "" if there is none."""
        found = self.rules.lifecycles.get(lifecycle)
        return found.initial if found is not None else ""

    def route(self, lifecycle: str, source: str, dests: frozenset[str]) -> tuple[str, ...]:
        """The triggers of the shortest way from a state to one of `dests`, people's steps only."""
        key = (lifecycle, source, dests)
        found = self._routes.get(key)
        if found is None:
            way = self.way(lifecycle, source, dests) or ()
            found = tuple(fires(name, step) for name, step in way if step.by is not None)
            self._routes[key] = found
        return found

    def way(
        self,
        lifecycle: str,
        source: str,
        dests: frozenset[str],
        barred: Container[str] = frozenset[str](),
    ) -> tuple[tuple[str, Transition], ...] | None:
        """The shortest way from a state to one of `dests`, timed and self-completing steps too.

        barred: transitions that it does not take
        """
        moves = self.rules.lifecycles[lifecycle].transitions
        seen = {source}
        queue: deque[tuple[str, tuple[tuple[str, Transition], ...]]] = deque([(source, ())])
        while queue:
            state, steps = queue.popleft()
            if state in dests:
                return steps
            for name, move in moves.items():
                if name in barred or move.dest is None or move.dest in seen:
                    continue
                if state in move.source:
                    seen.add(move.dest)
                    queue.append((move.dest, (*steps, (name, move))))
        return None

    def _that(self, does: Callable[[Transition], bool]) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                fires(name, transition)
                for lifecycle in self.rules.lifecycles.values()
                for name, transition in lifecycle.transitions.items()
                if does(transition)
            )
        )


Books = Mapping[str, Mapping[str, Rulebook]]
"""place -> track -> its rules."""


def fires(name: str, transition: Transition) -> str:
    """The command that a transition answers to: its trigger, or else its own id."""
    return transition.trigger or name
