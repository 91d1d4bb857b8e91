"""Acts as they were recorded: what somebody did, and not what only followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pledgeflow.domain.commands import Because
from pledgeflow.domain.events import (
    BY_TIME,
    Added,
    Annulled,
    Corrected,
    Event,
    Migrated,
    Recorded,
    Signed,
)
from pledgeflow.policy.judging.awarding import REACTIONS, reaction_of
from pledgeflow.steps import stream_id

Act = Recorded | Signed | Corrected | Annulled
ACTS = (Recorded, Signed, Corrected, Annulled)


def name_of(act: Act) -> str:
    """The command that it was; of what amends a record, how that is done."""
    match act:
        case Corrected():
            return "correct"
        case Annulled():
            return "annul"
        case _:
            return act.command


def added_by(after: Sequence[Event]) -> Iterator[Added]:
    """The items that an act brought about, of what came after it."""
    for event in after:
        if isinstance(event, (*ACTS, Migrated)) or getattr(event, "cause", None) == BY_TIME:
            return
        if isinstance(event, Added):
            yield event


def because(act: Recorded | Signed) -> Because | None:
    """What it followed from in another stream, if it did."""
    why = reaction_of(act) if isinstance(act, Recorded) else None
    if why is None:
        return None
    return Because(stream_id(why.source), why.version, why.fact.removeprefix(REACTIONS))
