"""pytest in a deployer's repository: what is collected, what a failure says, and what it costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from pledgeflow.testing import plugin
from tests.testing.deployers import PLUGIN, ROOT, TEST, WEEKDAY, installed_in, policy_in
from tests.tiny import guarded

pytest_plugins = ["pytester"]
NEVER = (
    ("        source: [open, closed]\n", "        source: closed\n"),
    guarded("submit", "is: preceded_by, command: note"),
)
QUICK = """
from hypothesis import settings
settings.register_profile("quick", max_examples=5)
settings.load_profile("quick")
"""


@pytest.fixture
def installed(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which pledgeflow is installed, and so is the deployer's own package."""
    site = installed_in(pytester.path)
    paths = [str(ROOT / "src"), str(site)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:cacheprovider")
    pytester.makeini("[pytest]\nfilterwarnings = error\npledgeflow_guards = county.weekday\n")
    return site


@pytest.mark.usefixtures("installed")
def test_two_lines_test_a_policy_with_a_guard_of_ones_own(pytester: pytest.Pytester) -> None:
    policy_in(pytester.path, WEEKDAY)
    pytester.makeconftest(QUICK)
    pytester.makepyfile(test_ours=TEST.format('"policies/tiny", guards=["county.weekday"]'))
    # Named once more, as those do who did so before it was found by itself.
    ran = pytester.runpytest_subprocess("-p", PLUGIN, "-n", "1")
    ran.assert_outcomes(passed=2)


@pytest.mark.usefixtures("installed")
def test_who_has_no_policy_notices_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_other="""
        import sys

        def test_nothing_is_imported():
            found = {name for name in sys.modules if name.startswith("pledgeflow")}
            own = "pledgeflow", "pledgeflow.testing", "pledgeflow.testing.plugin"
            assert found == set(own)
        """,
        conftest=f"pytest_plugins = ['{PLUGIN}']",
    )
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "other.yaml").write_text("- something else\n")
    ran = pytester.runpytest_subprocess()
    ran.assert_outcomes(passed=1)


def test_importing_it_takes_next_to_nothing() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); "
        f"import {PLUGIN}; print(*set(sys.modules) - before)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert {"pledgeflow", "pledgeflow.testing", PLUGIN} >= set(ran.stdout.split())


def test_it_is_offered_under_its_own_name() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text.partition("[project.entry-points.pytest11]\n")[2].partition("\n\n")[0]
    name, _, value = (part.strip().strip('"') for part in section.partition("="))
    assert name == value == PLUGIN
    assert EntryPoint(name, value, "pytest11").load() is plugin


def test_scenarios_alone_unless_more_is_asked_for(pytester: pytest.Pytester) -> None:
    home = policy_in(pytester.path)
    ran = pytester.runpytest("-p", PLUGIN, str(home))
    ran.assert_outcomes(passed=1)
    ran = pytester.runpytest("-p", PLUGIN, "--pledgeflow-check", "-v", str(home))
    ran.assert_outcomes(passed=3)
    ran.stdout.fnmatch_lines(["*policy.yaml::check PASSED*", "*policy.yaml::verify PASSED*"])


def test_what_is_wrong_with_a_policy_is_told_where_it_is_written(
    pytester: pytest.Pytester,
) -> None:
    home = policy_in(pytester.path, ("        dest: closed\n", "        dest: shut\n"))
    ran = pytester.runpytest("-p", PLUGIN, "--pledgeflow-check", str(home))
    ran.assert_outcomes(failed=3)
    ran.stdout.fnmatch_lines(["*policy.yaml:*shut*"])


def test_what_can_go_wrong_is_told_with_the_way_there(pytester: pytest.Pytester) -> None:
    home = policy_in(pytester.path, *NEVER)
    ran = pytester.runpytest("-p", PLUGIN, "--pledgeflow-check", str(home))
    ran.assert_outcomes(passed=1, failed=2)
    ran.stdout.fnmatch_lines(
        ["*`never_enabled` (submit) is violated in the track `member`:", "*clauses: T-2*"]
    )


def test_a_bound_that_is_too_low_fails(pytester: pytest.Pytester) -> None:
    home = policy_in(pytester.path)
    args = ("-p", PLUGIN, "--pledgeflow-check", "--pledgeflow-bound", "2", str(home))
    ran = pytester.runpytest(*args)
    ran.assert_outcomes(passed=2, failed=1)
    ran.stdout.fnmatch_lines(["*only * states were explored*--pledgeflow-bound N*"])


PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
PROPOSED = guarded("submit", "is: preceded_by, command: propose")
PROPOSAL = (
    "  when:\n",
    "  when:\n    - {on: 2025-01-01, do: propose, actor: wang, capacity: promisor, title: one}\n",
)


def test_what_the_page_shows_is_run(pytester: pytest.Pytester) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 4
    home = policy_in(pytester.path, PROPOSED, called="ours")
    scenario = home / "scenarios" / "all.yaml"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace(*PROPOSAL), encoding="utf-8")
    pytester.makeconftest(QUICK)
    for number, block in enumerate(blocks):
        (pytester.path / f"test_block_{number}.py").write_text(block, encoding="utf-8")
    pytester.runpytest("-p", PLUGIN, ".").assert_outcomes(passed=48)
    commands = re.findall(r"^pytest (.*?)  ", PAGE, re.MULTILINE)
    assert len(commands) == 2
    for command, passed in zip(commands, (1, 3), strict=True):
        pytester.runpytest("-p", PLUGIN, *command.split()).assert_outcomes(passed=passed)


@pytest.mark.parametrize("option", [plugin.CHECK, plugin.BOUND, plugin.GUARDS, f"no:{PLUGIN}"])
def test_every_option_is_on_the_page(option: str) -> None:
    assert f"`{option}" in PAGE or f" {option}`" in PAGE
