"""What the decision log keeps of a refusal: rules and clauses, and no words that anybody wrote."""

from __future__ import annotations

from pledgeflow.errors import Verdict
from pledgeflow.service.batching import Ready
from pledgeflow.storage.store import Judged


def judged(order: Ready, verdict: Verdict, version: int, policy: str) -> Judged:
    """version: of the stream, when it was judged; policy: digest of the one that judged"""
    asked = order.asked
    return Judged(
        order.stream,
        version,
        asked.do,
        asked.actor,
        asked.capacity,
        asked.on,
        verdict.ruling.value,
        policy,
        tuple(
            {"code": reason.code, "rule": reason.rule, "clauses": list(reason.clauses)}
            for reason in verdict.reasons
        ),
    )
