"""A box in the store's own database; import this only where one is really opened.

Each act is one transaction that first locks the ballot's row: voters share it, whoever closes has
it alone, so that a vote is counted before closing or refused after it. No statement's values are
ever logged or put into an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from threading import Lock
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, and_, func, inspect, select
from sqlalchemy.sql import ColumnElement

from pledgeflow.ballots import tables
from pledgeflow.ballots.box import Code, Credential, check_marks, check_paper
from pledgeflow.ballots.codes import code_digest, digest, fresh_code, fresh_key
from pledgeflow.domain.balloting import BallotId, Count, Secrecy, Terms, Turnout
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import (
    AlreadyVotedError,
    BallotClosedError,
    BallotOpenError,
    ConflictError,
    NotOnRollError,
    StorageError,
    UnknownBallotError,
    UnknownCodeError,
)
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.versions import alone

_STEP = 400
"""So many people are asked for at a time: databases bound the values of one statement."""


class SqlBox:
    """A `BallotBox` beside a store, in the same database; it creates its tables when first used."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._lock = Lock()
        self._ready = False

    def open(self, ballot: BallotId, terms: Terms, roll: Collection[str], *, on: date) -> None:
        """See `BallotBox.open`."""
        self._create()
        at, secret = _key(ballot), terms.secrecy is Secrecy.PSEUDONYMOUS
        row = {
            **at,
            "secrecy": terms.secrecy.value,
            "choices": terms.choices,
            "marks": terms.marks,
            "blank": terms.blank,
            "small": terms.small,
            "keeps_key": terms.keeps_key,
            "salt": fresh_key(),
            "secret": fresh_key() if secret else "",
            "opened_on": on,
            "closed_on": None,
            "votes": {},
            "told": True,
        }
        try:
            with self._store.transaction(write=True) as connection:
                connection.execute(tables.ballots.insert(), row)
                people = ({"voter": voter, "voted": False} for voter in sorted(set(roll)))
                _insert(connection, tables.roll, at, people)
                zero = ({"choice": choice, "votes": 0} for choice in sorted(terms.choices))
                _insert(connection, tables.counts, at, zero)
        except ConflictError:
            raise BallotOpenError(str(ballot)) from None

    def issue_codes(self, ballot: BallotId, voters: Collection[str]) -> Mapping[str, str]:
        """See `BallotBox.issue_codes`."""
        issued, table, at = (
            {v: fresh_code() for v in sorted(set(voters))},
            tables.codes,
            _key(ballot),
        )
        with self._store.transaction(write=True) as connection:
            row = self._running(connection, ballot, alone=True)
            _check_roll(connection, ballot, issued)
            for some in _steps(issued):
                old = and_(_at(table, ballot), table.c.voter.in_(some))
                connection.execute(table.delete().where(old))
            new = {code_digest(row["salt"], code): voter for voter, code in issued.items()}
            rows = ({"digest": known, "voter": new[known]} for known in sorted(new))
            _insert(connection, table, at, rows)
        return issued

    def cast(self, ballot: BallotId, by: Credential, marks: tuple[str, ...]) -> None:
        """See `BallotBox.cast`."""
        with self._store.transaction(write=True) as connection:
            row = self._running(connection, ballot)
            terms = _terms(row)
            voter = _identified(connection, ballot, row["salt"], by)
            if not _first(connection, ballot, voter):
                raise AlreadyVotedError(str(ballot), () if isinstance(by, Code) else (voter,))
            check_marks(ballot, terms, marks)
            if terms.secrecy is Secrecy.UNLINKABLE:
                _count(connection, ballot, dict.fromkeys(marks, 1))
            else:
                known = terms.secrecy is Secrecy.OPEN
                name = voter if known else digest(row["secret"], voter)
                vote = {**_key(ballot), "voter": name, "choices": tuple(sorted(marks))}
                connection.execute(tables.votes.insert(), vote)

    def enter_paper(
        self, ballot: BallotId, votes: Mapping[str, int], voters: Collection[str]
    ) -> None:
        """See `BallotBox.enter_paper`."""
        with self._store.transaction(write=True) as connection:
            terms = _terms(self._running(connection, ballot))
            _check_roll(connection, ballot, voters)
            check_paper(ballot, terms, votes, voters)
            # in one order, so that two who enter paper wait for each other and are not stuck
            again = [v for v in sorted(set(voters)) if not _first(connection, ballot, v)]
            if again:
                raise AlreadyVotedError(str(ballot), tuple(again))
            _count(connection, ballot, votes)

    def turnout(self, ballot: BallotId) -> Turnout:
        """See `BallotBox.turnout`."""
        self._create()
        with self._store.transaction() as connection:
            return _turnout(connection, ballot, _row(connection, ballot))

    def roll(self, ballot: BallotId) -> Mapping[str, bool]:
        """See `BallotBox.roll`."""
        self._create()
        with self._store.transaction() as connection:
            _row(connection, ballot)
            return _roll(connection, ballot)

    def terms(self, ballot: BallotId) -> Terms:
        """See `BallotBox.terms`."""
        self._create()
        with self._store.transaction() as connection:
            return _terms(_row(connection, ballot))

    def close(self, ballot: BallotId, *, on: date) -> Count:
        """See `BallotBox.close`."""
        self._create()
        with self._store.transaction(write=True) as connection:
            row = _row(connection, ballot, lock=True, alone=True)
            if row["closed_on"] is None:
                _end(connection, ballot, row, on)
                row = _row(connection, ballot)
            turnout = _turnout(connection, ballot, row)
        # also where it was closed before: whoever did so may not have come as far as this
        self._store.scrub(tables.METADATA.tables, ballot.stream.jurisdiction)
        votes = {choice: row["votes"].get(choice, 0) for choice in row["choices"]}
        return Count(turnout, votes if row["told"] else None)

    def latest(self, stream: StreamId, name: str) -> BallotId | None:
        """See `BallotBox.latest`."""
        if not self._there():
            return None
        table = tables.ballots
        here = and_(*(table.c[k] == v for k, v in _stream(stream).items()), table.c.ballot == name)
        with self._store.transaction() as connection:
            last: int | None = connection.scalar(select(func.max(table.c.round)).where(here))
        return BallotId(stream, name, last) if last is not None else None

    def held(self, stream: StreamId) -> tuple[Turnout, ...]:
        """See `BallotBox.held`."""
        if not self._there():
            return ()
        table = tables.ballots
        here = and_(*(table.c[k] == v for k, v in _stream(stream).items()))
        query = table.select().where(here).order_by(table.c.ballot, table.c.round)
        with self._store.transaction() as connection:
            rows = connection.execute(query).mappings().all()
            named = ((BallotId(stream, row["ballot"], row["round"]), row) for row in rows)
            return tuple(_turnout(connection, ballot, row) for ballot, row in named)

    def _running(
        self, connection: Connection, ballot: BallotId, *, alone: bool = False
    ) -> RowMapping:
        """The row of a ballot that is open, locked until the transaction ends."""
        if not self._ready and not _present(connection):
            raise UnknownBallotError(str(ballot))
        row = _row(connection, ballot, lock=True, alone=alone)
        if row["closed_on"] is not None:
            raise BallotClosedError(str(ballot))
        return row

    def _there(self) -> bool:
        if not self._ready:
            with self._store.transaction() as connection:
                self._ready = _present(connection)
        return self._ready

    def _create(self) -> None:
        with self._lock:
            if not self._there():
                with self._store.transaction(write=True) as connection:
                    alone(connection)
                    tables.METADATA.create_all(connection)
                self._ready = True


