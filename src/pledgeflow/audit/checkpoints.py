"""A checkpoint: what all streams of a jurisdiction had come to, in one signed hash.

Pure. It is read and written as JSON that says nothing about anybody, so that it can be published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

from pledgeflow.domain.codecs import LARGEST
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import AuditError

FORMAT = "pledgeflow-checkpoint-1"
_HEX = re.compile("[0-9a-f]*")


def _hex(*lengths: int) -> Callable[[Any], bool]:
    return lambda value: _text(value) and len(value) in lengths and bool(_HEX.fullmatch(value))


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "jurisdiction": _text,
    "number": _number,
    "at": _text,
    "streams": _number,
    "root": _hex(64),
    "previous": _hex(0, 64),
    "key": _hex(64),
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One of a jurisdiction's checkpoints, without its signature.

    number: counts from 1; at: when, as `chain.instant` writes it; streams: how many leaves its tree
    has; root: of the tree; previous: digest of the checkpoint before, "" for the first; key: the
    public key that signed it. Hashes and keys are lower-case hex digits.
    """

    jurisdiction: str
    number: int
    at: str
    streams: int
    root: str
    previous: str
    key: str

    @property
    def body(self) -> str:
        """The text that is signed: canonical JSON (RFC 8785)."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return _canonical({"format": FORMAT, **named})

    @property
    def digest(self) -> str:
        """What the next one names it by."""
        return sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint with the signature over its body."""

    checkpoint: Checkpoint
    signature: str

    @property
    def data(self) -> Mapping[str, Any]:
        """As it is published: {"body": {…}, "signature": "…"}."""
        return {"body": json.loads(self.checkpoint.body), "signature": self.signature}


def leaf(stream: StreamId, version: int, digest: str) -> bytes:
    """What stands in the tree for a stream: where it had come to, and the hash there."""
    place = [stream.jurisdiction, stream.cycle, stream.promisor, stream.venue]
    return _canonical({"hash": digest, "stream": place, "version": version}).encode()


def published(data: object) -> Signed:
    """The checkpoint that `Signed.data` gave; raises AuditError where it is something else."""
    if not isinstance(data, Mapping) or set(data) != {"body", "signature"}:
        raise AuditError("this is no checkpoint: it has no body with a signature")
    return signed(data["body"], data["signature"])


def signed(body: object, signature: object) -> Signed:
    """A checkpoint from the fields of its body; raises AuditError naming the field that is wrong."""
    if not isinstance(body, Mapping) or body.get("format") != FORMAT:
        raise AuditError(f"this is no checkpoint: its `format` is not `{FORMAT}`")
    given: dict[str, Any] = {key: value for key, value in body.items() if key != "format"}
    for name in sorted(given.keys() | _FIELDS):
        if name not in _FIELDS or not _FIELDS[name](given.get(name)):
            raise AuditError(f"damaged checkpoint: `{name}` holds what does not belong there")
    if not isinstance(signature, str) or not _hex(128)(signature):
        raise AuditError("damaged checkpoint: `signature` holds what does not belong there")
    return Signed(Checkpoint(**given), signature)


def stored(
    jurisdiction: str, number: int, body: str | None, signature: str | None
) -> Signed | None:
    """The checkpoint that lies somewhere under its jurisdiction and number; None if it does not."""
    try:
        found = signed(json.loads(body or ""), signature)
    except (ValueError, RecursionError, AuditError):
        return None
    said = found.checkpoint
    same = (said.jurisdiction, said.number, said.body) == (jurisdiction, number, body)
    return found if same else None


def _canonical(data: Mapping[str, Any]) -> str:
    # Keys are ASCII and numbers whole: this is RFC 8785.
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
