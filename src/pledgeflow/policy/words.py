"""The small typed words of the policy language: ids, labels, grounds, days, durations.

Sets arrive as a scalar (`drafting`), or as a map of `true` (what a list is normalised to); both
become tuples. `Names` tells which namespace an id belongs to, so that a tool can rename it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from dateutil.relativedelta import relativedelta
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

TEXT_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Names:
    """Marks an id as the name of something: a state, a command, a role, a track, a tier."""

    namespace: Literal["policy", "state", "command", "role", "track", "tier"]


class Model(BaseModel):
    """A node of a policy: immutable, strict, and nothing in it that the language does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


_POLICY_ID = r"^[a-z][a-z0-9_-]{0,63}$"


def is_policy_id(name: str) -> bool:
    """Whether a policy may be called so."""
    return re.match(_POLICY_ID, name) is not None and name.isprintable()


Ident = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
PolicyId = Annotated[str, StringConstraints(pattern=_POLICY_ID), Names("policy")]
StateId = Annotated[Ident, Names("state")]
CommandId = Annotated[Ident, Names("command")]
RoleId = Annotated[Ident, Names("role")]
TrackId = Annotated[Ident, Names("track")]
TierId = Annotated[Ident, Names("tier")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]


def members(raw: Any) -> Any:
    """A set however it is written, as a tuple; what is none stays, for the schema to refuse."""
    if isinstance(raw, str):
        return (raw,)
    if isinstance(raw, dict) and all(value is True for value in raw.values()):
        return tuple(raw)
    if isinstance(raw, list):
        return tuple(raw)
    return raw


def set_schema(item: dict[str, Any]) -> WithJsonSchema:
    """What editors are told of a set: one, a list, or a map of `true`."""
    return WithJsonSchema(
        {
            "anyOf": [
                item,
                {"type": "array", "items": item},
                {"type": "object", "additionalProperties": {"const": True}},
            ]
        }
    )


_SET = set_schema({"type": "string"})
Idents = Annotated[tuple[Ident, ...], BeforeValidator(members), _SET]
StateIds = Annotated[tuple[StateId, ...], BeforeValidator(members), _SET]
CommandIds = Annotated[tuple[CommandId, ...], BeforeValidator(members), _SET]
RoleIds = Annotated[tuple[RoleId, ...], BeforeValidator(members), _SET]
TierIds = Annotated[tuple[TierId, ...], BeforeValidator(members), _SET]
TrackIds = Annotated[tuple[TrackId, ...], BeforeValidator(members), _SET]
ClauseIds = Annotated[tuple[Words, ...], BeforeValidator(members), _SET]


class Label(Model):
    """What people read, in both languages."""

    zh: Words
    en: Words


class Grounded(Model):
    """A rule says what it rests on: clauses of its own documents, or a reading and why.

    assumed: in words, or in both languages
    """

    cite: ClauseIds = ()
    assumed: Label | Words | None = None


def _day(raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise ValueError(f"`{raw}` is no date; write YYYY-MM-DD") from None


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]

_MONTH_DAY = re.compile(r"^(next )?(\d\d)-(\d\d)$")


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the cycle's year (`03-31`) or of the year after (`next 06-30`)."""

    month: int
    day: int
    years: int = 0

    def within(self, start: date) -> date:
        """The date in the cycle that began in `start`'s year; 29 February falls back to the 28th."""
        year = start.year + self.years
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, self.month, 28)

    def __str__(self) -> str:
        return f"{'next ' if self.years else ''}{self.month:02}-{self.day:02}"


def _month_day(raw: Any) -> Any:
    if isinstance(raw, MonthDay):
        return raw
    found = _MONTH_DAY.match(raw) if isinstance(raw, str) else None
    if found is None:
        raise ValueError("write a day of the year as MM-DD, or `next MM-DD` for the year after")
    month, day = int(found[2]), int(found[3])
    try:
        date(2024, month, day)
    except ValueError:
        raise ValueError(f"there is no day `{raw}`") from None
    return MonthDay(month, day, 1 if found[1] else 0)


YearDay = Annotated[
    MonthDay,
    BeforeValidator(_month_day),
    WithJsonSchema({"type": "string", "pattern": _MONTH_DAY.pattern}),
]

_SHARE = re.compile(r"^(\d{1,4})/([1-9]\d{0,3})$")


def _share(raw: str) -> str:
    found = _SHARE.match(raw)
    if found is None or not 0 < int(found[1]) <= int(found[2]):
        raise ValueError(f"`{raw}` is no share; write one as in 1/2 or 2/3, of 1 at most")
    return raw


Share = Annotated[
    str,
    AfterValidator(_share),
    WithJsonSchema({"type": "string", "pattern": _SHARE.pattern}),
]


def share(text: str) -> Fraction:
    """The part of a whole that a share such as `2/3` stands for."""
    return Fraction(text)


_PERIOD = re.compile(r"^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,3})W)?(?:(\d{1,5})D)?$")


def _period(raw: str) -> str:
    if not _PERIOD.match(raw):
        raise ValueError(f"`{raw}` is no period; write one as in P1Y, P3M, P2W or P30D")
    return raw


Period = Annotated[
    str,
    AfterValidator(_period),
    WithJsonSchema({"type": "string", "pattern": _PERIOD.pattern}),
]


def period(text: str) -> relativedelta:
    """The length of time an ISO 8601 period such as `P3M` stands for; months end where they end."""
    found = _PERIOD.match(text)
    if found is None:
        raise ValueError(f"`{text}` is no period")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return relativedelta(years=years, months=months, weeks=weeks, days=days)
