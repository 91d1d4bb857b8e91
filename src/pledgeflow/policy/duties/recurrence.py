"""A recurrence rule of iCalendar, as a policy may write it: the part that counts in days.

`rrule` of python-dateutil expands it. What could make that go on without ever finding a day is
refused here: times of day, and filters that an interval may step over for ever.

A day that some months do not have is refused too. iCalendar skips those months, so that nothing
would be owed in them without anybody being told; to fall back to the last day instead would make
the rule mean here what it means nowhere else. -1 says the last day, everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

LONGEST = 200
_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_NUMBERS = {
    "INTERVAL": range(1, 1001),
    "COUNT": range(1, 367),
    "BYMONTH": range(1, 13),
    "BYMONTHDAY": range(-31, 32),
    "BYSETPOS": range(-366, 367),
}
_WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_OF: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset({"INTERVAL", "COUNT"}),
    "WEEKLY": frozenset({"INTERVAL", "COUNT", "BYDAY", "WKST"}),
    "MONTHLY": frozenset({"INTERVAL", "COUNT", "BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"}),
    "YEARLY": frozenset({"INTERVAL", "COUNT", "BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"}),
}
_DAYS = dict(enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1))
"""Month -> how many days it has every year."""
_SINGLE = frozenset({"FREQ", "INTERVAL", "COUNT", "WKST"})


def _rrule(text: str) -> str:
    parts = _parts(text)
    allowed = _OF.get(parts.get("FREQ", ""))
    if allowed is None:
        raise ValueError(
            "say how often with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY, as in "
            "`FREQ=MONTHLY;BYMONTHDAY=-1`"
        )
    for name, value in parts.items():
        if name == "UNTIL":
            raise ValueError("write the end under `until:` instead of UNTIL")
        if name != "FREQ" and name not in allowed:
            known = ", ".join(sorted(allowed))
            raise ValueError(
                f"`{name}` cannot stand beside FREQ={parts['FREQ']}; known are {known}"
            )
        for each in value.split(","):
            if not _fits(name, each, parts["FREQ"]):
                raise ValueError(f"`{name}` cannot be `{each}`; see RFC 5545, section 3.3.10")
    _check_gaps(parts)
    return text


def _check_gaps(parts: Mapping[str, str]) -> None:
    """Raises ValueError for a day that not every month of the rule has."""
    months = [int(month) for month in parts["BYMONTH"].split(",")] if "BYMONTH" in parts else []
    shortest = min(_DAYS[month] for month in months or _DAYS)
    days = [int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    # Of several days one may be chosen, and a weekday among them may be on any.
    chosen = min(days, key=abs, default=0) if "BYSETPOS" in parts else max(days, key=abs, default=0)
    if abs(chosen) > shortest and "BYDAY" not in parts:
        instead, called = ("-1", "last") if chosen > 0 else ("1", "first")
        raise ValueError(
            f"not every month has {abs(chosen)} days, and nothing would be owed in the others; "
            f"write `BYMONTHDAY={instead}` for the {called} day of each"
        )
    for day in parts.get("BYDAY", "").split(","):
        number, weekday = day[:-2], day[-2:]
        if number.lstrip("+-") == "5" and (parts["FREQ"] == "MONTHLY" or months):
            instead, called = ("1", "first") if number.startswith("-") else ("-1", "last")
            raise ValueError(
                f"not every month has five {weekday}, and nothing would be owed in the others; "
                f"write `BYDAY={instead}{weekday}` for the {called} one of each"
            )


def _parts(text: str) -> dict[str, str]:
    found = [_PART.fullmatch(part) for part in text[:LONGEST].split(";")]
    pairs = [(match[1], match[2]) for match in found if match is not None]
    if len(text) > LONGEST or len(pairs) < len(found):
        raise ValueError(
            f"`{text[:60]}` is no recurrence rule; write one as in `FREQ=MONTHLY;BYMONTHDAY=-1`"
        )
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a part of this recurrence rule is there twice; keep one")
    if any(name in _SINGLE and "," in value for name, value in pairs):
        raise ValueError("only the parts that begin with BY take several values; keep one")
    return dict(pairs)


def _fits(name: str, value: str, freq: str) -> bool:
    if name in _NUMBERS:
        number = int(value) if re.fullmatch(r"[+-]?\d{1,4}", value) else 0
        return number != 0 and number in _NUMBERS[name]
    if name == "BYDAY":
        found = _WEEKDAY.fullmatch(value)
        return found is not None and not (found[1] and freq == "WEEKLY")
    return name == "FREQ" or re.fullmatch("MO|TU|WE|TH|FR|SA|SU", value) is not None


RRule = Annotated[
    str,
    AfterValidator(_rrule),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]+=", "maxLength": LONGEST}),
]
"""Text such as `FREQ=MONTHLY;BYMONTHDAY=-1`: a rule whose expansion always comes to an end."""
