"""Joint acts: each party signs the same content, as distinct people, until all have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from pledgeflow.domain.commands import Command
from pledgeflow.domain.events import Signed
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Text
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.compiled.rules import Policy, Step


def collect(
    policy: Policy, step: Step, state: State, subject: Subject, command: Command
) -> Reason | Signed | Mapping[str, str]:
    """One party's signature; who signed (capacity -> person) once all have; or why it cannot count.

    A change of the content voids what was signed (see `evolve`), so all pending ones are for it.
    """
    pending = standing(state, subject, command.name)
    signed = {s.capacity: s.actor for s in pending}
    content = content_of(state, command)
    if command.capacity in signed:
        others = tuple(r for r in step.roles if r not in signed)
        remedy = tuple(RemedyStep(command.name, (role,)) for role in others)
        return _reason(step, "already_signed", {"capacity": command.capacity}, remedy)
    if command.actor in signed.values():
        remedy = (RemedyStep(command.name, (command.capacity,)),)
        return _reason(step, "signs_twice", {"actor": command.actor}, remedy)
    if any(s.content != content for s in pending):
        return _reason(step, "signs_something_else", {"capacity": tuple(signed)}, ())
    last = max((s.occurred_on for s in pending), default=command.occurred_on)
    if command.occurred_on < last:
        remedy = (RemedyStep(command.name, (command.capacity,), not_before=last),)
        required, found = {"not_before": last}, {"on": command.occurred_on}
        return Reason("before_last_move", step.rule, step.clauses, required, found, remedy)
    signed[command.capacity] = command.actor
    if all(role in signed for role in step.roles):
        return signed
    return Signed(
        state.version + 1,
        command.name,
        subject.id,
        command.actor,
        command.capacity,
        command.occurred_on,
        content,
        policy.digest,
        step.rule,
        command.entered_by,
        command.fields,
    )


def standing(state: State, subject: Subject, command: str) -> list[Signed]:
    """The signatures so far: of this subject, and since it entered the state it is in."""
    entered = subject.passages[-1].version
    given = state.signatures.get(command, ())
    return [s for s in given if s.subject == subject.id and s.version > entered]


def content_of(state: State, command: Command) -> str:
    """A digest of what is signed: what the act says, and the pledge as it was last revised.

    Free text is left out: it is sealed with a salt of its own each time it is written.
    """
    said = {k: _plain(v) for k, v in command.fields.items() if not isinstance(v, Text)}
    whole = json.dumps([state.revised, said], sort_keys=True, ensure_ascii=False)
    return sha256(whole.encode()).hexdigest()


def _plain(value: object) -> object:
    # Several choices are a set: their order is not part of what is signed.
    if isinstance(value, tuple):
        return sorted(str(v) for v in value)
    if isinstance(value, Mapping):
        return {str(k): str(v) for k, v in value.items()}
    return str(value)


def _reason(
    step: Step, code: str, found: Mapping[str, object], remedy: tuple[RemedyStep, ...]
) -> Reason:
    required = {"roles": step.roles}
    ruling = Ruling.NOT_AUTHORIZED if code == "signs_twice" else Ruling.FORBIDDEN
    return Reason(code, step.rule, step.clauses, required, found, remedy, ruling)
