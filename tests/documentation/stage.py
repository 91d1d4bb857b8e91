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
    "verify NAME": "verify policies/tiny",
    "mutate NAME": "mutate policies/tiny --kind drop_guard --jobs 1",
    "diff A B": "diff policies/tiny policies/tinier",
    "differences A B C": "differences policies/tiny policies/tinier policies/least",
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
WANG = "town/2025/wang mutual --db town.db"
CHAIR = "--actor li --capacity secretary --on 2025-03-03"
ON_PAGES: Mapping[str, Mapping[str, str]] = {
    "docs/audit.md": {"COUNTY": "county", "PERSON": "wang"},
    "docs/backtest.md": {"NAME": "policies/draft"},
    "docs/command-line.md": {
        "new NAME": "new mine",
        "do PLEDGE --actor ID --capacity ROLE --do STEP --set name=value": "do county/2025/wang"
        " --actor wang --capacity promisor --do open --set section=house_section --on 2025-01-05",
        "ledger NAME": "ledger record_book",
        "cycle close JURISDICTION CYCLE": "cycle close county 2025 --anyway",
        "import FILE": "import one.jsonl --db other.db",
        "backtest --policy NAME": "backtest --policy policies/draft",
        "migrate JURISDICTION/CYCLE": "migrate t/2025 --to ./later --map map.yaml --dry-run"
        " --db moving.db",
        "PLEDGE BALLOT": "town/2025/wang mutual --db town.db",
        "ballot show PLEDGE": "ballot show town/2025/wang --db town.db",
        "list.txt --actor ID --capacity ROLE": f"list.txt {CHAIR}",
        "open PLEDGE BALLOT --actor ID --capacity ROLE": f"open {WANG} {CHAIR}",
        "codes PLEDGE BALLOT --actor ID --capacity ROLE": f"codes {WANG} {CHAIR}",
        "close PLEDGE BALLOT --actor ID --capacity ROLE": f"close {WANG} {CHAIR} --on 2025-03-12",
        "vote PLEDGE BALLOT --voter ID": f"vote {WANG} --voter p05",
        "a=3,b=1": "good=1,fair=1",
        "--key FILE": "--key office.key",
        "keygen FILE": "keygen office.key",
        "PERSON": "wang",
    },
    "docs/diff.md": {
        "PATH PATH": "policies/tiny policies/tinier",
        "TEMPLATE LOCAL": "policies/tiny policies/tinier",
        "A B": "policies/tiny policies/tinier",
        "A B C": "policies/tiny policies/tinier policies/least",
        "gannan feicheng --track organization=branch": "policies/tiny policies/tinier --track member",
    },
    "docs/formats.md": {"--lifecycle NAME": "--lifecycle selection"},
    "docs/migrate.md": {
        "county/2025": "t/2025",
        "county.db": "moving.db",
        "--to NAME": "--to ./later",
        "--actor li": "--actor mayor",
    },
    "docs/mutation.md": {"mutate PATH": "mutate policies/tiny --jobs 1"},
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
