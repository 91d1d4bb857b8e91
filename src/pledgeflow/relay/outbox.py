"""What is still to be handed on, stream by stream, and who is at it; in the store's own database.

Rows of the outbox are written with the events they point to, and deleted once those have been
received. INVARIANT: only whoever has claimed a stream hands on anything of it, and a claim ends by
itself, so that neither order nor anything else is lost with a relay that dies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.serialisation import decode
from pledgeflow.errors import DeliveryError, StorageError
from pledgeflow.storage import tables
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import StoredEvent

KEYS = ("jurisdiction", "cycle", "promisor", "venue")
_LOG, _OUT, relays = tables.events, tables.outbox, tables.relays


@dataclass(frozen=True, slots=True)
class Claim:
    """A stream that one relay has to itself until then. tries: how often it has failed in a row."""

    stream: StreamId
    holder: str
    until: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """jurisdiction: only of this one, if it is named."""

    store: SqlStore
    jurisdiction: str | None = None

    def claim(
        self, holder: str, now: datetime, until: datetime, after: StreamId | None = None
    ) -> Claim | None:
        """The next stream of which something is to be handed on and that nobody is at.

        after: the one that had its turn last; all others have theirs before it has it again
        """
        with self.store.transaction() as connection:
            if self._next(connection, now, after) is None:
                return None  # whoever only looks keeps nobody from writing
        with self.store.transaction(write=True) as connection:
            while (found := self._next(connection, now, after)) is not None:
                stream, tries = found
                claim = Claim(stream, holder, until, tries or 0)
                if _taken(connection, claim, now, new=tries is None):
                    return claim
                after = stream  # somebody else was quicker
        return None

    def pending(self, stream: StreamId, most: int) -> Sequence[StoredEvent]:
        """The first events of a stream that are to be handed on, up to one that is damaged.

        Raises DeliveryError where that is the first.
        """
        within = and_(_LOG.c.version > _OUT.c.after, _LOG.c.version <= _OUT.c.upto)
        spans = _OUT.join(_LOG, and_(_same(_OUT, _LOG), within))
        columns = (_LOG.c.version, _LOG.c.data, _LOG.c.recorded_at, _LOG.c.hash)
        wanted = select(*columns).select_from(spans).where(_at(_OUT, stream))
        with self.store.transaction() as connection:
            rows = connection.execute(wanted.order_by(_LOG.c.version).limit(most)).all()
        found: list[StoredEvent] = []
        for version, data, at, known in rows:
            try:
                found.append(StoredEvent(stream, version, decode(data), at, known))
            except StorageError as error:
                if found:
                    break
                raise DeliveryError(f"version {version}: {error}", refused=True) from error
        return found

    def release(
        self, claim: Claim, received: int, *, again: datetime | None = None, tries: int = 0
    ) -> None:
        """Let go of a stream. received: up to which version its events have been, 0 if none was.

        again: nobody is to be at it before then, since it has failed `tries` times in a row
        """
        mine = and_(_at(relays, claim.stream), relays.c.holder == claim.holder)
        with self.store.transaction(write=True) as connection:
            if received:
                _received(connection, claim.stream, received)
            if again is None:
                connection.execute(relays.delete().where(mine))
            else:
                waits = {"holder": "", "until": again, "tries": tries}
                connection.execute(relays.update().where(mine).values(**waits))

    def waiting(self) -> int:
        """How many streams have something to be handed on."""
        keys = select(*(_OUT.c[key] for key in KEYS)).distinct()
        if self.jurisdiction is not None:
            keys = keys.where(_OUT.c.jurisdiction == self.jurisdiction)
        with self.store.transaction() as connection:
            return connection.scalar(select(func.count()).select_from(keys.subquery())) or 0

    def _next(
        self, connection: Connection, now: datetime, after: StreamId | None
    ) -> tuple[StreamId, int | None] | None:
        keys = [_OUT.c[key] for key in KEYS]
        free = (relays.c.until.is_(None)) | (relays.c.until <= now)
        joined = _OUT.outerjoin(relays, _same(relays, _OUT))
        wanted = select(*keys, relays.c.tries).select_from(joined).where(free).order_by(*keys)
        if self.jurisdiction is not None:
            wanted = wanted.where(_OUT.c.jurisdiction == self.jurisdiction)
        beyond = [wanted] if after is None else [wanted.where(_beyond(keys, after)), wanted]
        for asked in beyond:
            row = connection.execute(asked.limit(1)).first()
            if row is not None:
                return StreamId(*row[:4]), row[4]
        return None


def _taken(connection: Connection, claim: Claim, now: datetime, *, new: bool) -> bool:
    """Whether the claim is made: not if another one was in between."""
    values = {"holder": claim.holder, "until": claim.until, "tries": claim.tries}
    if not new:
        free = and_(_at(relays, claim.stream), relays.c.until <= now)
        return connection.execute(relays.update().where(free).values(**values)).rowcount == 1
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(relays).values(**_place(claim.stream), **values).on_conflict_do_nothing()
    connection.execute(row)
    holder = select(relays.c.holder).where(_at(relays, claim.stream))
    return connection.scalar(holder) == claim.holder


def _received(connection: Connection, stream: StreamId, received: int) -> None:
    here = _at(_OUT, stream)
    connection.execute(_OUT.delete().where(here, _OUT.c.upto <= received))
    partly = _OUT.update().where(here, _OUT.c.after < received)
    connection.execute(partly.values(after=received))


def _at(table: FromClause, stream: StreamId) -> ColumnElement[bool]:
    return and_(*(table.c[key] == value for key, value in _place(stream).items()))


def _same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(*(one.c[key] == other.c[key] for key in KEYS))


def _beyond(keys: Sequence[ColumnElement[Any]], stream: StreamId) -> ColumnElement[bool]:
    return tuple_(*keys) > tuple_(*_place(stream).values())


def _place(stream: StreamId) -> dict[str, Any]:
    return {key: getattr(stream, key) for key in KEYS}
