"""What can be said to a policy, and a walk through one stream: commands one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from pledgeflow.decision import begin, decide, needed, permitted, sought
from pledgeflow.domain.calendars import Days
from pledgeflow.domain.commands import AnyCommand, Because, StreamId
from pledgeflow.domain.events import Cycle, Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Fact, Facts, Look, Query
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text, Value, seal
from pledgeflow.errors import RefusedError, Verdict
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.rules import Policy, Ruleset, Step
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.policy.language.steps import CommandField
from pledgeflow.testing._simulation.dice import Dice
from pledgeflow.testing._simulation.towns import HOME, START, Town

CALENDAR = Days(weekends=True)


def commands_of(rules: Ruleset) -> tuple[str, ...]:
    """Every command of a track that some transition fires."""
    return tuple(rules.steps)


def steps_of(rules: Ruleset) -> Iterator[Step]:
    """Every compiled step that people take, once."""
    seen: set[str] = set()
    for by_lifecycle in rules.steps.values():
        for by_state in by_lifecycle.values():
            for alternatives in by_state.values():
                for step in alternatives:
                    if step.rule not in seen:
                        seen.add(step.rule)
                        yield step


def takers(rules: Ruleset, command: str) -> tuple[str, ...]:
    """The roles that some transition of a command names."""
    return tuple(dict.fromkeys(r for s in steps_of(rules) if s.trigger == command for r in s.roles))


def words(dice: Dice) -> Text:
    """Free text, sealed."""
    return seal(f"words {dice.number(3)}", "salt")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a command's fields may hold in a state of a pledge, on a day."""

    rules: Ruleset
    state: State
    today: date

    def fields(self, command: str, dice: Dice, *, optional: bool = True) -> dict[str, Value]:
        """Fields that fit their types: all the required ones, and perhaps optional ones."""
        specs = self.rules.commands[command].rules.fields
        given = (n for n, spec in specs.items() if spec.required or (optional and dice.number(2)))
        return {name: self.value(specs[name], dice) for name in given}

    def value(self, spec: CommandField, dice: Dice) -> Value:
        """A value that fits a field's type."""
        choices = tuple(spec.choices) or ("something",)
        tiers = tuple(self.rules.evaluation.tiers) if self.rules.evaluation else ()
        said = tuple(spec.choices) or tiers or ("something",)
        some = dice.subset(("mo", "moe")) or ("mo",)
        make: Mapping[str, Callable[[], Value]] = {
            "text": lambda: words(dice),
            "choice": lambda: dice.pick(choices),
            "choices": lambda: dice.subset(choices) if dice.rarely(5) else choices,
            "checklist": lambda: {choice: not dice.rarely(8) for choice in choices},
            "tally": lambda: {each: 5 - dice.number(5) for each in self._counted(spec)},
            "results": lambda: {who: dice.pick(said) for who in some},
            "tier": lambda: dice.pick(tiers or ("none",)),
            "date": lambda: self.today + timedelta(days=30 + dice.number(200) - dice.number(60)),
            "integer": lambda: dice.number(9),
            "decimal": lambda: Decimal(dice.number(9)),
            "boolean": lambda: not dice.number(1),
            "person": lambda: dice.pick(["mo", "moe"]),
            "organization": lambda: dice.pick([HOME, "above"]),
            "policy": lambda: f"policy@{dice.number(3):064}",
        }
        items = tuple(s.id for s in self.state.children(spec.type))
        return make.get(spec.type, lambda: dice.pick(items or (f"{spec.type}/1",)))()

    def _counted(self, spec: CommandField) -> tuple[str, ...]:
        """What the votes of a tally are for."""
        if spec.of is not None:
            return tuple(item.id for item in self.state.children(spec.of))
        return tuple(spec.choices) or tuple(
            self.rules.evaluation.tiers if self.rules.evaluation else ()
        )

    def odd(self, given: dict[str, Value], dice: Dice) -> dict[str, Value]:
        """The same fields, of which one is left out, off the list, or points nowhere.

        It stays what its type wants it to be: what does not never comes as far as a decision.
        """
        if not given:
            return {"nonsense": True}
        name = dice.pick(tuple(given))
        value, kept = given[name], {key: said for key, said in given.items() if key != name}
        if dice.number(1) or not isinstance(value, str | tuple):
            return kept
        strange = dice.pick(["unheard_of", "commitment/9"])
        return {**kept, name: strange if isinstance(value, str) else (strange,)}


