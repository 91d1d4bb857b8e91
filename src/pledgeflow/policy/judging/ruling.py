"""From reasons to a verdict: a step with several reasons against it has one name for all of them."""

from __future__ import annotations

from pledgeflow.errors import Reason, Ruling, Verdict

HARDEST_FIRST = (
    Ruling.SILENT,
    Ruling.FORBIDDEN,
    Ruling.NOT_AUTHORIZED,
    Ruling.TOO_LATE,
    Ruling.NOT_YET,
)
"""A step with several reasons against it is called by the one that is hardest to remove."""


def refusal(reasons: tuple[Reason, ...]) -> Verdict:
    """The verdict of a step with something against it."""
    rulings = {reason.ruling for reason in reasons}
    return Verdict(next(r for r in HARDEST_FIRST if r in rulings), reasons)
