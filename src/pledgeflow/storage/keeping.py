"""A whole store in memory, put into a database in a few transactions."""

from __future__ import annotations

from pledgeflow.errors import ConflictError
from pledgeflow.storage import tables
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.shelves import plain
from pledgeflow.storage.sql import SqlStore


def keep(source: MemoryStore, target: SqlStore) -> None:
    """Put everything in `source` into `target`, in which none of its jurisdictions may be.

    Raises ConflictError where a stream of it has begun there. What is still to follow from an act
    is not taken along: there has to be nothing of the kind.
    """
    for jurisdiction in source.jurisdictions():
        target.put_directory(jurisdiction, source.directory(jurisdiction))
        for cycle in source.cycles(jurisdiction):
            target.put_cycle(cycle)
    for row in source.policies():
        target.put_policy(row.digest, row.name, row.body, row.engine)
    for answer in target.append_all(source.changes()):
        if isinstance(answer, ConflictError):
            raise answer
    done = [
        {**plain(stream), "key": key, "after": after, "upto": upto}
        for key, (stream, after, upto) in source.used_keys()
    ]
    if done:
        with target.transaction(write=True) as connection:
            connection.execute(tables.done.insert(), done)
