"""Reasons, remedies and rulings in words, for people: what was required and what was found.

The templates stand in `phrases`; here every value gets its label. Words are never refused: where
a label is missing the id stands, where a value is missing the sentence says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pledgeflow.domain.commands import PLEDGE
from pledgeflow.domain.states import State
from pledgeflow.errors import Reason, RemedyStep, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.saying.phrases import FOREIGN, REMEDY, RULINGS, SAY_SO, SENTENCES, WAIT
from pledgeflow.policy.saying.speaker import Speaker
from pledgeflow.policy.saying.valuing import word_for

LANGUAGES = ("zh", "en")
AMENDING = ("annul", "correct")


def worded(policy: Policy, state: State | None, verdict: Verdict) -> Verdict:
    """The verdict with each reason's text in both languages; a text that is there already stays."""
    track = state.track if state is not None else None
    reasons = tuple(
        replace(r, text={lang: say(policy, track, r, lang) for lang in LANGUAGES} | dict(r.text))
        for r in verdict.reasons
    )
    return replace(verdict, reasons=reasons)


def say(policy: Policy, track: str | None, reason: Reason, lang: str) -> str:
    """One sentence: what was required and what was found. track: None where there is none yet."""
    speaker = speaking(policy, track, lang).about(reason)
    label = speaker.guard_label(reason.rule)
    data = {
        "required": reason.required,
        "found": reason.found,
        "tracks": reason.required.get("tracks") or tuple(policy.document.tracks),
        "condition": label or reason.code,
        "place": reason.found.get("place") or PLEDGE,
        "because": _because(policy, reason, lang),
    }
    if reason.code not in SENTENCES:
        return speaker.fill(FOREIGN, data)
    sentence = speaker.fill(SENTENCES[reason.code], data)
    return speaker.pick((f"{label}：{sentence}", f"{label}: {sentence}")) if label else sentence


def _because(policy: Policy, reason: Reason, lang: str) -> str | None:
    """What is wrong in another stream, by the words of the track that it is in."""
    inner = reason.found.get("because")
    if not isinstance(inner, Mapping):
        return None
    tracks = policy.document.tracks.items()
    track = next((n for n, t in tracks if t.place == reason.found.get("place")), None)
    said = {key: inner[key] for key in ("code", "required", "found")}
    # The path leads into this track's rules, and would name the guard here once more.
    there = replace(reason, rule="", **said)
    return say(policy, track, there, lang)


def say_remedy(policy: Policy, track: str | None, step: RemedyStep, lang: str) -> str:
    """Who has to do what by when; or until when to wait."""
    speaker = replace(speaking(policy, track, lang), commands=(step.command,))
    fields = dict(step.fields)
    data: dict[str, object] = {
        "command": step.command,
        "by": step.by,
        "subject": step.subject,
        "target": fields.pop("target", None) if step.command in AMENDING else None,
        "times": step.times if step.times != 1 else None,
        "not_before": step.not_before,
        "not_after": step.not_after,
        "fields": fields,
        "promisor": step.promisor,
        "place": step.venue or PLEDGE,
    }
    if step.command:
        return speaker.fill(REMEDY, data)
    return speaker.fill(SAY_SO if fields else WAIT, data)


def say_ruling(ruling: Ruling, lang: str) -> str:
    """The answer itself, in a word or two."""
    return RULINGS[ruling][lang != "zh"]


def speaking(policy: Policy, track: str | None, lang: str) -> Speaker:
    """Who knows the labels of a policy, those of one track first. track: None for all alike."""
    own = [rules.source for name, rules in policy.tracks.items() if name == track]
    others = [rules.source for name, rules in policy.tracks.items() if name != track]
    rules = (*own, policy.document, *others)
    return Speaker(policy.document, rules, lang == "zh", word_for, gone=policy.called)
