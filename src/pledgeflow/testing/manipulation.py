"""Whether a policy's ballots can be manipulated: `TestVotes = manipulation_test("policies/ours")`.

Each attempt is a plain function that is given a ballot before it is opened, and raises
AssertionError where it succeeds, or where an honest vote fails. The ballot is held by the real
service, in a box in memory, by the terms of the policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any
from unittest import TestCase

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import PLEDGE
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.balloting import Quorum
from pledgeflow.testing._simulation.polling import VOTERS, Polling, polling, refusal
from pledgeflow.testing._simulation.shelving import Guards, shelved

STRANGER = "nobody_knows"
Attempt = Callable[[Polling], None]


def nobody_votes_twice(polled: Polling) -> None:
    """A voter who has voted is refused, also with a code, and the first vote stands."""
    first, *_ = polled.open()
    (code,) = polled.ballots.issue_codes(
        polled.stream, polled.rule.id, polled.step, voters=[first]
    ).values()
    polled.vote(first)
    assert refusal(lambda: polled.vote(first)) == "already_voted", "two votes of one person count"
    again = (polled.stream, polled.rule.id, polled.choices[-1:])
    with_code = refusal(lambda: polled.ballots.cast(*again, code=code))
    assert with_code == "already_voted", "a code gives who has voted another vote"
    assert polled.ballots.turnout(polled.stream, polled.rule.id).voted == 1


def paper_and_screen_count_once(polled: Polling) -> None:
    """Who has voted cannot put in a paper too; and the papers of one voter are one vote."""
    first, *others = polled.open()
    polled.vote(first)
    paper = (polled.stream, polled.rule.id, polled.step)
    one = {polled.choices[0]: 1}
    twice = refusal(lambda: polled.ballots.enter_paper(*paper, votes=one, voters=[first]))
    assert twice == "already_voted", "a paper of somebody who has voted counts"
    if others:
        stuffed = {polled.choices[0]: 2}
        same = others[:1] * 2
        more = refusal(lambda: polled.ballots.enter_paper(*paper, votes=stuffed, voters=same))
        assert more == "paper_exceeds_present", "more papers than voters count"


def nobody_is_on_the_roll_twice(polled: Polling) -> None:
    """A rater who is listed twice, or listed and in a role, has one vote."""
    roll = polled.open(*VOTERS, *VOTERS)
    doubled = [voter for voter, number in Counter(roll).items() if number > 1]
    assert not doubled, f"{doubled} are on the roll twice"
    assert polled.ballots.turnout(polled.stream, polled.rule.id).roll == len(roll)


def nobody_votes_who_may_not(polled: Polling) -> None:
    """Who is not on the roll, or makes up a code, is refused."""
    polled.open()
    assert refusal(lambda: polled.vote(STRANGER)) == "not_on_the_roll", "a stranger's vote counts"
    made_up = (polled.stream, polled.rule.id, polled.choices[:1])
    found = refusal(lambda: polled.ballots.cast(*made_up, code="ABCD-EFGH-JKMN-PQRS"))
    assert found == "unknown_code", "a vote under a code that was made up counts"


def nobody_votes_late(polled: Polling) -> None:
    """Once it is closed, nobody votes, and closing it again gives the same result."""
    first, *others = polled.open()
    polled.vote(first)
    closed = polled.close()
    late = others[0] if others else first
    assert refusal(lambda: polled.vote(late)) == "ballot_closed", "a vote after closing counts"
    again = polled.ballots.close(polled.stream, polled.rule.id, polled.step)
    assert (again.turnout.voted, again.votes) == (closed.turnout.voted, closed.votes)
    assert len(polled.recorded()) <= 1, "the result is recorded twice"


def nobody_closes_early(polled: Polling) -> None:
    """It stays open for as long as the policy says."""
    polled.open()
    if polled.rule.open_for is not None:
        early = refusal(lambda: polled.ballots.close(polled.stream, polled.rule.id, polled.step))
        assert early == "ballot_runs", "it can be closed before everybody could vote"


def nobody_votes_on_the_own_pledge(polled: Polling) -> None:
    """Whose own pledge it is does not rate it, neither by a role nor by being listed.

    A ballot about items, such as candidates, is none about a pledge.
    """
    if polled.state.stream.aggregate != PLEDGE or polled.rule.source.choices.of is not None:
        return
    roll = polled.open(*VOTERS, *polled.owners)
    own = sorted(set(polled.owners) & set(roll))
    assert not own, f"{own} may vote on the own pledge; put `promisor` under `excluded`"
    for owner in polled.owners:
        assert refusal(partial(polled.vote, owner)) == "not_on_the_roll"


def a_quorum_is_reached_by_just_enough(polled: Polling) -> None:
    """One vote short of the quorum nothing is recorded; with just enough votes it counts."""
    quorum = polled.rule.source.quorum
    if quorum is None:
        return
    roll = polled.open()
    wanted = next((n for n in range(1, len(roll) + 1) if _enough(quorum, n, len(roll))), None)
    assert wanted is not None, f"all {len(roll)} who may vote are no quorum"
    for voter in roll[: wanted - 1]:
        polled.vote(voter)
    short = polled.close()
    assert short.against is not None, f"{wanted - 1} votes count, and the quorum is {wanted}"
    assert short.against.code == "no_quorum"
    assert not polled.recorded(), "a result without a quorum is recorded"
    roll = polled.open()
    for voter in roll[:wanted]:
        polled.vote(voter)
    enough = polled.close()
    assert enough.against is None, f"{wanted} votes do not count, and the quorum is {wanted}"


def _enough(quorum: Quorum, votes: int, roll: int) -> bool:
    """Whether so many votes are a quorum, as the policy's text has it."""
    if quorum.at_least is not None:
        return votes >= quorum.at_least
    if quorum.more_than is not None:
        return votes > Fraction(quorum.more_than) * roll
    return votes >= Fraction(quorum.share or 0) * roll


