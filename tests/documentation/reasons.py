"""What is on the pages and not run here, with the reason; its options are looked at all the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.documentation.pages import Block

LANGUAGES = {
    "sql": "for PostgreSQL; `tests/contract/test_partitioning.py` and its neighbours run it",
    "mermaid": "a drawing",
    "markdown": "a form to be filled in",
}
COMMANDS = {
    "pytest --pledgeflow-check policies": "minutes; `tests/testing/test_plugin.py` does the same",
    "make demo": "half a minute; `tests/command_line/test_demo.py` plays demos",
    "make test": "that is us",
    "pytest policies": "`tests/testing/test_plugin.py` runs it in a repository",
    "pledgeflow demo": "half a minute; `tests/command_line/test_demo.py` plays demos",
    "pledgeflow relay --to URL": "until it is stopped; `tests/relay` does what it does",
    "pledgeflow relay --to https://portal.example.org/events --db county.db": "the same",
    "pledgeflow db secure": "on PostgreSQL; the page about scaling does it",
    "pledgeflow test": "all scenarios of all policies; `tests/scenarios` plays them",
    "pledgeflow coverage": "minutes; `tests/scenarios/test_clauses.py` does the same",
    "pledgeflow diff gannan huimin": "minutes; `tests/assurance/test_differences_page.py` does it",
    "pledgeflow mutate huimin": "minutes",
    "pledgeflow verify my_county": "minutes; the tutorial verifies a track",
    "pledgeflow verify huimin": "minutes; `tests/assurance/test_shipped.py` does a share of it",
}


@dataclass(slots=True)
class Left:
    """Says what is left out, and notes it: a reason that nothing needs is no reason."""

    used: set[str] = field(default_factory=set)

    def block(self, block: Block) -> bool:
        """Whether a whole block is not run."""
        return self._noted(block.language, LANGUAGES)

    def line(self, command: str) -> bool:
        """Whether a line of a list is not run."""
        return self._noted(command, COMMANDS)

    def _noted(self, what: str, reasons: dict[str, str]) -> bool:
        if what in reasons:
            self.used.add(what)
        return what in reasons
