"""What comes of mutants in a tree of three functions: one half tested, one well, one not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.growing import difference, grow
from tests.mutants.scoring import interval, table

ROOT = Path(__file__).parents[2]
CODE = """
def larger(a, b):
    return a > b

def equal(a, b):
    return a == b

def forgotten():
    return "nobody asks"
"""
ASKED = """
from pledgeflow.decision import equal, forgotten, larger

def test_larger():
    assert larger(2, 1)
    assert not larger(1, 2)

def test_equal():
    assert equal(1, 1)

def test_that_fails():
    assert not forgotten()
"""


def planted(root: Path) -> Path:
    """A package of the same name with one module of a core, and a test of it."""
    (root / "src" / "pledgeflow").mkdir(parents=True)
    (root / "src" / "pledgeflow" / "__init__.py").touch()
    (root / "src" / "pledgeflow" / "decision.py").write_text(CODE)
    (root / "test_larger.py").write_text(ASKED)
    return root


def tried(tree: Path, mutants: list[str]) -> subprocess.CompletedProcess[str]:
    (tree / "chosen.json").write_text(json.dumps(mutants))
    return subprocess.run(
        [sys.executable, "-m", "tests.mutants.trying", "found.jsonl", "test_larger.py"],
        cwd=tree,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(["src", str(ROOT)]),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_noticed_and_what_is_not_is_told_apart(tmp_path: Path) -> None:
    grown = grow(planted(tmp_path / "root"), tmp_path / "tree")
    done = tried(grown.tree, sorted(grown.mutants))
    assert done.returncode == 0, done.stdout + done.stderr
    fates = [json.loads(line) for line in (grown.tree / "found.jsonl").read_text().splitlines()]
    assert {fate["mutant"] for fate in fates} == set(grown.mutants)
    assert {difference(grown, fate["mutant"]): fate["fate"] for fate in fates} == {
        "-    return a > b\n+    return a >= b": "survived",
        "-    return a == b\n+    return a != b": "killed",
        '-    return "nobody asks"\n+    return "XXnobody asksXX"': "no tests",
        '-    return "nobody asks"\n+    return "NOBODY ASKS"': "no tests",
    }
    assert "fails with no mutant: test_larger.py::test_that_fails" in done.stderr


@pytest.mark.parametrize(
    ("noticed", "tried", "low", "high"),
    [(50, 100, 0.404, 0.596), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)],
)
def test_the_interval_is_wilsons(noticed: int, tried: int, low: float, high: float) -> None:
    assert interval(noticed, tried) == pytest.approx((low, high), abs=0.001)


def test_the_table_begins_with_what_is_weakest() -> None:
    fates = [
        {"mutant": "a.x_f__mutmut_1", "fate": "killed"},
        {"mutant": "a.x_f__mutmut_2", "fate": "timeout"},
        {"mutant": "b.x_g__mutmut_1", "fate": "survived"},
        {"mutant": "b.x_g__mutmut_2", "fate": "no tests"},
    ]
    assert table(fates).splitlines() == [
        "    0 of     2  b",
        "    2 of     2  a",
        "1 killed, 1 no tests, 1 survived, 1 timeout",
        "noticed: 2 of 4, 50.0% (95 %: 15.0% to 85.0%)",
    ]
