"""Ballots as data: which one, on what terms, how many came, what was counted. Never who chose what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pledgeflow.domain.commands import StreamId


class Secrecy(StrEnum):
    """Who can tell afterwards how somebody voted.

    open: everybody; pseudonymous: nobody, once the key is destroyed, though each voter's votes
    stand together; unlinkable: nobody, for there are only counters
    """

    OPEN = "open"
    PSEUDONYMOUS = "pseudonymous"
    UNLINKABLE = "unlinkable"


@dataclass(frozen=True, slots=True, order=True)
class BallotId:
    """One ballot: of which stream, what the policy calls it, and the how manyeth time it is held."""

    stream: StreamId
    name: str
    round: int = 1

    def __str__(self) -> str:
        return f"{self.stream}:{self.name}/{self.round}"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a ballot is held.

    marks: how many choices one voter marks at most; blank: whether marking none is a vote;
    small: fewer votes than that are not broken down; keeps_key: whether pseudonyms can be resolved
    after closing
    """

    secrecy: Secrecy
    choices: tuple[str, ...]
    marks: int = 1
    blank: bool = False
    small: int = 0
    keeps_key: bool = False

    def accept(self, marks: tuple[str, ...]) -> bool:
        """Whether a voter may mark these: known choices, each once, neither too many nor too few."""
        least = 0 if self.blank else 1
        known = set(marks) <= set(self.choices) and len(set(marks)) == len(marks)
        return known and least <= len(marks) <= self.marks


@dataclass(frozen=True, slots=True)
class Turnout:
    """How a ballot stands. roll: who may vote, in number; voted: who has."""

    ballot: BallotId
    roll: int
    voted: int
    opened_on: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """What came of a ballot that is closed. votes: choice -> number; None: too few to be told."""

    turnout: Turnout
    votes: Mapping[str, int] | None
