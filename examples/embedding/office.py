"""What the examples of embedding have in common: a directory, a cycle, and a first step."""

from __future__ import annotations

from datetime import date

from pledgeflow import Engine

DAY = date(2025, 1, 6)
DIRECTORY = {
    "organizations": {
        "group": {"kind": "leading_group", "posts": {"director": "qian"}},
        "committee": {"kind": "agency_committee", "parent": "group"},
        "branch": {"kind": "branch", "parent": "committee", "posts": {"secretary": "li"}},
    },
    "people": {name: {"kinds": ["in_service"], "member_of": "branch"} for name in ("wang", "li")}
    | {"qian": {"kinds": ["in_service"], "member_of": "committee"}},
}


def founded(engine: Engine) -> Engine:
    """With people in it, and a cycle open."""
    engine.put_directory("county", DIRECTORY)
    engine.open_cycle("county", "huimin", cycle="2025")
    return engine


def opening(person: str) -> tuple[str, dict[str, object]]:
    """Somebody opens their pledge: where, and the step."""
    step = {"do": "open", "actor": person, "capacity": "promisor", "on": DAY, "section": "branch"}
    return f"county/2025/{person}", step
