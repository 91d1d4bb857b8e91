"""Grades that are worked out: by each method, from which records, and what is refused and why."""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from pledgeflow.assurance.renaming import renamed
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import Lang
from pledgeflow.cli.telling import Teller
from pledgeflow.decision import permitted
from pledgeflow.domain.commands import Annul, Correct
from pledgeflow.domain.events import Graded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.serialisation import decode, encode
from pledgeflow.errors import PolicyError
from pledgeflow.policy.judging.grading import graded as graded_by
from pledgeflow.policy.language.json_schema import json_schema
from pledgeflow.policy.language.methods import Instead, WeightedMean
from pledgeflow.policy.saying.wording import say
from tests.channels import MEAN, MEDIAN, SHARE, TIERS, WORST, channels
from tests.tiny import FRI, MON, THU, TUE, Desk, loaded, problem_at, problems

LEADER, SETTLER, ABOVE = "li/secretary", "li/secretary", "zhao/above"


REGISTER = "document: {zh: 甲, en: a}\nclauses:\n" + "".join(
    f"  T-{n}: {{force: must, kind: k, gist: {{zh: 一, en: one}}}}\n" for n in (1, 2, 3)
)


def desk(method: str, *changes: tuple[str, str]) -> Desk:
    return Desk(loaded(channels(method, *changes)), today=FRI)


def graded(made: Desk) -> Graded:
    (event,) = [e for e in made.do("settle", THU, SETTLER) if isinstance(e, Graded)]
    return event


def heard(
    made: Desk, own: str | None, votes: tuple[int, int, int] | None, lead: str | None
) -> Desk:
    if own is not None:
        made.do("own", MON, tier=own)
    if votes is not None:
        made.do("vote", MON, LEADER, votes=dict(zip(("good", "fair", "poor"), votes, strict=True)))
    if lead is not None:
        made.do("lead", MON, LEADER, tier=lead)
    return made


@pytest.mark.parametrize(
    ("own", "votes", "lead", "tier", "mean"),
    [
        ("good", (1, 0, 0), "good", "good", "100.00"),
        ("good", (1, 1, 0), "fair", "fair", "83.50"),
        ("fair", (3, 1, 0), "fair", "fair", "81.25"),
        ("good", (2, 1, 0), "fair", "good", "86.00"),
        ("poor", (0, 1, 2), "poor", "poor", "45.00"),
        ("good", (2, 0, 1), "poor", "fair", "72.00"),
    ],
)
def test_a_weighted_mean(
    own: str, votes: tuple[int, int, int], lead: str, tier: str, mean: str
) -> None:
    event = graded(heard(desk(MEAN), own, votes, lead))
    assert (event.tier, str(event.basis[""])) == (tier, mean)
    assert set(event.basis) == {"self", "public", "leader", ""}
    assert decode(encode(event)) == event


@pytest.mark.parametrize(
    ("ties", "places", "tier"), [("better", 0, "good"), ("worse", 0, "fair"), ("better", 2, "fair")]
)
def test_a_mean_is_rounded_before_it_meets_a_bound(ties: str, places: int, tier: str) -> None:
    more = f"      ties: {ties}\n      places: {places}\n"
    made = heard(desk(MEAN + more, ("good: 85", "good: 84")), "good", (1, 1, 0), "fair")
    event = graded(made)
    assert (event.tier, event.basis[""]) == (tier, Decimal("83.5").quantize(Decimal(10) ** -places))


def test_the_precision_that_a_host_has_set_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 2
        assert str(graded(heard(desk(MEAN), "good", (1, 1, 0), "fair")).basis[""]) == "83.50"


def test_a_score_is_itself() -> None:
    changed = ("{command: lead, field: tier, weight", "{command: mark, field: points, weight")
    made = heard(desk(MEAN, changed), "good", (1, 0, 0), None)
    made.do("mark", MON, LEADER, points=Decimal("12.5"))
    assert graded(made).basis["leader"] == Decimal("12.50")


