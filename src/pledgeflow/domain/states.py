"""What a pledge's stream amounts to after its events: frozen, and complete enough to judge and undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Effect, Recorded, Signed
from pledgeflow.domain.values import Fields


@dataclass(frozen=True, slots=True)
class Passage:
    """A subject entered `state` on a date, by the event at `version`."""

    state: str
    on: date
    version: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Something with a lifecycle: the pledge itself, a commitment, a rectification.

    of: the subject it belongs to ("" for the root); passages: every state entered, oldest first;
    revisions: versions of the events that set or changed its content
    """

    id: str
    lifecycle: str
    of: str
    passages: tuple[Passage, ...]
    content: Fields = field(default_factory=dict)
    revisions: tuple[int, ...] = ()

    @property
    def state(self) -> str:
        """The state it is in now."""
        return self.passages[-1].state

    @property
    def since(self) -> date:
        """The date on which it entered its state."""
        return self.passages[-1].on

    def state_on(self, day: date) -> str:
        """The state it was in at the end of `day` (its first state for any day before)."""
        for passage in reversed(self.passages):
            if passage.on <= day:
                return passage.state
        return self.passages[0].state

    def entered(self, state: str) -> tuple[int, date]:
        """The version and day of its last entering `state`; (0, date.min) if it never did."""
        for passage in reversed(self.passages):
            if passage.state == state:
                return passage.version, passage.on
        return 0, date.min


@dataclass(frozen=True, slots=True)
class Grade:
    """The tier given, whether it is confirmed, and since when."""

    tier: str
    confirmed: bool
    on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a grade or a fact; `answered` names the commands it called for and got."""

    id: str
    subject: str
    number: int
    award: str
    calls_for: Mapping[str, date | None]
    on: date
    rule: str
    answered: tuple[str, ...] = ()

    @property
    def open_calls(self) -> tuple[str, ...]:
        """The commands still owed."""
        return tuple(c for c in self.calls_for if c not in self.answered)


@dataclass(frozen=True, slots=True)
class State:
    """One pledge's stream. version: number of events folded; 0 before the first.

    subjects: by id, the root first; records: command -> accepted acts in stream order, without
    the annulled; effects: version of a record -> what it brought about; signatures: command ->
    parties of a joint act that have signed so far; outcomes: (outcome, subject, number) -> outcome
    """

    stream: StreamId
    cycle: Cycle
    version: int = 0
    track: str = ""
    organization: str = ""
    policy: str = ""
    root: str = ""
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    records: Mapping[str, tuple[Recorded, ...]] = field(default_factory=dict)
    effects: Mapping[int, tuple[Effect, ...]] = field(default_factory=dict)
    signatures: Mapping[str, tuple[Signed, ...]] = field(default_factory=dict)
    grade: Grade | None = None
    outcomes: Mapping[tuple[str, str, int], Outcome] = field(default_factory=dict)

    @property
    def revised(self) -> int:
        """The version at which any subject's content was last set or changed; 0 if never."""
        return max((s.revisions[-1] for s in self.subjects.values() if s.revisions), default=0)

    def record(self, version: int) -> Recorded | None:
        """The accepted act at `version`, unless there is none or it was annulled."""
        for records in self.records.values():
            for record in records:
                if record.version == version:
                    return record
        return None

    def latest_below(self, subject: Subject) -> date:
        """The last day on which anything that belongs to a subject entered a state.

        A move of the whole may not be dated before what it rests on.
        """
        latest = date.min
        for other in self.subjects.values():
            if other.of == subject.id and other.since > latest:
                latest = max(latest, other.since, self.latest_below(other))
        return latest

    def children(self, lifecycle: str) -> tuple[Subject, ...]:
        """The subjects with that lifecycle, in the order in which they came into being."""
        return tuple(s for s in self.subjects.values() if s.lifecycle == lifecycle)
