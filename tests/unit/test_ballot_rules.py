"""Ballots in a policy's file: what is refused at load, and what the rules say to those that are held."""

# ruff: noqa: E501 -- a table of mistakes reads best with one a line

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pledgeflow.decision import permitted
from pledgeflow.domain.balloting import BallotId, Count, Secrecy, Terms, Turnout
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.values import Text
from pledgeflow.errors import InvalidCommandError, NotOnRollError, PolicyError, RemedyStep, Ruling
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.judging.balloting import (
    Elected,
    against_closing,
    against_opening,
    choices_of,
    elected,
    filled,
    reason_of,
    roll_of,
    terms_of,
    without_quorum,
)
from pledgeflow.policy.judging.intake import intake
from pledgeflow.policy.loading import build
from tests.tiny import FRI, KNOWN, MON, PATH, Desk, loaded, problem_at, problems
from tests.voting import voting

Change = tuple[str, str]


def test_the_small_policy_has_nothing_wrong_with_it() -> None:
    assert problems(voting()) == []


MISTAKES: list[tuple[Change, str, str]] = [
    (
        ("    command: vote\n", "    command: votte\n"),
        "command: votte",
        "ballots.mutual.command: there is no command that somebody can give `votte`; perhaps `vote` or `note`",
    ),
    (
        ("roles: colleague, listed: true", "roles: coleague"),
        "roles: coleague",
        "ballots.mutual.voters.roles: there is no role `coleague`; perhaps `colleague`",
    ),
    (
        ("excluded: promisor", "excluded: promiser"),
        "excluded",
        "ballots.mutual.excluded: there is no role `promiser`; perhaps `promisor`",
    ),
    (
        ("voters: {roles: colleague, listed: true}", "voters: {listed: false}"),
        "voters:",
        "ballots.mutual.voters: nobody could vote; name `roles:`, or say `listed: true` for a list given at opening",
    ),
    (
        ("listed: true}\n    excluded: promisor", "listed: false}\n    excluded: colleague"),
        "excluded",
        "ballots.mutual.excluded: everybody who may vote is excluded; let somebody vote",
    ),
    (
        ("    secrecy: unlinkable", "    choices: {in: todo}\n    secrecy: unlinkable"),
        "in: todo",
        "ballots.mutual.choices.in: tiers have no states; say under `of:` whose items are meant",
    ),
    (
        ("    secrecy: unlinkable", "    choices: {marks: 2}\n    secrecy: unlinkable"),
        "marks: 2",
        "ballots.mutual.choices.marks: one voter gives one tier; take `marks` out",
    ),
    (
        ("of: commitment, in: todo", "of: committment"),
        "of: committment",
        "ballots.election.choices.of: there is no lifecycle of items `committment`; perhaps `commitment`",
    ),
    (
        ("of: commitment, in: todo", "of: pledge"),
        "of: pledge, marks",
        "ballots.election.choices.of: there is no lifecycle of items `pledge`; known are `commitment`",
    ),
    (
        ("in: todo", "in: tod"),
        "in: tod",
        "ballots.election.choices.in: there is no state `tod`; perhaps `todo`",
    ),
    (
        ("    small: 3\n", "    small: 3\n    places: 1\n"),
        "places: 1",
        "ballots.mutual.places: tiers are not elected; say under `choices:` whose items are",
    ),
    (
        ("marks: 2", "marks: 3"),
        "marks: 3",
        "ballots.election.choices.marks: one voter marks 3, and there are 2 places; allow no more marks than that",
    ),
    (
        ("    secrecy: open\n", "    secrecy: open\n    small: 2\n"),
        "small: 2",
        "ballots.election.small: everybody sees who voted how when it is `open`; take `small` out",
    ),
    (
        ("    small: 3\n", ""),
        "mutual:",
        "ballots.mutual: say under `small:` below how many votes the result is not broken down: if all vote alike, it tells how each of them did (1: it always is)",
    ),
    (
        ("    small: 3\n", "    small: 3\n    keeps_key: true\n"),
        "keeps_key",
        "ballots.mutual.keeps_key: there is a key only at `pseudonymous`; take `keeps_key` out",
    ),
    (
        ("{share: 1/2, cite: T-2}\n    closes", "{cite: T-2}\n    closes"),
        "quorum",
        "ballots.mutual.quorum: say one of `at_least:`, `share:` and `more_than:`",
    ),
    (
        ("{share: 1/2, cite: T-2}\n    closes", "{share: 1/2, at_least: 2, cite: T-2}\n    closes"),
        "quorum",
        "ballots.mutual.quorum: say one of `at_least:`, `share:` and `more_than:`",
    ),
    (
        ("{share: 1/2, cite: T-2}\n    closes", "{more_than: 1/1, cite: T-2}\n    closes"),
        "more_than",
        "ballots.mutual.quorum.more_than: more than everybody never votes; ask for `share: 1/1` at most",
    ),
    (
        ("{share: 1/2, cite: T-2}\n    closes", "{share: 3/2, cite: T-2}\n    closes"),
        "share: 3/2",
        "ballots.mutual.quorum.share: `3/2` is no share; write one as in 1/2 or 2/3, of 1 at most",
    ),
    (
        ("{share: 1/2, cite: T-2}\n    closes", "{share: half, cite: T-2}\n    closes"),
        "share: half",
        "ballots.mutual.quorum.share: `half` is no share; write one as in 1/2 or 2/3, of 1 at most",
    ),
    (
        ("{share: 1/2, cite: T-2}\n    closes", "{share: 1/2}\n    closes"),
        "quorum",
        "ballots.mutual.quorum: say what this rests on: `cite:` with a clause id of the register, or `assumed:` with the reading and why",
    ),
    (
        ("{turnout: present,", "{tally: vote, turnout: present,"),
        "tally: vote",
        "ballots.mutual.fills.tally: there is no field of type `tally` `vote`; perhaps `votes`",
    ),
    (
        ("type: tally, required: false", "type: integer, required: false"),
        "mutual:",
        "ballots.mutual: give `vote` one field of type `tally`, or say under `fills:` which of several gets the votes",
    ),
    (
        ("{turnout: present,", "{turnout: presence,"),
        "turnout: presence",
        "ballots.mutual.fills.turnout: there is no field with a whole number `presence`; perhaps `present`",
    ),
    (
        ("roll: entitled}", "roll: place}"),
        "roll: place",
        "ballots.mutual.fills.roll: there is no field with a whole number `place`; known are `entitled`, `present`",
    ),
    (
        ("elected: chosen", "elected: ayes"),
        "elected: ayes",
        "ballots.election.fills.elected: there is no field of open `choices` `ayes`; known are `chosen`",
    ),
    (
        ("    places: {number: 2, ties: runoff}\n", ""),
        "elected: chosen",
        "ballots.election.fills.elected: nobody is elected; say how many under `places:`",
    ),
    (
        (
            "        by: secretary\n        guards:\n          enough",
            "        by: {all_of: [secretary, above]}\n        guards:\n          enough",
        ),
        "command: vote",
        "ballots.mutual.command: `vote` is a joint act, and one person records a result; name another step",
    ),
    (
        (
            "      present: integer\n",
            "      present: integer\n      item: {type: commitment, required: false}\n",
        ),
        "command: vote",
        "ballots.mutual.command: `vote` is about an item, and a ballot is about the whole; name another step",
    ),
    (
        ("    command: vote\n", "    command: do\n"),
        "command: do",
        "ballots.mutual.command: `do` is taken in `commitment`, and a ballot is about the whole; name another step",
    ),
    (
        ("    command: vote\n", "    command: elect\n"),
        "mutual:",
        "ballots.mutual.choices: `ayes` of `elect` counts items of `commitment`; let the ballot be about the same",
    ),
    (
        ("type: tally, of: commitment, required", "type: tally, required"),
        "choices: {of",
        "ballots.election.choices: `ayes` of `elect` counts tiers; let the ballot be about the same",
    ),
    (
        ("type: tally, required: false", "type: tally"),
        "small: 3",
        "ballots.mutual.small: below 3 votes there is nothing to fill `votes` with; make it `required: false`, say `{below: …, recorded: true}`, or ask for so many votes",
    ),
    (
        (
            "  tiers: {good: {zh: 好, en: good}, fair: {zh: 中, en: fair}, poor: {zh: 差, en: poor}}\n  grade: {command: grade, cite: T-1}\n",
            "  tiers: {}\n",
        ),
        "mutual:",
        "ballots.mutual.choices: there are no tiers to choose from; say under `of:` whose items there are",
    ),
    (
        ("{type: tally, of: commitment, required", "{type: tally, of: comitment, required"),
        "of: comitment",
        "commands.elect.fields.ayes.of: there is no lifecycle of items `comitment`; perhaps `commitment`",
    ),
    (
        ("      present: integer\n", "      present: {type: integer, of: commitment}\n"),
        "of: commitment}",
        "commands.vote.fields.present.of: only a `tally` counts votes for items; take `of` out",
    ),
]


