"""What goes on in a pledge after its cycle was closed: what had already begun to follow, no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pledgeflow.domain.commands import AnyCommand, Command
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason, Ruling
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.judging.choosing import place


def against_closed(
    rules: Ruleset, state: State, command: AnyCommand, closed: date
) -> Reason | None:
    """Why a command comes too late for a closed cycle; nothing if it may still be judged.

    A record can still be corrected or annulled, an outcome still gets what it calls for, and
    what follows from a pledge (a rectification) still comes to its end.
    """
    if not isinstance(command, Command):
        return None
    subject = place(rules, state, command)
    if isinstance(subject, Subject) and (
        subject in tuple(following(rules, state)) or _called_for(state, subject, command.name)
    ):
        return None
    return Reason("cycle_closed", "", (), {}, {"on": closed}, ruling=Ruling.TOO_LATE)


def following(rules: Ruleset, state: State) -> Iterator[Subject]:
    """What is not at its end of all that follows from a pledge: neither itself nor promised in it."""
    promised = {
        move.adds
        for lifecycle in rules.lifecycles.values()
        for name, move in lifecycle.transitions.items()
        if fires(name, move) in _proposals(rules)
    }
    for subject in state.subjects.values():
        kept = subject.lifecycle in (rules.root, *promised)
        if not kept and subject.state not in rules.lifecycles[subject.lifecycle].final:
            yield subject


def _proposals(rules: Ruleset) -> frozenset[str]:
    return frozenset(
        name for name, named in rules.commands.items() if named.rules.means is Means.PROPOSAL
    )


def _called_for(state: State, subject: Subject, command: str) -> bool:
    return any(
        command in outcome.open_calls and outcome.subject == subject.id
        for outcome in state.outcomes.values()
    )
