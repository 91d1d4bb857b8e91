"""A step written in a file: read safely, and what is wrong with it said by line and column."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pledgeflow.catalogue import read_file
from pledgeflow.errors import InvalidCommandError, PledgeflowError, PolicyError
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.files.reading import Source

_FIELD = re.compile(r"`(\w+)`")


@dataclass(frozen=True, slots=True)
class StepFile:
    """The words of a step, and where each of them stands."""

    words: dict[str, Tree]
    source: Source

    @classmethod
    def at(cls, path: Path) -> StepFile:
        """Read a file. Raises PolicyError."""
        source = read_file(path)
        return cls(source.tree if isinstance(source.tree, dict) else {}, source)

    def located(self, error: InvalidCommandError, besides: Collection[str]) -> PledgeflowError:
        """The error with each mistake at its line; as it is, if it is about none of the words.

        besides: words that were given otherwise
        """
        problems = []
        for said in error.problems:
            key = next((name for name in _FIELD.findall(said) if name in self.words), None)
            if key is None or key in besides:
                return error
            problems.append(self.source.marks.at((key,)).problem(said))
        return PolicyError(tuple(problems))
