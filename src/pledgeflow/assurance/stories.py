"""Stories: named beginnings that scenarios share, each perhaps going on from another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.assurance.acts import Act, Acts, Year
from pledgeflow.assurance.checking import checked, nearest
from pledgeflow.errors import Problem
from pledgeflow.policy.files.marks import Layer
from pledgeflow.policy.files.reading import Source
from pledgeflow.policy.words import Ident, Model, Words


class Story(Model):
    """A beginning as it is written. after: the story it goes on from, and takes the rest from."""

    after: Ident | None = None
    promisor: Words | None = None
    directory: Ident | None = None
    cycle: Year | None = None
    steps: Acts = ()


class Stories(Model):
    """A file of stories."""

    stories: dict[Ident, Story]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A story with what it inherits: whose pledge its steps are about, in which cycle."""

    name: str
    steps: tuple[Act, ...]
    promisor: str
    directory: str
    cycle: str
    after: Chapter | None = None

    @property
    def last(self) -> date | None:
        """The day of its last step."""
        if self.steps:
            return self.steps[-1].on
        return self.after.last if self.after is not None else None


def told(source: Source, problems: list[Problem]) -> dict[str, Chapter]:
    """The stories of a file that make sense; what is wrong with the others goes to `problems`."""
    found = checked(Stories, source, problems)
    if found is None:
        return {}
    teller = _Teller(found.stories, source.entries()["stories"].entries(), problems)
    for name in found.stories:
        teller.tell(name)
    return teller.chapters


@dataclass(slots=True)
class _Teller:
    """Settles what stories inherit. INVARIANT: a story's mistakes are said where it is written."""

    stories: Mapping[str, Story]
    layers: Mapping[str, Layer]
    problems: list[Problem]
    chapters: dict[str, Chapter] = field(default_factory=dict)

    def tell(self, name: str, trail: tuple[str, ...] = ()) -> Chapter | None:
        """A story after the one it goes on from; trail: those that are being told already."""
        story = self.stories[name]
        if name in self.chapters:
            return self.chapters[name]
        before = None
        if story.after is not None:
            before = self._before(name, story.after, (*trail, name))
            if before is None:
                return None
        promisor = story.promisor or (before.promisor if before else None)
        directory = story.directory or (before.directory if before else None)
        cycle = story.cycle or (before.cycle if before else None)
        if promisor is None or directory is None or cycle is None:
            self._say(name, None, "say `promisor:`, `directory:` and `cycle:` here or in `after`")
            return None
        self.chapters[name] = Chapter(name, story.steps, promisor, directory, cycle, before)
        return self.chapters[name]

    def _before(self, name: str, after: str, trail: tuple[str, ...]) -> Chapter | None:
        if after not in self.stories:
            self._say(name, "after", nearest("story", after, self.stories))
            return None
        if after in trail:
            self._say(name, "after", f"`{after}` comes after itself; cut the circle")
            return None
        return self.tell(after, trail)

    def _say(self, name: str, key: str | None, message: str) -> None:
        mark = self.layers[name].marks.at((key,) if key is not None else ())
        self.problems.append(mark.problem(f"{name}: {message}"))