@dataclass(frozen=True, slots=True)
class Asked:
    """One command put to a policy: what it was, where, and the answer (events or a verdict)."""

    policy: Policy
    town: Town
    before: State
    command: AnyCommand
    facts: Facts
    events: tuple[Event, ...]
    verdict: Verdict | None

    @property
    def after(self) -> State:
        """The state that the answer leads to."""
        return fold(self.before, self.events)


def facts_for(
    policy: Policy, state: State, commands: Iterable[AnyCommand], today: date, town: Town
) -> Facts:
    """All the facts that judging some commands may read."""
    queries = (query for command in commands for query in needed(policy, state, command))
    return facts_of(state, queries, today, town)


def facts_of(state: State, queries: Iterable[Query | Look], today: date, town: Town) -> Facts:
    """What the town answers."""
    answers = {
        query: town.seen(query, state)
        if isinstance(query, Look)
        else Fact(town.missing, "town", query.on, 1)
        for query in queries
    }
    return Facts(today, town.view, answers, CALENDAR)


def ask(policy: Policy, town: Town, state: State, command: AnyCommand, today: date) -> Asked:
    """Put a command to a policy."""
    facts = facts_for(policy, state, [command], today, town)
    try:
        events = decide(policy, state, command, facts)
    except RefusedError as error:
        return Asked(policy, town, state, command, facts, (), error.verdict)
    return Asked(policy, town, state, command, facts, events, None)


def offers(policy: Policy, town: Town, state: State, actor: str, today: date) -> Permissions:
    """What `permitted` says to an actor."""
    facts = facts_of(state, sought(policy, state, actor, today), today, town)
    return permitted(policy, state, actor, today, facts)


def blank(policy: Policy, town: Town) -> State:
    """A pledge of the town's promisor before its first event."""
    return begin(policy, town.stream, Cycle("2025", START), town.view)


Hand = tuple[str, Because | None]
"""Who gives a command, and what it follows from if that is in another stream."""


@dataclass(slots=True)
class Walk:
    """A pledge on its way, and the day it is."""

    policy: Policy
    town: Town
    state: State
    today: date = START
    history: list[Event] = field(default_factory=list)
    _able: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy, town: Town) -> Walk:
        """A walk that begins at the beginning."""
        return cls(policy, town, blank(policy, town))

    @property
    def rules(self) -> Ruleset:
        """The rules of its track."""
        return self.policy.tracks[self.state.track]

    def beside(self, town: Town, state: State) -> Walk:
        """A walk in another stream of the same town, on the same day."""
        return Walk(self.policy, town, state, self.today)

    @property
    def vocabulary(self) -> Vocabulary:
        """What may be said now."""
        return Vocabulary(self.rules, self.state, self.today)

    def able(self, role: str) -> tuple[str, ...]:
        """Those whom the policy's roles let act for a role; it never changes on a walk."""
        if role not in self._able:
            roles, view = self.rules.roles, self.town.view
            known = role == PROMISOR or role in roles.chains
            self._able[role] = tuple(
                person
                for person in self.town.people
                if known and not roles.standing(role, person, self.state, view).code
            )
        return self._able[role]

    def ask(self, command: AnyCommand) -> Asked:
        """Put a command, and go where it leads."""
        asked = ask(self.policy, self.town, self.state, command, self.today)
        self.state = asked.after
        self.history += asked.events
        return asked

    def because(self, command: str, dice: Dice) -> Because | None:
        """An act in another stream from which a command may follow here; none if from nothing."""
        town, tracks = self.town, self.policy.document.tracks
        found = [
            (tracks[track], rule.id)
            for track, rules in self.policy.tracks.items()
            for rule in rules.reactions
            if rule.source.do == command and rule.place == town.venue
        ]
        if not found:
            return None
        track, reaction = dice.pick(found)
        owner = "mo" if track.match.person is not None else HOME
        if (owner, track.place) == (town.promisor, town.venue):
            owner = "above"
        stream = StreamId("town", "2025", owner, track.place)
        return Because(stream, 1 + dice.number(5), reaction)

    def hands(self, role: str, command: str, dice: Dice) -> tuple[Hand, ...]:
        """Those who may give a command in a role, and what it follows from where nobody gives it."""
        if role != REACTION:
            return tuple((person, None) for person in self.able(role))
        why = self.because(command, dice)
        return ((dice.pick(("mo", "pat")), why),) if why is not None else ()
