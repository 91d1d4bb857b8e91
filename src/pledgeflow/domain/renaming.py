"""What a stream that goes over to other rules is called by them. Beneath `evolution`, and as pure.

Every state that a subject was ever in is renamed, and not the last one alone: its days stay what
they were, so that periods go on running, an act can still be entered for a day that is past, and a
move can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pledgeflow.domain.events import Effect, Graded, Migrated, OutcomeAnswered, Recorded, Signed
from pledgeflow.domain.states import Outcome, State, Subject


def renamed(state: State, event: Migrated) -> State:
    """The same state under another policy. What the event does not name is called as before."""
    commands, tiers = event.commands, event.tiers
    grade = state.grade
    return replace(
        state,
        version=event.version,
        track=event.track,
        policy=event.policy,
        subjects={name: _subject(each, event.states) for name, each in state.subjects.items()},
        records=_records(state.records, commands),
        signatures=_signatures(state.signatures, commands),
        effects={
            cause: tuple(_effect(each, commands, tiers) for each in effects)
            for cause, effects in state.effects.items()
        },
        grade=replace(grade, tier=tiers.get(grade.tier, grade.tier)) if grade else None,
        outcomes={key: _outcome(each, commands) for key, each in state.outcomes.items()},
    )


def _subject(subject: Subject, states: Mapping[str, str]) -> Subject:
    passages = tuple(
        replace(each, state=states.get(f"{subject.lifecycle}/{each.state}", each.state))
        for each in subject.passages
    )
    return replace(subject, passages=passages)


def _records(
    records: Mapping[str, tuple[Recorded, ...]], commands: Mapping[str, str]
) -> dict[str, tuple[Recorded, ...]]:
    found: dict[str, tuple[Recorded, ...]] = {}
    for command, kept in records.items():
        name = commands.get(command, command)
        both = (*found.get(name, ()), *(each._replace(command=name) for each in kept))
        # two steps may become one: its records stand in the order of the stream
        found[name] = tuple(sorted(both, key=lambda each: each.version))
    return found


def _signatures(
    signatures: Mapping[str, tuple[Signed, ...]], commands: Mapping[str, str]
) -> dict[str, tuple[Signed, ...]]:
    found: dict[str, tuple[Signed, ...]] = {}
    for command, kept in signatures.items():
        name = commands.get(command, command)
        found[name] = (*found.get(name, ()), *(each._replace(command=name) for each in kept))
    return found


def _effect(effect: Effect, commands: Mapping[str, str], tiers: Mapping[str, str]) -> Effect:
    """So far as taking it back reads what is called otherwise now."""
    match effect:
        case Graded(tier=tier, before=before):
            if before is not None:
                before = (tiers.get(before[0], before[0]), *before[1:])
            return effect._replace(tier=tiers.get(tier, tier), before=before)
        case OutcomeAnswered(command=command):
            return effect._replace(command=commands.get(command, command))
        case _:
            return effect


def _outcome(outcome: Outcome, commands: Mapping[str, str]) -> Outcome:
    calls = {commands.get(name, name): day for name, day in outcome.calls_for.items()}
    answered = tuple(commands.get(name, name) for name in outcome.answered)
    return replace(outcome, calls_for=calls, answered=answered)
