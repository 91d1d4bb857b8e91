"""Facts of other streams, which are chosen: as a guard wants them, and as it does not.

Nothing is explored beside the track itself. What other streams say is made up from what the guard
asks for, so a finding that rests on it is only possible until somebody has replayed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

from pledgeflow.assurance.exploring.world import World, models
from pledgeflow.decision import needed
from pledgeflow.domain.commands import Command, StreamId
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.facts import Fact, Facts, Look, Query
from pledgeflow.domain.states import Grade, Outcome, Passage, State, Subject
from pledgeflow.policy.compiled.rules import Policy, Ruleset, Step
from pledgeflow.policy.guards import elsewhere as guards
from pledgeflow.policy.guards.binding import Check
from pledgeflow.policy.guards.history import NotPrecededBy


class Elsewhere:
    """Chooses facts for the steps of one track."""

    def __init__(self, policy: Policy, world: World) -> None:
        self._policy, self._world = policy, world
        self._wanted: dict[tuple[str, str], State | None] = {}
        self._shunned = tuple(_shunned(policy))

    def facts(
        self, state: State, subject: Subject, command: Command, steps: tuple[Step, ...], bare: Facts
    ) -> Iterator[Facts]:
        """Each choice of what a decision will read: all as wanted, then each one as not wanted."""
        queries = needed(self._policy, state, command)
        leaning = [check for step in steps for check in step.leaning]
        wanted = {
            query: self._as_wanted(query, state, subject, command, (leaning, bare))
            for query in queries
        }
        yield bare._replace(elsewhere=wanted)
        for query in queries:
            yield bare._replace(elsewhere={**wanted, query: self._unwanted(query)})

    def _unwanted(self, query: Query | Look) -> Fact:
        if isinstance(query, Look):
            return Fact(None, "sample", query.on, 0)
        return Fact((self._world.missing,), "sample", query.on, 1)

    def _as_wanted(
        self,
        query: Query | Look,
        state: State,
        subject: Subject,
        command: Command,
        asked: tuple[list[Check], Facts],
    ) -> Fact:
        if isinstance(query, Query):
            return Fact((), "sample", query.on, 1)
        leaning, bare = asked
        mine = [c for c in leaning if c.ask is not None and c.ask(state, subject, command) == query]
        key = ("|".join(sorted(c.rule for c in mine)), query.owner)
        if key not in self._wanted:
            self._wanted[key] = self._found(query, mine, (state, subject, command, bare))
        there = self._wanted[key]
        return Fact(there, "sample", query.on, there.version if there is not None else 0)

    def _found(
        self, look: Look, checks: list[Check], asked: tuple[State, Subject, Command, Facts]
    ) -> State | None:
        """A state of the other stream that a guard is content with; none where none is."""
        state, subject, command, bare = asked
        for there in self._imagined(look, bare.today):
            facts = bare._replace(elsewhere={look: Fact(there, "sample", look.on, 1)})
            if all(check.judge(state, subject, command, facts) is None for check in checks):
                return there
        return None

    def _imagined(self, look: Look, today: date) -> Iterator[State]:
        """States of the other stream as they might be, those in which less is first."""
        for name, track in self._policy.document.tracks.items():
            if track.place != look.venue:
                continue
            rules = self._policy.tracks[name]
            lifecycle = rules.lifecycles[rules.root]
            stream = StreamId(look.jurisdiction, look.cycle, look.owner, look.venue)
            for here in lifecycle.states:
                root = self._subject(rules, rules.root, here, "")
                blank = State(
                    stream,
                    self._world.cycle,
                    3,
                    name,
                    look.owner,
                    self._policy.digest,
                    rules.root,
                    {root.id: root},
                )
                yield from self._fuller(blank, rules, today)

    def _subject(self, rules: Ruleset, lifecycle: str, here: str, of: str) -> Subject:
        starts = self._world.cycle.starts
        passages = Passage(rules.lifecycles[lifecycle].initial, starts, 1), Passage(here, starts, 2)
        return Subject(lifecycle if not of else f"{lifecycle}/1", lifecycle, of, passages)

    def _fuller(self, blank: State, rules: Ruleset, today: date) -> Iterator[State]:
        """With what was done, a grade, what followed, and an item: each of these or none."""
        done = {name: (_record(rules, name, blank, today),) for name in rules.commands}
        records = [{}, done]
        records += [
            {c: r for c, r in done.items() if c not in shunned} for shunned in self._shunned
        ]
        tiers = rules.evaluation.tiers if rules.evaluation is not None else ()
        grades = [None, *(Grade(tier, True, today) for tier in tiers)]
        outcomes = [{}, *(_followed(award, blank, today) for award in ("eligible", "barred"))]
        items = [{}, *self._items(blank, rules)]
        for told, grade, followed, there in product(records, grades, outcomes, items):
            yield replace(
                blank,
                records=told,
                grade=grade,
                outcomes=followed,
                subjects={**blank.subjects, **there},
                version=4,
            )

    def _items(self, blank: State, rules: Ruleset) -> Iterator[dict[str, Subject]]:
        """One item, of each lifecycle and where it may be."""
        for name, lifecycle in rules.lifecycles.items():
            if name != rules.root:
                for here in lifecycle.states:
                    item = self._subject(rules, name, here, blank.root)
                    yield {item.id: item}


def _shunned(policy: Policy) -> Iterator[frozenset[str]]:
    """What a guard wants not to have been done elsewhere: of each, and of all together."""
    parts = (part for rules in policy.tracks.values() for part in models(rules.source))
    each = dict.fromkeys(
        frozenset(
            c for past in models(part) if isinstance(past, NotPrecededBy) for c in past.command
        )
        for part in parts
        if isinstance(part, guards.Elsewhere)
    )
    yield from each
    yield frozenset().union(*each)


def _followed(award: str, state: State, today: date) -> dict[tuple[str, str, int], Outcome]:
    outcome = Outcome(award, state.root, 1, award, {}, today, "")
    return {(award, state.root, 1): outcome}


def _record(rules: Ruleset, name: str, state: State, today: date) -> Recorded:
    """A record of a command, saying the first of everything that can be chosen."""
    specs = rules.commands[name].rules.fields
    said = {
        field: tuple(spec.choices) if spec.type == "choices" else next(iter(spec.choices))
        for field, spec in specs.items()
        if spec.choices and spec.type in ("choice", "choices")
    }
    roles = [
        r
        for by in rules.steps.get(name, {}).values()
        for s in by.values()
        for a in s
        for r in a.roles
    ]
    capacity = roles[0] if roles else ""
    means = rules.commands[name].means
    return Recorded(3, name, means, state.root, "other", capacity, today, said, state.policy, "")