def every_vote_counts_once(polled: Polling) -> None:
    """What is counted is what was cast, and what is recorded is what was counted."""
    expected: Counter[str] = Counter()
    for number, voter in enumerate(polled.open()):
        mark = polled.choices[number % len(polled.choices)]
        polled.vote(voter, mark)
        expected[mark] += 1
    closed = polled.close()
    if closed.votes is not None:
        assert {k: v for k, v in closed.votes.items() if v} == dict(expected)
    for asked in polled.recorded():
        tally = asked.fields.get(polled.rule.tally, {})
        assert isinstance(tally, dict)
        assert {k: v for k, v in tally.items() if v} in ({}, dict(expected))


def few_votes_are_not_told(polled: Polling) -> None:
    """Of fewer votes than the policy breaks down, only the turnout is told."""
    small = polled.rule.source.small
    if small is None:
        return
    roll = polled.open()
    for voter in roll[: small.below - 1]:
        polled.vote(voter)
    closed = polled.close()
    assert closed.votes is None, f"{closed.turnout.voted} votes are broken down"
    if not small.recorded:
        told = [asked for asked in polled.recorded() if polled.rule.tally in asked.fields]
        assert not told, "a result that is not told is recorded"


def ties_are_broken_as_the_policy_says(polled: Polling) -> None:
    """Of candidates with as many votes, for too few places, are elected: none, those who were put
    forward earlier, or none until a runoff, as the policy says; and nobody else.
    """
    places, choices = polled.rule.source.places, polled.choices
    if places is None or len(choices) <= places.number:
        return
    roll, marks = polled.open(), polled.rule.source.choices.marks
    rounds = len(roll) * marks // len(choices) * len(choices)
    cast = [choices[n % len(choices)] for n in range(rounds)]
    for number, voter in enumerate(roll):
        chosen = tuple(dict.fromkeys(cast[number * marks : (number + 1) * marks]))
        if chosen:
            polled.vote(voter, *chosen)
    closed = polled.close()
    if closed.votes is None or len(set(closed.votes.values())) != 1:
        return
    first = choices[: places.number] if places.ties == "earlier" else ()
    tied = () if places.ties == "earlier" else choices
    assert (closed.elected.chosen, closed.elected.tied) == (first, tied), (
        "a tie is broken otherwise"
    )


ATTEMPTS: Sequence[Attempt] = (
    nobody_votes_twice,
    paper_and_screen_count_once,
    nobody_is_on_the_roll_twice,
    nobody_votes_who_may_not,
    nobody_votes_late,
    nobody_closes_early,
    nobody_votes_on_the_own_pledge,
    a_quorum_is_reached_by_just_enough,
    every_vote_counts_once,
    few_votes_are_not_told,
    ties_are_broken_as_the_policy_says,
)
"""All of them, as `manipulation_test` makes them unless told otherwise."""


def manipulation_test(
    policy: str | Path,
    attempts: Sequence[Attempt] = ATTEMPTS,
    *,
    catalogue: Catalogue | None = None,
    guards: Guards = (),
) -> type[TestCase]:
    """A test case with a test for each attempt at each ballot of each track.

    policy, catalogue, guards: see `lifecycle_test`. Raises PolicyError for a policy that cannot be
    used, PledgeflowError for one that has no ballots.
    """
    shelf, name = shelved(policy, catalogue, guards)
    loaded = shelf.load(name)
    tests: dict[str, Any] = {
        f"test_{track}_{ballot}_{attempt.__name__}": _test(shelf, loaded, (track, ballot), attempt)
        for track, rules in loaded.tracks.items()
        for ballot in rules.ballots
        for attempt in attempts
    }
    if not tests:
        raise PledgeflowError(f"`{name}` has no ballots; there is nothing to manipulate")
    return type("Manipulation", (TestCase,), tests)


def _test(
    shelf: Catalogue, policy: Policy, ballot: tuple[str, str], attempt: Attempt
) -> Callable[[TestCase], None]:
    def test(_: TestCase) -> None:
        attempt(polling(shelf, policy, *ballot))

    test.__doc__ = attempt.__doc__
    return test