@pytest.mark.parametrize(
    ("own", "votes", "lead", "tier"),
    [
        ("good", (0, 0, 1), "good", "good"),
        ("good", (0, 1, 0), "poor", "fair"),
        ("poor", (0, 0, 3), "good", "poor"),
        ("good", (1, 1, 1), "poor", "fair"),
    ],
)
def test_the_tier_in_the_middle(
    own: str, votes: tuple[int, int, int], lead: str, tier: str
) -> None:
    assert graded(heard(desk(MEDIAN), own, votes, lead)).tier == tier


@pytest.mark.parametrize(("ties", "tier"), [("better", "good"), ("worse", "poor")])
def test_of_two_in_the_middle_the_better_or_the_worse(ties: str, tier: str) -> None:
    only = "      is: median\n      channels: {public: {command: vote, field: votes}}\n"
    made = heard(desk(f"{only}      ties: {ties}\n"), None, (2, 0, 2), None)
    event = graded(made)
    assert (event.tier, event.basis) == (tier, {"public": tier})


def test_the_worst_that_any_voice_gives() -> None:
    event = graded(heard(desk(WORST), "good", (5, 1, 0), "good"))
    assert (event.tier, event.basis) == (
        "fair",
        {"self": "good", "public": "fair", "leader": "good"},
    )


@pytest.mark.parametrize(
    ("votes", "ties", "tier"),
    [
        ((2, 1, 0), "better", "good"),
        ((2, 1, 0), "worse", "fair"),
        ((1, 1, 1), "better", "fair"),
        ((1, 0, 1), "better", "fair"),
        ((1, 0, 1), "worse", "poor"),
        ((0, 0, 1), "better", "poor"),
    ],
)
def test_the_best_tier_that_enough_votes_reach(
    votes: tuple[int, int, int], ties: str, tier: str
) -> None:
    event = graded(heard(desk(f"{SHARE}      ties: {ties}\n"), None, votes, None))
    assert event.tier == tier
    assert set(event.basis) <= {"good", "fair"}


def test_the_grade_waits_for_the_audit_and_stands_in_the_event() -> None:
    made = heard(desk(SHARE), None, (2, 1, 0), None)
    event = graded(made)
    assert (event.confirmed, event.rule, event.on) == (False, "evaluation.grade", THU)
    (confirmed,) = [e for e in made.do("audit", FRI, ABOVE) if isinstance(e, Graded)]
    assert (confirmed.tier, confirmed.confirmed, confirmed.basis) == ("good", True, {})


# --- which records count --------------------------------------------------------------------------


@pytest.mark.parametrize(("records", "tier"), [("last", "good"), ("all", "fair")])
def test_of_several_records_the_last_counts_or_all(records: str, tier: str) -> None:
    one = f"channels: {{leader: {{command: lead, field: tier, records: {records}}}}}\n"
    made = desk(f"      is: worst\n      {one}")
    made.do("lead", MON, LEADER, tier="fair")
    made.do("lead", TUE, LEADER, tier="good")
    assert graded(made).tier == tier


def test_each_item_speaks_for_itself_and_a_later_day_says_nothing_yet() -> None:
    made = desk("      is: worst\n      channels: {items: {command: rate, field: tier}}\n")
    made.do("propose", MON, title="a")
    made.do("propose", MON, title="b")
    made.do("rate", MON, LEADER, item="commitment/1", tier="poor")
    made.do("rate", TUE, LEADER, item="commitment/1", tier="good")
    made.do("rate", TUE, LEADER, item="commitment/2", tier="fair")
    made.do("rate", FRI, LEADER, item="commitment/2", tier="poor")
    assert graded(made).tier == "fair"


def test_a_ballot_that_a_grade_rests_on_is_not_put_right_before_the_grade_is_gone() -> None:
    made = heard(desk(SHARE), None, (2, 1, 0), None)
    ballot = made.state.version
    made.do("settle", THU, SETTLER)
    settled = made.state.version - 1
    for command in (
        Annul(ballot, "li", "secretary", FRI),
        Correct(ballot, "li", "secretary", FRI, {"votes": {"poor": 3}}),
    ):
        (reason,) = made.refused(command).reasons
        assert (reason.code, reason.found["records"]) == ("others_rest_on_it", (settled,))
    made.give(Annul(settled, "li", "secretary", FRI))
    assert made.state.grade is None
    made.give(Correct(ballot, "li", "secretary", FRI, {"votes": {"poor": 3}}))
    made.do("settle", FRI, SETTLER)
    assert made.state.grade is not None
    assert made.state.grade.tier == "poor"


