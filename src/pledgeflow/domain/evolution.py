"""evolve(state, event) -> state: what an event does to a state, without judging anything.

Below every policy: no rule is read here, so a later policy cannot rewrite what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import assert_never

from pledgeflow.domain.events import (
    Added,
    Amended,
    Annulled,
    Corrected,
    Effect,
    Event,
    Graded,
    Migrated,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.domain.renaming import renamed
from pledgeflow.domain.states import Grade, Outcome, Passage, State, Subject


def fold(state: State, events: Iterable[Event]) -> State:
    """The state after `events`, in their order."""
    for event in events:
        state = evolve(state, event)
    return state


def as_of(events: Iterable[Event], day: date) -> Iterator[Event]:
    """Of `events` those that had happened by a day, whenever they were entered, in their order.

    What follows from a record goes with it, and so does what takes back or corrects it; going over
    to other rules goes with the beginning of the stream.
    """
    later: set[int] = set()
    begun = False
    for event in events:
        match event:
            case Recorded() | Signed():
                still_to_come = event.occurred_on > day
            case Corrected() | Annulled():
                still_to_come = event.occurred_on > day or event.target in later
            case Opened():
                still_to_come = event.on > day
            case Migrated():
                # Whichever day is asked about, it is told by the rules that the stream is under.
                still_to_come = not begun
            case Amended() | OutcomeAnswered():
                still_to_come = event.cause in later
            case _:
                still_to_come = event.on > day or event.cause in later
        if still_to_come:
            later.add(event.version)
        else:
            begun = True
            yield event


def evolve(state: State, event: Event) -> State:
    """The state after one more event; the given state is left as it was."""
    match event:
        case Recorded():
            return _recorded(state, event)
        case Opened():
            return _opened(state, event)
        case Signed():
            pending = (*state.signatures.get(event.command, ()), event)
            signatures = {**state.signatures, event.command: pending}
            return replace(state, version=event.version, signatures=signatures)
        case Corrected():
            return _corrected(_undone(state, event.target, event.version), event)
        case Annulled():
            return _annulled(state, event)
        case Migrated():
            return renamed(state, event)
        case Moved():
            return _moved(state, event)
        case _:
            applied = _apply(state, event)
            return _kept(applied, event, applied.subjects)


def _opened(state: State, event: Opened) -> State:
    root = Subject(
        id=event.lifecycle,
        lifecycle=event.lifecycle,
        of="",
        passages=(Passage(event.state, event.on, event.version),),
    )
    return replace(
        state,
        version=event.version,
        stream=event.stream,
        cycle=event.cycle,
        track=event.track,
        organization=event.organization,
        policy=event.policy,
        root=event.lifecycle,
        subjects={root.id: root},
    )


def _recorded(state: State, event: Recorded) -> State:
    records = {
        **state.records,
        event.command: (*state.records.get(event.command, ()), event),
    }
    signatures = state.signatures
    if event.command in signatures:
        signatures = {k: v for k, v in signatures.items() if k != event.command}
    # `replace` takes longer than all the rest of deciding.
    return State(
        state.stream,
        state.cycle,
        event.version,
        state.track,
        state.organization,
        state.policy,
        state.root,
        state.subjects,
        records,
        state.effects,
        signatures,
        state.grade,
        state.outcomes,
    )


def _moved(state: State, event: Moved) -> State:
    subject = state.subjects[event.subject]
    passages = (*subject.passages, Passage(event.dest, event.on, event.version))
    moved = Subject(
        subject.id, subject.lifecycle, subject.of, passages, subject.content, subject.revisions
    )
    return _kept(state, event, {**state.subjects, subject.id: moved})


def _apply(state: State, event: Added | Amended | Graded | OutcomeArose | OutcomeAnswered) -> State:
    match event:
        case Added():
            passage = Passage(event.state, event.on, event.version)
            added = Subject(
                id=event.subject,
                lifecycle=event.lifecycle,
                of=event.of,
                passages=(passage,),
                content=event.content,
                revisions=(event.version,),
            )
            return _with(_put(state, added), signatures={})
        case Amended():
            subject = state.subjects[event.subject]
            amended = replace(
                subject,
                content={**subject.content, **event.after},
                revisions=(*subject.revisions, event.version),
            )
            # INVARIANT: nobody's signature outlives a change of what was signed.
            return _with(_put(state, amended), signatures={})
        case Graded():
            return replace(state, grade=Grade(event.tier, event.confirmed, event.on))
        case OutcomeArose():
            arisen = Outcome(
                event.outcome,
                event.subject,
                event.number,
                event.award,
                event.calls_for,
                event.on,
                event.rule,
            )
            return _with(state, outcomes={**state.outcomes, _key(event): arisen})
        case OutcomeAnswered():
            return _answer(state, event, lambda answered: (*answered, event.command))
        case _:
            assert_never(event)


def _kept(state: State, event: Effect, subjects: Mapping[str, Subject]) -> State:
    effects: Mapping[int, tuple[Effect, ...]] = {
        **state.effects,
        event.cause: (*state.effects.get(event.cause, ()), event),
    }
    return State(
        state.stream,
        state.cycle,
        event.version,
        state.track,
        state.organization,
        state.policy,
        state.root,
        subjects,
        state.records,
        effects,
        state.signatures,
        state.grade,
        state.outcomes,
    )


def _undone(state: State, target: int, version: int) -> State:
    """Everything the record at `target` brought about, taken back, latest first."""
    for effect in reversed(state.effects.get(target, ())):
        state = _revert(state, effect)
    effects = {k: v for k, v in state.effects.items() if k != target}
    return replace(state, version=version, effects=effects)


def _revert(state: State, event: Effect) -> State:
    match event:
        case Moved():
            subject = state.subjects[event.subject]
            return _put(state, replace(subject, passages=subject.passages[:-1]))
        case Added():
            subjects = {k: v for k, v in state.subjects.items() if k != event.subject}
            return replace(state, subjects=subjects, signatures={})
        case Amended():
            subject = state.subjects[event.subject]
            content = {k: v for k, v in subject.content.items() if k not in event.after}
            reverted = replace(
                subject, content={**content, **event.before}, revisions=subject.revisions[:-1]
            )
            return replace(_put(state, reverted), signatures={})
        case Graded():
            return replace(state, grade=Grade(*event.before) if event.before else None)
        case OutcomeArose():
            key = _key(event)
            return replace(state, outcomes={k: v for k, v in state.outcomes.items() if k != key})
        case OutcomeAnswered():
            return _answer(
                state, event, lambda answered: tuple(c for c in answered if c != event.command)
            )
        case _:
            assert_never(event)


def _annulled(state: State, event: Annulled) -> State:
    back = {e.subject for e in state.effects.get(event.target, ()) if isinstance(e, Moved)}
    undone = _without(_undone(state, event.target, event.version), event.target)
    # INVARIANT: what was signed before something moved does not count again with what came after.
    left = {
        command: tuple(signed for signed in given if signed.subject not in back)
        for command, given in undone.signatures.items()
    }
    return replace(undone, signatures={command: given for command, given in left.items() if given})


def _without(state: State, target: int) -> State:
    records = {
        command: tuple(r for r in kept if r.version != target)
        for command, kept in state.records.items()
    }
    return replace(state, records={k: v for k, v in records.items() if v})


def _corrected(state: State, event: Corrected) -> State:
    records = {
        command: tuple(
            r._replace(fields={**r.fields, **event.fields}) if r.version == event.target else r
            for r in kept
        )
        for command, kept in state.records.items()
    }
    return replace(state, records=records)


def _with(
    state: State,
    *,
    subjects: Mapping[str, Subject] | None = None,
    signatures: Mapping[str, tuple[Signed, ...]] | None = None,
    outcomes: Mapping[tuple[str, str, int], Outcome] | None = None,
) -> State:
    """The same with something else in it. `replace` takes longer than all the rest of deciding."""
    return State(
        state.stream,
        state.cycle,
        state.version,
        state.track,
        state.organization,
        state.policy,
        state.root,
        state.subjects if subjects is None else subjects,
        state.records,
        state.effects,
        state.signatures if signatures is None else signatures,
        state.grade,
        state.outcomes if outcomes is None else outcomes,
    )


def _put(state: State, subject: Subject) -> State:
    return _with(state, subjects={**state.subjects, subject.id: subject})


def _answer(
    state: State,
    event: OutcomeAnswered,
    change: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> State:
    key = _key(event)
    outcome = state.outcomes[key]
    changed = replace(outcome, answered=change(outcome.answered))
    return _with(state, outcomes={**state.outcomes, key: changed})


def _key(event: OutcomeArose | OutcomeAnswered) -> tuple[str, str, int]:
    return event.outcome, event.subject, event.number
