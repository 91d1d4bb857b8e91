"""Streams in flight onto other rules: the map, what stands against it, and what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.assurance.migrating.checking import findings
from pledgeflow.domain.events import DEEMED, Migrated, Recorded
from pledgeflow.errors import DirectoryError, PledgeflowError, PolicyError
from pledgeflow.service import Engine
from pledgeflow.service.casework import ready
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from tests.migrating import MAP, ORDERED, Follow
from tests.town import PEOPLE, YEAR, day


def lines(error: pytest.ExceptionInfo[PolicyError]) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in error.value.problems]


# --- what is done -------------------------------------------------------------------------------------


def test_pledges_in_flight_go_over_and_are_judged_by_the_new_rules(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    played = follow.town.rated()
    before = {name: played.engine.history(f"t/2025/{name}") for name in PEOPLE}
    gone = follow.go()
    assert {str(stream) for stream in gone} == {*(f"t/2025/{n}" for n in PEOPLE), YEAR}
    for name in PEOPLE:
        stream = f"t/2025/{name}"
        history = played.engine.history(stream)
        assert history[: len(before[name])] == before[name]  # what happened stays as it is
        (last,) = (kept.event for kept in history[len(before[name]) :])
        assert isinstance(last, Migrated)
        assert (last.actor, last.occurred_on) == ("mayor", ORDERED)
        state = played.engine.state(stream)
        assert state.policy == follow.later.digest == played.engine.policy(stream).digest
        assert state.subjects["pledge"].state == "standing_by"
        assert state.subjects["pledge"].since == day(1, 10)
        assert [r.command for r in state.records["judge"]] == ["judge"]
    done = played.do("t/2025/cai", "grade", day(7, 1), "an", tier="good")
    assert {event.policy for event in done.events if isinstance(event, Recorded)} == {
        follow.later.digest
    }
    assert played.codes("t/2025/bo", "rate", day(7, 1), "an") == {"silent"}


def test_twice_is_as_good_as_once(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.rated()
    assert follow.go()
    heads = dict(follow.town.engine.store.heads("t"))
    assert follow.go() == ()
    assert follow.town.engine.store.heads("t") == heads


def test_where_it_broke_off_it_goes_on(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.rated()

    def tells(stream: object) -> None:
        raise KeyboardInterrupt(str(stream))

    plan, moment = follow.plan(), ("mayor", ORDERED)
    with pytest.raises(KeyboardInterrupt):
        follow.town.engine.migrate("t", "2025", plan, moment=moment, told=tells)
    assert len(follow.go()) == len(PEOPLE)


def test_what_begins_afterwards_begins_by_the_new_rules(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    played = follow.town
    played.do("t/2025/an", "promise", day(1, 10), "an", "promisor")
    follow.go()
    assert played.engine.cycle("t", "2025").policy == "later"
    played.do("t/2025/bo", "promise", day(6, 21), "bo", "promisor")
    assert played.engine.state("t/2025/bo").subjects["pledge"].state == "standing_by"


def test_what_has_ended_stays_under_the_rules_it_ended_by(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    played = follow.town.rated()
    played.do("t/2025/cai", "grade", day(6, 10), "an", tier="good")
    found = follow.survey()
    assert found.staying == {"ended": 1}
    follow.go()
    assert played.engine.policy("t/2025/cai").name == "town"
    played.do("t/2025/cai", "reopen", day(7, 1), "mayor", "superior")
    assert played.engine.state("t/2025/cai").subjects["pledge"].state == "promised"
    rows = list(played.engine.indicators("t", "2025"))
    assert rows == []
    assert {row.state for row in played.engine.unfinished("t", "2025")} == {
        "promised",
        "standing_by",
    }


def test_some_finish_by_the_old_rules(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.rated()
    some = MAP + "old_rules: {finish: promised}\n"
    found = follow.survey(some)
    assert (found.staying, sum(found.streams.values())) == ({"finishes": 3}, 1)
    assert [str(stream) for stream in follow.go(some)] == [YEAR]
    every = MAP + "old_rules: finish\n"
    assert follow.go(every) == ()
    assert follow.town.engine.policy("t/2025/an").name == "town"
    follow.town.do("t/2025/cai", "grade", day(7, 1), "an", tier="good")


def test_what_is_deemed_to_have_happened_counts(tmp_path: Path) -> None:
    """A vote that only the new rules ask for: those who are past it have had it."""
    follow = Follow.of(tmp_path, *HEARD)
    follow.town.promised()
    text = MAP + (
        "deemed:\n  heard_by_then:\n    command: heard\n    in: promised\n"
        "    fields: {how: visit}\n    cite: T-01\n"
    )
    found = follow.survey(text)
    assert found.deemed == {"heard": 3}
    assert found.data()["deemed"] == {"heard": 3}
    follow.go(text)
    (record,) = follow.town.engine.state("t/2025/cai").records["heard"]
    assert (record.capacity, record.rule) == (DEEMED, "deemed.T-01")
    assert (record.occurred_on, record.fields) == (day(1, 10), {"how": "visit"})
    follow.town.do("t/2025/cai", "grade", day(7, 1), "an", tier="good")
    follow.town.engine.store.pledges("t")
    row = follow.town.engine.store.pledge(follow.town.engine.state("t/2025/bo").stream)
    assert row is not None
    assert row.first["consultation"] == day(1, 10)


def test_nothing_follows_elsewhere_from_going_over(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.rated()
    follow.go()
    assert follow.town.engine.store.pending("t") == []
    done = follow.town.do(YEAR, "hold_rating", day(6, 25), "an", results={"bo": "poor"})
    assert done.unmet == ()
    assert len(follow.town.engine.state("t/2025/bo").records["judge"]) == 2


def test_a_database_read_anew_and_worked_out_anew_says_the_same(tmp_path: Path) -> None:
    with SqlStore(f"sqlite:///{tmp_path / 'town.db'}") as store:
        follow = Follow.of(tmp_path, store=store)
        follow.town.rated()
        follow.go()
        engine = follow.town.engine
        other = Engine(store, engine.catalogue, engine.clock)
        streams = list(store.heads("t"))
        assert [other.state(s) for s in streams] == [engine.state(s) for s in streams]
        before = store.pledges("t")
        assert engine.rebuild("t") == len(streams)
        assert store.pledges("t") == before
        # the files may have gone: what is kept in the database is enough
        bare = Engine(store, replace(engine.catalogue, roots=()), engine.clock)
        assert bare.policy("t/2025/an").digest == follow.later.digest
        assert bare.state("t/2025/an") == engine.state("t/2025/an")


def test_of_one_s_own_rules_by_the_same_names_no_verdict_changes(tmp_path: Path) -> None:
    same = MAP.replace("{promised: standing_by, others: same}", "same")
    same = same.replace("commands: {rate: judge}", "")
    follow, other = Follow.of(tmp_path, renamed=False), Follow.of(_folder(tmp_path), renamed=False)
    for each in (follow, other):
        each.town.rated()
    follow.go(same)
    for who in ("an", "bo", "cai", "mayor"):
        for stream in (*(f"t/2025/{n}" for n in PEOPLE), YEAR):
            gone = follow.town.engine.permitted(stream, who, day(7, 1))
            stayed = other.town.engine.permitted(stream, who, day(7, 1))
            assert dict(gone) == dict(stayed)


def _folder(path: Path) -> Path:
    made = path / "other"
    made.mkdir()
    return made


# --- what stands against it ------------------------------------------------------------------------


def test_a_state_that_is_forgotten_is_named_with_the_pledges_in_it(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    follow.town.promised()
    found = follow.findings(MAP.replace("promised: standing_by, ", ""))
    (finding,) = found
    assert (finding.trouble, finding.what) == ("forgotten", "pledge/promised")
    assert [str(stream) for stream in finding.streams] == [f"t/2025/{n}" for n in PEOPLE]
    (unused,) = follow.findings(MAP.replace("others: same", "invited: invited"))
    assert (unused.what, unused.streams) == ("pledge/graded", ())


HEARD = (
    (
        "commands:\n  promise:",
        "commands:\n  heard:\n    means: consultation\n    label: {zh: 听取意见, en: hear people}\n"
        "    fields: {how: {type: choice, label: {zh: 方式, en: how}, required: false,"
        " choices: {visit: {zh: 走访, en: visit}}, cite: T-01}}\n  promise:",
    ),
    (
        "      promise: {source: invited,",
        "      heard: {source: invited, stays: true, by: promisor, cite: T-01}\n"
        "      promise: {source: invited,",
    ),
    (
        "guards: {rated: {is: preceded_by, command: judge, cite: T-01}}",
        "guards: {heard: {is: preceded_by, command: heard, cite: T-01}}",
    ),
)
"""A step that only the new rules ask for, and that nobody can take any more who is past it."""


def test_nobody_is_stranded(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path, *HEARD)
    follow.town.promised()
    found = follow.findings()
    assert [(f.trouble, f.what, f.to, len(f.streams)) for f in found] == [
        ("stranded", "pledge/promised", "standing_by", 3)
    ]
    # sent back to where it can be made up for, they can go on
    assert follow.findings(MAP.replace("promised: standing_by", "promised: invited")) == []


def test_what_can_still_be_done_strands_nobody(tmp_path: Path) -> None:
    """The items of a selection are asked too, and what is done to one may open a way of another."""
    follow = Follow.of(tmp_path)
    follow.town.forwarded()
    assert follow.findings() == []


@pytest.mark.parametrize(
    ("tracks", "trouble"),
    [
        ("tracks: {member: member, branch_year: branch_selection}\n", "other_kind"),
        ("tracks: {branch_year: town_selection}\n", "other_kind"),
    ],
)
def test_a_track_has_to_be_of_the_same(tmp_path: Path, tracks: str, trouble: str) -> None:
    follow = Follow.of(tmp_path)
    follow.town.promised()
    (finding,) = follow.findings(MAP + tracks)
    assert (finding.trouble, finding.track, len(finding.streams)) == (trouble, "branch_year", 1)


def test_what_has_no_place_there_is_told(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    played = follow.town.forwarded()
    played.do("t/2025/cai", "reopen", day(7, 4), "mayor", "superior")
    plan = follow.plan()
    engine, later = played.engine, follow.later
    no_member = {n: t for n, t in later.tracks.items() if n != "member"}
    selection = later.tracks["branch_selection"]
    bare = replace(selection, lifecycles={"selection": selection.lifecycles["selection"]})
    ungraded = replace(later.tracks["member"], evaluation=None)
    rows, under = engine.store.pledges("t"), engine.under(engine.cycle("t", "2025"))
    going = [r for r in rows if not plan.stays(r, under(r.policy).tracks[r.track])]
    told = findings(replace(plan, to=replace(later, tracks=no_member)), going, under, engine.state)
    assert {f.trouble for f in told} == {"no_track"}
    told = findings(
        replace(plan, to=replace(later, tracks={**later.tracks, "branch_selection": bare})),
        going,
        under,
        engine.state,
    )
    assert [(f.trouble, f.what) for f in told] == [("no_lifecycle", "candidacy")]
    told = findings(
        replace(plan, to=replace(later, tracks={**later.tracks, "member": ungraded})),
        going,
        under,
        engine.state,
    )
    assert [(f.trouble, f.what) for f in told] == [("no_tier", "good")]


# --- the map ---------------------------------------------------------------------------------------

BAD = """
from: village
to: town
new_rules: {from: 2025-06-15}
old_rules: {finish: [promised, finished]}
tracks: {members: member}
states:
  pledge: {promised: standing_buy, invitd: invited, others: gone}
  plege: same
