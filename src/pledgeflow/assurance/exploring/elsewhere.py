"""Facts of other streams, which are chosen: as a guard wants them, and as it does not.

Nothing is explored beside the track itself. What other streams say is made up from what the guard
asks for, so a finding that rests on it is only possible until somebody has replayed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pledgeflow.assurance.exploring.world import World
from pledgeflow.decision import needed
from pledgeflow.domain.commands import Command, StreamId
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.facts import Fact, Facts, Look, Query
from pledgeflow.domain.states import Grade, Outcome, Passage, State, Subject
from pledgeflow.policy.compiled.rules import Policy, Ruleset, Step
from pledgeflow.policy.guards.binding import Check

MOST_STATES = 200


class Elsewhere:
    """Chooses facts for the steps of one track."""

    def __init__(self, policy: Policy, world: World) -> None:
        self._policy, self._world = policy, world
        self._wanted: dict[tuple[str, str], State | None] = {}

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
        """States of the other stream as they might be: everything done that is asked about."""
        for name, track in self._policy.document.tracks.items():
            if track.place != look.venue:
                continue
            rules = self._policy.tracks[name]
            lifecycle = rules.lifecycles[rules.root]
            stream = StreamId(look.jurisdiction, look.cycle, look.owner, look.venue)
            for here in lifecycle.states:
                passages = (
                    Passage(lifecycle.initial, self._world.cycle.starts, 1),
                    Passage(here, self._world.cycle.starts, 2),
                )
                root = Subject(rules.root, rules.root, "", passages)
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
                yield blank
                yield from self._fuller(blank, rules, today)

    def _fuller(self, blank: State, rules: Ruleset, today: date) -> Iterator[State]:
        records = {name: (_record(rules, name, blank, today),) for name in rules.commands}
        done = replace(blank, records=records, version=4)
        yield done
        for tier in rules.evaluation.tiers if rules.evaluation is not None else ():
            yield replace(done, grade=Grade(tier, True, today))
        for award in ("eligible", "barred"):
            outcome = Outcome(award, blank.root, 1, award, {}, today, "")
            yield replace(done, outcomes={(award, blank.root, 1): outcome})


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
