"""A ballot compiled: which fields of its command get what, and when it may be closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from dateutil.relativedelta import relativedelta

from pledgeflow.policy.language.balloting import BallotRules, Quorum
from pledgeflow.policy.language.schema import Rules
from pledgeflow.policy.language.steps import CommandRules
from pledgeflow.policy.words import period, share


@dataclass(frozen=True, slots=True)
class BallotRule:
    """rule: its path; tally: the field that gets the votes; open_for: how long at least."""

    id: str
    rule: str
    clauses: tuple[str, ...]
    source: BallotRules
    tally: str
    open_for: relativedelta | None

    def quorum_of(self, roll: int) -> int:
        """How many of a roll of that size have to vote."""
        quorum = self.source.quorum
        return needed(quorum, roll) if quorum is not None else 0


def needed(quorum: Quorum, roll: int) -> int:
    """The smallest number that a quorum is reached with."""
    if quorum.at_least is not None:
        return quorum.at_least
    if quorum.more_than is not None:
        return floor(share(quorum.more_than) * roll) + 1
    return ceil(share(quorum.share) * roll) if quorum.share is not None else 0


def tallies(command: CommandRules | None) -> tuple[str, ...]:
    """The fields of a command that count votes."""
    fields = command.fields.items() if command is not None else ()
    return tuple(name for name, spec in fields if spec.type == "tally")


def compiled(rules: Rules) -> Iterator[BallotRule]:
    """The ballots of a track. Those whose command is gone have no field for their tally."""
    for name, ballot in rules.ballots.items():
        counted = ballot.fills.tally or next(iter(tallies(rules.commands.get(ballot.command))), "")
        yield BallotRule(
            id=name,
            rule=f"ballots.{name}",
            clauses=ballot.cite,
            source=ballot,
            tally=counted,
            open_for=period(ballot.closes_after) if ballot.closes_after is not None else None,
        )
