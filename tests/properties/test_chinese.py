"""What is said in Chinese can be read by somebody who reads nothing else: only ids are not Chinese."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.errors import Reason
from pledgeflow.policy.saying.wording import say_remedy, say_ruling
from tests.strategies import CATALOGUE, Asked, Dice, a_walk, deployable, examples, wander

POLICIES = [name for name in deployable() if name != "sampler"]
GIVEN = frozenset({"unheard_of", "nonsense", "nobody", "something", "none", "commitment"})
"""What somebody typed, and is quoted as it was."""


def said(asked: Asked, reason: Reason) -> Iterator[str]:
    """Everything that is said of a reason in Chinese."""
    yield reason.text["zh"]
    yield say_ruling(reason.ruling, "zh")
    for step in reason.remedy:
        yield say_remedy(asked.policy, asked.before.track, step, "zh")


def foreign(asked: Asked, text: str) -> set[str]:
    """The words that are neither Chinese nor the id of somebody or of something given."""
    town, command = asked.town, asked.command
    ids = {*town.people, *town.view.organizations, *GIVEN, command.name}
    return {word for word in re.findall(r"[A-Za-z][A-Za-z_0-9]+", text) if word not in ids}


@pytest.mark.parametrize("name", POLICIES)
@examples(0.2, stress=100)
@given(st.data())
def test_refusals_and_remedies_have_no_foreign_words(name: str, data: st.DataObject) -> None:
    dice = Dice(data.draw)
    for asked in wander(a_walk(CATALOGUE.load(name), dice), dice, 20):
        for reason in asked.verdict.reasons if asked.verdict is not None else ():
            for text in said(asked, reason):
                assert not foreign(asked, text), text


@pytest.mark.parametrize("name", POLICIES)
def test_every_label_of_a_policy_is_chinese_in_chinese(name: str) -> None:
    def labels(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            if set(node) == {"zh", "en"}:
                yield node["zh"]
            for value in node.values():
                yield from labels(value)

    found = list(labels(CATALOGUE.resolved(name).whole))
    assert found
    # Readings begin with their number on the page that lists them, such as P3.
    plain = (re.sub(r"\b[A-Z]+-?\d+\b", "", label) for label in found)
    assert [label for label in plain if re.search("[A-Za-z]", label)] == []


@pytest.mark.parametrize("name", [n for n in CATALOGUE.names() if n != "sampler"])
def test_every_reading_of_a_policy_is_said_in_both_languages(name: str) -> None:
    def readings(node: object) -> Iterator[object]:
        if isinstance(node, dict):
            yield from (value for key, value in node.items() if key == "assumed")
            for value in node.values():
                yield from readings(value)

    found = list(readings(CATALOGUE.resolved(name).whole))
    assert found
    assert [reading for reading in found if not isinstance(reading, dict)] == []
