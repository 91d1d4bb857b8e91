"""A jurisdiction's log as OCEL 2.0 (JSON): events, and the objects that they are about.

Beside `xes`, on top of `happenings`. Objects are streams (of a type such as `pledge`), their items,
people and organizations, all by their ids. The log is read twice, first for the events and then for
the objects, as it stood at one moment; what is kept meanwhile are the types, and who was named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pledgeflow.domain.chain import instant
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.states import Subject
from pledgeflow.exchange.exporting import at_one_moment
from pledgeflow.exports.happenings import Happening, History, Plain, count, histories

if TYPE_CHECKING:
    from pledgeflow.storage.sql import SqlStore

PERSON, ORGANIZATION = "person", "organization"
Written = str | int | float | bool


def ocel(
    store: SqlStore, jurisdiction: str, begun: Callable[[int], object] = bool
) -> Iterator[str]:
    """The document in parts, two for each stream. begun: is told how many parts there are.

    Raises PledgeflowError where nothing has happened, StorageError for what is damaged.
    """
    log = _Log()
    with at_one_moment(store) as connection:
        begun(2 * count(connection, jurisdiction))
        yield '{"events": [\n'
        yield from _listed(map(log.events, histories(connection, jurisdiction)))
        yield '\n],\n"objects": [\n'
        yield from _listed(_chained(map(log.objects, histories(connection, jurisdiction)), log))
        yield f'\n],\n"eventTypes": {_text(log.event_types.as_data())}'
        yield f',\n"objectTypes": {_text(log.object_types.as_data())}}}\n'


def _listed(parts: Iterable[list[dict[str, Any]]]) -> Iterator[str]:
    before = ""
    for part in parts:
        if part:
            yield before + ",\n".join(map(_text, part))
            before = ",\n"


def _chained(parts: Iterator[list[dict[str, Any]]], log: _Log) -> Iterator[list[dict[str, Any]]]:
    """Who was named is only known when all streams have been gone through."""
    yield from parts
    yield log.named()


@dataclass(slots=True)
class _Types:
    """What attributes each type has, by how they are typed."""

    known: dict[str, dict[str, str]] = field(default_factory=dict)

    def attribute(self, of: str, name: str, value: Plain) -> dict[str, Written]:
        """A value as an attribute of a type; one that is typed otherwise has a name of its own."""
        kind, written = _typed(value)
        own = self.known.setdefault(of, {})
        if own.setdefault(name, kind) != kind:
            name = f"{name}.{kind}"
            own[name] = kind
        return {"name": name, "value": written}

    def as_data(self) -> list[dict[str, Any]]:
        """As they are declared."""
        return [
            {"name": of, "attributes": [{"name": n, "type": t} for n, t in own.items()]}
            for of, own in sorted(self.known.items())
        ]


@dataclass(slots=True)
class _Log:
    """What has been seen of the log so far."""

    event_types: _Types = field(default_factory=_Types)
    object_types: _Types = field(default_factory=_Types)
    people: set[str] = field(default_factory=set)
    organizations: set[str] = field(default_factory=set)

    def events(self, history: History) -> list[dict[str, Any]]:
        """What happened in a stream."""
        return [self._event(history, happening) for happening in history.happenings]

    def _event(self, history: History, happening: Happening) -> dict[str, Any]:
        stream, of = history.stream, happening.activity
        said: dict[str, Plain] = {
            "kind": happening.kind,
            "recorded_at": happening.recorded_at,
            "version": happening.version,
            **({"capacity": happening.capacity} if happening.capacity else {}),
            **happening.said,
        }
        about = {str(stream): "stream"}
        items = history.state.subjects.keys() - {history.state.root}  # but for those annulled
        if happening.about in items:
            about[_item(stream, happening.about)] = "subject"
        named = [(happening.actor, "actor"), (happening.entered_by, "entered_by")]
        related = [*about.items(), *((self._person(who), why) for who, why in named if who)]
        return {
            "id": f"{stream}/{happening.version}",
            "type": of,
            "time": _day(happening.on),
            "attributes": [
                self.event_types.attribute(of, name, value) for name, value in said.items()
            ],
            "relationships": [{"objectId": who, "qualifier": why} for who, why in related],
        }

    def objects(self, history: History) -> list[dict[str, Any]]:
        """A stream and its items."""
        return [self._object(history, each) for each in history.state.subjects.values()]

    def _object(self, history: History, subject: Subject) -> dict[str, Any]:
        stream, state, root = history.stream, history.state, history.state.root
        whole = subject.id == root
        of = stream.aggregate if whole else subject.lifecycle
        first = subject.passages[0].on
        said = [("state", passage.state, passage.on) for passage in subject.passages]
        related = []
        if whole:
            said += [("track", state.track, first), ("policy", state.policy, first)]
            said += [("cycle", stream.cycle, first)]
            if state.grade is not None:
                said.append(("tier", state.grade.tier, state.grade.on))
            owner = stream.promisor
            owned = self._organization if history.owner_is_organization else self._person
            related.append((owned(owner), "promisor"))
            if not history.owner_is_organization:
                related.append((self._organization(state.organization), "organization"))
        else:
            over = subject.of
            related.append((str(stream) if over == root else _item(stream, over), "of"))
        return {
            "id": str(stream) if whole else _item(stream, subject.id),
            "type": of,
            "attributes": [
                {**self.object_types.attribute(of, name, value), "time": _day(on)}
                for name, value, on in said
            ],
            "relationships": [{"objectId": who, "qualifier": why} for who, why in related],
        }

    def named(self) -> list[dict[str, Any]]:
        """Everybody who was named, by id and without anything else."""
        everybody = ((PERSON, self.people), (ORGANIZATION, self.organizations))
        for of, _ in everybody:
            self.object_types.known.setdefault(of, {})
        return [
            {"id": f"{of}:{who}", "type": of, "attributes": [], "relationships": []}
            for of, those in everybody
            for who in sorted(those)
        ]

    def _person(self, who: str) -> str:
        self.people.add(who)
        return f"{PERSON}:{who}"

    def _organization(self, who: str) -> str:
        self.organizations.add(who)
        return f"{ORGANIZATION}:{who}"


def _item(stream: StreamId, subject: str) -> str:
    return f"{stream}#{subject}"


def _day(on: date) -> str:
    return f"{on.isoformat()}T00:00:00Z"


def _text(data: Mapping[str, Any] | list[dict[str, Any]]) -> str:
    return json.dumps(data, ensure_ascii=False)


def _typed(value: Plain) -> tuple[str, Written]:
    match value:
        case bool():
            return "boolean", value
        case int():
            return "integer", value
        case Decimal():
            return "float", float(value)
        case datetime():
            return "time", instant(value)
        case date():
            return "time", _day(value)
        case str():
            return "string", value
