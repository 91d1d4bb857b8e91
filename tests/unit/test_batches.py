"""Many steps in one transaction: each has its own result, and none sinks another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pledgeflow.errors import (
    ConflictError,
    DirectoryError,
    InvalidCommandError,
    PledgeflowError,
    RefusedError,
)
from pledgeflow.service import Done, Order
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore
from tests.town import PEOPLE, YEAR, Town, day


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with SqlStore(f"sqlite:///{tmp_path / 'town.db'}") as sql:
        yield sql


def promise(who: str, key: str | None = None, **changes: object) -> Order:
    step = {"do": "promise", "actor": who, "capacity": "promisor", "on": day(1, 5)}
    return Order(f"t/2025/{who}", {**step, **changes}, key)


def kinds(answers: list[Done | PledgeflowError]) -> list[str]:
    return [type(answer).__name__ for answer in answers]


def test_each_step_has_a_result_of_its_own(store: EventStore) -> None:
    engine = Town(store=store).engine
    orders = [
        promise("an"),
        promise("bo", do="forget"),
        promise("cai", actor="nobody"),
        promise("an", on=day(2, 1), occurred_on="someday"),
        promise("bo"),
        Order("t/2025", promise("bo").step),
    ]
    answers = engine.run(orders)
    assert kinds(answers) == [
        "Done",
        "RefusedError",
        "DirectoryError",
        "InvalidCommandError",
        "Done",
        "PledgeflowError",
    ]
    assert engine.state("t/2025/bo").version > 0


def test_a_batch_does_what_its_steps_would_do_one_by_one(store: EventStore) -> None:
    town, alone = Town(store=store), Town()
    orders = [promise(who, key=f"k{who}") for who in PEOPLE]
    orders += [promise(who, on=day(1, 6)) for who in PEOPLE]
    done = town.engine.run(orders)
    for order, answer in zip(orders, done, strict=True):
        (single,) = alone.engine.run([order])
        assert type(answer) is type(single)
    assert town.engine.streams("t") == alone.engine.streams("t")


def test_a_key_is_used_once_in_a_batch_and_after_it(store: EventStore) -> None:
    engine = Town(store=store).engine
    first, again = engine.run([promise("an", "k"), promise("an", "k")])
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert first.events == again.events
    other = engine.run([promise("an", "k", on=day(1, 6)), promise("bo", "k")])
    assert [type(answer) for answer in other] == [ConflictError, ConflictError]


def test_what_follows_elsewhere_follows_from_a_batch_too(store: EventStore) -> None:
    town = Town(store=store).promised()
    step = {
        "do": "hold_rating",
        "actor": "an",
        "capacity": "secretary",
        "on": day(6, 1),
        "results": dict.fromkeys(PEOPLE, "good"),
    }
    (done,) = town.engine.run([Order(YEAR, step)])
    assert isinstance(done, Done)
    assert done.unmet == ()
    assert store.pending("t") == []


def test_refusals_are_kept_with_their_rules(store: EventStore) -> None:
    engine = Town(store=store).engine
    order = promise("bo", do="forget")
    with pytest.raises(RefusedError) as refused:
        engine.do(order.stream, order.step)
    engine.run([promise("bo", do="forget"), promise("an")])
    kept = list(store.decisions("t"))
    assert [(str(one.stream), one.command, one.ruling) for one in kept] == [
        ("t/2025/bo", "forget", refused.value.verdict.ruling.value)
    ] * 2
    assert [reason["code"] for reason in kept[0].reasons] == [
        reason.code for reason in refused.value.verdict.reasons
    ]
    engine.decisions = "nothing"
    engine.run([promise("bo", do="forget")])
    assert len(list(store.decisions("t"))) == 2


def test_what_makes_no_sense_is_in_no_log(store: EventStore) -> None:
    engine = Town(store=store).engine
    for order, error in (
        (promise("cai", actor="nobody"), DirectoryError),
        (promise("an", key=""), InvalidCommandError),
    ):
        with pytest.raises(error):
            engine.do(order.stream, order.step, key=order.key)
    assert list(store.decisions("t")) == []


def test_nothing_is_an_empty_batch(store: EventStore) -> None:
    assert Town(store=store).engine.run([]) == []
