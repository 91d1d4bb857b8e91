"""What one stream brings about in another, and asks of it: an organization's year, a selection."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import RefusedError
from pledgeflow.service import Done, Engine
from pledgeflow.storage.memory import MemoryStore

POLICIES = Path(__file__).parents[1] / "policies"
PEOPLE = ("an", "bo", "cai")
DIRECTORY = {
    "organizations": {
        "hill": {"kind": "town", "posts": {"secretary": "mayor"}},
        "east": {
            "kind": "branch",
            "parent": "hill",
            "posts": {"secretary": "an", "deputy": "bo"},
        },
    },
    "people": {
        "mayor": {"member_of": "hill"},
        **{name: {"kinds": ["member"], "member_of": "east"} for name in PEOPLE},
    },
}
YEAR, SELECTION, TOWN = "t/2025/east@year", "t/2025/east@selection", "t/2025/hill@selection"


def day(month: int, number: int) -> date:
    """A day of the year that is played."""
    return date(2025, month, number)


class Town:
    """The town's policy, played by hand."""

    def __init__(self) -> None:
        self.engine = Engine(
            MemoryStore(), Catalogue((POLICIES,)), clock=lambda: date(2025, 12, 31)
        )
        self.engine.put_directory("t", DIRECTORY)
        self.engine.open_cycle("t", "town", cycle="2025")

    def do(
        self,
        stream: str,
        do: str,
        on: date,
        actor: str,
        capacity: str = "secretary",
        **said: object,
    ) -> Done:
        """Take a step."""
        step = {"do": do, "on": on, "actor": actor, "capacity": capacity, **said}
        return self.engine.do(stream, step)

    def promised(self) -> Town:
        """Everybody has promised."""
        for name in PEOPLE:
            self.do(f"t/2025/{name}", "promise", day(1, 10), name, "promisor")
        return self

    def rated(self) -> Town:
        """And the branch has rated them."""
        self.promised().do(
            YEAR, "hold_rating", day(6, 1), "an", results=dict.fromkeys(PEOPLE, "good")
        )
        return self

    def graded(self) -> Town:
        """And they have their grades."""
        self.rated()
        for name in PEOPLE:
            actor, capacity = ("bo", "secretary") if name == "an" else ("an", "secretary")
            self.do(f"t/2025/{name}", "grade", day(7, 1), actor, capacity, tier="good")
        return self

    def forwarded(self) -> Town:
        """And two of them are put forward to the town."""
        self.graded()
        for number, name in enumerate(("bo", "cai"), start=1):
            self.do(SELECTION, "nominate", day(7, 2), "an", candidate=name)
            self.do(SELECTION, "put_forward", day(7, 3), "an", candidacy=number)
        return self

    def codes(self, *args: Any, **said: Any) -> set[str]:
        """Why a step is refused."""
        with pytest.raises(RefusedError) as refused:
            self.do(*args, **said)
        return {reason.code for reason in refused.value.reasons}


def test_the_year_of_an_organization_begins_with_the_cycle() -> None:
    town = Town()
    assert town.engine.state(YEAR).version == 1
    assert town.engine.pledges("t") == []  # a year is no pledge


def test_one_meeting_rates_every_pledge_once() -> None:
    town = Town().rated()
    for name in PEOPLE:
        state = town.engine.state(f"t/2025/{name}")
        (record,) = state.records["rate"]
        assert record.fields == {"result": "good"}
        assert record.capacity == "reaction"
        assert [leaned.source for leaned in record.leaned_on] == [YEAR]
    assert town.engine.catch_up("t") == 0
    assert len(town.engine.state("t/2025/an").records["rate"]) == 1


def test_nobody_takes_by_hand_what_follows_from_elsewhere() -> None:
    town = Town().promised()
    for capacity in ("reaction", "secretary", "promisor"):
        assert town.codes("t/2025/an", "rate", day(6, 1), "bo", capacity, result="good") <= {
            "not_in_capacity",
            "vacant",
        }


def test_what_cannot_follow_is_told() -> None:
    town = Town()
    done = town.do(YEAR, "hold_rating", day(6, 1), "an", results={"cai": "good"})
    assert [(str(u.stream), u.command) for u in done.unmet] == [("t/2025/cai", "rate")]


def test_a_candidate_has_to_be_eligible_and_the_branch_to_have_rated() -> None:
    town = Town().promised()
    assert town.codes(SELECTION, "nominate", day(6, 2), "an", candidate="cai") == {
        "not_so_elsewhere"
    }
    town = Town()
    assert town.codes(SELECTION, "nominate", day(6, 2), "an", candidate="cai") == {
        "not_begun_elsewhere",
        "not_so_elsewhere",
    }


def test_nobody_nominates_oneself() -> None:
    town = Town().graded()
    assert town.codes(SELECTION, "nominate", day(7, 2), "an", candidate="an") == {"names_oneself"}


def test_an_award_goes_level_by_level() -> None:
    town = Town().forwarded()
    state = town.engine.state(TOWN)
    assert [s.content["candidate"] for s in state.children("candidacy")] == ["bo", "cai"]
    town.do(TOWN, "announce", day(7, 4), "mayor", places=2)
    assert town.codes(TOWN, "give_notice", day(7, 5), "mayor") == {"too_few_items"}
    town.do(TOWN, "announce", day(7, 5), "mayor", places=1)
    town.do(TOWN, "give_notice", day(7, 5), "mayor")
    assert town.codes(TOWN, "confer", day(7, 11), "mayor", candidacy=1) == {"not_long_enough"}
    town.do(TOWN, "confer", day(7, 12), "mayor", candidacy=1)
    assert town.codes(TOWN, "confer", day(7, 12), "mayor", candidacy=2) == {"too_many_items"}


def test_who_loses_eligibility_drops_out_at_every_level() -> None:
    town = Town().forwarded()
    town.do("t/2025/cai", "reopen", day(7, 6), "mayor", "superior")
    town.do("t/2025/cai", "grade", day(7, 7), "an", tier="poor")
    for stream in (SELECTION, TOWN):
        candidacy = town.engine.state(stream).subjects["candidacy/2"]
        assert candidacy.state == "dropped"


def test_what_was_still_to_follow_when_a_process_died_follows_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = Town().promised()
    engine = town.engine

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Engine, "_give", dies)
        with pytest.raises(KeyboardInterrupt):
            town.do(YEAR, "hold_rating", day(6, 1), "an", results={"cai": "good"})
    assert "rate" not in engine.state("t/2025/cai").records
    assert engine.tick("t", day(6, 2)) == 0
    assert len(engine.state("t/2025/cai").records["rate"]) == 1
    assert engine.store.pending("t") == []


def test_streams_are_what_they_are_of() -> None:
    assert [StreamId("t", "2025", "x", v).aggregate for v in ("", "home", "year", "filing")] == [
        "pledge",
        "pledge",
        "year",
        "filing",
    ]
    assert StreamId("t", "2025", "x", "selection.members").aggregate == "selection"
