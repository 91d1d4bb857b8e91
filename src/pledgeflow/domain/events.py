"""What has happened: a closed set of kinds, which carry the policy's own names.

`Recorded` is the act itself; the kinds below it are what the act brought about, and name the
record they follow from as `cause` (0: time itself). Everything a policy computed is in the event,
so that replaying a history never judges it again. An event is never changed or deleted; it is
corrected or annulled by a later one.

Events are named tuples: as immutable as frozen dataclasses, and made in a quarter of the time,
which is most of what deciding takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.values import NOTHING, Fields

NOBODY: Mapping[str, str] = {}
"""The signatories of an act that one person takes."""
NO_DATES: Mapping[str, date] = {}
"""What is relied on by what looks at no due date."""

BY_TIME = 0
"""The cause of what no record brought about."""

DEEMED = "deemed"
"""The capacity of a record of what nobody did: going over to other rules, it is deemed to have
happened. Nothing follows from it."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of a policy: id (such as "2025"), first day, and its ordinal in the jurisdiction."""

    id: str
    starts: date
    ordinal: int = 1


@dataclass(frozen=True, slots=True)
class LeanedOn:
    """A fact from elsewhere that a decision rested on: where from, as of when, which version."""

    fact: str
    source: str
    as_of: date
    version: int


class Opened(NamedTuple):
    """A stream begins: whose it is, and where its lifecycle starts. policy: hash of the policy."""

    version: int
    stream: StreamId
    cycle: Cycle
    track: str
    organization: str
    lifecycle: str
    state: str
    on: date
    policy: str


class Recorded(NamedTuple):
    """An accepted act. rule: path of the transition that permitted it.

    late, early: the stages it came after or before; signatories: capacity -> who, if it is joint;
    relied: path of a guard -> the due date that it looked at
    """

    version: int
    command: str
    means: str
    subject: str
    actor: str
    capacity: str
    occurred_on: date
    fields: Fields
    policy: str
    rule: str
    entered_by: str | None = None
    late: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    leaned_on: tuple[LeanedOn, ...] = ()
    signatories: Mapping[str, str] = NOBODY
    relied: Mapping[str, date] = NO_DATES


class Signed(NamedTuple):
    """One party of a joint act has acted; the others are still to come.

    content: a digest of what was signed; fields: what it says, for the others to sign the same
    """

    version: int
    command: str
    subject: str
    actor: str
    capacity: str
    occurred_on: date
    content: str
    policy: str
    rule: str
    entered_by: str | None = None
    fields: Fields = NOTHING


class Moved(NamedTuple):
    """A subject went from one state to another."""

    version: int
    cause: int
    subject: str
    source: str
    dest: str
    on: date
    policy: str
    rule: str


class Added(NamedTuple):
    """A subject came into being: a commitment, a rectification. of: what it belongs to."""

    version: int
    cause: int
    subject: str
    lifecycle: str
    of: str
    state: str
    content: Fields
    on: date
    policy: str
    rule: str


class Amended(NamedTuple):
    """A subject's content was changed; `before` holds the replaced values, for annulling."""

    version: int
    cause: int
    subject: str
    before: Fields
    after: Fields
    policy: str
    rule: str


class Graded(NamedTuple):
    """A tier was given (`confirmed`: by whoever has the last word). before: what it replaced.

    basis: of a grade that was worked out, what each channel came to; "" the whole
    """

    version: int
    cause: int
    tier: str
    confirmed: bool
    on: date
    before: tuple[str, bool, date] | None
    policy: str
    rule: str
    basis: Fields = NOTHING


class OutcomeArose(NamedTuple):
    """Something follows. award: "eligible", "barred" or ""; calls_for: command -> due date.

    number: how many times it has by now, for this subject; relied: path of a guard -> the due
    date that it looked at
    """

    version: int
    cause: int
    outcome: str
    subject: str
    number: int
    award: str
    calls_for: Mapping[str, date | None]
    on: date
    policy: str
    rule: str
    relied: Mapping[str, date] = NO_DATES


class OutcomeAnswered(NamedTuple):
    """A command that an outcome called for has been done."""

    version: int
    cause: int
    outcome: str
    subject: str
    number: int
    command: str


class Corrected(NamedTuple):
    """Fields of the record at version `target` were mistaken; these replace them."""

    version: int
    target: int
    fields: Fields
    actor: str
    capacity: str
    occurred_on: date
    policy: str
    entered_by: str | None = None


class Annulled(NamedTuple):
    """The record at version `target` and what it brought about are undone."""

    version: int
    target: int
    actor: str
    capacity: str
    occurred_on: date
    policy: str
    entered_by: str | None = None


class Migrated(NamedTuple):
    """The stream goes over to other rules, and is judged by them from then on.

    What has happened is only called by their names: nothing is judged again. source, policy: hashes
    of the policy before and after; track: the one it is in by then; states: `lifecycle/state` ->
    state of that lifecycle, for those it has been in; commands, tiers: what is called otherwise
    """

    version: int
    actor: str
    occurred_on: date
    source: str
    policy: str
    track: str
    states: Mapping[str, str]
    commands: Mapping[str, str]
    tiers: Mapping[str, str]


Effect = Moved | Added | Amended | Graded | OutcomeArose | OutcomeAnswered
Event = Opened | Recorded | Signed | Corrected | Annulled | Migrated | Effect
