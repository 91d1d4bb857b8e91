"""What can still matter: from where subjects are, which guards may yet be asked and what they see.

A guard whose step can no longer be taken tells nothing apart any more. What is said here is only
ever too much, never too little, and the check of every merge would find where it were.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.duties import condition
from pledgeflow.policy.compiled.rules import (
    OutcomeRule,
    ReactionRule,
    Ruleset,
    Sign,
    StageRule,
    Step,
)
from pledgeflow.policy.duties.owing import After, Duty
from pledgeflow.policy.guards.binding import Check, Sight
from pledgeflow.policy.guards.duties import brought

Root = tuple[str, frozenset[str]]
"""Where the root is, and the stages for which it is too late."""
Place = tuple[str, str, Root]


class Use(NamedTuple):
    """A check in its place: about subjects of which lifecycle, and the steps on which it is asked.

    owed: it is no guard, but decides whether something is owed after one of these steps
    """

    check: Check
    judged: str
    steps: tuple[Step, ...]
    owed: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What matters of a subject where it is. exact: checks that do not say what they see.

    stages: of steps that people take; ends: at the end of which time takes one;
    fields: dates that a timer will read; reads: the commands whose records are looked at; timed:
    whether it matters which day it is; ended: it has come to an end, no step leads on from there, and
    nothing is counted that has; named: some step has to name one; owing: something may be owed of it
    """

    sights: tuple[Sight, ...]
    exact: tuple[Check, ...]
    stages: tuple[StageRule, ...]
    ends: tuple[StageRule, ...]
    fields: tuple[str, ...]
    reads: tuple[str, ...]
    timed: bool
    ended: bool
    named: bool
    owing: bool

    def bounds(self, starts: date) -> Iterator[date]:
        """The days from which on something is permitted or refused that was not the day before.

        Where being early or late is only recorded, nothing is. The day after the first of a stage
        that ends is one too, so that a date may pass while the stage does not.
        """
        for stage in self.stages:
            first, last = stage.days(starts)
            if first is not None and stage.refuses_early:
                yield first
            if last is not None and stage.refuses_late:
                yield last + DAY
                if first is not None:
                    yield first + DAY
        for stage in self.ends:
            last = stage.days(starts)[1]
            if last is not None:
                yield last + DAY


