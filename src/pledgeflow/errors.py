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
├── BallotError              a ballot box does not take this
│   ├── UnknownBallotError   no such ballot has been opened
│   ├── BallotOpenError      it is open still
│   ├── BallotClosedError    it is closed already
│   ├── NotOnRollError       nobody votes who is not on the roll
│   ├── AlreadyVotedError    nobody votes twice, whichever way
│   ├── UnknownCodeError     a code that was never issued, or has been replaced
│   ├── MarksError           too many choices, too few, or none of those there are
│   └── PaperTallyError      more votes on paper than voters
├── DeliveryError            an event was not received; it is handed on again
├── ConflictError            somebody else wrote to the stream first
└── StorageError             the store does not do what was asked; its kinds are in `storage.errors`

Every error pickles: its fields are its args.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
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


class BallotError(PledgeflowError):
    """What a ballot box does not take. ballot: which one; code: stable, for whoever words it.

    INVARIANT: no such error says how somebody voted, or by which way, or when.
    """

    code = "ballot"

    def __init__(self, ballot: str, *found: object) -> None:
        super().__init__(ballot, *found)
        self.ballot = ballot

    @property
    def found(self) -> Mapping[str, Any]:
        """What was found, for a reason."""
        return {}

    def __str__(self) -> str:
        return f"`{self.ballot}` {self._says()}"

    def _says(self) -> str:
        return "cannot be held so"


class UnknownBallotError(BallotError):
    """No such ballot has been opened."""

    code = "ballot_unknown"

    def _says(self) -> str:
        return "has not been opened; open it first"


class BallotOpenError(BallotError):
    """It is open still."""

    code = "ballot_open"

    def _says(self) -> str:
        return "is open; close it first"


class BallotClosedError(BallotError):
    """It is closed already."""

    code = "ballot_closed"

    def _says(self) -> str:
        return "is closed; nothing is counted any more"


class NotOnRollError(BallotError):
    """Some of those named may not vote here."""

    code = "not_on_the_roll"

    def __init__(self, ballot: str, voters: tuple[str, ...]) -> None:
        super().__init__(ballot, voters)
        self.voters = voters

    @property
    def found(self) -> Mapping[str, Any]:
        """Who is not on the roll."""
        return {"voters": self.voters}

    def _says(self) -> str:
        return f"has a roll, and not on it: {_quoted(self.voters)}"


class AlreadyVotedError(BallotError):
    """Some of those named have voted. How, and by which way, it does not know itself."""

    code = "already_voted"

    def __init__(self, ballot: str, voters: tuple[str, ...] = ()) -> None:
        super().__init__(ballot, voters)
        self.voters = voters

    @property
    def found(self) -> Mapping[str, Any]:
        """Who has voted; nobody is named to whoever votes by a code."""
        return {"voters": self.voters} if self.voters else {}

    def _says(self) -> str:
        who = f": {_quoted(self.voters)}" if self.voters else ""
        return f"takes one vote of each person, and there is one already{who}"


class UnknownCodeError(BallotError):
    """A code that was never issued for this ballot, or has been replaced by another."""

    code = "unknown_code"

    def _says(self) -> str:
        return "knows no such code; ask for another one"


class MarksError(BallotError):
    """Too many choices are marked, too few, or none of those there are."""

    code = "ill_marked"

    def __init__(self, ballot: str, least: int, most: int, choices: tuple[str, ...]) -> None:
        super().__init__(ballot, least, most, choices)
        self.least, self.most, self.choices = least, most, choices

    @property
    def found(self) -> Mapping[str, Any]:
        """What may be marked; what was is nobody's business."""
        least = {"at_least": self.least} if self.least != self.most else {}
        return {**least, "at_most": self.most, "choices": self.choices}

    def _says(self) -> str:
        number = f"{self.least} to {self.most}" if self.least != self.most else f"{self.most}"
        return f"takes {number} of {_quoted(self.choices)}, each once"


class PaperTallyError(BallotError):
    """More votes on paper than the voters named could have cast. counted: of one choice, or of all."""

    code = "paper_exceeds_present"

    def __init__(self, ballot: str, counted: int, most: int, present: int) -> None:
        super().__init__(ballot, counted, most, present)
        self.counted, self.most, self.present = counted, most, present

    @property
    def found(self) -> Mapping[str, Any]:
        """The numbers."""
        return {"counted": self.counted, "at_most": self.most, "present": self.present}

    def _says(self) -> str:
        return (
            f"has {self.counted} votes on paper, and {self.present} voters named for them can have "
            f"cast {self.most} at most; count again, or name who voted"
        )


def _quoted(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:5])
    return f"{shown}, …" if len(names) > len(names[:5]) else shown


class ConflictError(PledgeflowError):
    """The stream moved on between reading and writing, again and again."""


class DeliveryError(PledgeflowError):
    """An event was not received. after: how long the receiver asks to be left alone.

    refused: it will not take it for being asked again soon; unreachable: it takes none at all
    """

    def __init__(
        self,
        why: str,
        after: timedelta | None = None,
        refused: bool = False,
        unreachable: bool = False,
    ) -> None:
        super().__init__(why, after, refused, unreachable)
        self.why, self.after = why, after
        self.refused, self.unreachable = refused, unreachable

    def __str__(self) -> str:
        return self.why


class StorageError(PledgeflowError):
    """The store cannot do what was asked; nothing was written."""


class AuditError(PledgeflowError):
    """A key, a checkpoint or a proof that cannot be used, or a record that cannot be vouched for."""


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
