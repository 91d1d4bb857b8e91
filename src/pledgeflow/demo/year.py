"""One policy through a full cycle on sample people, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from pledgeflow.catalogue import Catalogue
from pledgeflow.demo.acting import Case, Refusal
from pledgeflow.demo.living import live
from pledgeflow.demo.needs import needs_of
from pledgeflow.demo.temper import any_temper
from pledgeflow.demo.ways import Ways
from pledgeflow.demo.world import World
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.people import View
from pledgeflow.errors import DirectoryError, RefusedError
from pledgeflow.policy.rules import Policy
from pledgeflow.policy.words import period
from pledgeflow.service import Engine
from pledgeflow.storage.store import EventStore, PledgeRow

YEAR = 2025
VISITS = (4, 12, 20, 27)
"""The days of a month on which somebody looks after a pledge, give or take."""
GRACE = 45
"""So many days after the cycle's end what is left is still done."""
ABSTAIN = 0.4


@dataclass(slots=True)
class Outcome:
    """What a year under a policy came to. asked: how many promisors; abstained: did not want to."""

    policy: Policy
    jurisdiction: str
    cycle: str
    asked: int = 0
    abstained: int = 0
    rows: list[PledgeRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def unfinished(self) -> list[PledgeRow]:
        """The pledges that did not come to an end."""
        return [row for row in self.rows if not self._ended(row)]

    def _ended(self, row: PledgeRow) -> bool:
        rules = self.policy.tracks[row.track]
        return row.state in rules.lifecycles[rules.root].final


@dataclass(slots=True)
class _Clock:
    today: date

    def __call__(self) -> date:
        return self.today


def months(catalogue: Catalogue, name: str) -> int:
    """How many months a play of the policy lasts, for whoever shows how far it is."""
    return len(_days(catalogue.load(name, on=date(YEAR, 1, 1))))


def play(
    store: EventStore,
    catalogue: Catalogue,
    name: str,
    *,
    people: int,
    seed: int,
    lang: str,
    tick: Callable[[], None] = lambda: None,
) -> Outcome:
    """Simulate a cycle of a policy in a jurisdiction of its name. tick: called once a month."""
    rng = Random(f"{seed} {name}")
    policy = catalogue.load(name, on=date(YEAR, 1, 1))
    clock = _Clock(date(YEAR, 1, 1))
    engine = Engine(store, catalogue, clock)
    directory = World(needs_of(policy), rng, lang).build(people)
    engine.put_directory(name, directory)
    opened = engine.open_cycle(name, name, cycle=str(YEAR))
    clock.today = opened.starts
    policy = catalogue.load(name, on=opened.starts, ordinal=opened.ordinal)
    outcome = Outcome(policy, name, opened.cycle)
    cases = list(_cases(engine, directory.view(opened.starts), outcome, (rng, lang)))
    for month in _days(policy):
        for day in month:
            clock.today = day
            for case in cases:
                live(case, day)
        if engine.tick(name, month[-1]):
            for case in cases:
                case.state = engine.state(case.state.stream)
        tick()
    outcome.rows = engine.pledges(name)
    outcome.refusals += [refusal for case in cases for refusal in case.refusals]
    return outcome
