"""Events as they come, stream by stream: held against their chain, written, and what is derived too.

Beneath `writing`. The events of one stream are held in memory, and of no more than one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pledgeflow.domain.chain import link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Event, Opened
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.serialisation import encode, kind_of
from pledgeflow.domain.snapshots import freeze
from pledgeflow.domain.states import State
from pledgeflow.errors import CalendarError
from pledgeflow.exchange.checks import event_in, stream_of
from pledgeflow.exchange.lines import BadRecordError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service.rebuilding import Derived, Deriving
from pledgeflow.storage import tables
from pledgeflow.storage.agenda import due_columns
from pledgeflow.storage.shelves import plain, pledge_columns
from pledgeflow.storage.store import START, CycleRow, Head
from pledgeflow.storage.written import EVERY

if TYPE_CHECKING:
    from sqlalchemy import Connection

AT_ONCE = 500
"""So many events are written at a time."""
Told = Callable[[int, str], None]
"""Is told of a line, and what is wrong with it."""
_NOTHING_FOLLOWS = "nothing could come of it and of what came before it"


@dataclass(slots=True)
class Unfolding:
    """told: of each line that is bad; policies: rules by their digest, of all cycles that are there;
    others: those of no cycle, which streams may be under, as they are made when they are needed
    """

    connection: Connection
    deriving: Deriving
    told: Told
    policies: dict[str, Policy] = field(default_factory=dict)
    others: dict[str, Callable[[], Policy]] = field(default_factory=dict)
    _stream: StreamId | None = None
    _head: Head = START
    _cycle: CycleRow | None = None
    _events: list[Event] = field(default_factory=list)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _ready: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in ("events", "streams", "pledges", "due")}
    )

    def take(self, line: int, row: dict[str, Any], data: object, cycle: CycleRow | None) -> None:
        """One more event. Raises BadRecordError where it is not the next one."""
        stream, event = stream_of(row), event_in(data, row["version"])
        if stream != self._stream:
            if self._stream is not None and stream < self._stream:
                raise BadRecordError("it is there already, or out of its order")
            if row["version"] != 1:
                raise BadRecordError("the events before it are not there")
            self.end()
            self._stream, self._head, self._cycle = stream, START, cycle
        if row["version"] != self._head.version + 1:
            raise BadRecordError("the event before it is not there, or it is there already")
        if row["version"] == 1 and not (isinstance(event, Opened) and event.stream == stream):
            raise BadRecordError("no stream begins with it")
        text = encode(event)
        if link(stream, text, row["recorded_at"], self._head.hash) != row["hash"]:
            raise BadRecordError("its hash is not that of the event and of what came before it")
        self._head = Head(row["version"], row["hash"])
        self._events.append(event)
        self._lines.append(line)
        on = getattr(event, "occurred_on", getattr(event, "on", None))
        said = {"kind": kind_of(event), "command": getattr(event, "command", "")}
        self._rows.append({**row, **said, "occurred_on": on, "data": text})

    def end(self) -> None:
        """Nothing more comes of the stream that came last."""
        stream, row, events = self._stream, self._cycle, self._events
        if stream is not None and row is not None and events:
            derived = self._derived(row, stream)
            if derived is not None:
                self._keep(derived)
        self._events, self._rows, self._lines = [], [], []

    def _derived(self, row: CycleRow, stream: StreamId) -> Derived | None:
        try:
            return self.deriving.derived(row, self._under, stream, self._events)
        except CalendarError:
            raise
        except Exception:
            # Whatever a history that nobody decided may lead to: it is said of its lines.
            first = self._senseless(row, stream)
        for line in self._lines[first:]:
            self.told(line, _NOTHING_FOLLOWS)
        return None if first == 0 else self._shortened(first, row, stream)

    def _under(self, digest: str) -> Policy:
        if digest not in self.policies:
            self.policies[digest] = self.others[digest]()
        return self.policies[digest]

    def _senseless(self, row: CycleRow, stream: StreamId) -> int:
        """The place of the first event that nothing can come of; 0 if it is the whole that fails."""
        state = State(stream, Cycle(row.cycle, row.starts, row.ordinal))
        for place, event in enumerate(self._events):
            try:
                state = fold(state, (event,))
            except Exception:
                return place
        return 0

    def _shortened(self, upto: int, row: CycleRow, stream: StreamId) -> Derived | None:
        del self._events[upto:], self._rows[upto:], self._lines[upto:]
        self._head = Head(upto, self._rows[-1]["hash"])
        return self._derived(row, stream)

    def _keep(self, derived: Derived) -> None:
        state, pledge, due = derived
        frozen = freeze(state) if state.version >= EVERY else None
        head = {"version": self._head.version, "hash": self._head.hash, "state": frozen}
        at = {"state_version": state.version if frozen is not None else 0}
        self._ready["events"] += self._rows
        self._ready["streams"].append({**plain(state.stream), **head, **at})
        self._ready["pledges"].append(pledge_columns(pledge))
        self._ready["due"] += map(due_columns, due)
        if len(self._ready["events"]) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what is ready, so that others find it."""
        for name, rows in self._ready.items():
            if rows:
                self.connection.execute(tables.METADATA.tables[name].insert(), rows)
                rows.clear()
