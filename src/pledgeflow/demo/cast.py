"""Who is around: what a form may name besides whoever fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cast:
    """policy: which one is lived by; people: organization -> the people who pledge there"""

    policy: str = ""
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, organization: str) -> tuple[str, ...]:
        """The people of an organization; of one with none of its own, all there are."""
        own = self.people.get(organization, ())
        return own or tuple(p for people in self.people.values() for p in people)
