"""What `verify` finds, in words: what was assumed and explored, what holds, and what does not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pledgeflow.assurance.verifying.reports import (
    ABSTRACTED,
    ASSUMED,
    Answer,
    Move,
    Report,
    TrackReport,
    Violation,
)
from pledgeflow.assurance.verifying.writing import plain
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import Lang
from pledgeflow.cli.output import table
from pledgeflow.domain.commands import Command, Tick
from pledgeflow.policy.compiled.rules import Policy

ANSWERS: Mapping[Answer, tuple[str, str]] = {
    Answer.HOLDS: ("成立", "holds"),
    Answer.EXPLORED: ("在已探索的范围内成立", "holds in what was explored"),
    Answer.POSSIBLE: ("可能不成立", "possibly violated"),
    Answer.VIOLATED: ("不成立", "violated"),
    Answer.SILENT: ("不涉及", "not applicable"),
}
COLOURS = {Answer.HOLDS: "green", Answer.VIOLATED: "red", Answer.POSSIBLE: "yellow"}
UNWRITTEN = {
    "a step in it follows from another stream": "其中有步骤由其他事项引起",
    "it begins with an item from an earlier cycle": "以上一年度结转的事项开头",
    "it rests on how other streams stand": "取决于其他事项的情况",
    "it rests on the bounds": "取决于探索的范围",
    "no step of a scenario shows it": "场景无法表示",
}
MEANINGS = {
    "approval": ("审定", "approval"),
    "consent": ("同意", "consent"),
    "signature": ("签订", "signature"),
}
BEYOND = {"days": ("时间", "time"), "unusual": ("非常规内容", "what is out of the ordinary")}
KINDS = {
    "never_enabled": ("command",),
    "duty_unmeetable": ("duty",),
    "no_consequence": ("outcome", "lifecycle"),
    "award_barred": ("command", "outcome"),
}
"""What a property is about, where that is not a command: what kind of thing has that id."""
FEW = 4


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Puts a report into words."""

    report: Report
    policy: Policy
    lang: Lang

    def explored(self) -> Iterator[RenderableType]:
        """What was assumed, what is one and the same, and what was explored of each track."""
        pick, bounds = self.lang.pick, self.report.bounds
        yield Text.assemble((pick("前提：", "assumed: "), "bold"), self.lang.of(ASSUMED))
        yield Text.assemble((pick("抽象：", "abstraction: "), "bold"), self.lang.of(ABSTRACTED))
        zh = f"每类至多{bounds.states}个状态、同类事项至多{bounds.items}件、{bounds.months}个月"
        en = f"{bounds.states} states a track, {bounds.items} items of a kind, {bounds.months} months"
        if bounds.unusual is not None:
            things = "thing" if bounds.unusual == 1 else "things"
            zh += f"；分部分探索的，同类事项中非常规的填写至多{bounds.unusual}次"
            en += f"; in parts, at most {bounds.unusual} {things} out of the ordinary said of items"
        yield Text.assemble((pick("界限：", "bounds: "), "bold"), pick(zh, en))
        rows = table(*(pick(*head) for head in _TRACK_HEADS))
        for column in rows.columns[1:4]:
            column.justify = "right"
        for track in self.report.tracks:
            label = self.lang.of(self.policy.document.tracks[track.track].label)
            done = pick("全部", "all") if track.complete else pick("不完整", "not all")
            note = (
                "；".join(self._notes(track))
                if self.lang is Lang.ZH
                else "; ".join(self._notes(track))
            )
            took = f"{track.seconds:.1f}"
            rows.add_row(label, str(track.states), str(track.steps), took, done, note)
        yield rows
        yield Text()

    def _notes(self, track: TrackReport) -> Iterator[str]:
        """What was not explored of a track, and why."""
        pick = self.lang.pick
        if track.parts > 1:
            yield pick(f"分{track.parts}部分探索", f"explored in {track.parts} parts")
        if track.unexplored:
            number, first = sum(track.unexplored.values()), min(track.unexplored)
            last = max(track.unexplored)
            yield pick(
                f"尚有{number}个状态未探索（{first}至{last}）",
                f"{number} states were not looked at ({first} to {last})",
            )
        if track.uncompared:
            yield pick(
                f"归并的状态只比较了{track.checked}个",
                f"of states taken as one only {track.checked} were compared",
            )
        if track.incongruent:
            number = len(track.incongruent)
            yield pick(f"{number}处归并不一致", f"{number} states were taken for one, and are not")
        for rule, error in track.raised[:FEW]:
            yield pick(f"{rule} 出错：{error}", f"{rule} raised {error}")
        if track.beyond:
            named = (self._beyond(track, what) for what in sorted(track.beyond))
            yield pick("超出界限未探索：", "beyond the bounds: ") + pick("、", ", ").join(named)
        if track.exact:
            yield pick("未说明所见的条件：", "guards that do not say what they see: ") + ", ".join(
                track.exact
            )

    def _beyond(self, track: TrackReport, what: str) -> str:
        if what in BEYOND:
            return self.lang.pick(*BEYOND[what])
        lifecycle = self.policy.tracks[track.track].lifecycles.get(what)
        label = self.lang.of(lifecycle.label if lifecycle is not None else None, what)
        return self.lang.pick(f"更多“{label}”", f"more of `{label}`")

    def answers(self) -> Table:
        """Each property, and in which tracks it stands how."""
        rows = table(*(self.lang.pick(*head) for head in _HEADS))
        for name, label in self.report.properties.items():
            by_answer: dict[Answer, list[str]] = {}
            for track in self.report.tracks:
                if name in track.answers:
                    by_answer.setdefault(track.answers[name], []).append(track.track)
            if by_answer.keys() - {Answer.SILENT}:
                by_answer.pop(Answer.SILENT, None)
            for place, (answer, tracks) in enumerate(sorted(by_answer.items(), key=_severity)):
                words = Text(self.lang.pick(*ANSWERS[answer]), COLOURS.get(answer, ""))
                rows.add_row("" if place else self.lang.of(label), words, self._tracks(tracks))
        return rows

    def _tracks(self, tracks: list[str]) -> str:
        if len(tracks) > FEW:
            return self.lang.pick(f"{len(tracks)}类", f"{len(tracks)} tracks")
        document = self.policy.document
        labels = (self.lang.of(document.tracks[track].label) for track in tracks)
        return self.lang.pick("、", ", ").join(labels)

    def violation(self, violation: Violation) -> Iterator[RenderableType]:
        """One thing that is wrong, and the shortest way there."""
        pick = self.lang.pick
        labels = Labels(self.policy, violation.track, self.lang)
        about = self._about(violation, labels)
        track = self.lang.of(self.policy.document.tracks[violation.track].label)
        possible = pick("（可能）", " (possibly)") if violation.possible else ""
        yield Text()
        mark = "?" if violation.possible else "✗"
        head = f"{self.lang.of(violation.label)}{possible}"
        where = f" · {about} · {track}" if about else f" · {track}"
        yield Text.assemble((f"{mark} ", "red"), (head, "bold"), where)
        if not violation.trace and violation.rules:
            yield Padding(Text(", ".join((*violation.rules, *violation.clauses))), (0, 0, 0, 2))
        rows = table("", *(pick(*head) for head in _STEP_HEADS))
        for number, move in enumerate(violation.trace, 1):
            rows.add_row(str(number), *self._move(move, labels))
        if violation.trace:
            yield Padding(rows, (0, 0, 0, 2))

    def _about(self, violation: Violation, labels: Labels) -> str:
        name, about = violation.property, violation.about
        if name == "dead_end":
            lifecycle, _, state = about.partition(".")
            return labels.state(lifecycle, state)
        if about in MEANINGS:
            return self.lang.pick(*MEANINGS[about])
        if name.startswith("properties.") or name == "refusal_changes":
            return ""
        kinds = KINDS.get(name, ("command",))
        source = self.policy.tracks[violation.track].source
        homes: Mapping[str, Collection[str]] = {
            "outcome": source.outcomes,
            "duty": source.duties,
            "command": source.commands,
        }
        kind = next((kind for kind in kinds if about in homes.get(kind, ())), kinds[-1])
        if kind == "lifecycle":
            return self.lang.of(source.lifecycles[about].label)
        return labels.label(kind, about)

    def _move(self, move: Move, labels: Labels) -> tuple[str, ...]:
        command, pick = move.command, self.lang.pick
        if isinstance(command, Tick):
            return str(move.on), "", pick("时间推移", "time moves on"), ", ".join(move.clauses)
        who = ""
        if isinstance(command, Command):
            role = labels.label("capacity", command.capacity).removeprefix("the ")
            who = f"{command.actor} ({role})"
        what = labels.label("command", command.name)
        if command.name in ("take_over", "begin"):
            words = {
                "take_over": ("结转的事项转入", "an item comes over"),
                "begin": ("开始", "begin"),
            }
            what = pick(*words[command.name])
        said = plain(getattr(command, "fields", {}))
        told = ", ".join(f"{name}: {_short(value)}" for name, value in said.items())
        leans = pick("（取决于其他事项）", " (if other streams stand so)") if move.leans else ""
        return (
            str(move.on),
            who,
            f"{what}{leans}{f' · {told}' if told else ''}",
            ", ".join(move.clauses),
        )

    def summary(self) -> Text:
        """The whole in a line."""
        report, pick = self.report, self.lang.pick
        took = f"{report.seconds:.1f}"
        certain = sum(not violation.possible for violation in report.violations)
        possible = len(report.violations) - certain
        zh = f"共{report.states}个状态，用时{took}秒；不成立{certain}处，可能不成立{possible}处"
        en = f"{report.states} states in {took} s; {certain} violations, {possible} possible ones"
        if not report.complete:
            zh += "；探索不完整，未发现的不等于没有"
            en += "; not everything was explored, so what was not found may be there"
        return Text(f"\n{pick(zh, en)}")


_TRACK_HEADS = (
    ("类别", "track"),
    ("状态", "states"),
    ("步骤", "steps"),
    ("秒", "seconds"),
    ("探索", "explored"),
    ("说明", "notes"),
)
_HEADS = (("性质", "property"), ("结论", "answer"), ("类别", "tracks"))
_STEP_HEADS = (("日期", "date"), ("办理人", "who"), ("步骤", "step"), ("条款", "clauses"))
_ORDER = (Answer.VIOLATED, Answer.POSSIBLE, Answer.EXPLORED, Answer.HOLDS, Answer.SILENT)


def _severity(entry: tuple[Answer, list[str]]) -> int:
    return _ORDER.index(entry[0])


def _short(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value)
