"""A catalogue that scenarios are played against: it reads each file once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias

from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.marks import Layer
from pledgeflow.policy.files.overlay import Resolved, normalise, settle
from pledgeflow.policy.files.reading import Source

Moment: TypeAlias = tuple[str, date | None, int]
"""A policy by name, the day its rules are wanted for, and the ordinal of the cycle."""


@dataclass(frozen=True, slots=True)
class Shelf(Catalogue):
    """What another catalogue holds, as it was when first asked for: for a run, not an editor."""

    source: Catalogue = field(default_factory=Catalogue)
    _lineages: dict[str, list[tuple[Path, Source]]] = field(default_factory=dict, repr=False)
    _resolved: dict[Moment, Resolved] = field(default_factory=dict, repr=False)
    _loaded: dict[Moment, Policy] = field(default_factory=dict, repr=False)

    @classmethod
    def over(cls, source: Catalogue) -> Shelf:
        """A shelf of what a catalogue holds; a shelf is its own."""
        return (
            source if isinstance(source, Shelf) else cls(source.roots, source.guards, source=source)
        )

    def lineage(self, name: str) -> list[tuple[Path, Source]]:
        """See `Catalogue.lineage`."""
        if name not in self._lineages:
            self._lineages[name] = self.source.lineage(name)
        return self._lineages[name]

    def layers(self, name: str, on: date | None, ordinal: int) -> list[Layer]:
        """The files of a policy and its ancestors as of a moment, settled and normalised."""
        sources = (source for _, source in self.lineage(name))
        return [normalise(settle(source, on=on, ordinal=ordinal)) for source in sources]

    def resolved(self, name: str, *, on: date | None = None, ordinal: int = 1) -> Resolved:
        """See `Catalogue.resolved`."""
        key = (name, on, ordinal)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(name, on, ordinal)
        return self._resolved[key]

    def load(self, name: str, *, on: date | None = None, ordinal: int = 1) -> Policy:
        """See `Catalogue.load`."""
        key = (name, on, ordinal)
        if key not in self._loaded:
            self._loaded[key] = self._load(name, on, ordinal)
        return self._loaded[key]

    def _resolve(self, name: str, on: date | None, ordinal: int) -> Resolved:
        return Catalogue.resolved(self, name, on=on, ordinal=ordinal)

    def _load(self, name: str, on: date | None, ordinal: int) -> Policy:
        return Catalogue.load(self, name, on=on, ordinal=ordinal)
