"""The values a command's fields may hold, and the hash that stands for free text.

Free text and names never enter an event: an event holds a `Text`, a salted SHA-256, and the words
live beside the log, so that erasing them leaves every chain valid. A reader that finds no words
for a `Text` shows it as redacted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in an event where somebody wrote words: their salted digest (64 hex digits)."""

    digest: str


Scalar = str | int | bool | date | Decimal | Text
Value = Scalar | tuple[Scalar, ...] | Mapping[str, Scalar]
Fields = Mapping[str, Value]
NOTHING: Fields = {}


def seal(words: str, salt: str) -> Text:
    """The digest that stands for `words`; `salt` comes from outside, once for each text."""
    return Text(sha256(f"{salt}\n{words}".encode()).hexdigest())
