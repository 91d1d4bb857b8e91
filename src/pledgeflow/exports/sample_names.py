"""What people, bodies and words are called that a reason names, but its own policy does not know.

A refusal of one policy may name the sample's people, whom nobody has named, or a role, a tier or a
choice of the other policy, as it was put to it. Beneath `differing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pledgeflow.assurance.exploring.world import ABOVE, HOME, TOP
from pledgeflow.domain.people import View
from pledgeflow.errors import Reason
from pledgeflow.exports.charts import Language
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.words import Label

BODIES = {
    HOME: ("所在单位", "own organization"),
    ABOVE: ("上级", "organization above"),
    TOP: ("最上级", "topmost organization"),
}
VALUES = "values"


@dataclass(frozen=True, slots=True)
class SampleNames:
    """Names for the reasons of one policy. policies: it, and the other; tracks: of both."""

    policies: tuple[Policy, Policy]
    tracks: tuple[str, str]
    view: View
    lang: Language

    def told(self, reason: Reason) -> Reason:
        """The reason with these names in it."""
        names = {**self._words(), **dict(self._people())}
        own = self._own()
        foreign = {name: words for name, words in names.items() if name not in own}
        return replace(
            reason,
            required={key: _renamed(value, foreign) for key, value in reason.required.items()},
            found={
                key: _renamed(value, foreign | (self._others() if key == VALUES else {}))
                for key, value in reason.found.items()
            },
        )

    def _own(self) -> set[str]:
        """What the policy knows itself."""
        rules = self.policies[0].tracks[self.tracks[0]]
        tiers = rules.evaluation.tiers if rules.evaluation is not None else {}
        specs = (spec for c in rules.commands.values() for spec in c.rules.fields.values())
        return {*rules.source.roles, *tiers, *(choice for spec in specs for choice in spec.choices)}

    def _words(self) -> dict[str, str]:
        """The other policy's roles, tiers and choices."""
        rules = self.policies[1].tracks[self.tracks[1]]
        tiers = rules.evaluation.tiers if rules.evaluation is not None else {}
        found = {name: role.label for name, role in rules.source.roles.items()} | dict(tiers)
        for command in rules.commands.values():
            for spec in command.rules.fields.values():
                found |= spec.choices
        return {name: self._of(label) for name, label in found.items()}

    def _people(self) -> Iterator[tuple[str, str]]:
        """Whoever lives in the sample, by post and body; those who promise, and somebody else."""
        for name, body in self.view.organizations.items():
            called = self._body(name)
            yield name, called
            for post, holders in body.posts.items():
                for holder in holders:
                    yield (
                        holder,
                        self._pick(f"{called}的{self._post(post)}", self._post(post, called)),
                    )
        for name in self.view.persons:
            if name.startswith("promisor"):
                yield name, self._pick("承诺人", "the promisor")
        for name in ("other", "other_1"):
            yield name, self._pick("他人", "somebody else")

    def _others(self) -> dict[str, str]:
        return {"other_1": self._pick("其他", "something else")}

    def _body(self, name: str) -> str:
        known = BODIES.get(name.partition("_")[0])
        if known is not None:
            return self._pick(*known)
        labels = (policy.document.kinds.get(name) for policy in self.policies)
        label = next((label for label in labels if label is not None), None)
        return self._of(label) if label is not None else name

    def _post(self, name: str, of: str = "") -> str:
        labels = (policy.document.posts.get(name) for policy in self.policies)
        label = next((label for label in labels if label is not None), None)
        words = self._of(label) if label is not None else name
        return f"{words} of the {of}" if of else words

    def _of(self, label: Label) -> str:
        return self._pick(label.zh, label.en)

    def _pick(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en


def _renamed(value: object, names: Mapping[str, str]) -> object:
    match value:
        case str():
            return names.get(value, value)
        case tuple() | list():
            return tuple(_renamed(each, names) for each in value)
        case Mapping():
            return {key: _renamed(each, names) for key, each in value.items()}
        case _:
            return value