@pytest.mark.parametrize(("change", "marker", "message"), MISTAKES, ids=[m for _, _, m in MISTAKES])
def test_what_cannot_be_held_is_refused_at_load(change: Change, marker: str, message: str) -> None:
    text = voting(change)
    assert problem_at(text, marker, message) in problems(text), problems(text)


@pytest.mark.parametrize(
    "change",
    [
        ("type: tally, required: false", "type: tally, required: true"),
    ],
)
@pytest.mark.parametrize(
    "small",
    [
        ("small: 3", "small: {below: 3, recorded: true}"),
        ("small: 3", "small: 1"),
        (
            "quorum: {share: 1/2, cite: T-2}\n    closes",
            "quorum: {at_least: 3, cite: T-2}\n    closes",
        ),
    ],
)
def test_a_tally_may_be_required_where_there_always_is_one(change: Change, small: Change) -> None:
    assert problems(voting(change, small)) == []


GUARD_MISTAKES = [
    (
        "present: present, of: entitled, share: 1/2",
        "present: presence",
        "present: presence",
        "present: there is no field with a whole number `presence`; perhaps `present`",
    ),
    (
        "present: present, of: entitled, share: 1/2",
        "present: present, share: 1/2",
        "share: 1/2",
        "share: say `of:` which field it is a share",
    ),
    (
        "present: present, of: entitled, share: 1/2",
        "of: entitled",
        "of: entitled",
        "of: say under `present:` which field has the number of voters",
    ),
    (
        "present: present, of: entitled, share: 1/2",
        "marks: 2",
        "marks: 2, cite",
        "marks: say under `present:` which field has the number of voters",
    ),
    (
        "present: present, of: entitled, share: 1/2",
        "present: present, of: present",
        "of: present",
        "of: who is present and who is entitled are two fields; name both",
    ),
]


