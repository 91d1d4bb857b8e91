"""Which commands can ever make a difference to which: what can be left out without losing anything.

A step has effects: what it records, moves, adds, changes, grades, and what follows from it. An effect
depends on what the guards of its step look at. Followed backwards from what somebody asks about, this
gives all that it may depend on; every run under a policy becomes a run without the other commands if
these are left out of it, and every run without them is one under the policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import OutcomeRule, ReactionRule, Step
from pledgeflow.policy.guards.binding import CALLED, GRADE, OUTCOMES, REVISED, Check, Sight

Thing = tuple[str, str]
"""What can be looked at and changed: a state, a content, records, and what there is besides."""

SETTLED: Thing = ("besides", "settled")
"""That something happened at all, so that whatever completes by itself is looked at again."""


class Effect(NamedTuple):
    """Something that a step does. looks: what decides whether it does; changes: what it changes."""

    step: Step
    looks: frozenset[Thing]
    changes: frozenset[Thing]


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

    because: what this outcome calls for is done because of it, and of no other
    """

    def __init__(self, outlook: Outlook, because: OutcomeRule | None = None) -> None:
        self._outlook, self._rules, self._because = outlook, outlook.rules, because
        self._effects = tuple(e for step in outlook.steps for e in self._of(step))
        # Signatures that a change makes void might as well not have been given: nothing is lost.
        self._before: list[tuple[int, ...]] = [
            tuple(
                n
                for n, earlier in enumerate(self._effects)
                if earlier.changes & effect.looks and self.follows(earlier.step, effect.step)
            )
            for effect in self._effects
        ]

    def closed(
        self,
        commands: Iterable[str],
        lifecycles: Iterable[str] = (),
        *,
        outcomes: Iterable[str] = (),
        course: bool = True,
    ) -> Closure:
        """All on which these depend, themselves included.

        lifecycles, outcomes: on whose states and on which of them, too; course: and on the course
        of the root to its end
        """
        asked_for: set[Thing] = {("records", command) for command in commands}
        asked_for |= {("state", lifecycle) for lifecycle in lifecycles}
        asked_for |= {("besides", f"{OUTCOMES}.{outcome}") for outcome in outcomes}
        asked_for |= {("state", self._outlook.root)} if course else set()
        return _closure(self._found(asked_for), asked_for)

    def _found(self, asked_for: set[Thing]) -> list[Effect]:
        """The effects on which some things depend."""
        found = {n for n, effect in enumerate(self._effects) if effect.changes & asked_for}
        new = list(found)
        while new:
            more = [n for n in self._before[new.pop()] if n not in found]
            found.update(more)
            new += more
        return [self._effects[n] for n in found]

    def answering(self, rule: OutcomeRule, commands: Iterable[str]) -> Closure:
        """All on which it depends whether what an outcome calls for can be done. commands: these,
        and by which the outcome comes about

        Where it is owed, nothing else has to call for it; and where something else has, it might as
        well not have been done, if nothing else looks at that.
        """
        called = {command for command, _ in rule.calls}
        asked_for: set[Thing] = {("records", command) for command in commands}
        asked_for |= {("besides", f"{OUTCOMES}.{rule.id}"), ("state", self._outlook.root)}
        found = Influence(self._outlook, rule)._found(asked_for)
        own = {SETTLED, ("besides", f"{OUTCOMES}.{rule.id}")}
        if any(
            (effect.changes - own) & look.looks and self.follows(effect.step, look.step)
            for effect in self._effects
            if effect.step.trigger in called
            for look in found
        ):
            return self.closed(commands, outcomes=(rule.id,))
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
        root = self._outlook.root
        if step.lifecycle == root:
            places = {step.dest} if step.dest is not None else set(step.sources)
        else:
            places = {q for lifecycle, states in step.above if lifecycle == root for q in states}
            places = places or set(self._rules.lifecycles[root].states)
        return any(self._outlook.anywhere(other, (place, frozenset())) for place in places)

    def _of(self, step: Step) -> Iterator[Effect]:
        looks = frozenset(self._looked_at(step))
        yield Effect(step, looks, frozenset(self._changed(step)))
        grading = self._rules.grading
        if grading is not None and step.trigger in (grading.command, grading.confirmed_by):
            graded: Thing = ("besides", GRADE)
            yield Effect(step, looks | {graded}, frozenset({graded}))
        for rule in self._rules.outcomes:
            arisen: Thing = ("besides", f"{OUTCOMES}.{rule.id}")
            if any(self._outlook.brings(step, sign) for sign in rule.signs):
                besides = {t for c in rule.checks for t in self._told(c, step)}
                besides |= {("state", lifecycle) for lifecycle, _ in rule.items}
                besides |= (
                    {("besides", GRADE)} if any(k == "tier" for k, _ in rule.signs) else set()
                )
                yield Effect(step, looks | besides | {arisen}, frozenset({arisen}))
            if any(command == step.trigger for command, _ in rule.calls):
                yield Effect(step, looks | {arisen}, frozenset({arisen}))

    def _looked_at(self, step: Step) -> Iterator[Thing]:
        yield "state", step.lifecycle
        yield from (("state", lifecycle) for lifecycle, _ in step.above)
        if step.waits is not None and step.waits.field is not None:
            yield "content", step.lifecycle
        for check in step.checks:
            yield from self._told(check, step)
        if _settles(step):
            yield SETTLED

    def _told(self, check: Check, step: Step) -> Iterator[Thing]:
        """What a guard looks at when a step is taken."""
        seen = frozenset(_seen(check, step.lifecycle))
        yield from seen
        yield from _followed(self._rules.outcomes if ("besides", OUTCOMES) in seen else ())
        called = [name.partition(".") for kind, name in seen if kind == "besides"]
        named = frozenset(outcome for what, _, outcome in called if what == CALLED)
        yield from _followed(self._calling(step.trigger, named) if named else ())

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
        return any(
            act.records_only
            and act.lifecycle == root
            and not (act.checks or act.joint or act.stage or REACTION in act.roles)
            and not self._looked_at_elsewhere(act.trigger)
            and all(
                call.lifecycle == root
                and set(call.roles) <= set(act.roles)
                and set(call.sources) <= set(act.sources)
                for call in calls
            )
            for act in acts
        )

    def _looked_at_elsewhere(self, act: str) -> bool:
        """Whether anything looks at an act, or at whatever follows."""
        arisen = {("besides", OUTCOMES), ("records", act)}
        seen = {t for use in self._outlook.uses for t in _seen(use.check, use.judged)}
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


