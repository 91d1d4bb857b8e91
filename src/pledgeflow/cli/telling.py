"""Events in words, by the policy's own labels; free text is shown while it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pledgeflow.cli.options import Lang
from pledgeflow.domain.events import (
    Added,
    Amended,
    Annulled,
    Corrected,
    Event,
    Graded,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.domain.values import Text
from pledgeflow.policy.rules import Policy
from pledgeflow.policy.schema import CommandField
from pledgeflow.policy.wording import Speaker


def speaker(policy: Policy, track: str | None, lang: Lang) -> Speaker:
    """Who knows the labels of a policy, those of one track first."""
    own = policy.tracks[track].source if track else policy.document
    others = (rules.source for name, rules in policy.tracks.items() if name != track)
    return Speaker(policy.document, (own, policy.document, *others), lang is Lang.ZH)


def digests(value: Any) -> Iterator[str]:
    """Every digest of free text inside the fields of an event."""
    if isinstance(value, Text):
        yield value.digest
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from digests(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from digests(each)


def sealed(event: Event) -> Iterator[str]:
    """The digests in whatever an event carries."""
    for name in ("fields", "content", "after", "before"):
        yield from digests(getattr(event, name, None))


@dataclass(frozen=True, slots=True)
class Teller:
    """names: id -> name of a person or organization; words: digest -> text that is still there."""

    policy: Policy
    track: str
    lang: Lang
    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def speaker(self) -> Speaker:
        """The labels."""
        return speaker(self.policy, self.track, self.lang)

    def label(self, kind: str, name: str) -> str:
        """What an id of a kind (`state`, `command`, …) is called, without quotation marks."""
        return self.speaker.word(kind, name).strip("“”`")

    def person(self, name: str) -> str:
        """A person or organization by name, else by id."""
        return self.names.get(name, name)

    def who(self, event: Event) -> str:
        """Who acted, for whom, and who typed it."""
        actor = getattr(event, "actor", None)
        if not actor:
            return ""
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

    def when(self, event: Event) -> date | None:
        """The day on which it happened."""
        found = getattr(event, "occurred_on", None) or getattr(event, "on", None)
        return found if isinstance(found, date) else None

    def what(self, event: Event) -> str:
        """What happened: a line, and one for each field."""
        match event:
            case Recorded() | Signed() | Corrected() | Annulled():
                return self._act(event)
            case Graded() | OutcomeArose() | OutcomeAnswered():
                return self._result(event)
            case Opened() | Moved() | Added() | Amended():
                return self._change(event)

    def _act(self, event: Recorded | Signed | Corrected | Annulled) -> str:
        pick = self.lang.pick
        match event:
            case Recorded():
                about = f" ({self.label('subject', event.subject)})" if "/" in event.subject else ""
                late = pick("［逾期］", " [late]") if event.late else ""
                said = self._said(event.fields, event.command)
                return f"{self.label('command', event.command)}{about}{late}{said}"
            case Signed():
                command = self.label("command", event.command)
                return pick(f"{command}：一方已签", f"{command}: signed by one party")
            case Corrected():
                head = pick(f"更正第{event.target}号", f"correction of {event.target}")
                return head + self._said(event.fields)
            case Annulled():
                return pick(f"撤销第{event.target}号", f"annulment of {event.target}")

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
                return f"~ {label('subject', event.subject)}{self._said(event.after)}"

    def _result(self, event: Graded | OutcomeArose | OutcomeAnswered) -> str:
        pick, label = self.lang.pick, self.label
        match event:
            case Graded():
                last = (
                    pick("已确认", "confirmed") if event.confirmed else pick("待确认", "to confirm")
                )
                return f"{pick('等次', 'grade')}: {label('tier', event.tier)} ({last})"
            case OutcomeArose():
                calls = [
                    label("command", call) + (pick(f"，至{day}", f" by {day}") if day else "")
                    for call, day in event.calls_for.items()
                ]
                then = pick("；须", "; calls for: ") + self._joined(calls) if calls else ""
                return f"⇒ {label('outcome', event.outcome)}{then}"
            case OutcomeAnswered():
                done = label("command", event.command)
                return pick(f"已办：{done}", f"answered: {done}")

    def _said(self, fields: Mapping[str, Any], command: str = "") -> str:
        parts = [
            f"{self.lang.of(spec.label if spec else None, name)}: {self._value(spec, value)}"
            for name, value in fields.items()
            for spec in (self._spec(name, command),)
            if spec is None or spec.type not in self.policy.tracks[self.track].lifecycles
        ]
        return "\n" + "\n".join(parts) if parts else ""

    def _spec(self, name: str, command: str) -> CommandField | None:
        commands = self.policy.tracks[self.track].commands
        first = [commands[command]] if command in commands else []
        specs = (c.rules.fields.get(name) for c in (*first, *commands.values()))
        return next((spec for spec in specs if spec is not None), None)

    def _value(self, spec: CommandField | None, value: Any) -> str:
        match value:
            case Text():
                return self.words.get(value.digest, self.lang.pick("（已删除）", "(redacted)"))
            case bool():
                return self.lang.pick("是", "yes") if value else self.lang.pick("否", "no")
            case Mapping():
                return self._joined(f"{self._word(spec, k)} {_mark(v)}" for k, v in value.items())
            case tuple():
                return self._joined(self._value(spec, each) for each in value)
            case str():
                return self._word(spec, value)
            case _:
                return str(value)

    def _word(self, spec: CommandField | None, value: str) -> str:
        if spec is not None and value in spec.choices:
            return self.lang.of(spec.choices[value])
        if spec is not None and spec.type in ("person", "organization"):
            return self.person(value)
        return self.label("tier", value)

    def _joined(self, parts: Iterable[str]) -> str:
        return self.lang.pick("、", ", ").join(parts)


def _mark(value: object) -> str:
    return ("✓" if value else "✗") if isinstance(value, bool) else str(value)