@pytest.mark.parametrize(("old", "new", "marker", "message"), GUARD_MISTAKES)
def test_a_tally_is_held_against_numbers(old: str, new: str, marker: str, message: str) -> None:
    text = voting((old, new))
    place = "lifecycles.pledge.transitions.vote.guards.enough"
    assert problem_at(text, marker, f"{place}.{message}") in problems(text), problems(text)


def overlaid(more: str) -> list[str]:
    """What is wrong with a policy that extends the one with ballots."""
    child = read(f"policy: child\nextends: tiny\n{more}", PATH)
    try:
        build(resolve([read(voting(), "parent.yaml"), child], on=None, ordinal=1), known=KNOWN)
    except PolicyError as error:
        return [problem.message for problem in error.problems]
    return []


def test_an_overlay_changes_and_removes_ballots() -> None:
    assert overlaid("ballots: {mutual: {absent: true, cite: T-1}}\n") == []
    assert overlaid("ballots: {mutual: {secrecy: pseudonymous, assumed: as we do}}\n") == []
    assert overlaid("ballots: {mutual: {quorum: {absent: true, cite: T-1}}}\n") == []


def test_what_a_ballot_needs_is_not_taken_out() -> None:
    gone = "lifecycles: {pledge: {transitions: {vote: {absent: true, cite: T-1}}}}\n"
    assert any("`ballots.mutual.command` still needs it" in each for each in overlaid(gone))
    gone = "roles: {colleague: {absent: true, cite: T-1}}\n"
    assert any("`ballots.mutual` still needs it" in each for each in overlaid(gone))


