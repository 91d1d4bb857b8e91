"""What can still matter: from where subjects are, which guards may yet be asked and what they see.

A guard whose step can no longer be taken tells nothing apart any more. What is said here is only
ever too much, never too little, and the check of every merge would find where it were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pledgeflow.policy.compiled.rules import Ruleset, Sign, StageRule, Step
from pledgeflow.policy.guards.binding import Check, Sight


class Use(NamedTuple):
    """A check in its place: about subjects of which lifecycle, and the steps on which it is asked."""

    check: Check
    judged: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What matters of a subject where it is. exact: checks that do not say what they see.

    fields: dates that a timer will read; final: no step leaves the state any more
    """

    sights: tuple[Sight, ...]
    exact: tuple[Check, ...]
    stages: tuple[StageRule, ...]
    fields: tuple[str, ...]
    final: bool


class Outlook:
    """The steps of a track and what lies ahead of each state. All answers are kept."""

    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules
        self.root = rules.root
        self.steps = tuple(_steps(rules))
        self.uses = tuple(self._uses())
        self.seconds = frozenset(
            lifecycle for step in self.steps for lifecycle, _ in step.above
        ) - {rules.root}
        self._reach: dict[tuple[str, str, str], frozenset[str]] = {}
        self._profiles: dict[tuple[str, str, str], Profile] = {}
        self._coming: dict[str, tuple[str, ...]] = {}

    def _uses(self) -> Iterator[Use]:
        for step in self.steps:
            for check in step.checks:
                yield Use(check, step.lifecycle, (step,))
        for rule in (*self.rules.outcomes, *self.rules.reactions):
            steps = tuple(
                s for s in self.steps if any(self._brings(s, sign) for sign in rule.signs)
            )
            items = tuple(lifecycle for lifecycle, _ in rule.items)
            for judged in items or dict.fromkeys((self.root, *(s.lifecycle for s in steps))):
                for check in rule.checks:
                    yield Use(check, judged, steps)

    def _brings(self, step: Step, sign: Sign) -> bool:
        kind, name = sign
        match kind:
            case "command":
                return step.trigger == name and bool(step.roles)
            case "state":
                return step.dest == name
            case _:
                grading = self.rules.grading
                return grading is not None and step.trigger in (
                    grading.command,
                    grading.confirmed_by,
                )

    def reach(self, lifecycle: str, state: str, root: str) -> frozenset[str]:
        """The states that a subject may still come into, while the root is in `root` or goes on."""
        key = (lifecycle, state, root)
        if key not in self._reach:
            found, new = {state}, [state]
            while new:
                here = new.pop()
                for step in self.steps:
                    if step.lifecycle != lifecycle or here not in step.sources:
                        continue
                    dest = step.dest
                    if dest is not None and dest not in found and self._stands(step, root):
                        found.add(dest)
                        new.append(dest)
            self._reach[key] = frozenset(found)
        return self._reach[key]

    def _stands(self, step: Step, root: str) -> bool:
        """Whether the root may be, or come, where a step of an item needs it."""
        if step.lifecycle == self.root:
            return True
        ahead = self.reach(self.root, root, root)
        return all(ahead & states for lifecycle, states in step.above if lifecycle == self.root)

    def ahead(self, step: Step, lifecycle: str, state: str, root: str) -> bool:
        """Whether a subject may still take a step."""
        return (
            step.lifecycle == lifecycle
            and not self.reach(lifecycle, state, root).isdisjoint(step.sources)
            and self._stands(step, root)
        )

    def anywhere(self, step: Step, root: str) -> bool:
        """Whether any subject may still take a step."""
        if step.lifecycle == self.root:
            return self.ahead(step, self.root, root, root)
        return self._stands(step, root)

    def profile(self, lifecycle: str, state: str, root: str) -> Profile:
        """What matters of a subject in a state, while the root is in `root`."""
        key = (lifecycle, state, root)
        if key not in self._profiles:
            self._profiles[key] = self._profiled(lifecycle, state, root)
        return self._profiles[key]

    def _profiled(self, lifecycle: str, state: str, root: str) -> Profile:
        sights: list[Sight] = []
        exact: list[Check] = []
        for use in self.uses:
            asked = any(self.anywhere(step, root) for step in use.steps)
            mine = use.judged == lifecycle and any(
                self.ahead(step, lifecycle, state, root) or (asked and step.lifecycle != lifecycle)
                for step in use.steps
            )
            if use.check.sights is None:
                exact += [use.check] if mine else []
                continue
            sights += [
                s for s in use.check.sights if (mine if s.of == "" else asked and s.of == lifecycle)
            ]
        steps = [s for s in self.steps if self.ahead(s, lifecycle, state, root)]
        timed = [s.waits for s in steps if s.waits is not None]
        stages = [s.stage for s in steps] + [w.stage for w in timed]
        return Profile(
            tuple(sights),
            tuple(exact),
            tuple(dict.fromkeys(s for s in stages if s is not None)),
            tuple(dict.fromkeys(w.field for w in timed if w.field is not None)),
            not any(state in s.sources for s in steps) and lifecycle not in self.seconds,
        )

    def coming(self, root: str) -> tuple[str, ...]:
        """The lifecycles of which subjects may still come into being."""
        if root not in self._coming:
            adding = (s.adds for s in self.steps if s.adds and self.anywhere(s, root))
            self._coming[root] = tuple(dict.fromkeys(a for a in adding if a is not None))
        return self._coming[root]


def _steps(rules: Ruleset) -> Iterator[Step]:
    """Every compiled transition, once: of people, by itself, and of time."""
    seen: set[int] = set()
    places = [
        by_state for by_lifecycle in rules.steps.values() for by_state in by_lifecycle.values()
    ]
    places += [*rules.completions.values(), *rules.timers.values()]
    for by_state in places:
        for alternatives in by_state.values():
            for step in alternatives:
                if id(step) not in seen:
                    seen.add(id(step))
                    yield step
