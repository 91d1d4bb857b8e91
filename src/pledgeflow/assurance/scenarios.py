"""Scenarios as people write them: after a story, when these steps are taken, then this holds.

The format is closed: these models are all there is to it. `suites` finds and reads the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pledgeflow.assurance.acts import Act, Acts, Year
from pledgeflow.assurance.stories import Chapter
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import Ruling
from pledgeflow.policy.words import (
    ClauseIds,
    CommandIds,
    Day,
    Ident,
    Idents,
    Model,
    PolicyId,
    RoleId,
    StateId,
    StateIds,
    TierId,
    TrackId,
    Words,
    members,
)


@dataclass(frozen=True, slots=True)
class RulePath:
    """Marks text as the path of a rule in a policy, so that a tool can rename what it names."""


Rule = Annotated[Words, RulePath()]
Rules = Annotated[ClauseIds, RulePath()]
Ordinal = Annotated[int, Field(ge=1, le=100)]


class Given(Model):
    """Where a scenario begins; what is left out is the story's. ordinal: of its cycle."""

    story: Ident | None = None
    directory: Ident | None = None
    cycle: Year | None = None
    promisor: Words | None = None
    ordinal: Ordinal | None = None


class Refused(Model):
    """Why the last step is refused: these at least, or with `exactly` these and no others."""

    codes: ClauseIds = ()
    clauses: ClauseIds = ()
    ruling: Annotated[Ruling | None, Field(strict=False)] = None
    rules: Rules = ()
    remedy: CommandIds = ()
    exactly: bool = False


class Offer(Model):
    """What somebody may do next, or may not. capacity: in which; in any, if none is named."""

    actor: Words
    capacity: RoleId | None = None
    commands: CommandIds


class Kept(Model):
    """What is in a ledger: so many rows, or these in order, each in some of its columns."""

    count: Annotated[int, Field(ge=0)] | None = None
    rows: Annotated[tuple[dict[Ident, Any], ...], Field(strict=False)] | None = None


def _kept(raw: Any) -> Any:
    return {"rows": raw} if isinstance(raw, list) else {"count": raw}


def _reasons(raw: Any) -> Any:
    names = members(raw)
    return dict.fromkeys(names, ()) if isinstance(names, tuple) else raw


class People(Model):
    """Who has pledged, who is missing, who need not: these at least; `[]` says that nobody is.

    need_not: perhaps each with clauses behind it; units: how many, by organization or by field
    """

    pledged: ClauseIds | None = None
    missing: ClauseIds | None = None
    need_not: Annotated[dict[Words, ClauseIds], BeforeValidator(_reasons)] | None = None
    units: dict[str, dict[Literal["pledged", "missing", "need_not"], int]] | None = None


class Duty(Model):
    """What is owed next. owner: who owes it (nobody, if none is named); times: how often in all."""

    due: Day | None = None
    status: Literal["open", "overdue"] | None = None
    owner: ClauseIds | None = None
    times: Annotated[int, Field(ge=0, le=10_000)] | None = None


def _next_due(raw: Any) -> Any:
    return {"due": raw} if isinstance(raw, str) or raw is None else raw


def _exact(raw: Any) -> Any:
    text = str(raw) if type(raw) is int else raw
    if not isinstance(text, str):
        return raw
    try:
        return str(Fraction(text))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"`{text}` is no share; write it as 3/4 or 0.75") from None


class Measure(Model):
    """What an indicator comes to. value: exactly this share; `null`: there is nothing to share.

    of: the denominator; left_out: how many had nothing to count, or were put aside
    organization, subtree, promisor: of these alone; as_of: its own day
    """

    value: Annotated[str | None, BeforeValidator(_exact)] = None
    of: Annotated[int, Field(ge=0)] | None = None
    left_out: Annotated[int, Field(ge=0)] | None = None
    organization: Words | None = None
    subtree: bool = False
    promisor: Words | None = None
    as_of: Day | None = None

    @property
    def share(self) -> Fraction | None:
        """The value as a number."""
        return None if self.value is None else Fraction(self.value)

    @model_validator(mode="after")
    def _says_something(self) -> Measure:
        if not self.model_fields_set & {"value", "of", "left_out"}:
            raise ValueError("say what it comes to: `value:`, `of:` or `left_out:`")
        return self


