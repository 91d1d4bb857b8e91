"""Indicators: what counts, what does not, until when, and what missing data does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.states import State
from pledgeflow.errors import DirectoryError, PledgeflowError, PolicyError
from pledgeflow.policy.duties.owing import Owed
from pledgeflow.policy.language.numbers import Rounding, rounded
from pledgeflow.policy.measuring.measured import Count, Measured
from pledgeflow.policy.measuring.metering import Meter
from tests.measures import POLICY, Town, written

KEPT = "    aside: carried\n"


def town(tmp_path: Path, *changes: tuple[str, str]) -> Town:
    return Town(written(tmp_path, *changes))


def shares(found: dict[str, Measured] | object, *names: str) -> dict[str, str]:
    assert isinstance(found, dict)
    return {name: f"{found[name].numerator}/{found[name].denominator}" for name in names}


def test_an_item_counts_from_when_it_was_promised_and_goes_on_counting(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.promised("an", "do", "drop", "")
    made.do("an", "propose", "2025-01-05", title="never promised")
    kept = made.engine.indicators("town", "2025")["kept"]
    assert (kept.value, kept.denominator, kept.left_out) == (Fraction(1, 3), 3, 0)
    assert kept.shown == Decimal("0.3333")


def test_what_is_put_aside_does_not_count_and_is_said(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.promised("an", "do", "carry")
    made.promised("bo", "carry")
    kept = made.engine.indicators("town", "2025")["kept"]
    assert kept.value == 1
    assert (dict(kept.count.aside), kept.count.missing, kept.left_out) == ({"carried": 2}, 0, 2)


def test_it_is_looked_at_as_of_a_day(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.promised("an", "do", "")
    for on, expected in [
        ("2025-01-01", "0/0"),
        ("2025-01-03", "0/0"),
        ("2025-05-31", "0/2"),
        ("2025-06-01", "1/2"),
    ]:
        found = made.engine.indicators("town", "2025", on=date.fromisoformat(on))
        assert shares(found, "kept") == {"kept": expected}, on


def test_nothing_to_share_is_no_share_of_nothing(tmp_path: Path) -> None:
    kept = town(tmp_path).engine.indicators("town", "2025")["kept"]
    assert (kept.value, kept.shown, kept.numerator) == (None, None, 0)
    assert kept.clauses == ()


@pytest.mark.parametrize(
    ("missing", "expected", "left_out"), [("left_out", "1/1", 1), ("zero", "1/2", 0)]
)
def test_a_pledge_in_which_nothing_counts(
    tmp_path: Path, missing: str, expected: str, left_out: int
) -> None:
    made = town(tmp_path, (KEPT, f"{KEPT}    missing: {missing}\n"))
    made.promised("an", "do")
    made.do("bo", "open")
    kept = made.engine.indicators("town", "2025")["kept"]
    assert f"{kept.numerator}/{kept.denominator}" == expected
    assert (kept.count.missing, kept.left_out) == (1, left_out)


def test_everybody_who_has_to_pledge_is_asked_and_nobody_else(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.do("an", "open")
    made.do("fu", "open")
    joined = made.engine.indicators("town", "2025")["joined"]
    # an, bo, chen, ding, gu; `fu` need not, and `nowhere` is left out.
    assert (joined.numerator, joined.denominator, joined.count.missing) == (1, 5, 1)


def test_who_is_nowhere_may_count_as_not_taking_part(tmp_path: Path) -> None:
    changed = ("is: participation, assumed", "is: participation, missing: zero, assumed")
    joined = town(tmp_path, changed).engine.indicators("town", "2025")["joined"]
    assert (joined.numerator, joined.denominator) == (0, 6)


def test_who_left_after_pledging_was_there(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.do("an", "open")
    made.moves("an", kinds=["serving"])
    joined = made.engine.indicators("town", "2025")["joined"]
    assert (joined.numerator, joined.denominator, joined.count.missing) == (1, 5, 1)


def test_a_stage_s_end_cuts_off_and_tracks_narrow_down(tmp_path: Path) -> None:
    made = town(tmp_path)
    for who, on in [("an", "2025-03-31"), ("bo", "2025-04-01"), ("ding", "2025-03-01")]:
        made.do(who, "open")
        made.do(who, "publish", on)
    shown = made.engine.indicators("town", "2025")["shown"]
    assert shown.as_of == date(2025, 3, 31)
    assert (shown.numerator, shown.denominator) == (1, 4)
    early = made.engine.indicators("town", "2025", on=date(2025, 2, 28))["shown"]
    assert (early.as_of, early.numerator) == (date(2025, 2, 28), 0)


@pytest.mark.parametrize("cut", ['"06-30"', "next 06-30"])
def test_a_day_of_the_cycle_cuts_off(tmp_path: Path, cut: str) -> None:
    made = town(tmp_path, (KEPT, f"{KEPT}    as_of: {cut}\n"))
    wanted = date(2025, 6, 30) if cut == '"06-30"' else date(2026, 1, 1)
    assert made.engine.indicators("town", "2025")["kept"].as_of == wanted


def test_the_public_takes_part_where_it_was_heard(tmp_path: Path) -> None:
    made = town(tmp_path)
    for who in ("an", "bo", "chen"):
        made.do(who, "open")
    made.do("an", "heard")
    made.do("bo", "consult")
    assert shares(made.engine.indicators("town", "2025"), "heard") == {"heard": "1/3"}


def test_openness_is_what_was_shown_of_what_was_to_be(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.do("an", "open")
    made.do("an", "publish", "2025-02-02")
    made.do("an", "tell", "2025-02-03")
    made.do("bo", "open")
    made.do("bo", "tell", "2025-02-03")
    assert shares(made.engine.indicators("town", "2025"), "open") == {"open": "3/4"}


def test_openness_counts_each_time_that_something_was_due_from_whom_it_was_due(
    tmp_path: Path,
) -> None:
    old = "    means: [publication, announcement]\n"
    made = town(tmp_path, (old, "    duties: [asking, leading]\n"))
    for who in ("an", "ding"):
        made.do(who, "open", "2025-01-02")
    made.do("an", "consult", "2025-01-31")
    made.do("an", "consult", "2025-03-01")
    made.do("ding", "publish", "2025-02-20")
    # Of `an` two of three months; of `ding` one before it was shown, and to lead, if late.
    assert shares(made.engine.indicators("town", "2025"), "open") == {"open": "3/5"}
    early = made.engine.indicators("town", "2025", on=date(2025, 2, 15))
    assert shares(early, "open") == {"open": "1/3"}
    both = town(tmp_path / "both", (old, f"{old}    duties: asking\n"))
    both.do("an", "open", "2025-01-02")
    both.do("an", "publish", "2025-02-20")
    assert shares(both.engine.indicators("town", "2025"), "open") == {"open": "1/3"}


@pytest.mark.parametrize(("missing", "expected"), [("left_out", "1/2"), ("zero", "1/4")])
def test_only_pledges_among_those_meant_count(tmp_path: Path, missing: str, expected: str) -> None:
    old = "    means: [publication, announcement]\n"
    made = town(tmp_path, (old, f"{old}    among: shown\n    missing: {missing}\n"))
    for who in ("an", "bo"):
        made.do(who, "open")
    made.do("an", "publish", "2025-02-02")
    assert shares(made.engine.indicators("town", "2025"), "open") == {"open": expected}


def test_satisfied_votes_are_a_share_of_all_and_the_last_ballot_counts(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.promised("an", "", "do")
    made.do("an", "ballot", "2025-03-01", votes={"good": 0, "poor": 9})
    made.do("an", "ballot", "2025-03-02", votes={"good": 3, "fair": 1, "poor": 1})
    made.do("an", "ballot", "2025-06-01", votes={"good": 2}, item=2)
    made.promised("bo")
    found = made.engine.indicators("town", "2025")["content"]
    assert (found.numerator, found.denominator, found.left_out) == (5, 7, 1)


def test_all_ballots_may_count_and_a_ballot_without_votes_counts_as_missing(
    tmp_path: Path,
) -> None:
    made = town(
        tmp_path, ("    field: votes\n", "    field: votes\n    records: all\n    missing: zero\n")
    )
    made.do("an", "open")
    made.do("an", "ballot", "2025-03-01", votes={"good": 1, "poor": 2})
    made.do("an", "ballot", "2025-03-02", votes={"good": 2})
    made.do("bo", "open")
    made.do("bo", "ballot", "2025-03-02", votes={})
    found = made.engine.indicators("town", "2025")["content"]
    assert (found.numerator, found.denominator, found.left_out) == (3, 6, 0)


@pytest.mark.parametrize(
    ("command", "field", "satisfied", "said"),
    [
        ("poll", "votes", "{choices: glad}", {"glad": 2, "sad": 1}),
        ("answer", "mood", "{choices: [glad]}", "glad"),
        ("grade", "tier", "{tiers: [good, fair]}", "fair"),
    ],
)
def test_votes_are_tallies_of_choices_or_single_answers(
    tmp_path: Path, command: str, field: str, satisfied: str, said: object
) -> None:
    old = "command: ballot\n    field: votes\n    satisfied: {tiers: [good]}"
    new = f"command: {command}\n    field: {field}\n    satisfied: {satisfied}"
    made = town(tmp_path, (old, new))
    made.do("an", "open")
    made.do("an", command, "2025-02-01", **{field: said})
    expected = "2/3" if command == "poll" else "1/1"
    assert shares(made.engine.indicators("town", "2025"), "content") == {"content": expected}


def test_a_tally_of_choices_takes_no_other(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.do("an", "open")
    with pytest.raises(PledgeflowError, match="votes"):
        made.do("an", "poll", votes={"good": 1})


def test_an_answer_that_was_left_out_is_no_vote(tmp_path: Path) -> None:
    made = town(
        tmp_path,
        (
            "command: ballot\n    field: votes\n    satisfied: {tiers: [good]}",
            "command: grade\n    field: tier\n    satisfied: {tiers: [good]}",
        ),
        ("fields: {tier: tier}", "fields: {tier: {type: tier, required: false}}"),
    )
    made.do("an", "open")
    made.do("an", "grade")
    assert made.engine.indicators("town", "2025")["content"].denominator == 0


def test_by_organization_by_subtree_and_by_promisor(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.promised("an", "do", "")
    made.promised("chen", "do")
    made.promised("ding", "")
    engine = made.engine
    assert shares(engine.indicators("town", "2025", organization="east"), "kept", "joined") == {
        "kept": "1/2",
        "joined": "1/2",
    }
    assert shares(engine.indicators("town", "2025", organization="county"), "kept") == {
        "kept": "0/1"
    }
    whole = engine.indicators("town", "2025", organization="county", subtree=True)
    assert shares(whole, "kept", "joined") == {"kept": "2/4", "joined": "3/5"}
    own = engine.indicators("town", "2025", promisor="an")
    assert shares(own, "kept", "joined") == {"kept": "1/2", "joined": "1/1"}
    each = engine.indicators_by("town", "2025", "promisor", organization="east")
    assert {who: shares(found, "kept", "joined") for who, found in each.items()} == {
        "an": {"kept": "1/2", "joined": "1/1"},
        "bo": {"kept": "0/0", "joined": "0/1"},
    }
    by = engine.indicators_by("town", "2025", "organization")
    assert {name: shares(found, "kept") for name, found in by.items()} == {
        "": {"kept": "0/0"},
        "county": {"kept": "0/1"},
        "east": {"kept": "1/2"},
        "team": {"kept": "0/0"},
        "west": {"kept": "1/1"},
    }
    with pytest.raises(DirectoryError, match="no organization `north`; there is `county`"):
        engine.indicators("town", "2025", organization="north")
    with pytest.raises(DirectoryError, match="nobody and no organization is called `hu`"):
        engine.indicators("town", "2025", promisor="hu")


def test_who_moved_is_counted_where_they_are_and_the_pledge_where_it_was_made(
    tmp_path: Path,
) -> None:
    made = town(tmp_path)
    made.promised("an", "do")
    made.moves("an", kinds=["serving"], member_of="west")
    west = made.engine.indicators("town", "2025", organization="west")
    assert shares(west, "kept", "joined") == {"kept": "0/0", "joined": "1/2"}


def test_a_pledge_that_one_of_two_has_signed_has_begun(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.do("an", "join")
    assert made.engine.indicators("town", "2025")["joined"].numerator == 1


def test_only_the_pledges_of_some_tracks_count(tmp_path: Path) -> None:
    made = town(tmp_path, (KEPT, f"{KEPT}    tracks: chief\n"))
    made.promised("an", "do")
    made.promised("ding", "")
    assert shares(made.engine.indicators("town", "2025"), "kept") == {"kept": "0/1"}


def test_an_item_that_came_later_does_not_count_yet(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.promised("an", "")
    made.do("an", "propose", "2025-05-01", title="later")
    made.do("an", "promise", "2025-05-01", item=2)
    found = made.engine.indicators("town", "2025", on=date(2025, 4, 30))
    assert shares(found, "kept") == {"kept": "0/1"}


YEAR = """\
  unit_year:
    label: {zh: 年度, en: year}
    aggregate: year
    match: {organization: {branch: true}}
    assumed: each has one
    rules:
      commands:
        survey:
          means: evaluation
          label: {zh: 测评, en: survey}
          fields: {votes: {type: tally, choices: {glad: {zh: 喜, en: glad}}, open: true}}
      lifecycles:
        year:
          label: {zh: 年度, en: year}
          initial: running
          final: [over]
          states: {running: {zh: 开, en: running}, over: {zh: 完, en: over}}
          transitions:
            survey: {source: running, stays: true, by: neighbour, assumed: asked}
            end: {source: running, dest: over, after: {period: P1Y}, assumed: ends}