# --- who says nothing -----------------------------------------------------------------------------


def test_a_channel_that_says_nothing_refuses_the_grade_and_is_named() -> None:
    made = heard(desk(MEAN), "good", None, None)
    made.do("lead", MON, LEADER)
    made.do("vote", MON, LEADER, votes={"good": 0})
    (reason,) = made.why("settle", THU, SETTLER)
    assert (reason.code, reason.rule, reason.clauses) == (
        "channel_silent",
        "evaluation.grade.method",
        ("T-2",),
    )
    assert reason.found == {"steps": ("vote", "lead")}
    assert [(s.command, s.by, dict(s.fields)) for s in reason.remedy] == [
        ("vote", ("promisor", "secretary"), {"votes": None}),
        ("lead", ("secretary", "above"), {"tier": None}),
    ]
    assert say(made.policy, "member", reason, "zh") == (
        "等次须由“自评”、“测评”、“点评”综合得出，尚缺“测评”、“点评”"
    )
    assert say(made.policy, "member", reason, "en").endswith("still missing: `vote` and `lead`")
    made.do("vote", TUE, LEADER, votes={"good": 1})
    made.do("lead", TUE, LEADER, tier="good")
    assert made.why("settle", MON, SETTLER)[0].code == "channel_silent"
    assert graded(made).tier == "good"


def test_it_is_on_offer_precisely_once_nobody_is_silent() -> None:
    made = heard(desk(SHARE), None, None, None)
    before = permitted(made.policy, made.state, "li", FRI, Facts(FRI, made.view))
    verdict = before["settle", "pledge"]
    assert not verdict.permitted
    assert [reason.code for reason in verdict.reasons] == ["channel_silent"]
    made.do("vote", MON, LEADER, votes={"good": 1})
    after = permitted(made.policy, made.state, "li", FRI, Facts(FRI, made.view))
    assert after["settle", "pledge"].permitted


def test_what_is_said_of_an_item_names_one_in_the_remedy() -> None:
    made = desk("      is: worst\n      channels: {items: {command: rate, field: tier}}\n")
    (reason,) = made.why("settle", THU, SETTLER)
    assert [step.subject for step in reason.remedy] == [None]
    made.do("propose", MON, title="a")
    (reason,) = made.why("settle", THU, SETTLER)
    assert [step.subject for step in reason.remedy] == ["commitment/1"]


def test_a_silent_channel_may_be_left_out_but_not_all_of_them() -> None:
    made = desk(f"{MEAN}      missing: left_out\n")
    (reason,) = made.why("settle", THU, SETTLER)
    assert [step.command for step in reason.remedy] == ["own"]
    made.do("own", MON, tier="fair")
    event = graded(made)
    assert (event.tier, str(event.basis[""])) == ("fair", "70.00")


def test_where_nobody_says_anything_there_is_no_grade() -> None:
    rules = loaded(channels(f"{WORST}      missing: left_out\n")).tracks["member"]
    assert rules.grading is not None
    assert rules.grading.method is not None
    assert graded_by(rules.grading.method, TIERS, {"self": None, "public": None}) is None


def test_a_silent_channel_may_count_as_a_tier() -> None:
    event = graded(heard(desk(f"{MEAN}      missing: {{tier: poor}}\n"), "good", (1, 0, 0), None))
    assert (event.tier, str(event.basis[""])) == ("fair", "82.00")
    assert graded(desk(f"{WORST}      missing: {{tier: fair}}\n")).tier == "fair"


# --- what cannot be worked out --------------------------------------------------------------------