def _followed(rules: Iterable[OutcomeRule]) -> Iterator[Thing]:
    return (("besides", f"{OUTCOMES}.{rule.id}") for rule in rules)


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


def _seen(check: Check, judged: str) -> Iterator[Thing]:
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


class Helpers:
    """The commands that only ever help: what is tried first, and what is never worth leaving out.

    Such a command is recorded and does nothing else; all that looks at it is a guard of people's steps
    that is content with one record more; and it can be given wherever one of these is asked about, so
    whoever has left it out can make up for that. So a run in which it is given as soon as it can be
    permits whatever the run without it permits, and ends as well.
    """

    def __init__(self, outlook: Outlook, visible: frozenset[str]) -> None:
        self._outlook, self._rules = outlook, outlook.rules
        self._acts = tuple(step for step in outlook.steps if step.roles)
        looking = tuple(_looking(outlook))
        self._looking = looking
        found = {s.trigger for s in self._acts} - visible
        found = {name for name in found if all(self._only_recorded(s) for s in self._of(name))}
        while lost := {name for name in found if not self._helps(name, frozenset(found))}:
            found -= lost
        # What nobody looks at need not be tried first.
        readers = {name: tuple(self._readers(name)) for name in found}
        self._asking = {name: asking for name, asking in readers.items() if asking}
        self.commands = frozenset(self._asking)

    def _readers(self, name: str) -> Iterator[tuple[Step, Sight]]:
        for reader, sight in self._looking:
            if reader is not None and name in sight.helps:
                yield reader, sight

    def wanted(self, name: str, about: str, state: State, facts: Facts) -> bool:
        """Whether something that is still to come waits for one more record about a subject."""
        return self._wanted(name, about, (state, facts), frozenset())

    def _wanted(
        self, name: str, about: str, asked: tuple[State, Facts], before: frozenset[str]
    ) -> bool:
        state, facts = asked
        place = self._outlook.root_at(state, facts.today)
        for reader, sight in self._asking[name]:
            for subject in self._judged(reader, sight, about, state):
                # Where a guard looks at items for the whole, it is the whole that takes the step.
                taker = state.subjects[state.root] if sight.of else subject
                if not self._outlook.ahead(reader, taker.lifecycle, taker.state, place):
                    continue
                if not _below(sight.see(state, subject, facts), sight.enough):
                    continue
                further = reader.trigger
                if further not in self._asking or (
                    further not in before
                    and self._wanted(further, taker.id, asked, before | {name})
                ):
                    return True
        return False

    def _judged(self, reader: Step, sight: Sight, about: str, state: State) -> Iterator[Subject]:
        lifecycle = sight.of or reader.lifecycle
        for subject in state.subjects.values():
            near = about in (subject.id, state.root) or subject.id == state.root
            here = not sight.where or subject.state in sight.where
            if near and here and subject.lifecycle == lifecycle:
                yield subject

    def _of(self, name: str) -> Iterator[Step]:
        return (step for step in self._acts if step.trigger == name)

    def _only_recorded(self, step: Step) -> bool:
        rules = self._rules
        graded = rules.grading is not None and step.trigger in (
            rules.grading.command,
            rules.grading.confirmed_by,
        )
        following: tuple[OutcomeRule | ReactionRule, ...] = (*rules.outcomes, *rules.reactions)
        brings = any(self._outlook.brings(step, sign) for rule in following for sign in rule.signs)
        called = any(c == step.trigger for rule in rules.outcomes for c, _ in rule.calls)
        free = REACTION not in step.roles and not step.leaning
        late = step.stage is not None and step.stage.refuses_late
        return step.records_only and free and not (graded or brings or called or late)

    def _helps(self, name: str, others: frozenset[str]) -> bool:
        mine = tuple(self._of(name))
        return all(self._can_wait(step, others) for step in mine) and all(
            self._welcome(name, mine, reader, sight)
            for reader, sight in self._looking
            if name in sight.records
        )

    def _can_wait(self, step: Step, others: frozenset[str]) -> bool:
        """Whether nothing that may come to pass takes the step away, but where it stands."""
        for check in step.checks:
            if check.sights is None:
                return False
            for sight in check.sights:
                steady = not sight.records and not sight.besides and not sight.turns
                if sight.records:
                    steady = sight.records <= others | {step.trigger} and not sight.turns
                elif steady and sight.of not in ("", self._outlook.root):
                    return False
                if not steady or (sight.says and not sight.records and self._changes(step)):
                    return False
        return True

    def _changes(self, step: Step) -> bool:
        """Whether what an item says may still be changed where the step is taken."""
        changing = (s for s in self._outlook.steps if s.amends == step.lifecycle)
        return any(self._meet(step, other) for other in changing)

    def _meet(self, step: Step, other: Step) -> bool:
        """Whether two steps may be open with the root in one place, or that one after this."""
        places = self._places(step)
        return any(self._outlook.anywhere(other, (place, frozenset())) for place in places)

    def _places(self, step: Step) -> frozenset[str]:
        """The states of the root in which a step can be taken."""
        root = self._outlook.root
        if step.lifecycle == root:
            return frozenset(step.sources)
        every = frozenset(self._rules.lifecycles[root].states)
        return every.intersection(
            *(states for lifecycle, states in step.above if lifecycle == root)
        )

    def _welcome(
        self, name: str, mine: tuple[Step, ...], reader: Step | None, sight: Sight
    ) -> bool:
        """Whether a guard that looks at the records of a command can only be helped by one more."""
        if reader is None or not reader.roles:
            return False
        if reader.trigger == name and name not in sight.helps:
            return True  # it may not be given again at once, which nobody needs
        if name not in sight.helps:
            return False
        if any(self._rivals(reader, other, sight) for other in self._of(reader.trigger)):
            return False
        return any(self._there(step, reader, sight) for step in mine)

    def _rivals(self, reader: Step, other: Step, sight: Sight) -> bool:
        """Whether another way to take the same step, which does not look, might be taken instead."""
        if other is reader or other.lifecycle != reader.lifecycle:
            return False
        looks = any(s.alike == sight.alike for check in other.checks for s in check.sights or ())
        return not looks and not frozenset(other.sources).isdisjoint(reader.sources)

    def _there(self, step: Step, reader: Step, sight: Sight) -> bool:
        """Whether a step can be taken wherever a guard asks for it."""
        if not self._places(reader) <= self._places(step):
            return False
        lifecycle, states = reader.lifecycle, frozenset(reader.sources)
        if sight.of:
            lifecycle, states = sight.of, sight.where
        if step.lifecycle == self._outlook.root:
            return True
        return step.lifecycle == lifecycle and bool(states) and states <= frozenset(step.sources)


def _below(seen: object, enough: int) -> bool:
    return isinstance(seen, int) and seen < enough


def _looking(outlook: Outlook) -> Iterator[tuple[Step | None, Sight]]:
    """Every sight that looks at records, and the step on which it is asked; none: what follows."""
    for use in outlook.uses:
        step = use.steps[0] if len(use.steps) == 1 and use.check in use.steps[0].checks else None
        for sight in use.check.sights or ():
            if sight.records:
                yield step, sight
        if use.check.sights is None:
            yield None, Sight(_nothing, records=use.check.reads)


def _nothing(*_: object) -> None:
    """What is seen by a guard that does not say what it sees."""
