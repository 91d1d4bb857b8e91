"""Who puts reasons into words: a language, and the labels of a policy to look things up in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from pledgeflow.errors import Reason
from pledgeflow.policy.compiled.surroundings import Rulebook, fires
from pledgeflow.policy.language.balloting import BallotRules
from pledgeflow.policy.language.cycles import Stage
from pledgeflow.policy.language.duties import DutyRules
from pledgeflow.policy.language.following import OutcomeRules
from pledgeflow.policy.language.lifecycles import Lifecycle, Transition
from pledgeflow.policy.language.people import Role
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.language.steps import CommandField, CommandRules
from pledgeflow.policy.language.tracks import Track
from pledgeflow.policy.saying.filling import fill
from pledgeflow.policy.saying.phrases import BLANK, OWN_WORDS, Phrase
from pledgeflow.policy.words import Label

Labelled = (
    Label | BallotRules | CommandRules | DutyRules | Lifecycle | OutcomeRules | Role | Stage | Track
)
AND: Phrase = ("、", " and ")
OR: Phrase = ("或", " or ")
INNER = str.maketrans("“”`", "‘’'")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts what a reason names into words, by label where the policy has one.

    rules: where to look, nearest first; lifecycle, commands, field: what the reason is about;
    gone: labels of steps that were taken out
    """

    document: Document
    rules: tuple[Rules, ...]
    chinese: bool
    kinds: Callable[[str], Word]
    lifecycle: str = ""
    commands: tuple[str, ...] = ()
    field: str = ""
    gone: Mapping[str, Label] = dataclass_field(default_factory=dict)

    def about(self, reason: Reason) -> Speaker:
        """The same speaker, who knows what this reason is about."""
        required, found = reason.required, reason.found
        lifecycle, transition, _, command = placed(reason.rule)
        taken = self._transition(lifecycle, transition)
        fired = fires(transition, taken) if taken is not None else ""
        near = (found.get("subject"), required.get("lifecycle"), required.get("of"))
        named = (name.partition("/")[0] for name in near if isinstance(name, str))
        return replace(
            self,
            lifecycle=next(named, lifecycle),
            commands=tuple(map(str, (*many(required.get("command")), fired, command))),
            field=str(required.get("field") or found.get("field") or ""),
        )

    def fill(self, phrase: Phrase, data: Mapping[str, object]) -> str:
        """A phrase with the data in words."""
        return fill(self.pick(phrase), data, self.word)

    def word(self, kind: str, value: object) -> str:
        """A value of a kind in words; where there is none, that."""
        return self.pick(BLANK) if value is None else self.kinds(kind)(self, value)

    def pick(self, phrase: Phrase) -> str:
        """A phrase in the language spoken."""
        return phrase[0] if self.chinese else phrase[1]

    def quoted(self, words: object) -> str:
        """Words set apart from the sentence; marks in them become the inner ones."""
        inner = str(words).translate(INNER)
        return self.pick((f"“{inner}”", f"`{inner}`"))

    def joined(self, parts: Iterable[str], last: Phrase = AND) -> str:
        """Several words in a row; `last` stands before the last of them."""
        *before, end = tuple(parts) or ("",)
        return self.pick(("、", ", ")).join(before) + (self.pick(last) if before else "") + end

    def label(self, name: str, labels: Iterable[Mapping[str, Labelled]]) -> str:
        """The first label that an id has, else the one that every policy has; "" if none."""
        found = next((known[name] for known in labels if name in known), None)
        if found is None:
            return self.pick(OWN_WORDS.get(name, ("", "")))
        label = found if isinstance(found, Label) else found.label
        return self.pick((label.zh, label.en))

    def named(self, name: str, labels: Iterable[Mapping[str, Labelled]]) -> str:
        """The label of an id, or else the id, set apart from the sentence."""
        return self.quoted(self.label(name, labels) or name)

    def lifecycle_label(self, name: str) -> str:
        """What the subjects of a lifecycle are called; "" if there is none."""
        return self.label(name, (rules.lifecycles for rules in self.rules))

    def guard_label(self, rule: str) -> str:
        """How the guard at a rule path is called; "" if it is none, or has no label."""
        lifecycle, name, guard, _ = placed(rule)
        transition = self._transition(lifecycle, name)
        guards = {**transition.guards, **(transition.when or {})} if transition is not None else {}
        label = guards[guard].label if guard in guards else None
        return self.pick((label.zh, label.en)) if label is not None else ""

    def _transition(self, lifecycle: str, name: str) -> Transition | None:
        declared = (r.lifecycles[lifecycle] for r in self.rules if lifecycle in r.lifecycles)
        return next((d.transitions[name] for d in declared if name in d.transitions), None)

    def specs(self, field: str) -> Iterator[CommandField]:
        """What commands say of a field: first those the reason is about, then those of items."""
        for rules in self.rules:
            said = {n: c.fields[field] for n, c in rules.commands.items() if field in c.fields}
            # Few tracks know a field, and to find out which command comes first takes longest.
            for name in self._nearest(rules) if said else ():
                if name in said:
                    yield said[name]

    def _nearest(self, rules: Rules) -> Iterator[str]:
        book = Rulebook(rules, "")
        yield from self.commands
        yield from book.adders(self.lifecycle)
        yield from book.amenders(self.lifecycle)
        yield from rules.commands


Word = Callable[[Speaker, object], str]


def placed(rule: str) -> tuple[str, str, str, str]:
    """The lifecycle, transition and guard that a rule path names, and the command; "" if none."""
    first, *rest = rule.split(".")
    lifecycle, transition, guard = (*rest, *[""] * 5)[:5:2]
    if first == "lifecycles":
        return lifecycle, transition, guard, transition
    return "", "", "", lifecycle if first == "commands" else ""


def many(value: object) -> tuple[object, ...]:
    """One thing or several, as several."""
    if isinstance(value, set | frozenset):
        return tuple(sorted(value, key=str))
    if isinstance(value, tuple | list | Mapping):
        return tuple(value)
    return () if value is None else (value,)