def box_beside(store: object) -> SqlBox:
    """The box in a store's database. Raises StorageError for a store of another make."""
    if not isinstance(store, SqlStore):
        raise StorageError("this store has no ballot box beside it; give the engine a `box`")
    return SqlBox(store)


def _present(connection: Connection) -> bool:
    return inspect(connection).has_table(tables.votes.name)


def _stream(stream: StreamId) -> dict[str, str]:
    names = ("jurisdiction", "cycle", "promisor", "venue")
    return {name: getattr(stream, name) for name in names}


def _key(ballot: BallotId) -> dict[str, Any]:
    return {**_stream(ballot.stream), "ballot": ballot.name, "round": ballot.round}


def _at(table: Table, ballot: BallotId) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _key(ballot).items()))


def _row(
    connection: Connection, ballot: BallotId, *, lock: bool = False, alone: bool = False
) -> RowMapping:
    query = tables.ballots.select().where(_at(tables.ballots, ballot))
    if lock:
        query = query.with_for_update(read=not alone)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise UnknownBallotError(str(ballot))
    return row


def _terms(row: RowMapping) -> Terms:
    return Terms(
        Secrecy(row["secrecy"]),
        row["choices"],
        row["marks"],
        row["blank"],
        row["small"],
        row["keeps_key"],
    )