BAD = [
    (MEAN, "weight: 0.5", "weight: 0.4", "channels", "the weights add up to 0.9; let them add up"),
    (MEAN, "weight: 3/10", "weight: 1/3", "channels", "the weights add up to 31/30; let them"),
    (MEAN, "weight: 3/10", "weight: 0", "weight: 0}", "a channel without weight says nothing"),
    (MEAN, "weight: 3/10", "weight: much", "weight: much", "`much` is no number; write one as in"),
    (MEAN, "weight: 3/10", "weight: 1/0", "weight: 1/0", "`1/0` is no number"),
    (MEAN, ", poor: 40", "", "scale", "there is no score for `poor`; add it"),
    (MEAN, "poor: 40", "pooor: 40", "scale", "there is no tier `pooor`; perhaps `poor`"),
    (MEAN, "poor: 40", "poor: 70", "poor: 70", "`poor` is worse than `fair` and has to be below"),
    (MEAN, ", fair: 60", "", "bounds", "there is no bound for `fair`; add it, so that there is no"),
    (MEAN, "fair: 60}", "fair: 60, poor: 0}", "poor: 0}", "`poor` takes what is left below"),
    (MEAN, "fair: 60}", "fair: 85}", "fair: 85}", "`fair` is worse than `good` and has to be"),
    (MEAN, "fair: 60}", "fair: 75}", "fair: 70", "where all say `fair`, its score 70 comes out as"),
    (MEAN, "good: 85", "good: 100.5", "good: 100,", "where all say `good`, its score 100 comes"),
    (SHARE, "fair: 50%", "fairly: 50%", "at_least", "there is no share for `fair`; add it"),
    (SHARE, "good: 2/3", "good: 2", "good: 2", "a share of votes is more than 0 and at most 1"),
    (SHARE, "fair: 50%", "fair: 0", "fair: 0", "a share of votes is more than 0 and at most 1"),
    (SHARE, "fair: 50%}", "fair: 50%, poor: 1%}", "poor: 1%", "`poor` takes what is left below"),
    (
        f"{SHARE}      ties: worse\n",
        "good: 2/3",
        "good: 100%",
        "good: 100%",
        "more than all votes there never are",
    ),
    (MEDIAN, "command: own", "command: ow", "command: ow", "there is no command that somebody can"),
    (
        MEDIAN,
        "command: own",
        "command: settle",
        "command: settle,",
        "`settle` gives the grade itself",
    ),
    (MEDIAN, "votes}", "vote}", "field: vote}", "`vote` has no field `vote` that holds a grade"),
    (
        MEDIAN,
        "own, field: tier",
        "mark, field: points",
        "field: points",
        "name one of type `tier` or `tally`",
    ),
    (
        MEAN,
        "own, field: tier",
        "propose, field: title",
        "field: title",
        "name one of type `tier`, `tally`, `decimal` or `integer`",
    ),
    (WORST, "is: worst", "is: best", "is: best", "`best` is not possible under `is:`"),
    (f"{WORST}      missing: {{tier: x}}\n", "x}", "x}", "missing", "there is no tier `x`"),
    (f"{WORST}      missing: zero\n", "zero", "zero", "missing", ""),
    ("      is: worst\n      channels: {}\n", "{}", "{}", "channels: {}", "name a channel"),
]


@pytest.mark.parametrize(("method", "old", "new", "marker", "message"), BAD)
def test_a_grade_that_cannot_be_worked_out_is_refused_where_it_is_written(
    method: str, old: str, new: str, marker: str, message: str
) -> None:
    text = channels(method.replace(old, new, 1))
    found = problems(text)
    start = text.index("    method:")
    line = text[: text.index(marker, start)].count("\n") + 1
    assert any(message in problem and f":{line}:" in problem for problem in found), found


def test_a_grade_is_named_or_worked_out_and_not_both() -> None:
    field = ("en: settle}\n    fields: {}", "en: settle}\n    fields: {tier: tier}")
    text = channels(SHARE, field)
    wanted = problem_at(
        text,
        "      is: share",
        "evaluation.grade.method: this works the grade out, and `settle` has a field `tier` that "
        "names one; take one of them out",
    )
    assert [p.partition(" ")[2] for p in problems(text)] == [wanted.partition(" ")[2]]


