"""What one rule says, on a line or two, with the labels of what it names. Beneath `showing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pledgeflow.assurance.listing import Rule
from pledgeflow.cli.options import Lang

Labels = Mapping[tuple[str, str], Mapping[str, str]]

STATES = (
    "source",
    "dest",
    "in",
    "all",
    "any",
    "none",
    "initial",
    "final",
    "state",
    "since",
    "while",
)
COUNTED = ("counted", "fulfilled", "aside", "among")
COLLECTIONS: Mapping[str, str] = {
    **dict.fromkeys((*STATES, *COUNTED), "states"),
    **dict.fromkeys(("by", "any_of", "all_of", "otherwise", "roles"), "roles"),
    **dict.fromkeys(("kept_by", "owner", "excluded"), "roles"),
    **dict.fromkeys(("command", "order", "confirmed_by", "calls_for"), "commands"),
    **dict.fromkeys(("records", "last", "next", "met_by", "do"), "commands"),
    **dict.fromkeys(("tier", "tiers", "scale", "bounds", "at_least"), "tiers"),
    **dict.fromkeys(("adds", "amends", "items", "each"), "lifecycles"),
    **dict.fromkeys(("like", "tracks"), "tracks"),
    "outcomes": "outcomes",
    "stage": "stages",
    "duty": "duties",
}
"""Which collection the ids under a key belong to."""


@dataclass(frozen=True, slots=True)
class Describer:
    """Puts rules into words."""

    labels: Labels
    lang: Lang

    def title(self, rule: Rule) -> str:
        """What a rule is called: its label, or that of the command it answers to."""
        if rule.label is not None:
            return rule.label[self.lang]
        if rule.path[-2:-1] == ("transitions",):
            command = rule.says.get("trigger", rule.path[-1])
            return self._name("commands", str(command), otherwise="")
        return ""

    def part(self, rule: Rule, keys: Iterable[str]) -> str:
        """Only these words of it, its label among them."""
        wanted = set(keys)
        label = [rule.label[self.lang]] if rule.label is not None and "label" in wanted else []
        said = replace(rule, says={k: v for k, v in rule.says.items() if k in wanted})
        return self.lang.pick("；", "; ").join(filter(None, [*label, self.text(said)]))

    def text(self, rule: Rule) -> str:
        """What it says, beside its name."""
        if rule.absent:
            return self.lang.pick("不适用", "does not hold here")
        says = dict(rule.says)
        parts: list[str] = []
        if rule.path[-2:-1] == ("transitions",):
            parts.append(self._move(says))
        parts += [self._part(key, value) for key, value in says.items() if value not in ({}, [])]
        return self.lang.pick("；", "; ").join(filter(None, parts))

    def _move(self, says: dict[str, Any]) -> str:
        source, dest = says.pop("source", None), says.pop("dest", None)
        by, trigger = says.pop("by", None), says.pop("trigger", None)
        says.pop("stays", None)
        way = [
            self._words(key, value) for key, value in (("source", source), ("dest", dest)) if value
        ]
        who = self._by(by) if by else ""
        also = f" ({trigger})" if trigger else ""
        parts = [" → ".join(way) + also, self.lang.pick(f"由{who}", f"by {who}") if who else ""]
        return self.lang.pick("，", ", ").join(filter(None, parts))

    def _by(self, by: Any) -> str:
        joint = by.get("all_of") if isinstance(by, dict) else None
        some = by.get("any_of", by) if isinstance(by, dict) else by
        joiner = ("与", " and ") if joint else ("或", " or ")
        return self.lang.pick(*joiner).join(self._each("by", joint or some))

    def _part(self, key: str, value: Any) -> str:
        if value is True:
            return key
        return f"{key}: {self._words(key, value)}"

    def _words(self, key: str, value: Any) -> str:
        return self.lang.pick("、", ", ").join(self._each(key, value))

    def _each(self, key: str, value: Any) -> Iterable[str]:
        match value:
            case {"zh": str(), "en": str()}:
                return (value[self.lang],)
            case dict():
                return [self._entry(key, str(k), v) for k, v in value.items()]
            case list():
                return [self._name(COLLECTIONS.get(key, ""), str(item)) for item in value]
            case bool():
                return (self.lang.pick("是", "yes") if value else self.lang.pick("否", "no"),)
            case _:
                return (self._name(COLLECTIONS.get(key, ""), str(value)),)

    def _entry(self, key: str, name: str, value: Any) -> str:
        own = self._name(COLLECTIONS.get(key, ""), name)
        match value:
            case True:
                return own
            case {"zh": str(), "en": str()}:
                return str(value[self.lang])
            case dict() | list():
                return f"{own} ({self._words(name, value)})" if value else own
            case _:
                return f"{own} {self._words(name, value)}"

    def _name(self, collection: str, name: str, *, otherwise: str | None = None) -> str:
        if collection == "roles" and name == "promisor":
            return self.lang.pick("承诺人", "promisor")
        label = self.labels.get((collection, name)) if collection else None
        if label is not None:
            return label[self.lang]
        return name if otherwise is None else otherwise
