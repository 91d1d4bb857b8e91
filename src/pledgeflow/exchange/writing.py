"""Puts records into a database, a few rows at a time, and what is derived of them beside.

Beneath `importing`, which has the transaction. Records come in the order of `kinds`; what rests on
something that did not come, or came wrong, is no better than that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

from pledgeflow.ballots import tables as ballots
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.extracts import members
from pledgeflow.domain.people import View
from pledgeflow.errors import PledgeflowError
from pledgeflow.exchange.checks import check_policy, check_span, check_text, stream_of
from pledgeflow.exchange.founding import Numbered, unfounded
from pledgeflow.exchange.kinds import BALLOTS, DIRECTORY, KINDS, NAMED, PLACE, Kind
from pledgeflow.exchange.lines import BadRecordError, Record
from pledgeflow.exchange.streams import Told, Unfolding
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.storage import tables
from pledgeflow.storage.rows import TableRows
from pledgeflow.storage.store import CycleRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

BATCH = 200
"""So many rows are written at a time: databases bound the values of one statement."""
_RANKS = {kind.name: rank for rank, kind in enumerate(KINDS)}
_BALLOT = (*PLACE, "ballot", "round")
_CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {
    "policy": check_policy,
    "filed": check_policy,
    "text": check_text,
    **dict.fromkeys(("key", "pending", "outbox"), check_span),
}


@dataclass(frozen=True, slots=True)
class DirectoryWithin:
    """The directory as it stands in a transaction that is not over, as far as kinds are read off it."""

    connection: Connection

    def around(self, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """Those who are asked about, and nobody around them."""
        rows = TableRows(self.connection, jurisdiction)
        people, places = tuple(rows.people(ids)), tuple(rows.organizations(ids))
        return DirectoryData(people, places).view(on)

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        """See `Directory.members`."""
        return members(TableRows(self.connection, jurisdiction), organization, on)


@dataclass(slots=True)
class Writer:
    """Writes what it is given. told: is told of each line that is bad, or rests on what is.

    rules: a policy from its name and body; unfolding: what follows from events; doubtful: something
    was wrong, so that what is in the directory may rest on what is not
    """

    connection: Connection
    jurisdiction: str
    rules: Callable[[str, str], Policy]
    unfolding: Unfolding
    told: Told
    doubtful: bool = False
    _rank: int = 0
    _last: tuple[Any, ...] = ()
    _rows: list[Numbered] = field(default_factory=list)
    _cycles: dict[str, CycleRow] = field(default_factory=dict)
    _bodies: dict[str, str] = field(default_factory=dict)
    _people: bool = False
    _ballots: set[tuple[Any, ...]] = field(default_factory=set)

    def take(self, record: Record, line: int) -> None:
        """One more record. Raises BadRecordError where it cannot be what it says."""
        kind = NAMED.get(record.kind)
        if kind is None:
            raise BadRecordError(f"there is no such kind of line as `{record.kind}`")
        rank = _RANKS[kind.name]
        if rank < self._rank:
            raise BadRecordError(f"no line of the kind `{kind.name}` belongs here any more")
        row = kind.row(record.data, self.jurisdiction)
        self._check(kind, row)
        if rank > self._rank:
            self.end()
            self._rank, self._last = rank, ()
        if kind.name == "event":
            self.unfolding.take(line, row, record.data["event"], self._cycles.get(row["cycle"]))
            return
        place = tuple(row[name] for name in kind.order)
        if self._last and place <= self._last:
            raise BadRecordError("it is there already, or out of its order")
        self._admit(kind, row)
        self._last = place
        self._rows.append(Numbered(line, row))
        if len(self._rows) >= BATCH:
            self._flush()

    def end(self) -> None:
        """Nothing more comes of the kind that came last."""
        self.unfolding.end()
        self.unfolding.flush()
        self._flush()

    def _check(self, kind: Kind, row: dict[str, Any]) -> None:
        """By itself, and by what has been admitted."""
        if self.connection.dialect.name == "postgresql":
            for name, value in row.items():
                if "\0" in str(value):
                    raise BadRecordError(f"`{name}` holds a mark that this database cannot keep")
        if kind.name in _CHECKS:
            _CHECKS[kind.name](row)
        if kind.of_stream and kind.name not in BALLOTS:
            stream_of(row)
        if kind.name != "cycle" and "cycle" in row and row["cycle"] not in self._cycles:
            raise BadRecordError(f"it is of the cycle `{row['cycle']}`, which is not there")

    def _admit(self, kind: Kind, row: dict[str, Any]) -> None:
        """What others will rest on is remembered, if it can be."""
        match kind.name:
            case "policy":
                digest, name, body = row["digest"], row["name"], row["body"]
                self._bodies[digest] = body
                self.unfolding.others[digest] = partial(self.rules, name, body)
            case "cycle":
                self._open(CycleRow(**row))
            case "ballot":
                if not self._ballots:
                    ballots.METADATA.create_all(self.connection)
                self._ballots.add(tuple(row[name] for name in _BALLOT))
            case "voter" | "code" | "count" | "vote":
                if tuple(row[name] for name in _BALLOT) not in self._ballots:
                    raise BadRecordError("it is of a ballot that is not there")
            case _:
                pass

    def _open(self, row: CycleRow) -> None:
        body = self._bodies.get(row.digest)
        if body is None:
            raise BadRecordError("it runs by rules that are not there")
        try:
            self.unfolding.policies[row.digest] = self.rules(row.policy, body)
        except PledgeflowError as error:
            raise BadRecordError("the rules that it runs by cannot be read") from error
        self._cycles[row.cycle] = row

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        kind = KINDS[self._rank]
        sure = kind.name in DIRECTORY and not self.doubtful
        wrong = {} if sure else unfounded(self.connection, kind, rows)
        for line, why in wrong.items():
            self.told(line, why)
        good = [each.row for each in rows if each.line not in wrong]
        if not good:
            return
        if kind.name in DIRECTORY and not self._people:
            first = {"jurisdiction": self.jurisdiction, "version": 1}
            self.connection.execute(tables.directories.insert(), first)
            self._people = True
        if kind.table is tables.policies:
            # the same law is the same row, whoever goes by it
            on = sqlite if self.connection.dialect.name == "sqlite" else postgresql
            row = on.insert(tables.policies).on_conflict_do_nothing()
            self.connection.execute(row, good)
        else:
            self.connection.execute(kind.table.insert(), good)
