"""Selections as they stand: candidates, places, objections, and by what somebody is where they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pledgeflow.domain.commands import Tick
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.judging.awarding import Candidate, Choosing
from pledgeflow.service import Selection
from tests.tiny import FRI, MON, TUE, Desk, loaded, tiny
from tests.town import SELECTION, TOWN, Town, day


def noticed() -> Town:
    """Two candidates for one award, under notice."""
    town = Town().forwarded()
    town.do(TOWN, "announce", day(7, 5), "mayor", places=1)
    town.do(TOWN, "give_notice", day(7, 5), "mayor")
    return town


def selections(town: Town, organization: str | None = None) -> dict[str, Selection]:
    found = town.engine.selections("t", "2025", organization=organization)
    return {each.organization: each for each in found}


def fates(selection: Selection) -> dict[str, str]:
    return {each.who: each.fate for each in selection.candidates}


def test_selections_are_read_level_by_level_from_the_bottom() -> None:
    town = noticed()
    found = list(town.engine.selections("t", "2025"))
    assert [(str(s.stream), s.level, s.places, s.ended) for s in found] == [
        (SELECTION, 0, None, False),
        (TOWN, 1, 1, False),
    ]
    assert [(c.who, c.fate, c.put_forward) for c in found[0].candidates] == [
        ("bo", "put_forward", True),
        ("cai", "put_forward", True),
    ]
    assert fates(found[1]) == {"bo": "standing", "cai": "standing"}
    assert {c.deed.reaction for c in found[1].candidates} == {"to_the_town"}


def test_below_an_organization_only() -> None:
    town = noticed()
    assert list(selections(town, "hill")) == ["east", "hill"]
    assert list(selections(town, "east")) == ["east"]
    with pytest.raises(DirectoryError, match="no organization `west`"):
        selections(town, "west")
    assert list(Town().engine.selections("t", "2025")) == []


def test_who_is_conferred_and_who_is_not_chosen() -> None:
    town = noticed()
    town.do(TOWN, "confer", day(7, 12), "mayor", candidacy=1)
    assert fates(selections(town)["hill"]) == {"bo": "conferred", "cai": "standing"}
    town.do(TOWN, "end_selection", day(7, 13), "mayor")
    ended = selections(town)["hill"]
    assert ended.ended
    assert fates(ended) == {"bo": "conferred", "cai": "passed_over"}
    assert ended.candidates[0].deed.actor == "mayor"


def test_a_selection_is_told_as_it_stood_on_a_day() -> None:
    town = noticed()
    town.do(TOWN, "confer", day(7, 12), "mayor", candidacy=1)
    town.do(TOWN, "end_selection", day(7, 13), "mayor")

    def on(when: date) -> dict[str, Selection]:
        found = town.engine.selections("t", "2025", on=when)
        return {each.organization: each for each in found}

    assert fates(on(day(7, 13))["hill"]) == {"bo": "conferred", "cai": "passed_over"}
    before = on(day(7, 11))["hill"]
    assert (before.ended, before.since) == (False, day(7, 5))
    assert fates(before) == {"bo": "standing", "cai": "standing"}
    assert on(day(1, 2))["hill"].candidates == ()
    assert on(date(2024, 12, 31)) == {}


def test_who_drops_out_and_by_what() -> None:
    town = noticed()
    town.do("t/2025/cai", "reopen", day(7, 6), "mayor", "superior")
    town.do("t/2025/cai", "grade", day(7, 7), "an", tier="poor")
    town.do(TOWN, "drop", day(7, 8), "mayor", candidacy=1)
    bo, cai = selections(town)["hill"].candidates
    assert (bo.fate, bo.deed.command, bo.deed.reaction) == ("dropped", "drop", "")
    assert (cai.fate, cai.deed.reaction, cai.deed.source) == (
        "dropped",
        "dropped_by_town",
        "t/2025/cai",
    )
    event = town.engine.history("t/2025/cai")[cai.deed.version - 1].event
    assert event[2] == "poor"  # the tier
    below = selections(town)["east"].candidates[1]
    assert (below.fate, below.put_forward) == ("dropped", True)


def test_objections_that_nobody_has_answered() -> None:
    town = noticed()
    town.do(TOWN, "object", day(7, 6), "mayor", candidacy=2, what="late with everything")
    assert [c.objections for c in selections(town)["hill"].candidates] == [0, 1]


# --- one selection, whatever it is made of ------------------------------------------------------

SELECTING = (
    (
        "commands:\n",
        """\
