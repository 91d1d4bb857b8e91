"""How things lie in a database, whatever has become of them. Used by `records` alone.

SQLite is asked for bytes, since a flipped one may leave no text at all; PostgreSQL refuses what is
no text itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, cast, collate, func

from pledgeflow.domain.commands import StreamId

KEYS = ("jurisdiction", "cycle", "promisor", "venue")
"""The columns that say of which stream a row is."""
_WHOLE = re.compile("0|-?[1-9][0-9]*")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{6})")
_ISO = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


@dataclass(frozen=True, slots=True)
class Lying:
    """What to ask a database for, and what its answers mean."""

    sqlite: bool

    def raw(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """What lies there."""
        return cast(column, LargeBinary) if self.sqlite else column

    def day(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A date as text."""
        return self.raw(column) if self.sqlite else func.to_char(column, "YYYY-MM-DD")

    def moment(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A point in time as text, which `iso` understands."""
        if self.sqlite:
            return self.raw(column)
        return func.to_char(func.timezone("UTC", column), _ISO)

    def iso(self, value: object) -> str | None:
        """A point in time as `chain.instant` writes it; None if it lies there in another form."""
        text = text_of(value)
        if text is None or not self.sqlite:
            return text
        found = _MOMENT.fullmatch(text)
        return f"{found[1]}T{found[2]}Z" if found is not None else None

    def ordered(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """By the bytes of UTF-8, whatever the language of the database."""
        return column if self.sqlite else collate(column, "C")


def stream_of(row: Any) -> StreamId:
    """The stream that the first four columns name."""
    return StreamId(*map(shown, row[:4]))


def text_of(value: object) -> str | None:
    """What is stored, if it is text."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str) else None


def shown(value: object) -> str:
    """What is stored, in a form that can be shown whatever it is."""
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)


def whole(value: object) -> int | None:
    """What is stored, if it is a whole number."""
    if isinstance(value, int):
        return value
    text = text_of(value)
    return int(text) if text is not None and _WHOLE.fullmatch(text) else None
