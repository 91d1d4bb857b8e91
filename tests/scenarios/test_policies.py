"""Every scenario of every policy that comes with the library, each a case of its own."""

from collections.abc import Iterator
from functools import cache

import pytest

from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError

CATALOGUE = Catalogue()


def told() -> Iterator[tuple[str, Scenario | PolicyError]]:
    """Each scenario by a name for it; the mistakes of files that cannot be read as a case too."""
    for name in CATALOGUE.names():
        try:
            yield from ((f"{name}:{s.name}", s) for s in scenarios(CATALOGUE, name))
        except PolicyError as error:
            yield f"{name}:files", error


CASES = [pytest.param(case, id=name) for name, case in told()]


@cache
def runner() -> Runner:
    return Runner(CATALOGUE)


@pytest.mark.parametrize("case", CASES)
def test_scenario(case: Scenario | PolicyError) -> None:
    assert isinstance(case, Scenario), str(case)
    result = runner().run(case)
    assert result.passed, f"{case.path}:{case.line}: {result.message}"
