"""Lifecycles as Mermaid state diagrams, for a page or a review.

What is drawn comes from `charts`. Words go through `escaped`: Mermaid reads a label to the end of
its line, and takes some signs in it for its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pledgeflow.exports.charts import Chart, Language, charts
from pledgeflow.policy.compiled.rules import Policy

_SIGNS = re.compile(r"[^\w\s.,()/+·×“”‘’：，。；、（）《》？！→⏰⚙〔〕—–…-]")
LONGEST = 120


def diagrams(policy: Policy, lang: Language) -> dict[str, dict[str, str]]:
    """track -> lifecycle -> the text of its diagram."""
    return {
        track: {name: mermaid(chart) for name, chart in lifecycles.items()}
        for track, lifecycles in charts(policy, lang).items()
    }


def mermaid(chart: Chart) -> str:
    """One lifecycle as the text of a diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f"{_id(state)} : {escaped(said)}" for state, said in chart.states.items()]
    lines.append(f"[*] --> {_id(chart.initial)}")
    for edge in chart.edges:
        words = escaped(edge.words)
        lines += [f"{_id(s)} --> {_id(edge.dest or s)} : {words}" for s in edge.sources]
    lines += [f"{_id(state)} --> [*]" for state in chart.final]
    return "\n    ".join(lines) + "\n"


def alike(drawn: Mapping[str, Mapping[str, str]]) -> list[tuple[str, list[str], str]]:
    """Each different diagram once: its lifecycle, the tracks that share it, the text."""
    found: dict[tuple[str, str], list[str]] = {}
    for track, lifecycles in drawn.items():
        for name, text in lifecycles.items():
            found.setdefault((name, text), []).append(track)
    return [(name, tracks, text) for (name, text), tracks in found.items()]


def escaped(words: str) -> str:
    """Words that may stand in a label: on one line, not too long, with signs as entities."""
    flat = " ".join(words.split())
    short = flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"
    return _SIGNS.sub(lambda sign: f"#{ord(sign[0])};", short) or "…"


def _id(state: str) -> str:
    """A state's name in the diagram: some ids are words of Mermaid's own."""
    return f"s_{state}"