# --- who votes, on what ---------------------------------------------------------------------------

PEOPLE = {
    person: Person(person, frozenset({"in_service"}), (Membership(home),))
    for person, home in [("wang", "branch"), ("li", "branch"), ("mo", "branch"), ("zhao", "office")]
}
VIEW = View(
    PEOPLE,
    {
        "branch": Organization("branch", "branch", "office", {"secretary": ("li",)}),
        "office": Organization("office", "office", None, {"secretary": ("zhao",)}),
    },
)


def at(*changes: Change) -> tuple[Desk, Ruleset]:
    desk = Desk(loaded(voting(*changes)), VIEW)
    return desk, desk.policy.tracks["member"]


def rule(name: str, *changes: Change) -> BallotRule:
    return at(*changes)[1].ballots[name]


def test_the_roll_holds_who_holds_a_role_and_who_is_listed_less_the_excluded() -> None:
    desk, rules = at()
    mutual, election = rules.ballots["mutual"], rules.ballots["election"]
    assert roll_of(rules, mutual, desk.state, VIEW, ("li", "rep")) == ("li", "mo", "rep")
    assert roll_of(rules, election, desk.state, VIEW) == ("li", "mo", "wang")


def test_who_only_steps_in_for_a_role_does_not_vote_for_it() -> None:
    desk, rules = at()
    members = rules.roles.members
    assert members("promisor", desk.state, VIEW) == ("wang",)
    assert members("secretary", desk.state, VIEW) == ("li",)
    assert members("above", desk.state, VIEW) == ("zhao",)
    assert members("nobody", desk.state, VIEW) == ()
    vacant = replace(
        VIEW,
        organizations={
            **VIEW.organizations,
            "branch": replace(VIEW.organizations["branch"], posts={}),
        },
    )
    assert members("secretary", desk.state, vacant) == ()


def test_the_terms_are_the_policys() -> None:
    desk, rules = at()
    assert terms_of(rules, rules.ballots["mutual"], desk.state) == Terms(
        Secrecy.UNLINKABLE, ("good", "fair", "poor"), 1, small=3
    )
    assert terms_of(rules, rules.ballots["election"], desk.state) == Terms(Secrecy.OPEN, (), 2)
    desk.do("propose", MON, title=Text("0" * 64))
    desk.do("propose", MON, title=Text("0" * 64))
    desk.do("do", MON, item="commitment/1")
    assert terms_of(rules, rules.ballots["election"], desk.state).choices == ("commitment/2",)
    recorded = at(("small: 3", "small: {below: 3, recorded: true}"))[1]
    assert terms_of(recorded, recorded.ballots["mutual"], desk.state).small == 0
    anywhere = at((", in: todo", ""))[1]
    assert terms_of(anywhere, anywhere.ballots["election"], desk.state).choices == (
        "commitment/1",
        "commitment/2",
    )
    none = replace(rules, evaluation=None)
    assert terms_of(none, rules.ballots["mutual"], desk.state).choices == ()


