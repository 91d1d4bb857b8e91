"""The tables, for any database; every key of a jurisdiction's data starts with the jurisdiction.

`texts` and the names in the directory hold words and can be erased; `events` is only appended to,
and triggers see to that. `policies` go by their digest: the same law is the same row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
)
from sqlalchemy.types import TypeDecorator

SCHEMA = 4
"""Grows with each change of the tables."""


class Moment(TypeDecorator[datetime]):
    """A point in time; where the database forgets time zones it is kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """To the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """A small collection as JSON text; `write` and `read` say what it is to Python."""

    impl = Text
    cache_ok = True

    def __init__(self, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.write, self.read = write, read

    def process_bind_param(self, value: Any, _: Dialect) -> str:
        """To the database."""
        return json.dumps(
            self.write(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )

    def process_result_value(self, value: str | None, _: Dialect) -> Any:
        """From the database."""
        return self.read(json.loads(value or "null"))


def _to_iso(days: Mapping[str, date]) -> dict[str, str]:
    return {key: day.isoformat() for key, day in days.items()}


def _from_iso(days: Mapping[str, str]) -> dict[str, date]:
    return {key: date.fromisoformat(day) for key, day in days.items()}


WORDS = Json(list, tuple)
KINDS = Json(sorted, frozenset)
COUNTS = Json(dict, dict)
DAYS = Json(_to_iso, _from_iso)
DATA = Json(list, tuple)

METADATA = MetaData()


def _table(name: str, keys: str, *columns: Column[Any], clustered: bool = False) -> Table:
    """clustered: rows are small and lie in the order of their key, so that there is no index beside
    them to write as well (on SQLite; PostgreSQL has no such tables)
    """
    return Table(
        name,
        METADATA,
        *(Column(key, String, primary_key=True) for key in keys.split()),
        *columns,
        sqlite_with_rowid=not clustered,
    )


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=False, primary_key=key, autoincrement=False)


def _day(name: str) -> Column[date]:
    return Column(name, Date)


_STREAM = "jurisdiction cycle promisor venue"

# whose database this is, and of which version; no other table is touched before this one has said
# so. Alembic keeps its place in it, too
marker = Table("pledgeflow", METADATA, Column("version_num", String(32), primary_key=True))
# where each stream has come to; state: its last snapshot, at version `state_version`
streams = _table(
    "streams",
    _STREAM,
    _number("version"),
    _text("hash"),
    Column("state", Text),
    Column("state_version", Integer, nullable=False),
)
events = _table(
    "events",
    _STREAM,
    _number("version", key=True),
    _text("kind"),
    _text("command"),
    _day("occurred_on"),
    Column("recorded_at", Moment, nullable=False),
    _text("data"),
    _text("hash"),
)
done = _table(
    "done",
    "jurisdiction key",
    *(_text(k) for k in _STREAM.split()[1:]),
    _number("after"),
    _number("upto"),
    clustered=True,
)
# what a relay has not handed on yet
outbox = _table("outbox", _STREAM, _number("upto", key=True), _number("after"), clustered=True)
# which relay is at a stream, and until when nobody else is; a row only where one is at it, or where
# the last try failed; holder: "" while nobody is; tries: how often in a row it failed
relays = _table(
    "relays",
    _STREAM,
    _text("holder"),
    Column("until", Moment, nullable=False),
    _number("tries"),
)
# what was asked and how it was judged, as far as the deployer wants it kept; no words of anybody's
decisions = _table(
    "decisions",
    "jurisdiction",
    Column("at", Moment, primary_key=True),
    Column("id", String, primary_key=True),
    *(_text(k) for k in _STREAM.split()[1:]),
    _number("version"),
    _text("command"),
    _text("actor"),
    _text("capacity"),
    Column("occurred_on", Date, nullable=False),
    _text("ruling"),
    _text("policy"),
    Column("reasons", DATA, nullable=False),
)
pending = _table("pending", _STREAM, _number("upto", key=True), _number("after"), clustered=True)
texts = _table("texts", "jurisdiction digest", _text("salt"), _text("words"), clustered=True)
pledges = _table(
    "pledges",
    _STREAM,
    _text("track"),
    _text("organization"),
    _text("state"),
    _text("policy"),
    Column("since", Date, nullable=False),
    Column("kinds", KINDS, nullable=False),
    Column("first", DAYS, nullable=False),
    Column("items", COUNTS, nullable=False),
    Column("grade", Text),
    Column("awards", WORDS, nullable=False),
    Column("outcomes", WORDS, nullable=False),
)
due = _table(
    "due",
    f"{_STREAM} kind duty subject",
    Column("day", Date, primary_key=True),
    _text("organization"),
)
# what was signed, and what each stream had come to when it was: only those that had moved since
checkpoints = _table(
    "checkpoints", "jurisdiction", _number("number", key=True), _text("body"), _text("signature")
)
leaves = _table("leaves", _STREAM, _number("version", key=True), _number("number"), _text("hash"))
cycles = _table(
    "cycles",
    "jurisdiction cycle",
    Column("starts", Date, nullable=False),
    _number("ordinal"),
    _text("policy"),
    _text("digest"),
    _day("closed"),
)
# grows whenever the jurisdiction's directory is put in anew
directories = _table("directories", "jurisdiction", _number("version"))
policies = _table("policies", "digest", _text("name"), _text("body"), _text("engine"))


def _rows(name: str, *columns: Column[Any]) -> Table:
    return _table(name, "jurisdiction", _number("row", key=True), *columns)


def _valid() -> tuple[Column[date], Column[date]]:
    return _day("valid_from"), _day("valid_until")


# the columns after `row` are the fields of the dataclass of the same name in `domain.directory`
people = _rows("people", _text("person"), _text("name"), Column("kinds", KINDS), *_valid())
organizations = _rows(
    "organizations",
    _text("organization"),
    _text("kind"),
    _text("name"),
    Column("parent", Text),
    Column("kinds", KINDS),
)
memberships = _rows("memberships", *map(_text, ("person", "organization", "venue")), *_valid())
posts = _rows("posts", *map(_text, ("organization", "post", "person")), *_valid())
relations = _rows("relations", *map(_text, ("relation", "person", "target")), *_valid())


def _indexed(table: Table, *keys: str) -> None:
    for key in keys:
        columns = ("jurisdiction", *key.split())
        Index(f"{table.name}_by_{columns[1]}", *(table.c[name] for name in columns))


# whole orders, so that nothing has to be sorted: else SQLite prefers an index that is in order to
# one that finds less
_indexed(leaves, "number")
_ORDERED = "kind day cycle promisor venue duty subject"
_indexed(due, _ORDERED, f"organization {_ORDERED}")
_indexed(people, "person")
_indexed(organizations, "organization")
_indexed(memberships, "person", "organization")
_indexed(posts, "organization", "person")
_indexed(relations, "target", "person")

_REFUSED = "the log is only appended to"
ONLY_APPENDED = {
    "sqlite": [
        f"CREATE TRIGGER events_no_{act.lower()} BEFORE {act} ON events "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION events_only_appended() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_only_appended()",
        "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_only_appended()",
    ],
}
"""What keeps the log from being changed, by the kind of database."""


@event.listens_for(events, "after_create")
def _guarded(_: Table, connection: Connection, **__: Any) -> None:
    for statement in ONLY_APPENDED.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)
