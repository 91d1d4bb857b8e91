"""Signs what a jurisdiction's streams have come to, looks whether it still is so, and proves it.

The way in for hosts and the command line, on an `SqlStore`; import this only where one is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import Connection, literal, select

from pledgeflow.audit.checkpoints import Checkpoint, Signed, stored
from pledgeflow.audit.examining import Examining, rooted
from pledgeflow.audit.findings import Report
from pledgeflow.audit.lying import KEYS
from pledgeflow.audit.proofs import proof, way
from pledgeflow.audit.records import Records, same_stream
from pledgeflow.audit.walking import walked
from pledgeflow.domain.chain import BEGINNING, instant, link_text
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import AuditError
from pledgeflow.storage import tables


@runtime_checkable
class Kept(Protocol):
    """A store in a database."""

    def transaction(self, *, write: bool = False) -> AbstractContextManager[Connection]:
        """A connection with a transaction that ends with the block."""


class Signer(Protocol):
    """Whoever signs; `keys.Key`, or a host's own hardware."""

    @property
    def public(self) -> str:
        """The public key, 64 hex digits."""

    def sign(self, text: str) -> str:
        """The signature over a text, 128 hex digits."""


@dataclass(frozen=True, slots=True)
class Auditing:
    """Audits the jurisdictions in a store."""

    store: Kept

    @classmethod
    def of(cls, store: object) -> Auditing:
        """Of whatever a host has; raises AuditError where that is in no database."""
        if not isinstance(store, Kept):
            raise AuditError("only what is kept in a database can be audited; use an `SqlStore`")
        return cls(store)

    def checkpoint(self, jurisdiction: str, key: Signer, *, at: datetime) -> Signed:
        """Sign what all streams have come to, and keep it as the jurisdiction's next checkpoint.

        Raises AuditError where a stream does not follow from what was signed before (then nothing is
        kept, and `verify` says more), ConflictError where somebody else makes one right now.
        """
        with self.store.transaction(write=True) as connection:
            records = Records(connection, jurisdiction)
            last = _last(records)
            number = last.checkpoint.number + 1 if last is not None else 1
            _add_leaves(records, number)
            broken = next(_not_following(records, number), None)
            if broken is not None:
                raise AuditError(
                    f"`{broken}` does not follow from what was signed before; "
                    "run `pledgeflow audit verify`"
                )
            root, streams = rooted(records, number)
            previous = last.checkpoint.digest if last is not None else ""
            made = Checkpoint(
                jurisdiction, number, instant(at), streams, root, previous, key.public
            )
            done = Signed(made, key.sign(made.body))
            row = {"jurisdiction": jurisdiction, "number": number, "body": made.body}
            connection.execute(tables.checkpoints.insert(), {**row, "signature": done.signature})
        return done

    def checkpoints(self, jurisdiction: str) -> list[Signed]:
        """The checkpoints that are kept, the first first; raises AuditError where one is damaged."""
        with self.store.transaction() as connection:
            records = Records(connection, jurisdiction)
            rows = [(row[0], stored(jurisdiction, *row)) for row in records.checkpoints()]
        for number, each in rows:
            if each is None:
                raise AuditError(f"checkpoint {number} is damaged; run `pledgeflow audit verify`")
        return [each for _, each in rows if each is not None]

    def verify(
        self, jurisdiction: str, *, keys: Iterable[str] = (), against: Signed | None = None
    ) -> Report:
        """Look whether everything is as it was written: of each stream, the first bad event.

        keys: the public keys that checkpoints may be signed with (none: whichever each names, which
        proves nothing to somebody who does not trust the database); against: a checkpoint that
        somebody has kept elsewhere.
        """
        with self.store.transaction() as connection:
            return Examining(Records(connection, jurisdiction), frozenset(keys), against).report()

    def prove(
        self, stream: StreamId, *, since: int | None = None, number: int | None = None
    ) -> dict[str, Any]:
        """A proof that a stream's events, from version `since` on, were there at a checkpoint.

        since: the last one only, if left out; number: the newest checkpoint, if left out. Raises
        AuditError where there is no such checkpoint, or it says nothing of the stream or something
        else than the events that are there.
        """
        with self.store.transaction() as connection:
            records = Records(connection, stream.jurisdiction)
            last = _last(records)
            newest = last.checkpoint.number if last is not None else 0
            wanted = newest if number is None else number
            if not 0 < wanted <= newest:
                raise AuditError(_none_such(stream.jurisdiction, number))
            found = way(stream, ((e.stream, e.version, e.hash) for e in records.leaves(wanted)))
            if found is None:
                raise AuditError(
                    f"checkpoint {wanted} says nothing of `{stream}`; take a later one"
                )
            after = found.version - 1 if since is None else since - 1
            if not 0 <= after < found.version:
                raise AuditError(
                    f"at checkpoint {wanted} `{stream}` had the versions 1 to {found.version}"
                )
            events = records.of_stream(stream, 0, found.version)
        before = _hash_of(stream, events[:after])
        if _hash_of(stream, events[after:], before) != found.hash:
            raise AuditError(
                f"`{stream}` is not what checkpoint {wanted} signed; run `pledgeflow audit verify`"
            )
        return proof(stream, found, before, events[after:])


def _none_such(jurisdiction: str, number: int | None) -> str:
    if number is None:
        return f"`{jurisdiction}` has no checkpoint; make one with `pledgeflow audit checkpoint`"
    return (
        f"`{jurisdiction}` has no checkpoint {number}; make one with `pledgeflow audit checkpoint`"
    )


def _last(records: Records) -> Signed | None:
    last: Signed | None = None
    for number, body, signature in records.checkpoints():
        last = stored(records.jurisdiction, number, body, signature)
        if last is None:
            raise AuditError(f"checkpoint {number} is damaged; run `pledgeflow audit verify`")
    return last


def _add_leaves(records: Records, number: int) -> None:
    """What the streams that moved since the last checkpoint have come to, in one statement."""
    heads, leaves = tables.streams, tables.leaves
    before = select(leaves.c.version).where(
        same_stream(leaves, heads), leaves.c.version >= heads.c.version
    )
    columns = [heads.c[key] for key in (*KEYS, "version")]
    moved = select(*columns, literal(number), heads.c.hash).where(
        heads.c.jurisdiction == records.jurisdiction, heads.c.version > 0, ~before.exists()
    )
    names = [*KEYS, "version", "number", "hash"]
    records.connection.execute(leaves.insert().from_select(names, moved))


def _not_following(records: Records, number: int) -> Iterator[str]:
    """Streams that do not follow from what was signed before."""
    for walk in walked(records.events_between(number)):
        if walk.bad is not None:
            yield walk.bad.stream
    for stream, *_ in records.behind():
        yield str(stream)


def _hash_of(stream: StreamId, events: Iterable[tuple[str, str]], before: str = BEGINNING) -> str:
    found = before
    for at, data in events:
        found = link_text(str(stream), data, at, found)
    return found