def test_what_speaks_against_opening() -> None:
    mutual, election = rule("mutual"), rule("election")
    terms = Terms(Secrecy.OPEN, ("a", "b"), 2)
    assert [
        *against_opening(mutual, terms, ("li",)),
        *against_opening(election, terms, ("li",)),
    ] == []
    (nobody,) = against_opening(mutual, terms, ())
    assert (nobody.code, nobody.clauses, nobody.rule) == (
        "nobody_may_vote",
        ("T-2",),
        "ballots.mutual",
    )
    (nothing,) = against_opening(mutual, Terms(Secrecy.OPEN, ()), ("li",))
    assert (nothing.code, nothing.required["at_least"], nothing.found) == (
        "nothing_to_choose",
        1,
        {"choices": 0},
    )
    (few,) = against_opening(election, Terms(Secrecy.OPEN, ("a",), 2), ("li",))
    assert (few.code, few.required["at_least"], few.found) == (
        "nothing_to_choose",
        2,
        {"choices": 1},
    )
    three = rule("election", ("{number: 2, ties", "{number: 3, ties"))
    (few,) = against_opening(three, terms, ("li", "mo"))
    assert (few.code, few.required["at_least"], few.found) == (
        "nothing_to_choose",
        3,
        {"choices": 2},
    )
    four = rule("election", ("{number: 2, ties", "{number: 4, ties"))
    wide = Terms(Secrecy.OPEN, ("a", "b", "c", "d"), 2)
    (unfilled,) = against_opening(four, wide, ("li",))
    assert (unfilled.code, unfilled.required["places"], unfilled.found) == (
        "places_out_of_reach",
        4,
        {"roll": 1, "most": 2},
    )
    assert not list(against_opening(four, wide, ("li", "mo")))
    large = rule("mutual", ("quorum: {share: 1/2", "quorum: {at_least: 3"))
    (beyond,) = against_opening(large, terms, ("li", "mo"))
    assert (beyond.code, beyond.rule, beyond.clauses) == (
        "quorum_out_of_reach",
        "ballots.mutual.quorum",
        ("T-2",),
    )
    assert (beyond.required["at_least"], beyond.found) == (3, {"roll": 2})


@pytest.mark.parametrize(
    ("quorum", "roll", "wanted"),
    [
        ("at_least: 3", 9, 3),
        ("share: 1/2", 9, 5),
        ("share: 1/2", 8, 4),
        ("more_than: 1/2", 8, 5),
        ("more_than: 1/2", 9, 5),
        ("share: 2/3", 9, 6),
        ("share: 1/1", 9, 9),
    ],
)
def test_a_quorum_is_counted_in_whole_people(quorum: str, roll: int, wanted: int) -> None:
    assert rule("mutual", ("quorum: {share: 1/2", f"quorum: {{{quorum}")).quorum_of(roll) == wanted


def test_a_ballot_without_quorum_counts_whoever_comes() -> None:
    assert rule("election").quorum_of(9) == 0
    assert without_quorum(rule("election"), turnout(0)) is None
    gone = rule(
        "mutual",
        ("quorum: {share: 1/2, cite", "quorum: {cite"),
        ("cite: T-2}\n    closes", "at_least: 1, cite: T-2}\n    closes"),
    )
    assert gone.quorum_of(3) == 1


def test_a_policy_that_lost_its_quorums_number_asks_for_nobody() -> None:
    """As when a value is taken out to see which scenario notices."""
    text = voting(("quorum: {share: 1/2, cite", "quorum: {cite"))
    policy = build(resolve([read(text, PATH)], on=None, ordinal=1), known=KNOWN, checked=False)
    assert policy.tracks["member"].ballots["mutual"].quorum_of(9) == 0


def test_a_policy_that_lost_the_command_has_no_field_for_its_tally() -> None:
    text = voting(("    command: vote\n", "    command: gone\n"))
    policy = build(resolve([read(text, PATH)], on=None, ordinal=1), known=KNOWN, checked=False)
    assert policy.tracks["member"].ballots["mutual"].tally == ""


