"""Erasing a person: which words are theirs, wherever they stand. Used by `engine` and `looking`.

Words stand in the table of texts alone, and names in the directory; everything else (events, states,
projections, the outbox, the decision log) holds digests and ids, and stays as it is, so that every
chain and proof still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.domain.values import Text
from pledgeflow.errors import DirectoryError
from pledgeflow.storage.store import EventStore


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes of a person, or what went.

    names: in the directory; words: digests of texts that are still there, in events of the person's
    own streams, of their acts, or that name them; mentions: streams with other people's words in
    which one of the names stands, for somebody to look at; lingers: whether something that was
    erased may still be in the database's files, so that it has to be done again
    """

    person: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    mentions: tuple[StreamId, ...] = ()
    lingers: bool = False


def erasure(store: EventStore, jurisdiction: str, person: str) -> Erasure:
    """What would go of a person. Raises DirectoryError for somebody of whom nothing is known.

    Reads every stream of the jurisdiction, one after the other.
    """
    rows = [row for row in store.directory(jurisdiction).people if row.person == person]
    names = tuple(sorted({row.name for row in rows if row.name}))
    known, theirs, mentions = bool(rows), set[str](), dict[StreamId, set[str]]()
    for stream in store.heads(jurisdiction):
        own, others = _digests(stream, person, (one.event for one in store.load(stream)))
        known = known or own is not None
        theirs |= own or set()
        if names and others:
            kept = store.texts(jurisdiction, others)
            named = {d for d, words in kept.items() if any(name in words for name in names)}
            mentions |= {stream: named} if named else {}
    if not known:
        raise DirectoryError(f"nothing is known of `{person}`; name a person by their id")
    return Erasure(
        person,
        names,
        tuple(sorted(store.texts(jurisdiction, theirs))),
        tuple(stream for stream, named in mentions.items() if named - theirs),
    )


def _digests(
    stream: StreamId, person: str, events: Iterable[Event]
) -> tuple[set[str] | None, set[str]]:
    """The digests in events that are a person's (None: none are), and in those that are not."""
    own, others, concerned = set[str](), set[str](), set[int]()
    found = stream.promisor == person
    for event in events:
        texts = set(_texts(tuple(event)))
        follows = {getattr(event, "cause", 0), getattr(event, "target", 0)} & concerned
        if stream.promisor == person or person in _named(event) or follows:
            found = True
            concerned.add(event.version)
            own |= texts
        else:
            others |= texts
    return own if found else None, others


def _named(event: Event) -> Iterator[object]:
    """Whom an event may name: who acted, and every value that an act gave.

    Nothing that is a policy's own word is among them: a person may be called as a state is.
    """
    yield from (getattr(event, "actor", None), getattr(event, "entered_by", None))
    yield from getattr(event, "signatories", {}).values()
    for part in ("fields", "content", "before", "after"):
        given = getattr(event, part, None)
        for value in given.values() if isinstance(given, Mapping) else ():
            match value:
                case Mapping():
                    yield from chain(value, value.values())
                case tuple():
                    yield from value
                case _:
                    yield value


def _texts(value: object) -> Iterator[str]:
    """The digests in what an event holds, however deep."""
    match value:
        case Text():
            yield value.digest
        case Mapping():
            yield from chain.from_iterable(map(_texts, value.values()))
        case tuple():
            yield from chain.from_iterable(map(_texts, value))
        case _:
            return
