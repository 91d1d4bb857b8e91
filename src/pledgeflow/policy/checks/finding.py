"""What the checks share: the rules of a track as they see them, and the way they report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.surroundings import Rulebook, fires
from pledgeflow.policy.files.marks import Marks, Path
from pledgeflow.policy.language.lifecycles import Lifecycle, Transition
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.language.steps import CommandRules

Place = tuple[str, ...]
Finding = tuple[Place, str]
"""Where (a path in the rules), and what is wrong and what to write instead."""


@dataclass(frozen=True)
class Surface:
    """The rules of one track, with the marks of where each was written, and what was taken out.

    removed: path of what was taken out -> the clauses behind that
    """

    track: str
    document: Document
    rules: Rules
    marks: Marks
    removed: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)

    @property
    def book(self) -> Rulebook:
        """The track's rules, looked at from the outside."""
        return Rulebook(self.rules, self.root)

    @property
    def root(self) -> str:
        """The lifecycle that belongs to nothing; "" if there is none."""
        return next((n for n, lifecycle in self.rules.lifecycles.items() if not lifecycle.of), "")

    def own(self, place: Path) -> bool:
        """Whether this was written in the policy's own file, and not in an ancestor's."""
        return self.marks.at(place).path == self.marks.mark.path

    def cut(self, lifecycle: str) -> Place | None:
        """The first transition of a lifecycle that the policy itself takes out, if it does."""
        start = ("lifecycles", lifecycle, "transitions")
        gone = (path for path in self.removed if path[:-1] == start and self.own(path))
        return next(gone, None)

    @cached_property
    def given(self) -> Set[str]:
        """The commands that some transition answers to: those that somebody can give."""
        fired = {fires(place[3], step) for place, _, step in self.transitions()}
        return fired & self.rules.commands.keys()

    @property
    def amending(self) -> tuple[CommandRules, ...]:
        """The commands that change the content of what the track is about, of those there are."""
        commands = self.rules.commands
        return tuple(commands[c] for c in self.book.amenders(self.root) if c in commands)

    def transitions(self) -> Iterator[tuple[Place, Lifecycle, Transition]]:
        """Every transition with its path and its lifecycle."""
        for name, lifecycle in self.rules.lifecycles.items():
            for key, transition in lifecycle.transitions.items():
                yield ("lifecycles", name, "transitions", key), lifecycle, transition

    @property
    def states(self) -> frozenset[str]:
        """The states of all lifecycles."""
        return frozenset(s for found in self.rules.lifecycles.values() for s in found.states)

    @property
    def roles(self) -> frozenset[str]:
        """Every role that may be named, the promisor among them."""
        return frozenset((*self.rules.roles, PROMISOR, REACTION))


def unknown(
    place: Place, what: str, named: Iterable[str], known: Iterable[str]
) -> Iterator[Finding]:
    """A finding for each name that is not among the known, with the nearest that is."""
    possible = sorted(known)
    for name in named:
        if name in possible:
            continue
        near = get_close_matches(name, possible, n=3, cutoff=0.5)
        close = f"; perhaps {' or '.join(f'`{n}`' for n in near)}" if near else ""
        listed = f"; known are {', '.join(f'`{n}`' for n in possible[:8])}" if possible else ""
        yield place, f"there is no {what} `{name}`{close or listed}"


def undeclared(
    place: Place, what: str, named: Iterable[str], declared: Collection[str]
) -> Iterator[Finding]:
    """As `unknown`, for what only the directory knows: where a policy declares none, any will do."""
    if declared:
        for where, message in unknown(place, what, named, declared):
            yield where, f"{message}; or name it in both languages under `{what}s:`"
