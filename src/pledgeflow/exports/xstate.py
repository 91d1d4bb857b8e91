"""Lifecycles as configurations of XState 5, for pages that show or run them.

Beside `diagrams`, on top of `charts`. Plain JSON: `createMachine(config)` takes it, and
`setup({guards, actions})` says what a guard such as `may_submit` asks and what `taken` does with
the rule that was followed. Guards and events are those of `scxml`.
"""

from __future__ import annotations

from typing import Any

from pledgeflow.exports.charts import Chart, Edge


def xstate(chart: Chart) -> dict[str, Any]:
    """One lifecycle as plain data."""
    return {
        "id": chart.name,
        "description": chart.title,
        "initial": chart.initial,
        "states": {state: _state(chart, state) for state in chart.states},
    }


def _state(chart: Chart, state: str) -> dict[str, Any]:
    """A state in which something may still be recorded is not final: a final one takes no events."""
    said: dict[str, Any] = {"description": chart.states[state]}
    ways = chart.leaving(state)
    if state in chart.final:
        said["tags"] = ["final"]
        if not ways:
            return {"type": "final", **said}
    on: dict[str, list[dict[str, Any]]] = {}
    for way in ways:
        on.setdefault(way.event, []).append(_way(way))
    return {**said, "on": on} if on else said


def _way(edge: Edge) -> dict[str, Any]:
    target = {"target": edge.dest} if edge.dest is not None else {}
    return {
        **target,
        "guard": edge.guard,
        "actions": [{"type": "taken", "params": {"rule": edge.rule}}],
        "description": edge.words,
        "meta": {"rule": edge.rule, "clauses": list(edge.clauses)},
    }
