"""Lifecycles as DOT, from which Graphviz makes SVG: `pledgeflow diagram NAME --as dot | dot -Tsvg`.

Beside `diagrams`, on top of `charts`. Everything stands in quotes, so that no id is a word of DOT's
own, and words are one line each.
"""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.exports.charts import Chart

HEAD = (
    "rankdir=TB;",
    'fontname="sans-serif";',
    'node [shape=box, style=rounded, fontname="sans-serif"];',
    'edge [fontname="sans-serif", fontsize=10];',
)
STYLES = {"act": "solid", "complete": "dashed", "time": "dotted"}
START = '"[*]" [shape=point, width=0.15, label=""];'


def dot(chart: Chart) -> str:
    """One lifecycle as a directed graph."""
    lines = "\n".join(f"  {line}" for line in _lines(chart))
    return f"digraph {quoted(chart.name)} {{\n{lines}\n}}\n"


def quoted(words: str) -> str:
    """Words as DOT has them. A backslash would start an escape of its own in a label."""
    flat = "".join(sign if sign.isprintable() else " " for sign in words)
    escaped = flat.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _lines(chart: Chart) -> Iterator[str]:
    yield from HEAD
    yield f"label={quoted(chart.title)};"
    yield START
    for state, label in chart.states.items():
        ends = ", peripheries=2" if state in chart.final else ""
        yield f"{quoted(state)} [label={quoted(label)}{ends}];"
    yield f'"[*]" -> {quoted(chart.initial)};'
    for edge in chart.edges:
        for source in edge.sources:
            to = quoted(edge.dest or source)
            says = f"label={quoted(edge.words)}, style={STYLES[edge.kind]}"
            yield f"{quoted(source)} -> {to} [{says}];"