def test_votes_for_items_are_no_grade() -> None:
    field = ("fields: {votes: tally}", "fields: {votes: {type: tally, of: commitment}}")
    found = problems(channels(SHARE, field))
    assert any("`vote` has no field `votes` that holds a grade" in problem for problem in found)


def test_weights_may_be_per_cent_of_a_hundred() -> None:
    made = desk(MEAN, ("weight: 20%", "weight: 20"), ("weight: 0.5", "weight: 50"), ("3/10", "30"))
    assert str(graded(heard(made, "good", (1, 1, 0), "fair")).basis[""]) == "83.50"


def test_a_method_without_tiers_says_that_there_are_none() -> None:
    tiers = "{good: {zh: 好, en: good}, fair: {zh: 中, en: fair}, poor: {zh: 差, en: poor}}"
    found = problems(channels(SHARE, (f"tiers: {tiers}", "tiers: {}")))
    assert any("a grade needs `tiers:`" in problem for problem in found)


def test_what_nobody_says_any_more_is_told_where_it_was_taken_out() -> None:
    text = channels(SHARE, ("      vote: {source", "      vote_on: {source"))
    assert any("there is no command that somebody can give `vote`" in p for p in problems(text))


def test_a_channel_that_was_taken_out_is_told_at_the_removal(tmp_path: Path) -> None:
    for name, text in {
        "tiny": channels(SHARE),
        "own": "policy: own\nextends: tiny\nlifecycles:\n  pledge:\n    transitions:\n"
        "      vote: {absent: true, assumed: no ballots here}\n",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "tiny" / "clauses.yaml").write_text(REGISTER, encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        Catalogue((tmp_path,)).load("own")
    found = [p for p in refused.value.problems if "is taken out here" in p.message]
    assert [(p.line, "method.channels.public" in p.message) for p in found] == [(6, True)]


def test_other_names_reckon_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    text = channels(f"{MEAN}      missing: {{tier: poor}}\n")
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    (folder / "clauses.yaml").write_text(REGISTER, encoding="utf-8")
    (folder / "scenarios").mkdir()
    name = renamed(Catalogue((tmp_path,)), "tiny", tmp_path / "other")
    evaluation = Catalogue((tmp_path / "other",)).load(name).document.evaluation
    assert evaluation is not None
    assert evaluation.grade is not None
    method = evaluation.grade.method
    assert isinstance(method, WeightedMean)
    assert isinstance(method.missing, Instead)
    assert set(method.scale) == set(evaluation.tiers) >= {*method.bounds, method.missing.tier}
    assert not set(evaluation.tiers) & {"good", "fair", "poor"}


def test_the_history_says_what_a_grade_was_worked_out_from() -> None:
    made = heard(desk(MEAN), "good", (1, 1, 0), "fair")
    event = graded(made)
    zh = Teller(made.policy, "member", Lang.ZH).what(event).split("\n")
    assert zh == ["等次: 中 (待确认)", "自评: 100.00", "测评: 85.00", "点评: 70.00", "合计: 83.50"]
    middle = graded(heard(desk(MEDIAN), "good", (1, 1, 0), "fair"))
    en = Teller(made.policy, "member", Lang.EN).what(middle).split("\n")
    assert en[1:] == ["own: good", "vote: good", "lead: fair"]
    share = desk(SHARE)
    shown = graded(heard(share, None, (1, 1, 0), None))
    assert Teller(share.policy, "member", Lang.EN).what(shown).split("\n") == [
        "grade: fair (to confirm)",
        "good: 0.5000",
        "fair: 1.0000",
    ]


@pytest.mark.parametrize("method", [MEAN, f"{MEDIAN}      missing: {{tier: fair}}\n", WORST, SHARE])
def test_an_editor_takes_what_the_loader_takes(method: str) -> None:
    schema = Draft202012Validator(json_schema())
    assert schema.is_valid(yaml.safe_load(channels(method)))
    assert not schema.is_valid(yaml.safe_load(channels(method.replace("command: ", "step: ", 1))))
