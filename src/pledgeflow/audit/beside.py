"""Whether what stands beside the log is still what the log has digests of: words, and rules. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from pledgeflow.audit.findings import Finding
from pledgeflow.domain.values import seal


def words(rows: Iterable[tuple[str, str | None, str | None]]) -> Iterator[Finding]:
    """Findings of words that are not those that were sealed; rows: digest, salt, words."""
    for digest, salt, kept in rows:
        if salt is None or kept is None or seal(kept, salt).digest != digest:
            yield Finding("words", of=digest)


def rules(rows: Iterable[tuple[str, str | None]]) -> Iterator[Finding]:
    """Findings of policies that are not those that decided; rows: digest, body."""
    for digest, body in rows:
        if body is None or sha256(body.encode()).hexdigest() != digest:
            yield Finding("rules", of=digest)
