"""A proof that events were in a stream when a checkpoint was made: small JSON for anybody.

Pure. `verifier` reads it; the format is described in docs/audit.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pledgeflow.audit.checkpoints import leaf
from pledgeflow.audit.merkle import Growing, leaf_hash
from pledgeflow.domain.commands import StreamId

FORMAT = "pledgeflow-proof-1"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a stream stands in the tree of a checkpoint, and the way from there to the root.

    version, hash: what it had come to; path: from the leaf upwards, in hex digits
    """

    version: int
    hash: str
    place: int
    path: tuple[str, ...]


def way(stream: StreamId, leaves: Iterable[tuple[StreamId, int, str]]) -> Way | None:
    """The way from a stream to the root over leaves in their order; None if it is not among them."""
    tree, there = Growing(), (0, "")
    for place, (each, version, digest) in enumerate(leaves):
        if each == stream:
            tree.proving, there = place, (version, digest)
        tree.add(leaf_hash(leaf(each, version, digest)))
    if tree.proving is None:
        return None
    tree.root()
    return Way(*there, tree.proving, tuple(beside.hex() for beside in tree.path))


def proof(
    stream: StreamId, way: Way, before: str, events: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """The proof as JSON-able data. before: the hash before its events; events: recorded at, data."""
    return {
        "format": FORMAT,
        "stream": [stream.jurisdiction, stream.cycle, stream.promisor, stream.venue],
        "version": way.version,
        "before": before,
        "events": [{"recorded_at": at, "data": data} for at, data in events],
        "place": way.place,
        "path": list(way.path),
    }
