"""How long a relay waits: never shorter for more failures, never longer than it may."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.relay.pacing import Pace

PACE = Pace(timedelta(seconds=1), timedelta(minutes=10))
tries = st.integers(1, 10**9)
chances = st.floats(0, 1)


@given(tries, chances)
def test_it_is_bounded(n: int, chance: float) -> None:
    assert PACE.first / 2 <= PACE.wait(n, chance) <= PACE.longest


@given(tries, chances)
def test_more_failures_never_wait_shorter(n: int, chance: float) -> None:
    assert PACE.wait(n, chance) <= PACE.wait(n + 1, chance)


@given(tries, chances)
def test_chance_takes_up_to_half(n: int, chance: float) -> None:
    assert PACE.wait(n, 1) <= PACE.wait(n, chance) <= PACE.wait(n, 0)
    assert PACE.wait(n, 1) * 2 == PACE.wait(n, 0)


def test_it_doubles() -> None:
    assert [PACE.wait(n, 0).total_seconds() for n in range(1, 6)] == [1, 2, 4, 8, 16]


def test_what_others_ask_for_is_bounded_too() -> None:
    asked = [timedelta(seconds=-5), timedelta(seconds=5), timedelta(days=9)]
    assert [PACE.bounded(each) for each in asked] == [timedelta(0), asked[1], PACE.longest]
