"""What a policy says to a ballot: who may vote, on what, whether it counts, and who is elected.

Pure, like the rest of judging; votes themselves never come here, only their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pledgeflow.domain.balloting import Count, Terms, Turnout
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Value
from pledgeflow.errors import BallotError, Reason, RemedyStep, Ruling
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.compiled.rules import Ruleset

NOT_ENTITLED = frozenset({"not_on_the_roll", "unknown_code"})


@dataclass(frozen=True, slots=True)
class Elected:
    """Who got the places. tied: those who had as many votes as the last of them, and no place."""

    chosen: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()


def roll_of(
    rules: Ruleset, ballot: BallotRule, state: State, view: View, listed: Iterable[str] = ()
) -> tuple[str, ...]:
    """Who may vote on the day of the view: holders of roles and those listed, less the excluded."""
    voters, holders = ballot.source.voters, rules.roles.members
    may = {p for role in voters.roles for p in holders(role, state, view)} | set(listed)
    out = {p for role in ballot.source.excluded for p in holders(role, state, view)}
    return tuple(sorted(may - out))


def terms_of(rules: Ruleset, ballot: BallotRule, state: State) -> Terms:
    """How it is held: on choices of the tally, on the tiers, or on items in the states named."""
    source, choices = ballot.source, ballot.source.choices
    if choices.of is None:
        there = choices_of(rules, ballot)
    else:
        items = state.children(choices.of)
        where = choices.states
        there = tuple(item.id for item in items if not where or item.state in where)
    small = source.small
    return Terms(
        source.secrecy,
        there,
        choices.marks,
        choices.blank,
        small.below if small is not None and not small.recorded else 0,
        source.keeps_key,
    )


def choices_of(rules: Ruleset, ballot: BallotRule) -> tuple[str, ...]:
    """What a tally counts that is not about items: choices of its own, or else the tiers."""
    command = rules.commands.get(ballot.source.command)
    spec = command.rules.fields.get(ballot.tally) if command is not None else None
    tiers = rules.evaluation.tiers if rules.evaluation is not None else {}
    return tuple(spec.choices if spec is not None and spec.choices else tiers)


def against_opening(ballot: BallotRule, terms: Terms, roll: tuple[str, ...]) -> Iterator[Reason]:
    """Why a ballot cannot be held with these terms and this roll."""
    named = {"ballot": ballot.id, "command": ballot.source.command}
    if not roll:
        yield Reason("nobody_may_vote", ballot.rule, ballot.clauses, named)
    places = ballot.source.places.number if ballot.source.places is not None else 0
    if len(terms.choices) < max(1, places):
        required = {**named, "at_least": max(1, places)}
        found = {"choices": len(terms.choices)}
        yield Reason("nothing_to_choose", ballot.rule, ballot.clauses, required, found)
    marks = ballot.source.choices.marks
    if roll and len(roll) * marks < places:
        # Nobody is elected without a vote.
        found = {"roll": len(roll), "most": len(roll) * marks}
        required = {**named, "places": places}
        yield Reason("places_out_of_reach", ballot.rule, ballot.clauses, required, found)
    quorum, wanted = ballot.source.quorum, ballot.quorum_of(len(roll))
    if quorum is not None and roll and wanted > len(roll):
        rule, required = f"{ballot.rule}.quorum", {**named, "at_least": wanted}
        yield Reason("quorum_out_of_reach", rule, quorum.cite, required, {"roll": len(roll)})


def against_closing(ballot: BallotRule, opened_on: date, on: date) -> Reason | None:
    """Why it cannot be closed on a day: it has not been open for long enough."""
    first = opened_on + ballot.open_for if ballot.open_for is not None else opened_on
    if on >= first:
        return None
    required = {"ballot": ballot.id, "not_before": first, "for": ballot.source.closes_after}
    return Reason(
        "ballot_runs",
        ballot.rule,
        ballot.clauses,
        required,
        {"on": on},
        (RemedyStep("", not_before=first),),
        Ruling.NOT_YET,
    )


def without_quorum(ballot: BallotRule, turnout: Turnout) -> Reason | None:
    """Why what was counted does not count: too few have voted."""
    quorum, wanted = ballot.source.quorum, ballot.quorum_of(turnout.roll)
    if quorum is None or turnout.voted >= wanted:
        return None
    required = {"ballot": ballot.id, "at_least": wanted}
    found = {"votes": turnout.voted, "roll": turnout.roll}
    return Reason("no_quorum", f"{ballot.rule}.quorum", quorum.cite, required, found)


def reason_of(ballot: BallotRule, error: BallotError) -> Reason:
    """What a box refuses, as a reason with the ballot's clauses; field: what names its choices."""
    required = {"ballot": ballot.id, "command": ballot.source.command, "field": ballot.tally}
    ruling = Ruling.NOT_AUTHORIZED if error.code in NOT_ENTITLED else Ruling.FORBIDDEN
    return Reason(error.code, ballot.rule, ballot.clauses, required, error.found, ruling=ruling)


def elected(ballot: BallotRule, votes: Mapping[str, int]) -> Elected:
    """Who gets the places: most votes first; what is tied for the last ones, by the policy's rule.

    Nobody without a vote. votes: in the order in which the candidates were put forward
    """
    places = ballot.source.places
    if places is None:
        return Elected()
    order = sorted((c for c, number in votes.items() if number), key=lambda c: -votes[c])
    first, rest = order[: places.number], order[places.number :]
    if not rest or votes[rest[0]] < votes[first[-1]] or places.ties == "earlier":
        return Elected(tuple(first))
    last = votes[rest[0]]
    tied = tuple(c for c in order if votes[c] == last)
    return Elected(tuple(c for c in first if votes[c] > last), tied)


def filled(ballot: BallotRule, count: Count, chosen: Elected) -> dict[str, Value]:
    """The fields that the command gets from the box."""
    fills, turnout = ballot.source.fills, count.turnout
    fields: dict[str, Value] = {}
    if count.votes is not None:
        fields[ballot.tally] = dict(count.votes)
    if fills.turnout is not None:
        fields[fills.turnout] = turnout.voted
    if fills.roll is not None:
        fields[fills.roll] = turnout.roll
    if fills.elected is not None and chosen.chosen:
        fields[fills.elected] = chosen.chosen
    return fields
