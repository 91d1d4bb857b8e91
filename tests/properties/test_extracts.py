"""Deciding by an extract of the directory answers as deciding by the whole of it does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import decide, explain, permitted
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.events import Event
from pledgeflow.domain.extracts import Indexed
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.errors import RefusedError, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.service import changing, looking
from pledgeflow.service.casework import Case, people_in
from pledgeflow.service.remembering import DirectoryAt
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import EventStore
from pledgeflow.testing._simulation.rows import rows_of
from tests.dice import shared
from tests.strategies import CATALOGUE, Asked, Dice, a_walk, deployable, examples, offers, wander


def answer(
    policy: Policy, state: State, command: AnyCommand, facts: Facts
) -> tuple[Event, ...] | Verdict:
    verdict = explain(policy, state, command, facts)
    return decide(policy, state, command, facts) if verdict.permitted else verdict


def answers_alike(asked: Asked, directory: MemoryStore) -> None:
    """The command has the same answer, and whoever gave it may do the same."""
    policy, state, facts, town = asked.policy, asked.before, asked.facts, asked.town
    case = Case(policy, state, directory, facts.today)
    command, today = asked.command, facts.today
    narrow = case.around(command.occurred_on, *people_in(case, command))
    found = answer(policy, state, command, facts._replace(view=narrow))
    assert found == (asked.verdict or asked.events)
    actor = getattr(command, "actor", "pat")
    near = replace(town, view=case.around(today, actor))
    assert dict(offers(policy, near, state, actor, today)) == dict(
        offers(policy, town, state, actor, today)
    )


def walked(name: str, dice: Dice, length: int) -> None:
    walk = a_walk(CATALOGUE.load(name), dice)
    directory = MemoryStore()
    directory.put_directory("town", rows_of(walk.town.view))
    assert directory.directory("town").view(walk.today).persons == walk.town.view.persons
    for asked in wander(walk, dice, length):
        answers_alike(asked, directory)


@pytest.mark.parametrize("name", shared(deployable()))
@examples(0.2)
@given(st.data())
def test_on_a_walk_an_extract_says_what_the_whole_says(name: str, data: st.DataObject) -> None:
    walked(name, Dice(data.draw), 8)


@pytest.mark.stress
@pytest.mark.parametrize("name", deployable())
@examples(1, stress=200)
@given(st.data())
def test_on_long_walks_an_extract_says_what_the_whole_says(name: str, data: st.DataObject) -> None:
    walked(name, Dice(data.draw), 40)


# --- in scenarios ---------------------------------------------------------------------------------


@dataclass
class Both:
    """Judges all that an engine judges by the extract it has, and by the whole it is from."""

    wholes: list[tuple[View, View]] = field(default_factory=list)
    judged: int = 0

    def cut(self, store: EventStore, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """An extract, of which it is kept what it was cut from."""
        held = store.directory(jurisdiction)
        self.wholes.append((Indexed(held).around(ids, on), held.view(on)))
        return self.wholes[-1][0]

    def whole(self, facts: Facts) -> Facts:
        self.judged += 1
        found = (w for view, w in self.wholes if view is facts.view)
        # A year begins without a look at the directory.
        return facts._replace(view=next(found, View()))

    def decide(
        self, policy: Policy, state: State, command: AnyCommand, facts: Facts
    ) -> tuple[Event, ...]:
        found = answer(policy, state, command, facts)
        assert found == answer(policy, state, command, self.whole(facts))
        self.wholes.clear()
        if isinstance(found, Verdict):
            raise RefusedError(command.name, found)
        return found

    def permitted(
        self, policy: Policy, state: State, actor: str, on: date, facts: Facts
    ) -> Permissions:
        found = permitted(policy, state, actor, on, facts)
        assert dict(found) == dict(permitted(policy, state, actor, on, self.whole(facts)))
        return found


@pytest.mark.parametrize(
    "every", [pytest.param(12, id="share"), pytest.param(1, id="all", marks=pytest.mark.stress)]
)
@pytest.mark.parametrize("name", CATALOGUE.names())
def test_in_scenarios_an_extract_says_what_the_whole_says(
    name: str, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Both()

    def around(known: DirectoryAt, jurisdiction: str, ids: Collection[str], on: date) -> View:
        return both.cut(known._store, jurisdiction, ids, on)

    monkeypatch.setattr(DirectoryAt, "around", around)
    monkeypatch.setattr(changing, "decide", both.decide)
    monkeypatch.setattr(looking, "permitted", both.permitted)
    told = scenarios(CATALOGUE, name) if name in Catalogue().names() else []
    told = told[::every]
    for result in Runner(CATALOGUE).run_all(told):
        assert result.passed, result.message
    assert both.judged >= len(told)
