"""What is kept, and what is done to it: a town where one act brings about others, and a county.

Used by whoever is killed and by whoever looks afterwards, so that both mean the same by an order.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pledgeflow.catalogue import Catalogue, built_in
from pledgeflow.domain.calendars import UNANNOUNCED
from pledgeflow.errors import PledgeflowError, RefusedError
from pledgeflow.service import Done, Engine, Order
from pledgeflow.storage.store import EventStore

CATALOGUE = Catalogue((built_in(), Path(__file__).parents[1] / "policies"))
TODAY = date(2025, 3, 1)
Answers = list[list[int] | None]
"""For each order the versions of what was done, or nothing where it was refused."""
TOWN, COUNTY = "t", "c"
POLICIES = {TOWN: "town", COUNTY: "sampler"}
BRANCHES, EACH, MEMBERS = 8, 5, 300
MOST_AT_ONCE = 10


class Say(NamedTuple):
    """Something that somebody wants. kind: `do`, `run`, `catch_up`"""

    kind: str
    orders: tuple[Order, ...] = ()


def engine_on(store: EventStore) -> Engine:
    """An engine that has just been started."""
    return Engine(store, CATALOGUE, clock=lambda: TODAY, calendar=UNANNOUNCED)


def given(engine: Engine, say: Say) -> Answers:
    """Do what somebody wants. Raises PledgeflowError where it may be done or not."""
    if say.kind == "catch_up":
        engine.catch_up(TOWN)
    if say.kind == "run":
        return [_versions(answer) for answer in engine.run(say.orders)]
    return [_versions(_one(engine, order)) for order in say.orders]


def _one(engine: Engine, order: Order) -> Done | PledgeflowError:
    try:
        return engine.do(order.stream, order.step, key=order.key)
    except RefusedError as error:
        return error


def _versions(answer: Done | PledgeflowError) -> list[int] | None:
    if isinstance(answer, RefusedError):
        return None
    if isinstance(answer, PledgeflowError):
        raise answer
    if answer.unmet:
        raise PledgeflowError(f"{answer.unmet} should have followed")
    return [event.version for event in answer.events]


def found(engine: Engine) -> tuple[Order, ...]:
    """Everything there has to be before; the orders by which everybody in the town promised."""
    engine.put_directory(TOWN, _town())
    engine.put_directory(COUNTY, _county())
    for jurisdiction, policy in POLICIES.items():
        engine.open_cycle(jurisdiction, policy, cycle="2025")
    promise = {"do": "promise", "capacity": "promisor"}
    orders = tuple(
        Order(f"{TOWN}/2025/{who}", {**promise, "actor": who}, f"first-{who}")
        for branch in range(BRANCHES)
        for who in _members(branch)
    )
    engine.run(orders)
    return orders


def wanted(seed: int) -> Iterator[Say]:
    """What is wanted one after the other, without end; every order has a key of its own."""
    dice, number = Random(seed), 0
    while True:
        number += 1
        kind = dice.choices(("do", "run", "catch_up"), (12, 5, 1))[0]
        many = {"do": 1, "run": dice.randint(2, MOST_AT_ONCE), "catch_up": 0}[kind]
        yield Say(kind, tuple(_order(dice, f"{seed}-{number}-{n}") for n in range(many)))


def _order(dice: Random, key: str) -> Order:
    if dice.random() < 0.3:
        return _rating(dice, key)
    who = f"m{dice.randrange(MEMBERS)}"
    step: dict[str, object] = {"actor": who, "capacity": "promisor"}
    match dice.randrange(10):
        case 0:  # nothing that anybody may do now, and nothing comes of it
            step |= {"do": "publish"}
        case 1 | 2 | 3:
            step |= {"do": "propose", "title": f"title {key}", "due": "2025-06-30"}
        case _:
            step |= {"do": "consult", "channel": "visits", "heard": f"heard {key}"}
    return Order(f"{COUNTY}/2025/{who}", step, key)


def _rating(dice: Random, key: str) -> Order:
    branch = dice.randrange(BRANCHES)
    rated = dice.sample(_members(branch), dice.randint(1, EACH))
    step: dict[str, object] = {"do": "hold_rating", "actor": f"b{branch}p0"}
    step |= {"capacity": "secretary", "results": dict.fromkeys(rated, "good")}
    return Order(f"{TOWN}/2025/b{branch}@year", step, key)


def _members(branch: int) -> list[str]:
    return [f"b{branch}p{n}" for n in range(EACH)]


def _town() -> dict[str, Any]:
    branches = {
        f"b{n}": {"kind": "branch", "parent": "hill", "posts": {"secretary": f"b{n}p0"}}
        for n in range(BRANCHES)
    }
    return {
        "organizations": {"hill": {"kind": "town"}, **branches},
        "people": {
            who: {"kinds": ["member"], "member_of": f"b{n}"}
            for n in range(BRANCHES)
            for who in _members(n)
        },
    }


def _county() -> dict[str, Any]:
    branch = {"kind": "branch", "parent": "above", "posts": {"secretary": "m0"}}
    return {
        "organizations": {"above": {"kind": "committee"}, "home": branch},
        "people": {f"m{n}": {"kinds": ["in_service"], "member_of": "home"} for n in range(MEMBERS)},
    }
