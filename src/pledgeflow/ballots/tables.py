"""The tables of a ballot box, for any database; every key starts with the jurisdiction.

INVARIANT: at `unlinkable` no row holds a person and a choice, and no row holds a time. No table has
a row id, and rows are inserted in the order of their keys: whole at opening, and once more at
closing, so that where a row lies says nothing of when it was last written.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, MetaData, String, Table, Text

from pledgeflow.storage.tables import COUNTS, WORDS

METADATA = MetaData()
BALLOT = ("jurisdiction", "cycle", "promisor", "venue", "ballot")


def _table(name: str, *columns: Column[Any], key: str = "") -> Table:
    keys = (*BALLOT, "round", *((key,) if key else ()))
    kinds = {"round": Integer}
    return Table(
        name,
        METADATA,
        *(Column(k, kinds.get(k, String), primary_key=True, autoincrement=False) for k in keys),
        *columns,
        sqlite_with_rowid=False,
    )


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


# the row that is locked by whoever votes (shared) and whoever closes (alone);
# votes: what was counted, once it is closed; nothing, if those were too few
ballots = _table(
    "ballots",
    _text("secrecy"),
    Column("choices", WORDS, nullable=False),
    _number("marks"),
    Column("blank", Boolean, nullable=False),
    _number("small"),
    Column("keeps_key", Boolean, nullable=False),
    _text("salt"),
    _text("secret"),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("votes", COUNTS, nullable=False),
    Column("told", Boolean, nullable=False),
)
roll = _table("ballot_roll", Column("voted", Boolean, nullable=False), key="voter")
codes = _table("ballot_codes", _text("voter"), key="digest")
counts = _table("ballot_counts", _number("votes"), key="choice")
# only where each vote is kept: `voter` is a person at `open`, a pseudonym at `pseudonymous`
votes = _table("ballot_votes", Column("choices", WORDS, nullable=False), key="voter")
