"""A jurisdiction's log as XES (IEEE 1849), a trace for each stream, for process mining.

Beside `ocel`, on top of `happenings`. Timestamps are the days on which things happened, in the order
in which they were decided; when they were entered stands beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from pledgeflow.domain.chain import instant
from pledgeflow.exchange.exporting import at_one_moment
from pledgeflow.exports.happenings import Happening, History, Plain, count, histories

if TYPE_CHECKING:
    from pledgeflow.storage.sql import SqlStore

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"))
HEAD = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="" xmlns="{NAMESPACE}">
"""
GLOBALS = """\
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00Z"/>
  </global>
  <classifier name="activity" scope="event" keys="concept:name"/>
"""


def xes(store: SqlStore, jurisdiction: str, begun: Callable[[int], object] = bool) -> Iterator[str]:
    """The document in parts, one for each stream. begun: is told how many streams there are.

    Raises PledgeflowError where nothing has happened, StorageError for what is damaged.
    """
    with at_one_moment(store) as connection:
        begun(count(connection, jurisdiction))
        yield HEAD + "".join(map(_extension, EXTENSIONS)) + GLOBALS
        yield f"  {_attribute('concept:name', jurisdiction)}\n"
        for history in histories(connection, jurisdiction):
            yield "".join(_trace(history))
        yield "</log>\n"


def _extension(named: tuple[str, str]) -> str:
    name, prefix = named
    uri = f"{NAMESPACE}{prefix}.xesext"
    return f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'


def _trace(history: History) -> Iterator[str]:
    stream, state = history.stream, history.state
    yield "  <trace>\n"
    said = {
        "concept:name": str(stream),
        "cycle": stream.cycle,
        "aggregate": stream.aggregate,
        "track": state.track,
        "promisor": stream.promisor,
        "organization": state.organization,
        "state": state.subjects[state.root].state,
        **({"tier": state.grade.tier} if state.grade is not None else {}),
        "policy": state.policy,
    }
    yield from (f"    {_attribute(key, value)}\n" for key, value in said.items())
    for happening in history.happenings:
        yield "    <event>\n"
        yield from (f"      {_attribute(k, v)}\n" for k, v in _event(happening).items())
        yield "    </event>\n"
    yield "  </trace>\n"


def _event(happening: Happening) -> dict[str, Plain]:
    people = {
        "org:resource": happening.actor,
        "org:role": happening.capacity,
        "entered_by": happening.entered_by,
        "subject": happening.about,
    }
    return {
        "concept:name": happening.activity,
        "time:timestamp": happening.on,
        **{key: value for key, value in people.items() if value},
        "version": happening.version,
        "kind": happening.kind,
        "recorded_at": happening.recorded_at,
        **happening.said,
    }


def _attribute(key: str, value: Plain) -> str:
    kind, written = _typed(value)
    return f'<{kind} key="{key}" value={quoteattr(written)}/>'


def _typed(value: Plain) -> tuple[str, str]:
    match value:
        case bool():
            return "boolean", str(value).lower()
        case int():
            return "int", str(value)
        case Decimal():
            return "float", str(value)
        case datetime():
            return "date", instant(value)
        case date():
            return "date", f"{value.isoformat()}T00:00:00Z"
        case str():
            return "string", "".join(sign if sign.isprintable() else " " for sign in value)
