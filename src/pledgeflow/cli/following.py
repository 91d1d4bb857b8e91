"""What did not follow in other streams from a step, and what stays there though it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pledgeflow.cli.options import Lang
from pledgeflow.cli.translating import translated
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service import Done
from pledgeflow.service.casework import Unmet


def elsewhere_said(done: Done, policy: Policy, lang: Lang) -> Iterator[str]:
    """A sentence for each."""
    for unmet in done.unmet:
        step, why = _called(policy, unmet.command, lang), _why(unmet, lang)
        zh = f"未能在 {unmet.stream} 办理“{step}”：{why}"
        en = f"`{step}` did not follow in {unmet.stream}: {why}"
        if unmet.waits:
            zh, en = f"{zh}；下次推进时间时再办", f"{en}; it is tried again with the next `tick`"
        yield lang.pick(zh, en)
    for left in done.left:
        step = _called(policy, left.command, lang)
        yield lang.pick(
            f"此前由此在 {left.stream} 办理的“{step}”不随之改变；需要改变的，请重新办理本步骤",
            f"`{step}` had followed from it in {left.stream} and stands there as it was; take the "
            "step anew to have it follow again",
        )


def elsewhere_data(done: Done) -> dict[str, Any]:
    """The same for programs."""
    return {
        "unmet": [
            {
                "pledge": str(unmet.stream),
                "command": unmet.command,
                "waits": unmet.waits,
                "why": {lang.value: _why(unmet, lang) for lang in Lang},
            }
            for unmet in done.unmet
        ],
        "left": [{"pledge": str(left.stream), "command": left.command} for left in done.left],
    }


def _called(policy: Policy, command: str, lang: Lang) -> str:
    """What a step is called in whichever track knows it."""
    known = (
        rules.source.commands[command].label
        for rules in policy.tracks.values()
        if command in rules.source.commands
    )
    return lang.of(next(known, None), command)


def _why(unmet: Unmet, lang: Lang) -> str:
    if not isinstance(unmet.why, Verdict):
        return translated(unmet.why) if lang is Lang.ZH else unmet.why
    said = (reason.text.get(lang.value, reason.code) for reason in unmet.why.reasons)
    return lang.pick("；", "; ").join(said)
