"""What the property tests share: small towns, a policy's own vocabulary, and walks through it.

A `Town` is a directory in which every role of a policy is held by somebody; `Dice` turn
Hypothesis's numbers into choices, so that walks shrink; `wander` yields one `Asked` for each
command it tries, and `Performer` carries out the remedies of refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, is_dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from pledgeflow.catalogue import Catalogue, built_in
from pledgeflow.decision import begin, decide, explain, needed, permitted
from pledgeflow.domain.calendars import Days
from pledgeflow.domain.commands import Annul, AnyCommand, Command, Correct, StreamId, Tick
from pledgeflow.domain.events import Cycle, Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Fact, Facts, Look
from pledgeflow.domain.people import WORK, Membership, Organization, Person, View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text, Value, seal
from pledgeflow.errors import DirectoryError, Reason, RefusedError, RemedyStep, Ruling, Verdict
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.rules import Policy, Ruleset, Step
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.policy.guards.payload import Listed
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.policy.language.schema import CommandField, Role, Track

CATALOGUE = Catalogue((built_in(), Path(__file__).parent / "policies"))
START = date(2025, 1, 1)
HOME = "home"
CALENDAR = Days(weekends=True)
Draw = Callable[[st.SearchStrategy[int]], int]
T = TypeVar("T")


def deployable() -> list[str]:
    """Every policy with promisors of its own, the tests' sampler too; a broken one stays in."""
    return [name for name in CATALOGUE.names() if not _abstract(name)]


def _abstract(name: str) -> bool:
    source = CATALOGUE.lineage(name)[-1][1]
    return isinstance(source.tree, dict) and source.tree.get("abstract") is True


def examples(share: float, *, stress: int = 0) -> settings:
    """Settings for a test that takes long for each example: a share of the profile's examples."""
    name = settings.get_current_profile_name()
    most = stress or max(5, int(settings.get_profile(name).max_examples * share))
    # Explaining a walk of hundreds of draws takes minutes and tells nothing; so does shrinking it
    # where nobody waits for the result to look at it.
    left_out = {Phase.explain, Phase.shrink} if name == "ci" else {Phase.explain}
    return settings(max_examples=most, phases=set(Phase) - left_out)