def turnout(voted: int, roll: int = 5) -> Turnout:
    return Turnout(BallotId(StreamId("town", "2025", "wang"), "mutual"), roll, voted, MON)


def test_too_few_voters_make_it_count_for_nothing() -> None:
    why = without_quorum(rule("mutual"), turnout(2))
    assert why is not None
    assert (why.code, why.required["at_least"], why.found) == (
        "no_quorum",
        3,
        {"votes": 2, "roll": 5},
    )
    assert without_quorum(rule("mutual"), turnout(3)) is None


def test_it_stays_open_for_as_long_as_the_policy_says() -> None:
    why = against_closing(rule("mutual"), MON, FRI)
    assert why is not None
    assert (why.code, why.ruling, why.remedy) == (
        "ballot_runs",
        Ruling.NOT_YET,
        (RemedyStep("", not_before=date(2025, 3, 10)),),
    )
    assert against_closing(rule("mutual"), MON, date(2025, 3, 10)) is None
    assert against_closing(rule("election"), MON, MON) is None
    assert against_closing(rule("election"), FRI, MON) is not None


def test_what_a_box_refuses_is_refused_by_the_ballots_clauses() -> None:
    why = reason_of(rule("election"), NotOnRollError("x", ("mo",)))
    assert (why.code, why.rule, why.clauses) == ("not_on_the_roll", "ballots.election", ("T-3",))
    assert (why.ruling, why.found) == (Ruling.NOT_AUTHORIZED, {"voters": ("mo",)})


TIES = [
    ("none", {"a": 3, "b": 2, "c": 1}, Elected(("a", "b"))),
    ("none", {"a": 1, "b": 2, "c": 2}, Elected(("b", "c"))),
    ("none", {"a": 3, "b": 2, "c": 2}, Elected(("a",), ("b", "c"))),
    ("runoff", {"a": 2, "b": 2, "c": 2}, Elected((), ("a", "b", "c"))),
    ("earlier", {"a": 3, "b": 2, "c": 2}, Elected(("a", "b"))),
    ("earlier", {"a": 0, "b": 2, "c": 0}, Elected(("b",))),
    ("none", {"a": 0, "b": 0, "c": 0}, Elected()),
    ("none", {}, Elected()),
]


@pytest.mark.parametrize(("ties", "votes", "wanted"), TIES)
def test_places_go_to_whoever_has_most_votes(
    ties: str, votes: dict[str, int], wanted: Elected
) -> None:
    assert elected(rule("election", ("ties: runoff", f"ties: {ties}")), votes) == wanted


def test_nobody_is_elected_where_there_are_no_places() -> None:
    assert elected(rule("mutual"), {"good": 3}) == Elected()


def test_the_command_gets_what_the_box_has_counted() -> None:
    count = Count(turnout(3), {"good": 2, "poor": 1})
    assert filled(rule("mutual"), count, Elected()) == {
        "votes": {"good": 2, "poor": 1},
        "present": 3,
        "entitled": 5,
    }
    assert filled(rule("mutual"), replace(count, votes=None), Elected()) == {
        "present": 3,
        "entitled": 5,
    }
    won = filled(
        rule("election"), Count(turnout(3), {"commitment/1": 2}), Elected(("commitment/1",))
    )
    assert won == {"ayes": {"commitment/1": 2}, "chosen": ("commitment/1",)}
    assert filled(rule("election"), Count(turnout(3), {"a": 0}), Elected()) == {"ayes": {"a": 0}}


