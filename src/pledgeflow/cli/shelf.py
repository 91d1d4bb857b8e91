"""Commands by name, each imported and built when somebody takes it.

A command brings with it what it works with: whoever checks a policy waits neither for a database
nor for the fifty other commands. Only `--help` takes them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command


class Shelf(Mapping[str, Any]):
    """Commands by name. places: where each is, as `module:function` in `pledgeflow.cli`;
    groups: those that have commands themselves, listed after all others
    """

    def __init__(self, places: Mapping[str, str], groups: Mapping[str, Any] | None = None) -> None:
        self._places = places
        self._groups = groups or {}

    def __getitem__(self, name: str) -> Any:
        """The command of that name, or KeyError."""
        return self._groups[name] if name in self._groups else _built(name, self._places[name])

    def __iter__(self) -> Iterator[str]:
        yield from self._places
        yield from self._groups

    def __len__(self) -> int:
        return len(self._places) + len(self._groups)


@cache
def _built(name: str, place: str) -> Any:
    module, _, function = place.partition(":")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(getattr(import_module(f"pledgeflow.cli.{module}"), function))
    return get_command(alone)
