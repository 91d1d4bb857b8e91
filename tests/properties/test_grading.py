"""What holds of every grade that is worked out, whatever the method and whatever was said.

The order of channels, records and voters does not matter; a better vote never makes it worse; what
all say it is; and it is one of the policy's tiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate, pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from pledgeflow.policy.compiled.grading import Voices
from pledgeflow.policy.judging.grading import Reckoned, graded
from pledgeflow.policy.language.methods import (
    AnyMethod,
    Channel,
    Instead,
    Median,
    Share,
    Weighted,
    WeightedMean,
    Worst,
)
from tests.channels import MEAN, MEDIAN, SHARE, WORST, channels
from tests.tiny import problems

NAMES = ("one", "two", "three")
Said = Mapping[str, Voices | None]

tiers = st.sampled_from([("only",), ("good", "poor"), ("a", "b", "c"), ("a", "b", "c", "d", "e")])
ties = st.sampled_from(["better", "worse"])


def missing(of: tuple[str, ...]) -> st.SearchStrategy[object]:
    return st.one_of(st.just("left_out"), st.builds(Instead, tier=st.sampled_from(of)))


@st.composite
def falling(draw: st.DrawFn, number: int) -> list[int]:
    """So many whole numbers, each below the one before."""
    gaps = draw(st.lists(st.integers(1, 30), min_size=number, max_size=number))
    return list(accumulate(gaps))[::-1]


@st.composite
def methods(draw: st.DrawFn, of: tuple[str, ...]) -> AnyMethod:
    """Any method that could be loaded for these tiers."""
    plain = {name: Channel(command="c", field="f") for name in NAMES}
    common = {"missing": draw(missing(of))}
    tie = draw(ties)
    match draw(st.sampled_from(["mean", "median", "worst", "share"])):
        case "mean":
            weights = draw(st.lists(st.integers(1, 9), min_size=3, max_size=3))
            scores = draw(falling(len(of)))
            # A bound lies above the score of the tier below, and at most at its own.
            bounds = [Fraction(a + b, 2) for a, b in pairwise(scores)]
            return WeightedMean.model_validate(
                {
                    "is": "weighted_mean",
                    "channels": {
                        name: Weighted(command="c", field="f", weight=f"{w}/{sum(weights)}")
                        for name, w in zip(NAMES, weights, strict=True)
                    },
                    "scale": dict(zip(of, map(str, scores), strict=True)),
                    "bounds": {t: str(b) for t, b in zip(of, bounds, strict=False)},
                    "ties": tie,
                    "places": draw(st.integers(1, 4)),
                    "rounding": draw(st.sampled_from(["half_up", "half_even", "down"])),
                    **common,
                }
            )
        case "median":
            return Median.model_validate({"is": "median", "channels": plain, "ties": tie, **common})
        case "worst":
            return Worst.model_validate({"is": "worst", "channels": plain, **common})
        case _:
            shares = st.sampled_from(["1/10", "1/3", "50%", "0.5", "2/3", "99%"])
            return Share.model_validate(
                {
                    "is": "share",
                    "channels": plain,
                    "at_least": {tier: draw(shares) for tier in of[:-1]},
                    "ties": tie,
                    **common,
                }
            )


@st.composite
def voices(draw: st.DrawFn, of: tuple[str, ...]) -> Voices:
    votes = draw(st.dictionaries(st.sampled_from(of), st.integers(1, 5), min_size=1))
    return Voices(votes)


@st.composite
def cases(draw: st.DrawFn) -> tuple[AnyMethod, tuple[str, ...], Said]:
    of = draw(tiers)
    said = {name: draw(st.one_of(st.none(), voices(of), voices(of))) for name in NAMES}
    return draw(methods(of)), of, said


@given(cases())
def test_a_grade_is_one_of_the_policy_s(case: tuple[AnyMethod, tuple[str, ...], Said]) -> None:
    method, of, said = case
    found = graded(method, of, said)
    if found is None:
        assert method.missing == "left_out"
        assert not any(said.values())
    else:
        assert found.tier in of


@given(cases())
def test_the_order_of_channels_and_voters_does_not_matter(
    case: tuple[AnyMethod, tuple[str, ...], Said],
) -> None:
    method, of, said = case
    turned = {
        name: Voices(dict(reversed([*v.votes.items()]))) if v is not None else None
        for name, v in reversed([*said.items()])
    }
    channels = dict(reversed([*method.channels.items()]))
    other = method.model_copy(update={"channels": channels})
    one, two = graded(method, of, said), graded(other, of, turned)
    assert (one and (one.tier, dict(one.basis))) == (two and (two.tier, dict(two.basis)))


@given(cases(), st.sampled_from(NAMES), st.data())
def test_one_better_vote_never_makes_it_worse(
    case: tuple[AnyMethod, tuple[str, ...], Said], name: str, data: st.DataObject
) -> None:
    method, of, said = case
    heard = said[name]
    assume(heard is not None)
    assert heard is not None
    given_ = data.draw(st.sampled_from(sorted(heard.votes)))
    better = data.draw(st.sampled_from(of[: of.index(given_) + 1]))
    votes = dict(heard.votes)
    votes[given_] -= 1
    votes[better] = votes.get(better, 0) + 1
    changed = {**said, name: Voices({tier: n for tier, n in votes.items() if n})}
    before, after = graded(method, of, said), graded(method, of, changed)
    assert before is not None
    assert after is not None
    assert of.index(after.tier) <= of.index(before.tier)


@given(cases(), st.sampled_from(NAMES))
def test_one_more_vote_for_the_best_never_makes_it_worse(
    case: tuple[AnyMethod, tuple[str, ...], Said], name: str
) -> None:
    method, of, said = case
    heard = said[name]
    assume(heard is not None)
    assert heard is not None
    more = Voices({**heard.votes, of[0]: heard.votes.get(of[0], 0) + 1})
    before, after = graded(method, of, said), graded(method, of, {**said, name: more})
    assert isinstance(before, Reckoned)
    assert isinstance(after, Reckoned)
    assert of.index(after.tier) <= of.index(before.tier)


@given(cases(), st.data())
def test_what_all_say_is_the_grade(
    case: tuple[AnyMethod, tuple[str, ...], Said], data: st.DataObject
) -> None:
    method, of, said = case
    tier = data.draw(st.sampled_from(of))
    if isinstance(method.missing, Instead):
        assume(all(said.values()) or method.missing.tier == tier)
    alike = {n: v and Voices({tier: sum(v.votes.values())}) for n, v in said.items()}
    found = graded(method, of, alike)
    assume(found is not None)
    assert found is not None
    assert found.tier == tier


def test_the_methods_of_the_tests_can_be_loaded() -> None:
    for method in (MEAN, MEDIAN, WORST, SHARE):
        assert problems(channels(method)) == []
