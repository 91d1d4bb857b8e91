"""The smallest policy there can be, for tests that say what one change to it brings about.

`tiny((old, new), …)` is its text with parts replaced; `loaded` compiles such a text, `problems`
lists what is wrong with it, and a `Desk` takes steps under it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from pledgeflow.decision import begin, decide, explain, needed
from pledgeflow.domain.commands import AnyCommand, Command, StreamId
from pledgeflow.domain.events import Cycle, Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Fact, Facts
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.serialisation import decode, encode
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Value
from pledgeflow.errors import PolicyError, Reason, RefusedError, Ruling, Verdict
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.guards.kinds import Factory
from pledgeflow.policy.loading import build
from pledgeflow.testing._simulation.tiny import TEXT, tiny

__all__ = [
    "FRI",
    "KNOWN",
    "MON",
    "PATH",
    "TEXT",
    "THU",
    "TUE",
    "VIEW",
    "WED",
    "Desk",
    "guarded",
    "loaded",
    "problem_at",
    "problems",
    "tiny",
]

PATH = "tiny.yaml"
KNOWN = frozenset({"T-1", "T-2", "T-3"})
_PLACED = re.compile(r"[^ ]+:\d+:\d+: ([\w.-]+): ")
MON, TUE, WED, THU, FRI = (date(2025, 3, day) for day in (3, 4, 5, 6, 7))


def loaded(text: str, *, allowed: Mapping[str, Factory] | None = None) -> Policy:
    """The compiled policy of a text. Raises PolicyError."""
    return build(resolve([read(text, PATH)], on=None, ordinal=1), known=KNOWN, allowed=allowed)


def problems(text: str) -> list[str]:
    """Everything that is wrong with a text. What names a place names one that the text has."""
    try:
        loaded(text)
    except PolicyError as error:
        found = [str(problem) for problem in error.problems]
        for problem in found:
            named = _PLACED.match(problem)
            for step in named[1].split(".") if named else ():
                assert step.isdigit() or re.search(rf"(?<!\w){step}(?!\w)", text), problem
        return found
    return []


def problem_at(text: str, marker: str, message: str) -> str:
    """A problem where the marker first stands, as it is printed."""
    before = text[: text.index(marker)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"{PATH}:{line}:{column}: {message}"


def guarded(step: str, guard: str) -> tuple[str, str]:
    """The change that puts a guard called `g` on `submit` or `do`."""
    cite = {"submit": "T-2", "do": "T-3"}[step]
    old = f"        by: promisor\n        guards: {{}}\n        cite: {cite}"
    return old, old.replace("{}", f"{{g: {{{guard}, cite: T-1}}}}")


VIEW = View(
    {
        person: Person(person, frozenset(kinds), (Membership(home),))
        for person, home, kinds in [
            ("wang", "branch", {"in_service"}),
            ("li", "branch", {"in_service", "leading"}),
            ("zhao", "office", set[str]()),
        ]
    },
    {
        "branch": Organization("branch", "branch", "office", {"secretary": ("li",)}),
        "office": Organization("office", "office", None, {"secretary": ("zhao",)}),
    },
)


@dataclass(slots=True)
class Desk:
    """One pledge of `wang`'s, and steps taken in it. today: the day of entry, unless it is later."""

    policy: Policy
    view: View = VIEW
    promisor: str = "wang"
    missing: tuple[str, ...] = ()
    today: date | None = None
    state: State = field(init=False)
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        cycle = Cycle("2025", date(2025, 1, 1))
        stream = StreamId("town", "2025", self.promisor)
        self.state = begin(self.policy, stream, cycle, self.view)

    def facts(self, command: AnyCommand) -> Facts:
        """What judging the command may read."""
        answers = {
            query: Fact(self.missing, "desk", query.on, 7)
            for query in needed(self.policy, self.state, command)
        }
        return Facts(self.today or command.occurred_on, self.view, answers)

    def give(self, command: AnyCommand) -> tuple[Event, ...]:
        """Decide and evolve; what comes of it can be kept. Raises RefusedError."""
        self.events = decide(self.policy, self.state, command, self.facts(command))
        first = self.state.version + 1
        assert [e.version for e in self.events] == [*range(first, first + len(self.events))]
        assert all(decode(encode(event)) == event for event in self.events)
        self.state = fold(self.state, self.events)
        return self.events

    def do(
        self, name: str, on: date = MON, by: str = "wang/promisor", **fields: Value
    ) -> tuple[Event, ...]:
        """A step by `actor/capacity`. Raises RefusedError."""
        actor, _, capacity = by.partition("/")
        return self.give(Command(name, actor, capacity, on, fields))

    def refused(self, command: AnyCommand) -> Verdict:
        """The verdict of a command that has to be refused, in words and with steps that exist."""
        verdict = explain(self.policy, self.state, command, self.facts(command))
        with pytest.raises(RefusedError) as refused:
            self.give(command)
        assert refused.value.verdict == verdict
        rules = self.policy.ruleset(self.state)
        for reason in verdict.reasons:
            assert isinstance(reason.ruling, Ruling)
            assert reason.text["zh"]
            assert reason.text["en"]
            for step in reason.remedy:
                assert {step.command} <= {*rules.commands, "annul", "correct", ""}
                assert {*step.by} <= {*rules.source.roles, PROMISOR}
        return verdict

    def why(
        self, name: str, on: date = MON, by: str = "wang/promisor", **fields: Value
    ) -> tuple[Reason, ...]:
        """The reasons why a step is refused, which it has to be."""
        actor, _, capacity = by.partition("/")
        return self.refused(Command(name, actor, capacity, on, fields)).reasons
