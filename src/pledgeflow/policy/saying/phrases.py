"""What is said of each reason code in both languages; `filling` fills in the rest.

`{required.by}` stands for what the reason has there, worded by the kind its last word has (see
`wording`), or by the kind named after a colon; `{?required.each}` asks for it and says nothing.
`[… {a} …|…]` is left out, or gives way to what follows the bar, unless all it asks for is there.
"""

from __future__ import annotations

from collections.abc import Mapping

from pledgeflow.errors import Ruling
from pledgeflow.policy.saying.balloting import BALLOTS
from pledgeflow.policy.saying.numbers import NUMBERS

Phrase = tuple[str, str]
"""The same in zh and in en."""

_PAST: Phrase = (
    "[在{required.since}[、{required.within}]|[在{required.within}]]"
    "[自上一次{required.since_last:command}之后]"
    "[由{required.by}]办理{required.command}[（{required.saying}）]",
    "{required.command}[ by {required.by}][ with {required.saying}][ {required.within}]"
    "[ {required.since}][ after the last {required.since_last:command}]",
)

SENTENCES: Mapping[str, Phrase] = {
    # what this policy does not know
    "silent": (
        "本办法未规定{required.command}",
        "this policy does not provide for {required.command}",
    ),
    "no_track": (
        "本办法适用于[{tracks}|名册所列承诺人]，该承诺人不在其列",
        "this policy is for [{tracks}|no promisor yet]; this promisor is not among them",
    ),
    # where the pledge or its item stands
    "wrong_state": (
        "{required.command}须在{found.subject}处于{required.states}状态时办理，现为{found.state}",
        "{required.command} is open only while {found.subject} is {required.states}; "
        "it is {found.state}",
    ),
    "not_while": (
        "须在{required.while}时办理；[现{found.subject}处于{found.state}状态|现无所属事项]",
        "this is open only while {required.while}; "
        "[{found.subject} is {found.state}|there is nothing that it belongs to]",
    ),
    "before_last_move": (
        "办理日期不得早于上一次状态变更之日{required.not_before}，所填日期为{found.on}",
        "a move may not be dated before the last one, {required.not_before}; "
        "this is dated {found.on}",
    ),
    "unknown_item": (
        "{required.field}须指明本承诺的一项{required.lifecycle}；[{found.item}不在其中|现未指明]",
        "{required.field} has to name one {required.lifecycle} of this pledge; "
        "[{found.item} is none|nothing is named]",
    ),
    # when
    "in_the_future": (
        "所登记事项的发生日期不得晚于{required.not_after}，所填日期为{found.on}",
        "what is entered has to have happened by {required.not_after}; this is dated {found.on}",
    ),
    "entered_too_late": (
        "补登事项的发生日期不得早于{required.not_before}，所填日期为{found.on}",
        "entries reach back no further than {required.not_before}; this is dated {found.on}",
    ),
    "before_stage": (
        "{required.stage}自{required.day}开始，所填日期为{found.on}",
        "{required.stage} begins on {required.day}; this is dated {found.on}",
    ),
    "after_stage": (
        "{required.stage}至{required.day}结束，所填日期为{found.on}",
        "{required.stage} ended on {required.day}; this is dated {found.on}",
    ),
    "cycle_closed": (
        "本期间已于{found.on}关闭，此后只办理更正、撤销、后果所要求的步骤和由此产生的未结事项",
        "the cycle was closed on {found.on}; what goes on is corrections, annulments, what an "
        "outcome calls for, and what follows from it and is still open",
    ),
    "no_due_date": (
        "须待[{required.field}|完成时限]届满后办理，但该日期尚未填写",
        "[{required.field}|the due date] has to have passed; none is set",
    ),
    "not_due_yet": (
        "须待[{required.field}|完成时限]届满后办理，该日期为{found.due}",
        "[{required.field}|the due date] has to have passed; it is {found.due}",
    ),
    "past_due": (
        "须在[{required.field}|完成时限]{found.due}当日或之前办理，所填日期为{found.on}",
        "this has to be done by [{required.field}|the due date], {found.due}; "
        "this is dated {found.on}",
    ),
    # who
    "not_in_capacity": (
        "须由{required.roles}办理，现[以{found.capacity}身份|未说明以何身份]办理",
        "only {required.roles} may do this; [it is done as {found.capacity}|no capacity is given]",
    ),
    "not_promisor": (
        "须由承诺人[（{found.entitled}）]办理，{found.actor}不是承诺人",
        "only the promisor[ ({found.entitled})] may do this; {found.actor} is not the promisor",
    ),
    "not_holder": (
        "须由{required.roles}[（{found.entitled}）]办理，{found.actor}无此身份",
        "only somebody who acts for {required.roles}[ ({found.entitled})] may do this; "
        "{found.actor} does not",
    ),
    "own_pledge": (
        "不得以{required.roles}身份经办或代为登记本人的承诺，此系{found.actor}本人的承诺"
        "[；可由{found.entitled}办理]",
        "nobody acts for {required.roles}, or enters what they did, on their own pledge; "
        "this is the own pledge of {found.actor}[; {found.entitled} may act]",
    ),
    "vacant": (
        "须由{required.roles}办理，现无人担任，也无人可代行",
        "somebody has to act for {required.roles}; nobody holds it or stands in for it",
    ),
    "already_signed": (
        "{required.roles:parties}各签署一次，{found.capacity:parties}已签署",
        "{required.roles:parties} sign once each; {found.capacity:parties} has signed already",
    ),
    "signs_twice": (
        "{required.roles:parties}须由不同的人签署，{found.actor}已签署过",
        "{required.roles:parties} have to be signed for by different people; "
        "{found.actor} has signed already",
    ),
    "signs_something_else": (
        "{required.roles:parties}须签署同一内容，{found.capacity:parties}已签署的内容与此不同",
        "{required.roles:parties} have to sign the same; "
        "what was signed for {found.capacity:parties} differs",
    ),
    # what has happened before
    "not_preceded": (
        f"须先{_PAST[0]}[，{{required.each}}逐项办理]，不少于[{{required.at_least}}|1]次；"
        "[{?required.each}{found.subjects}未达到|[{found.subjects}]现有{found.times}次]",
        f"{_PAST[1]} has to come first[ for {{required.each}}], "
        "at least [{required.at_least:times}|once]; [{?required.each}this is not so for "
        "{found.subjects}|so far[ for {found.subjects}]: {found.times:times}]",
    ),
    "preceded": (
        f"{_PAST[0]}后，不得再办理此步骤；该项已于{{found.on}}办理",
        f"{_PAST[1]} rules this out; it happened on {{found.on}}",
    ),
    "too_recent": (
        f"须已连续{{required.for}}未{_PAST[0]}；自{{found.on}}起算，期限未满",
        f"{{required.for}} without {_PAST[1]} have to pass; they count from {{found.on}}",
    ),
    "not_long_enough": (
        f"{_PAST[0]}须已满{{required.ago:for}}；自{{found.on}}起算，期限未满",
        f"{_PAST[1]} has to be {{required.ago:for}} ago; it was on {{found.on}}",
    ),
    "nobody_named": (
        "须写明{found.field}",
        "{found.field} has to name somebody",
    ),
    "not_begun_elsewhere": (
        "须先有{found.owner:person}[{?found.above}的上级]的{place}，现尚未开始",
        "this needs the {place} of [{?found.above}the organization above ]"
        "{found.owner:person}, which has not begun",
    ),
    "not_so_elsewhere": (
        "{found.owner:person}[{?found.above}的上级]的{place}不符合要求：{because:spoken}",
        "in the {place} of [{?found.above}the organization above ]"
        "{found.owner:person}: {because:spoken}",
    ),
    "others_first": (
        "[{?required.in}本地区|本组织]内其他承诺人（[{required.among}]"
        "[{?required.among}{?required.posts}，以及][担任{required.posts}的]）须先办理"
        "{required.means}；尚未办理：{found.missing:person}",
        "the others in [{?required.in}the jurisdiction|the own organization] who "
        "[are {required.among}][{?required.among}{?required.posts} or who ]"
        "[hold the post of {required.posts}] first have to {required.means}; "
        "still to do so: {found.missing:person}",
    ),
    "not_called_for": (
        "须有[{required.outcome}|后续处理]要求办理此步骤且尚未办理；"
        "现有后续处理：[{found.outcomes}|无]",
        "[{required.outcome}|an outcome] has to call for this and not have got it yet; "
        "outcomes so far: [{found.outcomes}|none]",
    ),
    # the items
    "too_few_items": (
        "[处于{required.in}状态的][写明{required.saying:content}的]"
        "{required.of:lifecycle}不得少于[{found.least}|{required.at_least}]项，现有{found.items}项",
        "there have to be at least [{found.least}|{required.at_least}] × {required.of:lifecycle}"
        "[ that is {required.in}][ with {required.saying:content}]; there are {found.items}",
    ),
    "too_many_items": (
        "[处于{required.in}状态的][写明{required.saying:content}的]"
        "{required.of:lifecycle}须少于{found.most}项，现有{found.items}项",
        "there have to be fewer than {found.most} × {required.of:lifecycle}"
        "[ that is {required.in}][ with {required.saying:content}]; there are {found.items}",
    ),
    "no_number": (
        "须先写明{found.field}",
        "{found.field} has to be named first",
    ),
    "items_incomplete": (
        "每项[处于{required.in}状态的]{required.of:lifecycle}须写明{required.fields}；"
        "{found.fields:lacking}",
        "every {required.of:lifecycle}[ that is {required.in}] has to say {required.fields}; "
        "{found.fields:lacking}",
    ),
    "items_not_ready": (
        "[处于{required.in}状态的]{required.of:lifecycle}[均须为{required.all}]"
        "[均不得为{required.none}][至少一项须为{required.any}]；现状：[{found.subjects}|无]",
        "[of those that are {required.in}, ]"
        "[every {required.of:lifecycle} has to be {required.all}]"
        "[no {required.of:lifecycle} may be {required.none}]"
        "[one {required.of:lifecycle} has to be {required.any}]; found: [{found.subjects}|none]",
    ),
    # what is owed
    "not_owed": (
        "须有[{?required.overdue}已逾期且]尚未履行的{required.duty}，现无"
        "[；最近应履行之日为{found.due}]",
        "{required.duty} has to be owed[{?required.overdue} and overdue]; it is not"
        "[; the nearest due date is {found.due}]",
    ),
    "not_owed_yet": (
        "须待{required.duty}[{?required.overdue}逾期|可以履行]后办理，其应履行之日为{found.due}",
        "{required.duty} has to be [{?required.overdue}overdue|open] first; "
        "it is due on {found.due}",
    ),
    "carried_too_often": (
        "结转不得超过{required.periods}次，现已结转{found.periods}次",
        "an item may be carried over {required.periods:times} at most; "
        "this one has been carried over {found.periods:times}",
    ),
    "other_content": (
        "该事项须载明{required.fields:content}；不符之处：{found.fields}",
        "the item has to say {required.fields:content}; it does not in {found.fields}",
    ),
    # the promisor and the grade
    "other_promisor": (
        "仅适用于[{required.kinds}][{?required.kinds}{?required.posts}、][{required.posts}]的承诺人；"
        "名册所载为[{found.kinds}|无][，现任{found.posts}]",
        "this is for a promisor who is [{required.kinds}]"
        "[{?required.kinds}{?required.posts} and ][{required.posts}]; "
        "the directory says [{found.kinds}|nothing of this kind][ and {found.posts}]",
    ),
    "other_grade": (
        "须有已确认的[{required.tiers}]评定等次；[已登记等次（含未确认）：{found.tier}|尚未评定]",
        "a confirmed grade[ of {required.tiers}] is needed; "
        "[on record, confirmed or not, is {found.tier}|there is none]",
    ),
    "other_award": (
        "须[{?required.standing}{required.standing:standing}]；[现{found.standing}|现无相关结论]",
        "this is for who is {required.standing:standing}; [it is {found.standing}|nothing says so]",
    ),
    "stands_elsewhere": (
        "须处于{required.in}状态，现为{found.state}",
        "it has to be {required.in}; it is {found.state}",
    ),
    # what the command says
    "names_oneself": (
        "不得由{found.field}所指的本人{found.actor}办理",
        "{found.actor}, whom {found.field} names, cannot do this",
    ),
    "field_missing": (
        "须填写{required.field}，现未填写",
        "{required.field} has to be filled in; it is missing",
    ),
    "fields_missing": (
        "须填写{required.fields}；现缺{found.fields}",
        "to be filled in are {required.fields}; missing: {found.fields}",
    ),
    "not_on_the_list": (
        "{required.field}只能填写[{required.values:options}|所列选项]；{found.values}不在其列",
        "{required.field} takes only [{required.values:options}|what is listed]; "
        "not among them: {found.values}",
    ),
    "criteria_not_met": (
        "{found.field}中，{required.of:choice}均须符合；不符合的有：{found.criteria}",
        "{found.field} has to find {required.of:choice} met; not met: {found.criteria}",
    ),
    "not_named": (
        "{found.field}须[{?required.holders}为|[{?required.exactly}为|包括]]"
        "[{required.holders}|{required.of:choice}]"
        "[；缺少{found.missing:choice}][；多出{found.extra}]",
        "{found.field} has to name [just {required.holders}|"
        "[{?required.exactly}just ]{required.of:choice}]"
        "[; missing: {found.missing:choice}][; too many: {found.extra}]",
    ),
    "not_listed_for": (
        "{found.field}须在所列范围内选择[；名册载明承诺人为{found.kinds}]"
        "[，可选{found.own:options}|；名册未载明承诺人属于所列的任何一类]；{found.values}不在其列",
        "{found.field} has to be on the list for this promisor"
        "[; the directory says {found.kinds}][; to choose from are {found.own:options}"
        "|; the directory names none of the kinds that have a list]; not on it: {found.values}",
    ),
    "said_otherwise": (
        "须填写：{required.fields:pairs}；现填写：{found:pairs}",
        "it has to say {required.fields:pairs}; it says {found:pairs}",
    ),
    "channel_silent": (
        "等次须由{required.steps}综合得出，尚缺{found.steps}",
        "the grade is worked out from {required.steps}; still missing: {found.steps}",
    ),
    **BALLOTS,
    **NUMBERS,
    # correcting and annulling
    "unknown_record": (
        "须指明一条有效记录，{found.target}不存在或已撤销",
        "a record that stands has to be named; there is no {found.target}, or it was annulled",
    ),
    "under_other_rules": (
        "{found.target}系依其他规定登记，或视为已办，现行规定无此步骤，不得更正或撤销",
        "{found.target} was recorded under other rules, or is deemed to have happened; "
        "the rules by now have no such step to amend",
    ),
    "others_rest_on_it": (
        "其后不得有以此为依据的记录；现有{found.records}",
        "nothing that came later may rest on it; this does: {found.records}",
    ),
    "about_another_item": (
        "更正不得改变所指的事项，须撤销后重新登记",
        "a correction cannot be about another item; annul the record and enter it anew",
    ),
    "jointly_signed": (
        "共同签署的记录不得更正，须撤销后重新签署",
        "what was signed jointly is not corrected for the others; it is annulled and signed again",
    ),
}

