"""A policy compiled: what deciding reads. Built once by `compiling`, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from pledgeflow.domain.people import WORK, View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Value
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.compiled.numbers import Bounded
from pledgeflow.policy.compiled.roles import Roles
from pledgeflow.policy.duties.owing import Duty
from pledgeflow.policy.guards.binding import Check, Judge
from pledgeflow.policy.guards.conditions import kinds_of
from pledgeflow.policy.language.evaluation import Evaluation, GradeRules
from pledgeflow.policy.language.following import Reaction
from pledgeflow.policy.language.lifecycles import Lifecycle
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.language.steps import CommandRules
from pledgeflow.policy.language.tracks import Match
from pledgeflow.policy.words import Label, MonthDay

Path = tuple[str, ...]
Sign = tuple[Literal["command", "state", "tier"], str]
"""A kind of event by what it carries: a command recorded, a state entered, a tier confirmed."""


@dataclass(frozen=True, slots=True)
class StageRule:
    """A stage of the cycle: days of the cycle's year, and what being early or late does."""

    id: str
    rule: str
    clauses: tuple[str, ...]
    bounds: tuple[MonthDay | None, MonthDay | None]
    refuses_early: bool
    refuses_late: bool

    def days(self, start: date) -> tuple[date | None, date | None]:
        """First and last day in the cycle that began on `start`."""
        first, last = self.bounds
        return (first.within(start) if first else None, last.within(start) if last else None)


@dataclass(frozen=True, slots=True)
class Step:
    """A compiled transition. joint: all of `roles` sign, instead of one acting.

    above: lifecycle -> states the pledge or item above must be in; waits: how a timer is due;
    judges: of all checks; leaning: those that lean on facts from elsewhere; relying: those that
    look at a due date;
    plain: it moves its subject, or not even that, and no grade or outcome can follow from it;
    records_only: it moves, adds and amends nothing
    """

    rule: str
    clauses: tuple[str, ...]
    lifecycle: str
    trigger: str
    sources: tuple[str, ...]
    dest: str | None
    roles: tuple[str, ...] = ()
    joint: bool = False
    stage: StageRule | None = None
    above: tuple[tuple[str, frozenset[str]], ...] = ()
    checks: tuple[Check, ...] = ()
    judges: tuple[Judge, ...] = ()
    leaning: tuple[Check, ...] = ()
    relying: tuple[Check, ...] = ()
    plain: bool = False
    records_only: bool = False
    waits: Timer | None = None
    adds: str | None = None
    amends: str | None = None
    carries: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timed step is due: a period in its source, a date of the subject, a stage's end."""

    period: relativedelta | None
    field: str | None
    stage: StageRule | None


@dataclass(frozen=True, slots=True)
class ClosedList:
    """A field that takes only these values, and the clause that says so.

    results: it says one of them of each who is named
    """

    field: str
    values: frozenset[str]
    rule: str
    clauses: tuple[str, ...]
    results: bool = False


@dataclass(frozen=True, slots=True)
class StepName:
    """A command as compiled. points_at: field -> lifecycle, for the field that names an item.

    counts: (field, lifecycle) of tallies whose votes are for items; numbers: those that are bounded
    """

    rules: CommandRules
    rule: str
    means: str
    required: tuple[str, ...]
    closed: tuple[ClosedList, ...]
    pointer: str | None
    points_at: str | None
    counts: tuple[tuple[str, str], ...] = ()
    numbers: tuple[Bounded, ...] = ()


class Blank(Enum):
    """A value that is only known when somebody asks: the actor, the own organization, the day."""

    ACTOR = "actor"
    ORGANIZATION = "organization"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class EachItem:
    """So many votes for each item of a lifecycle: which there are is known when somebody asks.

    alone: only for the first of them
    """

    lifecycle: str
    votes: int
    alone: bool = False


