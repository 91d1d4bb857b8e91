"""Every scenario of every policy that comes with the library, each a case of its own."""

from functools import cache

import pytest

from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue

CATALOGUE = Catalogue()
CASES = [
    pytest.param(scenario, id=f"{name}:{scenario.name}")
    for name in CATALOGUE.names()
    for scenario in scenarios(CATALOGUE, name)
]


@cache
def runner() -> Runner:
    return Runner(CATALOGUE)


@pytest.mark.parametrize("scenario", CASES)
def test_scenario(scenario: Scenario) -> None:
    result = runner().run(scenario)
    assert result.passed, f"{scenario.path}:{scenario.line}: {result.message}"
