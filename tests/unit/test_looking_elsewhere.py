"""What is asked of another stream: which track it is in, whom an item names, and what would help."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.errors import Reason
from tests.town import SELECTION, TOWN, YEAR, Town, day, town

TOWN_YEAR = (
    "  branch_selection:\n    label: {zh: 支部推荐, en: selection of the branch}\n",
    "  town_year:\n"
    "    label: {zh: 镇年度工作, en: year of the town}\n"
    "    aggregate: year\n"
    "    match: {organization: {town: true}}\n"
    "    cite: T-01\n"
    "    rules:\n"
    "      commands:\n"
    "        close_year: {means: account, label: {zh: 年终总结, en: close the year}}\n"
    "      lifecycles:\n"
    "        year:\n"
    "          label: {zh: 年度工作, en: year}\n"
    "          initial: running\n"
    "          final: [closed]\n"
    "          states:\n"
    "            running: {zh: 进行中, en: running}\n"
    "            closed: {zh: 已总结, en: closed}\n"
    "          transitions:\n"
    "            close_year: {source: running, dest: closed, by: secretary, cite: T-01}\n"
    "  branch_selection:\n    label: {zh: 支部推荐, en: selection of the branch}\n",
)
ABOVE = (
    "whose: own\n                  guards: {met",
    "whose: superior\n                  guards: {met",
)

GRADED = (
    "guards: {may: {is: award, standing: eligible}}",
    "guards: {may: {is: stands, in: graded}}",
)


def refused(played: Town, stream: str, do: str, actor: str, **said: object) -> Reason:
    step = {"do": do, "on": day(7, 20), "actor": actor, "capacity": "secretary", **said}
    (reason,) = played.engine.explain(stream, step).reasons
    return reason


def test_another_stream_is_judged_by_the_rules_of_its_own_track(tmp_path: Path) -> None:
    """The year of a branch has a meeting, that of the town has none: nothing helps against that."""
    played = Town(tmp_path, town(TOWN_YEAR, ABOVE)).graded()
    reason = refused(played, SELECTION, "nominate", "an", candidate="cai")
    assert (reason.code, reason.remedy) == ("not_so_elsewhere", ())


def test_what_helps_is_named_where_the_track_knows_it(tmp_path: Path) -> None:
    played = Town(tmp_path, town(TOWN_YEAR)).promised()
    reasons = played.engine.explain(
        SELECTION,
        {
            "do": "nominate",
            "on": day(7, 20),
            "actor": "an",
            "capacity": "secretary",
            "candidate": "cai",
        },
    ).reasons
    steps = [(s.command, s.promisor, s.venue) for r in reasons for s in r.remedy]
    assert steps == [("hold_rating", "east", "year")]


def test_whom_an_item_names_is_looked_at_before_anything_is_offered(tmp_path: Path) -> None:
    played = Town(tmp_path, town(GRADED)).forwarded()
    played.do(TOWN, "announce", day(7, 4), "mayor", places=1)
    played.do(TOWN, "give_notice", day(7, 5), "mayor")
    offered = played.engine.permitted(TOWN, "mayor", day(7, 13))
    assert offered["confer", "candidacy/2"].permitted
    played.do("t/2025/cai", "reopen", day(7, 6), "mayor", "superior")
    offered = played.engine.permitted(TOWN, "mayor", day(7, 13))
    assert offered["confer", "candidacy/1"].permitted
    assert not offered["confer", "candidacy/2"].permitted
    codes = {reason.code for reason in offered["confer", "candidacy/2"].reasons}
    assert codes == {"not_so_elsewhere"}


def test_who_dropped_out_and_came_in_again_drops_out_again(tmp_path: Path) -> None:
    played = Town(tmp_path, town(GRADED)).graded()
    cai = "t/2025/cai"
    for month in (8, 9):
        played.do(SELECTION, "nominate", day(month, 2), "an", candidate="cai")
        played.do(cai, "reopen", day(month, 3), "mayor", "superior")
        played.do(cai, "grade", day(month, 4), "an", tier="poor")
    items = played.engine.state(SELECTION).children("candidacy")
    assert [item.state for item in items] == ["dropped", "dropped"]


@pytest.mark.parametrize("capacity", ["reaction", "secretary"])
@pytest.mark.parametrize("do", ["annul", "correct"])
def test_nobody_is_told_to_take_back_what_another_stream_brought_about(
    do: str, capacity: str
) -> None:
    played = Town().rated()
    (record,) = played.engine.state("t/2025/cai").records["rate"]
    step = {"do": do, "on": day(6, 2), "actor": "an", "capacity": capacity}
    verdict = played.engine.explain("t/2025/cai", {**step, "target": record.version})
    assert [reason.remedy for reason in verdict.reasons] == [()]


def test_what_rests_on_an_act_may_have_come_from_another_stream(tmp_path: Path) -> None:
    moves = (
        "rate: {source: promised, stays: true, by: reaction, cite: T-01}",
        "rate: {source: promised, dest: graded, by: reaction, cite: T-01}",
    )
    played = Town(tmp_path, town(moves)).rated()
    (promised,) = played.engine.state("t/2025/cai").records["promise"]
    step = {"do": "annul", "on": day(6, 2), "actor": "cai", "capacity": "promisor"}
    (reason,) = played.engine.explain("t/2025/cai", {**step, "target": promised.version}).reasons
    assert (reason.code, reason.remedy) == ("others_rest_on_it", ())
    assert played.engine.state(YEAR).version == 2