@cache
def _up_to(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


@dataclass(frozen=True, slots=True)
class Dice:
    """Choices made from small numbers; 0 is the simplest. `Dice(st.data().draw)`, or `SIMPLE`."""

    draw: Draw

    def number(self, most: int) -> int:
        """A number from 0 to `most`."""
        return self.draw(_up_to(most)) if most > 0 else 0

    def pick(self, options: Sequence[T]) -> T:
        """One of them, which have to be some."""
        return options[self.number(len(options) - 1)]

    def rarely(self, one_in: int) -> bool:
        """True once in so many times, and never for the simplest dice."""
        return self.number(one_in - 1) == one_in - 1

    def subset(self, options: Sequence[T]) -> tuple[T, ...]:
        """Some of them."""
        return tuple(option for option in options if self.number(1))


SIMPLE = Dice(lambda _: 0)


# --- people ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Town:
    """A directory as of any day, and whose stream it is about, at which place (`Track.place`).

    missing: others who come first; others: (owner, place) -> another stream that has begun
    """

    view: View
    promisor: str
    missing: tuple[str, ...] = ()
    venue: str = WORK
    others: Mapping[tuple[str, str], State] = field(default_factory=dict)

    @property
    def stream(self) -> StreamId:
        """The stream that it is about."""
        return StreamId("town", "2025", self.promisor, self.venue)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody, in order."""
        return tuple(sorted(self.view.persons))

    def seen(self, look: Look, own: State) -> Fact:
        """How another stream stands; one's own, where that is the one asked about."""
        owner: str | None = look.owner
        if look.above:
            owner = next((above.id for above in self.view.ancestors(look.owner)), None)
        state = self.others.get((owner, look.venue)) if owner is not None else None
        if (owner, look.venue) == (own.stream.promisor, own.stream.venue):
            state = own if own.version else None
        return Fact(state, "town", look.on, state.version if state is not None else 0)


def roles_of(policy: Policy) -> tuple[Role, ...]:
    """Every role of the policy, those that only one track has too."""
    sources = (rules.source for rules in policy.tracks.values())
    return tuple(role for rules in sources for role in rules.roles.values())


def posts_of(policy: Policy) -> tuple[str, ...]:
    """Every post that some role or track names."""
    named = [
        *(p for role in roles_of(policy) for p in role.chaired_by),
        *(p for role in roles_of(policy) if role.person for p in role.person.post),
        *(p for track in policy.document.tracks.values() for p in track.represented_by),
    ]
    return tuple(dict.fromkeys(named))


def bodies_of(policy: Policy) -> tuple[str, ...]:
    """Every kind of organization that stands above the promisor's own in some role."""
    bodies = (role.organization for role in roles_of(policy))
    return tuple(dict.fromkeys(body.kind for body in bodies if body and body.kind))


def relations_of(policy: Policy) -> Mapping[tuple[str, bool], frozenset[str]]:
    """Every relation, and whether it is one to the promisor (else to the own organization), with
    the kinds that whoever stands in it has to be of.
    """
    persons = [role.person for role in roles_of(policy) if role.person is not None]
    return {(p.relation, p.to != "own"): _wanted(p.kinds) for p in persons if p.relation}


def kinds_listed(policy: Policy, track: str) -> tuple[str, ...]:
    """The kinds of promisor that have a list of their own in some guard of a track."""
    return tuple(
        dict.fromkeys(
            kind
            for lifecycle in policy.tracks[track].lifecycles.values()
            for transition in lifecycle.transitions.values()
            for guard in transition.guards.values()
            if isinstance(guard, Listed)
            for kind in guard.kinds
        )
    )


def _wanted(match: Mapping[str, bool] | None) -> frozenset[str]:
    return frozenset(kind for kind, value in (match or {}).items() if value)


def full_town(policy: Policy, track: str) -> Town:
    """Every post and relation is held by somebody of its own, and nobody judges themselves."""
    return _town(policy, track, lambda standard: (standard,))


Held = Callable[[str], tuple[str, ...]]
"""Who holds a post, given who would in a full town."""


def _town(policy: Policy, name: str, held: Held, extra: int = 0, kind: int = 0) -> Town:
    track = policy.document.tracks[name]
    listed = kinds_listed(policy, name)
    own = frozenset(listed[kind % len(listed)] for _ in listed[:1])
    town = _built(policy, track, held, extra, own)
    # Of what a list is for, only what leaves the promisor in the track.
    with suppress(DirectoryError):
        if policy.track_of(town.view, town.promisor, town.venue) == name:
            return town
    return _built(policy, track, held, extra, frozenset())


def _built(policy: Policy, track: Track, held: Held, extra: int, more: frozenset[str]) -> Town:
    promisor = "pat" if track.match.person is not None else HOME
    home, wanted = track.match.venue, _wanted(track.match.organization)
    chain = [HOME, "above", *bodies_of(policy), *(f"top{i}" for i in range(extra)), "top"]
    kinds = {HOME: wanted | more if promisor == HOME else frozenset[str]()}
    organizations: dict[str, Organization] = {}
    persons: dict[str, Person] = {
        "pat": Person("pat", _wanted(track.match.person) | more, (Membership(HOME, home),))
    }
    for name, parent in zip(chain, [*chain[1:], None], strict=True):
        posts: dict[str, tuple[str, ...]] = {}
        for post in posts_of(policy):
            standard = f"{name}_{post}"
            persons[standard] = Person(standard, memberships=(Membership(name),))
            posts[post] = held(standard)
        standing = "branch" if name != HOME or not wanted else min(wanted)
        kind = name if name in bodies_of(policy) else standing
        organizations[name] = Organization(name, kind, parent, posts, kinds.get(name, frozenset()))
    for member in ("mo", "moe"):
        persons[member] = Person(member, memberships=(Membership(HOME),))
    relations: dict[tuple[str, str], tuple[str, ...]] = {}
    for (relation, to_promisor), kinds_asked in relations_of(policy).items():
        standard = f"rel_{relation}"
        persons[standard] = Person(standard, kinds_asked, (Membership(HOME),))
        whose = (promisor, "mo", "moe") if to_promisor else (HOME,)
        relations.update(dict.fromkeys([(relation, each) for each in whose], held(standard)))
    persons["lee"] = Person("lee", frozenset({"in_service", "leading"}), (Membership("top"),))
    return Town(View(persons, organizations, relations), promisor, venue=track.place)


def any_town(policy: Policy, track: str, dice: Dice) -> Town:
    """Posts are vacant, shared, or held by whoever pledges; the promisor may hold every one."""
    everywhere = dice.rarely(6)

    def held(standard: str) -> tuple[str, ...]:
        one, two = (standard,), (standard, "moe")
        options = [one, (standard, "pat"), (), ("pat",), ("mo",), ("pat", "mo"), two]
        return ("pat",) if everywhere else dice.pick(options)

    most = max(0, len(kinds_listed(policy, track)) - 1)
    town = _town(policy, track, held, dice.number(2), dice.number(most))
    return replace(town, missing=("lee",)) if dice.rarely(4) else town


# --- commands -------------------------------------------------------------------------------------


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
        """The same fields, of which one is left out, off the list, or points nowhere."""
        if not given:
            return {"nonsense": True}
        name = dice.pick(tuple(given))
        kept = {key: value for key, value in given.items() if key != name}
        return kept if dice.number(1) else {**kept, name: dice.pick(["unheard_of", "commitment/9"])}


# --- walks ----------------------------------------------------------------------------------------


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
    rules = policy.tracks[state.track]
    probes = [Command(name, actor, "", today) for name in rules.steps]
    facts = facts_for(policy, state, probes, today, town)
    return permitted(policy, state, actor, today, facts)


def blank(policy: Policy, town: Town) -> State:
    """A pledge of the town's promisor before its first event."""
    return begin(policy, town.stream, Cycle("2025", START), town.view)


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


def wander(walk: Walk, dice: Dice, length: int) -> Iterator[Asked]:
    """So many commands, likely and unlikely ones; now and then a goal, with all that it takes."""
    for _ in range(length):
        if dice.rarely(10):
            deepen(walk, dice)
        walk.today += timedelta(days=dice.pick([0, 0, 1, 1, 3, 8, 30]))
        yield walk.ask(any_command(walk, dice))


def any_command(walk: Walk, dice: Dice) -> AnyCommand:
    """Mostly a step that somebody entitled can take here; else anything that can be said."""
    kind = dice.number(11)
    if kind < 8 and (likely := _likely(walk, dice)) is not None:
        return likely
    if kind == 9 and (amendment := _amendment(walk, dice)) is not None:
        return amendment
    if kind == 10:
        return Tick(walk.today)
    return _anything(walk, dice)


def _likely(walk: Walk, dice: Dice) -> Command | None:
    """A step that leaves the state of some subject, more often than not one that moves it."""
    open_ = [
        (step, subject)
        for by_lifecycle in walk.rules.steps.values()
        for subject in walk.state.subjects.values()
        for step in by_lifecycle.get(subject.lifecycle, {}).get(subject.state, ())
        if any(walk.able(role) for role in step.roles)
    ]
    moving = [(step, subject) for step, subject in open_ if step.dest is not None]
    if not open_:
        return None
    step, subject = dice.pick(moving if moving and dice.number(2) else open_)
    role = dice.pick([role for role in step.roles if walk.able(role)])
    fields = walk.vocabulary.fields(step.trigger, dice)
    named = walk.rules.commands[step.trigger]
    if named.pointer is not None and named.points_at == subject.lifecycle:
        fields[named.pointer] = subject.id
    actor = dice.pick(walk.able(role))
    return Command(step.trigger, actor, role, walk.today, fields, _typist(walk, dice))


def _typist(walk: Walk, dice: Dice) -> str | None:
    return dice.pick(walk.town.people) if dice.rarely(8) else None


def _when(walk: Walk, dice: Dice) -> date:
    if not dice.rarely(3):
        return walk.today
    return walk.today + timedelta(days=dice.pick([-1, -5, -20, -40, -400, 1, 30]))


def _anything(walk: Walk, dice: Dice) -> Command:
    rules = walk.rules
    names = (*commands_of(rules), *commands_of(rules), *rules.commands, "unheard_of")
    name = dice.pick(names)
    fields = walk.vocabulary.fields(name, dice) if name in rules.commands else {}
    if dice.rarely(6):
        fields = walk.vocabulary.odd(fields, dice)
    roles = takers(rules, name)
    others = (PROMISOR, *walk.policy.document.roles, "nobody")
    role = dice.pick(others) if not roles or dice.rarely(5) else dice.pick(roles)
    able = walk.able(role)
    actor = dice.pick(walk.town.people) if not able or dice.rarely(5) else dice.pick(able)
    return Command(name, actor, role, _when(walk, dice), fields, _typist(walk, dice))


def _amendment(walk: Walk, dice: Dice) -> Annul | Correct | None:
    records = [record for kept in walk.state.records.values() for record in kept]
    records.sort(key=lambda record: -record.version)
    if not records:
        return None
    record = dice.pick(records)
    target = record.version + 1 if dice.rarely(12) else record.version
    actor = dice.pick(walk.town.people) if dice.rarely(4) else record.actor
    if dice.number(1):
        return Annul(target, actor, record.capacity, _when(walk, dice), _typist(walk, dice))
    given = walk.vocabulary.fields(record.command, dice)
    pointer = walk.rules.commands[record.command].pointer
    changed = {k: given[k] for k in dice.subset(tuple(given)) if k != pointer}
    when, typist = _when(walk, dice), _typist(walk, dice)
    return Correct(target, actor, record.capacity, when, changed, typist)


def fingerprint(value: object) -> object:
    """What a value is made of, for comparing policies: functions by name and what they enclose."""
    match value:
        case Rulebook():
            return value.root  # its rules stand beside it, in the ruleset
        case BaseModel():
            return type(value).__name__, fingerprint(dict(value))
        case Mapping():
            return [(fingerprint(k), fingerprint(v)) for k, v in value.items()]
        case frozenset() | set():
            return sorted(map(repr, value))
        case tuple() | list():
            return [fingerprint(member) for member in value]
        case FunctionType():
            cells = [cell.cell_contents for cell in value.__closure__ or ()]
            return value.__qualname__, [fingerprint(cell) for cell in cells]
        case _ if is_dataclass(value) and not isinstance(value, type):
            names = [part.name for part in dataclass_fields(value)]
            return type(value).__name__, [fingerprint(getattr(value, name)) for name in names]
        case _:
            return repr(value)


# --- remedies -------------------------------------------------------------------------------------


class StuckError(Exception):
    """A remedy leads to a refusal that nothing helps against; `reasons` are that one's."""

    def __init__(self, command: AnyCommand, reasons: tuple[Reason, ...]) -> None:
        super().__init__(command, reasons)
        self.command = command
        self.reasons = reasons


def same(reason: Reason) -> tuple[str, str]:
    """What makes two reasons the same one."""
    return reason.code, reason.rule


@dataclass(slots=True)
class Performer:
    """Carries out remedies as somebody would who reads them: each step, by somebody entitled.

    What a step does not say is filled in with values that fit; a step that is refused is helped
    by its own remedies first, `depth` levels deep.
    """

    walk: Walk
    depth: int = 6
    patience: int = 12

    def verdict(self, command: AnyCommand) -> Verdict:
        """What the policy would say now."""
        walk = self.walk
        facts = facts_for(walk.policy, walk.state, [command], walk.today, walk.town)
        return explain(walk.policy, walk.state, command, facts)

    def stands(self, command: AnyCommand, reason: Reason) -> bool:
        """Whether a command is still refused for this reason."""
        return same(reason) in {same(r) for r in self.verdict(command).reasons}

    def remove(self, command: AnyCommand, reason: Reason) -> AnyCommand:
        """Carry out the remedy; the same command, as the remedy says to give it again."""
        for step in reason.remedy:
            if not self.stands(command, reason):
                break
            command = self._take(command, reason, step)
        return replace(command, occurred_on=max(command.occurred_on, self.walk.today))

    def achieve(self, command: AnyCommand) -> Asked:
        """Give a command, after all that it needs. Raises StuckError."""
        for _ in range(self.patience):
            verdict = self.verdict(command)
            if verdict.permitted:
                return self.walk.ask(command)
            reason = next((r for r in verdict.reasons if r.remedy), None)
            if reason is None or self.depth == 0 or not all(r.remedy for r in verdict.reasons):
                hopeless = tuple(r for r in verdict.reasons if not r.remedy)
                raise StuckError(command, hopeless or verdict.reasons)
            command = replace(self, depth=self.depth - 1).remove(command, reason)
        raise StuckError(command, verdict.reasons)

    def want(self, name: str) -> Asked:
        """Give a command of that name, whoever has to, after all that it needs."""
        return self.achieve(self._command(RemedyStep(name)))

    def _take(self, command: AnyCommand, reason: Reason, step: RemedyStep) -> AnyCommand:
        walk = self.walk
        if step.not_before is not None:
            walk.today = max(walk.today, step.not_before)
        if step.promisor is not None:
            left = tuple(m for m in walk.town.missing if m != step.promisor)
            walk.town = replace(walk.town, missing=left)
        elif step.command in ("", command.name) and self._itself(command, step):
            return self._again(command, reason, step)
        elif step.command in ("annul", "correct"):
            self.achieve(self._amending(step))
        else:
            for _ in range(step.times):
                self.achieve(self._command(step))
        return command

    def _itself(self, command: AnyCommand, step: RemedyStep) -> bool:
        """Whether a step is the refused command, said otherwise."""
        if isinstance(command, Annul | Correct):
            return bool(step.fields.get("target", command.target) == command.target)
        if not isinstance(command, Command) or step.subject is None:
            return True
        pointer = self.walk.rules.commands[command.name].pointer
        return pointer is None or command.fields.get(pointer) == step.subject

    def _again(self, command: AnyCommand, reason: Reason, step: RemedyStep) -> AnyCommand:
        again = replace(command, occurred_on=max(command.occurred_on, self.walk.today))
        if isinstance(again, Command):
            again = replace(again, fields={**again.fields, **self._filled(again.name, step)})
        if not isinstance(again, Command | Annul | Correct):
            return again
        if not (step.by or reason.ruling is Ruling.NOT_AUTHORIZED):
            return again
        able = [
            replace(again, capacity=role, actor=person, entered_by=None)
            for role in step.by or (again.capacity,)
            for person in self.walk.able(role)
        ]
        return next((c for c in able if not self.stands(c, reason)), again)

    def _filled(self, name: str, step: RemedyStep) -> dict[str, Value]:
        specs = self.walk.rules.commands[name].rules.fields
        values = self.walk.vocabulary
        return {
            key: values.value(specs[key], SIMPLE) if value is None and key in specs else value
            for key, value in step.fields.items()
        }

    def _command(self, step: RemedyStep) -> Command:
        """The step as the first of those entitled who may take it, else as the nearest."""
        rules, walk = self.walk.rules, self.walk
        fields = walk.vocabulary.fields(step.command, SIMPLE, optional=False)
        named = rules.commands[step.command]
        if step.subject is not None and named.pointer is not None:
            fields[named.pointer] = step.subject
        fields.update(self._filled(step.command, step))
        tries = [
            Command(step.command, person, role, walk.today, fields)
            for role in step.by or takers(rules, step.command)
            for person in walk.able(role)[:3]
        ]
        if not tries:
            raise StuckError(Command(step.command, "", "", walk.today, fields), ())
        return min(tries, key=lambda tried: len(self.verdict(tried).reasons))

    def _amending(self, step: RemedyStep) -> Annul:
        target = step.fields["target"]
        record = self.walk.state.record(target)
        if record is None:
            raise StuckError(Annul(target, "", "", self.walk.today), ())
        roles = step.by or (record.capacity,)
        role, people = next((r, p) for r in roles if (p := self.walk.able(r)))
        return Annul(target, people[0], role, self.walk.today)


def deepen(walk: Walk, dice: Dice, goals: int = 1) -> None:
    """Go on as far as wanting one thing after another leads, by way of remedies."""
    for _ in range(goals):
        with suppress(StuckError):
            Performer(walk).want(dice.pick(commands_of(walk.rules)))


def a_walk(policy: Policy, dice: Dice, *, full: bool = False) -> Walk:
    """Some promisor's in some town, at the beginning or somewhere deep in."""
    track = dice.pick(tuple(policy.tracks))
    town = full_town(policy, track) if full or dice.number(1) else any_town(policy, track, dice)
    walk = Walk.of(policy, town)
    deepen(walk, dice, dice.number(2))
    return walk
