"""What a decision leans on besides its own stream: today, the directory as of the act, other pledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.domain.calendars import UNANNOUNCED, Calendar
from pledgeflow.domain.people import View


@dataclass(frozen=True, slots=True)
class Query:
    """Which promisors of a cycle have *not* yet taken a step that means `means` by `on`?

    organization: those who belong to it ("" for the whole jurisdiction); kinds: (kind, wanted)
    pairs that say which of them (no pair: none); posts: whoever holds one of these there is asked
    about too; besides: one who is not asked about (the promisor itself)
    """

    jurisdiction: str
    cycle: str
    organization: str
    kinds: tuple[tuple[str, bool], ...]
    means: str
    on: date
    besides: str
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """The answer to a query: ids of the promisors still missing, and where it comes from."""

    value: tuple[str, ...]
    source: str
    as_of: date
    version: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything from outside that one decision may read.

    today: the day on which it is asked; calendar: which days are working days
    """

    today: date
    view: View = field(default_factory=View)
    elsewhere: Mapping[Query, Fact] = field(default_factory=dict)
    calendar: Calendar = UNANNOUNCED