class Outlook:
    """The steps of a track and what lies ahead of each state. All answers are kept.

    commands: only these are given; lifecycles: only what becomes of subjects of these matters, and
    of the whole; outcomes: only these matter, but for what a guard sees (None: all); duties: what
    becomes of these matters
    """

    def __init__(
        self,
        rules: Ruleset,
        commands: frozenset[str] | None = None,
        lifecycles: frozenset[str] | None = None,
        outcomes: frozenset[str] | None = None,
        duties: frozenset[str] = frozenset(),
    ) -> None:
        self.rules = rules
        self.root = rules.root
        self.duties = duties
        self.commands, self.lifecycles, self.outcomes = commands, lifecycles, outcomes
        self.steps = tuple(step for step in _steps(rules) if self.has(step))
        self.uses = tuple(self._uses())
        self._reach: dict[Place, frozenset[str]] = {}
        self._profiles: dict[Place, Profile] = {}
        self._coming: dict[Root, tuple[str, ...]] = {}
        self._any: dict[tuple[frozenset[str], Root], bool] = {}
        self._acting: dict[Root, frozenset[str]] = {}
        self._over: dict[date, frozenset[str]] = {}

    def has(self, step: Step) -> bool:
        """Whether a step is among those that are tried: what happens by itself always is, where it
        matters.
        """
        if not self.matters(step.lifecycle):
            return False
        return self.commands is None or not step.roles or step.trigger in self.commands

    def matters(self, lifecycle: str) -> bool:
        """Whether it makes a difference what becomes of the subjects of a lifecycle."""
        return self.lifecycles is None or lifecycle == self.root or lifecycle in self.lifecycles

    def _uses(self) -> Iterator[Use]:
        for step in self.steps:
            for check in step.checks:
                yield Use(check, step.lifecycle, (step,))
        rules: tuple[OutcomeRule | ReactionRule, ...] = (
            *self.rules.outcomes,
            *self.rules.reactions,
        )
        for rule in rules:
            steps = tuple(s for s in self.steps if any(self.brings(s, sign) for sign in rule.signs))
            items = tuple(lifecycle for lifecycle, _ in rule.items)
            for judged in items or dict.fromkeys((self.root, *(s.lifecycle for s in steps))):
                for check in rule.checks:
                    yield Use(check, judged, steps)
        for duty in (self.rules.duties[name] for name in sorted(self.duties)):
            steps, judged = tuple(self._giving_rise(duty)), duty.each or self.root
            under = condition(duty.id, self.rules.source) if duty.condition is not None else None
            if under is not None:
                yield Use(under, judged, steps, owed=True)
            if comes_elsewhere(self.rules, duty):
                sights = (brought(duty),)
                yield Use(Check(duty.rule, _permits, sights=sights), judged, steps, owed=True)

    def _giving_rise(self, duty: Duty) -> Iterator[Step]:
        """The steps with which a duty may begin, or begin to be one."""
        after = duty.rhythm.command if isinstance(duty.rhythm, After) else ""
        return (s for s in self.steps if not s.records_only or s.trigger == after)

    def brings(self, step: Step, sign: Sign) -> bool:
        """Whether a step brings about an event of that kind."""
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

    def root_at(self, state: State, today: date) -> Root:
        """Where the root is, and which stages are over for good."""
        if today not in self._over:
            stages = {step.stage for step in self.steps if step.stage is not None}
            self._over[today] = frozenset(
                stage.id
                for stage in stages
                if stage.refuses_late
                and (last := stage.days(state.cycle.starts)[1]) is not None
                and last < today
            )
        return state.subjects[state.root].state, self._over[today]

    def reach(self, lifecycle: str, state: str, root: Root) -> frozenset[str]:
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

    def _stands(self, step: Step, root: Root) -> bool:
        """Whether there is still time for a step, and the root may come where it needs it."""
        if step.stage is not None and step.stage.id in root[1]:
            return False
        if step.lifecycle == self.root:
            return True
        ahead = self.reach(self.root, root[0], root)
        return all(ahead & states for lifecycle, states in step.above if lifecycle == self.root)

    def ahead(self, step: Step, lifecycle: str, state: str, root: Root) -> bool:
        """Whether a subject may still take a step."""
        return (
            step.lifecycle == lifecycle
            and not self.reach(lifecycle, state, root).isdisjoint(step.sources)
            and self._stands(step, root)
        )

    def anywhere(self, step: Step, root: Root) -> bool:
        """Whether any subject may still take a step."""
        if step.lifecycle == self.root:
            return self.ahead(step, self.root, root[0], root)
        return self._stands(step, root)

    def any_ahead(self, rules: frozenset[str], root: Root) -> bool:
        """Whether any subject may still take one of some steps. rules: of the steps"""
        known = self._any.get((rules, root))
        if known is None:
            known = any(s.rule in rules and self.anywhere(s, root) for s in self.steps)
            self._any[rules, root] = known
        return known

    def acting(self, root: Root) -> frozenset[str]:
        """The roles of the steps that may still be taken."""
        if root not in self._acting:
            taken = (step for step in self.steps if self.anywhere(step, root))
            self._acting[root] = frozenset(role for step in taken for role in step.roles)
        return self._acting[root]

    def profile(self, lifecycle: str, state: str, root: Root) -> Profile:
        """What matters of a subject in a state, while the root is where it is."""
        key = (lifecycle, state, root)
        if key not in self._profiles:
            self._profiles[key] = self._profiled(lifecycle, state, root)
        return self._profiles[key]

    def _profiled(self, lifecycle: str, state: str, root: Root) -> Profile:
        exact: list[Check] = []
        found: dict[Hashable, Sight] = {}
        ways = self.reach(lifecycle, state, root)
        for use in self.uses:
            asked = any(self.anywhere(step, root) for step in use.steps)
            mine = use.judged == lifecycle and any(
                self.ahead(step, lifecycle, state, root) or (asked and step.lifecycle != lifecycle)
                for step in use.steps
            )
            if use.check.sights is None:
                exact += [use.check] if mine else []
            for sight in use.check.sights or ():
                looks = mine if sight.of == "" else asked and sight.of == lifecycle
                if looks and (not sight.where or not ways.isdisjoint(sight.where)):
                    found[sight.of, id(sight) if sight.alike is None else sight.alike] = sight
        sights = tuple(found.values())
        steps = [step for step in self.steps if self.ahead(step, lifecycle, state, root)]
        timed = [step.waits for step in steps if step.waits is not None]
        periods = [t for t in timed if t.period is not None]
        fields = tuple(dict.fromkeys(t.field for t in timed if t.field is not None))
        return Profile(
            sights,
            tuple(exact),
            tuple(dict.fromkeys(step.stage for step in steps if step.stage is not None)),
            tuple(dict.fromkeys(t.stage for t in timed if t.stage is not None)),
            fields,
            tuple(
                sorted({c for s in sights for c in s.records} | {c for e in exact for c in e.reads})
            ),
            bool(fields or exact or periods) or any(sight.turns is not None for sight in sights),
            self._ended(lifecycle, state, root),
            any(self._names(step, lifecycle) for step in self.steps),
            any(self._owing(lifecycle, state)),
        )

    def _ended(self, lifecycle: str, state: str, root: Root) -> bool:
        rules = self.rules
        following: tuple[OutcomeRule | ReactionRule, ...] = (*rules.outcomes, *rules.reactions)
        told = any(
            name == lifecycle and state in states
            for rule in following
            for name, states in rule.items
        )
        voted = any(of == lifecycle for named in rules.commands.values() for _, of in named.counts)
        steps = (s for s in self.steps if s.lifecycle == lifecycle and state in s.sources)
        open_ = any(self._stands(step, root) for step in steps)
        over = state in rules.lifecycles[lifecycle].final or not self.matters(lifecycle)
        return over and not (told or voted or open_)

    def _owing(self, lifecycle: str, state: str) -> Iterator[bool]:
        """Whether each duty may begin for items in a state, but for one that comes of an act."""
        for duty in (self.rules.duties[name] for name in sorted(self.duties)):
            done = duty.ends_with.get(lifecycle, frozenset[str]())
            there = state in duty.among if duty.among else state not in done
            told = isinstance(duty.rhythm, After) and bool(duty.rhythm.command)
            yield duty.each == lifecycle and there and not told

    def _names(self, step: Step, lifecycle: str) -> bool:
        """Whether a step of something else has to name a subject of a lifecycle."""
        named = self.rules.commands.get(step.trigger) if step.lifecycle != lifecycle else None
        return (
            named is not None
            and named.points_at == lifecycle
            and named.pointer in named.required
            and bool(step.roles)
        )

    def coming(self, root: Root) -> tuple[str, ...]:
        """The lifecycles of which subjects may still come into being."""
        if root not in self._coming:
            adding = (step.adds for step in self.steps if self.anywhere(step, root))
            self._coming[root] = tuple(dict.fromkeys(a for a in adding if a is not None))
        return self._coming[root]


def _permits(*_: object) -> None:
    """What is no guard has nothing against anything."""


def comes_elsewhere(rules: Ruleset, duty: Duty) -> bool:
    """Whether what a duty comes from may happen where it is none yet."""
    if not (isinstance(duty.rhythm, After) and duty.rhythm.command):
        return False
    taken = [step for step in _steps(rules) if step.trigger == duty.rhythm.command]
    every = frozenset(rules.lifecycles[rules.root].states)

    def here(step: Step) -> bool:
        above = [states for lifecycle, states in step.above if lifecycle == rules.root]
        mine = [frozenset(step.sources)] if step.lifecycle == rules.root else []
        whole = every.intersection(*above, *mine)
        item = step.lifecycle == duty.each and duty.among.issuperset(step.sources)
        return (not duty.under or whole <= duty.under) and (not duty.among or item)

    return not all(here(step) for step in taken)


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
