"""What has to be explored together to answer a question, where a track is too large for all at once.

Each property asks about some commands. What these depend on belongs together (`exploring.influence`);
all the rest makes no difference to the answer and is left out, and what only helps is done first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pledgeflow.assurance.exploring.graph import Scope
from pledgeflow.assurance.exploring.helping import Helpers
from pledgeflow.assurance.exploring.influence import Closure, Influence, Losing, always
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.resting import counting, restful
from pledgeflow.assurance.verifying.declared import CERTIFYING, KEPT, REVIEWING, Declared
from pledgeflow.assurance.verifying.walked import PREFIX
from pledgeflow.assurance.verifying.watching import BARRED, REMEMBERED
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.compiled.rules import Ruleset, Sign, Step
from pledgeflow.policy.duties.owing import After, Duty
from pledgeflow.policy.language.properties import AnyProperty, Happening

NEVER = "never_enabled"
FOLLOWING = "no_consequence"
Chosen = Callable[[Declared], Iterable[Step]]
REVIEWED = REVIEWING | {
    Means.CONSENT,
    Means.SIGNATURE,
    Means.FEEDBACK,
    Means.RETURN,
    Means.REFUSAL,
}
"""Steps of these meanings are remembered until something is published."""


class Question(NamedTuple):
    """What is asked. commands, lifecycles, outcomes: what it is about; about: as in a finding, "":
    anything;
    until: rules of the steps that can be wrong by themselves: what comes after makes no difference,
    and what can never come before does not (empty: how the whole ends makes one); eased: an answer
    that nothing is wrong stands, even if what only helps is given first; conditional: the answer
    depends on what has followed, too, but not on what might yet; course: and on how the whole goes
    on to its end, not only as far as the steps themselves do; sought: it is answered as soon as one
    of these commands is given; begins: steps with which something begins to be owed, where the
    answer depends on what may be done from there on and on nothing else
    """

    promise: str
    about: str
    commands: frozenset[str]
    lifecycles: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    until: frozenset[str] = frozenset()
    eased: bool = False
    conditional: bool = False
    course: bool = True
    sought: frozenset[str] = frozenset()
    begins: tuple[Step, ...] | None = None


@dataclass(slots=True)
class Part:
    """Some questions of one track, and all that makes a difference to them.

    helping: what only helps, of these; remembers: the one property of which it is remembered what
    has happened, if any; until: as in `Question`; resting: states of the whole in which the day
    makes no difference
    """

    needed: Closure
    visible: frozenset[str]
    helping: frozenset[str]
    remembers: str = ""
    until: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()
    questions: list[Question] = field(default_factory=list)

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
            resting=self.resting,
        )


def parts(declared: Declared, asked: frozenset[str]) -> tuple[Part, ...]:
    """The parts of a track; every question is asked in one of them. asked: which promises"""
    planner = _Planner(declared)
    questions = [
        q for q in _questions(declared) if q.promise in asked or q.promise.startswith(PREFIX)
    ]
    # What takes most first, so that the rest finds a part that has all it takes.
    for question in sorted(questions, key=lambda q: -len(planner.needed(q).commands)):
        planner.add(question)
    return tuple(planner.parts)


def part_of(declared: Declared, question: Question) -> Part:
    """The part in which nothing but one question is asked."""
    return _Planner(declared).alone(question)


def ever_given(declared: Declared, command: str) -> Question:
    """Whether a command is ever given."""
    steps = frozenset(step.rule for step in declared.steps if step.trigger == command)
    # Who judges is asked of every time that it is done, and not only of the first.
    judging = any(declared.judges(step) for step in declared.steps if step.trigger == command)
    commands = frozenset({command})
    sought = frozenset[str]() if judging else commands
    return Question(NEVER, command, commands, until=steps, course=False, sought=sought)


class _Planner:
    """Puts each question into a part that has all it depends on."""

    def __init__(self, declared: Declared) -> None:
        self._rules = declared.rules
        self._influence = Influence(Outlook(declared.rules))
        taken = frozenset(step.trigger for step in declared.steps)
        uses = Outlook(declared.rules).uses
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
        resting = restful(Outlook(self._rules, *needed))
        self.parts: list[Part] = [Part(needed, frozenset(), helpers, resting=resting)]

    def _helpers(self, needed: Closure, visible: frozenset[str]) -> frozenset[str]:
        return Helpers(Outlook(self._rules, *needed), visible).commands

    def add(self, question: Question) -> None:
        """Ask a question in a part that has all it takes, or in a new one."""
        needed = self.needed(question)
        for part in self.parts:
            if _room(needed, part.needed) and self._fits(question, part):
                outcomes = part.needed.outcomes | needed.outcomes
                part.needed = part.needed._replace(outcomes=outcomes)
                # What is asked about must not be a help.
                part.visible |= _shown(question)
                part.helping = self._helpers(part.needed, part.visible)
                part.questions.append(question)
                return
        self.parts.append(self.alone(question))

    def _fits(self, question: Question, part: Part) -> bool:
        if question.until != part.until or _remembered(question) not in ("", part.remembers):
            return False
        if not part.resting <= self._resting(question, part.needed):
            return False
        return part.helping.isdisjoint(_shown(question))

    def alone(self, question: Question) -> Part:
        """A part for one question."""
        needed = self.needed(question)
        visible = question.commands & needed.commands
        helpers = self._helpers(needed, visible)
        remembered, resting = _remembered(question), self._resting(question, needed)
        return Part(needed, visible, helpers, remembered, question.until, resting, [question])

    def _resting(self, question: Question, needed: Closure) -> frozenset[str]:
        """The states of the whole in which the day makes no difference to a question."""
        if question.promise.startswith(PREFIX) or question.conditional:
            return frozenset()
        return restful(Outlook(self._rules, *needed), question.begins or ())

    def needed(self, question: Question) -> Closure:
        """All that makes a difference to a question."""
        if question.promise == FOLLOWING and question.outcomes:
            rule = next(r for r in self._rules.outcomes if r.id in question.outcomes)
            return self._influence.answering(rule, question.commands, course=question.course)
        needed = self._influence.closed(
            question.commands,
            question.lifecycles | ({self._rules.root} if question.course else set()),
            outcomes=question.outcomes,
            steps=question.begins or (),
            losing=self._losing(question),
        )
        # Whether a duty is one may depend on anything that has followed.
        everything = frozenset(rule.id for rule in self._rules.outcomes)
        return needed._replace(outcomes=everything) if question.conditional else needed

    def _losing(self, question: Question) -> Losing:
        """When it makes a difference that a step is taken away for good."""
        steps = Outlook(self._rules).steps
        if question.until:
            return self._influence.after(())
        if question.begins is not None:
            # Whether a way leads from where it begins to be owed: what is lost later was there.
            return self._influence.before(question.begins)
        (lifecycle,) = question.lifecycles if question.promise == "dead_end" else ("",)
        carried = {rule.split(".")[1] for rule in self._rules.carrying}
        if lifecycle not in ("", self._rules.root, *carried):
            # Where there is no item yet, all of them have come to their end, and owe nothing.
            return self._influence.after(s for s in steps if s.adds == lifecycle)
        return always


def _shown(question: Question) -> frozenset[str]:
    """The commands of which it counts when they are given, and whether they are."""
    if not question.eased:
        return question.commands
    return frozenset(step.trigger for step in question.begins or () if step.roles)


def _plain(step: Step) -> bool:
    """Whether a step moves nothing, and is possible on whatever day."""
    return step.records_only and not any(counting(check) for check in step.checks)


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


def _questions(declared: Declared) -> Iterator[Question]:
    """All that is asked of a track."""
    rules = declared.rules
    yield from _followed(declared)
    yield _safe(declared, "published_unapproved", _reviewed, _publishing)
    yield _safe(declared, "practised_unpublished", _practised, _told_of)
    yield _safe(declared, "graded_early", _graded, _grading)
    barring = frozenset(rule.id for rule in rules.outcomes if rule.award == BARRED)
    yield _safe(declared, "award_barred", _barring, _barring)._replace(outcomes=barring)
    for name, says in rules.source.properties.items():
        yield Question(f"{PREFIX}{name}", name, *_spoken_of(declared, says))
    for lifecycle, ends in declared.ends.items():
        if ends:
            whole = lifecycle == rules.root
            yield Question("dead_end", lifecycle, frozenset(), frozenset({lifecycle}), course=whole)
    for duty in rules.duties.values():
        yield _owed(declared, duty)


def _safe(declared: Declared, promise: str, about: Chosen, until: Chosen) -> Question:
    """A question after something that must never happen."""
    commands = frozenset(step.trigger for step in about(declared) if step.roles)
    steps = frozenset(step.rule for step in until(declared))
    return Question(promise, "", commands, until=steps, course=not steps)


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


def _publishing(declared: Declared) -> Iterator[Step]:
    """The steps that publish."""
    return (step for step in declared.steps if declared.means(step) == Means.PUBLICATION)


def _reviewed(declared: Declared) -> Iterator[Step]:
    """What is remembered until something is published, as far as that may still come after it."""
    influence = Influence(Outlook(declared.rules))
    published = tuple(_publishing(declared))
    yield from published
    told = (step for step in declared.steps if declared.means(step) in REVIEWED)
    for step in (*told, *_changing(declared), *_ending(declared)):
        if any(influence.follows(step, other) for other in published):
            yield step


def _told_of(declared: Declared) -> Iterator[Step]:
    """The steps that are held against what was published."""
    for step in declared.steps:
        means = declared.means(step)
        told = step.lifecycle in declared.promises and means == Means.REPORT
        if told or means in CERTIFYING | {Means.RECORD}:
            yield step


def _practised(declared: Declared) -> Iterator[Step]:
    """What is held against what was published, and what makes a publication stale."""
    yield from _told_of(declared)
    yield from _publishing(declared)
    yield from _changing(declared)


def _grading(declared: Declared) -> Iterator[Step]:
    """The steps that grade."""
    grading = declared.rules.grading
    named = (grading.command, grading.confirmed_by) if grading else ()
    for step in declared.steps:
        if step.trigger in named or declared.means(step) == Means.GRADE:
            yield step


def _graded(declared: Declared) -> Iterator[Step]:
    """The evaluations in their order, the grade, and objections to it."""
    yield from _grading(declared)
    for step in declared.steps:
        if step.trigger in declared.order or declared.means(step) == Means.OBJECTION:
            yield step


def _barring(declared: Declared) -> Iterator[Step]:
    """The steps that confer an award, and those from which an outcome may follow that bars."""
    outlook = Outlook(declared.rules)
    yield from (step for step in declared.steps if declared.confers(step))
    for rule in declared.rules.outcomes:
        if rule.award == BARRED:
            for step in outlook.steps:
                if any(outlook.brings(step, sign) for sign in rule.signs):
                    yield step


def _followed(declared: Declared) -> Iterator[Question]:
    """What follows from what was not kept, and from each thing by itself from which more follows."""
    named = KEPT | {Means.PUBLICATION}
    told = [step for step in declared.steps if declared.means(step) in named]
    marking = frozenset(s.trigger for s in (*told, *_changing(declared), *_ending(declared)))
    for lifecycle in sorted(declared.consequences):
        yield Question(FOLLOWING, lifecycle, marking, frozenset({lifecycle}))
    outlook = Outlook(declared.rules)
    for rule in declared.rules.outcomes:
        called = {command for command, _ in rule.calls}
        for step in outlook.steps:
            if step.roles and any(outlook.brings(step, sign) for sign in rule.signs):
                called.add(step.trigger)
        # A pledge may end with a tier whose outcome has not come, as long as it is not confirmed.
        tier = any(kind == "tier" for kind, _ in rule.signs) and not (rule.checks or rule.items)
        outcomes = frozenset({rule.id})
        yield Question(FOLLOWING, rule.id, frozenset(called), outcomes=outcomes, course=tier)


def _owed(declared: Declared, duty: Duty) -> Question:
    """A question after something that is owed."""
    counted = frozenset(duty.counted) & declared.rules.steps.keys()
    if duty.condition is not None:
        # Anything that happens to an item, or to the whole, may make it one that is owed.
        each = frozenset({duty.each} if duty.each else ())
        asked = Question("duty_unmeetable", duty.id, counted, each)
        return asked._replace(conditional=True)
    begins = tuple(_beginning(declared, duty))
    asked = Question("duty_unmeetable", duty.id, counted, eased=True, course=False)
    return asked._replace(begins=begins)


def _beginning(declared: Declared, duty: Duty) -> Iterator[Step]:
    """The steps with which something may begin to be owed."""
    rules, rhythm = declared.rules, duty.rhythm
    after = rhythm if isinstance(rhythm, After) else None
    entered = {duty.begins.state, after.state if after else ""}
    owing = {rules.root: _owing(rules, duty, rules.root, duty.under)}
    if duty.each:
        owing[duty.each] = _owing(rules, duty, duty.each, duty.among)
    for step in Outlook(rules).steps:
        there = owing.get(step.lifecycle, frozenset[str]())
        entering = step.dest in there and not there.issuperset(step.sources)
        adds = step.adds is not None and step.adds == duty.each
        adding = adds and rules.lifecycles[duty.each].initial in owing[duty.each]
        # A date that the item names may be named again.
        dated = after is not None and after.field and step.amends == duty.each
        told = after is not None and after.command == step.trigger and bool(step.roles)
        again = dated and not there.isdisjoint(step.sources)
        if entering or adding or told or again or step.dest in entered:
            yield step


def _owing(rules: Ruleset, duty: Duty, lifecycle: str, where: frozenset[str]) -> frozenset[str]:
    """The states in which something is owed. where: these, if it says so"""
    done = duty.ends_with.get(lifecycle, frozenset[str]())
    return where or frozenset(rules.lifecycles[lifecycle].states) - done


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
