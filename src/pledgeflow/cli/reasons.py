"""A refusal for people: why, on the strength of which clause, and what would make it legal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pledgeflow.assurance.listing import reading_of
from pledgeflow.cli.options import Lang
from pledgeflow.cli.typed import options
from pledgeflow.errors import Reason, RemedyStep, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.register import Clause
from pledgeflow.policy.saying.wording import say, say_remedy, say_ruling

COLOURS = {Ruling.PERMITTED: "bold green", Ruling.NOT_YET: "bold yellow"}


@dataclass(frozen=True, slots=True)
class Explainer:
    """Puts the verdicts of one policy into words.

    clauses: its register; track: None if unknown; names: what to call a person instead of the id;
    options: whether remedies are given as options of `do` too
    """

    policy: Policy
    track: str | None
    clauses: Mapping[str, Clause]
    lang: Lang
    names: Mapping[str, str] = field(default_factory=dict)
    options: bool = False

    def ruling(self, verdict: Verdict) -> Text:
        """The answer itself."""
        style = COLOURS.get(verdict.ruling, "bold red")
        return Text(say_ruling(verdict.ruling, self.lang), style=style)

    def sentence(self, reason: Reason) -> str:
        """What was required and what was found."""
        said = reason.text.get(self.lang) or say(self.policy, self.track, reason, self.lang)
        return self._named(said, (reason.required, reason.found))

    def reason(self, reason: Reason) -> RenderableType:
        """The sentence, the clauses behind it with their gist, and the remedy step by step."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(min_width=6, no_wrap=True)
        grid.add_column(overflow="fold")
        for name, words in self._grounds(reason):
            grid.add_row(Text(name, style="cyan"), Text(words, style="dim"))
        remedies = [self.remedy(step) for step in reason.remedy]
        for number, words in enumerate(remedies, start=1):
            head = self.lang.pick("办法", "remedy") if number == 1 else ""
            count = f"{number}. " if len(remedies) > 1 else ""
            grid.add_row(Text(head, style="green"), Text(f"{count}{words}"))
            typed = self.typed(reason.remedy[number - 1])
            if typed:
                grid.add_row(Text(""), Text(typed, style="dim"))
        return Group(Text(self.sentence(reason)), Padding(grid, (0, 0, 0, 2), expand=False))

    def typed(self, step: RemedyStep) -> str:
        """A remedy as it is typed; nothing where there is nothing to type."""
        return options(self.policy, self.track, step) if self.options else ""

    def remedy(self, step: RemedyStep) -> str:
        """A remedy in words."""
        said = say_remedy(self.policy, self.track, step, self.lang)
        return self._named(said, {"promisor": step.promisor})

    def _grounds(self, reason: Reason) -> Iterator[tuple[str, str]]:
        for name in reason.clauses:
            clause = self.clauses.get(name)
            yield name, self.lang.of(clause.gist) if clause is not None else ""
        reading = "" if reason.clauses else _assumed(self.policy, reason.rule, self.lang)
        if reading:
            yield self.lang.pick("读法", "reading"), reading

    def _named(self, said: str, about: object) -> str:
        """A sentence with the people it is about called by name."""
        for key in {*_words(about)} & self.names.keys():
            whole = rf"`{re.escape(key)}`|(?<![\w-]){re.escape(key)}(?![\w-])"
            said = re.sub(whole, self.names[key], said, flags=re.ASCII)
        return said

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


def _words(value: object) -> Iterator[str]:
    """Every word in the data of a reason."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (word for each in value.values() for word in _words(each))
    elif isinstance(value, tuple | list):
        yield from (word for each in value for word in _words(each))


def _assumed(policy: Policy, rule: str, lang: Lang) -> str:
    """The reading behind a rule that no clause states: its own, or that of the rule around it."""
    here: Any = policy.tree
    reading = ""
    for word in rule.split("."):
        here = here.get(word) if isinstance(here, Mapping) else None
        said = reading_of(here.get("assumed")) if isinstance(here, Mapping) else None
        reading = said.get(lang, reading) if said is not None else reading
    return reading
