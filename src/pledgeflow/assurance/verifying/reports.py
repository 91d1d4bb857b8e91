"""What `verify` comes to: as data, for whoever prints it, keeps it or acts on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.people import View
from pledgeflow.policy.words import Label


class Answer(StrEnum):
    """How a property stands in a track."""

    HOLDS = "holds"
    EXPLORED = "holds_in_what_was_explored"
    POSSIBLE = "possibly_violated"
    VIOLATED = "violated"
    SILENT = "not_applicable"


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a trace: somebody's command, or time moving on (`tick`).

    clauses: of the rules by which it was permitted, and of what followed from it
    """

    on: date
    command: AnyCommand
    clauses: tuple[str, ...]
    rules: tuple[str, ...]
    leans: bool


@dataclass(frozen=True, slots=True)
class Violation:
    """A property that does not hold in a track, and the shortest trace there.

    property: its id (`properties.…` of a declared one); about: what it is about, by id; clauses: of
    the steps of the trace, or of the rules in question where nothing has to happen; possible: it
    rests on how other streams were taken to stand, and was not replayed; waiting: it is the state
    in the end that is wrong, and not the last step; asks: what a scenario would expect after the
    trace, and what fails until the policy is mended
    """

    property: str
    track: str
    promisor: str
    about: str
    label: Label
    clauses: tuple[str, ...]
    rules: tuple[str, ...]
    trace: tuple[Move, ...]
    possible: bool
    waiting: bool
    asks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrackReport:
    """What was explored of a track, and how each property stands in it.

    unexplored: day -> states still to be looked at; beyond: what the bounds kept out, and how
    often; incongruent: pairs of states that were taken for one and are not; raised: guards that
    raised instead of answering, with the error; exact: guards that do not say what they see, so
    that everything they may read was told apart; uncompared: not all states that were taken as one
    were compared with the one that stands for them; parts: in how many it was explored
    """

    track: str
    states: int
    steps: int
    decided: int
    merges: int
    checked: int
    complete: bool
    seconds: float
    answers: Mapping[str, Answer]
    unexplored: Mapping[str, int] = field(default_factory=dict)
    beyond: Mapping[str, int] = field(default_factory=dict)
    incongruent: tuple[tuple[str, ...], ...] = ()
    raised: tuple[tuple[str, str], ...] = ()
    exact: tuple[str, ...] = ()
    uncompared: bool = False
    parts: int = 1


RANKED = (Answer.VIOLATED, Answer.POSSIBLE, Answer.EXPLORED, Answer.HOLDS, Answer.SILENT)
"""The worst first: of several parts, that is the answer."""


def together(parts: Sequence[TrackReport], asked: Iterable[str]) -> TrackReport:
    """The parts of a track as one. asked: the promises in their order"""
    first = parts[0]
    names = dict.fromkeys((*asked, *(name for part in parts for name in part.answers)))
    silent = Answer.SILENT
    return replace(
        first,
        states=sum(part.states for part in parts),
        steps=sum(part.steps for part in parts),
        decided=sum(part.decided for part in parts),
        merges=sum(part.merges for part in parts),
        checked=sum(part.checked for part in parts),
        complete=all(part.complete for part in parts),
        answers={
            name: min((part.answers.get(name, silent) for part in parts), key=RANKED.index)
            for name in names
        },
        unexplored=_added(part.unexplored for part in parts),
        beyond=_added(part.beyond for part in parts),
        incongruent=tuple(pair for part in parts for pair in part.incongruent),
        raised=tuple(dict.fromkeys(one for part in parts for one in part.raised)),
        uncompared=any(part.uncompared for part in parts),
        parts=len(parts),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, number in each.items():
            total[name] = total.get(name, 0) + number
    return dict(sorted(total.items()))


@dataclass(frozen=True, slots=True)
class Report:
    """All tracks of a policy. properties: id -> label, in the order in which they are told.

    views: track -> the people and organizations that it was explored with; cycle: which it was
    """

    policy: str
    bounds: Bounds
    seconds: float
    tracks: tuple[TrackReport, ...]
    violations: tuple[Violation, ...]
    properties: Mapping[str, Label]
    views: Mapping[str, View] = field(default_factory=dict)
    cycle: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing that the bounds allow was left out, in any track."""
        return all(track.complete for track in self.tracks)

    @property
    def states(self) -> int:
        """How many states were found in all."""
        return sum(track.states for track in self.tracks)

    @property
    def fine(self) -> bool:
        """Whether everything was explored, and nothing is wrong."""
        return self.complete and not self.violations


ASSUMED = Label(
    zh="时间会推移，到期事项会自动办理；任何人都可以什么也不做；同一天内可以办理任意多个步骤；"
    "更正不在探索之列，撤销只试探其后一步；其他承诺和组织的情况可以是任意一种",
    en="time moves, and what is due by then happens; anybody may do nothing; any number of steps "
    "may be taken on one day; nothing is corrected, and of annulments "
    "only one step after is tried; other streams may stand in any way",
)
ABSTRACTED = Label(
    zh="凡任何规则和性质都无法区分的情形视为同一状态；每条规则只取刚好满足和刚好不满足的填写内容；"
    "时间只推移到有规则能够区分的日子",
    en="what no rule and no property can tell apart is one state; of what may be said, what just "
    "satisfies a rule and what just does not; time moves to the days that some rule can tell apart",
)


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "policy": report.policy,
        "complete": report.complete,
        "states": report.states,
        "seconds": round(report.seconds, 3),
        "violations": [violation_data(violation) for violation in report.violations],
        "bounds": {
            "states": report.bounds.states,
            "items": report.bounds.items,
            "months": report.bounds.months,
            "unusual": report.bounds.unusual,
        },
        "assumptions": {"zh": ASSUMED.zh, "en": ASSUMED.en},
        "abstraction": {"zh": ABSTRACTED.zh, "en": ABSTRACTED.en},
        "tracks": [_track(track) for track in report.tracks],
    }


def violation_data(violation: Violation) -> dict[str, Any]:
    """A violation as plain data."""
    return {
        "property": violation.property,
        "label": {"zh": violation.label.zh, "en": violation.label.en},
        "track": violation.track,
        "about": violation.about,
        "clauses": list(violation.clauses),
        "rules": list(violation.rules),
        "possible": violation.possible,
        "trace": [move_data(move) for move in violation.trace],
    }


def move_data(move: Move) -> dict[str, Any]:
    """A step of a trace as plain data."""
    command = move.command
    said = {
        "actor": getattr(command, "actor", None),
        "capacity": getattr(command, "capacity", None),
        "fields": dict(getattr(command, "fields", {})) or None,
        "leans": move.leans or None,
    }
    return {
        "on": move.on.isoformat(),
        "do": command.name,
        **{key: value for key, value in said.items() if value is not None},
        "clauses": list(move.clauses),
        "rules": list(move.rules),
    }


def _track(track: TrackReport) -> dict[str, Any]:
    return {
        "track": track.track,
        "complete": track.complete,
        "states": track.states,
        "parts": track.parts,
        "steps": track.steps,
        "decided": track.decided,
        "merges": track.merges,
        "merges_checked": track.checked,
        "seconds": round(track.seconds, 3),
        "properties": {name: answer.value for name, answer in track.answers.items()},
        "unexplored": dict(track.unexplored),
        "beyond_bounds": dict(track.beyond),
        "incongruent": [list(commands) for commands in track.incongruent],
        "raised": [{"rule": rule, "error": error} for rule, error in track.raised],
        "exact": list(track.exact),
    }
