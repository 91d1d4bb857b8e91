"""A selection of awards as it stands: who was put forward, conferred, or dropped, and by what.

A view over one stream, in which nothing is judged: by what steps mean, and by the types of fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from pledgeflow.domain.events import BY_TIME, Added, LeanedOn, Recorded
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.guards.items import Items

CONFERRING = frozenset({Means.AWARD, Means.COMMENDATION})
TAKING_OUT = frozenset({Means.WITHDRAWAL, Means.REFUSAL, Means.RETURN, Means.ANSWER})
"""What leads a candidate to an end without an award: an objection that is answered may, too."""
NAMING = ("person", "organization")
SELECTION = "selection"
REACTIONS = "reactions."

Fate = Literal["standing", "put_forward", "conferred", "dropped", "passed_over"]


@dataclass(frozen=True, slots=True)
class Deed:
    """The act behind something. reaction, source: by which reaction it followed, and from which
    other stream; "" where somebody gave it. command: "" where time has brought it about
    """

    command: str
    actor: str
    capacity: str
    on: date
    fields: Fields = field(default_factory=dict)
    reaction: str = ""
    source: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody put forward in a selection.

    subject: the item that stands for them, or the whole where they are only named in a record;
    who: the person or organization; given: what was said of them; state: "" of a mere record;
    since: of that; put_forward: whether they go on to another selection; objections: how many are
    not answered; deed: by what they are where they are
    """

    subject: str
    lifecycle: str
    who: str
    given: Fields
    state: str
    since: date
    fate: Fate
    put_forward: bool
    objections: int
    deed: Deed


