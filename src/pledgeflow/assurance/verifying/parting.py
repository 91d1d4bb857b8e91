"""What has to be explored together to answer a question, where a track is too large for all at once.

Each property asks about some commands. What these depend on belongs together (`exploring.influence`);
all the rest makes no difference to the answer and is left out, and what only helps is done first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pledgeflow.assurance.exploring.influence import Helpers, Influence
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.verifying.declared import CERTIFYING, KEPT, REVIEWING, Declared
from pledgeflow.assurance.verifying.walked import PREFIX
from pledgeflow.assurance.verifying.watching import REMEMBERED
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.compiled.rules import Sign, Step
from pledgeflow.policy.duties.owing import After, Duty
from pledgeflow.policy.language.properties import AnyProperty, Happening

FOLLOWING = "no_consequence"
REVIEWED = REVIEWING | {
    Means.CONSENT,
    Means.SIGNATURE,
    Means.FEEDBACK,
    Means.RETURN,
    Means.REFUSAL,
}
"""Steps of these meanings are remembered until something is published."""


class Question(NamedTuple):
    """What is asked. commands, lifecycles: what it is about; about: as in a finding, "": anything"""

    promise: str
    about: str
    commands: frozenset[str]
    lifecycles: frozenset[str] = frozenset()


@dataclass(slots=True)
class Part:
    """Some questions of one track, and all the commands that make a difference to them.

    remembers: the one property of which it is remembered what has happened, if any
    """

    commands: frozenset[str]
    visible: frozenset[str]
    helping: frozenset[str]
    remembers: str = ""
    questions: list[Question] = field(default_factory=list)


def parts(declared: Declared, asked: frozenset[str]) -> tuple[Part, ...]:
    """The parts of a track; every question is asked in one of them. asked: which promises"""
    planner = _Planner(declared)
    for question in _questions(declared):
        if question.promise in asked or question.promise.startswith(PREFIX):
            planner.add(question)
    return tuple(planner.parts)


def part_of(declared: Declared, command: str) -> Part:
    """The part in which nothing but a command is asked about."""
    planner = _Planner(declared)
    planner.parts = []
    planner.add(Question("never_enabled", command, frozenset({command})))
    return planner.parts[0]


class _Planner:
    """Puts each question into a part that has all it depends on."""

    def __init__(self, declared: Declared) -> None:
        self._rules = declared.rules
        self._influence = Influence(Outlook(declared.rules))
        taken = frozenset(step.trigger for step in declared.steps)
        uses = Outlook(declared.rules).uses
        read = {c for use in uses for sight in use.check.sights or () for c in sight.records}
        read |= {command for use in uses for command in use.check.reads}
        course = self._influence.closed(())
        # What nobody looks at and what moves nothing adds no state: all of it fits into one part.
        plain = frozenset(
            command
            for command in taken - read
            if self._influence.closed((command,)) <= course | {command}
            and all(
                step.records_only and step.adds is None
                for step in declared.steps
                if step.trigger == command
            )
        )
        self.parts: list[Part] = [self._part(course | plain, frozenset(), "")]

    def _part(self, commands: frozenset[str], visible: frozenset[str], remembers: str) -> Part:
        helpers = Helpers(Outlook(self._rules, commands), visible)
        return Part(commands, visible, helpers.commands, remembers)

    def add(self, question: Question) -> None:
        """Ask a question in a part that has it all, or in a new one."""
        needed = self._influence.closed(question.commands, question.lifecycles)
        for part in self.parts:
            fits = needed <= part.commands and part.helping.isdisjoint(question.commands)
            if fits and _remembered(question) in ("", part.remembers):
                part.questions.append(question)
                return
        part = self._part(needed, question.commands & needed, _remembered(question))
        part.questions.append(question)
        self.parts.append(part)


def _remembered(question: Question) -> str:
    """The property for which something has to be remembered on the way."""
    known = question.promise in REMEMBERED or question.promise.startswith(PREFIX)
    return question.promise if known else ""


def _questions(declared: Declared) -> Iterator[Question]:
    """All that is asked of a track, what takes most first."""
    rules = declared.rules
    followed = frozenset(_following(declared))
    yield Question(FOLLOWING, "", followed, declared.consequences)
    yield Question("published_unapproved", "", frozenset(_reviewed(declared)))
    yield Question("practised_unpublished", "", frozenset(_practised(declared)))
    yield Question("graded_early", "", frozenset(_graded(declared)))
    yield Question("award_barred", "", frozenset(_barring(declared)))
    for name, says in rules.source.properties.items():
        yield Question(f"{PREFIX}{name}", name, *_spoken_of(declared, says))
    for lifecycle, ends in declared.ends.items():
        if ends:
            yield Question("dead_end", lifecycle, frozenset(), frozenset({lifecycle}))
    for duty in rules.duties.values():
        yield Question("duty_unmeetable", duty.id, *_owed(declared, duty))


def _changing(declared: Declared) -> Iterator[Step]:
    """The steps that add what is promised, or change it."""
    for step in declared.steps:
        changed = step.adds or (step.lifecycle if step.amends is not None else None)
        if changed in declared.promises:
            yield step


def _ending(declared: Declared) -> Iterator[Step]:
    """The steps with which what is promised comes to an end, or begins again."""
    for step in declared.steps:
        ends = declared.ends.get(step.lifecycle, frozenset[str]())
        moves = step.lifecycle in declared.promises and step.dest is not None
        if moves and (step.dest in ends or not ends.isdisjoint(step.sources)):
            yield step


def _reviewed(declared: Declared) -> Iterator[str]:
    """What is remembered until something is published, as far as that may still come after it."""
    influence = Influence(Outlook(declared.rules))
    published = [s for s in declared.steps if declared.means(s) == Means.PUBLICATION]
    yield from (step.trigger for step in published)
    told = (step for step in declared.steps if declared.means(step) in REVIEWED)
    for step in (*told, *_changing(declared), *_ending(declared)):
        if any(influence.follows(step, other) for other in published):
            yield step.trigger


def _practised(declared: Declared) -> Iterator[str]:
    """What is held against what was published, and what makes a publication stale."""
    for step in declared.steps:
        means = declared.means(step)
        told = step.lifecycle in declared.promises and means == Means.REPORT
        if told or means in CERTIFYING | {Means.RECORD, Means.PUBLICATION}:
            yield step.trigger
    yield from (step.trigger for step in _changing(declared))


def _graded(declared: Declared) -> Iterator[str]:
    """The evaluations in their order, the grade, and objections to it."""
    grading = declared.rules.grading
    named = {*declared.order, *((grading.command, grading.confirmed_by) if grading else ())}
    for step in declared.steps:
        if step.trigger in named or declared.means(step) in (Means.GRADE, Means.OBJECTION):
            yield step.trigger


def _barring(declared: Declared) -> Iterator[str]:
    """The commands that confer an award, and those from which an outcome may follow that bars."""
    outlook = Outlook(declared.rules)
    yield from (step.trigger for step in declared.steps if declared.confers(step))
    for rule in declared.rules.outcomes:
        if rule.award == "barred":
            for step in outlook.steps:
                if step.roles and any(outlook.brings(step, sign) for sign in rule.signs):
                    yield step.trigger


def _following(declared: Declared) -> Iterator[str]:
    """The commands from which an outcome may follow, and those that one calls for; what was
    published, and what was kept.
    """
    outlook = Outlook(declared.rules)
    for step in declared.steps:
        if declared.means(step) in KEPT | {Means.PUBLICATION}:
            yield step.trigger
    yield from (step.trigger for step in (*_changing(declared), *_ending(declared)))
    for rule in declared.rules.outcomes:
        yield from (command for command, _ in rule.calls)
        for step in outlook.steps:
            if step.roles and any(outlook.brings(step, sign) for sign in rule.signs):
                yield step.trigger


def _owed(declared: Declared, duty: Duty) -> tuple[frozenset[str], frozenset[str]]:
    commands = frozenset(duty.counted) & declared.rules.steps.keys()
    lifecycles = {duty.each} if duty.each else set()
    states = {duty.begins.state, duty.ends.state}
    if isinstance(duty.rhythm, After):
        states.add(duty.rhythm.state)
    lifecycles |= {n for n, one in declared.rules.lifecycles.items() if states & one.states.keys()}
    return commands, frozenset(lifecycles)


def _spoken_of(declared: Declared, says: AnyProperty) -> tuple[frozenset[str], frozenset[str]]:
    """What a declared property speaks of."""
    commands: set[str] = set()
    lifecycles: set[str] = set()
    for happening in _happenings(says):
        found = _commands(declared, happening)
        commands |= found
        lifecycles |= {
            name
            for name, one in declared.rules.lifecycles.items()
            if happening.state is not None and happening.state in one.states
        }
    return frozenset(commands), frozenset(lifecycles)


def _happenings(says: AnyProperty) -> Iterable[Happening]:
    values = (getattr(says, name) for name in type(says).model_fields)
    return (value for value in values if isinstance(value, Happening))


def _commands(declared: Declared, happening: Happening) -> set[str]:
    """The commands by which something happens that a property speaks of."""
    rules, outlook = declared.rules, Outlook(declared.rules)
    signs: set[Sign] = {("tier", happening.tier)} if happening.tier is not None else set()
    for rule in rules.outcomes:
        signs |= set(rule.signs) if rule.id == happening.outcome else set()
    return {
        step.trigger
        for step in outlook.steps
        if step.roles
        and (
            step.trigger == happening.command
            or declared.means(step) == happening.means
            or any(outlook.brings(step, sign) for sign in signs)
        )
    }
