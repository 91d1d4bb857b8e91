"""What can go wrong, and why a policy says no. Everything above imports this; it imports nothing.

PledgeflowError
├── PolicyError              a policy, register or scenario file cannot be used: all its problems
│   └── UnknownPolicyError   no policy of that name
├── InvalidCommandError      a command that no policy could judge: wrong type, unknown field, too long
├── RefusedError             a well-formed command that the policy refuses: the verdict with all reasons
├── MissingFactError         decide was not given a fact that `needed` asked for
├── DirectoryError           people and organizations: unknown, ambiguous or contradictory
├── CalendarError            working days of a year that nobody has announced, or a calendar gone wrong
├── UnfinishedError          a cycle cannot be closed: pledges in it have not come to their end
├── ConflictError            somebody else wrote to the stream first
└── StorageError             the database cannot be read, or is not ours

Every error pickles: its fields are its args.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class PledgeflowError(Exception):
    """The root: catch this to catch everything the library raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file; line and column count from 1."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class PolicyError(PledgeflowError):
    """A file that cannot be used, with every problem found in it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UnknownPolicyError(PolicyError):
    """No policy of that name; the message names the nearest ones."""


class InvalidCommandError(PledgeflowError):
    """A command that is not well formed; `problems` says what, field by field.

    command: its name, or `?` where none is given
    """

    def __init__(self, command: str, problems: tuple[str, ...]) -> None:
        super().__init__(command, problems)
        self.command = command
        self.problems = problems

    def __str__(self) -> str:
        name = f"`{self.command}`: " if self.command != "?" else ""
        return name + "; ".join(self.problems)


class MissingFactError(PledgeflowError):
    """A guard leans on a fact that was not fetched; ask `needed` first."""


class DirectoryError(PledgeflowError):
    """A person or organization that is unknown, ambiguous or contradictory."""


class CalendarError(PledgeflowError):
    """Working days are asked about that no calendar knows; the message says what to do."""


class UnfinishedError(PledgeflowError):
    """A cycle that cannot be closed yet; `pledges` names those that have not come to their end."""

    def __init__(self, cycle: str, pledges: tuple[str, ...]) -> None:
        super().__init__(cycle, pledges)
        self.cycle = cycle
        self.pledges = pledges

    def __str__(self) -> str:
        named = ", ".join(f"`{pledge}`" for pledge in self.pledges[:5])
        more = ", …" if len(self.pledges) > len(self.pledges[:5]) else ""
        count = len(self.pledges)
        return f"`{self.cycle}` has {count} pledges that have not come to their end: {named}{more}"


class ConflictError(PledgeflowError):
    """The stream moved on between reading and writing, again and again."""


class StorageError(PledgeflowError):
    """The store cannot do what was asked; nothing was written."""


class Ruling(StrEnum):
    """How a verdict comes out (design: the six answers a step can get)."""

    PERMITTED = "permitted"
    FORBIDDEN = "forbidden"
    NOT_AUTHORIZED = "not_authorized"
    NOT_YET = "not_yet"
    TOO_LATE = "too_late"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class RemedyStep:
    """One thing somebody can do towards making a refused step legal.

    command: the step to take, or "" where only waiting helps
    by: the roles of which one may take it (empty: whoever takes the refused step)
    subject: the item it is about, if any; fields: what the command has to say
    times: how often; not_before / not_after: when; promisor, venue: in which other stream, if so
    """

    command: str
    by: tuple[str, ...] = ()
    subject: str | None = None
    times: int = 1
    not_before: date | None = None
    not_after: date | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    promisor: str | None = None
    venue: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, as data: stable code, clauses, rule path, what was required and found, what helps.

    `text` maps language ("zh", "en") to a sentence rendered from the rest.
    """

    code: str
    rule: str
    clauses: tuple[str, ...] = ()
    required: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    remedy: tuple[RemedyStep, ...] = ()
    ruling: Ruling = Ruling.FORBIDDEN
    text: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Required and found, side by side."""
        return {"required": self.required, "found": self.found}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "may this be done?": a ruling, all reasons, and the fields not yet given."""

    ruling: Ruling
    reasons: tuple[Reason, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def permitted(self) -> bool:
        """Whether the step may be taken."""
        return self.ruling is Ruling.PERMITTED

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause named by a reason, once, in order."""
        return tuple(dict.fromkeys(c for reason in self.reasons for c in reason.clauses))


class RefusedError(PledgeflowError):
    """The policy says no; `verdict` says why and what would make it legal."""

    def __init__(self, command: str, verdict: Verdict) -> None:
        super().__init__(command, verdict)
        self.command = command
        self.verdict = verdict

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons, not the first."""
        return self.verdict.reasons

    def __str__(self) -> str:
        texts = (r.text.get("en", r.code) for r in self.reasons)
        return f"`{self.command}` is {self.verdict.ruling.value}: " + "; ".join(texts)
