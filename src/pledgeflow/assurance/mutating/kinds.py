"""The kinds of mutation: a closed list, each with what people call it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pledgeflow.policy.words import Label


class Kind(StrEnum):
    """What is done to one rule. See `LABELS` for what each amounts to."""

    DROP_GUARD = "drop_guard"
    DROP_CONDITION = "drop_condition"
    DROP_TRANSITION = "drop_transition"
    DROP_COMPLETION = "drop_completion"
    DROP_TIMER = "drop_timer"
    DROP_DUTY = "drop_duty"
    DROP_OUTCOME = "drop_outcome"
    DROP_REACTION = "drop_reaction"
    DROP_RULE = "drop_rule"
    DROP_FIELD = "drop_field"
    DROP_CHOICE = "drop_choice"
    DROP_MEMBER = "drop_member"
    DROP_WORD = "drop_word"
    DROP_SOURCE = "drop_source"
    WIDEN_SOURCE = "widen_source"
    CHANGE_STATE = "change_state"
    WIDEN_ROLE = "widen_role"
    NARROW_ROLE = "narrow_role"
    CHANGE_ROLE = "change_role"
    SWAP_ORDER = "swap_order"
    SHIFT_TIER = "shift_tier"
    RAISE_FIGURE = "raise_figure"
    LOWER_FIGURE = "lower_figure"
    LATER = "later"
    EARLIER = "earlier"
    NEGATE = "negate"
    OTHER_WORD = "other_word"
    RESTORE = "restore"


LABELS: Mapping[Kind, Label] = {
    Kind.DROP_GUARD: Label(zh="去掉一项前提", en="a guard is gone"),
    Kind.DROP_CONDITION: Label(
        zh="去掉适用条件，一律适用", en="the condition of a rule is gone, so that it always counts"
    ),
    Kind.DROP_TRANSITION: Label(zh="去掉一个步骤", en="a step that people take is gone"),
    Kind.DROP_COMPLETION: Label(
        zh="去掉一项自动完成", en="a transition that completes itself is gone"
    ),
    Kind.DROP_TIMER: Label(zh="去掉一项到期办理", en="a transition that time takes is gone"),
    Kind.DROP_DUTY: Label(zh="去掉一项应办事项", en="a duty is gone"),
    Kind.DROP_OUTCOME: Label(zh="去掉一项后果", en="an outcome is gone"),
    Kind.DROP_REACTION: Label(
        zh="去掉一项连带办理", en="what a step brings about in other streams is gone"
    ),
    Kind.DROP_RULE: Label(
        zh="去掉其他规则：阶段、表决、台账、栏目、指标、承诺人类别等",
        en="another rule is gone: a stage, a ballot, a ledger, a column, an indicator, a track …",
    ),
    Kind.DROP_FIELD: Label(zh="步骤少填一项", en="a field of a step is gone"),
    Kind.DROP_CHOICE: Label(zh="封闭列举少一项", en="a closed list has one choice less"),
    Kind.DROP_MEMBER: Label(zh="所列各项少一项", en="a rule names one thing less"),
    Kind.DROP_WORD: Label(zh="规则少一项规定", en="a rule says one thing less"),
    Kind.DROP_SOURCE: Label(zh="步骤的起始状态少一个", en="a step starts from one state less"),
    Kind.WIDEN_SOURCE: Label(zh="步骤的起始状态多一个", en="a step starts from one state more"),
    Kind.CHANGE_STATE: Label(zh="换成另一状态", en="another state"),
    Kind.WIDEN_ROLE: Label(
        zh="放宽由谁办理：承诺人本人亦可、少一方签署、少一项身份要求",
        en="more people may act: the promisor too, one signature less, one thing less asked of them",
    ),
    Kind.NARROW_ROLE: Label(
        zh="收紧由谁办理：少一类人、不设代行",
        en="fewer people may act: one role less, nobody steps in",
    ),
    Kind.CHANGE_ROLE: Label(zh="换由他人负责", en="somebody else owes it or steps in"),
    Kind.SWAP_ORDER: Label(zh="相邻两项次序对调", en="two neighbours in an order change places"),
    Kind.SHIFT_TIER: Label(zh="换成相邻等次", en="the tier next to it"),
    Kind.RAISE_FIGURE: Label(zh="数额加一", en="a figure is one higher"),
    Kind.LOWER_FIGURE: Label(zh="数额减一", en="a figure is one lower"),
    Kind.LATER: Label(zh="期限延长或者日期推后", en="a period is longer, or a day later"),
    Kind.EARLIER: Label(zh="期限缩短或者日期提前", en="a period is shorter, or a day earlier"),
    Kind.NEGATE: Label(zh="是否颠倒", en="a yes is a no"),
    Kind.OTHER_WORD: Label(
        zh="换成同类的另一用词", en="another word of a closed list of the language"
    ),
    Kind.RESTORE: Label(
        zh="本文件删去的规则恢复", en="a rule that the policy takes out is in force again"
    ),
}
"""What people call each of them."""