roles:
"""


def test_votes_count_in_an_organization_s_year_and_nothing_else_does(tmp_path: Path) -> None:
    changed = votes(ballot="[poll, survey]", tiers="choices", good="glad")
    made = town(tmp_path, ("roles:\n", YEAR), changed)
    made.do("an", "open")
    step = {"do": "survey", "actor": "an", "capacity": "neighbour", "on": date(2026, 1, 1)}
    made.engine.do("town/2025/east@year", {**step, "votes": {"glad": 3, "sad": 1}})
    made.engine.do("town/2025/west@year", {**step, "actor": "fu", "votes": {}})
    found = made.engine.indicators("town", "2025")
    assert shares(found, "content", "joined", "open") == {
        "content": "3/4",
        "joined": "1/5",
        "open": "0/2",
    }
    assert found["content"].left_out == 1


def test_a_pledge_that_began_with_what_was_carried_over_has_begun(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.promised("an", "carry")
    made.engine.open_cycle("town", "counted", cycle="2026")
    made.engine.clock = lambda: date(2026, 2, 1)
    made.engine.do(
        "town/2026/an",
        {"do": "open", "actor": "an", "capacity": "promisor", "on": date(2026, 2, 1)},
    )
    found = made.engine.indicators("town", "2026")
    assert shares(found, "kept", "joined") == {"kept": "0/1", "joined": "1/5"}


def nothing(state: State, until: date) -> tuple[Owed, ...]:  # noqa: ARG001 (of nobody)
    """Nothing is owed."""
    return ()


def test_a_cut_off_that_lost_its_stage_is_the_day_asked_about(tmp_path: Path) -> None:
    policy = written(tmp_path).load("counted")
    on = date(2025, 5, 1)
    assert policy.document.cycle is not None
    for changed in (None, policy.document.cycle.model_copy(update={"stages": {}})):
        bare = policy.document.model_copy(update={"cycle": changed})
        meter = Meter(replace(policy, document=bare), Cycle("2025", date(2025, 1, 1)), on, nothing)
        assert meter.as_of(meter.rules["shown"]) == on


@pytest.mark.parametrize(
    ("value", "places", "rounding", "shown"),
    [
        ("1/2", 0, "half_up", "1"),
        ("1/2", 0, "half_even", "0"),
        ("3/2", 0, "half_even", "2"),
        ("1/2", 0, "down", "0"),
        ("1/8", 2, "half_up", "0.13"),
        ("1/8", 2, "half_even", "0.12"),
        ("2/3", 2, "half_even", "0.67"),
        ("2/3", 2, "down", "0.66"),
        ("1/3", 4, "half_up", "0.3333"),
        ("1", 4, "down", "1.0000"),
        ("499999999999/1000000000000", 0, "half_up", "0"),
    ],
)
def test_a_share_is_rounded_once_and_as_said(
    value: str, places: int, rounding: Rounding, shown: str
) -> None:
    assert str(rounded(Fraction(value), places, rounding)) == shown


def test_counts_add_up() -> None:
    one, two = Count(1, 2, {"a": 1}, 1), Count(0, 3, {"a": 1, "b": 2})
    assert one + two == two + one == Count(1, 5, {"a": 2, "b": 2}, 1)


def mistakes(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        written(tmp_path, *changes).load("counted")
    return [f"{problem.line}: {problem.message}" for problem in refused.value.problems]


VOTES = "command: ballot\n    field: votes\n    satisfied: {tiers: [good]}"
PUBLIC = "of: pledges\n    means: consultation\n    by: neighbour"
JOINED = "is: participation, assumed: who has to"
SHOWN = "    state: shown\n"


def votes(**changes: str) -> tuple[str, str]:
    """What `VOTES` becomes with some of its words replaced."""
    changed = VOTES
    for old, new in changes.items():
        changed = changed.replace(old, new)
    return VOTES, changed


BAD = [
    ("of: commitment", "of: pledge", "there is no lifecycle of items `pledge`"),
    ("counted: promised", "counted: pledged", "there is no state `pledged`"),
    ("fulfilled: done", "fulfilled: gone", "there is no state `gone`"),
    ("fulfilled: done", "fulfilled: [done, carried]", "`carried` is fulfilled too"),
    ("aside: carried", "aside: dropped", "a promise that is taken back becomes `dropped`"),
    ("fulfilled: done", "fulfilled: dropped", "a promise that is taken back becomes `dropped`"),
    ("stage: promise}", "stage: promises}", "there is no stage `promises`"),
    ("stage: promise}", "stage: endless}", "`endless` has no end; give it `until:`"),
    ("stage: promise}", "stage: promise, day: 03-31}", "say until when it counts"),
    ("as_of: {stage: promise}", "as_of: soon", "write a day of the year as MM-DD"),
    ("tracks: [member]", "tracks: [all]", "there is no track `all`"),
    (SHOWN, "    state: bright\n", "there is no state of a pledge `bright`"),
    ("by: neighbour\n", "by: nobody\n", "there is no role `nobody`"),
    ("consultation\n    by", "help\n    by", "no step that somebody can take means `help`"),
    ("consultation\n    by", "consulting\n    by", "`consulting` is not possible here; write"),
    ("consultation\n    by", "{a: {}}\n    by", "heard.means: write one id or a list of ids"),
    ("[publication, announcement]", "[help]", "no step that somebody can take means `help`"),
    ("[publication, announcement]", "[]", "say under `means:` or `duties:` by what"),
    ("announcement]\n", "announcement]\n    duties: telling\n", "there is no duty `telling`"),
    (*votes(ballot="vote"), "there is no command that somebody can give `vote`"),
    (*votes(votes="tally"), "`ballot` has no field `tally` that holds votes"),
    (*votes(ballot="propose", votes="title"), "`propose` has no field `title` that holds votes"),
    (*votes(good="best"), "there is no tier `best`"),
    (*votes(ballot="poll", tiers="choices"), "there is no choice of `votes` `good`"),
    (*votes(good="good], choices: [glad"), "name either `tiers:` or `choices:`"),
    ("is: fulfilment", "is: fulfillment", "`fulfillment` is not possible under `is:`"),
    ("    is: fulfilment\n", "", "say under `is:` what kind of thing this is"),
    (SHOWN, f"{SHOWN}    means: consultation\n", "say by `state:` or by `means:`"),
    (PUBLIC, "of: pledges\n    state: shown\n    by: neighbour", "`by:` says who took a step"),
    (PUBLIC, "of: pledges", "every pledge has begun"),
    (JOINED, f"among: [open], {JOINED}", "`among:` narrows down pledges"),
    (JOINED, "is: participation", "say what this rests on"),
    ("assumed: what was promised", "cite: X-1", "there is no clause in the register `X-1`"),
]


@pytest.mark.parametrize(("old", "new", "message"), BAD)
def test_what_cannot_be_counted_is_refused_where_it_is_written(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    (found,) = mistakes(tmp_path, (old, new))
    line = int(found.partition(":")[0])
    assert message in found
    assert line > POLICY.partition("indicators:")[0].count("\n")


def test_votes_for_items_are_of_nobody_who_is_satisfied(tmp_path: Path) -> None:
    old = "required: false}, votes: tally}"
    new = "required: false}, votes: {type: tally, of: commitment}}"
    (found,) = mistakes(tmp_path, (old, new))
    assert "`ballot` has no field `votes` that holds votes" in found


def test_choices_that_are_open_may_be_named_freely(tmp_path: Path) -> None:
    changes = (
        votes(ballot="answer", votes="mood", **{"tiers: [good]": "choices: [merry]"}),
        ("en: sad}}, assumed: two}\n  grade", "en: sad}}, open: true}\n  grade"),
    )
    made = town(tmp_path, *changes)
    made.do("an", "open")
    made.do("an", "answer", mood="merry")
    assert made.engine.indicators("town", "2025")["content"].value == 1


def test_a_policy_only_to_build_on_counts_what_others_have(tmp_path: Path) -> None:
    head = POLICY[: POLICY.index("cycle:")].replace("title:", "abstract: true\ntitle:")
    (tmp_path / "counted").mkdir()
    tail = POLICY[POLICY.index("indicators:") :]
    (tmp_path / "counted" / "policy.yaml").write_text(head + tail, encoding="utf-8")
    assert "kept" in Catalogue((tmp_path,)).load("counted").document.indicators


def test_an_indicator_is_changed_and_taken_out_by_an_overlay(tmp_path: Path) -> None:
    catalogue = written(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "policy.yaml").write_text(
        "policy: own\nextends: counted\nindicators:\n"
        "  kept: {missing: zero, assumed: stricter}\n"
        "  open: {absent: true, assumed: not here}\n",
        encoding="utf-8",
    )
    policy = catalogue.load("own")
    assert "open" not in policy.document.indicators
    kept = policy.document.indicators["kept"]
    assert (kept.missing, kept.assumed, kept.is_) == ("zero", "stricter", "fulfilment")
