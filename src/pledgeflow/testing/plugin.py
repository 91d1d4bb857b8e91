"""Pytest's way in: scenarios beside a policy are tests, and so is the policy, if that is asked for.

pytest loads this wherever pledgeflow is installed (entry point `pytest11`). It imports nothing of
pledgeflow's until a policy is found; `collecting` is where the work is done.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pledgeflow.testing._collecting import PolicyFile, ScenarioFile

CHECK, BOUND, GUARDS = "--pledgeflow-check", "--pledgeflow-bound", "pledgeflow_guards"
SCENARIOS, POLICY = "scenarios", "policy.yaml"
"""As in `suites` and `catalogue`, which are too much to import for a name each."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Pytest's hook: the options."""
    group = parser.getgroup("pledgeflow", "policies of pledgeflow")
    group.addoption(
        CHECK,
        action="store_true",
        help="check and verify every policy in the folders that are tested, too",
    )
    group.addoption(
        BOUND,
        type=int,
        metavar="N",
        help="verify so many states of each track at most; a track that has more of them fails",
    )
    parser.addini(
        GUARDS,
        "guard kinds that the policies here may use, by the names under which packages offer them",
        type="args",
        default=[],
    )


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> ScenarioFile | PolicyFile | None:
    """Pytest's hook: a file of scenarios beside a policy, or a policy that is to be checked."""
    folder = file_path.parent
    if file_path.name == POLICY and parent.config.getoption(CHECK):
        from pledgeflow.testing._collecting import PolicyFile  # noqa: PLC0415 (see above)

        return PolicyFile.from_parent(parent, path=file_path)
    if folder.name != SCENARIOS or file_path.suffix != ".yaml":
        return None
    if not (folder.parent / POLICY).is_file():
        return None
    from pledgeflow.testing._collecting import ScenarioFile, holds_scenarios  # noqa: PLC0415

    return ScenarioFile.from_parent(parent, path=file_path) if holds_scenarios(file_path) else None
