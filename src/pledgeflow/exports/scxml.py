"""Lifecycles as SCXML (W3C, 2015), for engines that run state charts.

Beside `diagrams`, on top of `charts`. A way is open where the event's data say so, under
`may_NAME`: what a guard means is `decision`'s to judge, and the chart's to obey. Timers are events
too, since SCXML knows seconds and a policy counts months. `taken` holds the way that was taken
last, so that a record that moves nothing can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from pledgeflow.exports.charts import Chart, Edge

NAMESPACE = "http://www.w3.org/2005/07/scxml"
OURS = "urn:pledgeflow:policy"
"""The namespace of what SCXML has no word for: labels, rules and clauses."""


def scxml(chart: Chart) -> str:
    """One lifecycle as a document."""
    root = _attributes(
        {
            "xmlns": NAMESPACE,
            "xmlns:pf": OURS,
            "version": "1.0",
            "datamodel": "ecmascript",
            "name": chart.name,
            "initial": chart.initial,
            "pf:label": chart.title,
        }
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<scxml{root}>",
        "  <datamodel>",
        '    <data id="taken" expr="\'\'"/>',
        "  </datamodel>",
    ]
    for state in chart.states:
        lines += (f"  {line}" for line in _state(chart, state))
    return "\n".join([*lines, "</scxml>", ""])


def _state(chart: Chart, state: str) -> Iterator[str]:
    """A state that may still be left, or in which something may be recorded, is not SCXML's final."""
    ways = chart.leaving(state)
    tag = "final" if state in chart.final and not ways else "state"
    ends = {"pf:final": "true"} if state in chart.final else {}
    said = _attributes({"id": state, "pf:label": chart.states[state], **ends})
    if not ways:
        yield f"<{tag}{said}/>"
        return
    yield f"<{tag}{said}>"
    for way in ways:
        yield from (f"  {line}" for line in _way(way))
    yield f"</{tag}>"


def _way(edge: Edge) -> Iterator[str]:
    target = {"target": edge.dest} if edge.dest is not None else {}
    clauses = {"pf:clauses": " ".join(edge.clauses)} if edge.clauses else {}
    said = _attributes(
        {
            "event": edge.event,
            "cond": f"_event.data.{edge.guard}",
            **target,
            "pf:label": edge.words,
            "pf:rule": edge.rule,
            **clauses,
        }
    )
    yield f"<transition{said}>"
    yield f'  <assign location="taken" expr="\'{edge.name}\'"/>'
    yield "</transition>"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f" {name}={_quoted(value)}" for name, value in values.items())


def _quoted(value: str) -> str:
    """XML has no way to write most control characters."""
    return quoteattr("".join(sign if sign.isprintable() else " " for sign in value))
