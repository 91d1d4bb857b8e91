"""What is asked of a track, question by question, and what each of them is about.

Beneath `parting`, which finds out what has to be explored together to answer them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pledgeflow.assurance.exploring.influence import Influence, Thing, looked_at
from pledgeflow.assurance.exploring.outlook import Outlook, comes_elsewhere
from pledgeflow.assurance.verifying.declared import CERTIFYING, KEPT, REVIEWING, Declared
from pledgeflow.assurance.verifying.walked import PREFIX
from pledgeflow.assurance.verifying.watching import BARRED
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.compiled.duties import condition
from pledgeflow.policy.compiled.rules import Ruleset, Sign, Step
from pledgeflow.policy.duties.owing import After, Duty
from pledgeflow.policy.guards.binding import GRADE
from pledgeflow.policy.language.properties import AnyProperty, Happening

NEVER = "never_enabled"
FOLLOWING = "no_consequence"
OWED = "duty_unmeetable"
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
    that nothing is wrong stands, even if these only help and are given first; looks: on what else
    the answer depends; course: and on how the whole goes on to its end, not only as far as the
    steps themselves do; apart: it is asked in a part of its own; sought: it is answered as soon as
    one of these commands is given; begins: steps with which something begins to be owed, where the
    answer depends on what may be done from there on and on nothing else; dated: steps of which it
    counts on what day they are taken (None: of any)
    """

    promise: str
    about: str
    commands: frozenset[str]
    lifecycles: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    until: frozenset[str] = frozenset()
    eased: frozenset[str] = frozenset()
    looks: frozenset[Thing] = frozenset()
    apart: bool = False
    course: bool = True
    sought: frozenset[str] = frozenset()
    begins: tuple[Step, ...] | None = None
    dated: tuple[Step, ...] | None = ()


def questions(declared: Declared) -> Iterator[Question]:
    """All that is asked of a track."""
    rules = declared.rules
    yield from _followed(declared)
    yield _safe(declared, "published_unapproved", _reviewed, _publishing)
    yield _safe(declared, "practised_unpublished", _practised, _told_of)
    yield _safe(declared, "graded_early", _graded, _grading)
    barring = frozenset(rule.id for rule in rules.outcomes if rule.award == BARRED)
    yield _safe(declared, "award_barred", _barring, _barring)._replace(outcomes=barring)
    for name, says in rules.source.properties.items():
        yield _claimed(declared, name, says)
    for lifecycle, ends in declared.ends.items():
        if ends:
            whole = lifecycle == rules.root
            yield Question("dead_end", lifecycle, frozenset(), frozenset({lifecycle}), course=whole)
    for duty in rules.duties.values():
        yield _owed(declared, duty)


def ever_given(declared: Declared, command: str) -> Question:
    """Whether a command is ever given."""
    steps = frozenset(step.rule for step in declared.steps if step.trigger == command)
    # Who judges is asked of every time that it is done, and not only of the first.
    judging = any(declared.judges(step) for step in declared.steps if step.trigger == command)
    commands = frozenset({command})
    sought = frozenset[str]() if judging else commands
    return Question(NEVER, command, commands, until=steps, course=False, sought=sought)


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
    """Whether what is owed can be met in time."""
    rules = declared.rules
    commands = frozenset(duty.counted) & rules.steps.keys()
    after = {duty.rhythm.command} if isinstance(duty.rhythm, After) else set[str]()
    asked = Question(OWED, duty.id, commands, eased=frozenset(duty.met_by) - after)
    if duty.condition is not None or comes_elsewhere(rules, duty):
        looks = frozenset(_under(declared, duty))
        lifecycles, course = frozenset(_places(declared, duty)), bool(duty.under)
        asked = asked._replace(lifecycles=lifecycles, looks=looks, course=course)
        return asked._replace(apart=True, dated=None)
    begins = tuple(_beginning(declared, duty))
    return asked._replace(course=False, begins=begins, dated=(*begins, *_first(declared, duty)))


def _places(declared: Declared, duty: Duty) -> Iterator[str]:
    """The lifecycles whose states decide whether something is owed."""
    states = {duty.begins.state, duty.ends.state}
    states |= {duty.rhythm.state} if isinstance(duty.rhythm, After) else set()
    for name, one in declared.rules.lifecycles.items():
        if name == duty.each or states & one.states.keys():
            yield name


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


def _first(declared: Declared, duty: Duty) -> Iterator[Step]:
    """The first acts, where something is owed from then on."""
    rules = declared.rules
    initial = rules.lifecycles[rules.root].initial
    owed = initial in _owing(rules, duty, rules.root, duty.under)
    after = duty.rhythm if isinstance(duty.rhythm, After) else None
    # What comes in from the cycle before comes with the first act.
    carried = {rule.split(".")[1] for rule in rules.carrying}
    at_once = after is None or after.state == initial
    if owed and (duty.each in carried if duty.each else at_once):
        for step in Outlook(rules).steps:
            if step.lifecycle == rules.root and step.roles and initial in step.sources:
                yield step


def _under(declared: Declared, duty: Duty) -> Iterator[Thing]:
    """What decides whether a duty is one."""
    rules = declared.rules
    check = condition(duty.id, rules.source) if duty.condition is not None else None
    if check is not None:
        yield from looked_at(check, duty.each or rules.root)


def _claimed(declared: Declared, name: str, says: AnyProperty) -> Question:
    """Whether a declared property holds, and all that it speaks of."""
    commands: set[str] = set()
    lifecycles: set[str] = set()
    outcomes: set[str] = set()
    looks: set[Thing] = set()
    for happening in _happenings(says):
        found = _commands(declared, happening)
        commands |= found
        lifecycles |= {
            name
            for name, one in declared.rules.lifecycles.items()
            if happening.state is not None and happening.state in one.states
        }
        outcomes |= {happening.outcome} if happening.outcome is not None else set()
        looks |= {("besides", GRADE)} if happening.tier is not None else set()
    return Question(
        f"{PREFIX}{name}",
        name,
        frozenset(commands),
        frozenset(lifecycles),
        frozenset(outcomes),
        looks=frozenset(looks),
    )


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