@pytest.mark.parametrize(
    ("terms", "marks", "fine"),
    [
        (Terms(Secrecy.OPEN, ("a", "b")), ("a",), True),
        (Terms(Secrecy.OPEN, ("a", "b")), (), False),
        (Terms(Secrecy.OPEN, ("a", "b"), blank=True), (), True),
        (Terms(Secrecy.OPEN, ("a", "b")), ("a", "b"), False),
        (Terms(Secrecy.OPEN, ("a", "b"), 2), ("a", "b"), True),
        (Terms(Secrecy.OPEN, ("a", "b"), 2), ("a", "a"), False),
        (Terms(Secrecy.OPEN, ("a", "b"), 2), ("c",), False),
    ],
)
def test_a_voter_marks_so_many_known_choices_each_once(
    terms: Terms, marks: tuple[str, ...], fine: bool
) -> None:
    assert terms.accept(marks) is fine


# --- the command that records it ------------------------------------------------------------------

VOTE: dict[str, Any] = {"votes": {"good": 2, "poor": 1}, "present": 3, "entitled": 5}
GUARDED: list[tuple[dict[str, Any], str | None, Any, Any]] = [
    ({}, None, None, None),
    ({"votes": {}}, "too_few_votes", {"votes": 0}, {"votes": None}),
    ({"present": 2}, "too_many_votes", {"votes": 3, "most": 2, "present": 2}, {"present": 3}),
    (
        {"votes": {"good": 4}},
        "too_many_votes",
        {"votes": 4, "most": 3, "present": 3},
        {"present": 4},
    ),
    ({"entitled": 2}, "too_many_present", {"present": 3, "entitled": 2}, {"entitled": 3}),
    (
        {"entitled": 7},
        "too_small_a_share",
        {"present": 3, "entitled": 7, "least": 4},
        {"present": 4},
    ),
    ({"entitled": 6}, None, None, None),
]


@pytest.mark.parametrize(("said", "code", "found", "again"), GUARDED)
def test_a_tally_is_held_against_who_came_and_who_might_have(
    said: dict[str, Any], code: str | None, found: Any, again: Any
) -> None:
    desk, _ = at()
    fields = {**VOTE, **said}
    if code is None:
        desk.do("vote", FRI, "li/secretary", **fields)
        return
    (why,) = desk.why("vote", FRI, "li/secretary", **fields)
    assert (why.code, why.found, why.remedy) == (code, found, (RemedyStep("vote", fields=again),))


def test_votes_are_not_held_against_a_number_that_is_not_given() -> None:
    desk, _ = at(("      present: integer\n", "      present: {type: integer, required: false}\n"))
    (why,) = desk.why("vote", FRI, "li/secretary", votes={"good": 1}, entitled=5)
    assert (why.code, why.found) == ("voters_of_unknown_number", {"fields": ("present",)})
    assert why.remedy == (RemedyStep("vote", fields={"present": None}),)
    (why,) = desk.why("vote", FRI, "li/secretary", votes={"good": 1}, entitled=5, present=True)
    assert why.code == "voters_of_unknown_number"


def test_without_a_share_it_is_enough_that_there_are_not_too_many() -> None:
    desk, _ = at((", of: entitled, share: 1/2", ""))
    desk.do("vote", MON, "li/secretary", **{**VOTE, "entitled": 9})
    desk, _ = at((", share: 1/2", ""))
    desk.do("vote", MON, "li/secretary", **{**VOTE, "entitled": 900})
    desk, _ = at(("present: present, of: entitled, share: 1/2", "marks: 1"))
    desk.do("vote", MON, "li/secretary", **{**VOTE, "present": 0})


def test_who_marks_several_casts_so_many_votes() -> None:
    desk, _ = at(("present: present, of: entitled, share: 1/2", "present: present, marks: 2"))
    desk.do("vote", MON, "li/secretary", votes={"good": 3, "poor": 3}, present=3, entitled=5)
    (why,) = desk.why(
        "vote", FRI, "li/secretary", votes={"good": 3, "fair": 3, "poor": 1}, present=3, entitled=5
    )
    assert (why.found, why.remedy[0].fields) == (
        {"votes": 7, "most": 6, "present": 3},
        {"present": 4},
    )


