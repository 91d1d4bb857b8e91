"""Every input that can be given to a stream, and when two of its states are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from pledgeflow.domain.calendars import Days
from pledgeflow.domain.commands import Annul, AnyCommand, Command, Correct, Tick
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Fields, Value, seal
from pledgeflow.policy.compiled.rules import Policy, Ruleset

VIEW = View(
    {
        person: Person(person, frozenset(kinds), (Membership(home),))
        for person, home, kinds in [
            ("mo", "branch", {"in_service"}),
            ("li", "branch", {"in_service", "leading"}),
            ("wang", "branch", {"in_service", "leading"}),
            ("zhao", "office", set[str]()),
        ]
    },
    {
        "branch": Organization("branch", "branch", "office", {"secretary": ("wang",)}),
        "office": Organization("office", "office", None, {"secretary": ("zhao",)}),
    },
    {("contact", "mo"): ("li",), ("contact", "wang"): ("li",)},
)
"""mo pledges, li pledges and has nobody as a contact, wang pledges and reviews the others."""

PROMISORS = ("mo", "li", "wang")
CALENDAR = Days(weekends=True)
Given = tuple[AnyCommand, date]
"""A command and the day on which it is given."""


@dataclass(frozen=True, slots=True)
class World:
    """What may be said. days: on which something may happen; dues: what a date field may hold.
    amending: whether what is recorded may be annulled and corrected too
    """

    policy: Policy
    promisor: str
    days: tuple[date, ...]
    dues: tuple[date, ...]
    amending: bool = True

    @property
    def rules(self) -> Ruleset:
        """The rules of the only track that everybody here is in."""
        return next(iter(self.policy.tracks.values()))

    def facts(self, today: date) -> Facts:
        """What a decision may read; nothing here looks at another stream."""
        return Facts(today, VIEW, {}, CALENDAR)

    def inputs(self, state: State, today: date) -> Iterator[Given]:
        """Time moving on, every step by everybody who may act so, and taking back or correcting."""
        for day in self.days:
            if day >= today:
                yield Tick(day), day
        for name in self.rules.commands:
            if not self._anywhere(name, state):
                continue
            for actor, capacity in self._hands(name, state):
                for fields in self._payloads(name, state):
                    yield Command(name, actor, capacity, today, fields), today
        if self.amending:
            yield from self._amendments(state, today)

    def _amendments(self, state: State, today: date) -> Iterator[Given]:
        for kept in state.records.values():
            for record in kept:
                by = record.actor, record.capacity
                yield Annul(record.version, *by, today), today
                for other in self._payloads(record.command, state):
                    if other != record.fields:
                        yield Correct(record.version, *by, today, other), today

    def _anywhere(self, name: str, state: State) -> bool:
        """Whether anything is where some transition of the command begins."""
        return any(
            subject.state in by_state
            for lifecycle, by_state in self.rules.steps.get(name, {}).items()
            for subject in state.subjects.values()
            if subject.lifecycle == lifecycle
        )

    def _hands(self, name: str, state: State) -> list[tuple[str, str]]:
        roles = {
            role
            for by_state in self.rules.steps[name].values()
            for steps in by_state.values()
            for step in steps
            for role in step.roles
        }
        return [
            (person, role)
            for person, role in product(VIEW.persons, sorted(roles))
            if not self.rules.roles.standing(role, person, state, VIEW).code
        ]

    def _payloads(self, name: str, state: State) -> list[Fields]:
        """All required fields with each of their few values, and the optional ones given or not."""
        specs = self.rules.commands[name].rules.fields
        ways: list[list[tuple[str, Value] | None]] = []
        for field, spec in specs.items():
            given = self._values(spec.type, tuple(spec.choices), state)
            left_out: list[tuple[str, Value] | None] = [] if spec.required else [None]
            ways.append([*((field, value) for value in given), *left_out])
        return [dict(pair for pair in chosen if pair is not None) for chosen in product(*ways)]

    def _values(self, kind: str, choices: tuple[str, ...], state: State) -> list[Value]:
        evaluation = self.rules.evaluation
        tiers: tuple[str, ...] = tuple(evaluation.tiers) if evaluation is not None else ()
        values: Mapping[str, list[Value]] = {
            "text": [seal("words", "salt")],
            "choice": [*choices],
            "tier": [*tiers],
            "boolean": [True, False],
            "date": [*self.dues],
            "checklist": [dict.fromkeys(choices, True), dict.fromkeys(choices, False)],
        }
        return values.get(kind) or [subject.id for subject in state.children(kind)]


def key(state: State, today: date) -> str:
    """Equal for states that differ in nothing but which numbers their events have.

    The order of events is kept, since rules look at it: versions become ranks.
    """
    rank = {version: n for n, version in enumerate(sorted(_versions(state)))}
    rank[0] = -1
    subjects = [
        (
            s.id,
            s.of,
            [(p.state, p.on, rank[p.version]) for p in s.passages],
            _in_order(s.content),
            [rank[v] for v in s.revisions],
        )
        for s in state.subjects.values()
    ]
    acts = [
        (
            rank[r.version],
            r.command,
            r.subject,
            r.actor,
            r.capacity,
            r.occurred_on,
            _in_order(r.fields),
            r.rule,
        )
        for kept in state.records.values()
        for r in kept
    ]
    signed = [
        (
            rank[s.version],
            s.command,
            s.subject,
            s.actor,
            s.capacity,
            s.occurred_on,
            _in_order(s.fields),
        )
        for kept in state.signatures.values()
        for s in kept
    ]
    effects = [
        event._replace(version=rank[event.version], cause=rank.get(event.cause, -1))
        for kept in state.effects.values()
        for event in kept
    ]
    effects.sort(key=lambda event: event.version)
    outcomes = sorted(state.outcomes.items())
    return repr((today, subjects, sorted(acts), sorted(signed), effects, state.grade, outcomes))


def _in_order(fields: Fields) -> list[tuple[str, Value]]:
    return sorted(fields.items())


def _versions(state: State) -> set[int]:
    found = {r.version for kept in state.records.values() for r in kept}
    found |= {s.version for kept in state.signatures.values() for s in kept}
    found |= {e.version for kept in state.effects.values() for e in kept}
    for subject in state.subjects.values():
        found |= {p.version for p in subject.passages} | set(subject.revisions)
    return found
