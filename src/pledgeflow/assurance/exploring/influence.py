"""Which commands can ever make a difference to which: what can be left out without losing anything.

A step has effects: what it records, moves, adds, changes, grades, and what follows from it. An effect
depends on what the guards of its step look at. Followed backwards from what somebody asks about, this
gives all that it may depend on; every run under a policy becomes a run without the other commands if
these are left out of it, and every run without them is one under the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import OutcomeRule, Step
from pledgeflow.policy.guards.binding import (
    CALLED,
    ENTERED,
    GRADE,
    OUTCOMES,
    REVISED,
    Check,
)

Thing = tuple[str, str]
"""What can be looked at and changed: a state, a content, records, and what there is besides."""

SETTLED: Thing = ("besides", "settled")
"""That something happened at all, so that whatever completes by itself is looked at again."""

Losing = Callable[[Step, Step], bool]
"""Whether it makes a difference that a step takes another away for good."""


def always(_: Step, __: Step) -> bool:
    """Whenever it is."""
    return True


class Effect(NamedTuple):
    """Something that a step does. looks: what decides whether it does; changes: what it changes;
    places: the states of the whole in which it does, if nothing else is told of these (None: it may
    be)
    """

    step: Step
    looks: frozenset[Thing]
    changes: frozenset[Thing]
    places: frozenset[str] | None


class Closure(NamedTuple):
    """All that makes a difference to something: commands, the lifecycles whose states do, and what
    follows.
    """

    commands: frozenset[str]
    lifecycles: frozenset[str]
    outcomes: frozenset[str]

    def within(self, other: Closure) -> bool:
        """Whether all of it is in another."""
        return all(mine <= theirs for mine, theirs in zip(self, other, strict=True))


class Influence:
    """The effects of the steps of a track, and what depends on what.

    because: what this outcome calls for is done because of it, and of no other; asked: commands
    that somebody asks about, so that none of them stands for others (`standing`: those that do)
    """

    def __init__(
        self,
        outlook: Outlook,
        because: OutcomeRule | None = None,
        asked: frozenset[str] = frozenset(),
    ) -> None:
        self._outlook, self._rules, self._because = outlook, outlook.rules, because
        self._asked = asked
        self.standing: set[str] = set()
        self._effects = tuple(e for step in outlook.steps for e in self._of(step))
        # Signatures that a change makes void might as well not have been given: nothing is lost.
        self._before: list[tuple[int, ...]] = []
        self._taking: list[tuple[int, ...]] = []
        for effect in self._effects:
            told = [n for n, e in enumerate(self._effects) if self._matters(e, effect)]
            before = [n for n in told if self.follows(self._effects[n].step, effect.step)]
            self._before.append(tuple(before))
            taking = (n for n in told if self._takes_away(self._effects[n], effect))
            self._taking.append(tuple(taking))

    def closed(
        self,
        commands: Iterable[str],
        lifecycles: Iterable[str] = (),
        *,
        looks: Iterable[Thing] = (),
        steps: Iterable[Step] = (),
        losing: Losing = always,
    ) -> Closure:
        """All on which these depend, themselves included.

        lifecycles, looks: on whose states (of the root: on its course to the end) and on what else,
        too; steps: and on whether these are taken; losing: see `Losing`
        """
        asked_for: set[Thing] = {("records", command) for command in commands}
        asked_for |= {("state", lifecycle) for lifecycle in lifecycles}
        asked_for |= set(looks)
        return _closure(self._found(asked_for, steps, losing), asked_for)

    def after(self, steps: Iterable[Step]) -> Losing:
        """As long as what is lost could be taken after one of some steps."""
        begun = tuple(steps)
        return lambda _, lost: any(self.follows(one, lost) for one in begun)

    def before(self, steps: Iterable[Step], first: Iterable[Step] = ()) -> Losing:
        """As long as it is lost by one of some steps, or before one may be taken. first: by these,
        too, and by what happens by itself as soon as one of them is taken
        """
        begin = tuple(steps)
        by = [*begin, *first]
        for one in by:
            by += [step for step in self._at_once(one) if step not in by]
        return lambda step, _: step in by or any(self.follows(step, one) for one in begin)

    def _matters(self, earlier: Effect, effect: Effect) -> bool:
        """Whether what an effect depends on is changed by another."""
        whole: Thing = ("state", self._outlook.root)
        changed = earlier.changes & effect.looks
        if changed != {whole} or effect.places is None:
            return bool(changed)
        # From one state to another in which the same can be done is as if it had not moved.
        dest, places = earlier.step.dest, effect.places
        return any((source in places) != (dest in places) for source in earlier.step.sources)

    def _places(self, step: Step, checks: Iterable[Check]) -> frozenset[str] | None:
        """See `Effect`. What a guard looks at may be held against when a state was entered."""
        for check in (*step.checks, *checks):
            if check.sights is None or any(s.records or s.turns or s.of for s in check.sights):
                return None
        if step.waits is not None:
            return None
        root = self._outlook.root
        if step.lifecycle == root:
            return frozenset(step.sources)
        every = frozenset(self._rules.lifecycles[root].states)
        return every.intersection(*(q for lifecycle, q in step.above if lifecycle == root))

    def _takes_away(self, earlier: Effect, effect: Effect) -> bool:
        """Whether the whole leaves the states in which a step can be taken."""
        dest, places = earlier.step.dest, effect.places
        if dest is None or earlier.step.lifecycle != self._outlook.root:
            return False
        if places is None:
            # What could not be taken any more is not lost.
            return any(self._anywhere(effect.step, place) for place in earlier.step.sources)
        return dest not in places and not places.isdisjoint(earlier.step.sources)

    def _found(self, asked_for: set[Thing], steps: Iterable[Step], losing: Losing) -> list[Effect]:
        """The effects on which some things depend. steps, losing: see `closed`"""
        taken, effects = frozenset(id(step) for step in steps), enumerate(self._effects)
        found = {n for n, e in effects if e.changes & asked_for or id(e.step) in taken}
        new = list(found)
        while new:
            effect = new.pop()
            lost = self._effects[effect].step
            taking = (n for n in self._taking[effect] if losing(self._effects[n].step, lost))
            more = [n for n in (*self._before[effect], *taking) if n not in found]
            found.update(more)
            new += more
        return [self._effects[n] for n in found]

    def answering(
        self, rule: OutcomeRule, commands: Iterable[str], *, course: bool = False
    ) -> Closure:
        """All on which it depends whether what an outcome calls for can be done. commands: these,
        and by which the outcome comes about; course: and on the course of the root to its end

        Where it is owed, nothing else has to call for it; and where something else has, it might as
        well not have been done, if nothing else looks at that.
        """
        called = {command for command, _ in rule.calls}
        asked_for: set[Thing] = {("records", command) for command in commands}
        asked_for |= set(arising((rule.id,)))
        asked_for |= {("state", self._outlook.root)} if course else set()
        brings = self._outlook.brings
        since = tuple(s for s in self._outlook.steps if any(brings(s, sign) for sign in rule.signs))
        losing = self.after(since)
        found = Influence(self._outlook, rule)._found(asked_for, (), losing)
        own = {SETTLED, ("besides", f"{OUTCOMES}.{rule.id}")}
        if any(
            self._matters(effect._replace(changes=effect.changes - own), look)
            and (self.follows(effect.step, look.step) or self._takes_away(effect, look))
            for effect in self._effects
            if effect.step.trigger in called
            for look in found
        ):
            whole = (self._outlook.root,) if course else ()
            return self.closed(commands, whole, looks=arising((rule.id,)), losing=losing)
        return _closure(found, asked_for)

    def brings(self, command: str) -> bool:
        """Whether something besides its record comes of a command: a grade, an outcome, an answer."""
        return any(
            kind == "besides" and name != SETTLED[1]
            for effect in self._effects
            if effect.step.trigger == command
            for kind, name in effect.changes
        )

    def follows(self, step: Step, other: Step) -> bool:
        """Whether the other step may still be taken after the first, as far as the root goes."""
        return any(self._anywhere(other, place) for place in self._leaves(step))

    def _at_once(self, step: Step) -> Iterator[Step]:
        """What may happen to the whole by itself as soon as a step is taken."""
        places = self._leaves(step)
        for other in self._outlook.steps:
            silent = other.lifecycle == self._outlook.root and not other.roles
            if silent and not places.isdisjoint(other.sources):
                yield other

    def _leaves(self, step: Step) -> set[str]:
        """Where the root may be when a step has been taken."""
        root = self._outlook.root
        if step.lifecycle == root:
            return {step.dest} if step.dest is not None else set(step.sources)
        places = {q for lifecycle, states in step.above if lifecycle == root for q in states}
        return places or set(self._rules.lifecycles[root].states)

    def _anywhere(self, step: Step, place: str) -> bool:
        """Whether a step may still be taken when the root is in a state."""
        return self._outlook.anywhere(step, (place, frozenset()))

    def _of(self, step: Step) -> Iterator[Effect]:
        looks, places = frozenset(self._looked_at(step)), self._places(step, ())
        yield Effect(step, looks, frozenset(self._changed(step)), places)
        grading = self._rules.grading
        if grading is not None and step.trigger in (grading.command, grading.confirmed_by):
            graded: Thing = ("besides", GRADE)
            yield Effect(step, looks | {graded}, frozenset({graded}), None)
        for rule in self._rules.outcomes:
            arisen: Thing = ("besides", f"{OUTCOMES}.{rule.id}")
            if any(self._outlook.brings(step, sign) for sign in rule.signs):
                about = tuple(lifecycle for lifecycle, _ in rule.items)
                judged = about or (step.lifecycle, self._outlook.root)
                besides = {t for c in rule.checks for j in judged for t in self._told(c, step, j)}
                besides |= {("state", lifecycle) for lifecycle in about}
                besides |= (
                    {("besides", GRADE)} if any(k == "tier" for k, _ in rule.signs) else set()
                )
                told = self._places(step, rule.checks)
                yield Effect(step, looks | besides | {arisen}, frozenset({arisen}), told)
            if any(command == step.trigger for command, _ in rule.calls):
                yield Effect(step, looks | {arisen}, frozenset({arisen}), places)

    def _looked_at(self, step: Step) -> Iterator[Thing]:
        yield "state", step.lifecycle
        yield from (("state", lifecycle) for lifecycle, _ in step.above)
        if step.waits is not None and step.waits.field is not None:
            yield "content", step.lifecycle
        for check in step.checks:
            yield from self._told(check, step, step.lifecycle)
        named = self._rules.commands.get(step.trigger) if step.roles else None
        if named is not None:
            # What a step of something else names has to be there, wherever it stands.
            pointed = named.points_at if named.pointer in named.required else None
            kinds = {pointed, *(lifecycle for _, lifecycle in named.counts)}
            yield from (("content", kind) for kind in kinds - {None, step.lifecycle} if kind)
        if _settles(step):
            yield SETTLED

    def _told(self, check: Check, step: Step, judged: str) -> Iterator[Thing]:
        """What a guard looks at when a step is taken. judged: the lifecycle that it is asked about"""
        seen = frozenset(looked_at(check, judged))
        yield from seen
        if ("besides", ENTERED) in seen:
            yield "state", self._outlook.root
        every = self._rules.outcomes if ("besides", OUTCOMES) in seen else ()
        yield from arising(rule.id for rule in every)
        called = [name.partition(".") for kind, name in seen if kind == "besides"]
        named = frozenset(outcome for what, _, outcome in called if what == CALLED)
        calling = self._calling(step.trigger, named) if named else ()
        yield from arising(rule.id for rule in calling)

    def _calling(self, command: str, named: frozenset[str]) -> tuple[OutcomeRule, ...]:
        """The outcomes because of which a command may be given. named: only these; "": any

        One of them may stand for all: if it comes of an act that is possible wherever the command
        is, by the same people, and that nothing else looks at. Whoever gives the command because of
        another one could have begun with that act.
        """
        calling = tuple(
            rule
            for rule in self._rules.outcomes
            if any(called == command for called, _ in rule.calls)
            and not named.isdisjoint({"", rule.id})
        )
        if self._because in calling:
            return (self._because,)
        one = next((rule for rule in calling if self._stands_for_all(rule, command)), None)
        return (one,) if one is not None else calling

    def _stands_for_all(self, rule: OutcomeRule, command: str) -> bool:
        if rule.checks or rule.items or {called for called, _ in rule.calls} != {command}:
            return False
        root = self._outlook.root
        calls = [s for s in self._outlook.steps if s.trigger == command and s.roles]
        acts = [s for s in self._outlook.steps if ("command", s.trigger) in rule.signs]
        fit = {
            act.trigger
            for act in acts
            if act.records_only
            and act.lifecycle == root
            and not (act.checks or act.joint or act.stage or REACTION in act.roles)
            and not self._looked_at_elsewhere(act.trigger)
            and all(
                call.lifecycle == root
                and set(call.roles) <= set(act.roles)
                and set(call.sources) <= set(act.sources)
                for call in calls
            )
        }
        self.standing |= fit
        return not fit <= self._asked

    def _looked_at_elsewhere(self, act: str) -> bool:
        """Whether anything looks at an act, or at whatever follows."""
        arisen = {("besides", OUTCOMES), ("records", act)}
        seen = {t for use in self._outlook.uses for t in looked_at(use.check, use.judged)}
        ordered = self._rules.evaluation.order if self._rules.evaluation is not None else ()
        return (
            any(_settles(step) for step in self._outlook.steps)
            or act in ordered
            or not arisen.isdisjoint(seen)
        )

    def _changed(self, step: Step) -> Iterator[Thing]:
        if step.roles:
            yield "records", step.trigger
            yield SETTLED
        if step.dest is not None:
            yield "state", step.lifecycle
        if step.adds is not None:
            yield "state", step.adds
            yield "content", step.adds
        if step.amends is not None:
            yield "content", step.lifecycle
        if step.adds is not None or step.amends is not None:
            yield "besides", REVISED


def arising(outcomes: Iterable[str]) -> Iterator[Thing]:
    """That these outcomes arise, or are answered."""
    return (("besides", f"{OUTCOMES}.{outcome}") for outcome in outcomes)


def looked_at(check: Check, judged: str) -> Iterator[Thing]:
    """What a guard looks at that is judged about subjects of a lifecycle."""
    if check.sights is None:
        yield from (("records", command) for command in check.reads)
        yield from (("besides", thing) for thing in (OUTCOMES, CALLED, GRADE, REVISED))
        yield "content", judged
    for sight in check.sights or ():
        yield from (("records", command) for command in sight.records)
        yield from (("besides", thing) for thing in sight.besides)
        if sight.of:
            yield "state", sight.of
        if sight.says and not sight.records:
            yield "content", sight.of or judged


def _closure(found: list[Effect], asked_for: set[Thing]) -> Closure:
    looked = asked_for.union(*(effect.looks for effect in found))
    followed = (name.partition(".") for kind, name in looked if kind == "besides")
    return Closure(
        frozenset(effect.step.trigger for effect in found if effect.step.roles),
        frozenset(name for kind, name in looked if kind in ("state", "content")),
        frozenset(outcome for what, _, outcome in followed if what == OUTCOMES and outcome),
    )


def _settles(step: Step) -> bool:
    """Whether a step happens by itself because something else did, be that what it may."""
    return not step.roles and any(not _timeless(check) for check in step.checks)


def _timeless(check: Check) -> bool:
    """Whether only what happens changes what a guard says, and not the day."""
    return check.alone and all(sight.turns is None for sight in check.sights or ())
