"""Scenarios as pytest cases: `pytest -p pledgeflow.testing.plugin policies`.

Every `scenarios/*.yaml` beside a policy is collected; each scenario in it is a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.suites import FOLDER, scenario_files, scenarios
from pledgeflow.catalogue import POLICY_FILE, Catalogue, built_in
from pledgeflow.errors import PolicyError


class ScenarioFailedError(Exception):
    """A scenario came out otherwise; the message says what was expected and what was found."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Pytest's hook: a file of scenarios beside a policy is collected here."""
    folder = file_path.parent
    if folder.name != FOLDER or not (folder.parent / POLICY_FILE).is_file():
        return None
    if file_path not in scenario_files(folder):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its scenarios, in order. One mistake in the folder fails all of its files."""
        try:
            runner, found = _suite(self.path.parent.parent)
        except PolicyError as error:
            raise self.CollectError(str(error)) from None
        for scenario in found:
            if Path(scenario.path) == self.path:
                name = scenario.name
                yield ScenarioCase.from_parent(self, name=name, scenario=scenario, runner=runner)


class ScenarioCase(pytest.Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, runner: Runner, **rest: Any) -> None:
        super().__init__(**rest)
        self._scenario, self._runner = scenario, runner

    def runtest(self) -> None:
        """Play it."""
        result = self._runner.run(self._scenario)
        if not result.passed:
            raise ScenarioFailedError(result.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What was expected and what was found, and where that is written."""
        if not isinstance(excinfo.value, ScenarioFailedError):
            return str(super().repr_failure(excinfo, style))
        return f"{self._scenario.path}:{self._scenario.line}: {excinfo.value}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is written."""
        return self.path, self._scenario.line - 1, f"scenario: {self.name}"


@lru_cache(maxsize=16)
def _suite(folder: Path) -> tuple[Runner, tuple[Scenario, ...]]:
    catalogue = Catalogue((folder.parent, built_in()))
    return Runner(catalogue), scenarios(catalogue, folder.name)