def test_only_items_that_there_are_get_votes() -> None:
    desk, _ = at()
    desk.do("propose", MON, title=Text("0" * 64))
    desk.do("elect", MON, "li/secretary", ayes={"commitment/1": 3})
    desk.do("elect", MON, "li/secretary")
    (why,) = desk.why("elect", MON, "li/secretary", ayes={"commitment/1": 3, "commitment/2": 1})
    assert (why.code, why.rule, why.found) == (
        "unknown_item",
        "commands.elect.fields.ayes",
        {"item": "commitment/2"},
    )
    (why,) = desk.why("elect", MON, "li/secretary", ayes={"good": 1})
    assert why.found == {"item": "good"}
    desk.do("elect", MON, "li/secretary", ayes=3)  # what is no tally at all never comes this far


def test_what_may_be_said_of_votes_is_found_by_trying() -> None:
    enough = "      elect: {source: open, stays: true, by: [secretary, above], guards: {g: {is: tally, field: ayes, at_least: 2, cite: T-2}}, cite: T-2}\n"
    desk, _ = at(
        ("      elect: {source: open, stays: true, by: [secretary, above], cite: T-2}\n", enough)
    )
    offered = permitted(desk.policy, desk.state, "li", MON, Facts(MON, VIEW))
    assert offered["vote", "pledge"].permitted
    assert not offered["elect", "pledge"].permitted  # there is nobody to vote for
    desk.do("propose", MON, title=Text("0" * 64))
    offered = permitted(desk.policy, desk.state, "li", MON, Facts(MON, VIEW))
    assert offered["elect", "pledge"].permitted
    example = offered.example("elect", "pledge")
    assert example.fields["ayes"] == {"commitment/1": 2}


def test_as_few_votes_are_tried_as_may_be_counted() -> None:
    """All for one item: more than that, and there were not voters enough."""
    fields = (
        "      ayes: {type: tally, of: commitment, required: false}\n",
        "      ayes: {type: tally, of: commitment}\n      came: integer\n",
    )
    old = "      elect: {source: open, stays: true, by: [secretary, above], cite: T-2}\n"
    guards = "{g: {is: tally, field: ayes, at_least: 2, present: came, cite: T-2}, h: {is: said, fields: {came: 2}, cite: T-2}}"
    desk, _ = at(fields, (old, old.replace(", cite", f", guards: {guards}, cite")))
    for _ in range(3):
        desk.do("propose", MON, title=Text("0" * 64))
    offered = permitted(desk.policy, desk.state, "li", MON, Facts(MON, VIEW))
    example = offered.example("elect", "pledge")
    assert example.fields["ayes"] == {"commitment/1": 2, "commitment/2": 0, "commitment/3": 0}


def test_votes_for_items_are_said_by_their_numbers() -> None:
    _, rules = at()
    said = intake(rules, "elect", {"ayes": {"1": 3, "commitment/2": 0}}, Text)
    assert said == {"ayes": {"commitment/1": 3, "commitment/2": 0}}
    with pytest.raises(InvalidCommandError, match="`ayes` counts votes: no number can be below"):
        intake(rules, "elect", {"ayes": {"1": -3}}, Text)


def test_a_tally_may_have_choices_of_its_own() -> None:
    change = (
        "votes: {type: tally, required: false}",
        "votes: {type: tally, required: false, choices: {aye: {zh: 赞成, en: aye}, nay: {zh: 反对, en: nay}}, cite: T-1}",
    )
    none = "  tiers: {good: {zh: 好, en: good}, fair: {zh: 中, en: fair}, poor: {zh: 差, en: poor}}\n  grade: {command: grade, cite: T-1}\n"
    assert problems(voting(change, (none, "  tiers: {}\n"))) == []
    desk, rules = at(change)
    assert terms_of(rules, rules.ballots["mutual"], desk.state).choices == ("aye", "nay")
    gone = replace(rules, commands={})
    assert choices_of(gone, rules.ballots["mutual"]) == ("good", "fair", "poor")
