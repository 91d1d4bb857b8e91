"""What an indicator counts, in words: what is reached, of what, until when, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.indicators import (
    AnyIndicator,
    Fulfilment,
    Openness,
    Participation,
    Satisfaction,
)
from pledgeflow.policy.saying.phrases import Phrase
from pledgeflow.policy.saying.speaker import Speaker
from pledgeflow.policy.saying.wording import speaking

FULFILLED: Phrase = ("{fulfilled:state}的{of:lifecycle}", "{of:lifecycle}: {fulfilled:state}")
PROMISED: Phrase = (
    "曾为{counted:state}的{of:lifecycle}，此后撤回的也计入[；现为{aside:state}的不计]",
    "{of:lifecycle}: {counted:state} at any time, also what was taken back since"
    "[; not what is {aside:state} now]",
)
NO_ITEM: Phrase = ("没有应计事项的承诺", "a pledge in which nothing counts")
BEGUN: Phrase = ("已启动承诺的承诺人", "promisors whose pledge has begun")
IN_STATE: Phrase = (
    "承诺曾为{state}的承诺人",
    "promisors whose pledge has been {state}",
)
BY_STEP: Phrase = (
    "承诺中已[由{by}]办理{means:any_means}的承诺人",
    "promisors in whose pledge {means:any_means} was done[ by {by}]",
)
HAVE_TO: Phrase = ("应当承诺的承诺人[（{tracks}）]", "everybody who has to pledge[ ({tracks})]")
NOWHERE: Phrase = (
    "名册未载明所在组织的承诺人",
    "a promisor whom the directory has in no organization",
)
PLEDGES_IN_STATE: Phrase = ("曾为{state}的承诺", "pledges that have been {state}")
PLEDGES_BY_STEP: Phrase = (
    "已[由{by}]办理{means:any_means}的承诺",
    "pledges in which {means:any_means} was done[ by {by}]",
)
PLEDGES: Phrase = (
    "已启动的承诺[（{tracks}）][，限于曾为{among:state}的]",
    "pledges begun[ ({tracks})][, of those that have been {among:state}]",
)
NOT_AMONG: Phrase = ("未曾为{among:state}的承诺", "a pledge that has not been {among:state}")
SHOWN: Phrase = (
    "[已办理的公开步骤：{means}，每份承诺每种计一次][{?means}{?duties}；][{duties:duty}已履行的次数]",
    "[steps taken of {means}, each once in a pledge][{?means}{?duties}; ]"
    "[times that {duties:duty} was met]",
)
TO_SHOW: Phrase = (
    "[{?means}每份[曾为{among:state}的]承诺应办理的公开步骤，各计一次][{?means}{?duties}；]"
    "[{duties:duty}已到期的次数]",
    "[{?means}one of each for every pledge[ that has been {among:state}]][{?means}{?duties}; ]"
    "[times that {duties:duty} was due]",
)
SATISFIED: Phrase = (
    "{command}中，{field}为[{tiers}|{choices:options}]的票数",
    "votes of [{tiers}|{choices:options}] in {field} of {command}",
)
VOTES: Phrase = (
    "{command}中，{field}的全部票数[{?last}，同一事项有几次的，只计最后一次]",
    "all votes in {field} of {command}[{?last}, of several about the same the last]",
)
NO_VOTE: Phrase = ("没有票数的承诺", "a pledge in which nobody voted")
LEFT_OUT: Phrase = ("{}，不计", "left out: {}")
ZERO: Phrase = ("{}，按未达到计", "counts as not reached: {}")
UNTIL: Phrase = ("截至{day}", "as of {day}")


@dataclass(frozen=True, slots=True)
class Explained:
    """An indicator in words, in one language. missing: "" where nothing can be missing."""

    numerator: str
    denominator: str
    as_of: str
    missing: str


def explained(policy: Policy, rule: AnyIndicator, as_of: date, lang: str) -> Explained:
    """What an indicator counts, and until when."""
    here = _about(speaking(policy, None, lang), policy, rule)
    data: dict[str, object] = {
        **rule.model_dump(by_alias=True, exclude={"label", "into", "as_of"}),
        "means": tuple(means.value for means in getattr(rule, "means", ())),
        "last": getattr(rule, "records", "") == "last" or None,
        "day": as_of,
        **(rule.satisfied.model_dump() if isinstance(rule, Satisfaction) else {}),
    }
    above, below, lacking = _phrases(rule)
    effect = LEFT_OUT if rule.missing == "left_out" else ZERO
    return Explained(
        numerator=here.fill(above, data),
        denominator=here.fill(below, data),
        as_of=here.fill(UNTIL, data),
        missing=here.pick(effect).format(here.fill(lacking, data)) if lacking is not None else "",
    )


def _about(said: Speaker, policy: Policy, rule: AnyIndicator) -> Speaker:
    """Who knows which lifecycle, command and field the words are from."""
    if isinstance(rule, Fulfilment):
        return replace(said, lifecycle=rule.of)
    root = next((rules.root for rules in policy.tracks.values()), "")
    field, commands = getattr(rule, "field", ""), getattr(rule, "command", ())
    return replace(said, lifecycle=root, field=field, commands=commands)


def _phrases(rule: AnyIndicator) -> tuple[Phrase, Phrase, Phrase | None]:
    """What is said above the line, below it, and of what is missing."""
    match rule:
        case Fulfilment():
            return FULFILLED, PROMISED, NO_ITEM
        case Participation():
            people = rule.of == "promisors"
            stated = IN_STATE if people else PLEDGES_IN_STATE
            stepped = BY_STEP if people else PLEDGES_BY_STEP
            above = stated if rule.state else stepped if rule.means else BEGUN
            lacking = NOWHERE if people else NOT_AMONG if rule.among else None
            return above, HAVE_TO if people else PLEDGES, lacking
        case Openness():
            return SHOWN, TO_SHOW, NOT_AMONG if rule.among else None
        case _:
            return SATISFIED, VOTES, NO_VOTE
