"""The tables as they were before databases could be upgraded: events, and what stands beside them.

There is nothing before it, so that there is no way down from it.

Revision ID: 0003
Revises:
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = None

_STREAM = ("jurisdiction", "cycle", "promisor", "venue")
_BALLOT = (*_STREAM, "ballot")
_DUE = ("day", "cycle", "promisor", "venue", "duty", "subject")
_INDEXES = {
    "due": (("kind", *_DUE), ("organization", "kind", *_DUE)),
    "people": (("person",),),
    "organizations": (("organization",),),
    "memberships": (("person",), ("organization",)),
    "posts": (("organization",), ("person",)),
    "relations": (("target",), ("person",)),
}


def _key(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String, primary_key=True) for name in names]


def _numbered(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _day(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date, nullable=nullable)


def upgrade() -> None:
    """Make them all."""
    _log()
    _projections()
    _directory()
    _ballots()
    for table, keys in _INDEXES.items():
        for key in keys:
            op.create_index(f"{table}_by_{key[0]}", table, ["jurisdiction", *key])


def _log() -> None:
    op.create_table(
        "events",
        *_key(*_STREAM),
        _numbered("version"),
        *_text("kind", "command"),
        _day("occurred_on"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *_text("data"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_no_{act.lower()} BEFORE {act} ON events "
                "BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END"
            )
    op.create_table(
        "done",
        *_key("jurisdiction", "key"),
        *_text("cycle", "promisor", "venue"),
        *_number("after", "upto"),
    )
    op.create_table("pending", *_key(*_STREAM), _numbered("upto"), *_number("after"))
    op.create_table("texts", *_key("jurisdiction", "digest"), *_text("salt", "words"))


def _projections() -> None:
    op.create_table(
        "pledges",
        *_key(*_STREAM),
        *_text("track", "organization", "state"),
        *_number("version"),
        *_text("policy"),
        _day("since", nullable=False),
        *_text("kinds", "first", "items"),
        sa.Column("grade", sa.Text),
        *_text("awards", "outcomes"),
    )
    op.create_table(
        "due",
        *_key(*_STREAM, "kind", "duty", "subject"),
        sa.Column("day", sa.Date, primary_key=True),
        *_text("organization"),
    )
    op.create_table(
        "cycles",
        *_key("jurisdiction", "cycle"),
        _day("starts", nullable=False),
        *_number("ordinal"),
        *_text("policy", "digest"),
        _day("closed"),
    )
    op.create_table("policies", *_key("digest"), *_text("name", "body", "engine"))


def _directory() -> None:
    row = ("jurisdiction",)
    valid = ("valid_from", "valid_until")
    op.create_table(
        "people",
        *_key(*row),
        _numbered("row"),
        *_text("person", "name"),
        sa.Column("kinds", sa.Text),
        *map(_day, valid),
    )
    op.create_table(
        "organizations",
        *_key(*row),
        _numbered("row"),
        *_text("organization", "kind", "name"),
        sa.Column("parent", sa.Text),
        sa.Column("kinds", sa.Text),
    )
    for table, texts in {
        "memberships": ("person", "organization", "venue"),
        "posts": ("organization", "post", "person"),
        "relations": ("relation", "person", "target"),
    }.items():
        op.create_table(table, *_key(*row), _numbered("row"), *_text(*texts), *map(_day, valid))


def _ballots() -> None:
    _ballot(
        "ballots",
        *_text("secrecy", "choices"),
        *_number("marks"),
        sa.Column("blank", sa.Boolean, nullable=False),
        *_number("small"),
        sa.Column("keeps_key", sa.Boolean, nullable=False),
        *_text("salt", "secret"),
        _day("opened_on", nullable=False),
        _day("closed_on"),
        *_text("votes"),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    _ballot("ballot_roll", *_key("voter"), sa.Column("voted", sa.Boolean, nullable=False))
    _ballot("ballot_codes", *_key("digest"), *_text("voter"))
    _ballot("ballot_counts", *_key("choice"), *_number("votes"))
    _ballot("ballot_votes", *_key("voter"), *_text("choices"))


def _ballot(name: str, *columns: sa.Column[Any]) -> None:
    # no row id says in which order people voted
    op.create_table(name, *_key(*_BALLOT), _numbered("round"), *columns, sqlite_with_rowid=False)
