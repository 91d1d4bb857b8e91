"""Why a change cannot be written: somebody else has written since it was decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError
from pledgeflow.storage.store import START, Change, Head


def conflict(
    change: Change, heads: Mapping[StreamId, Head], keys: Collection[tuple[str, str]]
) -> ConflictError | None:
    """Why a change cannot be written; nothing if it can.

    heads: of all streams that it is of or rests on, if they have begun; keys: those that were used,
    with their jurisdictions
    """
    stream, key = change.stream, change.key
    if key is not None and (stream.jurisdiction, key) in keys:
        return used(key)
    found = heads.get(stream, START)
    if found != change.after:
        return elsewhere(stream, change.after.version, found.version)
    for other, version in change.reads.items():
        if (there := heads.get(other, START).version) != version:
            return elsewhere(other, version, there)
    return None


def elsewhere(stream: StreamId, expected: int, found: int) -> ConflictError:
    """The error for a stream that is not where the writer left it."""
    if expected == found:
        return ConflictError(f"`{stream}` has another history than was read; load it again")
    return ConflictError(f"`{stream}` is at version {found}, not {expected}; load it again")


def used(key: str) -> ConflictError:
    """The error for a key that was used before."""
    return ConflictError(f"`{key}` was done before; ask for what was done then")