FOREIGN: Phrase = (
    "须符合{condition}，现不符合[；要求：{required:pairs}][；现状：{found:pairs}]",
    "{condition} has to hold; it does not[; required: {required:pairs}][; found: {found:pairs}]",
)
"""What is said of a code that only a deployer's guard knows."""

REMEDY: Phrase = (
    "由[{by}|办理人][就{subject}][在{promisor}的{place}中][对{target}]办理{command}[，共{times}次]"
    "[，填写{fields:asks}][，不早于{not_before}][，不晚于{not_after}]",
    "[{by:known_role}|whoever acts] has to take the step {command}[ on {target}][ for {subject}]"
    "[ in the {place} of {promisor}][, {times:times}][, giving {fields:asks}]"
    "[, not before {not_before}][, by {not_after}]",
)

SAY_SO: Phrase = (
    "[就{subject}]此步骤须填写{fields:asks}",
    "this step[ for {subject}] has to say {fields:asks}",
)
"""A remedy that is the refused step itself, saying something else."""

WAIT: Phrase = (
    "待[{not_before}或之后|条件具备时]办理[，不晚于{not_after}]",
    "wait [until {not_before}|until it can be done][, by {not_after} at the latest]",
)

RULINGS: Mapping[Ruling, Phrase] = {
    Ruling.PERMITTED: ("可以办理", "permitted"),
    Ruling.FORBIDDEN: ("不得办理", "forbidden"),
    Ruling.NOT_AUTHORIZED: ("无权办理", "not authorized"),
    Ruling.NOT_YET: ("尚未到办理时间", "not yet"),
    Ruling.TOO_LATE: ("已过办理时间", "too late"),
    Ruling.SILENT: ("本办法未作规定", "not provided for"),
}

OWN_WORDS: Mapping[str, Phrase] = {
    "promisor": ("承诺人", "promisor"),
    "reaction": ("其他事项的联动", "reaction to another stream"),
    "annul": ("撤销", "annul"),
    "correct": ("更正", "correct"),
    "target": ("记录", "record"),
}
"""Names that no policy declares, because every policy has them."""

EACH: Phrase = ("每项[处于{in}状态的]{of:lifecycle}", "every {of:lifecycle}[ that is {in}]")
IS: Phrase = ("{subject}处于{state}状态", "{subject} is {state}")
LACKS: Phrase = ("{subject}缺少{fields}", "{subject} lacks {fields}")
SAYING: Phrase = ("（{}）", " as {}")
TIMES: Mapping[str, str] = {"1": "once", "2": "twice"}
UNITS: Mapping[str, Phrase] = {
    "Y": ("年", "year"),
    "M": ("个月", "month"),
    "W": ("周", "week"),
    "D": ("日", "day"),
}
BLANK: Phrase = ("（未注明）", "(not given)")
