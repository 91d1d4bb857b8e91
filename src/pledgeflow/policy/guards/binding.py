"""How a guard is bound to its place in a policy, and what it becomes: a `Check` to be called.

A guard's model says what the file says; `bind` turns it into plain functions once, when the policy
is compiled, so that deciding only calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Protocol

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts, Look, Query
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Value
from pledgeflow.errors import Reason, RemedyStep, Ruling
from pledgeflow.policy.duties.owing import Duty

Judge = Callable[[State, Subject, AnyCommand, Facts], Reason | None]
Ask = Callable[[State, Subject, AnyCommand], Query | Look | None]
"""The fact a guard leans on; none, if the command does not even name whose that would be."""
Relies = Callable[[State, Subject, AnyCommand, Facts], date | None]
Seen = Callable[[State, Subject, Facts], Hashable]
Turns = Callable[[State, Subject, Facts], Iterator[date]]


class Open(Enum):
    """OTHERWISE, among the values a guard offers: any that nobody names, or none at all."""

    OTHERWISE = "otherwise"


OTHERWISE = Open.OTHERWISE
Offers = Mapping[str, tuple[Value | Open, ...]]
"""field -> values of which one may satisfy a guard (none, if any will do), for `permitted` to try."""


FOREVER = 3_660
"""Days after which a date is as good as never: more than any exploration looks ahead."""


def slack(day: date, today: date, floor: int = -1) -> int:
    """How many days are left until a day, as far as that matters: not below `floor`, not for ever."""
    return max(floor, min((day - today).days, FOREVER))


OUTCOMES, CALLED, GRADE, REVISED, ENTERED = "outcomes", "called", "grade", "revised", "entered"
"""What there is besides subjects and records: what followed, and of that only what calls for the
step (a dot and its name after it: only this one); the tier; when anything was changed; when the
whole entered its states, where an item is judged.
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a guard can tell of a subject, as a small value: where two states give the same, it says
    the same in both, now and whatever happens next.

    see: that value; of: the lifecycle whose subjects are looked at ("": what the guard is judged
    about); turns: the later days on which it may change without anything happening; records: the
    commands whose records are looked at (none: the content of the subject); says: of which fields of
    these, and what is told apart there: a value from all others, True from nothing, () each; where:
    the states of what is looked at in which it counts (none: all); alike: what two sights that
    always see the same have in common; besides: what it looks at that is no record and no content:
    `OUTCOMES`, `CALLED`, `GRADE`, `REVISED`, `ENTERED`; helps: the commands of which one more record
    never makes a guard that was content say no, on whatever day; enough: then what is seen is a number,
    and so high a one makes it content; idle: whether an item of which this is seen might as well
    not be there, as long as it is seen of it
    """

    see: Seen
    of: str = ""
    turns: Turns | None = None
    records: frozenset[str] = frozenset()
    says: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    where: frozenset[str] = frozenset()
    alike: Hashable = None
    besides: frozenset[str] = frozenset()
    helps: frozenset[str] = frozenset()
    enough: int = 0
    idle: Callable[[Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A bound guard. judge: nothing, or the reason why not.

    fields: the command's fields it reads; reads: the commands whose records it reads;
    ask: the fact from elsewhere it leans on, if any; relies: the due date it looks at, if any;
    offers: what to say to satisfy it, if it reads fields. One that reads fields and offers nothing
    (None) counts as satisfiable before it is asked: `permitted` leaves it out, `decide` does not.
    alone: whether the stream and the command decide it without anything else, so that it says the
    same again until the stream changes; sights: what it can tell of a stream (none: nothing, it
    reads the command alone); None: it does not say, so that all it might read has to be kept
    """

    rule: str
    judge: Judge
    fields: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    ask: Ask | None = None
    offers: Offers | None = None
    alone: bool = False
    relies: Relies | None = None
    sights: tuple[Sight, ...] | None = None


class Surroundings(Protocol):
    """What a guard may know of the policy it stands in."""

    @property
    def root(self) -> str:
        """The lifecycle of the pledge itself."""
        ...

    def takers(self, command: str) -> tuple[str, ...]:
        """The roles that may take `command`."""
        ...

    def hands(self, command: str) -> tuple[tuple[str, ...], ...]:
        """Each party that has to take `command`, as the roles of which one may act for it."""
        ...

    def points_at(self, command: str) -> str | None:
        """The lifecycle of the item that a command names, if it names one."""
        ...

    def choices(self, rule: str, field: str) -> frozenset[str]:
        """The declared choices of a field of the command that the transition of a rule answers to."""
        ...

    def asks(self, rule: str, field: str) -> bool:
        """Whether the command that the transition of a rule answers to has a field."""
        ...

    def home_of(self, state: str) -> str:
        """The lifecycle that a state belongs to."""
        ...

    def meaning(self, means: str) -> tuple[str, ...]:
        """The triggers whose command carries that meaning."""
        ...

    def adders(self, lifecycle: str) -> tuple[str, ...]:
        """The triggers that add a subject of that lifecycle."""
        ...

    def amenders(self, lifecycle: str) -> tuple[str, ...]:
        """The triggers that change the content of a subject of that lifecycle."""
        ...

    def states(self, lifecycle: str) -> frozenset[str]:
        """All states of that lifecycle."""
        ...

    def initial(self, lifecycle: str) -> str:
        """The state in which a subject of that lifecycle begins."""
        ...

    def duty(self, name: str) -> Duty | None:
        """A duty by its id."""
        ...

    def route(self, lifecycle: str, source: str, dests: frozenset[str]) -> tuple[str, ...]:
        """The triggers that lead from a state to one of `dests`; empty if none do."""
        ...

    def beside(self, place: str) -> Mapping[str, Surroundings]:
        """The rules of each track of that place (see `Track.place`), for guards over its streams."""
        ...


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a guard stands: its rule path, clauses, lifecycle and surroundings."""

    rule: str
    clauses: tuple[str, ...]
    lifecycle: str
    within: Surroundings
    required: Mapping[str, Any] = field(default_factory=dict)

    def reason(
        self,
        code: str,
        *,
        found: Mapping[str, Any],
        remedy: tuple[RemedyStep, ...] = (),
        ruling: Ruling = Ruling.FORBIDDEN,
    ) -> Reason:
        """A reason that names this guard."""
        return Reason(code, self.rule, self.clauses, self.required, found, remedy, ruling)

    def amend(self, subject: Subject, fields: Mapping[str, Any]) -> tuple[RemedyStep, ...]:
        """The remedy of an item's content: that it be changed; none where nothing changes it."""
        within = self.within
        return tuple(
            RemedyStep(trigger, within.takers(trigger), subject.id, fields=fields)
            for trigger in within.amenders(subject.lifecycle)[:1]
        )
