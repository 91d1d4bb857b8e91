"""What is said of each reason around ballots, in zh and in en. Beneath `phrases`."""

from __future__ import annotations

from collections.abc import Mapping

BALLOTS: Mapping[str, tuple[str, str]] = {
    "ballot_unknown": ("{required.ballot}尚未开始投票", "{required.ballot} has not been opened"),
    "ballot_open": (
        "{required.ballot}正在投票，其结果由票箱登记，投票结束后方可另行办理",
        "{required.ballot} is open; its result comes from the box, once it is closed",
    ),
    "ballot_closed": (
        "{required.ballot}已结束投票，不再计票",
        "{required.ballot} is closed; nothing is counted any more",
    ),
    "ballot_runs": (
        "{required.ballot}须至少开放{required.for}，最早于{required.not_before}结束；"
        "所填日期为{found.on}",
        "{required.ballot} stays open for at least {required.for}, until {required.not_before}; "
        "this is dated {found.on}",
    ),
    "nobody_may_vote": (
        "{required.ballot}没有有权投票的人",
        "nobody may vote in {required.ballot}",
    ),
    "nothing_to_choose": (
        "{required.ballot}至少须有{required.at_least}项可选，现有{found.choices}项",
        "{required.ballot} needs at least {required.at_least} to choose from; "
        "there are {found.choices}",
    ),
    "places_out_of_reach": (
        "{required.ballot}有{required.places}个名额，有权投票的{found.roll}人至多可投"
        "{found.most}票，名额无法选满",
        "{required.ballot} has {required.places} places, and the {found.roll} who may vote can cast "
        "{found.most} votes at most, too few to fill them",
    ),
    "quorum_out_of_reach": (
        "{required.ballot}须有{required.at_least}人投票，有权投票的只有{found.roll}人",
        "{required.ballot} needs {required.at_least} to vote, and only {found.roll} may",
    ),
    "no_quorum": (
        "{required.ballot}须有{required.at_least}人投票方为有效，应投{found.roll}人，"
        "实投{found.votes}人",
        "{required.ballot} counts only if {required.at_least} vote; "
        "of {found.roll} who may, {found.votes} did",
    ),
    "not_on_the_roll": (
        "只有列入名单的人可在{required.ballot}中投票；不在名单的有：{found.voters}",
        "only who is on the roll votes in {required.ballot}; not on it: {found.voters}",
    ),
    "already_voted": (
        "{required.ballot}每人只投一票，无论以何种方式；[{found.voters}|此人]已投过票",
        "in {required.ballot} everybody votes once, whichever way; "
        "[{found.voters}|this person] has voted already",
    ),
    "unknown_code": (
        "投票码不适用于{required.ballot}，或者已经更换；请另行申领",
        "there is no such code for {required.ballot}, or it has been replaced; ask for another",
    ),
    "ill_marked": (
        "在{required.ballot}中须选[{found.at_least}至]{found.at_most}项，不得重复；"
        "可选{found.choices:options}",
        "in {required.ballot} [{found.at_least} to ]{found.at_most} of {found.choices:options} "
        "may be marked, each once",
    ),
    "paper_exceeds_present": (
        "纸质选票计{found.counted}票，所列{found.present}人至多可投{found.at_most}票；"
        "请重新清点，或者补列投票人",
        "{found.counted} votes are on paper, and the {found.present} voters named for them can have "
        "cast {found.at_most} at most; count again, or name who voted",
    ),
}
