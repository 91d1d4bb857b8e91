"""What somebody does who comes after a crash: looks at what is there, and says again what was said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from random import Random

from pledgeflow.audit.auditing import Auditing
from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import Kind
from tests.crash.killing import Told, key_of
from tests.crash.office import POLICIES, TOWN, Say, engine_on, given
from tests.crash.record import Record, wrong

Opening = Callable[[], AbstractContextManager[SqlStore]]


@dataclass(slots=True)
class Figures:
    """ends: how many there were; flying: with a command begun and not acknowledged; kept: of those,
    how many had been committed all the same; followed: acts from which something was still to follow
    """

    ends: int = 0
    flying: int = 0
    kept: int = 0
    followed: int = 0

    def __str__(self) -> str:
        share = self.flying / max(1, self.ends)
        return (
            f"{self.ends} ends, {self.flying} with a command in flight ({share:.0%}), of which "
            f"{self.kept} had been committed; {self.followed} acts were followed up"
        )


@dataclass(slots=True)
class Aftermath:
    """opening: opens the store anew, as a process does that has just been started"""

    opening: Opening
    told: Told
    figures: Figures = field(default_factory=Figures)
    dice: Random = field(default_factory=lambda: Random(5))

    def look(self, *, thorough: bool = True) -> None:
        """After an end: nothing is lost or half there, and going on gives everything exactly once.

        thorough: look through everything once more when it has gone on
        """
        self.figures.ends += 1
        with self.opening() as store:
            engine = engine_on(store)
            check(store, engine, self.told, settled=False)
            self.figures.followed += engine.catch_up(TOWN)
            flying, self.told.flying = self.told.flying, None
            if flying is not None:
                self.figures.flying += 1
                self._again(store, engine, flying)
            self._repeated(engine)
            if thorough:
                check(store, engine, self.told, settled=True)

    def close(self) -> None:
        """At last: an audit finds nothing, and rebuilding gives what is there."""
        with self.opening() as store:
            engine = engine_on(store)
            for jurisdiction in POLICIES:
                assert Auditing.of(store).verify(jurisdiction).sound
                there = _derived(store, jurisdiction)
                assert engine.rebuild(jurisdiction) == len(store.heads(jurisdiction))
                assert _derived(store, jurisdiction) == there

    def _again(self, store: SqlStore, engine: Engine, say: Say) -> None:
        """What was in flight is said again: it is there once, whether it had been committed or not."""
        record = Record.of(store)
        before = [record.of_key(key_of(order)) for order in say.orders]
        answers = given(engine, say)
        kept = [versions for versions, there in zip(answers, before, strict=True) if there]
        # A batch is one transaction.
        many = sum(versions is not None for versions in answers)
        assert len(kept) in (0, many), f"of a batch of {many}, {len(kept)} were there: {say}"
        self.figures.kept += bool(kept)
        for order, versions, there in zip(say.orders, answers, before, strict=True):
            was = [list(range(after + 1, upto + 1)) for _, (after, upto) in there]
            assert was in ([], [versions]), f"{order} was there as {was}, and is now {versions}"
            self.told.done[key_of(order)] = versions
        again = given(engine, say)
        assert again == answers, f"{say} was {answers}, and then {again}"

    def _repeated(self, engine: Engine) -> None:
        """What was acknowledged at some time is said again: the answer is the same."""
        done = [key for key, versions in self.told.done.items() if versions is not None]
        for key in self.dice.sample(done, 3):
            say = Say("do", (self.told.orders[key],))
            again = given(engine, say)
            assert again == [self.told.done[key]], f"{key} was {self.told.done[key]}, now {again}"


def check(store: SqlStore, engine: Engine, told: Told, *, settled: bool) -> None:
    """Nothing is wrong; see `wrong`."""
    found = wrong(store, engine, told, settled=settled)
    assert not found, "\n".join(found)


def _derived(store: SqlStore, jurisdiction: str) -> list[object]:
    """Everything that can be worked out from the events."""
    kinds: tuple[Kind, ...] = ("timer", "duty")
    due = [row for kind in kinds for row in store.due(jurisdiction, kind, date.max)]
    return [store.pledges(jurisdiction), due]
