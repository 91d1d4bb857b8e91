"""What has to be explored together to answer a question, where a track is too large for all at once.

Each property asks about some commands. What these depend on belongs together (`exploring.influence`);
all the rest makes no difference to the answer and is left out, and what only helps is done first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pledgeflow.assurance.exploring.graph import Scope
from pledgeflow.assurance.exploring.helping import Helpers
from pledgeflow.assurance.exploring.influence import (
    Closure,
    Influence,
    Losing,
    always,
    arising,
)
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.resting import counting, restful
from pledgeflow.assurance.exploring.world import models
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.questions import FOLLOWING, OWED, Question, questions
from pledgeflow.assurance.verifying.walked import PREFIX
from pledgeflow.assurance.verifying.watching import REMEMBERED
from pledgeflow.policy.compiled.rules import Step
from pledgeflow.policy.guards.duties import Owing


@dataclass(slots=True)
class Part:
    """Some questions of one track, and all that makes a difference to them.

    helping: what only helps, of these; remembers: the one property of which it is remembered what
    has happened, if any; until: as in `Question`; looked_at: the duties that guards look at;
    resting: states of the whole in which the day makes no difference
    """

    needed: Closure
    visible: frozenset[str]
    helping: frozenset[str]
    remembers: str = ""
    until: frozenset[str] = frozenset()
    questions: list[Question] = field(default_factory=list)
    looked_at: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()

    @property
    def scope(self) -> Scope:
        """What is gone through to answer the questions."""
        asked = frozenset[str]().union(*(question.commands for question in self.questions))
        sought = frozenset[str]().union(*(question.sought for question in self.questions))
        return Scope(
            self.needed.commands,
            self.visible,
            asked & self.helping,
            self.until,
            sought,
            lifecycles=self.needed.lifecycles,
            outcomes=self.needed.outcomes,
            duties=self.looked_at.union(q.about for q in self.questions if q.promise == OWED),
            resting=self.resting,
        )


def parts(declared: Declared, asked: frozenset[str]) -> tuple[Part, ...]:
    """The parts of a track; every question is asked in one of them. asked: which promises"""
    planner = _Planner(declared)
    wanted = [q for q in questions(declared) if q.promise in asked or q.promise.startswith(PREFIX)]
    # What takes most first, so that the rest finds a part that has all it takes.
    for question in sorted(wanted, key=lambda q: -len(planner.needed(q).commands)):
        planner.add(question)
    return tuple(planner.parts)


def part_of(declared: Declared, question: Question) -> Part:
    """The part in which nothing but one question is asked."""
    return _Planner(declared).alone(question)


class _Planner:
    """Puts each question into a part that has all it depends on."""

    def __init__(self, declared: Declared) -> None:
        self._rules = declared.rules
        self._outlook = Outlook(declared.rules)
        self._influence = Influence(self._outlook)
        taken = frozenset(step.trigger for step in declared.steps)
        uses = self._outlook.uses
        read = {c for use in uses for sight in use.check.sights or () for c in sight.records}
        read |= {command for use in uses for command in use.check.reads}
        whole = (declared.rules.root,)
        course = self._influence.closed((), whole)
        # What nobody looks at and what moves nothing adds no state: all of it fits into one part.
        plain = frozenset(
            command
            for command in taken - read
            if self._influence.closed((command,), whole).commands <= course.commands | {command}
            and not self._influence.brings(command)
            and all(_plain(step) for step in declared.steps if step.trigger == command)
        )
        needed = self._influence.closed(course.commands | plain, whole)
        helpers = self._helpers(needed, frozenset())
        self._looked_at = frozenset(
            g.duty for g in models(self._rules.source) if isinstance(g, Owing)
        )
        resting = restful(self._with(needed))
        self.parts: list[Part] = [
            Part(needed, frozenset(), helpers, looked_at=self._looked_at, resting=resting)
        ]

    def _helpers(self, needed: Closure, visible: frozenset[str]) -> frozenset[str]:
        return Helpers(Outlook(self._rules, *needed), visible).commands

    def add(self, question: Question) -> None:
        """Ask a question in a part that has all it takes, or in a new one."""
        needed = self.needed(question)
        for part in self.parts:
            together = self._together(question, needed, part)
            if together is not None and self._fits(question, part, together):
                part.needed = together
                part.resting = self._all_rest(question, part, together)
                # What is asked about must not be a help.
                part.visible |= question.commands - question.eased
                part.helping = self._helpers(part.needed, part.visible)
                part.questions.append(question)
                return
        self.parts.append(self.alone(question))

    def _together(self, question: Question, needed: Closure, part: Part) -> Closure | None:
        """What a part has to have for one more question, if that is worth it."""
        if question.course and part is self.parts[0]:
            # How the whole goes on to its end is gone through once for all who ask about it.
            return _union(part.needed, needed)
        if _room(needed, part.needed):
            return part.needed._replace(outcomes=part.needed.outcomes | needed.outcomes)
        return None

    def _fits(self, question: Question, part: Part, needed: Closure) -> bool:
        if question.until != part.until or _remembered(question) not in ("", part.remembers):
            return False
        if question.apart or any(other.apart for other in part.questions):
            return False  # what it is told by would be multiplied with everything else
        # What is gone through at several times of the year is only worth it where it has to be.
        lost = part.resting - self._all_rest(question, part, needed)
        if not lost <= {self._rules.lifecycles[self._rules.root].initial}:
            return False
        return part.helping.isdisjoint(question.commands - question.eased)

    def alone(self, question: Question) -> Part:
        """A part for one question."""
        needed = self.needed(question)
        visible = question.commands & needed.commands
        helpers = self._helpers(needed, visible)
        remembered = _remembered(question)
        asked, resting = [question], self._resting(question, needed)
        until, looked_at = question.until, self._looked_at
        return Part(needed, visible, helpers, remembered, until, asked, looked_at, resting)

    def _all_rest(self, question: Question, part: Part, needed: Closure) -> frozenset[str]:
        """Where time may rest for what a part is asked, and for one question more."""
        asked = (question, *part.questions)
        return part.resting.intersection(*(self._resting(each, needed) for each in asked))

    def _resting(self, question: Question, needed: Closure) -> frozenset[str]:
        """The states of the whole in which the day makes no difference to a question."""
        if question.promise.startswith(PREFIX) or question.dated is None:
            return frozenset()
        return restful(self._with(needed), question.dated)

    def _with(self, needed: Closure) -> Outlook:
        """What lies ahead where nothing else is explored."""
        return Outlook(self._rules, *needed, duties=self._looked_at)

    def needed(self, question: Question) -> Closure:
        """All that makes a difference to a question."""
        if question.promise == FOLLOWING and question.outcomes:
            rule = next(r for r in self._rules.outcomes if r.id in question.outcomes)
            return self._influence.answering(rule, question.commands, course=question.course)
        needed = self._closed(question)
        if question.promise != FOLLOWING:
            return needed
        # A consequence that would not have come must not come because of what was left out.
        while more := frozenset(self._held_back(needed)) - question.outcomes:
            question = question._replace(outcomes=question.outcomes | more)
            needed = self._closed(question)
        return needed

    def _closed(self, question: Question) -> Closure:
        # What is asked about stands for nothing else.
        mine = not self._influence.standing.isdisjoint(question.commands)
        influence = Influence(self._outlook, asked=question.commands) if mine else self._influence
        return influence.closed(
            question.commands,
            question.lifecycles | ({self._rules.root} if question.course else set()),
            looks=question.looks.union(arising(question.outcomes)),
            steps=question.begins or (),
            losing=self._losing(question),
        )

    def _held_back(self, needed: Closure) -> Iterator[str]:
        """The outcomes that arise of what is there, but for something that need not be there."""
        for rule in self._rules.outcomes:
            bringing = [
                step
                for step in self._outlook.steps
                if any(self._outlook.brings(step, sign) for sign in rule.signs)
            ]
            there = [s for s in bringing if not s.roles or s.trigger in needed.commands]
            if there and (rule.checks or len(there) < len(bringing)):
                yield rule.id

    def _losing(self, question: Question) -> Losing:
        """When it makes a difference that a step is taken away for good."""
        if question.until:
            return self._influence.after(())
        if question.begins is not None:
            # Whether a way leads from where it begins to be owed: what is lost later was there.
            return self._influence.before(question.begins, question.dated or ())
        (lifecycle,) = question.lifecycles if question.promise == "dead_end" else ("",)
        carried = {rule.split(".")[1] for rule in self._rules.carrying}
        if lifecycle not in ("", self._rules.root, *carried):
            # Where there is no item yet, all of them have come to their end, and owe nothing.
            return self._influence.after(s for s in self._outlook.steps if s.adds == lifecycle)
        return always


def _plain(step: Step) -> bool:
    """Whether a step moves nothing, and is possible on whatever day."""
    return step.records_only and not any(counting(check) for check in step.checks)


def _union(one: Closure, other: Closure) -> Closure:
    return Closure(*(mine | theirs for mine, theirs in zip(one, other, strict=True)))


def _room(needed: Closure, there: Closure) -> bool:
    """Whether all it takes is there; or all but what has followed from the same commands."""
    if needed.commands == there.commands:
        return needed.lifecycles <= there.lifecycles
    return needed.within(there)


def _remembered(question: Question) -> str:
    """The property for which something has to be remembered on the way."""
    known = question.promise in REMEMBERED or question.promise.startswith(PREFIX)
    # What is owed is told by the state itself, whatever came before.
    known = known and not (question.promise == FOLLOWING and question.outcomes)
    return question.promise if known else ""
