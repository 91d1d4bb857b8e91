"""Which commands only ever help: what is tried first, and what is never worth leaving out."""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import OutcomeRule, ReactionRule, Step
from pledgeflow.policy.guards.binding import Sight


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
                elif steady and (sight.where or sight.of not in ("", self._outlook.root)):
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
        above = dict(reader.above)
        for lifecycle, states in step.above:
            held = above.get(lifecycle)
            if lifecycle != self._outlook.root and (held is None or not held <= states):
                return False  # what both belong to may go on, and only the help mind that
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
    for use in (use for use in outlook.uses if not use.owed):
        step = use.steps[0] if len(use.steps) == 1 and use.check in use.steps[0].checks else None
        for sight in use.check.sights or ():
            if sight.records:
                yield step, sight
        if use.check.sights is None:
            yield None, Sight(_nothing, records=use.check.reads)


def _nothing(*_: object) -> None:
    """What is seen by a guard that does not say what it sees."""
