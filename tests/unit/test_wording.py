"""Reasons, remedies and rulings in words: every code, in both languages, whatever the data."""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text
from pledgeflow.errors import BallotError, Reason, RemedyStep, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.guards.binding import Binding, Check
from pledgeflow.policy.guards.kinds import Guard
from pledgeflow.policy.loading import build
from pledgeflow.policy.saying.phrases import SENTENCES
from pledgeflow.policy.saying.speaker import Speaker
from pledgeflow.policy.saying.valuing import KINDS, word_for
from pledgeflow.policy.saying.wording import say, say_remedy, say_ruling, worded
from tests.unit.reasons_of_ballots import BALLOT_REASONS, BALLOTS_TEXT

SOURCE = Path(__file__).parents[2] / "src" / "pledgeflow"

POLICY = """
policy: small
posts: {boss: {zh: 局长, en: head}}
cycle:
  every: P1Y
  starts: 01-01
  stages: {promise: {label: {zh: 承诺阶段, en: promise stage}, from: 01-01, until: 03-31}}
tracks:
  member:
    label: {zh: 党员, en: member}
    match: {person: {member: true}}
  elder:
    label: {zh: 老党员, en: elder}
    match: {person: {elder: true}}
    rules:
      commands: {greet: {means: record, label: {zh: 慰问, en: greet}}}
roles:
  branch_secretary: {label: {zh: 支部书记, en: branch secretary}, person: {post: secretary}}
  contact: {label: {zh: 联系人, en: contact}, person: {relation: contact}}
commands:
  consult:
    means: consultation
    label: {zh: 征求意见, en: consult}
    fields:
      form:
        type: choice
        label: {zh: 形式, en: form}
        choices: {written: {zh: 书面, en: in writing}, oral: {zh: 口头, en: by word of mouth}}
  propose:
    means: proposal
    label: {zh: 提诺, en: propose}
    fields:
      measures: {type: text, label: {zh: 承诺措施, en: measures}}
      due: {type: date, label: {zh: 完成时限, en: due date}}
  submit: {means: submission, label: {zh: 报送, en: submit}}
  sign:
    means: signature
    label: {zh: 定诺, en: sign}
    fields:
      copies:
        type: choices
        label: {zh: 承诺书份数, en: copies}
        choices: {branch: {zh: 党支部, en: branch}, board: {zh: 公开栏, en: notice board}}
  publish: {means: publication, label: {zh: 亮诺, en: publish}}
  review_item:
    means: approval
    label: {zh: 审诺, en: review}
    fields:
      item: {type: commitment, label: {zh: 事项, en: item}}
      findings:
        type: checklist
        label: {zh: 审核意见, en: findings}
        choices: {real: {zh: 切合实际, en: realistic}, clear: {zh: 内容明确, en: clear}}
  grade:
    means: grade
    label: {zh: 评诺, en: grade}
    fields:
      tier: {type: tier, label: {zh: 等次, en: tier}}
      votes: {type: tally, label: {zh: 得票, en: votes}}
      note: {type: text, required: false}
duties:
  meeting: {label: {zh: 例会, en: meeting}, owner: promisor, met_by: consult, every: P3M}
lifecycles:
  pledge:
    label: {zh: 承诺, en: pledge}
    initial: drafting
    states:
      drafting: {zh: 提诺中, en: being drafted}
      open: {zh: 待审, en: under review}
      signed: {zh: 已定诺, en: signed}
    transitions:
      consult: {source: drafting, stays: true, by: promisor}
      propose: {source: drafting, stays: true, by: promisor, adds: commitment}
      submit:
        source: drafting
        dest: open
        by: promisor
        guards:
          opinions_sought:
            is: preceded_by
            command: consult
            label: {zh: 已听取意见, en: opinions were sought}
          own_rule: {is: weather, label: {zh: 天气晴好, en: fine weather}}
          plain: {is: items, of: commitment}
      sign_at_once: {trigger: sign, source: open, dest: signed, by: branch_secretary}
      publish: {source: signed, stays: true, by: promisor}
      grade: {source: signed, stays: true, by: branch_secretary}
  commitment:
    label: {zh: 承诺事项, en: commitment}
    of: pledge
    initial: open
    states: {open: {zh: 办理中, en: in hand}, done: {zh: 已办结, en: done}}
    transitions:
      review_item: {source: open, stays: true, by: branch_secretary}
      finish:
        source: open
        dest: done
        when:
          reported:
            is: preceded_by
            command: review_item
            label: {zh: 已审诺, en: it was reviewed}
evaluation:
  tiers: {good: {zh: 满意, en: satisfied}, bad: {zh: 不满意, en: not satisfied}}
outcomes:
  criticism: {label: {zh: 通报批评, en: criticism}, when: {tier: bad}}
"""

GUARD: TypeAdapter[Any] = TypeAdapter(Guard)
DAY = date(2025, 3, 31)
LATER = date(2025, 4, 2)
SUBMIT = "lifecycles.pledge.transitions.submit"


def weather(binding: Binding, _: Mapping[str, str | int | bool]) -> Check:
    """A guard of a deployer's own."""
    return Check(binding.rule, lambda *_: None)


def policy_of(text: str) -> Policy:
    resolved = resolve([read(text, "p.yaml")], on=None, ordinal=1)
    return build(resolved, known=frozenset(), allowed={"weather": weather}, checked=False)


SMALL = policy_of(POLICY + BALLOTS_TEXT)


def asked(kind: str, **options: Any) -> dict[str, Any]:
    """What a guard of this kind requires, just as its reasons give it."""
    required: dict[str, Any] = GUARD.validate_python({"is": kind, **options}).required()
    return required


def because(
    code: str, required: Any = None, found: Any = None, rule: str = "evaluation.order"
) -> Reason:
    return Reason(code, rule, (), required or {}, found or {})


TOWN = {"owner": "li", "place": ""}
NOT_YET_CONSULTED = {
    "code": "not_preceded",
    "required": {"command": "consult", "at_least": 1},
    "found": {"times": 0},
}
ELIGIBLE = {"may": {"is": "award", "standing": "eligible"}}

