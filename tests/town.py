"""The town's policy (`policies/town`), for tests of what several streams have to do with each other.

`town((old, new), …)` is its text with parts replaced; `problems` lists what is wrong with it, and a
`Town` plays it, or what has become of it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError, RefusedError
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.loading import build
from pledgeflow.service import Done, Engine
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import EventStore

POLICIES = Path(__file__).parent / "policies"
FILE = POLICIES / "town" / "policy.yaml"
REGISTER = POLICIES / "town" / "clauses.yaml"
PEOPLE = ("an", "bo", "cai")
DIRECTORY: dict[str, dict[str, Any]] = {
    "organizations": {
        "hill": {"kind": "town", "posts": {"secretary": "mayor"}},
        "east": {
            "kind": "branch",
            "parent": "hill",
            "posts": {"secretary": "an", "deputy": "bo"},
        },
    },
    "people": {
        "mayor": {"member_of": "hill"},
        **{name: {"kinds": ["member"], "member_of": "east"} for name in PEOPLE},
    },
}
YEAR, SELECTION, TOWN = "t/2025/east@year", "t/2025/east@selection", "t/2025/hill@selection"


def day(month: int, number: int) -> date:
    """A day of the year that is played."""
    return date(2025, month, number)


def town(*changes: tuple[str, str]) -> str:
    """The text of the policy with parts of it replaced; each has to be there."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def problems(text: str) -> list[str]:
    """What is wrong with it, each with its path in the policy and what to write instead."""
    with pytest.raises(PolicyError) as error:
        build(resolve([read(text, "t.yaml")], on=None, ordinal=1), known=frozenset({"T-01"}))
    return [problem.message for problem in error.value.problems]


class Town:
    """The policy played by hand. changed: its text, if it is not the file's; folder: to put it in"""

    def __init__(
        self, folder: Path | None = None, changed: str = "", store: EventStore | None = None
    ) -> None:
        root = POLICIES
        if folder is not None:
            (folder / "town").mkdir()
            (folder / "town" / "policy.yaml").write_text(changed, encoding="utf-8")
            (folder / "town" / "clauses.yaml").write_bytes(REGISTER.read_bytes())
            root = folder
        self.engine = Engine(
            store or MemoryStore(), Catalogue((root,)), clock=lambda: date(2025, 12, 31)
        )
        self.engine.put_directory("t", DIRECTORY)
        self.engine.open_cycle("t", "town", cycle="2025")

    def do(
        self,
        stream: str,
        do: str,
        on: date,
        actor: str,
        capacity: str = "secretary",
        **said: object,
    ) -> Done:
        """Take a step."""
        step = {"do": do, "on": on, "actor": actor, "capacity": capacity, **said}
        return self.engine.do(stream, step)

    def promised(self) -> Town:
        """Everybody has promised."""
        for name in PEOPLE:
            self.do(f"t/2025/{name}", "promise", day(1, 10), name, "promisor")
        return self

    def rated(self) -> Town:
        """And the branch has rated them."""
        self.promised().rate()
        return self

    def rate(self) -> None:
        """The branch rates them."""
        results = dict.fromkeys(PEOPLE, "good")
        self.do(YEAR, "hold_rating", day(6, 1), "an", results=results)

    def graded(self) -> Town:
        """And they have their grades."""
        self.rated()
        for name in PEOPLE:
            self.do(
                f"t/2025/{name}", "grade", day(7, 1), "bo" if name == "an" else "an", tier="good"
            )
        return self

    def forwarded(self) -> Town:
        """And two of them are put forward to the town."""
        self.graded()
        for number, name in enumerate(("bo", "cai"), start=1):
            self.do(SELECTION, "nominate", day(7, 2), "an", candidate=name)
            self.do(SELECTION, "put_forward", day(7, 3), "an", candidacy=number)
        return self

    def codes(self, *args: Any, **said: Any) -> set[str]:
        """Why a step is refused."""
        with pytest.raises(RefusedError) as refused:
            self.do(*args, **said)
        return {reason.code for reason in refused.value.reasons}
