"""A refusal for people: why, on the strength of which clause, and what would make it legal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.cli.options import Lang
from pledgeflow.errors import Reason, Ruling, Verdict
from pledgeflow.policy.register import Clause
from pledgeflow.policy.rules import Policy
from pledgeflow.policy.wording import say, say_remedy, say_ruling

COLOURS = {Ruling.PERMITTED: "bold green", Ruling.NOT_YET: "bold yellow"}


@dataclass(frozen=True, slots=True)
class Explainer:
    """Puts the verdicts of one policy into words. clauses: its register; track: None if unknown."""

    policy: Policy
    track: str | None
    clauses: Mapping[str, Clause]
    lang: Lang

    def ruling(self, verdict: Verdict) -> Text:
        """The answer itself."""
        style = COLOURS.get(verdict.ruling, "bold red")
        return Text(say_ruling(verdict.ruling, self.lang), style=style)

    def sentence(self, reason: Reason) -> str:
        """What was required and what was found."""
        return reason.text.get(self.lang) or say(self.policy, self.track, reason, self.lang)

    def reason(self, reason: Reason) -> RenderableType:
        """The sentence, the clauses behind it with their gist, and the remedy step by step."""
        parts: list[RenderableType] = [Text(self.sentence(reason))]
        parts += [_line(text) for text in self._grounds(reason)]
        remedies = [say_remedy(self.policy, self.track, s, self.lang) for s in reason.remedy]
        head = self.lang.pick("办法：", "remedy: ")
        for number, words in enumerate(remedies, start=1):
            count = f"{number}. " if len(remedies) > 1 else ""
            parts.append(_line(Text.assemble((head if number == 1 else "", "green"), count, words)))
        return Group(*parts)

    def _grounds(self, reason: Reason) -> Iterator[Text]:
        for name in reason.clauses:
            clause = self.clauses.get(name)
            gist = self.lang.of(clause.gist) if clause is not None else ""
            yield Text.assemble((f"{name}  ", "cyan"), (gist, "dim"))
        if not reason.clauses:
            reading = _assumed(self.policy, reason.rule)
            own = self.lang.pick(
                "没有条款规定，这是我们的读法", "no clause says so; this is our reading"
            )
            if reading:
                yield Text.assemble((f"{own}: ", "yellow"), (reading, "dim"))

    def data(self, verdict: Verdict) -> dict[str, Any]:
        """The same for programs."""
        return {
            "ruling": verdict.ruling,
            "reasons": [self._data(reason) for reason in verdict.reasons],
            "needs": verdict.needs,
        }

    def _data(self, reason: Reason) -> dict[str, Any]:
        said = (self.clauses[name].gist for name in reason.clauses if name in self.clauses)
        gists = dict(zip((c for c in reason.clauses if c in self.clauses), said, strict=True))
        return {
            "code": reason.code,
            "ruling": reason.ruling,
            "rule": reason.rule,
            "clauses": {name: gist.model_dump() for name, gist in gists.items()},
            "required": plain(reason.required),
            "found": plain(reason.found),
            "text": {lang: say(self.policy, self.track, reason, lang) for lang in Lang},
            "remedy": [
                {f.name: plain(getattr(step, f.name)) for f in fields(step)}
                | {"text": {ln: say_remedy(self.policy, self.track, step, ln) for ln in Lang}}
                for step in reason.remedy
            ],
        }


def plain(value: Any) -> Any:
    """A value as JSON has it; sets in order, dates as text."""
    match value:
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case set() | frozenset():
            return sorted(plain(each) for each in value)
        case list() | tuple():
            return [plain(each) for each in value]
        case None | bool() | int() | str():
            return value
        case _:
            return str(getattr(value, "digest", value))


def _line(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 4), expand=False)


def _assumed(policy: Policy, rule: str) -> str:
    """The reading behind a rule that no clause states: its own, or that of the rule around it."""
    here: Any = policy.tree
    reading = ""
    for word in rule.split("."):
        here = here.get(word) if isinstance(here, Mapping) else None
        if isinstance(here, Mapping) and isinstance(here.get("assumed"), str):
            reading = here["assumed"]
    return reading
