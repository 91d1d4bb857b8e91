"""Every reason around ballots in words; `test_wording` holds them against what is said."""

from __future__ import annotations

from datetime import date
from typing import Any

from pledgeflow.errors import Reason

BALLOTS_TEXT = """
ballots:
  rating:
    label: {zh: 民主测评, en: assessment}
    command: grade
    voters: {listed: true}
    secrecy: open
"""


def because(code: str, required: Any = None, found: Any = None) -> Reason:
    named = {"ballot": "rating", "command": "grade", **(required or {})}
    return Reason(code, "ballots.rating", (), named, found or {})


def counted(code: str, found: Any) -> Reason:
    asked = {"field": "votes", "present": "present", "of": "entitled"}
    return Reason(code, "lifecycles.pledge.transitions.grade.guards.x", (), asked, found)


BALLOT_REASONS = [
    (
        counted("too_many_votes", {"votes": 9, "most": 7, "present": 7}),
        "“得票”计9票，到会7人至多可投7票；请重新清点",
        "`votes` counts 9, and 7 voters can have cast 7 at most; count again",
    ),
    (
        counted("too_many_present", {"present": 9, "entitled": 8}),
        "到会人数不得多于应到人数8人，所填为9人",
        "no more can be present than the 8 who are entitled; it says 9",
    ),
    (
        counted("too_small_a_share", {"present": 3, "entitled": 8, "least": 4}),
        "应到8人，到会不得少于4人，现为3人",
        "of 8 who are entitled, 4 at least have to be present; 3 are",
    ),
    (
        counted("voters_of_unknown_number", {"fields": ("votes",)}),
        "须填写“得票”，以便核对票数",
        "`votes` has to be filled in, for the votes to be held against",
    ),
    (
        because("places_out_of_reach", {"places": 4}, {"roll": 1, "most": 2}),
        "“民主测评”有4个名额，有权投票的1人至多可投2票，名额无法选满",
        "`assessment` has 4 places, and the 1 who may vote can cast 2 votes at most, too few to "
        "fill them",
    ),
    (
        because("ballot_unknown"),
        "“民主测评”尚未开始投票",
        "`assessment` has not been opened",
    ),
    (
        because("ballot_open"),
        "“民主测评”正在投票，其结果由票箱登记，投票结束后方可另行办理",
        "`assessment` is open; its result comes from the box, once it is closed",
    ),
    (
        because("ballot_closed"),
        "“民主测评”已结束投票，不再计票",
        "`assessment` is closed; nothing is counted any more",
    ),
    (
        because(
            "ballot_runs", {"not_before": date(2025, 3, 8), "for": "P7D"}, {"on": date(2025, 3, 3)}
        ),
        "“民主测评”须至少开放7日，最早于2025年3月8日结束；所填日期为2025年3月3日",
        "`assessment` stays open for at least 7 days, until 2025-03-08; this is dated 2025-03-03",
    ),
    (
        because("nobody_may_vote"),
        "“民主测评”没有有权投票的人",
        "nobody may vote in `assessment`",
    ),
    (
        because("nothing_to_choose", {"at_least": 2}, {"choices": 1}),
        "“民主测评”至少须有2项可选，现有1项",
        "`assessment` needs at least 2 to choose from; there are 1",
    ),
    (
        because("quorum_out_of_reach", {"at_least": 9}, {"roll": 4}),
        "“民主测评”须有9人投票，有权投票的只有4人",
        "`assessment` needs 9 to vote, and only 4 may",
    ),
    (
        because("no_quorum", {"at_least": 5}, {"votes": 3, "roll": 8}),
        "“民主测评”须有5人投票方为有效，应投8人，实投3人",
        "`assessment` counts only if 5 vote; of 8 who may, 3 did",
    ),
    (
        because("not_on_the_roll", found={"voters": ("li", "wang")}),
        "只有列入名单的人可在“民主测评”中投票；不在名单的有：li、wang",
        "only who is on the roll votes in `assessment`; not on it: `li` and `wang`",
    ),
    (
        because("already_voted", found={"voters": ("li",)}),
        "“民主测评”每人只投一票，无论以何种方式；li已投过票",
        "in `assessment` everybody votes once, whichever way; `li` has voted already",
    ),
    (
        because("already_voted"),
        "“民主测评”每人只投一票，无论以何种方式；此人已投过票",
        "in `assessment` everybody votes once, whichever way; this person has voted already",
    ),
    (
        because("unknown_code"),
        "投票码不适用于“民主测评”，或者已经更换；请另行申领",
        "there is no such code for `assessment`, or it has been replaced; ask for another",
    ),
    (
        because("ill_marked", found={"at_most": 1, "choices": ("good", "bad")}),
        "在“民主测评”中须选1项，不得重复；可选“满意”或“不满意”",
        "in `assessment` 1 of `satisfied` or `not satisfied` may be marked, each once",
    ),
    (
        because("ill_marked", found={"at_least": 0, "at_most": 2, "choices": ("good", "bad")}),
        "在“民主测评”中须选0至2项，不得重复；可选“满意”或“不满意”",
        "in `assessment` 0 to 2 of `satisfied` or `not satisfied` may be marked, each once",
    ),
    (
        because("paper_exceeds_present", found={"counted": 9, "present": 4, "at_most": 8}),
        "纸质选票计9票，所列4人至多可投8票；请重新清点，或者补列投票人",
        (
            "9 votes are on paper, and the 4 voters named for them can have cast 8 at most; "
            "count again, or name who voted"
        ),
    ),
]
