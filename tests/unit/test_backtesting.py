"""Recorded acts under another policy: what is refused, what follows from that, and what is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.backtesting.naming import NOTHING_TOLD, Told
from pledgeflow.assurance.backtesting.running import Asked, Backtest, parallel
from pledgeflow.assurance.backtesting.told import Totals, Traced, data_of
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PledgeflowError, StorageError
from pledgeflow.storage.sql import SqlStore
from tests.migrating import MAP, Follow
from tests.town import POLICIES, YEAR, Town, day

CAI = "t/2025/cai"


def put_to(follow: Follow, told: Told = NOTHING_TOLD) -> Backtest:
    engine = follow.town.engine
    return Backtest(engine.store, engine.catalogue, Asked("later", told=told))


def traced(follow: Follow, stream: str = CAI, told: Told = NOTHING_TOLD) -> Traced:
    tests = put_to(follow, told)
    return next(tests.of(s) for s in tests.streams("t") if str(s) == stream)


def refused(found: Traced) -> list[tuple[str, tuple[str, ...], bool]]:
    return [
        (r.act.command, tuple(reason.code for reason in r.verdict.reasons), r.consequent)
        for r in found.refused
    ]


def test_under_the_same_rules_nothing_comes_out_otherwise(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path, renamed=False)
    played = follow.town.forwarded()
    grade = played.engine.state(CAI).records["grade"][0].version
    played.do(CAI, "correct", day(7, 4), "an", target=grade, tier="poor")
    played.do(CAI, "annul", day(7, 5), "an", target=grade)
    totals = Totals()
    tests = put_to(follow)
    for stream in tests.streams("t"):
        found = tests.of(stream)
        assert not found.differs, data_of(found)
        totals.add(found)
    assert (totals.streams, totals.differing, totals.refused) == (6, 0, 0)
    assert totals.acts > 10
    assert totals.data()["awards"]["eligible"] == {"was": 2, "would_be": 2}


def test_a_mere_difference_of_names_is_none_in_what_comes_out(tmp_path: Path) -> None:
    """Of one name, or of one meaning; states are called by the policy that has them."""
    follow = Follow.of(tmp_path)
    follow.town.graded()
    found = traced(follow)
    assert refused(found) == []
    assert (found.was.grade, found.would_be.grade) == ("good", "good")
    assert [(n.command, n.to, n.how) for n in found.names] == [("rate", "judge", "means")]


def test_what_is_refused_says_where_and_why_and_what_follows_from_it_is_told_apart(
    tmp_path: Path,
) -> None:
    late = (
        "promise: {source: invited, dest: standing_by, by: promisor, cite: T-01}",
        "promise: {source: invited, dest: standing_by, by: secretary, cite: T-01}",
    )
    follow = Follow.of(tmp_path, late)
    follow.town.graded()
    found = traced(follow)
    assert refused(found) == [
        ("promise", ("not_in_capacity",), False),
        ("rate", ("wrong_state",), True),
        ("grade", ("wrong_state",), True),
    ]
    first = found.refused[0]
    assert first.verdict.clauses == ("T-01",)
    assert (first.act.on, first.act.actor) == (day(1, 10), "cai")
    assert (found.was.grade, found.would_be.grade) == ("good", "")
    assert (found.was.awards, found.would_be.awards) == (("eligible",), ())
    totals = Totals()
    totals.add(found)
    assert (totals.refused, totals.consequent) == (1, 2)
    assert totals.data()["by_clause"] == {"T-01": 1}
    assert totals.data()["grades"] == [{"was": "good", "would_be": None, "streams": 1}]


def test_a_refusal_of_its_own_is_no_consequence(tmp_path: Path) -> None:
    """Whoever was refused earlier is refused for something else later."""
    both = (
        ("dest: standing_by, by: promisor", "dest: standing_by, by: secretary"),
        ("dest: graded\n        by: secretary", "dest: graded\n        by: superior"),
    )
    follow = Follow.of(tmp_path, *both)
    follow.town.graded()
    called = Told(states={"pledge/promised": "standing_by"})
    assert [r[2] for r in refused(traced(follow, told=called))] == [False, True, False]
    # where nobody says what the states are called, a stream that is not where it was says enough
    assert [r[2] for r in refused(traced(follow))] == [False, True, True]


def test_the_stream_goes_on_where_the_other_policy_has_come_to(tmp_path: Path) -> None:
    """What was refused is made good later: then the rest is as it was."""
    follow = Follow.of(tmp_path, ("    final: [graded]", "    final: [graded]"), renamed=False)
    played = follow.town.rated()
    played.do(CAI, "grade", day(7, 1), "an", tier="poor")
    played.do(CAI, "reopen", day(7, 2), "mayor", "superior")
    played.do(CAI, "grade", day(7, 3), "an", tier="good")
    found = traced(follow)
    assert (found.was, found.would_be) == (found.would_be, found.was)


FIELD = (
    "  promise:\n    means: publication\n    label: {zh: 公开承诺, en: promise}\n",
    "  promise:\n    means: publication\n    label: {zh: 公开承诺, en: promise}\n    fields:\n"
    "      where: {type: choice, label: {zh: 处所, en: where}, choices: {wall: {zh: 墙, en: wall},"
    " web: {zh: 网, en: web}}, cite: T-01}\n",
)


def test_what_nobody_was_asked_is_unknown_and_counted(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path, FIELD)
    follow.town.graded()
    found = traced(follow)
    assert refused(found) == []
    assert [fact for _, fact in found.unknown] == ["promise.where"]
    assert found.differs
    totals = Totals()
    totals.add(found)
    assert totals.data()["unknown"] == {"promise.where": 1}


def test_in_its_place_is_said_what_would_be_taken(tmp_path: Path) -> None:
    guard = (
        "promise: {source: invited, dest: standing_by, by: promisor, cite: T-01}",
        "promise: {source: invited, dest: standing_by, by: promisor, cite: T-01,"
        " guards: {on_the_web: {is: said, fields: {where: web}, cite: T-01}}}",
    )
    follow = Follow.of(tmp_path, FIELD, guard)
    follow.town.graded()
    found = traced(follow)
    assert refused(found) == []
    assert len(found.unknown) == 1


def test_other_streams_count_as_they_are_recorded(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.forwarded()
    assert refused(traced(follow, "t/2025/east@selection")) == []
    assert refused(traced(follow, YEAR)) == []
    # a pledge by other names says nothing to guards that ask it by theirs
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    other = Follow.of(foreign, ("  grade:\n    means: grade", "  mark:\n    means: grade"), *MARKED)
    other.town.forwarded()
    found = traced(other, "t/2025/east@selection", told=Told({"grade": "mark"}))
    assert {fact for _, fact in found.unknown} == {"elsewhere.pledge"}
    assert refused(found) == []


MARKED = (
    ("      grade:\n        source", "      mark:\n        source"),
    ("grade: {command: grade, cite: T-01}", "grade: {command: mark, cite: T-01}"),
)


def test_what_joint_acts_come_to(tmp_path: Path) -> None:
    filing = "t/2025/east@filing"
    joint = ("by: {all_of: [secretary, deputy]}", "by: secretary")
    follow = Follow.of(tmp_path, joint)
    played = follow.town
    _draft(played, filing)
    found = traced(follow, filing)
    assert (refused(found), found.spare, found.waiting) == ([], 1, ())
    other = tmp_path / "other"
    other.mkdir()
    both = (
        "drafted, approved], dest: drafted, by: secretary",
        "drafted, approved], dest: drafted, by: {all_of: [secretary, deputy]}",
    )
    follow = Follow.of(other, both)
    _draft(follow.town, filing)
    found = traced(follow, filing)
    assert [put.command for put in found.waiting] == ["draft"]
    assert [r[2] for r in refused(found)] == [True, True]


def _draft(played: Town, filing: str) -> None:
    played.do(filing, "draft", day(2, 1), "an", rules="town")
    played.do(filing, "file", day(2, 2), "an")
    played.do(filing, "file", day(2, 3), "bo", "deputy")


def test_whom_the_other_policy_has_no_place_for(tmp_path: Path) -> None:
    follow = Follow.of(
        tmp_path, ("match: {person: {member: true}}", "match: {person: {member: false}}")
    )
    follow.town.graded()
    found = traced(follow)
    assert [r[2] for r in refused(found)] == [False, True, True]
    assert found.refused[0].verdict.reasons[0].code == "no_track"
    assert found.would_be.track == ""
    assert data_of(found)["would_be"]["track"] is None


def test_steps_are_called_as_they_are_told_to_be(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.graded()
    tests = put_to(follow, Told({"rate": "judged"}))
    with pytest.raises(PledgeflowError, match="`rate` is said to be `judged`, and `later` has no"):
        tests.streams("t")
    found = traced(follow, told=Told({"rate": "judge"}))
    assert [n.how for n in found.names] == ["told"]


def test_what_has_gone_over_can_be_put_to_either(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.rated()
    follow.go(MAP)
    follow.town.do(CAI, "grade", day(7, 1), "an", tier="good")
    for name in ("town", "later"):
        engine = follow.town.engine
        tests = Backtest(engine.store, engine.catalogue, Asked(name))
        found = next(tests.of(s) for s in tests.streams("t", "2025") if str(s) == CAI)
        assert refused(found) == []
        assert found.would_be.grade == "good"


def test_a_stream_without_a_beginning_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = Follow.of(tmp_path)
    follow.town.promised()
    tests = put_to(follow)
    first = tests.streams("t")[0]
    monkeypatch.setattr(follow.town.engine.store, "load", lambda _: ())
    with pytest.raises(StorageError, match="is damaged"):
        tests.of(first)


def test_what_is_only_for_others_to_extend_is_no_policy_to_be_put_to(tmp_path: Path) -> None:
    with SqlStore(f"sqlite:///{tmp_path / 'town.db'}") as store:
        Town(store=store).promised()
        with pytest.raises(PledgeflowError, match="`base` is only for others to extend"):
            Backtest(store, Catalogue(), Asked("base")).streams("t")


def test_in_several_processes_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'town.db'}"
    policy = str(POLICIES / "town" / "policy.yaml")
    with SqlStore(url) as store:
        Town(store=store).forwarded()
        streams = Backtest(store, Catalogue(), Asked(policy)).streams("t")
    monkeypatch.setattr("pledgeflow.assurance.backtesting.running.AT_ONCE", 2)
    one = list(parallel(url, Asked(policy), streams, 1))
    assert list(parallel(url, Asked(policy), streams, 2)) == one
    assert [found.stream for found in one] == [str(stream) for stream in streams]
    assert not any(found.differs for found in one)