def _insert(
    connection: Connection, table: Table, at: Mapping[str, Any], rows: Iterable[dict[str, Any]]
) -> None:
    filled = [{**at, **row} for row in rows]
    if filled:
        connection.execute(table.insert(), filled)


def _identified(connection: Connection, ballot: BallotId, salt: str, by: Credential) -> str:
    if isinstance(by, Code):
        table = tables.codes
        here = and_(_at(table, ballot), table.c.digest == code_digest(salt, by.words))
        voter: str | None = connection.scalar(select(table.c.voter).where(here))
        if voter is None:
            raise UnknownCodeError(str(ballot))
        return voter
    _check_roll(connection, ballot, (by.id,))
    return by.id


def _check_roll(connection: Connection, ballot: BallotId, voters: Iterable[str]) -> None:
    table, strange = tables.roll, set(voters)
    for some in _steps(strange.copy()):
        here = and_(_at(table, ballot), table.c.voter.in_(some))
        strange -= set(connection.scalars(select(table.c.voter).where(here)))
    if strange:
        raise NotOnRollError(str(ballot), tuple(sorted(strange)))


def _first(connection: Connection, ballot: BallotId, voter: str) -> bool:
    """Whether it is somebody's first vote, which it is not any more from now on."""
    table = tables.roll
    here = and_(_at(table, ballot), table.c.voter == voter, table.c.voted.is_(False))
    return connection.execute(table.update().where(here).values(voted=True)).rowcount == 1


def _count(connection: Connection, ballot: BallotId, votes: Mapping[str, int]) -> None:
    table = tables.counts
    for choice in sorted(votes):
        here = and_(_at(table, ballot), table.c.choice == choice)
        more = table.update().where(here).values(votes=table.c.votes + votes[choice])
        connection.execute(more)


def _roll(connection: Connection, ballot: BallotId) -> dict[str, bool]:
    table = tables.roll
    rows = connection.execute(select(table.c.voter, table.c.voted).where(_at(table, ballot)))
    return dict(sorted((str(voter), bool(voted)) for voter, voted in rows))


def _turnout(connection: Connection, ballot: BallotId, row: RowMapping) -> Turnout:
    table = tables.roll
    every = select(func.count()).select_from(table).where(_at(table, ballot))
    size = connection.scalar(every) or 0
    voted = connection.scalar(every.where(table.c.voted.is_(True))) or 0
    return Turnout(ballot, size, voted, row["opened_on"], row["closed_on"])


def _end(connection: Connection, ballot: BallotId, row: RowMapping, on: date) -> None:
    """Count, destroy what only served voting, and write anew what stays, in the order of its keys."""
    terms, at = _terms(row), _key(ballot)
    roll = _roll(connection, ballot)
    cast = connection.execute(tables.votes.select().where(_at(tables.votes, ballot))).mappings()
    rows = sorted(({"voter": r["voter"], "choices": r["choices"]} for r in cast), key=_by_voter)
    counts = _counted(connection, ballot)
    told = sum(roll.values()) >= terms.small
    total = {c: counts[c] + sum(c in r["choices"] for r in rows) for c in terms.choices}
    for table in (tables.codes, tables.roll, tables.counts, tables.votes):
        connection.execute(table.delete().where(_at(table, ballot)))
    people = ({"voter": voter, "voted": voted} for voter, voted in roll.items())
    _insert(connection, tables.roll, at, people)
    if told:
        _insert(connection, tables.votes, at, rows)
    closed = {
        "closed_on": on,
        "votes": total if told else {},
        "told": told,
        "salt": "",
        "secret": row["secret"] if terms.keeps_key else "",
    }
    here = _at(tables.ballots, ballot)
    connection.execute(tables.ballots.update().where(here).values(**closed))


def _by_voter(row: Mapping[str, Any]) -> str:
    return str(row["voter"])


def _counted(connection: Connection, ballot: BallotId) -> dict[str, int]:
    table = tables.counts
    rows = connection.execute(select(table.c.choice, table.c.votes).where(_at(table, ballot)))
    return {str(choice): int(votes) for choice, votes in rows}


def _steps(names: Collection[str]) -> list[list[str]]:
    every = sorted(names)
    return [every[i : i + _STEP] for i in range(0, len(every), _STEP)]
