"""Events in words, by the policy's own labels; free text is shown while it is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from pledgeflow.cli.labels import Labels, sealed_in
from pledgeflow.cli.output import table
from pledgeflow.domain.events import (
    DEEMED,
    Added,
    Amended,
    Annulled,
    Corrected,
    Event,
    Graded,
    LeanedOn,
    Migrated,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.policy.judging.awarding import REACTIONS, reaction_of
from pledgeflow.policy.language.methods import Share

__all__ = ["Teller", "sealed_in", "told"]


class Teller(Labels):
    """Tells what happened in the pledges of one track."""

    def who(self, event: Event) -> str:
        """Who acted, for whom, and who typed it."""
        actor = getattr(event, "actor", None)
        if not actor:
            return ""
        if isinstance(event, Migrated):
            return self.person(event.actor)
        if getattr(event, "capacity", "") == DEEMED:
            return self.lang.pick("视为已办", "deemed to have happened")
        why = reaction_of(event) if isinstance(event, Recorded) else None
        if why is not None:
            return self.whence(why)
        role = self.label("capacity", str(getattr(event, "capacity", ""))).removeprefix("the ")
        typist = getattr(event, "entered_by", None)
        note = (
            self.lang.pick("，{}录入", ", entered by {}").format(self.person(typist))
            if typist
            else ""
        )
        signatories = getattr(event, "signatories", {})
        others = [self.person(p) for p in signatories.values() if p != actor]
        joint = self.lang.pick("；与", "; with ") + "、".join(others) if others else ""
        return f"{self.person(actor)} ({role}{note}{joint})"

    def whence(self, why: LeanedOn) -> str:
        """What a record follows from: the reaction, and the event of another stream behind it."""
        tracks = (rules.source.reactions for rules in self.policy.tracks.values())
        name = why.fact.removeprefix(REACTIONS)
        rule = next((found[name] for found in tracks if name in found), None)
        called = self.lang.of(rule.label if rule is not None else None, name)
        zh = f"{called}（自 {why.source} 第{why.version}号）"
        return self.lang.pick(zh, f"{called} (from {why.source}, {why.version})")

    def when(self, event: Event) -> date | None:
        """The day on which it happened."""
        found = getattr(event, "occurred_on", None) or getattr(event, "on", None)
        return found if isinstance(found, date) else None

    def what(self, event: Event) -> str:
        """What happened: a line, and one for each field."""
        match event:
            case Recorded() | Signed() | Corrected() | Annulled() | Migrated():
                return self._act(event)
            case Graded() | OutcomeArose() | OutcomeAnswered():
                return self._result(event)
            case Opened() | Moved() | Added() | Amended():
                return self._change(event)

    def _act(self, event: Recorded | Signed | Corrected | Annulled | Migrated) -> str:
        pick = self.lang.pick
        match event:
            case Recorded():
                about = f" ({self.label('subject', event.subject)})" if "/" in event.subject else ""
                late = pick("［逾期］", " [late]") if event.late else ""
                late = pick("［提前］", " [early]") if event.early else late
                said = self.said(event.fields, event.command)
                return (
                    f"{self.label('command', event.command)}{about}{late}{self._due(event)}{said}"
                )
            case Signed():
                command = self.label("command", event.command)
                return pick(f"{command}：一方已签", f"{command}: signed by one party")
            case Corrected():
                head = pick(f"更正第{event.target}号", f"correction of {event.target}")
                return head + self.said(event.fields)
            case Annulled():
                return pick(f"撤销第{event.target}号", f"annulment of {event.target}")
            case Migrated():
                rules = f"{self.policy.name} {event.policy[:12]}"
                return pick(f"改按 {rules} 办理", f"goes over to the rules {rules}")

    def _due(self, event: Recorded | OutcomeArose) -> str:
        """The due dates that it was about."""
        days = self.joined(dict.fromkeys(map(str, sorted(event.relied.values()))))
        return self.lang.pick(f"［期限{days}］", f" [due {days}]") if days else ""

    def _change(self, event: Opened | Moved | Added | Amended) -> str:
        label = self.label
        match event:
            case Opened():
                track = self.lang.of(self.policy.document.tracks[event.track].label)
                head = self.lang.pick(f"开启（{track}）", f"opened ({track})")
                return f"{head}: {label('state', event.state)}"
            case Moved():
                way = f"{label('state', event.source)} → {label('state', event.dest)}"
                return f"{label('subject', event.subject)}: {way}"
            case Added():
                return f"+ {label('subject', event.subject)}: {label('state', event.state)}"
            case Amended():
                return f"~ {label('subject', event.subject)}{self.said(event.after)}"

    def _result(self, event: Graded | OutcomeArose | OutcomeAnswered) -> str:
        pick, label = self.lang.pick, self.label
        match event:
            case Graded():
                last = (
                    pick("已确认", "confirmed") if event.confirmed else pick("待确认", "to confirm")
                )
                worked_out = self._basis(event.basis)
                return f"{pick('等次', 'grade')}: {label('tier', event.tier)} ({last}){worked_out}"
            case OutcomeArose():
                calls = [
                    label("command", call) + (pick(f"，至{day}", f" by {day}") if day else "")
                    for call, day in event.calls_for.items()
                ]
                then = pick("；须", "; calls for: ") + self.joined(calls) if calls else ""
                return f"⇒ {label('outcome', event.outcome)}{self._due(event)}{then}"
            case OutcomeAnswered():
                done = label("command", event.command)
                return pick(f"已办：{done}", f"answered: {done}")

    def _basis(self, basis: Mapping[str, Any]) -> str:
        """What a grade was worked out from: what each channel came to, and the whole."""
        evaluation = self.policy.tracks[self.track].source.evaluation
        grade = evaluation.grade if evaluation is not None else None
        method = grade.method if grade is not None else None
        # Shares of votes stand under the tiers, and not under the channels.
        channels = method.channels if method is not None and not isinstance(method, Share) else {}
        lines: list[str] = []
        for name, found in basis.items():
            said = self.label("tier", found) if isinstance(found, str) else str(found)
            if name in channels:
                head = self.label("command", channels[name].command)
            else:
                head = self.label("tier", name) if name else self.lang.pick("合计", "in all")
            lines.append(f"\n{head}: {said}")
        return "".join(lines)


def told(events: Iterable[Event], tell: Teller) -> Table:
    """Events in a table; what people did stands out from what followed."""
    pick = tell.lang.pick
    made = table("#", pick("日期", "date"), pick("事项", "what"), pick("何人", "who"))
    made.columns[0].justify = "right"
    made.columns[1].no_wrap = True
    days: dict[int, date] = {}
    for event in events:
        # What follows from an act and has no day of its own has that of the act.
        day = tell.when(event) or days.get(getattr(event, "cause", event.version))
        if day is not None:
            days[event.version] = day
        first, *rest = tell.what(event).split("\n")
        what = Text(first, style="bold" if tell.who(event) else "dim")
        what.append("".join(f"\n{line}" for line in rest), style="not bold")
        made.add_row(str(event.version), str(day or ""), what, tell.who(event))
    return made
