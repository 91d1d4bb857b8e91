"""A record as one line of text, and back. Pure.

A line is canonical JSON (RFC 8785) with its kind, its number and a sum of its own, so that whatever
was flipped, cut, doubled, moved or left out is found in that very line.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn

from pledgeflow.domain.serialisation import canonical
from pledgeflow.errors import PledgeflowError, StorageError

LONGEST = 16 * 1024 * 1024
"""So many bytes a line may have."""
_SUM = re.compile(rb',"sum":"([0-9a-f]{16})"}\n')
_TAIL = len(',"sum":"0123456789abcdef"}\n')
_KEYS = {"data", "kind", "line"}


class BadRecordError(PledgeflowError):
    """A record that cannot be what it says; the message says what is wrong."""


class Record(NamedTuple):
    """kind: what it is of; line: its number in the file, from 1; data: JSON-able."""

    kind: str
    line: int
    data: dict[str, Any]


def written(record: Record) -> bytes:
    """The line of a record, with its end. Raises StorageError for what no text can keep."""
    body = canonical({"data": record.data, "kind": record.kind, "line": record.line}).encode()
    return b'%s,"sum":"%s"}\n' % (body[:-1], _sum(body))


def read(line: bytes) -> Record:
    """The record in a line. Raises BadRecordError."""
    tail = _SUM.fullmatch(line[-_TAIL:])
    if tail is None:
        raise BadRecordError("the line is not whole, or none of such a file")
    body = line[:-_TAIL] + b"}"
    if _sum(body) != tail[1]:
        raise BadRecordError("the line is not as it was written")
    try:
        found = json.loads(body, parse_float=_no_number, parse_constant=_no_number)
        # one record has one line: no spaces, no key twice, no other order
        same = canonical(found).encode() == body
    except (ValueError, RecursionError, StorageError) as error:
        raise BadRecordError("the line is no JSON text") from error
    if not same or not isinstance(found, dict) or found.keys() != _KEYS:
        raise BadRecordError("the line is not as it is written here")
    kind, number, data = found["kind"], found["line"], found["data"]
    if not isinstance(kind, str) or type(number) is not int or not isinstance(data, dict):
        raise BadRecordError("the line is not as it is written here")
    return Record(kind, number, data)


def _sum(body: bytes) -> bytes:
    return sha256(body).hexdigest()[:16].encode()


def _no_number(found: str) -> NoReturn:
    raise ValueError(found)
