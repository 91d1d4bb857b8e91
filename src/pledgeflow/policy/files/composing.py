"""From YAML events to a tree with marks, within limits; `reading` is its only caller.

PyYAML's own composer accepts aliases silently and recurses as deep as the file likes. Here
events are taken one at a time, nothing recurses, and every limit is checked before the value
that breaks it is kept.
"""

from __future__ import annotations

from typing import NoReturn

import yaml
from yaml import events as ev

from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.files.assembly import Assembly
from pledgeflow.policy.files.marks import Layer, Mark, quoted
from pledgeflow.policy.files.scalars import scalar_problem
from pledgeflow.policy.files.syntax import syntax_problem

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is not in every wheel
MAX_DEPTH = 32
MAX_NODES = 50_000
MAX_PROBLEMS = 20


def compose(text: str, path: str) -> Layer | None:
    """The one document of a text, or None where there is none.

    Raises PolicyError: all problems together, but at once for bad syntax and broken limits.
    """
    composer = _Composer(path)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            composer.take(event)
    # ValueError, OverflowError: the pure Python scanner hands "\UFFFFFFFF" to chr()
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        composer.stop(syntax_problem(error, composer.last, text))
    if composer.problems:
        raise PolicyError(tuple(composer.problems))
    return composer.assembly.root


class _Composer:
    """Judges each event, then hands it on to the assembly."""

    def __init__(self, path: str) -> None:
        self.problems: list[Problem] = []
        self.assembly = Assembly(self.report)
        self.last = Mark(path, 1, 1)
        self._documents = 0
        self._nodes = 0

    def take(self, event: ev.Event) -> None:
        """Take the next event of the file."""
        self._move_to(event)
        match event:
            case ev.DocumentStartEvent():
                self._document()
            case ev.AliasEvent():
                self._judge_alias(event)
                self.assembly.scalar("", plain=True, mark=self.last)
            case ev.ScalarEvent():
                self._judge_node(event)
                self._judge_text(event.value)
                self.assembly.scalar(event.value, plain=not event.style, mark=self.last)
            case ev.CollectionStartEvent():
                self._judge_node(event)
                self._judge_depth()
                self.assembly.begin(event, self.last)
            case ev.CollectionEndEvent():
                self.assembly.end()
            case _:  # the ends of documents and of the stream say nothing new
                pass

    def report(self, mark: Mark, message: str) -> None:
        """Note a problem after which reading can go on, for as long as there are few."""
        self.problems.append(mark.problem(message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise PolicyError(tuple(self.problems))

    def stop(self, problem: Problem) -> NoReturn:
        """Give up, with all that was found so far."""
        raise PolicyError((*self.problems, problem)) from None

    def _move_to(self, event: ev.Event) -> None:
        start = event.start_mark
        assert start is not None, "parsers mark every event; only hand-made ones have no mark"
        self.last = Mark(self.last.path, start.line + 1, start.column + 1)

    def _document(self) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "a second document starts here; write one file for each"
            self.stop(self.last.problem(message))

    def _judge_alias(self, event: ev.AliasEvent) -> None:
        self._count()
        alias = quoted(f"*{event.anchor}")
        self.report(self.last, f"write the value itself instead of the alias {alias}")

    def _judge_node(self, event: ev.ScalarEvent | ev.CollectionStartEvent) -> None:
        self._count()
        if event.anchor is not None:
            self.report(self.last, f"remove the anchor {quoted('&' + event.anchor)}")
        if event.tag is not None:
            self.report(self.last, f"remove the tag {quoted(_as_written(event.tag))}")

    def _judge_text(self, text: str) -> None:
        if message := scalar_problem(text):
            self.report(self.last, message)

    def _judge_depth(self) -> None:
        if self.assembly.depth >= MAX_DEPTH:
            self.stop(self.last.problem(f"nested deeper than {MAX_DEPTH} levels; write it flatter"))

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"more than {MAX_NODES:,} keys and values; split the file"
            self.stop(self.last.problem(message))


def _as_written(tag: str) -> str:
    standard = "tag:yaml.org,2002:"
    return "!!" + tag.removeprefix(standard) if tag.startswith(standard) else tag