ELSEWHERE = [
    (
        because(
            "too_many_items",
            asked("items", of="commitment", fewer_than="places", **{"in": "done"}),
            {"items": 2, "most": 2},
        ),
        "处于“已办结”状态的承诺事项须少于2项，现有2项",
        "there have to be fewer than 2 × commitment that is `done`; there are 2",
    ),
    (
        because(
            "too_few_items",
            asked("items", of="commitment", more_than=2),
            {"items": 2, "least": 3},
        ),
        "承诺事项不得少于3项，现有2项",
        "there have to be at least 3 × commitment; there are 2",
    ),
    (
        because(
            "no_number", asked("items", of="commitment", more_than="votes"), {"field": "votes"}
        ),
        "须先写明“得票”",
        "`votes` has to be named first",
    ),
    (
        because("not_long_enough", asked("preceded_by", command="publish", ago="P7D"), {"on": DAY}),
        "办理“亮诺”须已满7日；自2025年3月31日起算，期限未满",
        "`publish` has to be 7 days ago; it was on 2025-03-31",
    ),
    (
        because("nobody_named", asked("elsewhere", guards=ELIGIBLE), {"field": "item"}),
        "须写明“事项”",
        "`item` has to name somebody",
    ),
    (
        because("not_begun_elsewhere", asked("elsewhere", guards=ELIGIBLE), TOWN),
        "须先有li的承诺，现尚未开始",
        "this needs the pledge of `li`, which has not begun",
    ),
    (
        because("not_begun_elsewhere", {}, {**TOWN, "above": True}),
        "须先有li的上级的承诺，现尚未开始",
        "this needs the pledge of the organization above `li`, which has not begun",
    ),
    (
        because("not_so_elsewhere", {}, {**TOWN, "because": NOT_YET_CONSULTED}),
        "li的承诺不符合要求：须先办理“征求意见”，不少于1次；现有0次",
        "in the pledge of `li`: `consult` has to come first, at least once; so far: 0 times",
    ),
    (
        because("other_award", asked("award", standing="eligible"), {"standing": "barred"}),
        "须可参与评优评先；现不得评优评先",
        "this is for who is eligible for awards; it is barred from awards",
    ),
    (
        because("other_award", asked("award", standing="barred"), {}),
        "须不得评优评先；现无相关结论",
        "this is for who is barred from awards; nothing says so",
    ),
    (
        because("stands_elsewhere", asked("stands", **{"in": "signed"}), {"state": "open"}),
        "须处于“已定诺”状态，现为“待审”",
        "it has to be `signed`; it is `under review`",
    ),
    (
        because(
            "names_oneself", asked("someone_else", field="item"), {"field": "item", "actor": "wang"}
        ),
        "不得由“事项”所指的本人wang办理",
        "`wang`, whom `item` names, cannot do this",
    ),
]

