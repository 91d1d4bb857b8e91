"""Facts of other streams for acts of long ago: as they were recorded, as far as they can be had.

Other streams count as they are recorded, and not as the other policy would have had them go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from pledgeflow.decision import needed
from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import AnyCommand, Command, StreamId
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.evolution import as_of, fold
from pledgeflow.domain.facts import Fact, Facts, Look, Query
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Policy, Step
from pledgeflow.service.casework import Case
from pledgeflow.service.fetching import Fetching
from pledgeflow.service.remembering import Recent
from pledgeflow.storage.store import CycleRow, EventStore

PLEDGES = "pledges"
"""The source of what many streams say."""
KEPT = 64
"""So many other streams are remembered: pledges of one organization look at the same ones."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an act can be judged by.

    unknown: facts that cannot be had; policy: the other one, without what leans on those
    """

    facts: Facts
    policy: Policy
    unknown: tuple[str, ...] = ()


class Leaned(NamedTuple):
    """What an act rested on when it was recorded: source -> version, and all that was asked."""

    versions: Mapping[str, int]
    asked: tuple[Query | Look, ...]


NOT_LEANED = Leaned({}, ())


@dataclass(slots=True)
class Elsewhere:
    """Other streams of one cycle."""

    store: EventStore
    row: CycleRow
    calendar: Calendar
    _streams: Recent[tuple[StreamId, int, date], State | None] = field(
        default_factory=lambda: Recent(KEPT)
    )

    def known(
        self,
        case: Case,
        command: AnyCommand,
        moment: tuple[date, View],
        leaned: Leaned = NOT_LEANED,
    ) -> Known:
        """What judging a command will read. moment: the day of entry, and who was who."""
        today, view = moment
        queries = needed(case.policy, case.state, command)
        if not queries:
            return Known(Facts(today, view, calendar=self.calendar), case.policy)
        answers: dict[Query | Look, Fact] = {}
        unknown: set[Query | Look] = set()
        for query in queries:
            fact = self._fact(case, query, leaned)
            if fact is None:
                unknown.add(query)
                answers[query] = Fact((), "", query.on, 0)
            else:
                answers[query] = fact
        facts = Facts(today, view, answers, self.calendar)
        if not unknown or not isinstance(command, Command):
            return Known(facts, case.policy)
        policy = _without(case.policy, case.state, command, unknown.__contains__)
        return Known(facts, policy, tuple(sorted(map(_called, unknown))))

    def _fact(self, case: Case, query: Query | Look, leaned: Leaned) -> Fact | None:
        """The answer; None where it cannot be had."""
        if isinstance(query, Query) and query in leaned.asked and PLEDGES in leaned.versions:
            # It was asked then, and nobody was missing, whatever has been taken back since.
            return Fact((), PLEDGES, query.on, leaned.versions[PLEDGES])
        fetching = Fetching(
            self.store, self.calendar, lambda stream: self._seen(stream, query.on, leaned.versions)
        )
        fact = fetching.answer(case, query)
        spoken = not isinstance(fact.value, State) or _speaks(fact.value, case.policy)
        return fact if spoken else None

    def _seen(self, stream: StreamId, on: date, versions: Mapping[str, int]) -> State | None:
        """Another stream as it stood for the act, or else on its day; nothing if it had not begun."""
        upto = versions.get(str(stream), -1)
        key = (stream, upto, on)
        known = self._streams.get(key, None)
        if known is None:
            events = [kept.event for kept in self.store.load(stream)]
            blank = State(stream, Cycle(self.row.cycle, self.row.starts, self.row.ordinal))
            some = as_of(events, on) if upto < 0 else events[:upto]
            known = fold(blank, some)
            self._streams.put(key, known)
        return known if known.version else None


def _called(query: Query | Look) -> str:
    return f"elsewhere.{query.means if isinstance(query, Query) else query.venue or 'pledge'}"


def _speaks(there: State, policy: Policy) -> bool:
    """Whether a policy knows the words of a stream that was recorded under perhaps another one."""
    if there.policy == policy.digest:
        return True
    rules = policy.tracks.get(there.track)
    if rules is None or policy.document.tracks[there.track].place != there.stream.venue:
        return False
    known = all(name in rules.commands for name in there.records)
    return known and all(
        subject.lifecycle in rules.lifecycles
        and subject.state in rules.lifecycles[subject.lifecycle].states
        for subject in there.subjects.values()
    )


def _without(
    policy: Policy, state: State, command: Command, unknown: Callable[[Query | Look], bool]
) -> Policy:
    """The policy without the guards of one command that lean on what cannot be had."""
    rules = policy.tracks[state.track]

    def spared(step: Step) -> Step:
        kept = tuple(
            check
            for check in step.checks
            if check.ask is None
            or all(
                (query := check.ask(state, subject, command)) is None or not unknown(query)
                for subject in state.subjects.values()
            )
        )
        return replace(
            step,
            checks=kept,
            judges=tuple(check.judge for check in kept),
            leaning=tuple(check for check in step.leaning if check in kept),
        )

    places = {
        lifecycle: {
            at: tuple(spared(step) for step in alternatives) for at, alternatives in states.items()
        }
        for lifecycle, states in rules.steps.get(command.name, {}).items()
    }
    steps = {**rules.steps, command.name: places}
    return replace(policy, tracks={**policy.tracks, state.track: replace(rules, steps=steps)})
