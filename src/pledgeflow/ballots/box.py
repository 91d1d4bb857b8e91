"""What a ballot box does; `memory` and `sql` implement it. It knows no policy and no clause.

Votes never enter a stream: what does is the tally, when a ballot is closed. Who has voted is kept
apart from what was voted as far as the terms say; see docs/ballots.md for what that withstands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pledgeflow.domain.balloting import BallotId, Count, Terms, Turnout
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import MarksError, PaperTallyError


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody whom the host has identified."""

    id: str


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code, as typed; whoever has it votes for the person it was issued to."""

    words: str


Credential = Voter | Code


class BallotBox(Protocol):
    """Holds ballots; safe to share between threads.

    What it refuses is a BallotError, and then nothing was counted. INVARIANT: one vote per person
    and ballot, whichever way; once closed, never another.
    """

    def open(self, ballot: BallotId, terms: Terms, roll: Collection[str], *, on: date) -> None:
        """Begin a ballot for those on the roll. Raises BallotOpenError if there is such a one."""

    def issue_codes(self, ballot: BallotId, voters: Collection[str]) -> Mapping[str, str]:
        """A new code for each of these, voter -> code; older ones of theirs are void.

        It is told this once: the box keeps no code. Raises NotOnRollError, BallotClosedError.
        """

    def cast(self, ballot: BallotId, by: Credential, marks: tuple[str, ...]) -> None:
        """Count a vote.

        Raises NotOnRollError or UnknownCodeError, AlreadyVotedError, MarksError, BallotClosedError.
        """

    def enter_paper(
        self, ballot: BallotId, votes: Mapping[str, int], voters: Collection[str]
    ) -> None:
        """Count what these voters put on paper, all of it or nothing.

        Raises NotOnRollError, AlreadyVotedError, PaperTallyError, MarksError, BallotClosedError.
        """

    def turnout(self, ballot: BallotId) -> Turnout:
        """How many may vote, and how many have. Raises UnknownBallotError."""

    def roll(self, ballot: BallotId) -> Mapping[str, bool]:
        """Who may vote, sorted, and whether they have. Raises UnknownBallotError."""

    def terms(self, ballot: BallotId) -> Terms:
        """How it is held. Raises UnknownBallotError."""

    def close(self, ballot: BallotId, *, on: date) -> Count:
        """End a ballot and count it; the same again, if it is closed. Raises UnknownBallotError.

        A vote that comes in meanwhile is either counted or refused. What only served voting is
        destroyed: codes, and the key of pseudonyms unless it is kept.
        """

    def latest(self, stream: StreamId, name: str) -> BallotId | None:
        """The ballot that was opened last under a name, if any was."""

    def held(self, stream: StreamId) -> tuple[Turnout, ...]:
        """Every ballot of a stream, by name and round."""


def check_marks(ballot: BallotId, terms: Terms, marks: tuple[str, ...]) -> None:
    """Raises MarksError where a voter may not mark these."""
    if not terms.accept(marks):
        raise ill_marked(ballot, terms)


def check_paper(
    ballot: BallotId, terms: Terms, votes: Mapping[str, int], voters: Collection[str]
) -> None:
    """Raises MarksError for what is no choice, PaperTallyError for more votes than voters."""
    if not votes.keys() <= set(terms.choices) or any(number < 0 for number in votes.values()):
        raise ill_marked(ballot, terms)
    present = len(set(voters))
    largest, total = max(votes.values(), default=0), sum(votes.values())
    if largest > present:
        raise PaperTallyError(str(ballot), largest, present, present)
    if total > present * terms.marks:
        raise PaperTallyError(str(ballot), total, present * terms.marks, present)


def ill_marked(ballot: BallotId, terms: Terms) -> MarksError:
    """The error for marks that cannot be; it does not repeat them."""
    most = min(terms.marks, len(terms.choices))
    return MarksError(str(ballot), 0 if terms.blank else 1, most, terms.choices)
