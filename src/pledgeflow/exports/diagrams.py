"""Lifecycles as Mermaid state diagrams, for a page or a review.

Steps of people are labelled with who takes them, timers with ⏰ and when, what completes itself
with ⚙. Words go through `escaped`: Mermaid reads a label to the end of its line, and takes some
signs in it for its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.language.lifecycles import After, Lifecycle, Parties, Transition
from pledgeflow.policy.words import Label

Language = Literal["zh", "en"]
L = TypeVar("L")
_SIGNS = re.compile(r"[^\w\s.,()/+·×“”‘’：，。；、（）《》？！→⏰⚙〔〕—–…-]")
_PERIOD = re.compile(r"(\d+)([YMWD])")
UNITS = {"Y": ("年", "y"), "M": ("个月", "m"), "W": ("周", "w"), "D": ("日", "d")}
LONGEST = 120


def diagrams(policy: Policy, lang: Language) -> dict[str, dict[str, str]]:
    """track -> lifecycle -> the text of its diagram."""
    return {
        track: {
            name: _Drawing(policy, rules, lang).lifecycle(lifecycle)
            for name, lifecycle in rules.lifecycles.items()
        }
        for track, rules in policy.tracks.items()
    }


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


@dataclass(frozen=True, slots=True)
class _Drawing:
    """policy: for the labels of stages; rules: those of the track that is drawn."""

    policy: Policy
    rules: Ruleset
    lang: Language

    def lifecycle(self, lifecycle: Lifecycle) -> str:
        lines = ["stateDiagram-v2"]
        lines += [f"{_id(s)} : {self.said(label)}" for s, label in lifecycle.states.items()]
        lines.append(f"[*] --> {_id(lifecycle.initial)}")
        for name, move in lifecycle.transitions.items():
            words = self.words(name, move)
            for source in move.source:
                lines.append(f"{_id(source)} --> {_id(move.dest or source)} : {words}")
        lines += [f"{_id(state)} --> [*]" for state in lifecycle.final]
        return "\n    ".join(lines) + "\n"

    def words(self, name: str, move: Transition) -> str:
        """What a transition is called, and who or what takes it."""
        command = self.rules.source.commands.get(fires(name, move)) if move.by else None
        label = move.label or (command.label if command is not None else None)
        called = self.said(label) if label is not None else ""
        if move.after is not None:
            when = escaped(self.when(move.after))
            return f"⏰ {called} ({when})" if called else f"⏰ {when}"
        if move.by is None:
            return f"⚙ {called or escaped(self.why(move))}"
        return f"{called or escaped(name)} ({escaped(self.who(move.by))})"

    def who(self, by: Parties) -> str:
        """The roles that take a step; all of them, or any."""
        joint = bool(by.all_of)
        names = [self.role(role) for role in (by.all_of or by.any_of)]
        glue = ("与", " and ") if joint else ("或", " or ")
        return self.pick(*glue).join(names)

    def role(self, name: str) -> str:
        role = self.rules.source.roles.get(name)
        if role is not None:
            return self.label(role.label)
        return self.pick("承诺人", "promisor") if name == "promisor" else name

    def why(self, move: Transition) -> str:
        """What completes a step that nobody takes."""
        labels = [guard.label for guard in (move.when or {}).values() if guard.label is not None]
        named = self.pick("、", ", ").join(map(self.label, labels))
        return named or self.pick("条件具备时", "once it is complete")

    def when(self, after: After) -> str:
        """What a timer waits for."""
        if after.stage is not None:
            cycle = self.policy.document.cycle
            stage = cycle.stages.get(after.stage) if cycle is not None else None
            called = self.label(stage.label) if stage is not None else after.stage
            return self.pick(f"{called}结束", f"end of {called}")
        if after.field is not None:
            return self.pick(f"过{self.field(after.field)}", f"past {self.field(after.field)}")
        parts = (
            f"{number} {self.pick(*UNITS[unit])}"
            for number, unit in _PERIOD.findall(after.period or "")
        )
        return self.pick("满", "after ") + " ".join(parts)

    def field(self, name: str) -> str:
        """What a field is called, in whichever command has it."""
        specs = (c.fields.get(name) for c in self.rules.source.commands.values())
        label = next((spec.label for spec in specs if spec is not None and spec.label), None)
        return self.label(label) if label is not None else name

    def said(self, label: Label) -> str:
        return escaped(self.label(label))

    def label(self, label: Label) -> str:
        return self.pick(label.zh, label.en)

    def pick(self, zh: L, en: L) -> L:
        return zh if self.lang == "zh" else en


def _id(state: str) -> str:
    """A state's name in the diagram: some ids are words of Mermaid's own."""
    return f"s_{state}"