Unfilled = Blank | EachItem


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that have to be chosen together, because some guards read several of them.

    judges: of those guards; payloads: what the fields may say, of which one satisfies the guards if
    anything does; blanks: whether any of them holds what is `Unfilled`
    """

    judges: tuple[Judge, ...]
    payloads: tuple[Mapping[str, Value | Unfilled], ...]
    blanks: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step with what to say in taking it. step: without guards of which nobody can say that.

    firm: judges that no field changes; groups: the fields, group by group; behind: whether an
    alternative before it is a joint act, which may take the command away from it
    """

    step: Step
    firm: tuple[Judge, ...]
    groups: tuple[Group, ...]
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A command that a state leaves open, with its alternatives. rank: its place in the policy."""

    rank: int
    trigger: str
    attempts: tuple[Attempt, ...]


Choices = Mapping[str, Mapping[str, tuple[Choice, ...]]]
"""lifecycle -> state -> the commands that are open there."""


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """A compiled outcome. signs: the events it arises from; checks: what has to hold besides."""

    id: str
    rule: str
    clauses: tuple[str, ...]
    signs: frozenset[Sign]
    items: tuple[tuple[str, frozenset[str]], ...]
    award: str
    calls: tuple[tuple[str, relativedelta | None], ...]
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class ReactionRule:
    """A compiled reaction. signs, items, checks: as of an outcome; place: of the other stream."""

    id: str
    rule: str
    signs: frozenset[Sign]
    items: tuple[tuple[str, frozenset[str]], ...]
    checks: tuple[Check, ...]
    place: str
    source: Reaction


Places = Mapping[str, Mapping[str, tuple[Step, ...]]]
"""lifecycle -> state -> the steps that leave it."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Everything that holds for one track.

    steps: trigger -> lifecycle -> state -> alternatives; completions, timers: what happens by
    itself, by lifecycle and state; root: the lifecycle of the pledge itself; source: what it was
    compiled from; choices: the same steps by lifecycle and state, with what to say in taking them;
    carrying: path of a step that carries an item over -> the state in which it begins again;
    counted: commands that meet some duty or give rise to one
    """

    track: str
    root: str
    source: Rules
    lifecycles: Mapping[str, Lifecycle]
    commands: Mapping[str, StepName]
    steps: Mapping[str, Mapping[str, Mapping[str, tuple[Step, ...]]]]
    completions: Places
    timers: Places
    outcomes: tuple[OutcomeRule, ...]
    reactions: tuple[ReactionRule, ...]
    signs: frozenset[Sign]
    grading: GradeRules | None
    evaluation: Evaluation | None
    evaluation_clauses: tuple[str, ...]
    roles: Roles
    reads: Mapping[str, frozenset[str]]
    late_entry: relativedelta | None
    late_entry_clauses: tuple[str, ...]
    choices: Choices = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    ballots: Mapping[str, BallotRule] = field(default_factory=dict)
    absent: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    carrying: Mapping[str, str] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spared:
    """A track that was taken out: whom it would have been for, and the clauses behind that."""

    match: Match
    clauses: tuple[str, ...]
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One document's rules, resolved, dated, and pinned by the SHA-256 of its resolved form.

    body: the resolved form as JSON in its own order, with what was taken out; tree: without
    absences: path of what was taken out -> the clauses behind that (none, if assumed);
    called: what steps that were taken out are called; spared: tracks that were, and say
    whom they would have been for
    """

    name: str
    digest: str
    body: str
    document: Document
    tree: Mapping[str, object]
    tracks: Mapping[str, Ruleset]
    absences: Mapping[Path, tuple[str, ...]]
    called: Mapping[str, Label] = field(default_factory=dict)
    spared: Mapping[str, Spared] = field(default_factory=dict)

    def __repr__(self) -> str:
        # All of it would be half a megabyte, wherever a failed test shows what it was given.
        return f"Policy({self.name}@{self.digest})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002
        # Hypothesis and notebooks lay out dataclasses themselves, unless asked not to.
        printer.text(repr(self))

    def track_of(self, view: View, owner: str, venue: str = WORK) -> str | None:
        """The track of a promisor at a venue, by what the directory calls it; none if into none.

        Where several match, the one that names the most kinds wins; a tie is a DirectoryError.
        """
        kinds = kinds_of(view, owner)
        person = owner in view.persons
        matching = sorted(
            (-_named(track.match, person=person), name)
            for name, track in self.document.tracks.items()
            if track.place == venue and _matches(track.match, kinds, person=person)
        )
        if len(matching) > 1 and matching[0][0] == matching[1][0]:
            named = " and ".join(f"`{name}`" for _, name in matching[:2])
            raise DirectoryError(
                f"`{owner}` fits the tracks {named} alike; tell them apart by kind"
            )
        return matching[0][1] if matching else None

    def spares(self, view: View, owner: str) -> str | None:
        """The track that was taken out and would have been for somebody.

        Where several would, the one that names the most kinds, and then the first by name.
        """
        kinds, person = kinds_of(view, owner), owner in view.persons
        matching = sorted(
            (-_named(gone.match, person=person), name)
            for name, gone in self.spared.items()
            if _matches(gone.match, kinds, person=person)
        )
        return matching[0][1] if matching else None

    def ruleset(self, state: State) -> Ruleset:
        """The rules of the track that a stream is in."""
        return self.tracks[state.track]


def _matches(match: Match, kinds: frozenset[str], *, person: bool) -> bool:
    wanted = match.person if person else match.organization
    return wanted is not None and all((k in kinds) is v for k, v in wanted.items())


def _named(match: Match, *, person: bool) -> int:
    return len((match.person if person else match.organization) or {})
