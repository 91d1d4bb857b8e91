"""Try mutants: one process collects the tests, and a fork of it runs those that meet a mutant.

Stands in the copy of the tree that `growing` makes, and is run there as a program. A first fork
notes which functions each test calls and how long it takes. Since caches are emptied and nothing
has run in the process that is forked, no mutant finds what another code has worked out. What is
called while tests are collected is not noted: the score is rather too low than too high.
"""

import functools
import gc
import json
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from mutmut.mutation import trampoline

from tests.mutants.switching import Switch

# What cannot be given to every mutant: a server, files, long runs, and what reads the source.
LEFT = (
    "--ignore=tests/unit/test_architecture.py",
    "--ignore=tests/unit/test_docs.py",
    "--ignore=tests/unit/test_embedding.py",
    "--ignore=tests/unit/test_examples.py",
    "--ignore=tests/unit/test_packaging.py",
    "--ignore=tests/unit/test_policy_pages.py",
    "-k",
    "not (postgresql or [file or test_half_a_million_values_are_refused_at_once_in_little_memory"
    " or test_every_code_)",
)
SECONDS = 4.0  # of tests, as noted, for one mutant
MEMORY = 4 << 30
SWITCH = Switch()

Meetings = dict[str, list[str]]


class Trying:
    """A pytest plugin that runs the tests once for each mutant, as far as they meet it."""

    def __init__(self, mutants: Sequence[str], found: Path) -> None:
        self.mutants = mutants
        self.found = found
        self.failed = False

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} errors while tests were collected")
        items = {item.nodeid: item for item in session.items}
        session.config.pluginmanager.unregister(name="terminalreporter")
        emptied()
        gc.freeze()
        notes = Path("notes.json")
        forked(lambda: self.note(session.items, notes), limit=3600)
        took, meetings = json.loads(notes.read_text())
        with self.found.open("w", buffering=1) as found:
            for mutant in self.mutants:
                names = affordable(meetings.get(mutant.rpartition("__mutmut_")[0], ()), took)
                begun = time.monotonic()
                fate = self.fate(mutant, [items[name] for name in names], took)
                seconds = round(time.monotonic() - begun, 2)
                line = {"mutant": mutant, "fate": fate, "tests": len(names), "seconds": seconds}
                found.write(json.dumps(line) + "\n")
        return True

    def fate(self, mutant: str, items: Sequence[pytest.Item], took: dict[str, float]) -> str:
        """What comes of a mutant: killed, timeout, survived or no tests. One of number 0 is none."""
        if not items:
            return "no tests"
        limit = 5 + 3 * int(sum(took[item.nodeid] for item in items))
        status = forked(lambda: self.run(items, mutant), limit=limit)
        if status == 0:
            return "survived"
        return "timeout" if os.WIFSIGNALED(status) else "killed"

    def run(self, items: Sequence[pytest.Item], mutant: str) -> int:
        """Run tests with a mutant in place until one fails."""
        SWITCH.put(mutant)
        for item, after in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                return 1
        return 0

    def note(self, items: Sequence[pytest.Item], notes: Path) -> int:
        """Note how long each test takes, and which functions it meets unless it fails."""
        took: dict[str, float] = {}
        meetings: Meetings = defaultdict(list)
        SWITCH.noting = True
        file = None
        for item, after in zip(items, [*items[1:], None], strict=True):
            if item.path != file:
                file = item.path
                emptied()
            SWITCH.met.clear()
            begun = time.monotonic()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            took[item.nodeid] = time.monotonic() - begun
            if self.failed:
                print(f"fails with no mutant: {item.nodeid}", file=sys.stderr)
                self.failed = False
                continue
            for name in SWITCH.met:
                meetings[name].append(item.nodeid)
        notes.write_text(json.dumps([took, meetings]))
        return 0


def emptied() -> None:
    """Empty what functions have remembered."""
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper):
            thing.cache_clear()


def affordable(names: Sequence[str], took: dict[str, float]) -> list[str]:
    """As many tests as there is time for, one at least; no test's cases at the cost of another's.

    A case comes when its test has had less time than the others up to then: many quick cases
    before a slow one.
    """
    spent: defaultdict[str, float] = defaultdict(float)
    turns: list[tuple[float, str]] = []
    for name in sorted(names, key=lambda name: took[name]):
        test = name.partition("[")[0]
        spent[test] += took[name]
        turns.append((spent[test], name))
    chosen: list[str] = []
    left = SECONDS
    for _, name in sorted(turns):
        left -= took[name]
        if chosen and left < 0:
            break
        chosen.append(name)
    return chosen


def forked(work: Callable[[], int], *, limit: int) -> int:
    """Do something in a fork that says nothing, and return how it ended, as `os.wait` does.

    limit: seconds of a processor
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            signal.alarm(20 * limit)  # who waits uses no time
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            code = work()
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def main() -> int:
    """Try what chosen.json lists."""
    found, *tests = sys.argv[1:]
    vars(trampoline)["wrap_in_trampoline"] = SWITCH.decorator
    mutants = json.loads(Path("chosen.json").read_text())
    quiet = [
        "-q",
        "--tb=native",
        "-p",
        "no:cacheprovider",
        "--basetemp",
        str(Path("scratch").resolve()),
    ]
    return pytest.main([*quiet, *LEFT, *tests], plugins=[Trying(mutants, Path(found))])


if __name__ == "__main__":
    sys.exit(main())
