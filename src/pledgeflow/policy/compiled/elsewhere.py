"""Whom the rules of a track ask: the places whose rules its guards were compiled with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pledgeflow.policy.guards.elsewhere import Elsewhere
from pledgeflow.policy.guards.kinds import Guard
from pledgeflow.policy.language.schema import Rules


def places_asked(rules: Rules) -> frozenset[str]:
    """The places of the streams that any guard asks how they stand."""
    guards = (guard for each in _guards(rules) for guard in each.values())
    return frozenset(guard.place for guard in guards if isinstance(guard, Elsewhere))


def _guards(rules: Rules) -> Iterator[Mapping[str, Guard]]:
    for lifecycle in rules.lifecycles.values():
        for transition in lifecycle.transitions.values():
            yield transition.guards
            yield transition.when or {}
    yield from (outcome.guards for outcome in rules.outcomes.values())
    yield from (reaction.guards for reaction in rules.reactions.values())
