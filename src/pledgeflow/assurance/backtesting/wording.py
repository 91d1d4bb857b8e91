"""Reasons of refusals in words: only those that have a cause of their own, and each only once."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace

from pledgeflow.assurance.backtesting.told import Refusal, Traced
from pledgeflow.errors import Reason, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.saying.wording import LANGUAGES, say

MOST = 10_000
"""So many sentences are remembered: the same few rules say the same again and again."""
Sentences = MutableMapping[str, dict[str, str]]


def worded(traced: Traced, policy: Policy, known: Sentences) -> Traced:
    """The same stream with sentences in its refusals. known: those that were put together before."""
    track = traced.would_be.track or None

    def sentence(reason: Reason) -> Reason:
        key = f"{policy.digest} {track} {reason}"
        if key not in known:
            if len(known) >= MOST:
                known.clear()
            known[key] = {lang: say(policy, track, reason, lang) for lang in LANGUAGES}
        return replace(reason, text=known[key])

    def told(refusal: Refusal) -> Refusal:
        if refusal.consequent:
            return refusal
        verdict = refusal.verdict
        reasons = tuple(sentence(reason) for reason in verdict.reasons)
        return replace(refusal, verdict=Verdict(verdict.ruling, reasons))

    return replace(traced, refused=tuple(told(refusal) for refusal in traced.refused))