REASONS = [
    *ELSEWHERE,
    *BALLOT_REASONS,
    (
        because("silent", {"command": "greet"}),
        "本办法未规定“慰问”",
        "this policy does not provide for `greet`",
    ),
    (
        because("silent", {"command": "dance"}),
        "本办法未规定“dance”",
        "this policy does not provide for `dance`",
    ),
    (
        because("no_track"),
        "本办法适用于“党员”、“老党员”，该承诺人不在其列",
        "this policy is for `member` and `elder`; this promisor is not among them",
    ),
    (
        because(
            "wrong_state",
            {"lifecycle": "commitment", "states": ("open", "done"), "command": "review_item"},
            {"state": "open", "subject": "commitment/2"},
        ),
        "“审诺”须在承诺事项2处于“办理中”或“已办结”状态时办理，现为“办理中”",
        "`review` is open only while commitment 2 is `in hand` or `done`; it is `in hand`",
    ),
    (
        because(
            "wrong_state",
            {"lifecycle": "pledge", "states": ("signed",), "command": "grade"},
            {"state": "open", "subject": "pledge"},
        ),
        "“评诺”须在承诺处于“已定诺”状态时办理，现为“待审”",
        "`grade` is open only while the pledge is `signed`; it is `under review`",
    ),
    (
        because(
            "not_while",
            {"while": {"pledge": ("drafting", "open")}},
            {"state": "signed", "subject": "pledge"},
        ),
        "须在承诺处于“提诺中”或“待审”状态时办理；现承诺处于“已定诺”状态",
        (
            "this is open only while the pledge is `being drafted` or `under review`; the "
            "pledge is `signed`"
        ),
    ),
    (
        because("not_while", {"while": {"pledge": ("signed",), "commitment": ("open",)}}),
        "须在承诺处于“已定诺”状态、承诺事项处于“办理中”状态时办理；现无所属事项",
        (
            "this is open only while the pledge is `signed` and the commitment is `in hand`; "
            "there is nothing that it belongs to"
        ),
    ),
    (
        because("before_last_move", {"not_before": DAY}, {"on": date(2025, 3, 1)}),
        "办理日期不得早于上一次状态变更之日2025年3月31日，所填日期为2025年3月1日",
        ("a move may not be dated before the last one, 2025-03-31; this is dated 2025-03-01"),
    ),
    (
        because(
            "unknown_item",
            {"field": "item", "lifecycle": "commitment"},
            {"item": "commitment/9"},
            rule="commands.review_item",
        ),
        "“事项”须指明本承诺的一项承诺事项；承诺事项9不在其中",
        "`item` has to name one commitment of this pledge; commitment 9 is none",
    ),
    (
        because(
            "unknown_item",
            {"field": "item", "lifecycle": "commitment"},
            {"item": None},
            rule="commands.review_item",
        ),
        "“事项”须指明本承诺的一项承诺事项；现未指明",
        "`item` has to name one commitment of this pledge; nothing is named",
    ),
    (
        because("in_the_future", {"not_after": DAY}, {"on": LATER}),
        "所登记事项的发生日期不得晚于2025年3月31日，所填日期为2025年4月2日",
        "what is entered has to have happened by 2025-03-31; this is dated 2025-04-02",
    ),
    (
        because("entered_too_late", {"not_before": DAY}, {"on": date(2025, 1, 2)}),
        "补登事项的发生日期不得早于2025年3月31日，所填日期为2025年1月2日",
        "entries reach back no further than 2025-03-31; this is dated 2025-01-02",
    ),
    (
        because("before_stage", {"stage": "promise", "day": DAY}, {"on": date(2025, 1, 2)}),
        "“承诺阶段”自2025年3月31日开始，所填日期为2025年1月2日",
        "`promise stage` begins on 2025-03-31; this is dated 2025-01-02",
    ),
    (
        because("after_stage", {"stage": "promise", "day": DAY}, {"on": LATER}),
        "“承诺阶段”至2025年3月31日结束，所填日期为2025年4月2日",
        "`promise stage` ended on 2025-03-31; this is dated 2025-04-02",
    ),
    (
        because("no_due_date", asked("due", passed=True), {"due": None}),
        "须待完成时限届满后办理，但该日期尚未填写",
        "the due date has to have passed; none is set",
    ),
    (
        because("not_due_yet", asked("due", passed=True, field="due"), {"due": DAY}),
        "须待完成时限届满后办理，该日期为2025年3月31日",
        "the due date has to have passed; it is 2025-03-31",
    ),
    (
        because("not_due_yet", asked("due", passed=True, field="measures"), {"due": DAY}),
        "须待“承诺措施”届满后办理，该日期为2025年3月31日",
        "`measures` has to have passed; it is 2025-03-31",
    ),
    (
        because("past_due", asked("due", passed=False), {"due": DAY, "on": LATER}),
        "须在完成时限2025年3月31日当日或之前办理，所填日期为2025年4月2日",
        "this has to be done by the due date, 2025-03-31; this is dated 2025-04-02",
    ),
    (
        because(
            "not_in_capacity", {"roles": ("promisor", "branch_secretary")}, {"capacity": "contact"}
        ),
        "须由承诺人或支部书记办理，现以联系人身份办理",
        "only the promisor or the branch secretary may do this; it is done as the contact",
    ),
    (
        because("not_in_capacity", {"roles": ("branch_secretary",)}, {"capacity": ""}),
        "须由支部书记办理，现未说明以何身份办理",
        "only the branch secretary may do this; no capacity is given",
    ),
    (
        because("not_promisor", {"roles": ("promisor",)}, {"actor": "li", "entitled": ("wang",)}),
        "须由承诺人（wang）办理，li不是承诺人",
        "only the promisor (`wang`) may do this; `li` is not the promisor",
    ),
    (
        because(
            "not_holder",
            {"roles": ("branch_secretary",)},
            {"actor": "li", "entitled": ("wang", "chen")},
        ),
        "须由支部书记（wang或chen）办理，li无此身份",
        (
            "only somebody who acts for the branch secretary (`wang` or `chen`) may do this; "
            "`li` does not"
        ),
    ),
    (
        because("not_holder", {"roles": ("branch_secretary",)}, {"actor": "li", "entitled": ()}),
        "须由支部书记办理，li无此身份",
        "only somebody who acts for the branch secretary may do this; `li` does not",
    ),
    (
        because(
            "own_pledge", {"roles": ("branch_secretary",)}, {"actor": "li", "entitled": ("wang",)}
        ),
        "不得以支部书记身份经办或代为登记本人的承诺，此系li本人的承诺；可由wang办理",
        (
            "nobody acts for the branch secretary, or enters what they did, on their own "
            "pledge; this is the own pledge of `li`; `wang` may act"
        ),
    ),
    (
        because("own_pledge", {"roles": ("branch_secretary",)}, {"actor": "li"}),
        "不得以支部书记身份经办或代为登记本人的承诺，此系li本人的承诺",
        (
            "nobody acts for the branch secretary, or enters what they did, on their own "
            "pledge; this is the own pledge of `li`"
        ),
    ),
    (
        because("vacant", {"roles": ("contact",)}, {"actor": "li", "entitled": ()}),
        "须由联系人办理，现无人担任，也无人可代行",
        "somebody has to act for the contact; nobody holds it or stands in for it",
    ),
    (
        because(
            "already_signed", {"roles": ("promisor", "branch_secretary")}, {"capacity": "promisor"}
        ),
        "承诺人、支部书记各签署一次，承诺人已签署",
        ("the promisor and the branch secretary sign once each; the promisor has signed already"),
    ),
    (
        because("signs_twice", {"roles": ("promisor", "branch_secretary")}, {"actor": "li"}),
        "承诺人、支部书记须由不同的人签署，li已签署过",
        (
            "the promisor and the branch secretary have to be signed for by different "
            "people; `li` has signed already"
        ),
    ),
    (
        because(
            "signs_something_else",
            {"roles": ("promisor", "branch_secretary")},
            {"capacity": ("promisor",)},
        ),
        "承诺人、支部书记须签署同一内容，承诺人已签署的内容与此不同",
        (
            "the promisor and the branch secretary have to sign the same; what was signed "
            "for the promisor differs"
        ),
    ),
    (
        because(
            "not_preceded",
            asked("preceded_by", command="consult"),
            {"times": 0},
            rule=SUBMIT + ".guards.opinions_sought",
        ),
        "已听取意见：须先办理“征求意见”，不少于1次；现有0次",
        ("opinions were sought: `consult` has to come first, at least once; so far: 0 times"),
    ),
    (
        because(
            "not_preceded",
            asked(
                "preceded_by",
                command=["consult", "publish"],
                by=["promisor", "contact"],
                at_least=3,
                within="P3M",
                since="last_revision",
                saying={"form": "written"},
            ),
            {"times": 1},
        ),
        (
            "须先在最近一次修改后、近3个月内由承诺人或联系人办理“征求意见”或“亮诺”（“形"
            "式”为“书面”），不少于3次；现有1次"
        ),
        (
            "`consult` or `publish` by the promisor or the contact with `form`: `in writing` "
            "within 3 months since the last revision has to come first, at least 3 times; so "
            "far: once"
        ),
    ),
    (
        because(
            "not_preceded",
            asked("preceded_by", command="review_item", within="P0D", since="signed"),
            {"times": 2, "subjects": ("commitment/2",)},
        ),
        "须先在进入“已定诺”状态后、当日办理“审诺”，不少于1次；承诺事项2现有2次",
        (
            "`review` on the same day since `signed` has to come first, at least once; so "
            "far for commitment 2: twice"
        ),
    ),
    (
        because(
            "not_preceded",
            asked("preceded_by", command="review_item", each={"of": "commitment", "in": "open"}),
            {"times": 0, "subjects": ("commitment/1", "commitment/2")},
        ),
        (
            "须先办理“审诺”，每项处于“办理中”状态的承诺事项逐项办理，不少于1次；承诺事项1"
            "、承诺事项2未达到"
        ),
        (
            "`review` has to come first for every commitment that is `in hand`, at least "
            "once; this is not so for commitment 1 and commitment 2"
        ),
    ),
    (
        because("preceded", asked("not_preceded_by", command="publish"), {"on": DAY}),
        "办理“亮诺”后，不得再办理此步骤；该项已于2025年3月31日办理",
        "`publish` rules this out; it happened on 2025-03-31",
    ),
    (
        because(
            "too_recent",
            asked("not_preceded_by", command="publish", by="promisor", **{"for": "P1Y6M"}),
            {"on": DAY},
        ),
        "须已连续1年6个月未由承诺人办理“亮诺”；自2025年3月31日起算，期限未满",
        (
            "1 year and 6 months without `publish` by the promisor have to pass; they count "
            "from 2025-03-31"
        ),
    ),
    (
        because(
            "others_first",
            asked(
                "preceded_elsewhere", means="publication", among={"elder": True, "retired": False}
            ),
            {"missing": ("wang", "li")},
        ),
        ("本组织内其他承诺人（“老党员”、非“retired”）须先办理“亮诺”；尚未办理：wang、li"),
        (
            "the others in the own organization who are `elder` and not `retired` first have "
            "to `publish`; still to do so: `wang` and `li`"
        ),
    ),
    (
        because(
            "others_first",
            {
                **asked("preceded_elsewhere", means="publication", among={"elder": True}),
                "in": "jurisdiction",
            },
            {"missing": ("wang",)},
        ),
        "本地区内其他承诺人（“老党员”）须先办理“亮诺”；尚未办理：wang",
        (
            "the others in the jurisdiction who are `elder` first have to `publish`; still "
            "to do so: `wang`"
        ),
    ),
    (
        because("not_called_for", asked("called_for"), {"outcomes": ()}),
        "须有后续处理要求办理此步骤且尚未办理；现有后续处理：无",
        "an outcome has to call for this and not have got it yet; outcomes so far: none",
    ),
    (
        because(
            "not_called_for", asked("called_for", outcome="criticism"), {"outcomes": ("criticism",)}
        ),
        "须有“通报批评”要求办理此步骤且尚未办理；现有后续处理：“通报批评”",
        ("`criticism` has to call for this and not have got it yet; outcomes so far: `criticism`"),
    ),
    (
        because("too_few_items", asked("items", of="commitment", at_least=2), {"items": 0}),
        "承诺事项不得少于2项，现有0项",
        "there have to be at least 2 × commitment; there are 0",
    ),
    (
        because(
            "too_few_items",
            asked("items", of="commitment", at_least=2, **{"in": "open"}),
            {"items": 0},
        ),
        "处于“办理中”状态的承诺事项不得少于2项，现有0项",
        "there have to be at least 2 × commitment that is `in hand`; there are 0",
    ),
    (
        because(
            "items_incomplete",
            asked("items", of="commitment", fields=["measures", "due"]),
            {
                "subjects": ("commitment/1",),
                "fields": {"commitment/1": ("measures", "due"), "commitment/2": ("due",)},
            },
        ),
        (
            "每项承诺事项须写明“承诺措施”、“完成时限”；承诺事项1缺少“承诺措施”、“完成"
            "时限”；承诺事项2缺少“完成时限”"
        ),
        (
            "every commitment has to say `measures` and `due date`; commitment 1 lacks "
            "`measures` and `due date`; commitment 2 lacks `due date`"
        ),
    ),
    (
        because(
            "items_not_ready",
            asked("items", of="commitment", all="done"),
            {"subjects": {"commitment/1": "open"}},
        ),
        "承诺事项均须为“已办结”；现状：承诺事项1处于“办理中”状态",
        "every commitment has to be `done`; found: commitment 1 is `in hand`",
    ),
    (
        because(
            "items_not_ready",
            asked("items", of="commitment", none="open", **{"in": ["open", "done"]}),
            {"subjects": {"commitment/1": "open", "commitment/2": "open"}},
        ),
        (
            "处于“办理中”或“已办结”状态的承诺事项均不得为“办理中”；现状：承诺事项1处于"
            "“办理中”状态、承诺事项2处于“办理中”状态"
        ),
        (
            "of those that are `in hand` or `done`, no commitment may be `in hand`; found: "
            "commitment 1 is `in hand` and commitment 2 is `in hand`"
        ),
    ),
    (
        because("items_not_ready", asked("items", of="commitment", any="done"), {"subjects": {}}),
        "承诺事项至少一项须为“已办结”；现状：无",
        "one commitment has to be `done`; found: none",
    ),
    (
        because("carried_too_often", asked("carried_at_most", periods=1), {"periods": 1}),
        "结转不得超过1次，现已结转1次",
        "an item may be carried over once at most; this one has been carried over once",
    ),
    (
        because("not_owed", asked("owed", duty="meeting", overdue=True), {"due": None}),
        "须有已逾期且尚未履行的“例会”，现无",
        "`meeting` has to be owed and overdue; it is not",
    ),
    (
        because("not_owed", asked("owed", duty="meeting"), {"due": date(2025, 3, 31)}),
        "须有尚未履行的“例会”，现无；最近应履行之日为2025年3月31日",
        "`meeting` has to be owed; it is not; the nearest due date is 2025-03-31",
    ),
    (
        because("not_owed_yet", asked("owed", duty="meeting"), {"due": date(2025, 3, 31)}),
        "须待“例会”可以履行后办理，其应履行之日为2025年3月31日",
        "`meeting` has to be open first; it is due on 2025-03-31",
    ),
    (
        because(
            "other_content",
            asked("content", fields={"measures": True, "form": "oral"}),
            {"fields": ("form",)},
        ),
        "该事项须载明“承诺措施”、“形式”（“口头”）；不符之处：“形式”",
        ("the item has to say `measures` and `form` as `by word of mouth`; it does not in `form`"),
    ),
    (
        because(
            "other_promisor",
            asked("promisor", kinds={"elder": True, "retired": False}),
            {"kinds": ("member", "retired")},
        ),
        "仅适用于“老党员”、非“retired”的承诺人；名册所载为“党员”、“retired”",
        (
            "this is for a promisor who is `elder` and not `retired`; the directory says "
            "`member` and `retired`"
        ),
    ),
    (
        because(
            "other_promisor",
            asked("promisor", kinds={"elder": False}, posts={"boss": False}),
            {"kinds": (), "posts": ("boss",)},
        ),
        "仅适用于非“老党员”、非“局长”的承诺人；名册所载为无，现任“局长”",
        (
            "this is for a promisor who is not `elder` and not `head`; "
            "the directory says nothing of this kind and `head`"
        ),
    ),
    (
        because(
            "not_listed_for",
            asked("listed", field="copies", kinds={"elder": ["board"]}, of=["branch"]),
            {"field": "copies", "values": ("board",), "own": ("branch",), "kinds": ("elder",)},
        ),
        "“承诺书份数”须在所列范围内选择；名册载明承诺人为“老党员”，可选“党支部”；“公开栏”不在其列",
        (
            "`copies` has to be on the list for this promisor; the directory says `elder`; "
            "to choose from are `branch`; not on it: `notice board`"
        ),
    ),
    (
        because(
            "not_listed_for",
            asked("listed", field="copies", kinds={"elder": ["board"]}),
            {"field": "copies", "values": ("board",), "own": (), "kinds": ()},
        ),
        "“承诺书份数”须在所列范围内选择；名册未载明承诺人属于所列的任何一类；“公开栏”不在其列",
        (
            "`copies` has to be on the list for this promisor; the directory names none of the "
            "kinds that have a list; not on it: `notice board`"
        ),
    ),
    (
        because(
            "others_first",
            asked("preceded_elsewhere", means="publication", among={"elder": True}, posts=["boss"]),
            {"missing": ("wang",)},
        ),
        "本组织内其他承诺人（“老党员”，以及担任“局长”的）须先办理“亮诺”；尚未办理：wang",
        (
            "the others in the own organization who are `elder` or who hold the post of `head` "
            "first have to `publish`; still to do so: `wang`"
        ),
    ),
    (
        because(
            "too_few_items",
            asked("items", of="commitment", at_least=1, saying={"measures": True}),
            {"items": 0},
        ),
        "写明“承诺措施”的承诺事项不得少于1项，现有0项",
        "there have to be at least 1 × commitment with `measures`; there are 0",
    ),
    (
        because("other_promisor", asked("promisor", kinds={"elder": True}), {"kinds": ()}),
        "仅适用于“老党员”的承诺人；名册所载为无",
        "this is for a promisor who is `elder`; the directory says nothing of this kind",
    ),
    (
        because("channel_silent", {"steps": ("consult", "grade")}, {"steps": ("grade",)}),
        "等次须由“征求意见”、“评诺”综合得出，尚缺“评诺”",
        "the grade is worked out from `consult` and `grade`; still missing: `grade`",
    ),
    (
        because("other_grade", asked("graded", tiers=["good"]), {"tier": "bad"}),
        "须有已确认的“满意”评定等次；已登记等次（含未确认）：“不满意”",
        (
            "a confirmed grade of `satisfied` is needed; on record, confirmed or not, is "
            "`not satisfied`"
        ),
    ),
    (
        because("other_grade", asked("graded"), {"tier": None}),
        "须有已确认的评定等次；尚未评定",
        "a confirmed grade is needed; there is none",
    ),
    (
        because("field_missing", {"field": "form"}, rule="commands.consult.fields.form"),
        "须填写“形式”，现未填写",
        "`form` has to be filled in; it is missing",
    ),
    (
        because(
            "number_too_small",
            {"field": "note", "at_least": 1},
            {"number": -2},
            rule="commands.consult.fields.note",
        ),
        "“note”不得少于1，所填为-2",
        "`note` cannot be less than 1; it says -2",
    ),
    (
        because(
            "part_exceeds_whole",
            {"field": "form", "part_of": "note"},
            {"part": 9, "whole": 7},
            rule="commands.consult.fields.form",
        ),
        "“形式”不得多于“note”：前者填9，后者填7",
        "`form` cannot be more than `note`: the one says 9, the other 7",
    ),
    (
        because("fields_missing", asked("given", fields=["tier", "note"]), {"fields": ("note",)}),
        "须填写“等次”、“note”；现缺“note”",
        "to be filled in are `tier` and `note`; missing: `note`",
    ),
    (
        because(
            "not_on_the_list",
            {"field": "form", "values": ("oral", "written")},
            {"values": ("sung",)},
            rule="commands.consult.fields.form",
        ),
        "“形式”只能填写“口头”或“书面”；“sung”不在其列",
        "`form` takes only `by word of mouth` or `in writing`; not among them: `sung`",
    ),
    (
        because(
            "not_on_the_list",
            {"field": "tier", "values": ("good", "bad")},
            {"values": ("fine",)},
            rule="evaluation.tiers",
        ),
        "“等次”只能填写“满意”或“不满意”；“fine”不在其列",
        "`tier` takes only `satisfied` or `not satisfied`; not among them: `fine`",
    ),
    (
        because(
            "criteria_not_met",
            asked("all_yes", field="findings", of=["real", "clear"]),
            {"field": "findings", "criteria": ("real",)},
        ),
        "“审核意见”中，“切合实际”、“内容明确”均须符合；不符合的有：“切合实际”",
        "`findings` has to find `realistic` and `clear` met; not met: `realistic`",
    ),
    (
        because(
            "not_named",
            asked("copies", holders=["branch", "board"]),
            {"field": "copies", "missing": ("board",), "extra": ("moon",)},
        ),
        "“承诺书份数”须为“党支部”、“公开栏”；缺少“公开栏”；多出“moon”",
        (
            "`copies` has to name just `branch` and `notice board`; missing: `notice board`; "
            "too many: `moon`"
        ),
    ),
    (
        because(
            "not_named",
            asked("includes", field="copies", of=["branch", "board"]),
            {"field": "copies", "missing": ("board",), "extra": ()},
        ),
        "“承诺书份数”须包括“党支部”、“公开栏”；缺少“公开栏”",
        "`copies` has to name `branch` and `notice board`; missing: `notice board`",
    ),
    (
        because("too_few_votes", asked("tally", field="votes"), {"votes": 0}),
        "“得票”合计不得少于1票，现为0票",
        "`votes` has to count at least 1 in all; it counts 0",
    ),
    (
        because("too_few_votes", asked("tally", field="votes", at_least=9), {"votes": 3}),
        "“得票”合计不得少于9票，现为3票",
        "`votes` has to count at least 9 in all; it counts 3",
    ),
    (
        because(
            "said_otherwise",
            asked("said", fields={"form": "oral", "note": True}),
            {"form": "written", "note": None},
        ),
        ("须填写：“形式”为“口头”、“note”为是；现填写：“形式”为“书面”、“note”为空"),
        (
            "it has to say `form`: `by word of mouth` and `note`: yes; it says `form`: `in "
            "writing` and `note`: nothing"
        ),
    ),
    (
        because("cycle_closed", None, {"on": date(2025, 12, 31)}, rule=""),
        "本期间已于2025年12月31日关闭，此后只办理更正、撤销、后果所要求的步骤和由此产生的未结事项",
        (
            "the cycle was closed on 2025-12-31; what goes on is corrections, annulments, what an "
            "outcome calls for, and what follows from it and is still open"
        ),
    ),
    (
        because("unknown_record", None, {"target": 9}, rule=""),
        "须指明一条有效记录，第9号记录不存在或已撤销",
        "a record that stands has to be named; there is no record 9, or it was annulled",
    ),
    (
        because("under_other_rules", None, {"target": 9}, rule=""),
        "第9号记录系依其他规定登记，或视为已办，现行规定无此步骤，不得更正或撤销",
        (
            "record 9 was recorded under other rules, or is deemed to have happened; the rules by "
            "now have no such step to amend"
        ),
    ),
    (
        because("others_rest_on_it", None, {"records": (0, 4, 7)}),
        "其后不得有以此为依据的记录；现有时间推移引起的变化、第4号记录、第7号记录",
        (
            "nothing that came later may rest on it; this does: what time has brought about, "
            "record 4 and record 7"
        ),
    ),
    (
        because("about_another_item"),
        "更正不得改变所指的事项，须撤销后重新登记",
        "a correction cannot be about another item; annul the record and enter it anew",
    ),
    (
        because("jointly_signed"),
        "共同签署的记录不得更正，须撤销后重新签署",
        (
            "what was signed jointly is not corrected for the others; it is annulled and "
            "signed again"
        ),
    ),
    (
        because(
            "too_dark", {"light": 3, "form": "oral"}, {"light": 1}, rule=SUBMIT + ".guards.plain"
        ),
        ("须符合“too_dark”，现不符合；要求：“light”为3、“形式”为“口头”；现状：“light”为1"),
        (
            "`too_dark` has to hold; it does not; required: `light`: 3 and `form`: `by word "
            "of mouth`; found: `light`: 1"
        ),
    ),
    (
        because("too_dark", rule=SUBMIT + ".guards.own_rule"),
        "须符合“天气晴好”，现不符合",
        "`fine weather` has to hold; it does not",
    ),
]

