"""Whether a command is the very one that was given before: told by what is recorded of it.

Nothing but the record is kept for that, so that there is nothing else to erase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pledgeflow.domain.commands import Annul, Command, Correct
from pledgeflow.domain.events import Annulled, Corrected, Event, Recorded, Signed
from pledgeflow.domain.values import Fields, Text


def repeats(
    command: Command | Correct | Annul,
    act: Event,
    asked: Mapping[str, str],
    kept: Mapping[str, str],
) -> bool:
    """Whether an act is what the command asks for.

    asked, kept: digest -> words, of the command's texts and of the act's; words that were erased
    fit any
    """
    if not isinstance(act, Recorded | Signed | Corrected | Annulled):
        return False
    who = (act.actor, act.capacity, act.occurred_on, act.entered_by)
    if who != (command.actor, command.capacity, command.occurred_on, command.entered_by):
        return False
    if getattr(act, "target", None) != getattr(command, "target", None):
        return False
    given: Fields = {} if isinstance(command, Annul) else command.fields
    there: Fields = {} if isinstance(act, Annulled) else act.fields
    return given.keys() == there.keys() and all(
        _alike(given[name], there[name], asked, kept) for name in given
    )


def digests_in(acts: Iterable[Event]) -> Iterator[str]:
    """The digests of every text in acts."""
    for act in acts:
        for value in getattr(act, "fields", {}).values():
            yield from (text.digest for text in _texts(value))


def _texts(value: object) -> Iterator[Text]:
    match value:
        case Text():
            yield value
        case tuple():
            yield from (each for each in value if isinstance(each, Text))
        case Mapping():
            yield from (each for each in value.values() if isinstance(each, Text))
        case _:
            return


def _alike(one: object, other: object, asked: Mapping[str, str], kept: Mapping[str, str]) -> bool:
    match one, other:
        case Text(), Text():
            return other.digest not in kept or asked.get(one.digest) == kept[other.digest]
        case tuple(), tuple():
            pairs = zip(one, other, strict=False)
            return len(one) == len(other) and all(_alike(a, b, asked, kept) for a, b in pairs)
        case Mapping(), Mapping():
            return one.keys() == other.keys() and all(
                _alike(one[name], other[name], asked, kept) for name in one
            )
        case _:
            return type(one) is type(other) and one == other
