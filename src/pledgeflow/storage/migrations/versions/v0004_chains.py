"""Chains and heads: each event is tied to the one before it by a hash, each stream has its head.

Events, words, keys, cycles and directories stay what they are; the text of an event is put into the
order of RFC 8785 where that is another than Python's. What was recorded before is put into the outbox,
one entry for each stream: whoever listens from now on hears all of it.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"

PAGE = 1000
"""So many events are read at a time; no more of them are ever in memory."""

_STREAM = ("jurisdiction", "cycle", "promisor", "venue")
_DIRECTORY = ("people", "organizations", "memberships", "posts", "relations")
_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER events_no_{act.lower()} BEFORE {act} ON events "
        "BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION events_only_appended() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is only appended to' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_only_appended()",
        "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_only_appended()",
    ],
}
_UNGUARDED = ["DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"]
"""On SQLite, where they were there before this version."""

_events = sa.table(
    "events",
    *(sa.column(name, sa.String) for name in _STREAM),
    sa.column("version", sa.Integer),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
    sa.column("data", sa.Text),
    sa.column("hash", sa.Text),
)
_AT = (*(_events.c[name] for name in _STREAM), _events.c.version)


def _key(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String, primary_key=True) for name in names]


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _number(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False, primary_key=key, autoincrement=False)


def upgrade() -> None:
    """Add what is new, and work out the hashes and the heads of what is there."""
    streams, outbox, directories = _created()
    connection = op.get_bind()
    with op.batch_alter_table("events") as events:
        events.add_column(sa.Column("hash", sa.Text))
    _unguard()
    for heads in _chained(connection):
        _insert(connection, streams, [{**head, "state_version": 0} for head in heads])
        _insert(connection, outbox, [_unheard(head) for head in heads])
    with op.batch_alter_table("events") as events:
        events.alter_column("hash", existing_type=sa.Text(), nullable=False)
    _guard()
    with op.batch_alter_table("pledges") as pledges:
        pledges.drop_column("version")  # is in `streams` now
    _insert(connection, directories, [{"jurisdiction": j, "version": 1} for j in _kept(connection)])
    _lie(by_key=True)


def _lie(*, by_key: bool) -> None:
    """On SQLite, small rows lie in the order of their keys, without an index beside them; or not."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in ("texts", "done", "pending"):
        kept = {"sqlite_with_rowid": not by_key}
        with op.batch_alter_table(table, recreate="always", table_kwargs=kept):
            pass


