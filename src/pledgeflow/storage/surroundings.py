"""What one decision reads of a directory, in one statement however high it reaches; for `shelves`.

The same statement serves every database; what differs is how a list of ids is given, and how a
column is made text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.storage.prepared import ask

_COLUMNS = {
    "up": ("organization", "kind", "name", "parent", "kinds"),
    "held": ("organization", "post", "person", "valid_from", "valid_until"),
    "related": ("relation", "person", "target", "valid_from", "valid_until"),
    "memberships": ("person", "organization", "venue", "valid_from", "valid_until"),
    "people": ("person", "name", "kinds", "valid_from", "valid_until"),
}


@cache
def statement(*, sqlite: bool) -> str:
    """Asked with the ids and with the jurisdiction; SQLite: ids as a JSON list, then six times."""
    place = '"row"'
    ids = "SELECT value AS id FROM json_each(?)" if sqlite else "SELECT unnest($1::text[]) AS id"
    mark = "?" if sqlite else "$2"
    here = f"jurisdiction = {mark}"

    def told(name: str, source: str) -> str:
        cast = "{}" if sqlite else "{}::text"
        columns = ", ".join(cast.format(column) for column in _COLUMNS[name])
        return f"SELECT '{name}' AS of_what, {place} AS place, {columns} FROM {source}"

    columns = f"o.{place}, {', '.join(f'o.{name}' for name in _COLUMNS['up'])}"
    everybody = "person IN (SELECT id FROM everybody)"
    return (
        f"WITH RECURSIVE named AS ({ids}), "
        f"homes AS (SELECT organization AS id FROM memberships WHERE {here} "
        "AND person IN (SELECT id FROM named)), "
        "places AS (SELECT id FROM named UNION SELECT id FROM homes), "
        f"up AS (SELECT {columns}, o.jurisdiction FROM organizations o WHERE o.{here} "
        "AND o.organization IN (SELECT id FROM places) "
        f"UNION SELECT {columns}, o.jurisdiction FROM up JOIN organizations o "
        "ON o.jurisdiction = up.jurisdiction AND o.organization = up.parent), "
        f"held AS (SELECT * FROM posts WHERE {here} "
        "AND organization IN (SELECT organization FROM up)), "
        f"related AS (SELECT * FROM relations WHERE {here} "
        "AND target IN (SELECT id FROM places)), "
        "everybody AS (SELECT id FROM named UNION SELECT person FROM held "
        "UNION SELECT person FROM related) "
        f"{told('up', 'up')} UNION ALL {told('held', 'held')} "
        f"UNION ALL {told('related', 'related')} "
        f"UNION ALL {told('memberships', f'memberships WHERE {here} AND {everybody}')} "
        f"UNION ALL {told('people', f'people WHERE {here} AND {everybody}')}"
    )


def extract(
    connection: Any, jurisdiction: str, ids: Collection[str], *, sqlite: bool
) -> DirectoryData:
    """The rows of `Directory.around`, of whichever day. connection: the driver's own"""
    every = sorted(ids)
    asked = statement(sqlite=sqlite)
    found: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    if sqlite:
        values = (json.dumps(every, ensure_ascii=False), *(jurisdiction,) * 6)
        rows = connection.execute(asked, values).fetchall()
    else:
        rows = ask(connection, asked.encode(), (every, jurisdiction), (str, int, *(str,) * 5))
    # Asked to put them in order, SQLite goes through everybody in that order instead.
    for what, _, *row in sorted(rows, key=itemgetter(1)):
        found[what].append(_MADE[what](row))
    return DirectoryData(
        tuple(found["people"]),
        tuple(found["up"]),
        tuple(found["memberships"]),
        tuple(found["held"]),
        tuple(found["related"]),
    )


def _kinds(text: str | None) -> frozenset[str]:
    return frozenset(json.loads(text or "[]"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _place(row: list[Any]) -> OrganizationRow:
    organization, kind, name, parent, kinds = row
    return OrganizationRow(organization, kind, name, parent, _kinds(kinds))


def _person(row: list[Any]) -> PersonRow:
    person, name, kinds, since, until = row
    return PersonRow(person, name, _kinds(kinds), _day(since), _day(until))


def _held(cls: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    """For rows of three words and the days between which they hold."""

    def made(row: list[Any]) -> Any:
        one, two, three, since, until = row
        return cls(one, two, three, _day(since), _day(until))

    return made


_MADE: dict[str, Callable[[list[Any]], Any]] = {
    "up": _place,
    "held": _held(PostRow),
    "related": _held(RelationRow),
    "memberships": _held(MembershipRow),
    "people": _person,
}
