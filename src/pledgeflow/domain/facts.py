"""What a decision leans on besides its own stream: today, the directory as of the act, other pledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.calendars import UNANNOUNCED, Calendar
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State


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
class Look:
    """How does another stream of the cycle stand?

    owner: whose it is; above: rather of the organization directly above `owner`; venue: which of
    their streams
    """

    jurisdiction: str
    cycle: str
    owner: str
    venue: str
    on: date
    above: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """The answer to a query, and where it comes from.

    value: ids of the promisors still missing; or the stream looked at, None if it has not begun;
    heads: the versions of the streams it was read from (0: not begun), for whoever has to be sure
    that it still holds when the events are written
    """

    value: tuple[str, ...] | State | None
    source: str
    as_of: date
    version: int
    heads: Mapping[StreamId, int] = field(default_factory=dict)


NOBODY = View()
NOTHING_ELSEWHERE: Mapping[Query | Look, Fact] = {}


class Facts(NamedTuple):
    """Everything from outside that one decision may read.

    today: the day on which it is asked; calendar: which days are working days
    """

    today: date
    view: View = NOBODY
    elsewhere: Mapping[Query | Look, Fact] = NOTHING_ELSEWHERE
    calendar: Calendar = UNANNOUNCED
