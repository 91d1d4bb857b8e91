"""Which tests are to run every branch of the core: they are marked `core`.

Where lines are counted (`--cov`), nothing is counted of all others. So all tests are run once, and
`make coverage` looks at what these left.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

COVERING = (
    "tests/unit/",
    "tests/assurance/test_sights.py",
    "tests/assurance/test_shipped.py",
    "tests/contract/test_extracts.py",
)
BESIDE = (
    # slow, and about something else
    "test_backtesting",
    "test_cli_schema",
    "test_embedding",
    "test_policy_pages",
    "test_who_pledges",
    "postgresql",
    "[file",
)


def covers(item: pytest.Item) -> bool:
    """Is this one of them?"""
    return item.nodeid.startswith(COVERING) and not any(word in item.nodeid for word in BESIDE)


class Counting:
    """Stops counting before a test that is none of them, with its fixtures, and begins again after."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Marks them, before `-m` picks."""
        for item in items:
            if covers(item):
                item.add_marker("core")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Around all of a test."""
        plugin = item.config.pluginmanager.get_plugin("_cov")
        if plugin is None or covers(item):
            return (yield)
        plugin.cov_controller.pause()
        try:
            return (yield)
        finally:
            plugin.cov_controller.resume()