commands:
  put_up:
    means: nomination
    label: {zh: 提名, en: put up}
    fields: {who: {type: person, required: false}, body: {type: organization, required: false}}
  name:
    means: nomination
    label: {zh: 点名, en: name}
    fields: {who: person}
  protest: {means: objection, label: {zh: 异议, en: protest}, fields: {runner: runner}}
  protest_in_writing: {means: objection, label: {zh: 书面异议, en: protest in writing}}
  protest_formally: {means: objection, label: {zh: 正式异议, en: protest formally}}
  reply: {means: answer, label: {zh: 答复, en: reply}, fields: {runner: runner}}
  settle: {means: answer, label: {zh: 处理, en: settle}, fields: {protest: protest}}
  crown: {means: award, label: {zh: 授予, en: crown}, fields: {runner: runner}}
  strip: {means: withdrawal, label: {zh: 撤回, en: strip}, fields: {runner: runner}}
""",
    ),
    (
        "evaluation:\n",
        """\
  runner:
    label: {zh: 人选, en: runner}
    of: pledge
    initial: up
    final: [gone, out]
    states: {up: {zh: 在, en: up}, gone: {zh: 去, en: gone}, out: {zh: 期满, en: out}}
    transitions:
      protest: {source: up, stays: true, by: secretary, cite: T-1}
      reply: {source: up, stays: true, by: secretary, cite: T-1}
      crown:
        source: up
        stays: true
        by: secretary
        guards: {few: {is: items, of: runner, fewer_than: 5, cite: T-1}}
        cite: T-1
      strip:
        source: up
        dest: gone
        by: secretary
        guards: {some: {is: items, of: runner, at_least: 1, cite: T-1}}
        cite: T-1
      lapse: {source: up, dest: out, after: {period: P1D}, cite: T-1}
  protest:
    label: {zh: 异议, en: protest}
    of: pledge
    initial: raised
    final: [settled]
    states: {raised: {zh: 提出, en: raised}, settled: {zh: 已处理, en: settled}}
    transitions:
      settle: {source: raised, dest: settled, by: secretary, cite: T-1}
evaluation:
""",
    ),
    (
        "    transitions:\n      propose:",
        """\
    transitions:
      put_up: {source: open, stays: true, adds: runner, by: secretary, cite: T-1}
      name: {source: open, stays: true, by: secretary, cite: T-1}
      protest_in_writing: {source: open, stays: true, by: secretary, cite: T-1}
      protest_formally:
        {source: open, stays: true, adds: protest, by: secretary, cite: T-1}
      propose:""",
    ),
)


def candidates(desk: Desk) -> list[Candidate]:
    return list(Choosing(desk.policy.tracks["member"], desk.state).candidates())


def test_of_all_kinds() -> None:
    desk = Desk(loaded(tiny(*SELECTING)))
    by = "li/secretary"
    desk.do("name", MON, by, who="zhao")
    desk.do("put_up", MON, by, who="li")
    desk.do("put_up", MON, by, body="office")
    desk.do("put_up", MON, by)
    first, *others = candidates(desk)
    assert (first.who, first.state, first.fate, first.put_forward) == (
        "zhao",
        "",
        "standing",
        False,
    )
    assert [c.who for c in others] == ["li", "office", "wang"]
    assert Choosing(desk.policy.tracks["member"], desk.state).places() == 5
    desk.do("protest", MON, by, runner="runner/1")
    desk.do("crown", MON, by, runner="runner/1")
    assert [c.fate for c in candidates(desk)] == ["standing", "conferred", "standing", "standing"]
    assert candidates(desk)[1].objections == 1
    desk.do("reply", MON, by, runner="runner/1")
    assert candidates(desk)[1].objections == 0
    desk.do("strip", MON, by, runner="runner/1")
    assert [c.fate for c in candidates(desk)] == ["standing", "dropped", "standing", "standing"]
    desk.do("crown", MON, by, runner="runner/2")
    desk.give(Tick(FRI + 20 * timedelta(1)))
    assert [c.fate for c in candidates(desk)] == ["standing", "dropped", "conferred", "dropped"]
    out = candidates(desk)[3]
    assert (out.deed.command, out.deed.on, out.state) == ("", TUE, "out")


def test_objections_to_the_whole_and_objections_that_are_items() -> None:
    desk = Desk(loaded(tiny(*SELECTING)))
    by = "li/secretary"

    def choosing() -> Choosing:
        return Choosing(desk.policy.tracks["member"], desk.state)

    desk.do("protest_in_writing", MON, by)
    desk.do("protest_formally", MON, by)
    assert choosing().objections("pledge") == 2
    desk.do("settle", MON, by, protest="protest/1")
    assert choosing().objections("pledge") == 1
    assert choosing().places() == 5
    plain = Desk(loaded(tiny()))
    assert Choosing(plain.policy.tracks["member"], plain.state).places() is None
