"""The rows that a stream contributes to a ledger: a view over its state, in which nothing is judged.

Dates count up to the day asked about; what an item or a record says is what it says now, with
corrections. Free text stays a digest here: whoever shows a row looks the words up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pledgeflow.domain.commands import PLEDGE, StreamId
from pledgeflow.domain.events import Added, Recorded
from pledgeflow.domain.states import Outcome, State, Subject
from pledgeflow.domain.values import Value
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.policy.language.ledgers import CellSource, Ledger

OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"
Cell = Value | None
"""What a column shows; nothing where the record or the item says nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a ledger. subject: the item it is about, or the pledge; version: of its event.

    command: of a record, else ""; cells: column -> value, in the order of the columns
    """

    stream: StreamId
    track: str
    subject: str
    lifecycle: str
    command: str
    version: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class _Line:
    """What a row stands for: an item, a record about something, or an outcome of something."""

    subject: Subject
    record: Recorded | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Keeper:
    """Keeps one ledger for the streams of one track, as of a day."""

    ledger: Ledger
    rules: Ruleset
    on: date

    def rows(self, state: State) -> Iterator[Row]:
        """A stream's rows, in the order in which what they stand for came about."""
        streams = self.ledger.rows.streams
        if streams and state.stream.aggregate not in streams:
            return
        for line in self._lines(state):
            record = line.record
            first = line.subject.passages[0].version
            yield Row(
                stream=state.stream,
                track=state.track,
                subject=line.subject.id,
                lifecycle=line.subject.lifecycle,
                command=record.command if record is not None else "",
                version=record.version if record is not None else first,
                cells={
                    name: self._cell(column.from_, line, state)
                    for name, column in self.ledger.columns.items()
                },
            )

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Lifecycle -> the field by which its subjects are called: the first text they begin with."""
        book = Rulebook(self.rules.source, self.rules.root)
        return {
            name: field
            for name in self.rules.lifecycles
            if (field := self._title(book.adders(name))) is not None
        }

    def _title(self, adders: tuple[str, ...]) -> str | None:
        commands = [
            self.rules.commands[name].rules for name in adders if name in self.rules.commands
        ]
        texts = (
            name
            for command in commands
            for name, spec in command.fields.items()
            if spec.type == "text"
        )
        return next(texts, None)

    def _lines(self, state: State) -> Iterator[_Line]:
        rows = self.ledger.rows
        if rows.items is not None:
            for subject in state.children(rows.items):
                there = subject.passages[0].on <= self.on
                if there and (not rows.states or subject.state_on(self.on) in rows.states):
                    yield _Line(subject)
        elif rows.records:
            named = (r for command in rows.records for r in state.records.get(command, ()))
            for record in sorted(named, key=lambda r: r.version):
                if record.occurred_on <= self.on:
                    yield _Line(self._about(record, state), record=record)
        else:
            for outcome in state.outcomes.values():
                if outcome.id in rows.outcomes and outcome.on <= self.on:
                    yield _Line(state.subjects[outcome.subject], outcome=outcome)

    def _about(self, record: Recorded, state: State) -> Subject:
        """The item that a record names, is about or brought into being; else the pledge."""
        named = self.rules.commands.get(record.command)
        pointer = named.pointer if named is not None else None
        added = (e.subject for e in state.effects.get(record.version, ()) if isinstance(e, Added))
        below = record.subject if record.subject != state.root else None
        for name in (record.fields.get(pointer or ""), below, *added):
            if isinstance(name, str) and name in state.subjects:
                return state.subjects[name]
        return state.subjects[state.root]

    def _cell(self, source: CellSource, line: _Line, state: State) -> Cell:
        ((word, name),) = source.said
        record, subject = line.record, line.subject
        match word:
            case "field":
                return (record.fields if record is not None else subject.content).get(name)
            case "of_item":
                return subject.content.get(name)
            case "status":
                return self._status(subject, name)
            case "last" | "next":
                return self._when(word, name, line, state)
            case "actor" | "capacity":
                return getattr(record, word, None)
            case _:
                return self._plain(word, line, state)

    def _plain(self, word: str, line: _Line, state: State) -> Cell:
        record, outcome, subject, grade = line.record, line.outcome, line.subject, state.grade
        graded = grade is not None and grade.confirmed and grade.on <= self.on
        came = subject.passages[0].on
        cells: Mapping[str, Cell] = {
            "item": subject.content.get(self.titles.get(subject.lifecycle, "")),
            "state": subject.state_on(self.on),
            "on": record.occurred_on if record else outcome.on if outcome else came,
            "promisor": state.stream.promisor,
            "organization": state.organization,
            "track": state.track,
            "venue": (state.stream.aggregate == PLEDGE and state.stream.venue) or None,
            "grade": grade.tier if grade is not None and graded else None,
            "outcome": self._outcomes(line, state),
        }
        return cells[word]

    def _status(self, subject: Subject, name: str) -> Cell:
        """How an item stands to a date it names; nothing if it names none."""
        due = subject.content.get(name)
        if not isinstance(due, date):
            return None
        lifecycle = self.rules.lifecycles.get(subject.lifecycle)
        if lifecycle is not None and subject.state_on(self.on) in lifecycle.final:
            return CLOSED
        return OVERDUE if due < self.on else OPEN

    def _when(self, word: str, command: str, line: _Line, state: State) -> Cell:
        """When a step was last, or next, taken about the same thing."""
        days = [
            (record.occurred_on, record.version)
            for record in state.records.get(command, ())
            if record.occurred_on <= self.on and self._about(record, state).id == line.subject.id
        ]
        if word == "next" and line.record is not None:
            # By the days on which they happened, whichever was entered first.
            since = (line.record.occurred_on, line.record.version)
            found = min((each for each in days if each > since), default=None)
        else:
            found = max(days, default=None)
        return found[0] if found is not None else None

    def _outcomes(self, line: _Line, state: State) -> Cell:
        if line.outcome is not None:
            return line.outcome.id
        about = line.subject.id
        found = (o.id for o in state.outcomes.values() if o.subject == about and o.on <= self.on)
        return tuple(dict.fromkeys(found)) or None
