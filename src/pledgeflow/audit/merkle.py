"""A hash tree over a list, as RFC 6962 makes it: one hash for all of it, and a short proof for each.

Pure. Leaves come one after the other and are not kept: a tree over a million takes twenty hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

# INVARIANT: a leaf and a branch are hashed apart, so that neither can be shown as the other.
LEAF, BRANCH = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """What stands for one entry."""
    return sha256(LEAF + data).digest()


def branch_hash(left: bytes, right: bytes) -> bytes:
    """What stands for two subtrees side by side."""
    return sha256(BRANCH + left + right).digest()


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    size: int
    hash: bytes


@dataclass(slots=True)
class Growing:
    """A tree that grows by one leaf at a time. proving: the entry to make a proof for, if any."""

    proving: int | None = None
    path: list[bytes] = field(default_factory=list)
    size: int = 0
    _parts: list[_Part] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Take in the next leaf, by its hash."""
        self._parts.append(_Part(self.size, 1, leaf))
        self.size += 1
        while len(self._parts) > 1 and self._parts[-2].size == self._parts[-1].size:
            self._join()

    def root(self) -> bytes:
        """The hash of the whole; from here on it grows no more, and `path` is complete."""
        while len(self._parts) > 1:
            self._join()
        return self._parts[0].hash if self._parts else sha256().digest()

    def _join(self) -> None:
        right, left = self._parts.pop(), self._parts.pop()
        if self.proving is not None and left.start <= self.proving < right.start + right.size:
            self.path.append(right.hash if self.proving < right.start else left.hash)
        joined = branch_hash(left.hash, right.hash)
        self._parts.append(_Part(left.start, left.size + right.size, joined))


def root_of(entries: Iterable[bytes]) -> bytes:
    """The hash of a whole list of entries."""
    tree = Growing()
    for entry in entries:
        tree.add(leaf_hash(entry))
    return tree.root()


def path_of(entries: Iterable[bytes], place: int) -> tuple[bytes, ...]:
    """The proof that the entry at a place is there: the hashes beside its way up to the root."""
    tree = Growing(proving=place)
    for entry in entries:
        tree.add(leaf_hash(entry))
    tree.root()
    return tuple(tree.path)


def root_by(leaf: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a proof leads; None where no list of that size has a proof of that shape."""
    if not 0 <= place < size:
        return None
    last = size - 1
    for beside in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            leaf = branch_hash(beside, leaf)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            leaf = branch_hash(leaf, beside)
        place, last = place // 2, last // 2
    return leaf if last == 0 else None
