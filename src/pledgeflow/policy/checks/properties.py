"""Whether what a policy claims of itself is about something that can happen in its track."""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.language.properties import Happening, happenings


def property_findings(surface: Surface) -> Iterator[Finding]:
    """Everything wrong with the properties of a track."""
    for name, claim in surface.rules.properties.items():
        for key, happening in happenings(claim).items():
            yield from _names(("properties", name, key), happening, surface)


def _names(place: Place, happening: Happening, surface: Surface) -> Iterator[Finding]:
    """Only what somebody can give happens; a meaning is that of some such command."""
    rules, given = surface.rules, surface.given
    evaluation = rules.evaluation
    known = {
        "command": ("command that somebody can give", given),
        "means": (
            "command that somebody can give and that means",
            {rules.commands[command].means.value for command in given},
        ),
        "state": ("state", surface.states),
        "tier": ("tier", evaluation.tiers.keys() if evaluation is not None else ()),
        "outcome": ("outcome", rules.outcomes.keys()),
    }
    for kind, (what, possible) in known.items():
        said = getattr(happening, kind)
        if said is not None:
            yield from unknown((*place, kind), what, (str(said),), possible)