@dataclass(frozen=True)
class Choosing:
    """One selection. rules: of its track."""

    rules: Ruleset
    state: State

    def candidates(self) -> Iterator[Candidate]:
        """Everybody who was put forward, in the order in which they were."""
        items = [
            (subject.passages[0].version, self._item(subject))
            for subject in self.state.subjects.values()
            if subject.lifecycle in self._lifecycles
        ]
        named = [
            (record.version, self._named(record))
            for record in self._records(Means.NOMINATION)
            if record.subject == self.state.root and not self._adds(record)
        ]
        yield from (each for _, each in sorted([*items, *named], key=lambda pair: pair[0]))

    def places(self) -> int | None:
        """How many awards there are: what a guard over the candidates counts up to."""
        root = self.state.subjects[self.state.root].content
        limits = (g.fewer_than if g.fewer_than is not None else g.more_than for g in self._limits())
        said = (root.get(limit) if isinstance(limit, str) else limit for limit in limits)
        return next((number for number in said if isinstance(number, int)), None)

    def objections(self, subject: str) -> int:
        """How many objections to a candidate, or to the whole, are not answered."""
        raised = [r for r in self._records(Means.OBJECTION) if r.subject == subject]
        items = [r for r in raised if self._adds(r)]
        answered = [r for r in self._records(Means.ANSWER) if r.subject == subject]
        still = sum(self._open(r) for r in items)
        return still + max(0, len(raised) - len(items) - len(answered))

    # --- candidates -------------------------------------------------------------------------

    def _item(self, subject: Subject) -> Candidate:
        first, last = subject.passages[0], subject.passages[-1]
        conferring = [
            r for means in CONFERRING for r in self._records(means) if r.subject == subject.id
        ]
        onward = self._goes_on({("state", passage.state) for passage in subject.passages[1:]})
        return Candidate(
            subject=subject.id,
            lifecycle=subject.lifecycle,
            who=self._who(self._behind.get(first.version), subject.content),
            given=subject.content,
            state=subject.state,
            since=subject.since,
            fate=self._fate(subject, conferred=bool(conferring), onward=onward),
            put_forward=onward,
            objections=self.objections(subject.id),
            deed=self._deed(last.version, last.on),
        )

    def _named(self, record: Recorded) -> Candidate:
        onward = self._goes_on({("command", record.command)})
        return Candidate(
            subject=record.subject,
            lifecycle="",
            who=self._who(record, record.fields),
            given=record.fields,
            state="",
            since=record.occurred_on,
            fate="put_forward" if onward else "standing",
            put_forward=onward,
            objections=0,
            deed=_deed(record),
        )

    def _fate(self, subject: Subject, *, conferred: bool, onward: bool) -> Fate:
        behind = self._behind.get(subject.passages[-1].version)
        ended = self._final(subject)
        if ended and behind is not None and Means(behind.means) in TAKING_OUT:
            return "dropped"
        if conferred:
            return "conferred"
        if onward:
            return "put_forward"
        if ended and behind is None:
            return "dropped"
        over = ended or self._final(self.state.subjects[self.state.root])
        return "passed_over" if over else "standing"

    def _final(self, subject: Subject) -> bool:
        return subject.state in self.rules.lifecycles[subject.lifecycle].final

    def _who(self, record: Recorded | None, said: Fields) -> str:
        """The person whom a nomination names, else the organization, else whose selection it is."""
        specs = self.rules.commands[record.command].rules.fields if record is not None else {}
        for kind in NAMING:
            for name, spec in specs.items():
                value = said.get(name)
                if spec.type == kind and isinstance(value, str):
                    return value
        return self.state.stream.promisor

    def _goes_on(self, signs: set[tuple[str, str]]) -> bool:
        reactions = (rule for rule in self.rules.reactions if rule.source.in_ == SELECTION)
        return any(signs & rule.signs for rule in reactions)

    # --- what is behind ---------------------------------------------------------------------

    @cached_property
    def _behind(self) -> Mapping[int, Recorded]:
        """Version of an effect -> the record that brought it about."""
        records = {r.version: r for kept in self.state.records.values() for r in kept}
        return {
            effect.version: records[cause]
            for cause, effects in self.state.effects.items()
            if cause != BY_TIME and cause in records
            for effect in effects
        }

    def _deed(self, version: int, on: date) -> Deed:
        record = self._behind.get(version)
        return _deed(record) if record is not None else Deed("", "", "", on)

    def _records(self, means: Means) -> list[Recorded]:
        return [r for kept in self.state.records.values() for r in kept if r.means == means.value]

    def _adds(self, record: Recorded) -> list[Added]:
        effects = self.state.effects.get(record.version, ())
        return [effect for effect in effects if isinstance(effect, Added)]

    def _open(self, objection: Recorded) -> bool:
        """Whether the item that an objection has become is not at its end."""
        return any(not self._final(self.state.subjects[a.subject]) for a in self._adds(objection))

    @cached_property
    def _lifecycles(self) -> frozenset[str]:
        """The lifecycles of what nominations add."""
        return frozenset(
            step.adds
            for trigger, by_lifecycle in self.rules.steps.items()
            if self.rules.commands[trigger].means == Means.NOMINATION
            for by_state in by_lifecycle.values()
            for steps in by_state.values()
            for step in steps
            if step.adds is not None
        )

    def _limits(self) -> Iterator[Items]:
        """The guards that count candidates: those of conferring first."""
        found: list[tuple[bool, Items]] = []
        for lifecycle in self.rules.source.lifecycles.values():
            for name, transition in lifecycle.transitions.items():
                named = self.rules.commands.get(transition.trigger or name)
                confers = named is not None and named.means in CONFERRING
                for guard in transition.guards.values():
                    if not isinstance(guard, Items) or guard.of not in self._lifecycles:
                        continue
                    if confers or guard.more_than is not None:
                        found.append((not confers, guard))
        yield from (guard for _, guard in sorted(found, key=lambda pair: pair[0]))


def reaction_of(record: Recorded) -> LeanedOn | None:
    """What a record follows from, if nobody gave it: a reaction to what happened elsewhere."""
    return next((each for each in record.leaned_on if each.fact.startswith(REACTIONS)), None)


def _deed(record: Recorded) -> Deed:
    why = reaction_of(record)
    return Deed(
        command=record.command,
        actor=record.actor,
        capacity=record.capacity,
        on=record.occurred_on,
        fields=record.fields,
        reaction=why.fact.removeprefix(REACTIONS) if why is not None else "",
        source=why.source if why is not None else "",
        version=why.version if why is not None else 0,
    )
