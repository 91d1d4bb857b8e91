"""A polling station: one ballot of a policy, held by the real service in a box in memory.

The stream is not played up to where the ballot is due: it stands blank, with the items that there
are to choose from, and whoever may record the result is let do so. What is tried is how the policy
says that it is held. Beneath `manipulation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.ballots.memory import MemoryBox
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Added
from pledgeflow.domain.evolution import evolve
from pledgeflow.domain.people import Membership, Person, View
from pledgeflow.domain.states import State
from pledgeflow.errors import RefusedError, Ruling, Verdict
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.judging.balloting import terms_of
from pledgeflow.service import Done, Engine
from pledgeflow.service.ballots import Ballots, Closed
from pledgeflow.service.casework import Case
from pledgeflow.steps import Asked
from pledgeflow.testing._simulation.rows import rows_of
from pledgeflow.testing._simulation.towns import HOME, START, Town, full_town
from pledgeflow.testing._simulation.walks import takers

VOTERS = tuple(f"voter_{number:02}" for number in range(1, 13))
CANDIDATES = 4
LONG = timedelta(days=3700)
"""Longer than any ballot is open."""


@dataclass(slots=True)
class Registry:
    """Stands for the engine: who asks may, and what is recorded is kept here. See `Office`."""

    _case: Case
    recorded: dict[str, Asked] = field(default_factory=dict)

    def case(self, stream: StreamId, on: date) -> Case:  # noqa: ARG002 (there is one stream)
        """The stream as it stands."""
        return self._case._replace(on=on)

    def may(self, case: Case, asked: Asked) -> Verdict:  # noqa: ARG002 (everybody may)
        """Yes."""
        return Verdict(Ruling.PERMITTED)

    def record(self, stream: StreamId, asked: Asked, key: str) -> Done:  # noqa: ARG002
        """Keep what would be recorded, once."""
        self.recorded.setdefault(key, asked)
        return Done((), self._case.state)

    def has_recorded(self, stream: StreamId, key: str) -> bool:  # noqa: ARG002
        """Whether something was."""
        return key in self.recorded


@dataclass(slots=True)
class Polling:
    """One ballot, not yet open. owners: those whose own pledge it is about."""

    rules: Ruleset
    rule: BallotRule
    stream: StreamId
    state: State
    view: View
    registry: Registry
    box: MemoryBox = field(default_factory=MemoryBox)
    today: date = START

    @property
    def ballots(self) -> Ballots:
        """The service that holds it."""
        return Ballots(self.box, self.registry, lambda: self.today)

    @property
    def choices(self) -> tuple[str, ...]:
        """What there is to choose from."""
        return terms_of(self.rules, self.rule, self.state).choices

    @property
    def owners(self) -> tuple[str, ...]:
        """The people whose own pledge this is."""
        return self.rules.roles.owners(self.state, self.view)

    @property
    def step(self) -> Mapping[str, object]:
        """By whom, as what and when something is done at it."""
        capacity = next(iter(takers(self.rules, self.rule.source.command)), "")
        return {"actor": min(self.view.persons), "capacity": capacity, "on": self.today}

    def open(self, *listed: str) -> tuple[str, ...]:
        """Open it for everybody, where a list is taken; who is on the roll."""
        people = (listed or VOTERS) if self.rule.source.voters.listed else ()
        self.ballots.open(self.stream, self.rule.id, self.step, voters=people)
        return tuple(self.ballots.roll(self.stream, self.rule.id))

    def vote(self, voter: str, *marks: str) -> None:
        """Cast a vote: for the first choice, if none is named."""
        chosen = marks or self.choices[:1]
        self.ballots.cast(self.stream, self.rule.id, chosen, voter=voter)

    def close(self) -> Closed:
        """End it once it may be."""
        self.today += LONG
        return self.ballots.close(self.stream, self.rule.id, self.step)

    def recorded(self) -> Sequence[Asked]:
        """What came of it in the stream."""
        return list(self.registry.recorded.values())


def refusal(act: Callable[[], object]) -> str | None:
    """The code for which something is refused; none if it is not."""
    try:
        act()
    except RefusedError as error:
        return error.verdict.reasons[0].code
    return None


def polling(catalogue: Catalogue, policy: Policy, track: str, ballot: str) -> Polling:
    """A ballot of a track, in a town with enough people to vote."""
    rules = policy.tracks[track]
    rule = rules.ballots[ballot]
    town = _peopled(full_town(policy, track), rules, rule)
    engine = Engine(Sandbox(), catalogue, lambda: START)
    engine.put_directory(town.stream.jurisdiction, rows_of(town.view))
    engine.open_cycle(town.stream.jurisdiction, policy.name, cycle=town.stream.cycle, starts=START)
    case = engine._case(town.stream, START)
    state = _furnished(case.state, rules, rule)
    registry = Registry(case._replace(state=state))
    return Polling(rules, rule, town.stream, state, town.view, registry)


def _peopled(town: Town, rules: Ruleset, rule: BallotRule) -> Town:
    """The same town with people who hold every role in which somebody votes, as far as can be."""
    kinds: frozenset[str] = frozenset()
    relations = dict(town.view.relations)
    for role in rule.source.voters.roles:
        person = rules.source.roles[role].person
        if person is None:
            continue
        kinds |= {kind for kind, wanted in (person.kinds or {}).items() if wanted}
        for (relation, target), held in town.view.relations.items():
            if relation == person.relation:
                relations[relation, target] = (*held, *VOTERS)
    more = {each: Person(each, kinds, (Membership(HOME),)) for each in VOTERS}
    view = replace(town.view, persons={**town.view.persons, **more}, relations=relations)
    return replace(town, view=view)


def _furnished(state: State, rules: Ruleset, rule: BallotRule) -> State:
    """The state with as many items as are needed to choose from, in a state in which they stand."""
    choices = rule.source.choices
    if choices.of is None:
        return state
    places = rule.source.places.number if rule.source.places is not None else 0
    standing = choices.states[0] if choices.states else rules.lifecycles[choices.of].initial
    for number in range(1, CANDIDATES + places + 1):
        added = Added(
            version=state.version + 1,
            cause=0,
            subject=f"{choices.of}/{number}",
            lifecycle=choices.of,
            of=state.root,
            state=standing,
            content={},
            on=START,
            policy="",
            rule="",
        )
        state = evolve(state, added)
    return state
