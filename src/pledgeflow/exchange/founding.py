"""Whether what rows rest on is there: asked for many rows at once, of what has been written so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, tuple_

from pledgeflow.exchange.kinds import PLACE, Kind
from pledgeflow.storage import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_OF_EVENTS = ("key", "pending", "outbox")
_PEOPLE = {"membership": ("person",), "post": ("person",), "relation": ("person", "target")}
_PLACES = {"membership": ("organization",), "post": ("organization",), "relation": ("target",)}


class Numbered(NamedTuple):
    """A row, and the line that it was in."""

    line: int
    row: dict[str, Any]


def unfounded(connection: Connection, kind: Kind, rows: Sequence[Numbered]) -> dict[int, str]:
    """Line -> what is missing, of those rows that rest on what is not there."""
    if kind.name in _OF_EVENTS:
        return _beyond(connection, rows)
    if kind.name == "leaf":
        return _unlike(connection, rows)
    if kind.name in _PEOPLE:
        return _unknown(connection, kind, rows)
    return {}


def _beyond(connection: Connection, rows: Sequence[Numbered]) -> dict[int, str]:
    heads = _found(connection, tables.streams, PLACE, "version", rows)
    why = "it is of events that are not there"
    return {line: why for line, row in rows if row["upto"] > int(heads.get(_key(row, PLACE), 0))}


def _unlike(connection: Connection, rows: Sequence[Numbered]) -> dict[int, str]:
    keys = (*PLACE, "version")
    hashes = _found(connection, tables.events, keys, "hash", rows)
    why = "the event that was signed is not there"
    return {line: why for line, row in rows if hashes.get(_key(row, keys)) != row["hash"]}


def _unknown(connection: Connection, kind: Kind, rows: Sequence[Numbered]) -> dict[int, str]:
    """Rows of people and organizations that are not in the directory."""
    people = _named(connection, tables.people, "person", _PEOPLE[kind.name], rows)
    places = _named(connection, tables.organizations, "organization", _PLACES[kind.name], rows)
    known = {"person": people, "organization": places, "target": people | places}
    names = dict.fromkeys((*_PEOPLE[kind.name], *_PLACES[kind.name]))
    return {
        line: f"`{row[name]}` is not in the directory"
        for line, row in rows
        for name in reversed(names)
        if row[name] not in known[name]
    }


def _named(
    connection: Connection,
    table: Table,
    column: str,
    names: Iterable[str],
    rows: Sequence[Numbered],
) -> set[str]:
    asked = {row[name] for _, row in rows for name in names}
    here = (table.c.jurisdiction == rows[0].row["jurisdiction"], table.c[column].in_(asked))
    return set(connection.scalars(select(table.c[column]).where(*here)))


def _found(
    connection: Connection, table: Table, keys: Sequence[str], column: str, rows: Sequence[Numbered]
) -> dict[tuple[Any, ...], Any]:
    asked = {_key(row, keys) for _, row in rows}
    columns = [table.c[key] for key in keys]
    here = (table.c.jurisdiction == rows[0].row["jurisdiction"], tuple_(*columns).in_(asked))
    found = connection.execute(select(*columns, table.c[column]).where(*here))
    return {tuple(row[:-1]): row[-1] for row in found}


def _key(row: dict[str, Any], keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[key] for key in keys)