def downgrade() -> None:
    """Take away what was new; decisions and checkpoints are lost with it, and what was handed on."""
    _lie(by_key=False)
    with op.batch_alter_table("pledges") as pledges:
        pledges.add_column(sa.Column("version", sa.Integer))
    where = " AND ".join(f"s.{name} = pledges.{name}" for name in _STREAM)
    op.execute(f"UPDATE pledges SET version = (SELECT s.version FROM streams s WHERE {where})")
    with op.batch_alter_table("pledges") as pledges:
        pledges.alter_column("version", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("events") as events:
        events.drop_column("hash")
    if op.get_bind().dialect.name == "sqlite":
        _guard()
    else:
        op.execute("DROP FUNCTION events_only_appended CASCADE")
    for table in (
        "streams",
        "outbox",
        "relays",
        "decisions",
        "directories",
        "checkpoints",
        "leaves",
    ):
        op.drop_table(table)


def _created() -> tuple[sa.Table, sa.Table, sa.Table]:
    """The tables that are new; those that something is put into now."""
    streams = op.create_table(
        "streams",
        *_key(*_STREAM),
        _number("version"),
        *_text("hash"),
        sa.Column("state", sa.Text),
        _number("state_version"),
    )
    outbox = op.create_table(
        "outbox",
        *_key(*_STREAM),
        _number("upto", key=True),
        _number("after"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relays",
        *_key(*_STREAM),
        *_text("holder"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        _number("tries"),
    )
    op.create_table(
        "decisions",
        *_key("jurisdiction"),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        *_key("id"),
        *_text("cycle", "promisor", "venue"),
        _number("version"),
        *_text("command", "actor", "capacity"),
        sa.Column("occurred_on", sa.Date, nullable=False),
        *_text("ruling", "policy", "reasons"),
    )
    op.create_table(
        "checkpoints",
        *_key("jurisdiction"),
        _number("number", key=True),
        *_text("body", "signature"),
    )
    op.create_table(
        "leaves",
        *_key(*_STREAM),
        _number("version", key=True),
        _number("number"),
        *_text("hash"),
    )
    op.create_index("leaves_by_number", "leaves", ["jurisdiction", "number"])
    directories = op.create_table("directories", *_key("jurisdiction"), _number("version"))
    return streams, outbox, directories


def _chained(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """Give every event its hash, a page at a time; yields the heads of the streams that are through."""
    told = context.config.attributes["told"]
    here = [_events.c[name] == sa.bindparam(f"at_{name}") for name in (*_STREAM, "version")]
    put = _events.update().where(*here).values(hash=sa.bindparam("now"))
    anew = _events.update().where(*here).values(data=sa.bindparam("now"))
    head: dict[str, Any] = {}
    while page := _page(connection, head):
        hashes, texts, through = [], [], []
        for row in page:
            stream = {name: row[name] for name in _STREAM}
            if any(head.get(name) != place for name, place in stream.items()):
                through += [head] if head else []
                head = {**stream, "hash": ""}
            text = _ordered(row["data"])
            head = {**stream, "version": row["version"], "hash": _link(row, text, head["hash"])}
            at = {f"at_{name}": value for name, value in head.items() if name != "hash"}
            hashes.append({**at, "now": head["hash"]})
            if text != row["data"]:
                texts.append({**at, "now": text})
        connection.execute(put, hashes)
        if texts:
            connection.execute(anew, texts)
        told(len(page))
        yield through
    if head:
        yield [head]


def _page(connection: sa.Connection, head: Mapping[str, Any]) -> Sequence[sa.RowMapping]:
    """The events after a place in the log, in the order of their streams."""
    query = sa.select(*_AT, _events.c.recorded_at, _events.c.data).order_by(*_AT).limit(PAGE)
    if head:
        last = sa.tuple_(*(sa.literal(head[name]) for name in (*_STREAM, "version")))
        query = query.where(sa.tuple_(*_AT) > last)
    return connection.execute(query).mappings().all()


def _ordered(text: str) -> str:
    """Keys by UTF-16 units, not by code points: that is another order only beyond U+FFFF."""
    if len(text.encode("utf-16-le")) == 2 * len(text):
        return text
    return json.dumps(_sorted(json.loads(text)), separators=(",", ":"), ensure_ascii=False)


def _sorted(data: Any) -> Any:
    match data:
        case dict():
            keys = sorted(data, key=lambda key: str(key).encode("utf-16-be"))
            return {key: _sorted(data[key]) for key in keys}
        case list():
            return list(map(_sorted, data))
        case _:
            return data


def _link(row: sa.RowMapping, text: str, previous: str) -> str:
    """An event's hash, as it was worked out when this version was new; see `domain.chain`."""
    at: datetime = row["recorded_at"]
    utc = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    venue = f"@{row['venue']}" if row["venue"] else ""
    stream = f"{row['jurisdiction']}/{row['cycle']}/{row['promisor']}{venue}"
    linked = (
        f'{{"event":{text},"prev":"{previous}",'
        f'"recorded_at":"{utc.isoformat(timespec="microseconds")}Z",'
        f'"stream":{json.dumps(stream, ensure_ascii=False)}}}'
    )
    return sha256(linked.encode()).hexdigest()


def _unheard(head: Mapping[str, Any]) -> dict[str, Any]:
    stream = {name: head[name] for name in _STREAM}
    return {**stream, "after": 0, "upto": head["version"]}


def _kept(connection: sa.Connection) -> list[str]:
    """The jurisdictions that have a directory."""
    shelves = (sa.table(name, sa.column("jurisdiction", sa.String)) for name in _DIRECTORY)
    return sorted(connection.scalars(sa.union(*(sa.select(shelf) for shelf in shelves))))


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _unguard() -> None:
    """Let events be written to: on SQLite triggers keep everybody from it already."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in _UNGUARDED:
            op.execute(statement)


def _guard() -> None:
    """Nobody writes to them any more; on SQLite, a table that was copied has lost its triggers."""
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