REMEDIES = [
    (
        RemedyStep("consult", ("promisor",), times=2, fields={"form": "written"}),
        "由承诺人办理“征求意见”，共2次，填写“形式”（“书面”）",
        "the promisor has to take the step `consult`, twice, giving `form` as `in writing`",
    ),
    (
        RemedyStep("review_item", ("branch_secretary", "contact"), "commitment/2", not_after=DAY),
        "由支部书记或联系人就承诺事项2办理“审诺”，不晚于2025年3月31日",
        (
            "the branch secretary (`branch_secretary`) or the contact has to take the step `review` for "
            "commitment 2, by 2025-03-31"
        ),
    ),
    (
        RemedyStep("annul", fields={"target": 4}),
        "由办理人对第4号记录办理“撤销”",
        "whoever acts has to take the step `annul` on record 4",
    ),
    (
        RemedyStep("correct", ("promisor",), fields={"target": 4}),
        "由承诺人对第4号记录办理“更正”",
        "the promisor has to take the step `correct` on record 4",
    ),
    (
        RemedyStep("publish", ("promisor",), promisor="wang", not_after=DAY),
        "由承诺人在wang的承诺中办理“亮诺”，不晚于2025年3月31日",
        "the promisor has to take the step `publish` in the pledge of `wang`, by 2025-03-31",
    ),
    (RemedyStep("", not_before=DAY), "待2025年3月31日或之后办理", "wait until 2025-03-31"),
    (RemedyStep(""), "待条件具备时办理", "wait until it can be done"),
    (
        RemedyStep("", subject="commitment/1", fields={"form": "oral"}),
        "就承诺事项1此步骤须填写“形式”（“口头”）",
        "this step for commitment 1 has to say `form` as `by word of mouth`",
    ),
    (
        RemedyStep(
            "propose", ("promisor",), "commitment/1", fields={"measures": None, "due": None}
        ),
        "由承诺人就承诺事项1办理“提诺”，填写“承诺措施”、“完成时限”",
        "the promisor has to take the step `propose` for commitment 1, giving `measures` and `due date`",
    ),
    (
        RemedyStep("review_item", fields={"findings": {"real": True, "clear": True}}),
        "由办理人办理“审诺”，填写“审核意见”（“切合实际”：是、“内容明确”：是）",
        (
            "whoever acts has to take the step `review`, giving `findings` as `realistic`: yes "
            "and `clear`: yes"
        ),
    ),
    (
        RemedyStep("sign", fields={"copies": ("branch", "board")}, not_before=DAY),
        ("由办理人办理“定诺”，填写“承诺书份数”（“党支部”、“公开栏”），不早于2025年3月31日"),
        (
            "whoever acts has to take the step `sign`, giving `copies` as `branch` and `notice "
            "board`, not before 2025-03-31"
        ),
    ),
]


