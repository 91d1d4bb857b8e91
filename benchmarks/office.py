"""An office whose pledges are worked on: everybody has begun theirs, and goes on seeking opinions.

Each command is a whole one: the stream and the directory around it are read, it is decided with its
guards, hashed, and written with its event, state, projections, key, words and outbox row.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from pledgeflow import Catalogue, Engine, Order
from pledgeflow.storage.sql import SqlStore

DAY = date(2025, 1, 2)
PLACE, CYCLE = "bench", "2025"
BRANCH = 50
"""So many members a branch has."""


def member(number: int) -> str:
    """Somebody's id."""
    return f"p{number}"


def tree(size: int) -> dict[str, object]:
    """A directory of so many members in branches below a committee."""
    branches = {
        f"b{n}": {
            "kind": "branch",
            "parent": "committee",
            "posts": {"secretary": member(n * BRANCH)},
        }
        for n in range(-(-size // BRANCH))
    }
    people = {
        member(n): {"kinds": ["in_service"], "member_of": f"b{n // BRANCH}"} for n in range(size)
    }
    return {
        "organizations": {
            "group": {"kind": "leading_group"},
            "committee": {"kind": "agency_committee", "parent": "group"},
            **branches,
        },
        "people": people,
    }


@dataclass
class Office:
    """An engine on a database with so many pledges."""

    url: str
    size: int
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    keys: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.store = SqlStore(self.url)
        self.engine = Engine(self.store, Catalogue(), lambda: DAY)

    def open(self) -> Office:
        """Everybody begins."""
        self.engine.put_directory(PLACE, tree(self.size))
        self.engine.open_cycle(PLACE, "huimin", cycle=CYCLE)
        begin = {"do": "open", "capacity": "promisor", "on": DAY}
        numbers = range(self.size)
        orders = [
            self.order(n, {**begin, "section": f"b{n // BRANCH}"}, key=False) for n in numbers
        ]
        for some in range(0, len(orders), 1000):
            failed = [e for e in self.engine.run(orders[some : some + 1000]) if _failed(e)]
            assert not failed, failed[0]
        return self

    def order(self, number: int, step: dict[str, object], *, key: bool = True) -> Order:
        """Somebody's step in their own pledge."""
        stream = f"{PLACE}/{CYCLE}/{member(number)}"
        name = f"k{next(self.keys)}" if key else None
        return Order(stream, {**step, "actor": member(number)}, name)

    def consulting(self, number: int) -> Order:
        """Somebody seeks opinions, in words of their own."""
        words = f"a road to the school, and light on it ({self.dice.random()})"
        step = {"do": "consult", "capacity": "promisor", "on": DAY}
        return self.order(number, {**step, "channel": "visits", "heard": words})

    def anybody(self) -> int:
        """One of them, any as likely as another."""
        return self.dice.randrange(self.size)


def _failed(answer: object) -> bool:
    return isinstance(answer, Exception)
