"""The properties that hold a policy to what is promised of every policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.ending import dead_end, given_in, never_enabled
from pledgeflow.assurance.verifying.findings import Finding
from pledgeflow.assurance.verifying.following import no_consequence
from pledgeflow.assurance.verifying.owing import duty_unmeetable
from pledgeflow.assurance.verifying.refusing import refusal_changes
from pledgeflow.assurance.verifying.safety import (
    award_barred,
    graded_early,
    own_judge,
    practised_unpublished,
    published_unapproved,
)
from pledgeflow.assurance.verifying.walked import Walked
from pledgeflow.policy.words import Label


@dataclass(frozen=True, slots=True)
class Promise:
    """One property. label: what it promises; ask: what is wrong in an exploration, if anything is;
    about: whether a track has anything that it speaks of
    """

    id: str
    label: Label
    ask: Callable[[Walked], Iterable[Finding]]
    about: Callable[[Declared], bool] = bool


def _publishes(declared: Declared) -> bool:
    return declared.publishes


def _grades(declared: Declared) -> bool:
    return bool(declared.order)


def _bars(declared: Declared) -> bool:
    barred = any(rule.award == "barred" for rule in declared.rules.outcomes)
    return barred and any(declared.confers(step) for step in declared.steps)


def _ends(declared: Declared) -> bool:
    return any(declared.ends.values())


def _owes(declared: Declared) -> bool:
    return bool(declared.rules.duties)


def _judges(declared: Declared) -> bool:
    return any(declared.judges(step) for step in declared.steps)


def _follows(declared: Declared) -> bool:
    return bool(declared.rules.outcomes)


def _alone(walked: Walked) -> Iterable[Finding]:
    """What a track by itself never gives; `verifying` asks it of all tracks together."""
    return never_enabled({walked.explored.track: given_in(walked)}, (walked,))


def _promise(
    ask: Callable[[Walked], Iterable[Finding]],
    about: Callable[[Declared], bool],
    zh: str,
    en: str,
) -> Promise:
    return Promise(ask.__name__, Label(zh=zh, en=en), ask, about)


PROMISES = (
    _promise(
        published_unapproved,
        _publishes,
        "未经审定、未经同意、未签订的，不公开",
        "nothing is published before it was approved, consented to and signed",
    ),
    _promise(
        practised_unpublished,
        _publishes,
        "未公开的，不践诺",
        "nothing is practised before it was published",
    ),
    _promise(
        graded_early,
        _grades,
        "规定的评议未按顺序全部完成的，不评定等次",
        "no grade before every evaluation ordered, in its order",
    ),
    _promise(award_barred, _bars, "不得评优评先的，不表彰", "no award for anyone barred"),
    _promise(
        dead_end,
        _ends,
        "任何状态都能走到终结状态",
        "every reachable state can still reach a final one",
    ),
    Promise(
        "never_enabled",
        Label(zh="每个步骤都有可以办理的时候", en="every command is permitted somewhere"),
        _alone,
    ),
    _promise(
        duty_unmeetable,
        _owes,
        "每项责任都有人能按期履行",
        "every duty can be met by someone in time",
    ),
    _promise(own_judge, _judges, "任何人不得评判自己的承诺", "nobody judges the own pledge"),
    _promise(
        no_consequence,
        _follows,
        "未兑现的承诺都有规定的后果",
        "every unfulfilled promise ends in the consequence the policy names",
    ),
    _promise(refusal_changes, bool, "不予办理的不改变任何内容", "a refusal changes nothing"),
)
"""All of them, in the order in which they are told."""