@pytest.mark.parametrize(("reason", "zh", "en"), REASONS)
def test_a_reason_says_what_was_required_and_what_was_found(
    reason: Reason, zh: str, en: str
) -> None:
    assert say(SMALL, "member", reason, "zh") == zh
    assert say(SMALL, "member", reason, "en") == en


@pytest.mark.parametrize(("step", "zh", "en"), REMEDIES)
def test_a_remedy_says_who_has_to_do_what_by_when(step: RemedyStep, zh: str, en: str) -> None:
    assert say_remedy(SMALL, "member", step, "zh") == zh
    assert say_remedy(SMALL, "member", step, "en") == en


@pytest.mark.parametrize("ruling", Ruling)
def test_every_ruling_has_a_word_in_both_languages(ruling: Ruling) -> None:
    assert not re.search("[A-Za-z]", say_ruling(ruling, "zh"))
    assert re.fullmatch("[a-z ]+", say_ruling(ruling, "en"))


# Every code that the source gives has words.

MAKERS = {"Reason": 0, "reason": 0, "Standing": 0}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _calls(tree: ast.AST, makers: dict[str, int]) -> Iterator[ast.expr]:
    """What stands for the code in every call that makes a reason."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        place = makers.get(_name(call))
        if place is None:
            continue
        named = [k.value for k in call.keywords if k.arg == "code"]
        yield from named or call.args[place : place + 1]


def _parameters(function: Function) -> list[str]:
    names = [argument.arg for argument in function.args.args]
    return names[1:] if names[:1] == ["self"] else names


def _makers(functions: list[Function]) -> dict[str, int]:
    """The functions of a module that pass a code on, by which of their parameters it is."""
    makers = dict(MAKERS)
    for _ in functions:
        for function in functions:
            parameters = _parameters(function)
            for code in _calls(function, makers):
                if isinstance(code, ast.Name) and code.id in parameters:
                    makers.setdefault(function.name, parameters.index(code.id))
    return makers


def _literals(node: ast.expr, scope: ast.AST) -> Iterator[str]:
    """The codes that an expression can be: a literal, one of two, or what a name was set to."""
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from (*_literals(one, scope), *_literals(other, scope))
        case ast.Name(id=name):
            for assigned in ast.walk(scope):
                match assigned:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                        yield from _literals(value, scope)
        case ast.Attribute(attr="code"):
            return  # the code of a standing, which was made elsewhere
        case _:
            pytest.fail(f"no code can be read off `{ast.unparse(node)}`")


def codes_in(source: str) -> set[str]:
    """Every reason code that a module gives."""
    tree = ast.parse(source)
    functions = [n for n in ast.walk(tree) if isinstance(n, Function)]
    makers, found = _makers(functions), set()
    for scope in functions:
        for code in _calls(scope, makers):
            passed_on = isinstance(code, ast.Name) and code.id in _parameters_around(scope, tree)
            literals = set(_literals(code, scope))
            assert literals or passed_on or isinstance(code, ast.Attribute), ast.unparse(code)
            found |= literals
    return found - {""}


def _parameters_around(scope: ast.AST, tree: ast.AST) -> set[str]:
    around = [n for n in ast.walk(tree) if isinstance(n, Function) and scope in ast.walk(n)]
    return {name for function in around for name in _parameters(function)}


@cache
def codes() -> set[str]:
    """Every reason code that there is; those of ballots are given as errors."""
    giving = (SOURCE / "decision.py", *(SOURCE / "policy").rglob("*.py"))
    found = set[str]().union(*(codes_in(path.read_text(encoding="utf-8")) for path in giving))
    return found | {refused.code for refused in BallotError.__subclasses__()}


def test_the_codes_are_found_however_a_reason_is_made() -> None:
    source = """
