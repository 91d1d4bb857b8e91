"""Lifecycles as they are drawn and exported: states, and the ways between them, in words.

Beneath the formats. Steps of people are labelled with who takes them, timers with ⏰ and when, what
completes itself with ⚙. A chart has no guards: whether a way is open is for `decision` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from pledgeflow.policy.compiled import roles
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.language.lifecycles import After, Lifecycle, Parties, Transition
from pledgeflow.policy.words import Label

Language = Literal["zh", "en"]
Kind = Literal["act", "complete", "time"]
"""Who takes a way: people by a command, nobody since it completes itself, or time."""
L = TypeVar("L")
_PERIOD = re.compile(r"(\d+)([YMWD])")
UNITS = {"Y": ("年", "y"), "M": ("个月", "m"), "W": ("周", "w"), "D": ("日", "d")}


@dataclass(frozen=True, slots=True)
class Edge:
    """A transition. dest: none for a record that moves nothing; words: who takes it, or when.

    event: what takes it, such as `act.submit`, `complete.determine`, `time.expire`. People's steps
    share one where two transitions answer to the same command.
    """

    name: str
    kind: Kind
    trigger: str
    sources: tuple[str, ...]
    dest: str | None
    words: str
    rule: str
    clauses: tuple[str, ...]

    @property
    def event(self) -> str:
        """What takes it, in the formats that have events."""
        return f"{self.kind}.{self.trigger}"

    @property
    def guard(self) -> str:
        """What says whether it is open: no word of any language that guards are written in."""
        return f"may_{self.name}"


@dataclass(frozen=True, slots=True)
class Chart:
    """One lifecycle of one track. states, final: by id; name: `POLICY.TRACK.LIFECYCLE`."""

    name: str
    title: str
    initial: str
    final: tuple[str, ...]
    states: Mapping[str, str]
    edges: tuple[Edge, ...]

    def leaving(self, state: str) -> tuple[Edge, ...]:
        """The ways out of a state, in the order in which they are tried."""
        return tuple(edge for edge in self.edges if state in edge.sources)


def length(period: str, lang: Language) -> str:
    """A period such as `P1Y2M` in words."""
    units = ((number, UNITS[unit]) for number, unit in _PERIOD.findall(period))
    return " ".join(f"{number} {zh if lang == 'zh' else en}" for number, (zh, en) in units)


def charts(policy: Policy, lang: Language) -> dict[str, dict[str, Chart]]:
    """track -> lifecycle -> its chart."""
    return {
        track: {
            name: _Drawing(policy, rules, lang).chart(track, name, lifecycle)
            for name, lifecycle in rules.lifecycles.items()
        }
        for track, rules in policy.tracks.items()
    }


@dataclass(frozen=True, slots=True)
class _Drawing:
    """policy: for the labels of stages; rules: those of the track that is drawn."""

    policy: Policy
    rules: Ruleset
    lang: Language

    def chart(self, track: str, name: str, lifecycle: Lifecycle) -> Chart:
        called = self.label(self.policy.document.tracks[track].label)
        return Chart(
            name=f"{self.policy.name}.{track}.{name}",
            title=self.pick(
                f"{called}：{self.label(lifecycle.label)}",
                f"{called}: {self.label(lifecycle.label)}",
            ),
            initial=lifecycle.initial,
            final=tuple(lifecycle.final),
            states={state: self.label(label) for state, label in lifecycle.states.items()},
            edges=tuple(
                self.edge(name, step, move) for step, move in lifecycle.transitions.items()
            ),
        )

    def edge(self, lifecycle: str, name: str, move: Transition) -> Edge:
        kind: Kind = "act" if move.by is not None else "time" if move.after else "complete"
        return Edge(
            name=name,
            kind=kind,
            trigger=fires(name, move) if kind == "act" else name,
            sources=tuple(move.source),
            dest=move.dest,
            words=self.words(name, move),
            rule=f"lifecycles.{lifecycle}.transitions.{name}",
            clauses=tuple(move.cite),
        )

    def words(self, name: str, move: Transition) -> str:
        """What a transition is called, and who or what takes it."""
        command = self.rules.source.commands.get(fires(name, move)) if move.by else None
        label = move.label or (command.label if command is not None else None)
        called = self.label(label) if label is not None else ""
        if move.after is not None:
            when = self.when(move.after)
            return f"⏰ {called} ({when})" if called else f"⏰ {when}"
        if move.by is None:
            return f"⚙ {called or self.why(move)}"
        return f"{called or name} ({self.who(move.by)})"

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
        match name:
            case roles.PROMISOR:
                return self.pick("承诺人", "promisor")
            case roles.REACTION:
                return self.pick("由其他事项联动", "follows from elsewhere")
            case _:
                return name

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
        return self.pick("满", "after ") + length(after.period or "", self.lang)

    def field(self, name: str) -> str:
        """What a field is called, in whichever command has it."""
        specs = (c.fields.get(name) for c in self.rules.source.commands.values())
        label = next((spec.label for spec in specs if spec is not None and spec.label), None)
        return self.label(label) if label is not None else name

    def label(self, label: Label) -> str:
        return self.pick(label.zh, label.en)

    def pick(self, zh: L, en: L) -> L:
        return zh if self.lang == "zh" else en
