"""How somebody's pledge begins under a policy: played, so that it can be written down as a story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from pledgeflow.catalogue import Catalogue
from pledgeflow.demo.acting import Case
from pledgeflow.demo.attempts import Wish
from pledgeflow.demo.needs import needs_of
from pledgeflow.demo.season import ends_of
from pledgeflow.demo.temper import DILIGENT
from pledgeflow.demo.ways import Ways
from pledgeflow.demo.world import World
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import DirectoryError, RefusedError, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore

PLACE = "sample"
PEOPLE = 6


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who is who, the steps that were taken, and where they led."""

    directory: DirectoryData
    promisor: str
    track: str
    state: str
    steps: tuple[Mapping[str, object], ...]


@dataclass(slots=True)
class _Noting(Case):
    """Somebody who notes down each step that was taken."""

    steps: list[Mapping[str, object]] = field(default_factory=list)

    def attempt(
        self, command: str, who: tuple[str, str], on: date, fields: dict[str, object]
    ) -> Verdict | None:
        """See `Case.attempt`."""
        against = Case.attempt(self, command, who, on, fields)
        if against is None:
            actor, capacity = who
            said = {"on": on, "actor": actor, "capacity": capacity, "do": command, **fields}
            self.steps.append(said)
        return against


def beginning(catalogue: Catalogue, name: str, year: int, lang: str) -> Beginning:
    """The first step of a pledge under a policy, in that year; of the first that gets so far.

    Where nobody can begin by themselves, there are no steps. Raises PledgeflowError where the
    policy is not in force then, or is for nobody.
    """
    rng = Random(name)
    engine = Engine(MemoryStore(), catalogue, lambda: date(year, 12, 31))
    row = engine.open_cycle(PLACE, name, cycle=str(year))
    policy = catalogue.load(name, on=row.starts, ordinal=row.ordinal)
    directory = World(needs_of(policy), rng, lang).build(PEOPLE)
    engine.put_directory(PLACE, directory)
    view = directory.view(row.starts)
    first: Beginning | None = None
    for promisor, track in _promisors(policy, directory, row.starts):
        try:
            state = engine.state(StreamId(PLACE, row.cycle, promisor))
        except (DirectoryError, RefusedError):
            continue
        ways = Ways(policy.tracks[track])
        ends = ends_of(policy.document.cycle, row.starts)
        case = _Noting(engine, view, ways, state, DILIGENT, rng, lang, ends)
        root = state.subjects[state.root]
        begun = any(
            case.take(Wish(step.trigger), max(ways.due(step, state), row.starts))
            for step in ways.onward(root)
        )
        now = case.state.subjects[state.root].state
        steps = tuple(case.steps) if begun else ()
        found = Beginning(directory, promisor, track, now if begun else root.state, steps)
        if begun:
            return found
        first = first or found
    if first is None:
        raise DirectoryError(f"nobody in a sample directory pledges under `{policy.name}`")
    return first


def _promisors(policy: Policy, directory: DirectoryData, on: date) -> Iterator[tuple[str, str]]:
    """Who pledges, those who have to before those who may."""
    view = directory.view(on)
    tracks = [(who, policy.track_of(view, who)) for who in [*view.organizations, *view.persons]]
    known = [(who, track) for who, track in tracks if track is not None]
    for wanted in ("required", "voluntary"):
        yield from (pair for pair in known if policy.document.tracks[pair[1]].pledges == wanted)
