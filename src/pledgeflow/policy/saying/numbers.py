"""What is said of numbers that cannot be: parts of a whole, tallies. Beneath `phrases`."""

from __future__ import annotations

from collections.abc import Mapping

NUMBERS: Mapping[str, tuple[str, str]] = {
    "number_too_small": (
        "{required.field}不得少于{required.at_least}，所填为{found.number}",
        "{required.field} cannot be less than {required.at_least}; it says {found.number}",
    ),
    "part_exceeds_whole": (
        "{required.field}不得多于{required.part_of:field}：前者填{found.part}，后者填{found.whole}",
        "{required.field} cannot be more than {required.part_of:field}: "
        "the one says {found.part}, the other {found.whole}",
    ),
    "too_few_votes": (
        "{required.field}合计不得少于[{required.at_least}|1]票，现为{found.votes}票",
        "{required.field} has to count at least [{required.at_least}|1] in all; "
        "it counts {found.votes}",
    ),
    "too_many_votes": (
        "{required.field}计{found.votes}票，到会{found.present}人至多可投{found.most}票；请重新清点",
        "{required.field} counts {found.votes}, and {found.present} voters can have cast "
        "{found.most} at most; count again",
    ),
    "too_many_present": (
        "到会人数不得多于应到人数{found.entitled}人，所填为{found.present}人",
        "no more can be present than the {found.entitled} who are entitled; it says {found.present}",
    ),
    "too_small_a_share": (
        "应到{found.entitled}人，到会不得少于{found.least}人，现为{found.present}人",
        "of {found.entitled} who are entitled, {found.least} at least have to be present; "
        "{found.present} are",
    ),
    "voters_of_unknown_number": (
        "须填写{found.fields}，以便核对票数",
        "{found.fields} has to be filled in, for the votes to be held against",
    ),
}