def _measure(raw: Any) -> Any:
    return raw if isinstance(raw, dict) else {"value": raw}


class Reach(Model):
    """What can still come of it by what people may do from here on, one of these.

    state: everything of the lifecycle that has these states comes into one of them;
    command: one of these is given; outcome: it arises; by: no later than that day
    """

    state: StateIds = ()
    command: CommandIds = ()
    outcome: Ident | None = None
    by: Day | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Reach:
        if sum(map(bool, (self.state, self.command, self.outcome))) != 1:
            raise ValueError("say what can be reached: one of `state:`, `command:` and `outcome:`")
        return self


class Then(Model):
    """What holds in the end; all that is said has to. `null` and `[]` say that there is none.

    keeps: properties that the policy declares, and that all that happened keeps to by that day
    """

    permitted: bool | None = None
    refused: Refused | None = None
    state: StateId | None = None
    items: dict[Words, StateId] | None = None
    rectifications: dict[Words, StateId] | None = None
    grade: TierId | None = None
    outcomes: Idents | None = None
    owes: CommandIds | None = None
    award: Literal["eligible", "barred"] | None = None
    offers: Offer | None = None
    offers_not: Offer | None = None
    late: Idents | None = None
    responsible: Idents | None = None
    track: TrackId | None = None
    shows: dict[Rule, Any] | None = None
    labels: dict[Rule, ClauseIds] | None = None
    content: dict[Words, dict[Ident, Any]] | None = None
    ledgers: dict[Ident, Annotated[Kept, BeforeValidator(_kept)]] | None = None
    people: People | None = None
    duties: dict[Ident, Annotated[Duty, BeforeValidator(_next_due)]] | None = None
    indicators: dict[Ident, Annotated[Measure, BeforeValidator(_measure)]] | None = None
    reaches: Reach | None = None
    keeps: Idents | None = None
    as_of: Day | None = None

    @model_validator(mode="after")
    def _something_holds(self) -> Then:
        said = self.model_fields_set
        if not said - {"as_of"}:
            raise ValueError("say what holds then, such as `state:` or `refused:`")
        if self.permitted and self.refused is not None:
            raise ValueError("the last step is either permitted or refused; keep one of them")
        empty = [key for key in said - {"grade", "award"} if getattr(self, key) is None]
        if empty:
            raise ValueError(f"nothing is written after `{min(empty)}:`; leave the key out")
        return self


class Written(Model):
    """A scenario in its file. cycle_ordinal: the same as `ordinal` under `given`."""

    scenario: Words
    policy: PolicyId
    cycle_ordinal: Ordinal | None = None
    clauses: ClauseIds = ()
    given: Given
    when: Acts = ()
    then: Then

    @model_validator(mode="after")
    def _somewhere_to_begin(self) -> Written:
        given = self.given
        if given.story is None and None in (given.directory, given.cycle, given.promisor):
            raise ValueError("given: name a `story:`, or a `directory:`, `cycle:` and `promisor:`")
        if given.ordinal is not None and self.cycle_ordinal not in (None, given.ordinal):
            raise ValueError("the ordinal of the cycle is said twice, and not alike; keep one")
        return self


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario ready to be played. policy: its name; subject: by which a catalogue finds it.

    path, line: where it is written; promisor, cycle: what its steps and expectations are about
    """

    name: str
    policy: str
    subject: str
    path: str
    line: int
    clauses: tuple[str, ...]
    chapter: Chapter | None
    people: str
    directory: DirectoryData
    promisor: str
    cycle: str
    ordinal: int
    when: tuple[Act, ...]
    then: Then

    @property
    def day(self) -> date:
        """The day on which it ends: of its last step, or the first of its cycle's year."""
        told = self.chapter.last if self.chapter is not None else None
        return self.when[-1].on if self.when else told or date(int(self.cycle), 1, 1)
