"""What a decision reads from outside its stream: the directory around it, and other streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from pledgeflow.decision import needed
from pledgeflow.domain.calendars import Calendar
from pledgeflow.domain.commands import AnyCommand, StreamId
from pledgeflow.domain.facts import Fact, Facts, Look, Query
from pledgeflow.domain.people import WORK, View
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service.casework import Case, people_in
from pledgeflow.storage.store import EventStore, PledgeRow


class Fetching(NamedTuple):
    """Fetches just what one decision reads.

    calendar: which days are working days; read: a stream as it stands, nothing if it has not begun
    """

    store: EventStore
    calendar: Calendar
    read: Callable[[StreamId], State | None]

    def facts(self, case: Case, command: AnyCommand, today: date) -> Facts:
        """Everything that judging a command on a day will read."""
        queries = needed(case.policy, case.state, command)
        return Facts(
            today,
            case.around(command.occurred_on, *people_in(case, command)),
            {query: self.answer(case, query) for query in queries},
            self.calendar,
        )

    def answer(self, case: Case, query: Query | Look) -> Fact:
        """What is known elsewhere, and which versions of which streams say so."""
        return self._seen(case, query) if isinstance(query, Look) else self._missing(case, query)

    def _seen(self, case: Case, look: Look) -> Fact:
        """Another stream of the cycle as it stands; nothing where it has not begun."""
        owner: str | None = look.owner
        if look.above:
            view = case.directory.around(look.jurisdiction, (look.owner,), look.on)
            owner = next((above.id for above in view.ancestors(look.owner)), None)
        if owner is None:
            return Fact(None, "directory", look.on, 0)
        stream = StreamId(look.jurisdiction, look.cycle, owner, look.venue)
        state = self.read(stream)
        version = state.version if state is not None else 0
        return Fact(state, str(stream), look.on, version, {stream: version})

    def _missing(self, case: Case, query: Query) -> Fact:
        """Who of those asked about has not yet taken the step: from their pledges' projection."""
        view = case.directory.members(query.jurisdiction, query.organization, query.on)
        asked = [
            person
            for person in view.of_kinds(query.organization, query.kinds, posts=query.posts)
            if person != query.besides and _has_to_pledge(case.policy, view, person)
        ]
        rows = {
            row.stream.promisor: row
            for row in self.store.pledges(query.jurisdiction, query.cycle, promisors=asked)
            if row.stream.venue == WORK
        }
        missing = tuple(p for p in asked if not _has_taken(rows.get(p), query))
        heads = {
            StreamId(query.jurisdiction, query.cycle, p): rows[p].version if p in rows else 0
            for p in asked
        }
        return Fact(missing, "pledges", query.on, sum(heads.values()), heads)


def rested_on(facts: Facts, own: StreamId) -> Mapping[StreamId, int]:
    """The versions of other streams that a decision rests on."""
    return {
        stream: version
        for fact in facts.elsewhere.values()
        for stream, version in fact.heads.items()
        if stream != own
    }


def _has_to_pledge(policy: Policy, view: View, person: str) -> bool:
    track = policy.track_of(view, person)
    return track is not None and policy.document.tracks[track].pledges == "required"


def _has_taken(row: PledgeRow | None, query: Query) -> bool:
    first = row.first.get(query.means) if row is not None else None
    return first is not None and first <= query.on
