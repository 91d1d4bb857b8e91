"""A box in memory, for tests, scenarios and demonstrations: it behaves as `sql` does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import assert_never

from pledgeflow.ballots.box import Code, Credential, check_marks, check_paper
from pledgeflow.ballots.codes import code_digest, digest, fresh_code, fresh_key
from pledgeflow.domain.balloting import BallotId, Count, Secrecy, Terms, Turnout
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import (
    AlreadyVotedError,
    BallotClosedError,
    BallotOpenError,
    NotOnRollError,
    UnknownBallotError,
    UnknownCodeError,
)


@dataclass(slots=True)
class _Held:
    """One ballot. codes: digest -> voter; rows: voter or pseudonym -> marks, if votes are kept."""

    terms: Terms
    roll: dict[str, bool]
    counts: dict[str, int]
    opened_on: date
    salt: str = field(default_factory=fresh_key)
    key: str = field(default_factory=fresh_key)
    codes: dict[str, str] = field(default_factory=dict)
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    closed_on: date | None = None
    told: bool = True


class MemoryBox:
    """A `BallotBox` that is gone with its process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ballots: dict[BallotId, _Held] = {}

    def fork(self) -> MemoryBox:
        """A box with all that is in this one, which goes on by itself."""
        other = MemoryBox()
        with self._lock:
            other._ballots = deepcopy(self._ballots)
        return other

    def open(self, ballot: BallotId, terms: Terms, roll: Collection[str], *, on: date) -> None:
        """See `BallotBox.open`."""
        with self._lock:
            if ballot in self._ballots:
                raise BallotOpenError(str(ballot))
            self._ballots[ballot] = _Held(
                terms, dict.fromkeys(sorted(roll), False), dict.fromkeys(terms.choices, 0), on
            )

    def issue_codes(self, ballot: BallotId, voters: Collection[str]) -> Mapping[str, str]:
        """See `BallotBox.issue_codes`."""
        issued = {voter: fresh_code() for voter in sorted(set(voters))}
        with self._lock:
            held = self._running(ballot)
            _check_roll(ballot, held, issued)
            kept = {at: voter for at, voter in held.codes.items() if voter not in issued}
            new = {code_digest(held.salt, code): voter for voter, code in issued.items()}
            held.codes = kept | new
        return issued

    def cast(self, ballot: BallotId, by: Credential, marks: tuple[str, ...]) -> None:
        """See `BallotBox.cast`."""
        with self._lock:
            held = self._running(ballot)
            voter = _identified(ballot, held, by)
            if held.roll[voter]:
                raise AlreadyVotedError(str(ballot), () if isinstance(by, Code) else (voter,))
            check_marks(ballot, held.terms, marks)
            held.roll[voter] = True
            match held.terms.secrecy:
                case Secrecy.UNLINKABLE:
                    for choice in marks:
                        held.counts[choice] += 1
                case Secrecy.PSEUDONYMOUS:
                    held.rows[digest(held.key, voter)] = marks
                case Secrecy.OPEN:
                    held.rows[voter] = marks
                case secrecy:
                    assert_never(secrecy)

    def enter_paper(
        self, ballot: BallotId, votes: Mapping[str, int], voters: Collection[str]
    ) -> None:
        """See `BallotBox.enter_paper`."""
        with self._lock:
            held = self._running(ballot)
            _check_roll(ballot, held, voters)
            check_paper(ballot, held.terms, votes, voters)
            again = tuple(sorted(voter for voter in set(voters) if held.roll[voter]))
            if again:
                raise AlreadyVotedError(str(ballot), again)
            for voter in voters:
                held.roll[voter] = True
            for choice, number in votes.items():
                held.counts[choice] += number

    def turnout(self, ballot: BallotId) -> Turnout:
        """See `BallotBox.turnout`."""
        with self._lock:
            return _turnout(ballot, self._known(ballot))

    def roll(self, ballot: BallotId) -> Mapping[str, bool]:
        """See `BallotBox.roll`."""
        with self._lock:
            return dict(self._known(ballot).roll)

    def terms(self, ballot: BallotId) -> Terms:
        """See `BallotBox.terms`."""
        with self._lock:
            return self._known(ballot).terms

    def close(self, ballot: BallotId, *, on: date) -> Count:
        """See `BallotBox.close`."""
        with self._lock:
            held = self._known(ballot)
            if held.closed_on is None:
                _end(held, on)
            counts = dict(held.counts)
            for marks in held.rows.values():
                for choice in marks:
                    counts[choice] += 1
            return Count(_turnout(ballot, held), counts if held.told else None)

    def latest(self, stream: StreamId, name: str) -> BallotId | None:
        """See `BallotBox.latest`."""
        with self._lock:
            own = (b for b in self._ballots if (b.stream, b.name) == (stream, name))
            return max(own, default=None)

    def held(self, stream: StreamId) -> tuple[Turnout, ...]:
        """See `BallotBox.held`."""
        with self._lock:
            own = sorted(ballot for ballot in self._ballots if ballot.stream == stream)
            return tuple(_turnout(ballot, self._ballots[ballot]) for ballot in own)

    def _known(self, ballot: BallotId) -> _Held:
        if ballot not in self._ballots:
            raise UnknownBallotError(str(ballot))
        return self._ballots[ballot]

    def _running(self, ballot: BallotId) -> _Held:
        held = self._known(ballot)
        if held.closed_on is not None:
            raise BallotClosedError(str(ballot))
        return held


def _identified(ballot: BallotId, held: _Held, by: Credential) -> str:
    if isinstance(by, Code):
        voter = held.codes.get(code_digest(held.salt, by.words))
        if voter is None:
            raise UnknownCodeError(str(ballot))
        return voter
    _check_roll(ballot, held, (by.id,))
    return by.id


def _check_roll(ballot: BallotId, held: _Held, voters: Iterable[str]) -> None:
    strange = tuple(sorted(set(voters) - held.roll.keys()))
    if strange:
        raise NotOnRollError(str(ballot), strange)


def _end(held: _Held, on: date) -> None:
    """Nothing is left of what only served voting; rows stand in an order that says nothing."""
    held.closed_on = on
    held.codes, held.salt = {}, ""
    if not held.terms.keeps_key:
        held.key = ""
    held.rows = dict(sorted(held.rows.items()))
    if sum(held.roll.values()) < held.terms.small:
        held.told, held.rows = False, {}
        held.counts = dict.fromkeys(held.counts, 0)


def _turnout(ballot: BallotId, held: _Held) -> Turnout:
    voted = sum(held.roll.values())
    return Turnout(ballot, len(held.roll), voted, held.opened_on, held.closed_on)