def judge(step):
    code = "a" if step else "b"
    Reason(code, ""); binding.reason("c"); Reason(code="d", rule=""); _made(step, "e")
    return Standing("" if step else "f"), _made(step, standing.code)
def _made(step, code):
    return Reason(code, "")
"""
    assert codes_in(source) == set("abcdef")


def test_every_code_in_the_source_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(SENTENCES) == codes()


def test_every_code_is_among_the_examples() -> None:
    assert {reason.code for reason, _, _ in REASONS} >= codes()


def test_every_sentence_is_there_in_both_languages() -> None:
    assert all(zh.strip() and en.strip() for zh, en in SENTENCES.values())
    assert all(re.search("[\u4e00-\u9fff]", zh) for zh, _ in SENTENCES.values())
    assert not any(re.search("[\u4e00-\u9fff]", en) for _, en in SENTENCES.values())


NO_LABEL = {"li", "wang", "chen", "dance", "retired", "sung", "fine", "moon", "note", "light"}
"""People, and what the policy above gives no label."""


@pytest.mark.parametrize("zh", [zh for _, zh, _ in (*REASONS, *REMEDIES)])
def test_a_chinese_sentence_has_no_latin_letters_but_in_ids_without_a_label(zh: str) -> None:
    assert set(re.findall("[A-Za-z_]+", zh)) <= NO_LABEL | {"too_dark"}
    assert not re.search(r"[,;:()\[\]{}`]|\. ", zh)


@pytest.mark.parametrize("en", [en for _, _, en in (*REASONS, *REMEDIES)])
def test_an_english_sentence_starts_small_and_ends_without_a_stop(en: str) -> None:
    assert not en[0].isupper()
    assert not en.endswith(".")
    assert not re.search(r"[\u4e00-\u9fff\[\]{}]|None|True|False|datetime", en)


# Labels.


def test_a_state_is_called_as_in_the_lifecycle_that_the_reason_is_about() -> None:
    found = {"state": "open", "subject": "pledge"}
    assert "`under review`" in say(SMALL, "member", because("wrong_state", found=found), "en")
    found = {"state": "open", "subject": "commitment/1"}
    assert "`in hand`" in say(SMALL, "member", because("wrong_state", found=found), "en")


def test_the_trigger_of_a_transition_tells_whose_fields_are_meant() -> None:
    rule = "lifecycles.pledge.transitions.sign_at_once.guards.copies"
    required = asked("copies", holders=["board"])
    reason = because("not_named", required, {"field": "copies", "missing": ("board",)}, rule)
    assert say(SMALL, "member", reason, "zh") == "“承诺书份数”须为“公开栏”；缺少“公开栏”"


def test_the_label_of_a_guard_that_completes_a_step_stands_in_front_too() -> None:
    rule = "lifecycles.commitment.transitions.finish.when.reported"
    reason = because(
        "not_preceded", asked("preceded_by", command="review_item"), {"times": 0}, rule
    )
    assert say(SMALL, "member", reason, "zh").startswith("已审诺：须先办理“审诺”")
    assert say(SMALL, "member", reason, "en").startswith("it was reviewed: `review` has to")


@pytest.mark.parametrize(
    "rule",
    ["", "lifecycles", "lifecycles.pledge", SUBMIT, f"{SUBMIT}.guards.plain", f"{SUBMIT}.guards.x",
     "lifecycles.moon.transitions.x.guards.y", "commands", "commands.consult.fields.form", "..."],
)  # fmt: skip
def test_a_rule_that_is_no_guard_with_a_label_puts_nothing_in_front(rule: str) -> None:
    assert say(SMALL, "member", because("jointly_signed", rule=rule), "zh").startswith("共同")


def test_the_rules_of_other_tracks_lend_their_labels() -> None:
    reason = because("silent", {"command": "greet"})
    assert say(SMALL, None, reason, "zh") == "本办法未规定“慰问”"
    assert say(SMALL, "elder", reason, "en") == "this policy does not provide for `greet`"


BARE = policy_of("policy: bare")


def test_a_policy_that_names_nothing_still_has_words() -> None:
    assert say(BARE, "member", because("no_track"), "zh") == (
        "本办法适用于名册所列承诺人，该承诺人不在其列"
    )
    missing = because("before_stage", {"stage": "promise", "day": None}, {"on": DAY})
    assert say(BARE, None, missing, "en") == (
        "`promise` begins on (not given); this is dated 2025-03-31"
    )
    others = because("others_first", asked("preceded_elsewhere", means="report", among={}))
    assert "first have to `report`" in say(BARE, None, others, "en")


def test_marks_within_what_is_quoted_become_the_inner_ones() -> None:
    reason = because("silent", {"command": "“a” `b`"})
    assert say(SMALL, "member", reason, "zh") == "本办法未规定“‘a’ 'b'”"
    assert say(SMALL, "member", reason, "en") == "this policy does not provide for `‘a’ 'b'`"


def test_an_unknown_item_keeps_its_id() -> None:
    reason = because("unknown_item", {"field": "item"}, {"item": "moon/3"})
    assert say(SMALL, "member", reason, "zh").endswith("“moon/3”不在其中")


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("written", "“书面”", "`in writing`"),
        ("commitment/2", "承诺事项2", "commitment 2"),
        (("written", "oral"), "“书面”、“口头”", "`in writing` and `by word of mouth`"),
        ({"written": 3}, "“书面”：3", "`in writing`: 3"),
        (frozenset({2, 1}), "1、2", "1 and 2"),
        (Decimal("1.50"), "1.50", "1.50"),
        (Text("0" * 64), "（文字）", "(words)"),
        (DAY, "2025年3月31日", "2025-03-31"),
        (False, "否", "no"),
    ],
)
def test_a_value_is_said_by_its_type(value: object, zh: str, en: str) -> None:
    reason = because("said_otherwise", {"fields": {"form": value}}, {"form": value})
    assert say(SMALL, "member", reason, "zh") == f"须填写：“形式”为{zh}；现填写：“形式”为{zh}"
    assert say(SMALL, "member", reason, "en") == f"it has to say `form`: {en}; it says `form`: {en}"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("P3M", "3个月", "3 months"),
        ("P1Y", "1年", "1 year"),
        ("P1Y6M2W10D", "1年6个月2周10日", "1 year, 6 months, 2 weeks and 10 days"),
        ("P0Y30D", "30日", "30 days"),
        ("P0D", "0日", "0 days"),
        ("soon", "“soon”", "`soon`"),
    ],
)
def test_a_period_reads_as_a_length_of_time(text: str, zh: str, en: str) -> None:
    reason = because("too_recent", {"for": text, "command": "publish"}, {"on": DAY})
    assert say(SMALL, "member", reason, "zh").startswith(f"须已连续{zh}未办理“亮诺”；")
    assert say(SMALL, "member", reason, "en").startswith(f"{en} without `publish`")


# Whole verdicts, and data nobody foresaw.


def test_a_verdict_gets_the_words_of_each_reason_and_keeps_those_it_has() -> None:
    said = Reason("jointly_signed", "", text={"en": "ask them both"})
    verdict = Verdict(Ruling.FORBIDDEN, (because("silent", {"command": "greet"}), said), ("form",))
    stream = StreamId("huimin", "2025", "wang")
    state = State(stream, Cycle("2025", DAY), track="member")
    for given_state in (state, None):
        answer = worded(SMALL, given_state, verdict)
        assert (answer.ruling, answer.needs) == (verdict.ruling, verdict.needs)
        assert [reason.text for reason in answer.reasons] == [
            {"zh": "本办法未规定“慰问”", "en": "this policy does not provide for `greet`"},
            {"zh": "共同签署的记录不得更正，须撤销后重新签署", "en": "ask them both"},
        ]


IDS = st.sampled_from(["open", "commitment/1", "promisor", "form", "{}", "[|]", "P1M", "", "x y"])
SCALARS = st.one_of(
    IDS,
    st.none(),
    st.booleans(),
    st.integers(),
    st.dates(),
    st.decimals(allow_nan=False),
    st.text(max_size=5),
)
KEYS = st.sampled_from(
    sorted({*KINDS, *re.findall(r"\{\??(?:required|found)\.(\w+)", str(SENTENCES))})
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.frozensets(SCALARS, max_size=3)
        | st.dictionaries(SCALARS, inner, max_size=3)
        | st.builds(Text, st.text(max_size=3))
    ),
    max_leaves=6,
)
DATA = st.dictionaries(KEYS | IDS, VALUES, max_size=6)


@given(
    st.sampled_from([*sorted(SENTENCES), "unheard_of"]), DATA, DATA, st.sampled_from(["zh", "en"])
)
def test_words_never_fail_whatever_the_data(
    code: str, required: dict[str, Any], found: dict[str, Any], lang: str
) -> None:
    for policy in (SMALL, BARE):
        assert say(policy, "member", because(code, required, found), lang)


STEPS = st.builds(
    RemedyStep,
    st.sampled_from(["", "annul", "consult", "x"]),
    by=st.lists(IDS, max_size=3).map(tuple),
    subject=st.none() | IDS,
    fields=DATA,
)


@given(STEPS, st.sampled_from(["zh", "en"]))
def test_remedies_never_fail_whatever_the_data(step: RemedyStep, lang: str) -> None:
    assert say_remedy(SMALL, "member", step, lang)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [7, "x", ("x", 7), {"x": 7}, {"x": None}, {"x": ("y",)}])
def test_every_kind_words_every_shape(kind: str, value: object) -> None:
    for chinese in (True, False):
        speaker = Speaker(SMALL.document, (SMALL.tracks["member"].source,), chinese, word_for)
        assert re.search(r"[x7]|（未注明）|\(not given\)", speaker.word(kind, value))
