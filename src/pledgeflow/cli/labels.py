"""The labels of a policy, and what fields say in words. Beneath `telling`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pledgeflow.cli.options import Lang
from pledgeflow.domain.commands import PLEDGE, StreamId
from pledgeflow.domain.events import Event
from pledgeflow.domain.values import Text
from pledgeflow.policy.compiled.rules import Policy, StepName
from pledgeflow.policy.language.lifecycles import Lifecycle
from pledgeflow.policy.language.steps import CommandField
from pledgeflow.policy.saying.speaker import Speaker
from pledgeflow.policy.saying.valuing import word_for

SHORT = 12
"""So many digits of a digest tell two policies apart at a glance."""


def speaker(policy: Policy, track: str | None, lang: Lang) -> Speaker:
    """Who knows the labels of a policy, those of one track first."""
    own = policy.tracks[track].source if track else policy.document
    others = (rules.source for name, rules in policy.tracks.items() if name != track)
    rules = (own, policy.document, *others)
    return Speaker(policy.document, rules, lang is Lang.ZH, word_for, gone=policy.called)


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


def sealed_in(event: Event) -> Iterator[str]:
    """The digests in whatever an event carries."""
    for name in ("fields", "content", "after", "before"):
        yield from digests(getattr(event, name, None))


@dataclass(frozen=True, slots=True)
class Labels:
    """names: id -> name of a person or organization; words: digest -> text that is still there."""

    policy: Policy
    track: str
    lang: Lang
    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def speaker(self) -> Speaker:
        """The labels."""
        return speaker(self.policy, self.track or None, self.lang)

    def label(self, kind: str, name: str) -> str:
        """What an id of a kind (`state`, `command`, …) is called, without quotation marks."""
        return self.speaker.word(kind, name).strip("“”`")

    def state(self, lifecycle: str, name: str) -> str:
        """What a state of a lifecycle is called."""
        about = replace(self.speaker, lifecycle=lifecycle)
        return about.word("state", name).strip("“”`")

    def person(self, name: str) -> str:
        """A person or organization by name, else by id."""
        return self.names.get(name, name)

    def said(self, fields: Mapping[str, Any], command: str = "") -> str:
        """A line for each field, in the order in which the policy has them."""
        lifecycles, commands = self._lifecycles, self._commands(command)
        order = [name for named in commands for name in named.rules.fields]
        lines: list[str] = []
        for name in sorted(fields, key=lambda n: order.index(n) if n in order else len(order)):
            specs = (named.rules.fields.get(name) for named in commands)
            spec = next((spec for spec in specs if spec is not None), None)
            if spec is None or spec.type not in lifecycles:
                label = self.lang.of(spec.label if spec is not None else None, name)
                lines.append(f"\n{label}: {self._value(spec, fields[name])}")
        return "".join(lines)

    def field(self, name: str, value: Any, command: str = "") -> str:
        """What a field says, in one line; command: which one it is of, if of one."""
        specs = (c.rules.fields.get(name) for c in self._commands(command))
        spec = next((spec for spec in specs if spec is not None), None)
        if isinstance(value, str) and spec is not None and spec.type in self._lifecycles:
            return self.label("subject", value)
        return self._value(spec, value)

    @property
    def _lifecycles(self) -> Mapping[str, Lifecycle]:
        return self.policy.tracks[self.track].lifecycles

    def _commands(self, first: str) -> list[StepName]:
        """The commands that may say what a field is, that which is meant before the others."""
        commands = self.policy.tracks[self.track].commands
        return [*([commands[first]] if first in commands else []), *commands.values()]

    def _value(self, spec: CommandField | None, value: Any) -> str:
        match value:
            case Text():
                return self.words.get(value.digest, self.lang.pick("（已删除）", "(redacted)"))
            case bool():
                return self.lang.pick("是", "yes") if value else self.lang.pick("否", "no")
            case Mapping() if spec is not None and spec.type == "results":
                each = ((self.person(who), self._word(spec, str(v))) for who, v in value.items())
                return self.joined(f"{who} {word}" for who, word in each)
            case Mapping():
                return self.joined(f"{self._word(spec, k)} {_mark(v)}" for k, v in value.items())
            case tuple():
                return self.joined(self._value(spec, each) for each in value)
            case str():
                return self._word(spec, value)
            case _:
                return str(value)

    def _word(self, spec: CommandField | None, value: str) -> str:
        if spec is not None and value in spec.choices:
            return self.lang.of(spec.choices[value])
        if spec is not None and spec.type in ("person", "organization"):
            return self.person(value)
        if spec is not None and spec.of is not None:
            return self.label("subject", value)
        if spec is not None and spec.type == "policy":
            return self.filed(*value.partition("@")[::2])
        return self.label("tier", value)

    def filed(self, policy: str, digest: str) -> str:
        """A policy and what its digest begins with."""
        short = f"{digest[:SHORT]}…"
        return self.lang.pick(f"{policy}（{short}）", f"{policy} ({short})")

    def stream(self, stream: StreamId) -> str:
        """A stream by its name and whose it is; what is no pledge, also by what it is."""
        parts = [str(stream), self.person(stream.promisor)]
        if stream.aggregate != PLEDGE:
            parts.append(self.lang.of(self.policy.document.tracks[self.track].label))
        return " · ".join(parts)

    def joined(self, parts: Iterable[str]) -> str:
        """Several words in a row."""
        return self.lang.pick("、", ", ").join(parts)


def _mark(value: object) -> str:
    return ("✓" if value else "✗") if isinstance(value, bool) else str(value)
