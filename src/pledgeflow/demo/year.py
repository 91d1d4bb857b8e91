"""One policy through a full cycle on sample people, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from pledgeflow.ballots.box import BallotBox
from pledgeflow.catalogue import Catalogue
from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Refusal
from pledgeflow.demo.cast import Cast
from pledgeflow.demo.living import live
from pledgeflow.demo.needs import needs_of
from pledgeflow.demo.others import live_elsewhere, owners, places
from pledgeflow.demo.reckoning import Reckoning, reckon
from pledgeflow.demo.season import ends_of, months_of, visits
from pledgeflow.demo.temper import any_temper
from pledgeflow.demo.ways import Ways
from pledgeflow.demo.world import World
from pledgeflow.domain.commands import PLEDGE, StreamId
from pledgeflow.domain.meanings import Means
from pledgeflow.domain.people import WORK, View
from pledgeflow.errors import RefusedError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service import Engine
from pledgeflow.storage.store import CycleRow, EventStore, PledgeRow

YEAR = 2025
ABSTAIN = 0.4
"""How many do not pledge where they need not."""


@dataclass(frozen=True, slots=True)
class Setting:
    """people: how many below the bodies above; lang: the language they write in."""

    people: int
    seed: int
    lang: str


@dataclass(slots=True)
class Outcome:
    """What a year under a policy came to.

    asked: how many promisors; abstained: did not want to; muddles: steps the simulation got wrong
    """

    policy: Policy
    cycle: CycleRow
    asked: int = 0
    abstained: int = 0
    rows: list[PledgeRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    muddles: list[str] = field(default_factory=list)
    besides: Reckoning = field(default_factory=Reckoning)

    @property
    def unfinished(self) -> list[PledgeRow]:
        """The pledges that did not come to an end."""
        return [row for row in self.rows if row.state not in self.finals(row.track)]

    def finals(self, track: str) -> tuple[str, ...]:
        """The states in which a pledge of that track has ended."""
        rules = self.policy.tracks[track]
        return rules.lifecycles[rules.root].final


@dataclass(slots=True)
class _Clock:
    today: date

    def __call__(self) -> date:
        return self.today


def months(catalogue: Catalogue, name: str) -> int:
    """How often `play` will tick."""
    year = date(YEAR, 1, 1)
    rules = catalogue.load(name, on=year).document.cycle
    return len(months_of(rules, rules.starts.within(year) if rules is not None else year))


def play(  # noqa: PLR0913 (where, what, and who is told)
    store: EventStore,
    catalogue: Catalogue,
    name: str,
    setting: Setting,
    tick: Callable[[], None] = lambda: None,
    *,
    box: BallotBox | None = None,
) -> Outcome:
    """Simulate a cycle of a policy in a jurisdiction of its name.

    tick: called once a month; box: where ballots are held, if not beside the store
    """
    rng = Random(f"{setting.seed} {name}")
    clock = _Clock(date(YEAR, 1, 1))
    engine = Engine(store, catalogue, clock, box=box)
    needs = needs_of(catalogue.load(name, on=clock.today))
    directory = World(needs, rng, setting.lang).build(setting.people)
    engine.put_directory(name, directory)
    cycle = engine.open_cycle(name, name, cycle=str(YEAR))
    clock.today = cycle.starts
    policy = catalogue.load(name, on=cycle.starts, ordinal=cycle.ordinal)
    outcome = Outcome(policy, cycle)
    view = directory.view(cycle.starts)
    cases = list(_cases(engine, view, outcome, (rng, setting.lang)))
    others = list(_others(engine, view, outcome, (rng, setting.lang)))
    for case in (*cases, *others):
        case.cast = _cast(cases)
    everything = [*cases, *others]
    for month in months_of(policy.document.cycle, cycle.starts):
        for day, case in visits(month, everything, rng):
            clock.today = day
            case.refresh()
            if case.state.stream.aggregate == PLEDGE:
                live(case, day)
            else:
                live_elsewhere(case, day, others)
        clock.today = month
        engine.tick(name, month)
        tick()
    ballots = sum(case.ballots for case in everything)
    outcome.besides = reckon(engine, cycle, policy, clock.today, ballots)
    cases = everything
    outcome.rows = engine.pledges(name)
    outcome.refusals += [refusal for case in cases for refusal in case.refusals]
    outcome.muddles += [muddle for case in cases for muddle in case.muddles]
    return outcome


def _cases(
    engine: Engine, view: View, outcome: Outcome, told: tuple[Random, str]
) -> Iterator[Case]:
    """A case for everybody who pledges. Who belongs to no track tries to, once."""
    (rng, lang), policy, cycle = told, outcome.policy, outcome.cycle
    ways = {track: Ways(rules) for track, rules in policy.tracks.items()}
    for promisor, venue in _promisors(view):
        stream = StreamId(cycle.jurisdiction, cycle.cycle, promisor, venue)
        track = policy.track_of(view, promisor, venue)
        if track is None:
            if promisor in view.persons:
                outcome.refusals += _turned_away(engine, stream, next(iter(ways.values())))
            continue
        outcome.asked += 1
        temper = any_temper(rng)
        if policy.document.tracks[track].pledges == "voluntary" and rng.random() < ABSTAIN:
            outcome.abstained += 1
            continue
        ends = ends_of(policy.document.cycle, cycle.starts)
        state = engine.state(stream)
        yield Case(engine, view, ways[track], state, temper, rng, lang, ends)


def _others(
    engine: Engine, view: View, outcome: Outcome, told: tuple[Random, str]
) -> Iterator[Case]:
    """A case for each year, selection and filing that an organization has; lower ones first."""
    (rng, lang), policy, cycle = told, outcome.policy, outcome.cycle
    ways = {track: Ways(rules) for track, rules in policy.tracks.items()}
    ends = ends_of(policy.document.cycle, cycle.starts)
    for place in places(policy):
        for organization, track in owners(policy, view, place):
            stream = StreamId(cycle.jurisdiction, cycle.cycle, organization, place)
            state, temper = engine.state(stream), any_temper(rng)
            yield Case(engine, view, ways[track], state, temper, rng, lang, ends)


def _cast(cases: list[Case]) -> Cast:
    """Who pledges where at work."""
    people: dict[str, tuple[str, ...]] = {}
    for case in cases:
        stream, home = case.state.stream, case.state.organization
        if stream.promisor in case.view.persons and stream.venue == WORK:
            people[home] = (*people.get(home, ()), stream.promisor)
    return Cast(cases[0].state.stream.jurisdiction if cases else "", people)


def _promisors(view: View) -> Iterator[tuple[str, str]]:
    """Everybody who might pledge, and where: bodies as themselves, people wherever they belong."""
    yield from ((organization, WORK) for organization in view.organizations)
    for person in view.persons.values():
        yield from ((person.id, membership.venue) for membership in person.memberships)


def _turned_away(engine: Engine, stream: StreamId, ways: Ways) -> Iterator[Refusal]:
    opening = (s for s in ways.steps(ways.rules.root) if ways.means(s) == Means.OPENING)
    first = next(opening, None)
    if first is None:
        return
    step = {"do": first.trigger, "actor": stream.promisor, "capacity": "promisor"}
    try:
        engine.do(stream, step)
    except RefusedError as error:
        actor, on = stream.promisor, engine.clock()
        yield Refusal(stream, "", first.trigger, actor, "promisor", on, error.verdict, slip=True)
