"""Pytest's collectors and items: scenarios, and checking and verifying a policy. Beneath `plugin`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.suites import scenario_files, scenarios
from pledgeflow.assurance.verifying.reports import Report, Violation
from pledgeflow.assurance.verifying.verifying import verify
from pledgeflow.assurance.verifying.writing import act, plain
from pledgeflow.catalogue import Catalogue, built_in, plugged_in
from pledgeflow.errors import PolicyError
from pledgeflow.policy.files.canonical import dump


class PolicyFailedError(Exception):
    """A policy or a scenario is not as it should be; the message says where and why."""


def holds_scenarios(path: Path) -> bool:
    """Whether a file of a `scenarios` folder is one of scenarios, and not of stories."""
    return path in scenario_files(path.parent)


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its scenarios, in order. One mistake in the folder fails all of its files."""
        try:
            runner, found = _suite(self.path.parent.parent, _guards(self.config))
        except PolicyError as error:
            raise self.CollectError(str(error)) from None
        for scenario in found:
            if Path(scenario.path) == self.path:
                name = scenario.name
                yield ScenarioCase.from_parent(self, name=name, scenario=scenario, runner=runner)


class PolicyFile(pytest.File):
    """A policy: whether it is one, and what can happen under it."""

    def collect(self) -> Iterator[pytest.Item]:
        """Checking and verifying it."""
        yield CheckCase.from_parent(self, name="check")
        yield VerifyCase.from_parent(self, name="verify")


class _Case(pytest.Item):
    """An item whose failure is told by its message alone."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What was expected and what was found, and where that is written."""
        if isinstance(excinfo.value, PolicyFailedError | PolicyError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is written."""
        return self.path, 0, f"policy: {self.path.parent.name}: {self.name}"


class ScenarioCase(_Case):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, runner: Runner, **rest: Any) -> None:
        super().__init__(**rest)
        self._scenario, self._runner = scenario, runner

    def runtest(self) -> None:
        """Play it."""
        result = self._runner.run(self._scenario)
        if not result.passed:
            where = f"{self._scenario.path}:{self._scenario.line}"
            raise PolicyFailedError(f"{where}: {result.message}")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is written."""
        return self.path, self._scenario.line - 1, f"scenario: {self.name}"


class CheckCase(_Case):
    """Whether the policy's file, its register and its scenarios are as the language wants them."""

    def runtest(self) -> None:
        """Load all of it. Raises PolicyError with every mistake."""
        catalogue = _catalogue(self.path.parent, _guards(self.config))
        name = str(self.path.parent)
        catalogue.own_register(name)
        catalogue.load(name)
        scenarios(catalogue, name)


class VerifyCase(_Case):
    """Whether every built-in property and each that the policy declares holds, in every track."""

    def runtest(self) -> None:
        """Explore all that can happen."""
        bound = self.config.getoption("--pledgeflow-bound")
        bounds = Bounds(states=bound) if bound is not None else Bounds()
        catalogue = _catalogue(self.path.parent, _guards(self.config))
        report = verify(catalogue, str(self.path.parent), bounds=bounds)
        if not report.fine:
            raise PolicyFailedError("\n".join(_told(report)))


def _told(report: Report) -> Iterator[str]:
    """What is wrong, each with the shortest way there."""
    for violation in report.violations:
        yield from _violation(violation)
    for track in report.tracks:
        if not track.complete:
            yield (
                f"`{report.policy}`, track `{track.track}`: only {track.states} states were "
                "explored; a higher bound finds more, `--pledgeflow-bound N`"
            )


def _violation(violation: Violation) -> Iterator[str]:
    about = f" ({violation.about})" if violation.about else ""
    word = "may be violated" if violation.possible else "is violated"
    yield f"`{violation.property}`{about} {word} in the track `{violation.track}`:"
    yield f"  {violation.label.en}"
    if violation.clauses:
        yield f"  clauses: {', '.join(violation.clauses)}"
    if violation.trace:
        yield from dump([act(move) for move in violation.trace]).splitlines()
    if violation.asks:
        yield f"then: {plain(violation.asks)} would fail"


def _guards(config: pytest.Config) -> tuple[str, ...]:
    found: Sequence[str] = config.getini("pledgeflow_guards")
    return tuple(found)


@lru_cache(maxsize=16)
def _suite(folder: Path, guards: tuple[str, ...]) -> tuple[Runner, tuple[Scenario, ...]]:
    catalogue = _catalogue(folder, guards)
    return Runner(catalogue), scenarios(catalogue, folder.name)


def _catalogue(folder: Path, guards: tuple[str, ...]) -> Catalogue:
    return Catalogue((folder.parent, built_in()), plugged_in(guards))
