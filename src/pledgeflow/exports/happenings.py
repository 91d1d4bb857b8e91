"""What happened in a jurisdiction, stream by stream, as programs that mine processes want it.

Beneath `xes` and `ocel`. Only ids stand in it: names and words are beside the log and are never
read, so that whoever was erased stays erased. One stream is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import (
    BY_TIME,
    Annulled,
    Corrected,
    Cycle,
    Event,
    Graded,
    Moved,
    Opened,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.serialisation import decode, kind_of
from pledgeflow.domain.states import State
from pledgeflow.errors import PledgeflowError
from pledgeflow.storage import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

AT_ONCE = 500
"""So many rows are fetched at a time."""
Plain = str | int | bool | date | datetime | Decimal


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that somebody or time did, or that a policy made of it.

    activity: the policy's own name of an act, or a name with a dot in it, which no act has;
    on: the day on which it happened; about: the subject; said: what it says, as far as that is a
    single value and no words of anybody's
    """

    version: int
    activity: str
    kind: str
    on: date
    recorded_at: datetime
    about: str
    said: Mapping[str, Plain] = field(default_factory=dict)
    actor: str = ""
    capacity: str = ""
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """One stream: what happened in it, and what it has come to."""

    stream: StreamId
    state: State
    happenings: tuple[Happening, ...]

    @property
    def owner_is_organization(self) -> bool:
        """Whether it is an organization's: that is at home in itself."""
        return self.stream.promisor == self.state.organization


def count(connection: Connection, jurisdiction: str) -> int:
    """How many streams there are. Raises PledgeflowError where there is none."""
    of = select(func.count()).select_from(tables.streams)
    found = connection.scalar(of.where(tables.streams.c.jurisdiction == jurisdiction))
    if not found:
        raise PledgeflowError(f"nothing has happened in `{jurisdiction}`")
    return found


def histories(connection: Connection, jurisdiction: str) -> Iterator[History]:
    """Every stream, in the order of their names. Raises StorageError for what is damaged."""
    table = tables.events
    place = (table.c.cycle, table.c.promisor, table.c.venue)
    wanted = (
        select(*place, table.c.recorded_at, table.c.data)
        .where(table.c.jurisdiction == jurisdiction)
        .order_by(*place, table.c.version)
    )
    options = {"stream_results": True, "yield_per": AT_ONCE}
    rows = connection.execute(wanted, execution_options=options)
    for at, own in groupby(rows, key=lambda row: (row.cycle, row.promisor, row.venue)):
        stream = StreamId(jurisdiction, *at)
        yield history(stream, [(decode(row.data), row.recorded_at) for row in own])


def history(stream: StreamId, told: Sequence[tuple[Event, datetime]]) -> History:
    """One stream from its events, which begin with its opening, and when they were recorded."""
    events = [event for event, _ in told]
    cycle = next((e.cycle for e in events if isinstance(e, Opened)), Cycle("", date.min))
    state = fold(State(stream, cycle), events)
    undone = {event.target for event in events if isinstance(event, Annulled)}
    better = {event.target for event in events if isinstance(event, Corrected)}
    found: list[Happening] = []
    for event, at in told:
        marks = [("annulled", undone), ("corrected", better)]
        cause = getattr(event, "cause", event.version)
        said: dict[str, Plain] = {name: True for name, those in marks if cause in those}
        happening = _happening(event, at, said)
        if happening is not None:
            found.append(happening)
    return History(stream, state, tuple(found))


def _happening(event: Event, at: datetime, said: dict[str, Plain]) -> Happening | None:
    """None for what only says how the state of something followed from an act."""
    kind = kind_of(event)
    match event:
        case Opened():
            said |= {"track": event.track, "organization": event.organization}
            return Happening(1, "stream.opened", kind, event.on, at, event.lifecycle, said)
        case Recorded() | Signed():
            means = {"means": event.means} if isinstance(event, Recorded) else {}
            said |= {**means, "rule": event.rule, **_plain(event.fields)}
            return _act(event, event.command, at, said)
        case Corrected() | Annulled():
            fields = _plain(event.fields) if isinstance(event, Corrected) else {}
            return _act(event, f"stream.{kind}", at, {**said, "target": event.target, **fields})
        case Moved() if event.cause == BY_TIME:
            name = event.rule.rpartition(".")[2]
            said |= {"rule": event.rule, "source": event.source, "dest": event.dest}
            return Happening(event.version, f"time.{name}", kind, event.on, at, event.subject, said)
        case Graded():
            said |= {"rule": event.rule, "tier": event.tier, "confirmed": event.confirmed}
            return Happening(event.version, "stream.graded", kind, event.on, at, "", said)
        case OutcomeArose():
            said |= {"rule": event.rule, "award": event.award}
            name = f"outcome.{event.outcome}"
            return Happening(event.version, name, kind, event.on, at, event.subject, said)
        case _:
            return None


def _act(
    event: Recorded | Signed | Corrected | Annulled,
    activity: str,
    at: datetime,
    said: Mapping[str, Plain],
) -> Happening:
    return Happening(
        event.version,
        activity,
        kind_of(event),
        event.occurred_on,
        at,
        event.subject if isinstance(event, Recorded | Signed) else "",
        said,
        event.actor,
        event.capacity,
        event.entered_by or "",
    )


def _plain(fields: Mapping[str, object]) -> dict[str, Plain]:
    """The fields that hold one value each; digests of words tell nobody anything."""
    return {
        f"field.{name}": value
        for name, value in fields.items()
        if isinstance(value, str | int | bool | date | Decimal)
    }