commands: {rate: judged}
tiers: {good: best}
deemed:
  a: {command: her, in: promissed, cite: T-99}
  b: {command: judge, in: promised, assumed: so, fields: {result: [1]}}
  c: {command: judge, in: promised}
"""


def test_every_mistake_in_a_map_has_its_line(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    with pytest.raises(PolicyError) as error:
        follow.plan(BAD)
    found = lines(error)
    assert [line for line, _ in found] == [2, 3, 5, 6, 8, 8, 8, 9, 10, 11, 13, 13, 13, 14, 15]
    said = " ".join(message for _, message in found)
    for words in (
        "this map is for `village`, and the policy is `town`",
        "there is no state `finished`",
        "there is no track `members`; perhaps `member`",
        "there is no state `standing_buy`; perhaps `standing_by`",
        "there is no state `invitd`; perhaps `invited`",
        "`others` can only be `same`",
        "there is no lifecycle `plege`; perhaps `pledge`",
        "there is no command `judged`; perhaps `judge`",
        "there is no tier `best`",
        "there is no command `her`",
        "there is no state `promissed`; perhaps `promised`",
        "there is no clause `T-99`; perhaps `T-01`",
        "`result` has to be text",
        "say on what this rests",
    ):
        assert words in said


def test_a_map_is_closed(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    with pytest.raises(PolicyError) as error:
        follow.plan(MAP + "sates: {}\n")
    ((line, message),) = lines(error)
    assert (line, message) == (12, "sates: there is no key `sates`; perhaps `states` or `tiers`")


def test_nobody_s_words_are_made_up(tmp_path: Path) -> None:
    words = (
        "    fields:\n      result:\n        type: choice\n",
        "    fields:\n      result:\n        type: text\n",
    )
    listed = (
        "        label: {zh: 结果, en: result}\n"
        "        choices: {good: {zh: 好, en: good}, poor: {zh: 差, en: poor}}\n",
        "        label: {zh: 结果, en: result}\n",
    )
    follow = Follow.of(tmp_path, words, listed)
    with pytest.raises(PolicyError, match="nobody has said these words"):
        follow.plan(
            MAP + "deemed: {a: {command: judge, in: promised, cite: T-01, fields: {result: so}}}\n"
        )


def test_it_is_carried_out_when_it_can_be(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    engine, plan = follow.town.promised().engine, follow.plan()
    with pytest.raises(PledgeflowError, match="hold from 2025-06-15, after 2025-06-14"):
        engine.migrate("t", "2025", plan, moment=("mayor", date(2025, 6, 14)))
    with pytest.raises(DirectoryError, match="nobody is called `moyor`"):
        engine.migrate("t", "2025", plan, moment=("moyor", ORDERED))
    engine.close_cycle("t", "2025", on=day(12, 31), anyway=True)
    with pytest.raises(PledgeflowError, match="was closed on 2025-12-31"):
        engine.migrate("t", "2025", plan, moment=("mayor", day(12, 31)))


def test_its_key_is_nobody_else_s(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    engine = follow.town.promised().engine
    step = {"do": "grade", "actor": "an", "capacity": "secretary", "tier": "good"}
    with pytest.raises(PledgeflowError, match="is one of the engine's"):
        engine.do("t/2025/cai", step, key="migrate t/2025/cai 2")


def test_given_again_under_its_key_it_is_what_was_done(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path)
    engine = follow.town.promised().engine
    plan = follow.plan()
    follow.go()
    stream = engine.state("t/2025/an").stream
    command = plan.command(engine.state(stream), "mayor", ORDERED)
    done = engine._taken(
        stream, ready(command), today=ORDERED, on=ORDERED, key=f"migrate {stream} 3"
    )
    assert any(isinstance(event, Migrated) for event in done.done.events)


def test_the_store_in_memory_does_too(tmp_path: Path) -> None:
    follow = Follow.of(tmp_path, store=MemoryStore())
    follow.town.promised()
    assert len(follow.go()) == 4
