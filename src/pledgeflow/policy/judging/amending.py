"""Correcting and annulling: who may, by when, and what stands on a record and must go first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pledgeflow.domain.commands import Annul, Command, Correct
from pledgeflow.domain.events import (
    BY_TIME,
    DEEMED,
    Added,
    Annulled,
    Corrected,
    Effect,
    Event,
    Graded,
    Recorded,
)
from pledgeflow.domain.evolution import evolve
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.rules import Policy, Ruleset, Step
from pledgeflow.policy.judging.choosing import ill_said
from pledgeflow.policy.judging.consequences import Unfolding, follow
from pledgeflow.policy.judging.remedies import Guide, unmet
from pledgeflow.policy.judging.timing import out_of_time

GRADE = "grade"


def amend(
    policy: Policy, rules: Ruleset, state: State, command: Annul | Correct, facts: Facts
) -> tuple[Event, ...] | list[Reason]:
    """Annul a record, or correct it: judge it anew, with its own date, as if it had not been."""
    record = state.record(command.target)
    if record is None:
        return [Reason("unknown_record", "", found={"target": command.target})]
    if record.capacity == DEEMED or not _known(rules, state, record):
        return [Reason("under_other_rules", "", found={"target": command.target})]
    reasons = unamendable(rules, state, record, command, facts)
    if reasons:
        return list(reasons)
    undone = Annulled(
        state.version + 1,
        record.version,
        command.actor,
        command.capacity,
        command.occurred_on,
        policy.digest,
        command.entered_by,
    )
    if isinstance(command, Annul):
        return (undone,)
    anew = redone(record, command)
    judged = _judged_anew(rules, evolve(state, undone), record, anew, facts)
    if isinstance(judged, list):
        return [_as_correction(record, reason) for reason in judged]
    step, subject = judged
    on, digest = record.occurred_on, policy.digest
    unfolding = Unfolding(rules, state, record, on=on, digest=digest)
    unfolding.happen(
        Corrected(
            state.version + 1,
            record.version,
            command.fields,
            command.actor,
            command.capacity,
            command.occurred_on,
            digest,
            command.entered_by,
        )
    )
    follow(unfolding, step, subject, (anew, facts))
    return tuple(unfolding.events)


def _known(rules: Ruleset, state: State, record: Recorded) -> bool:
    """Whether these rules know the step at all; those that it was taken by may have been others."""
    return state.subjects[record.subject].lifecycle in rules.steps.get(record.command, {})


def redone(record: Recorded, command: Correct) -> Command:
    """The act as it should have been recorded: with its own date, and the fields put right."""
    return Command(
        record.command,
        record.actor,
        record.capacity,
        record.occurred_on,
        {**record.fields, **command.fields},
        record.entered_by,
    )


def _as_correction(record: Recorded, reason: Reason) -> Reason:
    """What the act would have to say, the correction has to: taken anew, it would be another act."""
    remedy = tuple(
        RemedyStep("correct", step.by, fields={"target": record.version, **step.fields})
        if step.fields and step.command == record.command and step.subject in (None, record.subject)
        else step
        for step in reason.remedy
    )
    return replace(reason, remedy=remedy)


def _judged_anew(
    rules: Ruleset, without: State, record: Recorded, anew: Command, facts: Facts
) -> tuple[Step, Subject] | list[Reason]:
    """The step as it should have been and its subject, or everything against that."""
    placed = without.subjects[record.subject]
    reasons = ill_said(rules.commands[record.command], without, anew)
    step = _taken(rules, record, placed)
    if step is None:
        return [*reasons, Guide(rules, without, (anew, facts)).wrong_state(placed)]
    reasons += unmet(step, without, placed, anew, facts)
    return reasons or (step, placed)


def _taken(rules: Ruleset, record: Recorded, subject: Subject) -> Step | None:
    """The step that a record was; none where the subject is no longer where it could be taken.

    A record that moved nothing was judged in the state that held then, and stands in any.
    """
    return next(
        (
            step
            for alternatives in rules.steps[record.command][subject.lifecycle].values()
            for step in alternatives
            if step.rule == record.rule
            if step.dest is None or subject.state in step.sources
        ),
        None,
    )


def unamendable(
    rules: Ruleset, state: State, record: Recorded, command: Annul | Correct, facts: Facts
) -> tuple[Reason, ...]:
    """Every reason why a record may not be corrected or annulled by this command.

    Whoever could take the step may amend it, in the same capacity; nothing that came later may
    rest on it.
    """
    reasons = [
        reason
        for reason in (
            out_of_time(rules, command.occurred_on, facts.today),
            _who(rules, state, record, command, facts),
            _joint(rules, record, command),
            _too_early(rules, record, command),
            _pointing_elsewhere(rules, record, command),
        )
        if reason is not None
    ]
    later = tuple(dict.fromkeys(blockers(rules, state, record)))
    if later:
        reasons.append(
            Reason(
                "others_rest_on_it",
                record.rule,
                _clauses(rules, record),
                found={"records": later},
                # Nothing helps against what time or another stream has brought about.
                remedy=tuple(
                    RemedyStep("annul", fields={"target": version})
                    for version in reversed(later)
                    if not any(_by_nobody(state, each) for each in later)
                ),
            )
        )
    return tuple(reasons)


def blockers(rules: Ruleset, state: State, record: Recorded) -> Iterator[int]:
    """Versions of the later records that rest on a record, in order; 0 if time has moved on since.

    A later record rests on it if it is about the same line (an item, what it belongs to, what
    belongs to it) as something the record moved, or if its rule reads records of this command.
    """
    touched = _touched(state, record.version)
    added = {e.subject for e in state.effects.get(record.version, ()) if isinstance(e, Added)}
    passed = (e for e in state.effects.get(BY_TIME, ()) if e.version > record.version)
    if any(_meets(state, touched, _about(e)) for e in passed if not _apart(e, added)):
        yield BY_TIME
    later = (r for kept in state.records.values() for r in kept if r.version > record.version)
    for other in sorted(later, key=lambda r: r.version):
        about = _touched(state, other.version) | {other.subject}
        reads = record.command in rules.reads.get(other.rule, frozenset())
        if reads or any(_meets(state, touched, subject) for subject in about):
            yield other.version


def _apart(effect: Effect, added: set[str]) -> bool:
    """What time did to something that goes with the record, or what came from an earlier cycle."""
    carried = isinstance(effect, Added) and "carried_from" in effect.content
    return carried or _about(effect) in added


def _by_nobody(state: State, version: int) -> bool:
    record = state.record(version)
    return record is None or record.capacity == REACTION


def _too_early(rules: Ruleset, record: Recorded, command: Annul | Correct) -> Reason | None:
    """Nothing is amended on a day before it happened."""
    if command.occurred_on >= record.occurred_on:
        return None
    return Reason(
        "before_last_move",
        record.rule,
        _clauses(rules, record),
        {"not_before": record.occurred_on},
        {"on": command.occurred_on},
        (RemedyStep(command.name, not_before=record.occurred_on),),
    )


def _pointing_elsewhere(
    rules: Ruleset, record: Recorded, command: Annul | Correct
) -> Reason | None:
    """A record about the wrong item is annulled and made anew: what it did was done to that item."""
    pointer = rules.commands[record.command].pointer
    if isinstance(command, Annul) or pointer is None:
        return None
    if command.fields.get(pointer, record.fields.get(pointer)) == record.fields.get(pointer):
        return None
    remedy = (RemedyStep("annul", fields={"target": record.version}),)
    return Reason("about_another_item", record.rule, _clauses(rules, record), remedy=remedy)


def _touched(state: State, version: int) -> frozenset[str]:
    return frozenset(_about(effect) for effect in state.effects.get(version, ()))


def _about(effect: Effect) -> str:
    return GRADE if isinstance(effect, Graded) else effect.subject


def _meets(state: State, touched: frozenset[str], subject: str) -> bool:
    return any(_over(state, a, subject) or _over(state, subject, a) for a in touched)


def _over(state: State, upper: str, lower: str) -> bool:
    """Whether `upper` is `lower`, or is what it belongs to, however far up."""
    current = lower
    while current and current != upper:
        found = state.subjects.get(current)
        current = found.of if found is not None else ""
    return current == upper


def _who(
    rules: Ruleset, state: State, record: Recorded, command: Annul | Correct, facts: Facts
) -> Reason | None:
    if command.capacity not in (record.capacity, *record.signatories):
        return _barred("not_in_capacity", rules, record, command, {"capacity": command.capacity})
    roles = rules.roles
    standing = roles.standing(command.capacity, command.actor, state, facts.view)
    if standing.code:
        found = {"actor": command.actor, "entitled": standing.entitled}
        return _barred(standing.code, rules, record, command, found)
    judging, typist = command.capacity != PROMISOR, command.entered_by
    if judging and typist is not None and typist in roles.owners(state, facts.view):
        return _barred("own_pledge", rules, record, command, {"actor": typist})
    return None


def _barred(
    code: str,
    rules: Ruleset,
    record: Recorded,
    command: Annul | Correct,
    found: Mapping[str, object],
) -> Reason:
    roles = tuple(dict.fromkeys((record.capacity, *record.signatories)))
    again = RemedyStep(command.name, roles, fields={"target": record.version})
    # What has followed from elsewhere nobody takes back.
    remedy = (again,) if roles != (REACTION,) else ()
    clauses, ruling = _clauses(rules, record), Ruling.NOT_AUTHORIZED
    return Reason(code, record.rule, clauses, {"roles": roles}, found, remedy, ruling)


def _joint(rules: Ruleset, record: Recorded, command: Annul | Correct) -> Reason | None:
    """A jointly signed act is annulled and signed again; nobody corrects it for the others."""
    if isinstance(command, Annul) or not record.signatories:
        return None
    remedy = (RemedyStep("annul", fields={"target": record.version}),)
    return Reason("jointly_signed", record.rule, _clauses(rules, record), remedy=remedy)


def _clauses(rules: Ruleset, record: Recorded) -> tuple[str, ...]:
    """The clauses of the rule that permitted a record."""
    return next(
        (
            step.clauses
            for by_state in rules.steps.get(record.command, {}).values()
            for alternatives in by_state.values()
            for step in alternatives
            if step.rule == record.rule
        ),
        (),
    )
