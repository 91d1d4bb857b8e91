"""What a year came to besides its pledges: duties, ballots, awards, filings, ledgers, indicators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.measuring.measured import Measured
from pledgeflow.service import Engine
from pledgeflow.storage.store import CycleRow


@dataclass(frozen=True, slots=True)
class Reckoning:
    """streams: those that are no pledge, by what they are; events: in them; duties, people: by how
    they stand; fates: of candidates; filings, approved: how many; ledgers: their rows
    """

    streams: Mapping[str, int] = field(default_factory=dict)
    events: int = 0
    duties: Mapping[str, int] = field(default_factory=dict)
    ballots: int = 0
    fates: Mapping[str, int] = field(default_factory=dict)
    filings: int = 0
    approved: int = 0
    people: Mapping[str, int] = field(default_factory=dict)
    ledgers: Mapping[str, int] = field(default_factory=dict)
    indicators: Mapping[str, Measured] = field(default_factory=dict)


def reckon(engine: Engine, cycle: CycleRow, policy: Policy, on: date, ballots: int) -> Reckoning:
    """Ask the engine for all of it, as of a day."""
    place, year = cycle.jurisdiction, cycle.cycle
    rows = engine.streams(place, year)
    others = [row for row in rows if row.stream.aggregate != "pledge"]
    duties = Counter(
        due.status.value
        for row in rows
        if policy.tracks[row.track].duties
        for due in engine.duties_of(row.stream, until=on, today=on)
    )
    candidates = (c for found in engine.selections(place, year) for c in found.candidates)
    filings = [row for row in others if row.stream.aggregate == "filing"]
    document = policy.document
    standings = engine.people(place, year, on=on) if document.coverage is not None else ()
    return Reckoning(
        streams=Counter(row.stream.aggregate for row in others),
        events=sum(row.version for row in others),
        duties=duties,
        ballots=ballots,
        fates=Counter(candidate.fate for candidate in candidates),
        filings=len(filings),
        approved=sum(Means.APPROVAL in row.first for row in filings),
        people=Counter(each.standing for each in standings),
        ledgers={
            name: sum(1 for _ in engine.ledger(place, name, cycle=year, on=on))
            for name in document.ledgers
        },
        indicators=engine.indicators(place, year, on=on),
    )
