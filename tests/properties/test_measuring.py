"""What holds of every indicator, whatever happened in the pledges that it is counted over."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.events import Cycle
from pledgeflow.errors import RefusedError
from pledgeflow.policy.language.numbers import Rounding, rounded
from pledgeflow.policy.measuring.measured import Count, Measured
from pledgeflow.policy.measuring.metering import Meter
from tests.measures import Town, written

PEOPLE = ("an", "bo", "chen", "fu")
STEPS = ("propose", "promise", "do", "drop", "carry", "publish", "tell", "heard", "ballot")

takes = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(STEPS),
    st.integers(1, 3),
    st.integers(0, 4),
    st.integers(0, 4),
)
histories = st.lists(takes, max_size=25)
History = list[tuple[str, str, int, int, int]]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return written(tmp_path_factory.mktemp("measuring"))


def played(catalogue: Catalogue, history: History) -> Town:
    """A town in which everybody has promised two things, and then what of a history is permitted."""
    made = Town(catalogue)
    for who in PEOPLE:
        made.promised(who, "", "")
    for who, step, item, good, poor in history:
        _try(made, who, step, item, {"good": good, "poor": poor})
    return made


def _try(made: Town, who: str, step: str, item: int, votes: dict[str, int]) -> bool:
    said: dict[str, object] = {}
    if step in ("promise", "do", "drop", "carry"):
        said = {"item": item}
    elif step == "propose":
        said = {"title": "x"}
    elif step == "ballot":
        said = {"votes": votes}
    try:
        made.do(who, step, "2025-06-01", **said)
    except RefusedError:
        return False
    return True


def counted(made: Town, people: tuple[str, ...] = PEOPLE) -> dict[str, Count]:
    policy, cycle = made.catalogue.load("counted"), Cycle("2025", date(2025, 1, 1))
    meter = Meter(policy, cycle, date(2025, 12, 31), lambda *_: ())
    for who in people:
        meter.see(made.engine.state(f"town/2025/{who}"))
    return {name: found.count for name, found in meter.measured().items()}


def value(found: Measured) -> Fraction:
    return found.value if found.value is not None else Fraction(0)


@given(histories)
def test_a_share_lies_between_nothing_and_all(catalogue: Catalogue, history: History) -> None:
    made = played(catalogue, history)
    for found in made.engine.indicators("town", "2025").values():
        assert 0 <= found.numerator <= found.denominator
        assert found.value is None or 0 <= found.value <= 1
        assert (found.value is None) is (found.denominator == 0)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_pledges_does_not_matter(
    catalogue: Catalogue, history: History, random: Random
) -> None:
    made = played(catalogue, history)
    shuffled = list(PEOPLE)
    random.shuffle(shuffled)
    assert counted(made) == counted(made, tuple(shuffled))


@given(histories)
def test_disjoint_organizations_add_up(catalogue: Catalogue, history: History) -> None:
    made = played(catalogue, history)
    east, west = (made.engine.indicators("town", "2025", organization=o) for o in ("east", "west"))
    both = made.engine.indicators_by("town", "2025", "organization")
    whole = made.engine.indicators("town", "2025")
    for name, found in whole.items():
        assert east[name].count + west[name].count == both["east"][name].count + (
            both["west"][name].count
        )
        parts = sum((group[name].count for group in both.values()), Count())
        assert parts == found.count
    people = made.engine.indicators_by("town", "2025", "promisor")
    each = sum((found["kept"].count for found in people.values()), Count())
    assert each == whole["kept"].count


@given(histories, st.sampled_from(PEOPLE), st.integers(1, 3))
def test_taking_a_promise_back_never_raises_the_fulfilment_rate(
    catalogue: Catalogue, history: History, who: str, item: int
) -> None:
    made = played(catalogue, history)
    before = made.engine.indicators("town", "2025")["kept"]
    if _try(made, who, "drop", item, {}):
        after = made.engine.indicators("town", "2025")["kept"]
        assert value(after) <= value(before)
        assert after.denominator >= before.denominator


@given(
    st.fractions(min_value=0, max_value=1, max_denominator=10**6),
    st.integers(0, 6),
    st.sampled_from(["half_up", "half_even", "down"]),
)
def test_a_share_is_shown_as_near_as_its_places_allow(
    share: Fraction, places: int, rounding: Rounding
) -> None:
    shown = rounded(share, places, rounding)
    off = Fraction(shown) - share
    assert abs(off) * 10**places <= (Fraction(1, 2) if rounding != "down" else 1)
    assert rounding != "down" or off <= 0
    assert 0 <= shown <= 1
