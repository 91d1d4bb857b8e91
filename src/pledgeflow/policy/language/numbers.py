"""Exact numbers: whole, a decimal, a share such as 1/3 or a percentage, and never a float."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

_NUMBER = re.compile(r"^(\d{1,9}(\.\d{1,9})?%?|\d{1,9}/[1-9]\d{0,8})$", re.ASCII)


def _number(raw: Any) -> Any:
    text = str(raw) if type(raw) is int else raw
    if isinstance(text, str) and not _NUMBER.match(text):
        raise ValueError(f"`{text[:40]}` is no number; write one as in 85, 0.25, 1/3 or 25%")
    return text


Number = Annotated[
    str,
    BeforeValidator(_number),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": _NUMBER.pattern}, {"type": "number"}]}),
]
Rounding = Literal["half_up", "half_even", "down"]
Places = Annotated[int, Field(ge=0, le=9)]


def exact(text: str) -> Fraction:
    """The number that is written so; a percentage is a part of one."""
    part = Fraction(text.removesuffix("%"))
    return part / 100 if text.endswith("%") else part


def rounded(value: Fraction, places: int, rounding: Rounding) -> Decimal:
    """A number as a decimal of so many places; `down` is towards the lower.

    It is rounded once, and exactly: a quotient that was rounded before may have become a half.
    """
    scaled = value * 10**places
    whole, left = divmod(scaled.numerator, scaled.denominator)
    half = 2 * left - scaled.denominator
    odd = rounding == "half_up" or whole % 2 == 1
    if rounding != "down" and (half > 0 or (half == 0 and odd)):
        whole += 1
    # Read, and not reckoned: what precision the host has set does not matter.
    return Decimal(f"{whole}E-{places}")
