"""What stands ready in the folder where a page is played, and what the words in capitals stand for.

Pages say `NAME` and `PLEDGE`, as help does; here it is said which one is meant. A page may have its
own, and whole phrases may have one: the longest that fits goes first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CAPITALS = re.compile(r"(?<![\w.-])[A-Z][A-Z_]+(?![\w.=])")
EVERYWHERE: Mapping[str, str] = {
    "NAME": "huimin",
    "PATH…": "policies/draft",
    "PATH": "policies/draft",
    "OTHER": "gannan",
    "PARENT": "huimin",
    "TRACK": "award_selection",
    "FOLDER": "drawn",
    "DIR": "written",
    "JURISDICTION": "county",
    "POLICY": "huimin",
    "CYCLE": "2025",
    "PLEDGE": "county/2025/wang",
    "ID": "wang",
    "DATE": "2025-03-01",
}
ON_PAGES: Mapping[str, Mapping[str, str]] = {
    "docs/audit.md": {"COUNTY": "county", "PERSON": "wang"},
    "docs/backtest.md": {"NAME": "policies/draft"},
    "docs/command-line.md": {
        "new NAME": "new mine",
        "ballot open PLEDGE": "ballot open town/2025/wang",
        "PERSON": "wang",
    },
    "docs/formats.md": {"--lifecycle NAME": "--lifecycle selection"},
    "docs/migrate.md": {
        "county/2025": "t/2025",
        "--to NAME": "--to ./later",
        "--actor li": "--actor mayor",
    },
    "docs/verification.md": {
        "NAME": "policies/tiny",
        "PATH": "policies/tiny",
        "policies/NAME/scenarios": "policies/tiny/scenarios",
    },
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What a page needs: names for its words in capitals, and what is typed when a command asks."""

    page: str
    names: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    def filled(self, command: str) -> str:
        """A command with something in place of every word in capitals. Raises KeyError."""
        stand_ins = {**EVERYWHERE, **ON_PAGES.get(self.page, {}), **self.stand_ins}
        for phrase in sorted(stand_ins, key=len, reverse=True):
            command = re.sub(rf"(?<![\w.-]){re.escape(phrase)}(?!\w)", stand_ins[phrase], command)
        left = CAPITALS.findall(command)
        if left:
            raise KeyError(f"nothing stands for {', '.join(left)}: see `stage`")
        return command

    def typed(self, command: str) -> str | None:
        """What somebody types when a command asks."""
        return next((said for part, said in self.answers.items() if part in command), None)
